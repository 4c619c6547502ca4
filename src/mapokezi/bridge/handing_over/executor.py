"""What the ladder asks of an executor, and what an executor may do at the caller's side.

An executor serves one call. The ladder (`mapokezi.bridge.handing_over.ladder`) makes it when the
call's first hand-off is decided, begins it, passes on what the caller does, and is told its steps
and, exactly once for each `Executing.begin` that did not raise, its end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.errors import MapokeziError
from mapokezi.receptionist.ring_order import RingPlan
from mapokezi.records.call_record import HandOffOutcome
from mapokezi.records.executors import Executor
from mapokezi.records.message_record import MessageRecord
from mapokezi.voice.session import KnownField


class HandOffImpossible(MapokeziError):  # noqa: N818  named as one says it
    """The call stands where this executor cannot be tried; nobody was rung, nothing was said."""


class CallerMeanwhile(StrEnum):
    """Where the caller is while it rings."""

    LEAVES_US = "leaves_us"
    """They are told that they are being connected, and the media is closed (dial)."""
    STAYS_WITH_US = "stays_with_us"
    """The receptionist stays with them and says how it stands (conference)."""
    IS_PROMISED_A_CALL = "is_promised_a_call"
    """Nobody is rung (callback)."""


@dataclass(frozen=True, slots=True)
class HandOffOrder:
    """One hand-off, decided; the message is stored and the staff are told before it exists."""

    plan: RingPlan
    reason: str
    """What the call is about, in a few words; empty if that is not known."""
    note: MessageRecord
    """The message as it is stored: name, number, reason, ``unsure`` fields, ``urgent``."""
    known: tuple[KnownField, ...] = ()
    """What the caller has told of themselves, each with whether it was confirmed."""
    promised: tuple[str, ...] = ()
    """What was done or promised in the call so far, a sentence each."""
    is_urgent: bool = False
    kept_back: frozenset[str] = frozenset()
    """What the caller asked not to pass on: see `mapokezi.receptionist.kept_back`."""


class StepKind(StrEnum):
    """What has happened on the way; for the record, the timeline and the desk."""

    BEGUN = "begun"
    """An executor has begun."""
    ASKED_PLATFORM = "asked_platform"
    """The platform was asked by text, the socket open."""
    STREAM_CLOSED = "stream_closed"
    DOCUMENT_FETCHED = "document_fetched"
    RINGING = "ringing"
    ANSWERED = "answered"
    BRIEFED = "briefed"
    """The colleague has heard whom and what it is about, or cut it short."""
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    """A leg is over, and nothing tells how."""
    JOINED = "joined"
    """Caller and colleague hear each other."""
    STOPPED_RINGING = "stopped_ringing"
    """A leg of ours was ended: the caller gave up or hung up, or somebody else was first."""
    CALLER_TOLD = "caller_told"
    """The caller heard how it stands; ``detail`` has the words, in English."""
    GAVE_UP = "gave_up"
    """The caller wants it no more."""
    DEAD_AIR = "dead_air"
    """The platform left the caller in silence, and the watchdog acted."""
    ENDED = "ended"
    """The executor is done; ``detail`` has the outcome."""


@dataclass(frozen=True, slots=True)
class HandOffStep:
    """One thing that has happened; the ladder adds the instant."""

    kind: StepKind
    person_id: str = ""
    """Whom it concerns; empty: the reception, or nobody in particular."""
    detail: str = ""
    """Free of personal data save the words said to the caller."""


@dataclass(frozen=True, slots=True)
class LegSeconds:
    """One dialled leg, for the record and the bill."""

    person_id: str
    outcome: HandOffOutcome | None
    """None: nobody can tell (yet)."""
    rang_s: float
    talked_s: float = 0.0
    """From its answer on: what is paid for, the briefing included."""
    is_one_of_several: bool = False
    """One of those who rang at once took the call, and nothing tells which."""


@dataclass(frozen=True, slots=True)
class HandOffEnd:
    """What came of one executor's try."""

    outcome: HandOffOutcome | None
    """None: it is over, and nobody can tell how."""
    person_id: str = ""
    """Who took the call; if nobody did, who was rung last."""
    person_name: str = ""
    legs: tuple[LegSeconds, ...] = ()
    left_silent: bool = False
    """Whether the caller was left in silence: then the executor is switched off and told."""
    detail: str = ""
    """For the record and the operator."""


class CallerSide(Protocol):
    """The caller's side of the call, as an executor may use it. All of it is synchronous."""

    @property
    def call(self) -> CallInProgress:
        """The call."""

    @property
    def is_with_us(self) -> bool:
        """Whether the caller's media is open to us just now."""

    def say(self, text: str) -> None:
        """Have a sentence of ours spoken to the caller, behind what is being said.

        It is on the transcript, and the voice model (if any) is told of it. Prepared sounds are
        used where the phrase book has them, else the local voice speaks it.
        """

    def ring_tone(self) -> None:
        """Have the caller hear that it rings, if nothing else is heard of us just now."""

    def send_text(self, text: str) -> bool:
        """Send a text on the open media socket; False if there is none."""

    def leave(self) -> None:
        """The caller and a person hear each other: close our media, leave the call alone.

        For an executor of `CallerMeanwhile.STAYS_WITH_US`. The call is not hung up.
        """

    def step(self, step: HandOffStep) -> None:
        """Put a step on the record and the timeline, and tell those who watch."""

    def ended(self, end: HandOffEnd) -> None:
        """The try is over. Not connected: the ladder goes on, the executor does nothing more."""


class Executing(Protocol):
    """One executor, serving one call. All methods are synchronous and never block.

    What takes time runs in tasks of its own (`mapokezi.bridge.errands.Errands`).
    """

    @property
    def executor(self) -> Executor:
        """Which one."""

    @property
    def meanwhile(self) -> CallerMeanwhile:
        """Where the caller is while it rings."""

    def begin(self, order: HandOffOrder) -> None:
        """Begin: ring, or have it ready for when the caller has been told.

        Raises:
            HandOffImpossible: If it cannot be tried in this call; the ladder takes the next one.
        """

    def line_heard(self) -> None:
        """Of `CallerMeanwhile.LEAVES_US`: the caller has heard that they are being connected."""

    def caller_said(self, text: str) -> None:
        """What the caller said while it rings, final words; they may give up."""

    def key_pressed(self, digit: str) -> None:
        """A key of the caller's while it rings."""

    def give_up(self) -> None:
        """The caller wants it no more, or the call ends: stop ringing at once.

        `CallerSide.ended` follows, unless the caller talks with a person already.
        """

    def caller_gone(self) -> None:
        """The caller has hung up: stop ringing at once, end every leg that we rang."""

    def close(self) -> None:
        """The call is over for us; let go of timers. Legs that are joined go on."""


MakeExecutor = Callable[[CallerSide], Executing]
"""Makes an executor for a call: one for each `Executor`, given to the ladder by the composition."""
