"""Passing on as the platform's own page says: the stream is ended, and the platform dials.

The caller has heard that they are being connected. Then the platform is asked, by text and with
the socket still open, to end the stream: ``disconnect``, which is to its upper layer the same event
as our closing, then ``transfer`` (contract/media-module.md, section 6). If it acts on that, it asks
us what is next and gets ``<Dial>``; the socket is closed only then. If it does not, the caller is
still with us, has missed nothing, and the next executor has its turn. Where somebody has seen that
only our closing moves it (`Standing.by_close`), the stream is closed at once.

Once the socket is gone a watchdog waits for the platform's question. One integrator saw callers
sit in dead air for 20 s and 63 s (contract fact 4); here that ends after four.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.calls_in_progress import CallsInProgress
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
from mapokezi.receptionist.handoff import Ring, RingRound
from mapokezi.records.call_record import HandOffOutcome
from mapokezi.records.executors import Executor
from mapokezi.telephony.actions import Action, Dial, Say
from mapokezi.telephony.callbacks import DialOutcome
from mapokezi.telephony.numbers import same_subscriber
from mapokezi.telephony.stream import DISCONNECT, TRANSFER
from mapokezi.telephony.visit import Phase

log = structlog.get_logger("mapokezi.bridge.dial")

_LANGUAGE = "en-KE"
"""Of the platform's own voice."""
ONE_MOMENT = "One moment, please."
"""Among the sounds that are made before any call: it must not wait for a synthesiser."""


@dataclass(frozen=True, slots=True)
class DialTimes:
    """How long the platform is waited for, in seconds."""

    after_disconnect_s: float = 1.0
    """A platform that acts on the text does so within a network's round trip or two."""
    after_transfer_s: float = 1.0
    """Together with the first, no longer than a caller bears in silence, a word in between."""
    after_close_s: float = 4.0
    """From the end of the stream to its question; then the caller is in dead air."""
    drops_within_s: float = 1.5
    """A call that ends so soon after the asking was ended by the platform, not by the caller."""


_STEPS = {
    HandOffOutcome.NO_ANSWER: StepKind.NO_ANSWER,
    HandOffOutcome.BUSY: StepKind.BUSY,
    HandOffOutcome.DECLINED: StepKind.DECLINED,
    HandOffOutcome.FAILED: StepKind.FAILED,
    HandOffOutcome.CONNECTED: StepKind.JOINED,
}


class DialExecutor:
    """One call's dials, a round after another."""

    executor = Executor.DIAL
    meanwhile = CallerMeanwhile.LEAVES_US

    def __init__(
        self,
        side: CallerSide,
        calls: CallsInProgress,
        *,
        by_close: Callable[[], bool],
        times: DialTimes | None = None,
    ) -> None:
        """Begin with nothing armed.

        Args:
            side: The caller's side.
            calls: Where the documents are armed.
            by_close: Whether the platform is known to be moved by our closing alone.
            times: How long it is waited for.
        """
        self._side, self._calls = side, calls
        self._by_close = by_close
        self._times = times or DialTimes()
        self._rounds: tuple[RingRound, ...] = ()
        self._at = 0
        self._rang_since: float | None = None
        self._legs: list[LegSeconds] = []
        self._taken_by: Ring | None = None
        """Of several that rang at once."""
        self._timer: asyncio.TimerHandle | None = None
        self._asked_at: float | None = None
        self._is_asking = False
        """Whether the platform was asked, and the socket is open."""

    # -- what the ladder asks --

    def begin(self, order: HandOffOrder) -> None:
        """Have the documents ready for the platform's next question.

        Raises:
            HandOffImpossible: If the platform will not ask any more, or the call is held by a
                conference.
        """
        call = self._side.call
        if call.first_executor is Executor.CONFERENCE:
            raise HandOffImpossible("the call is held by a conference, not by its stream")
        self._rounds = order.plan.rounds
        documents = [_document(one, call.dialled) for one in self._rounds]
        self._calls.arm_handoff(call.call_id, *documents)
        if call.state is not Phase.ARMED:
            raise HandOffImpossible(f"the platform's visit is {call.state.value}")

    def line_heard(self) -> None:
        """The caller has heard that they are being connected: now the platform must ask."""
        # Given in answer to some earlier post, the document was not acted on: our stream is open.
        self._side.call.handoff_served_at = None
        self._asked_at = clock.monotonic()
        if self._by_close():
            self._close_stream()
            return
        self._is_asking = True
        self._ask(DISCONNECT, self._times.after_disconnect_s, self._ask_again)

    def give_up(self) -> None:
        """The caller wants it no more: what is armed is taken back."""
        self._calls.disarm_handoff(self._side.call.call_id)
        self._over(HandOffEnd(HandOffOutcome.CALLER_GONE, *self._first()))

    def caller_gone(self) -> None:
        """The caller has hung up, which ends the dialled leg too: the platform dialled it."""
        outcome, detail = None, ""
        if self._rang_since is None:
            outcome = HandOffOutcome.CALLER_GONE
            asked_at = self._asked_at
            if asked_at is not None and clock.monotonic() - asked_at <= self._times.drops_within_s:
                outcome = HandOffOutcome.NOT_SUPPORTED
                detail = "the call ended as the platform was asked to end the stream"
        self._over(HandOffEnd(outcome, *self._first(), legs=tuple(self._legs), detail=detail))

    def caller_said(self, text: str) -> None:
        """The caller is not with us while it rings."""

    def key_pressed(self, digit: str) -> None:
        """The caller is not with us while it rings."""

    def close(self) -> None:
        """The call is over."""
        self._stop_timer()

    # -- what the platform does --

    @property
    def takes_close(self) -> bool:
        """Whether the socket's closing by the platform is the answer to our asking."""
        return self._is_asking

    def media_closed(self) -> None:
        """The platform has ended the stream, as it was asked to."""
        if not self._is_asking:
            return
        self._is_asking = False
        self._step(StepKind.STREAM_CLOSED, "by the platform")
        if self._rang_since is None:
            self._watch()

    def document_fetched(self) -> None:
        """The platform has fetched a round's document: it dials."""
        self._stop_timer()
        if self._is_asking:
            self._is_asking = False
            self._side.leave()
        self._rang_since = clock.monotonic()
        self._step(StepKind.DOCUMENT_FETCHED)
        for ring in self._rounds[self._at].rings:
            self._step(StepKind.RINGING, person_id=ring.person_id)

    def round_ended(self) -> None:
        """Nobody was reached in a round, and the next one is about to be fetched."""
        self._leg_over(self._side.call.visit.round_outcome, 0.0)
        self._at = min(self._at + 1, len(self._rounds) - 1)

    def leg_ended(self) -> None:
        """The last dialled leg is over, or the platform asks how to go on behind it."""
        call = self._side.call
        told = call.handoff_outcome
        talked_s = self._talked_s() if told is DialOutcome.CONNECTED else 0.0
        outcome = self._leg_over(told, talked_s)
        whom = self._with_whom() if outcome is HandOffOutcome.CONNECTED else self._first()
        self._over(HandOffEnd(outcome, *whom, legs=tuple(self._legs)))

    # -- --

    def _ask(self, text: str, wait_s: float, then: Callable[[], None]) -> None:
        self._side.send_text(text)
        self._step(StepKind.ASKED_PLATFORM, text)
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(wait_s, then)

    def _ask_again(self) -> None:
        self._side.say(ONE_MOMENT)
        self._ask(TRANSFER, self._times.after_transfer_s, self._ignored)

    def _ignored(self) -> None:
        """The platform acts on neither text: the caller is with us still, so we go on."""
        self._is_asking = False
        self._calls.disarm_handoff(self._side.call.call_id)
        detail = "the platform did not act on being asked by text"
        self._over(HandOffEnd(HandOffOutcome.NOT_SUPPORTED, *self._first(), detail=detail))

    def _close_stream(self) -> None:
        self._side.leave()
        self._step(StepKind.STREAM_CLOSED, "by us")
        self._watch()

    def _watch(self) -> None:
        self._stop_timer()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._times.after_close_s, self._not_fetched)

    def _not_fetched(self) -> None:
        waited_s = self._times.after_close_s
        log.error(
            "handoff_document_not_fetched", call_id=self._side.call.call_id, waited_s=waited_s
        )
        self._step(StepKind.DEAD_AIR)
        detail = f"the platform asked for nothing within {waited_s:g} s of the stream's end"
        self._over(
            HandOffEnd(
                HandOffOutcome.NOT_SUPPORTED, *self._first(), left_silent=True, detail=detail
            )
        )

    def _leg_over(self, told: DialOutcome | None, talked_s: float) -> HandOffOutcome | None:
        outcome = kept_outcome(told)
        rang_s = 0.0 if self._rang_since is None else clock.monotonic() - self._rang_since
        if outcome is HandOffOutcome.CONNECTED and len(self._rounds[self._at].rings) > 1:
            self._one_took_it(max(0.0, rang_s - talked_s), talked_s)
            return outcome
        kind = _STEPS[outcome] if outcome is not None else StepKind.IN_DOUBT
        for ring in self._rounds[self._at].rings:
            self._step(kind, person_id=ring.person_id)
            leg = LegSeconds(ring.person_id, outcome, max(0.0, rang_s - talked_s), talked_s)
            self._legs.append(leg)
            talked_s = 0.0  # of several that ring at once, one is paid for
        return outcome

    def _one_took_it(self, rang_s: float, talked_s: float) -> None:
        """Of several that rang at once one took the call: whom, only the platform can say."""
        rings, number = self._rounds[self._at].rings, self._side.call.dial_taken_by
        took = [one for one in rings if number and same_subscriber(one.destination, number)]
        self._taken_by = next(iter(took), None)
        if self._taken_by is None:
            self._step(StepKind.JOINED, "one of several")
            self._legs += [
                LegSeconds(
                    one.person_id, None, rang_s, 0.0 if nth else talked_s, is_one_of_several=True
                )
                for nth, one in enumerate(rings)
            ]
            return
        for one in rings:
            has_it = one is self._taken_by
            kind = StepKind.JOINED if has_it else StepKind.STOPPED_RINGING
            self._step(kind, person_id=one.person_id)
            outcome = HandOffOutcome.CONNECTED if has_it else HandOffOutcome.CALLER_GONE
            talk_s = talked_s if has_it else 0.0
            self._legs.append(LegSeconds(one.person_id, outcome, rang_s, talk_s))

    def _talked_s(self) -> float:
        """How long they spoke: the platform's word, or since it fetched the document."""
        told = self._side.call.handoff_talked_s
        if told is not None:
            return float(told)
        return clock.monotonic() - self._rang_since if self._rang_since is not None else 0.0

    def _with_whom(self) -> tuple[str, str]:
        """Who took the call; of several, nobody's id and all their names if nothing tells."""
        rings = self._rounds[self._at].rings
        if self._taken_by is not None:
            return self._taken_by.person_id, self._taken_by.person_name
        return self._first() if len(rings) == 1 else ("", _names(self._rounds[self._at]))

    def _first(self) -> tuple[str, str]:
        ring: Ring = self._rounds[self._at].rings[0]
        return ring.person_id, ring.person_name

    def _step(self, kind: StepKind, detail: str = "", *, person_id: str = "") -> None:
        self._side.step(HandOffStep(kind, person_id, detail))

    def _over(self, end: HandOffEnd) -> None:
        self._stop_timer()
        self._is_asking = False
        self._side.ended(end)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def kept_outcome(told: DialOutcome | None) -> HandOffOutcome | None:
    """What goes on record; None: not known, until the bill tells."""
    if told is DialOutcome.IN_DOUBT:
        return None
    return HandOffOutcome(told.value) if told is not None else HandOffOutcome.FAILED


def _names(one: RingRound) -> str:
    return " or ".join(dict.fromkeys(ring.person_name for ring in one.rings))


def _document(one: RingRound, caller_id: str | None) -> tuple[Action, ...]:
    # The caller heard "connecting you" from us; what the platform says covers the ringing.
    names = _names(one)
    numbers = tuple(ring.destination for ring in one.rings)
    return (
        Say(f"Connecting you to {names} now.", language=_LANGUAGE),
        Dial(numbers, caller_id=caller_id, timeout_s=one.seconds),
    )
