"""``mapokezi calls export``: the records of many calls, for a table or for programs."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from mapokezi.calls import OfficeId
from mapokezi.cli.settings import ConfigOption, load_for_work
from mapokezi.config import Settings
from mapokezi.errors import MapokeziError
from mapokezi.records.audit import Deed
from mapokezi.records.call_record import CallRecord, TurnRecord
from mapokezi.records.caller_notices import NoticeHeard
from mapokezi.records.lists import CallFilter

if TYPE_CHECKING:
    from mapokezi.stores.calls import CallStore

COLUMNS = (
    "call_id",
    "office_id",
    "arrived_at",
    "caller",
    "dialled",
    "outcome",
    "ended_by",
    "length_s",
    "cost",
    "currency",
    "cost_is_estimate",
    "voice",
    "caller_s",
    "receptionist_s",
    "thinking_s",
    "dead_air_s",
    "office_version",
    "notices_heard",
    "all_notices_heard_at",
    "recording_refused_at",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class ExportFormat(StrEnum):
    """How it is written."""

    CSV = "csv"
    JSON = "json"


def export(
    config: ConfigOption = None,
    form: Annotated[ExportFormat, typer.Option("--format", help="How.")] = ExportFormat.CSV,
    since: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day, UTC.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day, UTC.")
    ] = None,
    office: Annotated[str, typer.Option("--office", help="Only calls of this office.")] = "",
    turns: Annotated[
        bool, typer.Option("--turns", help="What was said, too; with JSON only.")
    ] = False,
    file: Annotated[
        Path | None, typer.Option("--file", help="Where to; by default to the terminal.")
    ] = None,
) -> None:
    """Write the records of calls, the latest first, as CSV or JSON."""
    if turns and form is ExportFormat.CSV:
        raise MapokeziError("--turns: a table has no place for what was said; add --format json")
    wanted = CallFilter(
        office_id=OfficeId(office) if office else None,
        arrived_from=None if since is None else since.replace(tzinfo=UTC),
        arrived_before=None if until is None else _day_after(until),
    )
    with ExitStack() as stack:
        out = sys.stdout if file is None else stack.enter_context(_opened(file))
        count = asyncio.run(_write(load_for_work(config), wanted, form, out, with_turns=turns))
    print(f"{count} calls", file=sys.stderr)


def _day_after(day: datetime) -> datetime:
    return day.replace(tzinfo=UTC) + timedelta(days=1)


def _opened(file: Path) -> IO[str]:
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as error:
        raise MapokeziError(f"{file} cannot be written: {error.strerror}") from None
    return os.fdopen(descriptor, "w", encoding="utf-8", newline="")


async def _write(
    settings: Settings, wanted: CallFilter, form: ExportFormat, out: IO[str], *, with_turns: bool
) -> int:
    from mapokezi.app.keeping import keeping_opened

    async with keeping_opened(settings) as keeping:
        await keeping.note(Deed.EXPORTED_CALLS, format=form.value)
        calls = keeping.records.calls
        if form is ExportFormat.CSV:
            return await _write_csv(calls, wanted, out)
        return await _write_json(calls, wanted, out, with_turns=with_turns)


async def _write_csv(calls: CallStore, wanted: CallFilter, out: IO[str]) -> int:
    table = csv.DictWriter(out, COLUMNS)
    table.writeheader()
    count = 0
    async for call in _all(calls, wanted):
        table.writerow({name: _cell(value) for name, value in row_of(call).items()})
        count += 1
    return count


async def _write_json(
    calls: CallStore, wanted: CallFilter, out: IO[str], *, with_turns: bool
) -> int:
    count = 0
    out.write("[")
    async for call in _all(calls, wanted):
        row: dict[str, Any] = row_of(call)
        row["notices"] = [_notice(one) for one in call.notices]
        if with_turns:
            found = await calls.get(call.call_id)
            row["turns"] = [_turn(turn) for turn in found.turns] if found is not None else []
        out.write(",\n" if count else "\n")
        json.dump(row, out)
        count += 1
    out.write("\n]\n")
    return count


async def _all(calls: CallStore, wanted: CallFilter) -> AsyncIterator[CallRecord]:
    older = None
    while True:
        page = await calls.page(wanted, older, limit=500)
        for call in page.calls:
            yield call
        older = page.older
        if older is None:
            return


def row_of(call: CallRecord) -> dict[str, Any]:
    """A call as a row of the table; seconds with a tenth, money in whole units."""
    seconds, cost, refused = call.seconds, call.cost, call.recording_refused
    return {
        "call_id": call.call_id,
        "office_id": call.office_id,
        "arrived_at": call.arrived_at.isoformat(timespec="seconds"),
        "caller": call.caller or "",
        "dialled": call.dialled,
        "outcome": call.outcome.value if call.outcome else "",
        "ended_by": call.termination.reason.value if call.termination else "",
        "length_s": _seconds(call.length_ms),
        "cost": f"{cost.amount.minor / 100:.2f}" if cost else "",
        "currency": cost.amount.currency if cost else "",
        "cost_is_estimate": cost.estimated if cost else "",
        "voice": call.voice,
        "caller_s": _seconds(seconds.caller_ms if seconds else None),
        "receptionist_s": _seconds(seconds.receptionist_ms if seconds else None),
        "thinking_s": _seconds(seconds.thinking_ms if seconds else None),
        "dead_air_s": _seconds(seconds.dead_air_ms if seconds else None),
        "office_version": call.office_version or "",
        "notices_heard": " ".join(f"{one.kind.value}:{one.language}" for one in call.notices),
        "all_notices_heard_at": _instant(call.notice.at if call.notice else None),
        "recording_refused_at": _instant(refused.at if refused else None),
    }


def _instant(at: datetime | None) -> str:
    return "" if at is None else at.isoformat(timespec="seconds")


def _notice(heard: NoticeHeard) -> dict[str, Any]:
    return {
        "kind": heard.kind.value,
        "wording": heard.wording,
        "language": heard.language,
        "at": heard.at.isoformat(timespec="milliseconds"),
    }


def _seconds(ms: int | None) -> float | str:
    return "" if ms is None else round(ms / 1000, 1)


def _cell(value: Any) -> Any:
    """A cell that no program for tables takes for a formula; a telephone number is none."""
    is_number = isinstance(value, str) and value[:1] == "+" and value[1:].isdigit()
    if isinstance(value, str) and value.startswith(_FORMULA) and not is_number:
        return f"'{value}"
    return value


def _turn(turn: TurnRecord) -> dict[str, Any]:
    return {
        "speaker": turn.speaker.value,
        "text": turn.text,
        "started_ms": turn.started_ms,
        "ended_ms": turn.ended_ms,
        "cut": turn.cut,
    }
