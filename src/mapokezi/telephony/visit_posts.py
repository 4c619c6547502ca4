"""What a post tells of its visit, as far as the rules of `mapokezi.telephony.visit` ask."""

from __future__ import annotations

from enum import Enum, auto

from mapokezi.telephony.callbacks import CallState, DialOutcome, VoiceCallback
from mapokezi.telephony.urls import After


class Tells(Enum):
    """What a post says, as far as the table asks."""

    PLAIN = auto()
    END = auto()
    STREAM_BEGAN = auto()
    STREAM_OVER = auto()
    DIAL_ENDED = auto()
    AFTER_STREAM = auto()
    AFTER_DIAL = auto()
    AFTER_ROOM = auto()


CONTINUES = frozenset({Tells.AFTER_STREAM, Tells.AFTER_DIAL, Tells.AFTER_ROOM})

LEG_STATES = {
    CallState.BUSY: DialOutcome.BUSY,
    CallState.NO_ANSWER: DialOutcome.NO_ANSWER,
    CallState.FAILED: DialOutcome.FAILED,
    CallState.CANCELED: DialOutcome.NO_ANSWER,
}
"""States that an inbound leg which was answered cannot have: they tell of the dialled one."""


_AFTER = {After.DIAL: Tells.AFTER_DIAL, After.ROOM: Tells.AFTER_ROOM}


def what_it_tells(callback: VoiceCallback, after: After | None) -> Tells:
    """Read what a post says of its visit.

    Args:
        callback: the post.
        after: set if it came to the continue URL: what was just finished.
    """
    if after is not None:
        return _AFTER.get(after, Tells.AFTER_STREAM)
    if callback.is_end:
        leg = callback.state in LEG_STATES and callback.is_active is None
        return Tells.DIAL_ENDED if leg else Tells.END
    if callback.state is CallState.STREAM_STARTED:
        return Tells.STREAM_BEGAN
    if callback.is_stream_event:
        return Tells.STREAM_OVER
    if callback.dial_outcome is not None or callback.state in LEG_STATES:
        return Tells.DIAL_ENDED
    return Tells.PLAIN


def outcome_told(callback: VoiceCallback, least_talk_s: int) -> DialOutcome | None:
    """Read what a post tells of a dialled leg whose caller is still there; None: nothing.

    Args:
        callback: the post.
        least_talk_s: whoever picks up and hangs up sooner than that has declined.
    """
    told, talked_s = callback.dial_outcome, callback.dial_duration_s
    if told is DialOutcome.CONNECTED and talked_s is not None and talked_s < least_talk_s:
        return DialOutcome.DECLINED
    return told


def fingerprint_of(callback: VoiceCallback, after: After | None) -> tuple[object, ...]:
    """What two deliveries of one post share. A lifecycle post differs in one of these."""
    return (
        after,
        callback.state_text,
        callback.is_active,
        callback.stream_event,
        callback.duration_s,
        callback.digits,
        callback.dial_outcome,
    )
