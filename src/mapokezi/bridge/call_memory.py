"""Which calls this node knows, by our id and by the platform's; which of them a post is about."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.calls import CallId
from mapokezi.telephony.callbacks import VoiceCallback

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
        self._of_before: frozenset[str] = frozenset()

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

    def keep(self, call: CallInProgress) -> None:
        """Remember a new call."""
        self._by_id[call.call_id] = call
        self._by_session[call.session_id] = call

    def know_of_before(self, session_ids: Iterable[str]) -> None:
        """Learn of calls that a program before this one had: their late posts begin no new call."""
        self._of_before = frozenset(session_ids)

    def is_of_before(self, callback: VoiceCallback) -> bool:
        """Whether a post is about a call that a program before this one had."""
        return bool(callback.session_id) and callback.session_id in self._of_before

    def meant_by(self, callback: VoiceCallback, call_id: str = "") -> CallInProgress | None:
        """The call that a post is about, None if it is a new one.

        Args:
            callback: The post.
            call_id: Of the URL, if it holds one.
        """
        if call_id and (call := self.find(call_id)):
            return call
        if callback.session_id:
            return self._by_session.get(callback.session_id)
        return self._without_id(callback)

    def forget_old(self, now: float) -> None:
        """Forget calls that have long been over."""
        for call in self.all:
            old = now - call.touched_at > self._remembered_s
            crowded = len(self._by_id) > self._most_remembered
            if (old or crowded) and not call.is_live:
                del self._by_id[call.call_id]
                self._by_session.pop(call.session_id, None)

    def _without_id(self, callback: VoiceCallback) -> CallInProgress | None:
        """The newest call that came without an id and fits: the same caller and number."""
        nameless = [call for call in self.live if call.session_id.startswith(_NAMELESS)]
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


def session_id_of(callback: VoiceCallback, call_id: CallId) -> str:
    """The platform's id of a new call, or one of ours if it told none."""
    return callback.session_id or f"{_NAMELESS}{call_id}"
