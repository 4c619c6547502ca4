"""What there is to tell people of, before it is decided who is told, and in which words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.instants import require_utc
from mapokezi.records.notices import NoticeKind

LEG_NOT_ENDED = "leg_not_ended"
"""As the reason of a `NoticeKind.HAND_OFF`: a colleague's leg is still up, and costs."""


class WhyCallBack(StrEnum):
    """Why a caller is to be rung who left no message."""

    CUT_OFF = "cut_off"
    """The line was lost in the middle of the call."""
    NOT_ANSWERED = "not_answered"
    """Nobody could speak with them: the fallback took the call, or nothing did."""
    FLASH = "flash"
    """They rang once and hung up, which asks to be called back."""
    LEFT = "left"
    """They hung up before anything was done for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingEvent:
    """Something that people are to be told of."""

    kind: NoticeKind
    subject: str
    """What it is about, one of our own ids: the message's, the task's, the call's, a day. Together
    with person, way and step it is the notice's key, so of the same subject nobody is told twice.
    A correction of what was told already needs a subject of its own."""
    office_id: OfficeId
    at: datetime
    """When it happened."""
    call_id: CallId | None = None
    task_id: str | None = None
    for_person: str = ""
    """The id of the person whom it concerns; empty: nobody in particular."""
    urgent: bool = False
    step: int = 0
    """0: who is told first; above: how often it was passed on to the next person."""
    is_correction: bool = False
    """The caller has corrected what was told already."""
    calls_today: int = 0
    """How often the number has rung today, this call with it; 0: not known, or withheld."""
    caller: str | None = None
    """The number that rang; None if it was withheld."""
    name: str = ""
    number: str = ""
    """Where to call back, if the caller gave it; empty: ``caller``."""
    reason: str = ""
    best_time: str = ""
    unsure: tuple[str, ...] = ()
    """Which of ``name``, ``number``, ``reason``, ``best_time`` the caller did not confirm."""
    why_call_back: WhyCallBack = WhyCallBack.CUT_OFF
    days_left: int | None = None
    """Of the wallet: for how many days it is enough; None: it is empty, or nobody knows."""
    title: str = ""
    """Of a digest: its heading, in the office's language."""
    text: str = ""
    """Of a digest: what it says."""

    def __post_init__(self) -> None:
        """Check the instant."""
        require_utc(self.at, "TellingEvent.at")
