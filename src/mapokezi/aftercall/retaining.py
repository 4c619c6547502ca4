"""Removes what was kept for long enough: shown in a plan first, then done, kind by kind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from mapokezi.calls import CallId, OfficeId
from mapokezi.receptionist.office import Office
from mapokezi.records.audit import AuditEntry, Deed
from mapokezi.records.changes import NoteDeed
from mapokezi.records.ports import RecordKeeper
from mapokezi.records.retention import ANNOUNCED_FOR, Due, KeptFor, Kind, RetentionPlan
from mapokezi.stores.audit_trail import AuditTrail
from mapokezi.stores.kept_files import inside
from mapokezi.stores.retention import DueRecording, RetentionStore

log = structlog.get_logger("mapokezi.aftercall.retention")

OURSELVES = "desk"
"""Who stands in the audit trail for what the program does by itself."""
_PLANS_HOLD_FOR = timedelta(days=8)
"""A plan that was shown longer ago has been forgotten by who saw it."""


@dataclass(frozen=True, slots=True)
class RetentionParts:
    """What retention works with, put together by `mapokezi.app`."""

    store: RetentionStore
    trail: AuditTrail
    keeper: RecordKeeper
    offices: Mapping[OfficeId, Office]
    data_folder: Path
    now: Callable[[], datetime]
    new_id: Callable[[str], str]
    audit_days: int = 730


async def plan_retention(parts: RetentionParts, at: datetime | None = None) -> RetentionPlan:
    """See what is due, and change nothing.

    Args:
        parts: What it works with.
        at: As of which instant; by default now.
    """
    at = at or parts.now()
    due: list[Due] = []
    for office_id in await parts.store.offices():
        due += await parts.store.due(office_id, _kept_for(parts, office_id), at)
    return RetentionPlan(at, tuple(due))


async def run_retention(parts: RetentionParts, plan: RetentionPlan, who: str) -> dict[str, int]:
    """Remove what a plan shows, and nothing that became due since.

    May be stopped at any time and run again.

    Returns:
        How many were removed, by kind.
    """
    removed: dict[str, int] = {}
    for due in plan.due:
        if due.kind is Kind.RECORDING:
            count = await _drop_recordings(parts, due)
        else:
            count = await parts.store.drop(due.kind, due.office_id, due.before)
        removed[due.kind.value] = removed.get(due.kind.value, 0) + count
    audit_before = parts.now() - timedelta(days=parts.audit_days)
    await parts.store.forget_own(audit_before, parts.now())
    if removed:
        log.info("retention_run", **removed)
        await _note(parts, Deed.RETENTION_RUN, who, removed)
    return removed


async def retain_daily(parts: RetentionParts) -> dict[str, int]:
    """Once a day: remove what was announced a day ago, and announce what is due now.

    What is due has stood in a plan of the audit trail for a day before it goes; the very first
    time nothing goes at all. Done twice in a day it removes nothing more.

    Returns:
        How many were removed, by kind.
    """
    now = parts.now()
    announced = await _announced(parts, now)
    removed: dict[str, int] = {}
    if announced is not None:
        removed = await run_retention(parts, await plan_retention(parts, announced), OURSELVES)
    plan = await plan_retention(parts, now)
    if not plan.is_empty:
        log.info("retention_planned", **plan.counts())
        await _note(parts, Deed.RETENTION_PLANNED, OURSELVES, plan.counts())
    return removed


async def note_plan(parts: RetentionParts, plan: RetentionPlan, who: str) -> None:
    """Put on the audit trail that a plan was shown."""
    await _note(parts, Deed.RETENTION_PLANNED, who, plan.counts())


async def _announced(parts: RetentionParts, now: datetime) -> datetime | None:
    """As of which instant a plan has stood for a day; the latest one."""
    entries, _ = await parts.trail.page(deed=Deed.RETENTION_PLANNED)
    for entry in entries:
        if now - _PLANS_HOLD_FOR <= entry.at <= now - ANNOUNCED_FOR:
            return entry.at
    return None


async def _drop_recordings(parts: RetentionParts, due: Due) -> int:
    """Remove sound: first the files, then what is known of them, so that no file is forgotten."""
    removed = 0
    while found := await parts.store.recordings_due(due.office_id, due.before):
        for one in found:
            await asyncio.to_thread(_unlink_all, parts.data_folder, one)
        await parts.store.forget_recordings(tuple(one.call_id for one in found))
        removed += len(found)
    return removed


def _unlink_all(data_folder: Path, one: DueRecording) -> None:
    for relative in (one.plain, *one.kept):
        if relative is not None:
            remove_with_its_rests(data_folder, relative, one.call_id)


def remove_with_its_rests(data_folder: Path, relative: str, call_id: CallId) -> int:
    """Remove a recording's file, and what a kill may have left of the same call beside it.

    Returns:
        How many files there were.
    """
    path = inside(data_folder, relative)
    if path is None or not path.parent.is_dir():
        return 0
    # Ids are of one length, so no other call's begins with this one.
    theirs = [one for one in path.parent.iterdir() if one.name.startswith(f"{call_id}.")]
    theirs += [one for one in path.parent.iterdir() if one.name.startswith(f"{call_id}-")]
    for one in dict.fromkeys((*theirs, path)):
        one.unlink(missing_ok=True)
    return len(theirs)


def remove_of_calls(data_folder: Path, calls: Collection[CallId]) -> int:
    """Remove what lies under the recordings' folder and bears the id of one of these calls.

    A kill may leave a file of a call of which no record names one: half of what was fetched.

    Returns:
        How many files there were.
    """
    ids, lengths = set(calls), {len(call_id) for call_id in calls}
    removed = 0
    for path in (data_folder / "recordings").rglob("*"):
        name = path.name
        if any(name[:size] in ids and name[size : size + 1] in {".", "-"} for size in lengths):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _kept_for(parts: RetentionParts, office_id: OfficeId) -> KeptFor:
    office = parts.offices.get(office_id)
    return office.keeps if office is not None else KeptFor()


async def _note(parts: RetentionParts, deed: Deed, who: str, detail: Mapping[str, int]) -> None:
    entry = AuditEntry(parts.new_id("aud"), parts.now(), who, deed, "", dict(detail))
    await parts.keeper.commit(NoteDeed(entry))
