"""The states of a call as its callbacks tell them."""

from __future__ import annotations

from enum import StrEnum

from mapokezi.emulator.mode_values.posts import FirstState


class CallState(StrEnum):
    """``callSessionState`` of a callback."""

    RINGING = "Ringing"
    ANSWERED = "Answered"
    COMPLETED = "Completed"
    STREAM_STARTED = "StreamStarted"
    STREAM_STOPPED = "StreamStopped"
    STREAM_ERROR = "StreamError"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    DIAL_COMPLETED = "DialCompleted"


FIRST_STATES = {
    FirstState.RINGING: CallState.RINGING,
    FirstState.ANSWERED: CallState.ANSWERED,
    FirstState.COMPLETED: CallState.COMPLETED,
}
"""What the first callback says, by its mode."""
