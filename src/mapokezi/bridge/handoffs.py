"""Passing a caller on, the way the platform's own page describes: close the stream, answer `Dial`.

One hand-off of one call at a time: armed when the receptionist decides, due when the caller has
heard that they are being connected, watched until the platform has fetched its document, and
ended with what came of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.call_keeping import CallKeeping
from mapokezi.bridge.calls_in_progress import CallsInProgress
from mapokezi.errors import MapokeziError
from mapokezi.receptionist.handoff import Ring
from mapokezi.records.call_record import CallRecord, HandOffOutcome
from mapokezi.telephony.actions import Dial, Say
from mapokezi.telephony.callbacks import DialOutcome
from mapokezi.telephony.visit import Phase
from mapokezi.units import E164, Milliseconds

log = structlog.get_logger("mapokezi.bridge.handoffs")

_WATCH_S = 4.0
"""A platform that has not asked for the document by then leaves the caller in dead air: the one
integrator who tried saw 20 s and 63 s of it (contract fact 4)."""
_RING_S = 25
"""How long the colleague's telephone rings: five rings, before most mailboxes answer."""


class HandOffImpossible(MapokeziError):  # noqa: N818  named as one says it
    """The call stands where no hand-off can be tried."""


class HandOff:
    """The hand-offs of one call, one after the other.

    Args:
        call: The call.
        calls: Where the document is armed.
        keeping: The call's record.
        dead_air: Called if the platform never asked for the document.
    """

    def __init__(
        self,
        call: CallInProgress,
        calls: CallsInProgress,
        keeping: CallKeeping,
        dead_air: Callable[[], None],
    ) -> None:
        """Begin with none under way."""
        self._call = call
        self._calls = calls
        self._keeping = keeping
        self._dead_air = dead_air
        self._ring: Ring | None = None
        self._is_armed = False
        self._served_at: float | None = None
        self.rung_in_doubt: set[E164] = set()
        """Who was rung without anybody being able to tell what came of it."""
        self.is_under_way = False
        """Whether the caller was let go for it, and nothing is known yet of what came of it."""
        self._watch: asyncio.TimerHandle | None = None

    @property
    def is_armed(self) -> bool:
        """Whether one is ready, or under way."""
        return self._is_armed

    @property
    def name(self) -> str:
        """Whom the caller was told about."""
        return self._ring.person_name if self._ring is not None else ""

    @property
    def is_in_doubt(self) -> bool:
        """Whether nobody can tell what came of the last one."""
        return self._ring is not None and self._ring.destination in self.rung_in_doubt

    @property
    def has_news(self) -> bool:
        """Whether what is known of its outcome is not on record yet."""
        told_late = self.is_in_doubt and self._call.handoff_outcome is not DialOutcome.IN_DOUBT
        return self.is_under_way or (told_late and self._call.handoff_outcome is not None)

    def arm(self, ring: Ring) -> None:
        """Have the document ready for the platform's next question.

        Raises:
            HandOffImpossible: If the platform will not ask any more.
        """
        # The caller hears "connecting you" from us; what the platform says covers the ringing.
        self._calls.arm_handoff(
            self._call.call_id,
            (
                Say(f"Connecting you to {ring.person_name} now.", language="en-KE"),
                Dial((ring.destination,), caller_id=self._call.dialled, timeout_s=_RING_S),
            ),
        )
        if self._call.state is not Phase.ARMED:
            raise HandOffImpossible(f"the platform's visit is {self._call.state.value}")
        self._ring = ring
        self._is_armed = True

    def call_off(self) -> None:
        """The caller said "wait": it is not to happen."""
        self._calls.disarm_handoff(self._call.call_id)
        self._ring = None
        self._is_armed = False

    def due(self) -> None:
        """The media is being closed: from now on the platform must ask for the document soon.

        If it was given the document before, in answer to some post of the call's life, it has not
        acted on it, or our stream would not have been open until now.
        """
        self._keeping.hand_off_begun(self._ring.person_id if self._ring is not None else "")
        self._call.handoff_served_at = None
        self.is_under_way = True
        self._stop_watch()
        self._watch = asyncio.get_running_loop().call_later(_WATCH_S, self._not_fetched)

    def served(self) -> None:
        """The platform has fetched the document."""
        self._served_at = clock.monotonic()
        self._stop_watch()

    def ended(self) -> bool:
        """What came of it is known, or is in doubt; then the word that ends the doubt may follow.

        Returns:
            Whether the caller spoke with a person.
        """
        outcome = self._call.handoff_outcome
        talked = outcome is DialOutcome.CONNECTED
        if not self.is_under_way:
            return self._doubt_ended(outcome)
        self._stop_watch()
        self.is_under_way = self._is_armed = False
        if outcome is DialOutcome.IN_DOUBT and self._ring is not None:
            self.rung_in_doubt.add(self._ring.destination)
        self._keeping.hand_off_ended(_kept(outcome), self._talked_s() if talked else 0.0)
        if talked and self._call.handoff_talked_s is not None:
            self._keeping.record = _with_talk(self._keeping.record, self._call.handoff_talked_s)
        return talked

    def _doubt_ended(self, outcome: DialOutcome | None) -> bool:
        if self._ring is not None and outcome is not None:
            self.rung_in_doubt.discard(self._ring.destination)
            self._keeping.hand_off_known(HandOffOutcome(outcome.value))
        return outcome is DialOutcome.CONNECTED

    def _talked_s(self) -> float:
        """How long they spoke: the platform's word, or since it fetched the document."""
        told = self._call.handoff_talked_s
        if told is not None:
            return float(told)
        return clock.monotonic() - self._served_at if self._served_at is not None else 0.0

    def stop(self) -> None:
        """The call is over."""
        self._stop_watch()

    def _not_fetched(self) -> None:
        self._watch = None
        self.is_under_way = self._is_armed = False
        log.error("handoff_document_not_fetched", call_id=self._call.call_id, waited_s=_WATCH_S)
        self._keeping.hand_off_ended(HandOffOutcome.NOT_SUPPORTED, 0.0)
        self._dead_air()

    def _stop_watch(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None


def _kept(outcome: DialOutcome | None) -> HandOffOutcome | None:
    """What goes on record; None: not known, until the bill tells."""
    if outcome is DialOutcome.IN_DOUBT:
        return None
    return HandOffOutcome(outcome.value) if outcome is not None else HandOffOutcome.FAILED


def _with_talk(record: CallRecord, talked_s: int) -> CallRecord:
    """Put the length of the talk beside the last hand-off: its ringing is not paid for."""
    last = replace(record.hand_offs[-1], talked_ms=Milliseconds(talked_s * 1000))
    return replace(record, hand_offs=(*record.hand_offs[:-1], last))
