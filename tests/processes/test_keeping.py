"""Keeping, as its operator sees it: the desk runs, recordings are sealed, a caller is erased."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.aftercall.a_full_caller import NAME, NUMBER, REASON, SAID, SUBSCRIBER
from tests.aftercall.keeping_stage import KEY, keeping_stage, sound

from mapokezi.records.changes import SaveMessage, SaveTurn
from mapokezi.records.message_record import MessageRecord
from mapokezi.stores.sealed_files import key_id_of
from mapokezi.stores.traces_in_files import files_with

ROOT = Path(__file__).parents[2]
WITHIN_S = 40.0


@dataclass
class Here:
    """A data folder, and the environment of the commands that use it."""

    folder: Path
    environment: dict[str, str]

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Give a command, and wait for its end."""
        return subprocess.run(
            [sys.executable, "-m", "mapokezi", *words],
            check=False,
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=60,
        )

    @contextlib.contextmanager
    def desk(self, log: Path) -> Iterator[subprocess.Popen[bytes]]:
        """Run the desk; its log goes into a file."""
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "mapokezi", "desk"],
                env=self.environment,
                stdout=out,
                stderr=out,
            )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


@pytest.fixture
def here(tmp_path: Path) -> Here:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MAPOKEZI_")}
    folder = tmp_path / "data"
    return Here(
        folder,
        {
            **kept,
            "MAPOKEZI_STORE_FOLDER": str(folder),
            "MAPOKEZI_DESK_PORT": str(port),
            "MAPOKEZI_OFFICE_FOLDERS": str(ROOT / "examples" / "law-office"),
            "MAPOKEZI_RECORDING_KEYS": KEY.written(),
        },
    )


def called(here: Here) -> MessageRecord:
    """Put calls on record as the line does: two of one caller, one of another."""

    async def fill() -> MessageRecord:
        from dataclasses import replace

        async with keeping_stage(here.folder) as stage:
            for number in range(3):
                record = await stage.recorded(number, sound(seed=number))
                caller = NUMBER if number < 2 else record.caller
                await stage.database.writer.transact(
                    lambda c, call=record.call_id, who=caller: c.exec_driver_sql(  # type: ignore[misc]
                        "UPDATE calls SET caller = ? WHERE call_id = ?", (who, call)
                    )
                )
                turn = stage.examples.turn(call=number, text=SAID if number < 2 else "Good day.")
                await stage.database.writer.commit(SaveTurn(turn))
            left = replace(
                stage.examples.message(), name=NAME, reason=REASON, number=str(NUMBER), urgent=True
            )
            await stage.database.writer.commit(SaveMessage(left))
            return left

    return asyncio.run(fill())


def wait_for(what: Callable[[], bool], why: str) -> None:
    until = time.monotonic() + WITHIN_S
    while not what():
        assert time.monotonic() < until, why
        time.sleep(0.1)


def test_the_desk_seals_what_was_recorded_and_a_caller_is_erased_beside_it(
    here: Here, tmp_path: Path
) -> None:
    called(here)
    recordings = here.folder / "recordings" / "2026-11"
    log = tmp_path / "desk.log"
    sealed = [recordings / f"c-00000{number}.flac.sealed" for number in range(3)]
    with here.desk(log):
        wait_for(lambda: all(path.exists() for path in sealed), "nothing was sealed")
        wait_for(lambda: not list(recordings.glob("*.wav")), "plain recordings are left")
        assert {key_id_of(path) for path in sealed} == {KEY.key_id}
        assert (here.folder / "mapokezi-work.db").exists()
        assert files_with(here.folder, (SUBSCRIBER, NAME))
        done = here.command("callers", "erase", str(NUMBER), "--yes")
        assert done.returncode == 0, done.stdout + done.stderr
        # While the desk runs on, and after it: database, files, the work's own tables, waiting
        # notices, spilled changes.
        assert files_with(here.folder, (SUBSCRIBER, NAME, "Kiserian", "late husband")) == ()
        assert [path.name for path in recordings.iterdir()] == ["c-000002.flac.sealed"]
    assert files_with(here.folder, (SUBSCRIBER, NAME, "Kiserian", "late husband")) == ()
    assert files_with(tmp_path, (SUBSCRIBER, NAME, "Kiserian", "late husband")) == ()
    assert "recording_kept" in log.read_text()
    assert "c-000002" in here.command("calls", "list").stdout


def test_without_a_key_for_what_is_sealed_the_desk_does_not_start(
    here: Here, tmp_path: Path
) -> None:
    called(here)
    assert here.command("recordings", "seal").stdout == "kept: 3\n"
    here.environment["MAPOKEZI_RECORDING_KEYS"] = ""
    here.environment["MAPOKEZI_LINE_PUBLIC_URL"] = "https://voice.example.co.ke"
    told = here.command("desk")
    assert told.returncode == 1
    assert told.stderr.splitlines()[-1].startswith("mapokezi: there is no key to seal")
    here.environment["MAPOKEZI_RECORDINGS_SEALED"] = "false"
    told = here.command("desk")
    assert told.returncode == 1
    assert KEY.key_id in told.stderr
