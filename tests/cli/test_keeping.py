"""``mapokezi recordings``, ``retention``, ``callers``, ``audit`` and ``calls export``."""

from __future__ import annotations

import csv
import io
import json
import logging
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog
from tests.aftercall.keeping_stage import sound
from tests.postgres import on_each_database

from mapokezi import logs
from mapokezi.audio.wav import wav_bytes
from mapokezi.calls import OfficeId
from mapokezi.records.changes import Change, SaveArrival, SaveEnd, SaveMessage, SaveTurn
from mapokezi.stores.seal_keys import SealKey
from mapokezi.stores.sealed_files import key_id_of
from mapokezi.stores.traces_in_files import files_with

if TYPE_CHECKING:
    from tests.cli.conftest import Shell
    from tests.sample_records import Examples

Record = Callable[[], Path]


@pytest.fixture(autouse=True)
def as_from_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody is there to be asked, and what a command sets of the log is set back."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    monkeypatch.setattr(logging.getLogger(), "handlers", logging.getLogger().handlers)
    monkeypatch.setattr(logging.getLogger(), "level", logging.getLogger().level)
    yield
    logs.finish()
    structlog.reset_defaults()


@pytest.fixture
def record(shell: Shell, a_call: tuple[Change, ...]) -> Record:
    """Keeps the call, and puts its sound file where the line puts it."""

    def keep() -> Path:
        shell.keep(a_call)
        path = shell.data_folder / "recordings" / "c-000000.wav"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(wav_bytes(sound(), 16_000, 2))
        return path

    return keep


# -- recordings --


def test_a_key_is_printed_with_its_id_beside(shell: Shell) -> None:
    said = shell.run("recordings", "new-key")
    key = SealKey.read(said.out)
    assert key.key_id in said.err
    assert key.written() not in said.err
    assert shell.run("recordings", "new-key").out != said.out


def test_plain_recordings_are_sealed_and_saved_again(shell: Shell, record: Record) -> None:
    plain = record()
    assert shell.run("recordings", "seal").out == "kept: 1\n"
    assert not plain.exists()
    shown = "recording: audio/flac, sealed; mapokezi recordings save c-000000 FILE\n"
    assert shown in shell.run("calls", "show", "last").out
    assert shell.run("recordings", "seal").out == "kept: 0\n"
    said = shell.run("recordings", "save", "last", "heard.flac")
    assert said.out.startswith("heard.flac: audio/flac, ")
    assert (shell.folder / "heard.flac").read_bytes()[:4] == b"fLaC"
    assert (shell.folder / "heard.flac").stat().st_mode & 0o777 == 0o600
    assert "File exists" in shell.run("recordings", "save", "last", "heard.flac").fault
    assert (
        "no such recording" in shell.run("recordings", "save", "c-000000", "x", "--platform").fault
    )
    assert "saved_recording" in shell.run("audit", "list", "--call", "c-000000").out


def test_a_recording_that_is_still_plain_can_be_saved(shell: Shell, record: Record) -> None:
    record()
    shell.run("recordings", "save", "c-000000", "heard.flac")
    assert (shell.folder / "heard.flac").read_bytes()[:4] == b"fLaC"


def test_what_cannot_be_sealed_is_told(shell: Shell, record: Record) -> None:
    plain = record()
    plain.write_bytes(b"no sound at all")
    said = shell.run("recordings", "seal")
    assert (said.code, said.out) == (1, "kept: 0; not kept: 1\n")
    assert "c-000000: not a WAV file" in said.err
    assert plain.exists()


def test_keys_are_exchanged(shell: Shell, record: Record) -> None:
    record()
    shell.run("recordings", "seal")
    sealed = shell.data_folder / "recordings" / "c-000000.flac.sealed"
    drawn = key_id_of(sealed)
    key = SealKey.draw()
    shell.set(MAPOKEZI_RECORDING_KEYS=key.written())
    before = shell.run("recordings", "status").out.splitlines()
    assert before == [
        f"{key.key_id}  at hand, seals  recordings: 0",
        f"{drawn}  at hand  recordings: 1",
    ]
    assert shell.run("recordings", "rotate").out == f"sealed anew by {key.key_id}: 1\n"
    assert key_id_of(sealed) == key.key_id
    (shell.data_folder / "recording-key").unlink()
    assert shell.run("recordings", "status").out == (
        f"{key.key_id}  at hand, seals  recordings: 1\n"
    )
    shell.set(MAPOKEZI_RECORDING_KEYS=SealKey.draw().written())
    assert f"{key.key_id}  MISSING  recordings: 1" in shell.run("recordings", "status").out
    assert key.key_id in shell.run("recordings", "save", "last", "x.flac").fault
    shell.set(MAPOKEZI_RECORDINGS_LOST_KEYS=key.key_id)
    assert f"{key.key_id}  lost  recordings: 1" in shell.run("recordings", "status").out


# -- retention --


@on_each_database
def test_what_is_due_is_shown_before_it_goes(shell: Shell, a_call: tuple[Change, ...]) -> None:
    long_ago = tuple(_moved(change, days=-400) for change in a_call)
    shell.keep(long_ago)
    shown = shell.run("retention", "plan").out
    due = [line.split() for line in shown.splitlines() if "law-office" in line]
    assert [line[1] for line in due] == ["recording", "transcript", "message", "call"]
    assert "nothing was removed" in shell.run("retention", "run").err
    assert shell.run("retention", "plan").out == shown
    removed = shell.run("retention", "run", "--yes").out
    assert removed.endswith("removed: recording 1, transcript 1, message 1, call 1\n")
    assert shell.run("retention", "plan").out == "Nothing is due.\n"
    assert shell.run("retention", "run").out == "Nothing is due.\nremoved: none\n"
    trail = shell.run("audit", "list").out
    assert "retention_planned" in trail
    assert "retention_run" in trail
    assert "withheld" in shell.run("calls", "list").out


def _moved(change: Change, days: int) -> Change:
    by = timedelta(days=days)
    match change:
        case SaveArrival(record) | SaveEnd(record):
            ended = record.ended_at + by if record.ended_at is not None else None
            moved = replace(record, arrived_at=record.arrived_at + by, ended_at=ended)
            return replace(change, record=moved)
        case SaveMessage(message):
            return SaveMessage(replace(message, created_at=message.created_at + by))
    return change


# -- callers --


@on_each_database
def test_a_caller_is_given_everything(shell: Shell, record: Record) -> None:
    record()
    shell.run("recordings", "seal")
    said = shell.run("callers", "export", "0722 000 100", "caller.zip")
    assert said.out.startswith("caller.zip: ")
    assert said.out.endswith(" records, 1 recordings\n")
    with zipfile.ZipFile(shell.folder / "caller.zip") as archive:
        assert "recordings/c-000000.flac" in archive.namelist()
        told = json.loads(archive.read("caller.json"))
    assert told["number"] == "+254722000100"
    assert len(told["turns"]) == 2
    assert "File exists" in shell.run("callers", "export", "0722000100", "caller.zip").fault
    assert "nothing is kept" in shell.run("callers", "export", "0733000999", "b.zip").fault
    assert "no telephone number" in shell.run("callers", "export", "nobody", "b.zip").fault


@on_each_database
def test_a_caller_is_erased_after_a_question(shell: Shell, record: Record) -> None:
    plain = record()
    shell.run("recordings", "seal")
    asked = shell.run("callers", "erase", "+254722000100")
    assert asked.code == 1
    assert "nothing was erased" in asked.err
    assert "1  calls" in asked.out
    said = shell.run("callers", "erase", "+254722000100", "--yes")
    assert said.code == 0, said
    assert "erased: " in said.out
    assert files_with(shell.data_folder, ("722000100", "Kiambu", "[bold]I have")) == ()
    assert list(plain.parent.iterdir()) == []
    assert shell.run("calls", "list").out == "No calls yet.\n"
    trail = shell.run("audit", "list", "--caller", "0722000100").out
    assert "erased_caller" in trail
    assert "722000100" not in trail
    again = shell.run("callers", "erase", "+254722000100", "--yes")
    assert again.out.startswith("Nothing is on record of +254722000100")
    assert again.code == 0


@on_each_database
def test_where_the_number_is_still_to_be_found_is_told(shell: Shell, record: Record) -> None:
    record()
    log = shell.data_folder / "logs" / "line.log"
    log.parent.mkdir()
    log.write_text("caller=+254722000100\n")
    said = shell.run("callers", "erase", "+254722000100", "--yes")
    assert said.code == 1
    assert said.out.endswith(f"  the number still stands in {log}\n")


# -- the audit trail --


def test_who_reads_a_call_stands_on_the_trail(shell: Shell, a_call: tuple[Change, ...]) -> None:
    shell.keep(a_call)
    assert shell.run("audit", "list").out == "Nothing is on the trail.\n"
    shell.run("calls", "show", "last")
    shell.run("messages", "list")
    lines = shell.run("audit", "list").out.splitlines()
    assert [line.split()[4] for line in lines] == ["read_messages", "read_call"]
    assert lines[1].endswith("c-000000")
    assert len(shell.run("audit", "list", "--limit", "1").out.splitlines()) == 1


# -- calls export --


def test_calls_are_written_as_a_table(shell: Shell, a_call: tuple[Change, ...]) -> None:
    shell.keep(a_call)
    said = shell.run("calls", "export")
    assert said.err == "1 calls\n"
    (row,) = csv.DictReader(io.StringIO(said.out))
    assert row["call_id"] == "c-000000"
    assert row["caller"] == "+254722000100"
    assert row["arrived_at"] == "2026-11-20T06:30:00+00:00"
    assert (row["length_s"], row["cost"], row["currency"]) == ("65.0", "1.25", "KES")
    assert row["notices_heard"] == "automated:en recorded:sw"
    assert row["all_notices_heard_at"] == "2026-11-20T06:30:00+00:00"
    assert row["recording_refused_at"] == ""
    assert "exported_calls" in shell.run("audit", "list").out


def test_no_cell_is_a_formula(shell: Shell, a_call: tuple[Change, ...], examples: Examples) -> None:
    evil = replace(examples.ended(1), voice='=HYPERLINK("http://x")')
    shell.keep((*a_call, SaveEnd(evil)))
    rows = list(csv.DictReader(io.StringIO(shell.run("calls", "export").out)))
    assert rows[0]["voice"] == '\'=HYPERLINK("http://x")'


@on_each_database
def test_calls_are_written_as_json_with_what_was_said(
    shell: Shell, a_call: tuple[Change, ...]
) -> None:
    shell.keep(a_call)
    shell.run("calls", "export", "--format", "json", "--turns", "--file", "calls.json")
    (found,) = json.loads((shell.folder / "calls.json").read_text())
    assert [turn["speaker"] for turn in found["turns"]] == ["receptionist", "caller"]
    assert found["notices"][1] == {
        "kind": "recorded",
        "wording": "Simu hii inarekodiwa.",
        "language": "sw",
        "at": "2026-11-20T06:30:06.250+00:00",
    }
    assert (shell.folder / "calls.json").stat().st_mode & 0o777 == 0o600
    assert "File exists" in shell.run("calls", "export", "--file", "calls.json").fault
    assert "--format json" in shell.run("calls", "export", "--turns").fault


@on_each_database
def test_calls_are_chosen_by_day_and_office(
    shell: Shell, a_call: tuple[Change, ...], examples: Examples
) -> None:
    other = replace(examples.ended(2000), office_id=OfficeId("clinic"))
    shell.keep((*a_call, SaveEnd(other), SaveTurn(examples.turn())))

    def ids(*arguments: str) -> list[str]:
        said = shell.run("calls", "export", *arguments)
        return [row["call_id"] for row in csv.DictReader(io.StringIO(said.out))]

    assert ids() == ["c-002000", "c-000000"]
    assert ids("--office", "clinic") == ["c-002000"]
    assert ids("--from", "2026-11-20", "--to", "2026-11-20") == ["c-000000"]
    assert ids("--from", "2026-11-21") == ["c-002000"]
    assert ids("--to", "2026-11-19") == []
