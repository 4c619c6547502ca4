"""Calls, turns and timeline entries as rows, and rows as what they were."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import RowMapping

from mapokezi.calls import Outcome, Speaker, Termination, TerminationReason, TerminationResult
from mapokezi.records.call_record import (
    CallRecord,
    HandOffSummary,
    NoticeGiven,
    SecondsAttributed,
    TimelineEntry,
    TurnRecord,
)
from mapokezi.records.caller_notices import NoticeHeard, RecordingRefused
from mapokezi.records.claim_record import ClaimRecord
from mapokezi.records.ledger import Cost, LedgerLine
from mapokezi.records.model_usage import ModelUsage
from mapokezi.stores.column_types import storable
from mapokezi.units import Milliseconds, Money

COST_COLUMNS = ("cost_minor", "cost_currency", "cost_estimated")


def cost_row(cost: Cost | None) -> dict[str, Any]:
    """A cost as columns of its call."""
    if cost is None:
        return dict.fromkeys(COST_COLUMNS)
    return {
        "cost_minor": cost.amount.minor,
        "cost_currency": cost.amount.currency,
        "cost_estimated": cost.estimated,
    }


def row_of(record: CallRecord) -> dict[str, Any]:
    """A call as its row."""
    ended, seconds, notice = record.termination, record.seconds, record.notice
    return {
        "call_id": record.call_id,
        "session_id": record.session_id,
        "office_id": record.office_id,
        "office_version": record.office_version,
        "node": record.node,
        "caller": record.caller,
        "dialled": record.dialled,
        "arrived_at": record.arrived_at,
        "answered_at": record.answered_at,
        "ended_at": record.ended_at,
        "outcome": record.outcome.value if record.outcome else None,
        "termination_result": ended.result.value if ended else None,
        "termination_reason": ended.reason.value if ended else None,
        "termination_detail": ended.detail if ended else None,
        "voice": record.voice,
        "recording": record.recording,
        "notice_wording": notice.wording if notice else None,
        "notice_at": notice.at if notice else None,
        "caller_ms": seconds.caller_ms if seconds else None,
        "receptionist_ms": seconds.receptionist_ms if seconds else None,
        "both_ms": seconds.both_ms if seconds else None,
        "thinking_ms": seconds.thinking_ms if seconds else None,
        "dead_air_ms": seconds.dead_air_ms if seconds else None,
        "hand_offs": msgspec.to_builtins(record.hand_offs),
        "model_usage": msgspec.to_builtins(record.model_usage) or None,
        "claims": [_storable(one) for one in record.claims] or None,
        "notices": msgspec.to_builtins(record.notices) or None,
        "recording_refused": msgspec.to_builtins(record.recording_refused),
        "ledger": msgspec.to_builtins(record.ledger) or None,
        "rings_back": record.rings_back,
        **cost_row(record.cost),
    }


def record_of(row: RowMapping) -> CallRecord:
    """A row as its call."""
    return CallRecord(
        call_id=row["call_id"],
        session_id=row["session_id"],
        office_id=row["office_id"],
        office_version=row["office_version"],
        caller=row["caller"],
        dialled=row["dialled"],
        arrived_at=row["arrived_at"],
        node=row["node"],
        answered_at=row["answered_at"],
        ended_at=row["ended_at"],
        outcome=None if row["outcome"] is None else Outcome(row["outcome"]),
        termination=_termination(row),
        voice=row["voice"],
        recording=row["recording"],
        notice=_notice(row),
        seconds=_seconds(row),
        cost=_cost(row),
        hand_offs=msgspec.convert(row["hand_offs"], tuple[HandOffSummary, ...]),
        model_usage=msgspec.convert(row["model_usage"] or (), tuple[ModelUsage, ...]),
        claims=msgspec.convert(row["claims"] or (), tuple[ClaimRecord, ...]),
        notices=msgspec.convert(row["notices"] or (), tuple[NoticeHeard, ...]),
        recording_refused=msgspec.convert(row["recording_refused"], RecordingRefused | None),
        ledger=msgspec.convert(row["ledger"] or (), tuple[LedgerLine, ...]),
        rings_back=row["rings_back"],
    )


def _storable(claim: ClaimRecord) -> dict[str, Any]:
    """A claim as JSON; half an emoji in a model's words must not cost the call its record."""
    fields: dict[str, Any] = msgspec.to_builtins(claim)
    return {
        key: storable(value) if isinstance(value, str) else value for key, value in fields.items()
    }


def _termination(row: RowMapping) -> Termination | None:
    if row["termination_result"] is None:
        return None
    return Termination(
        TerminationResult(row["termination_result"]),
        TerminationReason(row["termination_reason"]),
        row["termination_detail"],
    )


def _notice(row: RowMapping) -> NoticeGiven | None:
    return (
        None if row["notice_at"] is None else NoticeGiven(row["notice_wording"], row["notice_at"])
    )


def _seconds(row: RowMapping) -> SecondsAttributed | None:
    if row["caller_ms"] is None:
        return None
    return SecondsAttributed(
        Milliseconds(row["caller_ms"]),
        Milliseconds(row["receptionist_ms"]),
        Milliseconds(row["both_ms"]),
        Milliseconds(row["thinking_ms"]),
        Milliseconds(row["dead_air_ms"]),
    )


def _cost(row: RowMapping) -> Cost | None:
    if row["cost_minor"] is None:
        return None
    return Cost(Money(row["cost_minor"], row["cost_currency"]), row["cost_estimated"])


def turn_of(row: RowMapping) -> TurnRecord:
    """A row as its turn."""
    return TurnRecord(
        call_id=row["call_id"],
        number=row["number"],
        speaker=Speaker(row["speaker"]),
        text=row["text"],
        started_ms=row["started_ms"],
        ended_ms=row["ended_ms"],
        cut=row["cut"],
        unheard_text=row["unheard_text"],
        fact_ids=tuple(row["fact_ids"]),
    )


def entry_of(row: RowMapping) -> TimelineEntry:
    """A row as its entry."""
    return TimelineEntry(
        call_id=row["call_id"],
        number=row["number"],
        at_ms=row["at_ms"],
        what=row["what"],
        values=row["values"],
    )


def turn_row(turn: TurnRecord) -> dict[str, Any]:
    """A turn as its row."""
    return {
        "call_id": turn.call_id,
        "number": turn.number,
        "speaker": turn.speaker.value,
        "text": turn.text,
        "started_ms": turn.started_ms,
        "ended_ms": turn.ended_ms,
        "cut": turn.cut,
        "unheard_text": turn.unheard_text,
        "fact_ids": list(turn.fact_ids),
    }


def entry_row(entry: TimelineEntry) -> dict[str, Any]:
    """An entry as its row."""
    return {
        "call_id": entry.call_id,
        "number": entry.number,
        "at_ms": entry.at_ms,
        "what": entry.what,
        "values": dict(entry.values),
    }
