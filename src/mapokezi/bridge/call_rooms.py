"""What the registry of calls asks of whoever holds calls in rooms."""

from __future__ import annotations

from typing import Protocol

from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.telephony.actions import Action
from mapokezi.telephony.callbacks import VoiceCallback
from mapokezi.telephony.room_posts import RoomEvent
from mapokezi.telephony.visit_documents import HANGUP_DOCUMENT


class CallRooms(Protocol):
    """`mapokezi.bridge.handing_over.conference.ConferenceRings`, or `NoRooms`. All synchronous."""

    def hold(self, call: CallInProgress, stream: tuple[Action, ...]) -> tuple[Action, ...]:
        """Make of the document that begins a conversation one that holds the call in a room."""

    def leg_asked(self, callback: VoiceCallback, now: float) -> tuple[Action, ...]:
        """Answer a post about a colleague's leg."""

    def leg_told(self, callback: VoiceCallback, now: float) -> None:
        """Take word of a colleague's leg that can hold no answer."""

    def room_told(self, call: CallInProgress, event: RoomEvent, now: float) -> None:
        """Take word of a call's room."""

    def caller_over(self, call: CallInProgress, now: float) -> None:
        """A call is over, or is being ended by us."""


class NoRooms:
    """A line that rings nobody by itself; what an earlier one rang is hung up as it answers."""

    def hold(self, _call: CallInProgress, stream: tuple[Action, ...]) -> tuple[Action, ...]:
        """There are none."""
        return stream

    def leg_asked(self, callback: VoiceCallback, _now: float) -> tuple[Action, ...]:
        """Hang up: nobody waits for them."""
        return () if callback.is_end else HANGUP_DOCUMENT

    def leg_told(self, _callback: VoiceCallback, _now: float) -> None:
        """It is not ours."""

    def room_told(self, _call: CallInProgress, _event: RoomEvent, _now: float) -> None:
        """There are none."""

    def caller_over(self, _call: CallInProgress, _now: float) -> None:
        """Nothing of it is ours."""
