"""Every call of a line that is held in a room, and which posts are about which of them."""

from __future__ import annotations

from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.handing_over.conference import ConferenceExecutor
from mapokezi.bridge.handing_over.executor import CallerSide, Executing
from mapokezi.bridge.handing_over.room import CallRoom, RoomParts
from mapokezi.calls import CallId
from mapokezi.records.executors import Executor
from mapokezi.telephony.actions import Action
from mapokezi.telephony.callbacks import VoiceCallback
from mapokezi.telephony.conference_documents import held_in_room, room_name
from mapokezi.telephony.room_posts import LEG_LABEL, RoomEvent
from mapokezi.telephony.urls import After, CallbackUrls
from mapokezi.telephony.visit_documents import HANGUP_DOCUMENT

_ENDED_WITHIN_S = 10.0
_MOST_DONE = 500
"""Rooms of calls that are over: a post about one of their legs may still come."""


class OpenRooms:
    """The rooms of one line process: `mapokezi.bridge.call_rooms.CallRooms`."""

    def __init__(self, parts: RoomParts, urls: CallbackUrls) -> None:
        """Begin with none."""
        self._parts, self._urls = parts, urls
        self._rooms: dict[CallId, CallRoom] = {}

    def of_call(self, call_id: CallId) -> CallRoom | None:
        """The room of a call that is held in one."""
        return self._rooms.get(call_id)

    def hold(self, call: CallInProgress, stream: tuple[Action, ...]) -> tuple[Action, ...]:
        """Hold a call in a room, if that is the way by which its caller would be passed on."""
        if call.first_executor is not Executor.CONFERENCE:
            return stream
        if call.streams_offered > 1:  # the room is over, or the platform has none: held by a stream
            call.first_executor = Executor.DIAL
            return stream
        self._forget_done()
        self._rooms[call.call_id] = CallRoom(call, self._parts)
        return held_in_room(
            stream,
            room_name(call.call_id),
            self._urls.room_events(call.call_id),
            self._urls.continued(call.call_id, After.ROOM),
        )

    def leg_asked(self, callback: VoiceCallback, now: float) -> tuple[Action, ...]:
        """Answer a post about a colleague's leg; one that nobody knows is hung up."""
        leg_id, room = self._found(callback)
        if room is None:
            return () if callback.is_end else HANGUP_DOCUMENT
        return room.leg_asked(leg_id, callback, now)

    def leg_told(self, callback: VoiceCallback, now: float) -> None:
        """Take word of a colleague's leg that can hold no answer."""
        leg_id, room = self._found(callback)
        if room is not None:
            room.leg_told(leg_id, callback, now)

    def room_told(self, call: CallInProgress, event: RoomEvent, now: float) -> None:
        """Take word of a call's room."""
        room = self._rooms.get(call.call_id)
        if room is not None:
            room.told(event, now)

    def caller_over(self, call: CallInProgress, _now: float) -> None:
        """A call is over."""
        room = self._rooms.get(call.call_id)
        if room is not None:
            room.caller_gone()

    def ring_by(self, side: CallerSide) -> Executing:
        """Make the executor of one hand-off."""
        return ConferenceExecutor(side, self.of_call)

    async def close(self) -> None:
        """Finish what was begun for calls over: the line is being stopped."""
        await self._parts.errands.settle(_ENDED_WITHIN_S)

    def _found(self, callback: VoiceCallback) -> tuple[str, CallRoom | None]:
        leg_id = callback.client_request_id.removeprefix(LEG_LABEL)
        rooms = self._rooms.values()
        return leg_id, next((one for one in rooms if one.visit.leg(leg_id) is not None), None)

    def _forget_done(self) -> None:
        done = [call_id for call_id, room in self._rooms.items() if room.is_done]
        for call_id in done[: max(0, len(done) - _MOST_DONE)]:
            del self._rooms[call_id]
