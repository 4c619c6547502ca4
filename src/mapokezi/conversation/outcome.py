"""What a call came to, decided from plain facts."""

from __future__ import annotations

from dataclasses import dataclass

from mapokezi.calls import Outcome, Termination, TerminationReason, TerminationResult

_SOMETHING_DONE = frozenset({Outcome.RESOLVED, Outcome.MESSAGE, Outcome.TRANSFERRED})
_CALLERS_OWN = frozenset({TerminationReason.CALLER_HUNG_UP, TerminationReason.CALLER_SILENT})
_OFFICES_OWN = frozenset(
    {
        TerminationReason.RECEPTIONIST_SAID_GOODBYE,
        TerminationReason.HANDED_OFF,
        TerminationReason.MACHINE,
        TerminationReason.CALL_CAP,
        TerminationReason.DRAINED,
    }
)

FLASH_S = 3.0
"""Who hangs up sooner than this wants to be called back (product.md, "From the field")."""


@dataclass(frozen=True, slots=True)
class OutcomeFacts:
    """What happened in a conversation, as far as its outcome rests on it."""

    open_s: float = 0.0
    """Seconds from the media's opening to the end."""
    caller_spoke: bool = False
    """Whether the caller said anything that was understood as words, or pressed a key."""
    answer_heard: bool = False
    """Whether the caller heard an answer that rests on an office fact."""
    message_id: str | None = None
    """The stored message, if there is one."""
    talked_to_person: bool = False


def outcome_of(facts: OutcomeFacts, termination: Termination) -> Outcome:
    """Decide what the visit came to.

    What was done for the caller counts before how the call ended: a stored message stays a
    stored message though the line broke afterwards.
    """
    if facts.talked_to_person:
        return Outcome.TRANSFERRED
    if facts.message_id is not None:
        return Outcome.MESSAGE
    if facts.answer_heard:
        return Outcome.RESOLVED
    if termination.reason is TerminationReason.REFUSED:
        return Outcome.FALLBACK
    if termination.reason is TerminationReason.MACHINE:
        return Outcome.SPAM
    if termination.result is TerminationResult.FAILED:
        return Outcome.FAILED
    if (
        termination.reason is TerminationReason.CALLER_HUNG_UP
        and facts.open_s < FLASH_S
        and not facts.caller_spoke
    ):
        return Outcome.FLASH
    return Outcome.ABANDONED


def result_of(
    reason: TerminationReason, facts: OutcomeFacts, *, was_leaving: bool
) -> TerminationResult:
    """Tell coarsely how a call ended: its reason, seen beside what was done."""
    if reason in _OFFICES_OWN:
        return TerminationResult.COMPLETED
    if reason not in _CALLERS_OWN:
        return TerminationResult.FAILED
    trial = Termination(TerminationResult.ABANDONED, reason)
    if was_leaving and reason is TerminationReason.CALLER_HUNG_UP:
        return TerminationResult.COMPLETED
    done = outcome_of(facts, trial) in _SOMETHING_DONE
    return TerminationResult.COMPLETED if done else TerminationResult.ABANDONED
