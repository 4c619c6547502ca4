"""What a call came to."""

from __future__ import annotations

import pytest

from mapokezi.calls import Outcome, Termination, TerminationReason, TerminationResult
from mapokezi.conversation.outcome import OutcomeFacts, outcome_of, result_of

HUNG_UP = TerminationReason.CALLER_HUNG_UP


@pytest.mark.parametrize(
    ("facts", "reason", "outcome"),
    [
        (OutcomeFacts(talked_to_person=True, message_id="m"), HUNG_UP, Outcome.TRANSFERRED),
        (OutcomeFacts(message_id="m"), TerminationReason.MEDIA_LOST, Outcome.MESSAGE),
        (OutcomeFacts(answer_heard=True), HUNG_UP, Outcome.RESOLVED),
        (OutcomeFacts(open_s=2.9), HUNG_UP, Outcome.FLASH),
        (OutcomeFacts(open_s=2.9, caller_spoke=True), HUNG_UP, Outcome.ABANDONED),
        (OutcomeFacts(open_s=3.1), HUNG_UP, Outcome.ABANDONED),
        (OutcomeFacts(open_s=2.0), TerminationReason.MEDIA_MUTE, Outcome.FAILED),
        (OutcomeFacts(), TerminationReason.REFUSED, Outcome.FALLBACK),
        (OutcomeFacts(open_s=60.0), TerminationReason.CALLER_SILENT, Outcome.ABANDONED),
        (OutcomeFacts(open_s=5.0), TerminationReason.MACHINE, Outcome.SPAM),
        (OutcomeFacts(message_id="m"), TerminationReason.MACHINE, Outcome.MESSAGE),
        (OutcomeFacts(talked_to_person=True), TerminationReason.MACHINE, Outcome.TRANSFERRED),
    ],
)
def test_outcomes(facts: OutcomeFacts, reason: TerminationReason, outcome: Outcome) -> None:
    result = result_of(reason, facts, was_leaving=False)
    assert outcome_of(facts, Termination(result, reason)) is outcome


@pytest.mark.parametrize(
    ("reason", "facts", "was_leaving", "result"),
    [
        (HUNG_UP, OutcomeFacts(), False, TerminationResult.ABANDONED),
        (HUNG_UP, OutcomeFacts(), True, TerminationResult.COMPLETED),
        (HUNG_UP, OutcomeFacts(answer_heard=True), False, TerminationResult.COMPLETED),
        (TerminationReason.DRAINED, OutcomeFacts(), False, TerminationResult.COMPLETED),
        (TerminationReason.MACHINE, OutcomeFacts(), False, TerminationResult.COMPLETED),
        (TerminationReason.VOICE_FAILED, OutcomeFacts(), True, TerminationResult.FAILED),
    ],
)
def test_results(
    reason: TerminationReason, facts: OutcomeFacts, was_leaving: bool, result: TerminationResult
) -> None:
    assert result_of(reason, facts, was_leaving=was_leaving) is result
