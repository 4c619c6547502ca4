"""For how long an office keeps what callers leave behind: ``[retention]`` of its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapokezi.records.retention import KeptFor
from mapokezi.stores.office_files import OfficeFilesWrong, read_office

NEEDED = """\
name = "Clinic"
numbers = ["+254209000001"]
greeting = "Good day."
notice = "I am a machine, and this call is recorded."
"""


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    folder = tmp_path / "clinic"
    folder.mkdir()
    (folder / "hours.toml").write_text('[week]\nmonday = ["08:00-17:00"]\n')
    (folder / "office.toml").write_text(NEEDED)
    return folder


def with_retention(folder: Path, *lines: str) -> Path:
    text = "\n".join([NEEDED, "[retention]", *lines])
    (folder / "office.toml").write_text(text + "\n")
    return folder


def test_without_a_word_the_usual_days_hold(clinic: Path) -> None:
    assert read_office(clinic).keeps == KeptFor()


def test_an_office_says_how_long(clinic: Path) -> None:
    folder = with_retention(clinic, "recording_days = 7", "message_days = 2555")
    assert read_office(folder).keeps == KeptFor(recording_days=7, message_days=2555)


@pytest.mark.parametrize(
    ("lines", "line", "key", "what"),
    [
        (["recording_days = 0"], 7, "retention.recording_days", "is 0"),
        (["message_days = 4000"], 7, "retention.message_days", "is 4000"),
        (['transcript_days = "30"'], 7, "retention.transcript_days", "is words"),
        (["call_days = 60", "transcript_days = 61"], 8, "retention.transcript_days", "longer"),
        (["call_days = 20"], 7, "retention.call_days", "longer than the call"),
        (["recordings_days = 3"], 7, "retention.recordings_days", "not a key"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_key(
    clinic: Path, lines: list[str], line: int, key: str, what: str
) -> None:
    with pytest.raises(OfficeFilesWrong) as wrong:
        read_office(with_retention(clinic, *lines))
    error = wrong.value.errors[0]
    assert (error.file, error.line, error.key) == ("office.toml", line, key)
    assert what in error.what
