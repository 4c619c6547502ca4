"""What of a caller lies in files."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.sample_records import Examples

from mapokezi.calls import CallId
from mapokezi.records.changes import SaveTurn
from mapokezi.stores.errors import StoreError
from mapokezi.stores.spill import SpillFile, encode
from mapokezi.stores.traces_in_files import blank_spilled, compact, files_with

CALLS, NUMBERS = (CallId("c-000001"),), ("+254722000100",)


def test_a_line_is_blanked_in_its_place_and_the_others_are_read_back(
    tmp_path: Path, examples: Examples
) -> None:
    path = tmp_path / "spilled-desk.jsonl"
    turns = [SaveTurn(examples.turn(call=call, text=f"Call {call}.")) for call in range(3)]
    spill = SpillFile(path)
    spill.append(turns)
    before = path.stat()
    assert blank_spilled(tmp_path, CALLS, ()) == 1
    after = path.stat()
    assert (after.st_ino, after.st_size) == (before.st_ino, before.st_size)
    assert b"Call 1." not in path.read_bytes()
    assert [line.change for line in spill.read()] == [turns[0], turns[2]]


def test_lines_that_nobody_can_read_are_looked_through_too(tmp_path: Path) -> None:
    path = tmp_path / "spilled-node-1.jsonl.refused"
    path.write_text('{"kind": "Old", "x": "c-000001"}\n{"torn": "+254722000100\nkept\n', "ascii")
    assert blank_spilled(tmp_path, CALLS, NUMBERS) == 2
    assert path.read_text("ascii").split() == ["kept"]
    assert blank_spilled(tmp_path, CALLS, NUMBERS) == 0


def test_what_is_added_meanwhile_is_not_lost(tmp_path: Path, examples: Examples) -> None:
    path = tmp_path / "spilled-desk.jsonl"
    first, second = (SaveTurn(examples.turn(call=call)) for call in (1, 2))
    path.write_text(encode(first) + "\n", "ascii")
    with path.open("ab") as beside:
        assert blank_spilled(tmp_path, CALLS, ()) == 1
        beside.write(encode(second).encode() + b"\n")
    assert [line.change for line in SpillFile(path).read()] == [second]


def filled(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA secure_delete = OFF")  # as most builds of SQLite have it
        connection.execute("CREATE TABLE told (number INTEGER PRIMARY KEY, text TEXT)")
        for number in range(300):
            connection.execute("INSERT INTO told VALUES (?, ?)", (number, "secret words " * 50))
        connection.execute("DELETE FROM told WHERE number > 3")
        connection.execute("UPDATE told SET text = 'plain'")


def test_what_was_removed_is_in_no_page_any_more(tmp_path: Path) -> None:
    path = tmp_path / "mapokezi.db"
    filled(path)
    assert path in files_with(tmp_path, ("secret words",))
    with closing(sqlite3.connect(path)) as reader:  # somebody who looks on
        assert reader.execute("SELECT count(*) FROM told").fetchone() == (4,)
        asyncio.run(compact(f"sqlite:///{path}"))
        assert files_with(tmp_path, ("secret words",)) == ()
        assert reader.execute("SELECT count(*) FROM told").fetchone() == (4,)


def test_a_database_that_is_kept_busy_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mapokezi.stores.traces_in_files._COMPACTS_WITHIN_S", 0.3)
    path = tmp_path / "mapokezi.db"
    filled(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="SQLITE_BUSY"):
            asyncio.run(compact(f"sqlite:///{path}"))


def test_a_search_goes_through_every_file_and_only_files(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "log").write_bytes(b"\0" * 100_000 + b"722000100" + b"\0")
    (tmp_path / "empty").touch()
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    assert files_with(tmp_path, ("722000100",)) == (tmp_path / "deep" / "er" / "log",)
    assert files_with(tmp_path, ("",)) == ()
