"""Seeing a caller off: what is asked of the platform once the record of a call is whole."""

from __future__ import annotations

from mapokezi.bridge import clock
from mapokezi.bridge.aftercare import Aftercare
from mapokezi.bridge.reception_parts import CallInHand
from mapokezi.calls import TerminationReason
from mapokezi.telephony.visit import Phase

_SOCKET_GONE = frozenset(
    {
        TerminationReason.CALLER_HUNG_UP,
        TerminationReason.MEDIA_LOST,
        TerminationReason.MEDIA_MUTE,
    }
)
"""The platform's side ended the conversation: it may be over, or go on behind the stream."""


def see_off(visit: CallInHand, reason: TerminationReason, aftercare: Aftercare) -> None:
    """Have the platform end the call, unless it is over or has something for the caller."""
    call = visit.call
    if call.state is Phase.OVER:
        aftercare.calls.end(call.call_id, clock.monotonic())
    elif visit.must_hang_up:
        aftercare.hang_up(call, visit.media)
    elif call.state is Phase.FALLEN:
        return  # the office's fallback is being heard
    elif reason is TerminationReason.HANDED_OFF and (
        call.state is Phase.PASSING or call.leg_is_elsewhere
    ):
        aftercare.calls.end(call.call_id, clock.monotonic())  # the caller talks with a person
    elif reason in _SOCKET_GONE:
        aftercare.hang_up_unless_over(call)
    else:
        aftercare.hang_up(call, visit.media)
