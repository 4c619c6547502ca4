"""One call's room, joined up: the rules of `telephony.conference_visit`, with REST and a timer."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from msgspec.structs import replace

from mapokezi.bridge import clock
from mapokezi.bridge.alarm import Alarm
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.errands import Errands
from mapokezi.bridge.handing_over.leg_requests import LegRequests
from mapokezi.stores.open_legs import LegKind, OpenLeg, OpenLegs
from mapokezi.telephony.actions import Action
from mapokezi.telephony.callbacks import VoiceCallback
from mapokezi.telephony.conference_documents import LegWords, leg_document, room_name
from mapokezi.telephony.conference_legs import (
    EndCaller,
    EndLeg,
    FindAndEndLeg,
    JoinOutcome,
    Leg,
    LegNotEnded,
    LegReply,
    LookAtCaller,
    LookAtLeg,
    OrderLeg,
    ReceptionistLeaves,
    RoomEffect,
    Round,
    Settled,
    Step,
    StepKind,
)
from mapokezi.telephony.conference_stages import RoomSettings, Stage
from mapokezi.telephony.conference_visit import ConferenceVisit
from mapokezi.telephony.numbers import same_subscriber
from mapokezi.telephony.room_posts import (
    LEG_LABEL,
    RoomEvent,
    RoomEventKind,
    leg_end,
    what_leg_tells,
)

log = structlog.get_logger("mapokezi.bridge.room")


class RoomListener(Protocol):
    """Whoever is told how a hand-off in the room goes: `conference.ConferenceExecutor`."""

    def stepped(self, leg: Leg, kind: StepKind) -> None:
        """Something has happened to a leg."""

    def both_together(self, leg: Leg) -> None:
        """Caller and colleague hear each other: the receptionist is to leave."""

    def settled(self, outcome: JoinOutcome, leg: Leg | None, legs: Sequence[Leg]) -> None:
        """It is over, and came to this."""


@dataclass(frozen=True, slots=True)
class RoomParts:
    """What all rooms of a line share."""

    requests: LegRequests
    open_legs: OpenLegs
    errands: Errands
    events_url: Callable[[CallInProgress], str]
    times: RoomSettings = field(default_factory=RoomSettings)
    leg_not_ended: Callable[[CallInProgress, str], Coroutine[Any, Any, None]] | None = None
    """Has the staff told of a leg, by its session, that is up and costs; None: nobody is."""


class CallRoom:
    """The room of one call."""

    def __init__(self, call: CallInProgress, parts: RoomParts) -> None:
        """Hold a call whose caller was not seen in the room yet."""
        self.call, self._parts = call, parts
        self.visit = ConferenceVisit(parts.times)
        self._listener: RoomListener | None = None
        self._words: Mapping[str, LegWords] = {}
        self._alarm = Alarm(self._wake)
        self._keep(OpenLeg(key=call.call_id, kind=LegKind.CALLER, call_id=call.call_id,
                           session_id=call.session_id))  # fmt: skip

    @property
    def name(self) -> str:
        """Of the room, at the platform."""
        return room_name(self.call.call_id)

    @property
    def is_done(self) -> bool:
        """Whether the call is over and no leg of it is up."""
        return self.visit.stage is Stage.OVER and not self.visit.has_open_legs

    @property
    def is_talking(self) -> bool:
        """Whether caller and colleague talk, and the receptionist has left."""
        return self.visit.stage is Stage.TALKING

    # -- the hand-off --

    def begin(
        self, listener: RoomListener, rounds: Sequence[Round], words: Mapping[str, LegWords]
    ) -> bool:
        """Have people rung; False if that cannot be begun now.

        Args:
            listener: Who is told.
            rounds: Whom, one round after the other.
            words: What each leg hears, by its id.
        """
        before, self._listener = self._listener, listener
        known = self._words
        self._words = {**known, **words}
        if not self.visit.begin(rounds, clock.monotonic()):
            self._listener, self._words = before, known
            return False
        self._run()
        return True

    def give_up(self) -> None:
        """The caller does not want to wait."""
        self.visit.give_up(clock.monotonic())
        self._run()

    def caller_gone(self) -> None:
        """The caller has hung up, or the call is being ended."""
        self.visit.caller_gone(clock.monotonic())
        self._parts.errands.run(self._forget(self.call.call_id))
        self._run()

    # -- what the platform tells --

    def leg_asked(self, leg_id: str, callback: VoiceCallback, now: float) -> tuple[Action, ...]:
        """Answer a post about a leg of this call."""
        words = self._words.get(leg_id)
        self.visit.learn_session(leg_id, callback.session_id, now)
        if callback.is_end:
            self.leg_told(leg_id, callback, now)
            return ()
        reply = self.visit.asked(leg_id, what_leg_tells(callback), now, callback.digits)
        self._run()
        if words is None:
            reply = LegReply.HANGUP
            words = LegWords("", "", "", "", "")
        return leg_document(reply, words, self.name, self._parts.events_url(self.call))

    def leg_told(self, leg_id: str, callback: VoiceCallback, now: float) -> None:
        """Take word of a leg that can hold no answer."""
        self.visit.learn_session(leg_id, callback.session_id, now)
        if callback.is_end:
            self.visit.leg_over(leg_id, leg_end(callback), now)
        self._run()

    def told(self, event: RoomEvent, now: float) -> None:
        """Take word of who enters and leaves."""
        leg = self._leg_of(event)
        match event.kind:
            case RoomEventKind.JOIN if leg is not None:
                self.visit.leg_entered(leg.leg_id, now)
            case RoomEventKind.LEAVE if leg is not None:
                self.visit.leg_left_room(leg.leg_id, now)
            case RoomEventKind.JOIN if self._is_caller(event):
                self.visit.caller_entered(now)
            case RoomEventKind.LEAVE if self._is_caller(event):
                self.visit.caller_left_room(now)
            case RoomEventKind.END:
                self._room_over(now)
            case _:
                log.info("room_event_not_understood", kind=event.kind.value)
        self._run()

    def _room_over(self, now: float) -> None:
        for leg in self.visit.legs:
            self.visit.leg_left_room(leg.leg_id, now)
        self.visit.caller_left_room(now)

    def _leg_of(self, event: RoomEvent) -> Leg | None:
        """Whose word it is: by the session if it is told, else by the number."""
        names = {event.participant_id, event.session_id} - {""}
        if self.call.session_id in names:
            return None
        by_session = [leg for leg in self.visit.legs if leg.session_id in names]
        if by_session or event.number is None:
            return by_session[-1] if by_session else None
        by_number = [one for one in self.visit.legs if same_subscriber(one.number, event.number)]
        return by_number[-1] if by_number else None

    def _is_caller(self, event: RoomEvent) -> bool:
        if self.call.session_id in (event.participant_id, event.session_id):
            return True
        if event.number is None or self.call.caller is None:
            return event.number is None and self.call.caller is None
        return same_subscriber(event.number, self.call.caller)

    # -- what is to be done --

    def _run(self) -> None:
        while effects := self.visit.effects():
            for effect in effects:
                self._do(effect)
        due = self.visit.next_timer()
        if due is not None:
            self._alarm.ring_by(due)

    def _wake(self) -> None:
        self.visit.handle_timer(clock.monotonic())
        self._run()

    def _do(self, effect: RoomEffect) -> None:
        match effect:
            case OrderLeg() | EndLeg() | FindAndEndLeg() | LookAtLeg() | LookAtCaller():
                self._parts.errands.run(self._ask(effect))
            case EndCaller():
                self.call.visit.say_goodbye()
                self._parts.errands.run(self._parts.requests.hang_up_surely(self.call.session_id))
            case Step(leg_id, kind):
                self._stepped(leg_id, kind)
            case ReceptionistLeaves(leg_id):
                self._leave_together(leg_id)
            case Settled(outcome, leg_id):
                self._settled(outcome, leg_id)
            case LegNotEnded(leg_id, session_id):
                log.error("leg_not_ended", call_id=self.call.call_id, leg_session=session_id)
                if self._parts.leg_not_ended is not None:
                    self._parts.errands.run(self._parts.leg_not_ended(self.call, session_id))

    async def _ask(self, effect: RoomEffect) -> None:
        """Ask the platform, and tell the rules what it said: always, or they would wait."""
        visit, requests = self.visit, self._parts.requests
        match effect:
            case OrderLeg(leg_id, number):
                await self._order(leg_id, number)
            case EndLeg(leg_id, session_id):
                is_over = await requests.hang_up(session_id)
                visit.ended(leg_id, clock.monotonic(), is_over=is_over)
            case FindAndEndLeg(leg_id, number):
                leg = visit.leg(leg_id)
                since = leg.ordered_at if leg is not None else 0.0
                is_over = await requests.find_and_end(LEG_LABEL + leg_id, number, since)
                visit.ended(leg_id, clock.monotonic(), is_over=is_over)
            case LookAtLeg(leg_id, session_id):
                found = await requests.look(session_id)
                if found is not None and not found.is_live:
                    visit.leg_over(leg_id, found.outcome, clock.monotonic())
            case LookAtCaller():
                found = await requests.look(self.call.session_id)
                if found is not None and not found.is_live:
                    self.caller_gone()
        self._run()

    async def _order(self, leg_id: str, number: str) -> None:
        """Ring somebody, once it is on disk that it is done."""
        label = LEG_LABEL + leg_id
        dialled = str(self.call.dialled or "")
        leg = OpenLeg(key=label, kind=LegKind.COLLEAGUE, call_id=self.call.call_id,
                      from_number=dialled, to_number=number)  # fmt: skip
        await self._kept(leg)
        placed = await self._parts.requests.place(dialled, number, label)
        now = clock.monotonic()
        if placed.session_id:
            await self._kept(replace(leg, session_id=placed.session_id))
            self.visit.placed(leg_id, placed.session_id, now)
        else:
            self.visit.not_placed(leg_id, placed.outcome, now, may_ring=placed.may_ring)

    def _stepped(self, leg_id: str, kind: StepKind) -> None:
        leg = self.visit.leg(leg_id)
        if leg is None:
            return
        if kind is StepKind.OVER:
            self._parts.errands.run(self._forget(LEG_LABEL + leg_id))
        if self._listener is not None and leg in self.visit.legs:
            self._listener.stepped(leg, kind)

    def _leave_together(self, leg_id: str) -> None:
        leg = self.visit.leg(leg_id)
        self.call.visit.join()
        for one in self._parts.open_legs.all:
            if one.key in (self.call.call_id, LEG_LABEL + leg_id):
                self._keep(replace(one, is_talking=True))
        if self._listener is not None and leg is not None:
            self._listener.both_together(leg)

    def _settled(self, outcome: JoinOutcome, leg_id: str) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.settled(outcome, self.visit.leg(leg_id), self.visit.legs)

    # -- what is on disk --

    def _keep(self, leg: OpenLeg) -> None:
        self._parts.errands.run(self._kept(leg))

    async def _kept(self, leg: OpenLeg) -> None:
        with contextlib.suppress(OSError):  # a full disk: nobody stays unreached for that
            await self._parts.open_legs.put(leg)

    async def _forget(self, key: str) -> None:
        with contextlib.suppress(OSError):
            await self._parts.open_legs.remove(key)
