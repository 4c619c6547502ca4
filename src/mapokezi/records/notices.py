"""What a notice is: something that one person, caller or system is told, by one way, and its fate.

A notice is planned once (its key is unique), waits until it may go, is tried, and ends as sent,
failed, unsure or withdrawn. Every attempt is written down *before* it is made. So after a kill it
is known that something may have gone out; it is then tried once more, worded as a repeat where the
receiver could not tell that it is one.

States, and what leads from one to the next:

===========  =====================================================================
WAITING      planned, or to be tried again, not before ``not_before``
SENDING      an attempt was begun; after `LEASE` without word its outcome is unknown
SENT         the way took it
FAILED       refused for good, or for too long
UNSURE       twice begun, twice no word of what came of it: people must look. The next way, the
             next person is told meanwhile
WITHDRAWN    nobody needs it any more: the task was taken, the caller erased
===========  =====================================================================

``resend`` leads from each of the last four back to WAITING.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.instants import require_utc

NoticeId = NewType("NoticeId", str)
"""Our own id of a notice; also what a webhook is known again by."""

LEASE = timedelta(seconds=90)
"""An attempt that was begun this long ago is over: the sender gives up after 60 s."""


class NoticeState(StrEnum):
    """What has become of a notice."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNSURE = "unsure"
    WITHDRAWN = "withdrawn"


class NoticeKind(StrEnum):
    """What a notice is about."""

    MESSAGE = "message"
    """A caller left a message."""
    CALL_BACK = "call_back"
    """A caller was not served: ring them."""
    NOT_TAKEN = "not_taken"
    """Somebody else's task was not taken in its time."""
    DIGEST = "digest"
    """The day in short."""
    WALLET = "wallet"
    """The money for calls runs out."""
    HAND_OFF = "hand_off"
    """A way of passing callers on has left one in silence, and is switched off."""
    TRIAL = "trial"
    """Somebody tries whether a way works."""
    CALLER_TEXT = "caller_text"
    """To the caller: the line was lost, we ring back."""
    CALLER_CODE = "caller_code"
    """To the caller: a code that proves their number. It stands in no record."""
    EVENT = "event"
    """To a system of the office's own, by webhook."""


class WayKind(StrEnum):
    """What a way is like, which decides how addresses look and how long a text may be."""

    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    CHAT = "chat"
    """Slack, Telegram, ntfy and whatever else shows a title and a text."""
    WEBHOOK = "webhook"
    """A system, by HTTP; it is told with the notice's id, so it can tell a repeat."""

    @property
    def knows_repeats(self) -> bool:
        """Whether the receiver itself can tell that it has had something before."""
        return self is WayKind.WEBHOOK


ADDRESS_MARK = "{to}"
"""Where in the URL of an account the address goes of the one who is told."""


def is_one_address(text: str) -> bool:
    """Whether a text can be one address: what parts several, or parts of a URL, is not in it."""
    return bool(text) and text.isprintable() and not set(text) & set(' ,;&/?<>"')


WEBHOOK_WAY = "webhook"
"""The way of every webhook; the address of its notices is the webhook's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedNotice:
    """A notice that is to be; planning it twice comes to the same as once."""

    key: str
    """``SUBJECT:PERSON:WAY:STEP``, of our own ids only: it may stand in logs. ``sms.2`` is a
    person's second address by that way."""
    office_id: OfficeId
    kind: NoticeKind
    way: str
    """The way's name in the operator's settings, or `WEBHOOK_WAY`."""
    way_kind: WayKind
    address: str
    """Where: an e-mail address, a number, a channel; a webhook's name."""
    title: str
    text: str
    """What is said, whole but for the link; a webhook's JSON."""
    not_before: datetime
    planned_at: datetime
    language: str = "en"
    call_id: CallId | None = None
    task_id: str | None = None
    person_id: str | None = None
    """None: a caller or a webhook."""
    for_person: str = ""
    """Whom it concerns, if not the one who is told; empty: nobody in particular."""
    caller: str | None = None
    """The number of the caller whom it is about, as the call's record has it."""
    urgent: bool = False
    link: str = ""
    """The page of the desk that it leads to, ``/calls/...``; empty for none."""
    step: int = 0
    """How often it was passed on to the next person before."""
    is_correction: bool = False
    """What the same task was to be told by the same way, and has not gone out, is withdrawn."""
    at_most_every: timedelta | None = None
    """Nothing is planned if the same address had one of this kind this short a time before."""

    def __post_init__(self) -> None:
        """Check the instants."""
        require_utc(self.not_before, "PlannedNotice.not_before")
        require_utc(self.planned_at, "PlannedNotice.planned_at")

    @property
    def notice_id(self) -> NoticeId:
        """The id that a notice of this key gets, always the same."""
        return notice_id_of(self.key)


def notice_id_of(key: str) -> NoticeId:
    """The id of the notice of a key: ``notice-`` and 16 hexadecimal digits."""
    return NoticeId("notice-" + hashlib.sha256(key.encode()).hexdigest()[:16])


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice as it stands."""

    notice_id: NoticeId
    key: str
    office_id: OfficeId
    kind: NoticeKind
    way: str
    way_kind: WayKind
    address: str
    title: str
    text: str
    not_before: datetime
    planned_at: datetime
    state: NoticeState = NoticeState.WAITING
    language: str = "en"
    call_id: CallId | None = None
    task_id: str | None = None
    person_id: str | None = None
    for_person: str = ""
    caller: str | None = None
    urgent: bool = False
    link: str = ""
    step: int = 0
    is_repeat: bool = False
    """It may have arrived before: it is to be worded as a repeat."""
    attempts: int = 0
    """All that were begun."""
    tries: int = 0
    """Those since it was planned, or was last to be sent again by hand."""
    why: str = ""
    """Why it has not been sent, of the last attempt; words for the staff."""
    receipt: str = ""
    """What the receiver said to it, if anything."""
    begun_at: datetime | None = None
    """When the last attempt was begun."""
    sent_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.state not in {NoticeState.WAITING, NoticeState.SENDING}


class AttemptOutcome(StrEnum):
    """What came of one attempt."""

    BEGUN = "begun"
    """Nothing is known: it is under way, or the program was killed."""
    SENT = "sent"
    REFUSED = "refused"
    """It did not arrive."""
    NO_WORD = "no_word"
    """The receiver did not answer in time: it may have arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeAttempt:
    """One attempt at a notice, for the log that the staff can read."""

    notice_id: NoticeId
    number: int
    """Counted from 1."""
    begun_at: datetime
    outcome: AttemptOutcome = AttemptOutcome.BEGUN
    ended_at: datetime | None = None
    is_repeat: bool = False
    why: str = ""
    receipt: str = ""
