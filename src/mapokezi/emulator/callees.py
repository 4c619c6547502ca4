"""The people whom the platform can ring: what each does when the phone goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from mapokezi.errors import MapokeziError


class DialOutcome(StrEnum):
    """What became of a dialled leg, in the platform's words for a call's status."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"


class UnknownWay(MapokeziError):  # noqa: N818  named as one says it
    """No callee behaves like that; the text says which ways there are."""


@dataclass(frozen=True, slots=True)
class CalleeScript:
    """One person's behaviour, the same each time they are rung."""

    outcome: DialOutcome = DialOutcome.ANSWERED
    after_s: float = 1.0
    """How long it rings, or until busy or a failure is told; by the emulator's clock."""
    talk_s: float = 2.0
    """How long the person stays once they have answered."""
    says: str = "Hello, how can I help you?"
    """Their first words, spoken by the emulator's synthesiser."""
    presses: str = ""
    """Keys that they press."""
    presses_after_s: float = 1.5
    """When, from their answer."""
    then_says: str = ""
    """What they say once they have pressed, and again and again while they stay: to whom the key
    has joined them."""
    ends_with_beep: bool = False
    """A tone follows the words, as a machine's does."""


NOBODY = CalleeScript(DialOutcome.NO_ANSWER)
"""Rings until the platform gives up."""

WAYS: dict[str, CalleeScript] = {
    "answer": CalleeScript(after_s=3.0, talk_s=6.0),
    "accept": CalleeScript(
        after_s=3.0, talk_s=16.0, presses="1", then_says="Hello, I am on the line now."
    ),
    "decline": CalleeScript(after_s=3.0, talk_s=12.0, presses="2"),
    "no-answer": NOBODY,
    "busy": CalleeScript(DialOutcome.BUSY, after_s=1.0),
    "voicemail": CalleeScript(
        after_s=12.0,
        talk_s=30.0,
        says="The person you are calling cannot take your call. Please leave a message after "
        "the tone.",
        ends_with_beep=True,
    ),
    "hangs-up": CalleeScript(after_s=3.0, talk_s=0.5, says=""),
    "fail": CalleeScript(DialOutcome.FAILED, after_s=0.5),
}
"""Callees by the name of what they do."""


def callee(way: str, **changes: object) -> CalleeScript:
    """A callee who behaves in one of the named ways.

    Raises:
        UnknownWay: There is no such way.
    """
    script = WAYS.get(way)
    if script is None:
        raise UnknownWay(f"{way}: a callee can {', '.join(WAYS)}")
    return replace(script, **changes)  # type: ignore[arg-type]  # the caller's own fields


@dataclass(frozen=True, slots=True)
class DialPlan:
    """What will come of ringing several people at once."""

    outcome: DialOutcome
    at_s: float
    """When that is known, from the start of ringing."""
    answerer: int | None = None
    """Which of the numbers answered."""


def plan_dial(scripts: Sequence[CalleeScript], timeout_s: float) -> DialPlan:
    """Decide a dial to all of them at once: the first to answer has the call.

    Without an answer the dial ends when the last of them is settled; busy is told before no
    answer, and no answer before a failure.
    """
    if not scripts:
        return DialPlan(DialOutcome.FAILED, 0.0)
    answers = [
        (script.after_s, index)
        for index, script in enumerate(scripts)
        if script.outcome is DialOutcome.ANSWERED and script.after_s < timeout_s
    ]
    if answers:
        at_s, index = min(answers)
        return DialPlan(DialOutcome.ANSWERED, at_s, index)
    settled = [_settled(script, timeout_s) for script in scripts]
    last_s = max(at_s for _, at_s in settled)
    outcomes = {outcome for outcome, _ in settled}
    for outcome in (DialOutcome.BUSY, DialOutcome.NO_ANSWER):
        if outcome in outcomes:
            return DialPlan(outcome, last_s)
    return DialPlan(DialOutcome.FAILED, last_s)


def _settled(script: CalleeScript, timeout_s: float) -> tuple[DialOutcome, float]:
    rings_out = script.outcome in (DialOutcome.ANSWERED, DialOutcome.NO_ANSWER)
    if rings_out or script.after_s >= timeout_s:
        return DialOutcome.NO_ANSWER, timeout_s
    return script.outcome, script.after_s
