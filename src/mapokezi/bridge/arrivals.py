"""The record of a call that has just come, and what it came to beside others of its number."""

from __future__ import annotations

from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.calls import Outcome
from mapokezi.receptionist.spam import outcome_in_view
from mapokezi.records.call_record import CallRecord


def arrival_record(call: CallInProgress, node: str) -> CallRecord:
    """Write what is known of a call as it comes.

    Args:
        call: The call.
        node: Of this process.
    """
    return CallRecord(
        call_id=call.call_id,
        session_id=call.session_id,
        office_id=call.office_id,
        office_version=call.office.version or None,
        caller=call.caller,
        dialled=call.dialled or call.office.numbers[0],
        arrived_at=call.arrived_at,
        node=node,
        rings_back=call.rings_back,
    )


def seen_in_view(call: CallInProgress, outcome: Outcome, caller_ms: int) -> Outcome:
    """Say what a call is recorded as.

    Args:
        call: That is over.
        outcome: What it came to by itself.
        caller_ms: For how long the caller's voice was heard.
    """
    return outcome_in_view(
        outcome,
        caller_ms=caller_ms,
        known=call.known,
        spam_after=call.office.callers.spam_after,
        is_ring_back=call.rings_back is not None,
    )
