"""The page of figures: sections replaced one by one, and the table at its top made of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench.figures import Figure, Load, Measured
from bench.page import SUMMARY, write_section


def measured(name: str, *figures: Figure) -> Measured:
    return Measured(name, f"The {name}", figures, Load(0.1, 0.2))


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "performance.md"
    path.write_text(f"# Performance\n\n{SUMMARY[0]}\n{SUMMARY[1]}\n\nThe rest.\n", encoding="utf-8")
    return path


def summary(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return text.partition(SUMMARY[0])[2].partition(SUMMARY[1])[0].strip().splitlines()[2:]


def test_the_table_has_what_is_claimed_with_bar_and_command(page: Path) -> None:
    gap = Figure("gap, p50", 900, "ms", "<= 1100")
    cut = Figure("cut short", 8.3, "%", "<= 5")
    write_section(measured("gaps", gap, cut, Figure("by the way", 3)), page)
    write_section(measured("costs", Figure("a call", 1.5, "ms")), page)
    assert summary(page) == [
        "| The gaps | gap, p50 | 900 ms | <= 1100 ms | met | `python -m bench gaps` |",
        "|  | cut short | 8.3 % | <= 5 % | **missed** | `python -m bench gaps` |",
        "| The costs | a call | 1.5 ms |  |  | `python -m bench costs` |",
    ]


def test_a_section_is_replaced_and_the_rest_left_alone(page: Path) -> None:
    write_section(measured("gaps", Figure("gap", 900, "ms", "<= 1100")), page)
    write_section(measured("costs", Figure("a call", 1.5, "ms")), page)
    write_section(measured("gaps", Figure("gap", 700, "ms", "<= 1100")), page)
    text = page.read_text(encoding="utf-8")
    assert "900" not in text
    assert text.count("### The gaps") == text.count("### The costs") == 1
    assert text.index("### The gaps") < text.index("### The costs")
    assert "\n\nThe rest.\n" in text


@pytest.mark.parametrize("lost", [SUMMARY[0], SUMMARY[1]])
def test_a_page_without_its_table_is_not_written(page: Path, lost: str) -> None:
    before = page.read_text(encoding="utf-8").replace(lost, "")
    page.write_text(before, encoding="utf-8")
    with pytest.raises(ValueError, match="has lost"):
        write_section(measured("gaps", Figure("gap", 900)), page)
    assert page.read_text(encoding="utf-8") == before
