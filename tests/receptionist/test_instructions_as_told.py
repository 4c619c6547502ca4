"""What models are told stands in files, changes only on purpose, and stays short."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.receptionist import as_told

MOST_CHARACTERS = 7_000
"""Some 1,750 tokens, at four characters each. The rules, which are the same for all, are half."""


def test_what_models_are_told_is_what_the_files_have() -> None:
    renew = "look at it, then: python -m tests.receptionist.as_told --write"
    assert not (found := as_told.differences()), f"{found}\n{renew}"


@pytest.mark.parametrize("name", sorted(as_told.as_told()))
def test_they_are_short(name: str) -> None:
    text = as_told.as_told()[name]
    assert 1_000 < len(text) <= MOST_CHARACTERS
    assert "\n\n\n" not in text
    assert max(map(len, text.splitlines())) < 500


def test_a_difference_is_shown_and_writing_takes_it_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(as_told, "FOLDER", tmp_path)
    as_told.write()
    assert as_told.differences() == ""
    path = tmp_path / "law_open.md"
    path.write_text(path.read_text().replace("Rules\n", "Wishes\n"), encoding="utf-8")
    (tmp_path / "gone.md").write_text("Told to nobody any more.\n", encoding="utf-8")
    found = as_told.differences()
    assert "-Wishes" in found
    assert "+Rules" in found
    assert "-Told to nobody" in found
    as_told.write()
    assert as_told.differences() == ""
    assert len(list(tmp_path.iterdir())) == 10


def test_what_is_not_answered_just_now_is_not_told() -> None:
    told = as_told.as_told()
    assert "five thousand shillings" in told["law_open"]
    assert "shillings" not in told["law_on_a_public_holiday"]
    assert "Facts that look_up gives" not in told["clinic_closed_and_number_withheld"]
    assert "number is withheld" in told["clinic_closed_and_number_withheld"]
    assert "take no message that is not urgent" in told["general_emergencies_only"]
    assert "We are on a break until two" in told["accounts_in_the_break"]
    assert told["property_at_night_after_two_calls_in_vain"] != told["property_open"]
