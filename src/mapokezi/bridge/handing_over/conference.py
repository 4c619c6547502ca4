"""Passing on through a room: the caller stays with us until somebody has taken the call.

The caller's call is held in a room of its own from its first document on. Colleagues are rung with
legs of their own, hear whom and what it is about, and press 1 to take the call; only then are they
sent to the room, and when both are there the receptionist leaves.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable, Sequence

import structlog

from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.handing_over.executor import (
    CallerMeanwhile,
    CallerSide,
    HandOffEnd,
    HandOffImpossible,
    HandOffOrder,
    HandOffStep,
    LegSeconds,
    StepKind,
)
from mapokezi.bridge.handing_over.room import CallRoom
from mapokezi.calls import CallId
from mapokezi.receptionist.handoff import Ring
from mapokezi.receptionist.handoff_briefing import (
    ON_THE_LINE,
    STILL_RINGING,
    STOPPED_RINGING,
    AboutCaller,
    briefing_of,
    short_words,
)
from mapokezi.records.call_record import HandOffOutcome
from mapokezi.records.executors import Executor
from mapokezi.telephony import conference_legs as legs
from mapokezi.telephony.conference_documents import LegWords
from mapokezi.telephony.visit import Phase

log = structlog.get_logger("mapokezi.bridge.conference")

_RING_TONE_EVERY_S = 2.6
"""From one to the next: nobody who waits hears nothing for three seconds."""
_HOW_IT_STANDS_EVERY = 5
"""Every so many tones a sentence says how it stands, instead of a tone."""
_GIVES_UP = re.compile(
    r"\b(?:never ?mind|forget (?:it|about it)|don'?t (?:bother|worry)|stop (?:ringing|trying)"
    r"|(?:i )?(?:can ?not|can'?t|won'?t|do(?: not|n'?t) want to) (?:wait|hold)"
    r"|just take a message|(?:i(?:'ll| will)|let me) (?:just )?"
    r"(?:leave a message|call (?:back|later))"
    r"|(?:wacha|achana na hiyo|basi) (?:tu|basi)|sitaki kungoja|siwezi kungoja)\b",
    re.IGNORECASE,
)
_GIVE_UP_KEY = "*"

_OUTCOMES = {
    legs.JoinOutcome.CONNECTED: HandOffOutcome.CONNECTED,
    legs.JoinOutcome.NO_ANSWER: HandOffOutcome.NO_ANSWER,
    legs.JoinOutcome.BUSY: HandOffOutcome.BUSY,
    legs.JoinOutcome.DECLINED: HandOffOutcome.DECLINED,
    legs.JoinOutcome.FAILED: HandOffOutcome.FAILED,
    legs.JoinOutcome.GIVEN_UP: HandOffOutcome.CALLER_GONE,
    legs.JoinOutcome.CALLER_GONE: HandOffOutcome.CALLER_GONE,
    legs.JoinOutcome.NOT_SUPPORTED: HandOffOutcome.NOT_SUPPORTED,
}
_LEG_OUTCOMES = {
    legs.LegOutcome.CONNECTED: HandOffOutcome.CONNECTED,
    legs.LegOutcome.NO_ANSWER: HandOffOutcome.NO_ANSWER,
    legs.LegOutcome.BUSY: HandOffOutcome.BUSY,
    legs.LegOutcome.DECLINED: HandOffOutcome.DECLINED,
    legs.LegOutcome.FAILED: HandOffOutcome.FAILED,
    legs.LegOutcome.NOT_NEEDED: HandOffOutcome.CALLER_GONE,
}
_OVER_STEPS = {
    legs.LegOutcome.CONNECTED: StepKind.STOPPED_RINGING,
    legs.LegOutcome.NO_ANSWER: StepKind.NO_ANSWER,
    legs.LegOutcome.BUSY: StepKind.BUSY,
    legs.LegOutcome.DECLINED: StepKind.DECLINED,
    legs.LegOutcome.FAILED: StepKind.FAILED,
    legs.LegOutcome.NOT_NEEDED: StepKind.STOPPED_RINGING,
}


def gives_up(text: str) -> bool:
    """Whether a caller who waits says that they want it no more."""
    return _GIVES_UP.search(text) is not None


class ConferenceExecutor:
    """One hand-off of one call through its room."""

    executor = Executor.CONFERENCE
    meanwhile = CallerMeanwhile.STAYS_WITH_US

    def __init__(self, side: CallerSide, room_of: Callable[[CallId], CallRoom | None]) -> None:
        """Begin with nobody rung.

        Args:
            side: The caller's side.
            room_of: Finds the room in which a call is held, if it is.
        """
        self._side, self._room_of = side, room_of
        self._room: CallRoom | None = None
        self._rings: dict[str, Ring] = {}
        self._tone: asyncio.TimerHandle | None = None
        self._tones = 0
        self._name = ""

    # -- what the ladder asks --

    def begin(self, order: HandOffOrder) -> None:
        """Ring the first round.

        Raises:
            HandOffImpossible: If this call is not held in a room, or the platform cannot be asked.
        """
        call = self._side.call
        room = self._room_of(call.call_id)
        if room is None or call.streams_offered > 1:
            raise HandOffImpossible("the call is not held in a room")
        if call.dialled is None:
            raise HandOffImpossible("it is not known from which number to ring")
        rounds, words = self._planned(order, call)
        self._room = room
        self._name = order.plan.first.person_name
        if not room.begin(self, rounds, words):
            raise HandOffImpossible("another hand-off of this call is not over")
        self._tone_later()

    def line_heard(self) -> None:
        """The caller stays with us: there is no such line."""

    def caller_said(self, text: str) -> None:
        """What the caller said while it rings; some words mean that they give up."""
        if gives_up(text):
            self.give_up()

    def key_pressed(self, digit: str) -> None:
        """A star means that they give up."""
        if digit == _GIVE_UP_KEY:
            self.give_up()

    def give_up(self) -> None:
        """The caller wants it no more: stop ringing at once."""
        if self._room is not None:
            self._room.give_up()

    def caller_gone(self) -> None:
        """The caller has hung up, as far as is known: end every leg that we rang.

        Once they talk with a colleague our record may be closed before their talk is: then the
        room waits for word of the caller's own leg.
        """
        if self._room is None:
            return
        if self._room.is_talking and self._side.call.state is not Phase.OVER:
            rung = self._room.visit.legs
            with_them = next(leg for leg in rung if leg.joined_at is not None)
            self.settled(legs.JoinOutcome.CONNECTED, with_them, rung)
            return
        self._room.caller_gone()

    def close(self) -> None:
        """The call is over for us."""
        self._no_more_tones()

    # -- what the room tells --

    def stepped(self, leg: legs.Leg, kind: legs.StepKind) -> None:
        """Something has happened to a leg."""
        person_id = self._rings[leg.leg_id].person_id
        for step in _steps_of(leg, kind):
            self._side.step(HandOffStep(step, person_id))
        if kind is legs.StepKind.TAKES:
            self._no_more_tones()
            self._tell(ON_THE_LINE)

    def both_together(self, leg: legs.Leg) -> None:
        """Caller and colleague hear each other."""
        self._no_more_tones()
        self._name = self._rings[leg.leg_id].person_name
        self._side.leave()

    def settled(
        self, outcome: legs.JoinOutcome, leg: legs.Leg | None, rung: Sequence[legs.Leg]
    ) -> None:
        """It is over."""
        self._no_more_tones()
        last = leg or (rung[-1] if rung else None)
        ring = self._rings.get(last.leg_id) if last is not None else None
        given_up = outcome is legs.JoinOutcome.GIVEN_UP
        if given_up:
            self._side.step(HandOffStep(StepKind.GAVE_UP, ring.person_id if ring else ""))
            self._tell(STOPPED_RINGING)
        self._side.ended(
            HandOffEnd(
                _OUTCOMES[outcome],
                ring.person_id if ring else "",
                ring.person_name if ring else self._name,
                legs=tuple(self._seconds(one) for one in rung),
                detail=outcome.value,
            )
        )

    # -- --

    def _planned(
        self, order: HandOffOrder, call: CallInProgress
    ) -> tuple[list[legs.Round], dict[str, LegWords]]:
        rounds, words = [], {}
        about = AboutCaller(call.office, call.caller, order.note, order.reason, order.known,
                            order.promised, order.is_urgent, order.kept_back)  # fmt: skip
        for following in order.plan.rounds:
            wanted = []
            for ring in following.rings:
                leg_id = secrets.token_hex(16)
                self._rings[leg_id] = ring
                words[leg_id] = _words(about, ring)
                wanted.append(legs.LegWanted(leg_id, ring.destination))
            rounds.append(legs.Round(tuple(wanted), float(following.seconds)))
        return rounds, words

    def _seconds(self, leg: legs.Leg) -> LegSeconds:
        now = asyncio.get_running_loop().time()
        over_at = leg.over_at if leg.over_at is not None else now
        answered_at = leg.answered_at
        return LegSeconds(
            self._rings[leg.leg_id].person_id,
            _LEG_OUTCOMES[leg.outcome] if leg.outcome is not None else None,
            rang_s=max(0.0, (answered_at or over_at) - leg.ordered_at),
            talked_s=max(0.0, over_at - answered_at) if answered_at is not None else 0.0,
        )

    # -- what the caller hears meanwhile --

    def _tone_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._tone = loop.call_later(_RING_TONE_EVERY_S, self._tone_due)

    def _tone_due(self) -> None:
        self._tones += 1
        if self._tones % _HOW_IT_STANDS_EVERY == 0:
            self._tell(STILL_RINGING)
        else:
            self._side.ring_tone()
        self._tone_later()

    def _no_more_tones(self) -> None:
        if self._tone is not None:
            self._tone.cancel()
            self._tone = None

    def _tell(self, text: str) -> None:
        self._side.step(HandOffStep(StepKind.CALLER_TOLD, detail=text))
        self._side.say(text)


def _words(about: AboutCaller, ring: Ring) -> LegWords:
    short = short_words(ring.language)
    return LegWords(
        briefing_of(about, ring.language),
        short.keys,
        short.declined,
        short.too_late,
        short.bcp47,
    )


def _steps_of(leg: legs.Leg, kind: legs.StepKind) -> tuple[StepKind, ...]:
    match kind:
        case legs.StepKind.RINGS:
            return (StepKind.RINGING,)
        case legs.StepKind.ANSWERED:
            return (StepKind.ANSWERED,)
        case legs.StepKind.TAKES:
            return (StepKind.BRIEFED, StepKind.ACCEPTED)
        case legs.StepKind.JOINED:
            return (StepKind.JOINED,)
        case legs.StepKind.OVER:
            return (_OVER_STEPS[leg.outcome],) if leg.outcome is not None else ()
