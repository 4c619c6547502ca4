"""The conformance table is true: every mode stands in it, and what stands in it exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mapokezi.emulator.callees import WAYS
from mapokezi.emulator.modes import MODES

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "reference" / "conformance.md").read_text(encoding="utf-8")
SHORT = {"every_mode": "calls/test_every_mode.py::test_the_receptionist_ends_the_call_well"}


def rows() -> list[list[str]]:
    """The cells of every claim that has a mode and a test."""
    lines = [line for line in PAGE.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if len(row) == 5 and row[0] != "Claim"]


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def modes_that_there_are() -> set[str]:
    known = {f"callee={way}" for way in WAYS}
    for mode in MODES.values():
        known |= {f"{mode.name}={value}" for value in mode.values} or {mode.name}
    return known


def test_every_mode_stands_in_the_table_once_and_no_other_does() -> None:
    told = [mode for row in rows() for mode in named(row[3])]
    assert sorted(told) == sorted(modes_that_there_are())


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0][:40])
def test_each_claim_has_a_source_a_confidence_and_tests_that_exist(row: list[str]) -> None:
    _, source, confidence, mode, tests = row
    assert source
    assert mode == "*always*" or named(mode)
    assert set(confidence.split(", ")) <= {"D", "D-seed", "U", "M", "T", "I", "unknown", "-"}
    assert named(tests)
    for test in named(tests):
        path, _, function = SHORT.get(test, test).partition("::")
        text = (ROOT / "tests" / path).read_text(encoding="utf-8")
        if function:
            assert re.search(rf"^(async )?def {function}\(", text, re.MULTILINE), test


def test_every_mode_is_entered_by_a_whole_call() -> None:
    for row in rows():
        if named(row[3]):
            assert "every_mode" in named(row[4]), row[0]


@pytest.mark.parametrize("name", MODES)
def test_every_mode_stands_on_the_emulators_page_with_its_values(name: str) -> None:
    page = (ROOT / "docs" / "reference" / "emulator.md").read_text(encoding="utf-8")
    (row,) = [line for line in page.splitlines() if line.startswith(f"| `{name}` |")]
    mode = MODES[name]
    others = [value for value in mode.values if value != mode.default]
    assert named(row)[: 2 + len(others)] == [name, mode.default, *others]
    assert mode.says in row


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_a_callee_stands_on_the_emulators_page(way: str) -> None:
    page = (ROOT / "docs" / "reference" / "emulator.md").read_text(encoding="utf-8")
    assert f"| `{way}` |" in page
