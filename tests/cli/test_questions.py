"""``mapokezi questions``."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tests.sample_records import ARRIVED

from mapokezi.calls import CallId, OfficeId
from mapokezi.records.open_questions import OpenQuestion, QuestionId, SaveQuestion
from mapokezi.units import Milliseconds

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

LAW_OFFICE = Path(__file__).parents[2] / "examples" / "law-office"


def ask(shell: Shell, *said: str) -> None:
    """Questions of as many calls."""
    shell.keep(
        [
            SaveQuestion(
                OpenQuestion(
                    QuestionId(f"c-{number}.t-1"),
                    CallId(f"c-{number}"),
                    OfficeId("law-office"),
                    ARRIVED + timedelta(minutes=number),
                    Milliseconds(0),
                    words,
                )
            )
            for number, words in enumerate(said)
        ]
    )


def test_they_are_listed_together_answered_once_and_put_aside(shell: Shell) -> None:
    folder = shell.folder / "law-office"
    shutil.copytree(LAW_OFFICE, folder)
    shell.monkeypatch.setenv("MAPOKEZI_OFFICE_FOLDERS", str(folder))
    ask(shell)
    assert shell.run("questions", "list").out == "Nothing open.\n"
    ask(shell, "Do you do weddings?", "can you do a wedding", "Are you [married]?")
    listed = shell.run("questions", "list").out.splitlines()
    assert listed[0] == "2 calls  c-1.t-1"
    assert set(listed[1:3]) == {"  “can you do a wedding”", "  “Do you do weddings?”"}
    assert listed[3:] == ["1 call  c-2.t-1", "  “Are you [married]?”"]
    answer = ("questions", "answer", "c-0.t-1", "--title", "Weddings", "--by", "Brian", "--says")
    assert "too many" in shell.run(*answer, "Yes. " * 100).fault
    assert shell.run(*answer, "Yes, on Fridays.").out == "fact weddings: answers 2 questions\n"
    assert "Yes, on Fridays." in (folder / "facts.md").read_text(encoding="utf-8")
    assert "no open question c-0.t-1" in shell.run(*answer, "Yes.").fault
    assert shell.run("questions", "put-aside", "c-2.t-1", "--by", "Brian").out == "put aside: 1\n"
    settled = shell.run("questions", "list", "--settled").out.splitlines()
    assert "“Do you do weddings?”  fact weddings, Brian" in settled
    assert "“Are you [married]?”  put aside, Brian" in settled
