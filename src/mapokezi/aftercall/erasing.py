"""Erases a caller: database, recordings, spilled changes, waiting notices.

In such an order that a kill anywhere is mended by doing it again: what finds everything, the
rows of the calls, goes last. Then the database is written anew, so that what was removed is not
in its free pages either, and the whole data folder is searched for the number.

The tables of the durable work hold nothing of callers (`mapokezi.aftercall.plain_values` sees to
it): ids of calls stand in them that lead nowhere afterwards.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog

from mapokezi.aftercall.retaining import remove_of_calls, remove_with_its_rests
from mapokezi.calls import CallId
from mapokezi.errors import MapokeziError
from mapokezi.records.audit import AuditEntry, Deed, caller_tag
from mapokezi.stores.erasure import CallerTraces, ErasureStore
from mapokezi.stores.traces_in_files import blank_spilled, compact, files_with

log = structlog.get_logger("mapokezi.aftercall.erasing")

_SUBSCRIBER_DIGITS = 9


class CallerOnTheLine(MapokeziError):  # noqa: N818 - in the words of the trade
    """The caller's call has not ended: what is said in it is still being kept."""


@dataclass(frozen=True, slots=True)
class ErasingParts:
    """What a caller is erased with, put together by `mapokezi.app`."""

    store: ErasureStore
    data_folder: Path
    database_url: str
    secret: bytes
    """Makes the tag by which the audit trail knows the caller."""
    now: Callable[[], datetime]
    new_id: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Erased:
    """What came of it."""

    rows: int
    files: int
    spilled: int
    """Lines of spill files."""
    left_in: tuple[Path, ...] = field(default=())
    """Files of the data folder that hold the number still; none is as it should be."""


async def erase_caller(traces: CallerTraces, who: str, parts: ErasingParts) -> Erased:
    """Erase all that was found of a caller. Done twice it comes to the same.

    Args:
        traces: What was found, and shown to whoever ordered it.
        who: Ordered it, for the audit trail.
        parts: What it is done with.

    Raises:
        CallerOnTheLine: A call of theirs has not ended; nothing was removed.
        StoreError: The database could not be written anew; the rows are gone.
        OSError: A file could not be removed; to be done again.
    """
    if traces.live:
        raise CallerOnTheLine(
            f"a call of this caller has not ended ({traces.live[0]}); erase when it has"
        )
    await parts.store.begin(traces, _entry(parts, Deed.ERASING_CALLER, who, traces))
    files = await asyncio.to_thread(_remove_files, parts.data_folder, traces)
    spilled = await asyncio.to_thread(
        blank_spilled, parts.data_folder, traces.ids, traces.whose.numbers
    )
    rows = await parts.store.remove(traces, _entry(parts, Deed.ERASED_CALLER, who, traces))
    await compact(parts.database_url)
    left = await asyncio.to_thread(
        files_with, parts.data_folder, (traces.number[-_SUBSCRIBER_DIGITS:],)
    )
    log.info("caller_erased", rows=rows, files=files, spilled=spilled, left_in=len(left))
    return Erased(rows, files, spilled, left)


def _remove_files(data_folder: Path, traces: CallerTraces) -> int:
    removed = 0
    paths = [(one.path, one.call_id) for one in traces.recordings]
    paths += [(path, CallId(Path(path).name.split(".")[0])) for path in traces.sound_files]
    for path, call_id in paths:
        removed += remove_with_its_rests(data_folder, path, call_id)
    return removed + remove_of_calls(data_folder, traces.whose.calls)


def _entry(parts: ErasingParts, deed: Deed, who: str, traces: CallerTraces) -> AuditEntry:
    counts = {name: count for name, count in traces.counts.items() if count}
    subject = caller_tag(traces.number, parts.secret)
    return AuditEntry(parts.new_id("aud"), parts.now(), who, deed, subject, dict(counts))
