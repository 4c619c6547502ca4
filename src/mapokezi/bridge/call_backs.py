"""Callers who were let down: the staff are told to ring them."""

from __future__ import annotations

from datetime import datetime

from mapokezi.calls import Outcome, TerminationReason
from mapokezi.records.call_record import CallRecord
from mapokezi.records.changes import SaveMessage
from mapokezi.records.message_record import CALL_BACK, MessageId, MessageRecord

_LET_DOWN = frozenset({Outcome.FAILED, Outcome.FALLBACK})


def call_back_owed(record: CallRecord, now_wall: datetime) -> SaveMessage | None:
    """Make the note that a caller is to be rung, if one is owed.

    Args:
        record: of a call that has ended, and in which no message was left.
        now_wall: the time of day, aware.

    Returns:
        None if the caller got what there was to get, or withheld their number.
    """
    if record.caller is None or not _was_let_down(record):
        return None
    why = "Please call back: the receptionist could not take or finish this call."
    return _call_back(record, why, now_wall)


def call_back_after_silence(record: CallRecord, now_wall: datetime) -> SaveMessage | None:
    """Make the note that a caller is to be rung who was to be put through, and heard nothing.

    It stands beside the note that a person was asked for: this caller is told, too, where callers
    can be texted.

    Args:
        record: of the call.
        now_wall: the time of day, aware.

    Returns:
        None if they withheld their number.
    """
    if record.caller is None:
        return None
    why = "Please call back: the caller was to be put through, and the line fell silent."
    return _call_back(record, why, now_wall)


def _call_back(record: CallRecord, why: str, now_wall: datetime) -> SaveMessage:
    return SaveMessage(
        MessageRecord(
            message_id=MessageId(f"{record.call_id}.{CALL_BACK}"),
            call_id=record.call_id,
            office_id=record.office_id,
            name="",
            number=record.caller or "",
            reason=why,
            created_at=now_wall,
            urgent=True,
            unsure=("name", "reason"),
        )
    )


def _was_let_down(record: CallRecord) -> bool:
    if record.outcome in _LET_DOWN:
        return True
    termination = record.termination
    # We stopped, and they had not got what they rang for.
    drained = termination is not None and termination.reason is TerminationReason.DRAINED
    return drained and record.outcome is Outcome.ABANDONED
