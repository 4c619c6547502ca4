"""What voice models are told at the beginning of ten calls, as files that can be read.

``tests/receptionist/instructions_as_told`` holds them; a test compares. Whoever changes the
instructions on purpose looks at what changes in them, and then writes them anew::

    .venv/bin/python -m tests.receptionist.as_told            shows the difference
    .venv/bin/python -m tests.receptionist.as_told --write    shows it and writes the files
"""

from __future__ import annotations

import difflib
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from mapokezi.receptionist.instructions import instructions_for
from mapokezi.receptionist.office import AfterHours, Office
from mapokezi.records.known_caller import KnownCaller
from mapokezi.stores.office_files import read_office
from mapokezi.stores.trades import TRADES, write_new
from mapokezi.units import E164

FOLDER = Path(__file__).parent / "instructions_as_told"
CALLER = E164("+254722123456")
_MONDAY_AT_TEN = "2026-11-23T10:00:00+03:00"
_IN_VAIN = KnownCaller(
    calls_before=3,
    calls_today=2,
    in_vain_today=2,
    last_at=datetime(2026, 11, 23, 6, 0, tzinfo=UTC),
)


def as_told() -> Mapping[str, str]:
    """Give the instructions of each call, by the name of its file without ``.md``."""
    with tempfile.TemporaryDirectory() as folder:
        offices = {trade: _office(Path(folder), trade) for trade in TRADES}
    found = {f"{trade}_open": _told(office) for trade, office in offices.items()}
    found |= dict(_others(offices))
    return found


def _others(offices: Mapping[str, Office]) -> Iterator[tuple[str, str]]:
    """Calls at other times, of other callers, and to an office that hears only emergencies."""
    yield "law_on_a_public_holiday", _told(offices["law"], "2026-12-12T10:00:00+03:00")
    yield (
        "clinic_closed_and_number_withheld",
        _told(offices["clinic"], "2026-11-22T17:00:00+03:00", caller=None),
    )
    yield (
        "property_at_night_after_two_calls_in_vain",
        _told(offices["property"], "2026-11-23T23:15:00+03:00", known=_IN_VAIN),
    )
    yield "accounts_in_the_break", _told(offices["accounts"], "2026-11-23T13:20:00+03:00")
    office = offices["general"]
    hours = msgspec.structs.replace(office.hours, when_closed=AfterHours.EMERGENCIES)
    only_emergencies = msgspec.structs.replace(office, hours=hours)
    yield "general_emergencies_only", _told(only_emergencies, "2026-11-24T02:10:00+03:00")


def _office(folder: Path, trade: str) -> Office:
    write_new(folder / trade, trade)
    return read_office(folder / trade)


def _told(
    office: Office,
    at: str = _MONDAY_AT_TEN,
    caller: E164 | None = CALLER,
    known: KnownCaller | None = None,
) -> str:
    return instructions_for(office, datetime.fromisoformat(at), caller, known) + "\n"


def differences() -> str:
    """Give what differs from the files, as a unified diff; empty if nothing does."""
    told = as_told()
    kept = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.md"))}
    lines: list[str] = []
    for name in sorted({*told, *kept}):
        lines += difflib.unified_diff(
            kept.get(name, "").splitlines(keepends=True),
            told.get(name, "").splitlines(keepends=True),
            f"{name}.md as kept",
            f"{name}.md as told",
        )
    return "".join(lines)


def write() -> None:
    """Write the files anew; those of calls that are no more go."""
    told = as_told()
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.md"):
        if path.stem not in told:
            path.unlink()
    for name, text in told.items():
        (FOLDER / f"{name}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.stdout.write(differences() or "nothing differs\n")
    if "--write" in sys.argv:
        write()
