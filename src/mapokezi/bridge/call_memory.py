"""Which calls this node knows, by our id and by the platform's; which of them a post is about."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime

from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.calls import CallId
from mapokezi.receptionist.office import Office
from mapokezi.records.ringing_back import flash_of
from mapokezi.telephony.callbacks import VoiceCallback
from mapokezi.telephony.visit import Visit

_MOST_PAST = 50_000
"""Sessions that are known to be over: a week of a busy line, in some ten megabytes."""
_NAMELESS = "nameless-"
"""Before the session ids that we make up."""


class CallMemory:
    """The calls in progress, and for a while those that are over, so that late posts find them."""

    def __init__(self, remembered_s: float, most_remembered: int) -> None:
        """Remember nothing.

        Args:
            remembered_s: How long a call that is over is still known.
            most_remembered: Bound of that memory.
        """
        self._remembered_s = remembered_s
        self._most_remembered = most_remembered
        self._by_id: OrderedDict[CallId, CallInProgress] = OrderedDict()
        self._by_session: dict[str, CallInProgress] = {}
        """By either of the platform's ids, as far as they were told."""
        self._of_before: frozenset[str] = frozenset()
        self._past: OrderedDict[str, None] = OrderedDict()

    @property
    def live(self) -> Sequence[CallInProgress]:
        """The calls that are not over, oldest first."""
        return [call for call in self._by_id.values() if call.is_live]

    @property
    def all(self) -> Sequence[CallInProgress]:
        """Those that are over, too."""
        return list(self._by_id.values())

    def find(self, call_id: str) -> CallInProgress | None:
        """A call by our id."""
        return self._by_id.get(CallId(call_id))

    def known(self, call_id: CallId) -> CallInProgress:
        """A call that must be known by our id.

        Raises:
            KeyError: If it is not.
        """
        return self._by_id[call_id]

    def keep(self, call: CallInProgress, call_uuid: str = "") -> None:
        """Remember a new call; by the platform's other id too, if it was told."""
        self._by_id[call.call_id] = call
        self._by_session[call_uuid or call.session_id] = call
        self._by_session[call.session_id] = call

    def know_of_before(self, session_ids: Iterable[str]) -> None:
        """Learn of calls that a program before this one had: their late posts begin no new call."""
        self._of_before = frozenset(session_ids)

    def is_of_before(self, callback: VoiceCallback) -> bool:
        """Whether a post is about a call that a program before this one had."""
        return bool(callback.session_id) and callback.session_id in self._of_before

    def know_past(self, session_ids: Iterable[str]) -> None:
        """Learn of calls that are long over: posts about them are late deliveries.

        The platform repeats what it could not deliver for days. A stream for such a post would be
        a call that nobody is at, and a note to ring somebody back who was served last week.
        """
        self._past.update(dict.fromkeys(session_ids))
        while len(self._past) > _MOST_PAST:
            self._past.popitem(last=False)

    def is_past(self, callback: VoiceCallback) -> bool:
        """Whether a post is about a call that is long over."""
        told = {callback.session_id, callback.call_uuid} - self._of_before
        return any(name in self._past for name in told if name)

    def meant_by(self, callback: VoiceCallback, call_id: str = "") -> CallInProgress | None:
        """The call that a post is about, None if it is a new one.

        Args:
            callback: The post.
            call_id: Of the URL, if it holds one.
        """
        told = [name for name in (callback.session_id, callback.call_uuid) if name]
        known = next((self._by_session[name] for name in told if name in self._by_session), None)
        # The body is signed, the URL is not: a body of one call under the URL of another is about
        # its own. Only of a body that names none the URL may say whose it is.
        call = known or (self.find(call_id) if call_id else None)
        if call is not None:
            self._by_session.setdefault(callback.call_uuid or call.session_id, call)
            return call
        return None if callback.session_id else self._without_id(callback)

    def forget_old(self, now: float) -> None:
        """Forget calls that have long been over."""
        for call in self.all:
            old = now - call.touched_at > self._remembered_s
            crowded = len(self._by_id) > self._most_remembered
            if (old or crowded) and not call.is_live:
                del self._by_id[call.call_id]
                names = [name for name, of in self._by_session.items() if of is call]
                for name in names:
                    del self._by_session[name]
                self.know_past(names)

    def _without_id(self, callback: VoiceCallback) -> CallInProgress | None:
        """The newest call that came without an id and fits: the same caller and number."""
        nameless = [call for call in self.live if is_nameless(call.session_id)]
        if callback.caller is None and not (callback.is_stream_event or callback.is_end):
            return None  # two callers who withhold their numbers are two calls
        fitting = [
            call
            for call in nameless
            if callback.caller in (None, call.caller) and callback.dialled in (None, call.dialled)
        ]
        if len(fitting) > 1 and callback.caller is None:
            return None  # it could be about any of them
        return fitting[-1] if fitting else None


def is_nameless(session_id: str) -> bool:
    """Whether a session's id is one of ours: the platform does not know it."""
    return session_id.startswith(_NAMELESS)


def session_id_of(callback: VoiceCallback, call_id: CallId) -> str:
    """The platform's id of a new call, or one of ours if it told none."""
    return callback.session_id or f"{_NAMELESS}{call_id}"


def new_call(
    callback: VoiceCallback, office: Office, call_id: CallId, now: float, now_wall: datetime
) -> CallInProgress:
    """A call that has just arrived.

    Args:
        callback: The post that announced it.
        office: Whose call it is.
        call_id: Of ours.
        now: Seconds, monotonic.
        now_wall: The time of day, aware.
    """
    return CallInProgress(
        call_id=call_id,
        session_id=session_id_of(callback, call_id),
        caller=callback.caller,
        dialled=callback.dialled,
        office=office,
        arrived_at=now_wall,
        arrived_mono=now,
        first_state=callback.state,
        visit=Visit(),
        touched_at=now,
        rings_back=flash_of(callback.client_request_id),
    )
