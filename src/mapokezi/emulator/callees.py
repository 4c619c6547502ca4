"""The people whom the platform can ring: what each does when the phone goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class DialOutcome(StrEnum):
    """What became of a dialled leg, in the platform's words for a call's status."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CalleeScript:
    """One person's behaviour, the same each time they are rung."""

    outcome: DialOutcome = DialOutcome.ANSWERED
    after_s: float = 1.0
    """How long it rings, or until busy or a failure is told."""
    talk_s: float = 2.0
    """How long the person stays once they have answered."""
    says: str = "Hello, how can I help you?"
    """Their first words, spoken by the emulator's synthesiser."""


NOBODY = CalleeScript(DialOutcome.NO_ANSWER)
"""Rings until the platform gives up."""


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
