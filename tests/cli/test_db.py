"""``mapokezi db``: the drill of docs/how-to/back-up-and-restore.md, and what is refused."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
import soundfile
import structlog
from sqlalchemy import text
from tests.aftercall.keeping_stage import sound
from tests.postgres import PostgresServer
from tests.sample_notices import planned

from mapokezi import logs
from mapokezi.audio.wav import wav_bytes
from mapokezi.records.changes import Change, SaveEnd
from mapokezi.stores.database import DatabaseSettings, open_database
from mapokezi.stores.seal_keys import SealKey
from mapokezi.stores.upgrades import newest_revision

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

PLAIN = "recordings/2026-11/c-000000.wav"


@pytest.fixture(autouse=True)
def as_from_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a command sets of the log is set back."""
    monkeypatch.setattr(logging.getLogger(), "handlers", logging.getLogger().handlers)
    monkeypatch.setattr(logging.getLogger(), "level", logging.getLogger().level)
    yield
    logs.finish()
    structlog.reset_defaults()


@dataclass
class Deployment:
    """A shell, and the database that its commands use."""

    shell: Shell
    url: str
    backup: Path

    @property
    def settings(self) -> DatabaseSettings:
        """As the line opens the database."""
        folder = self.shell.data_folder
        return DatabaseSettings(url=self.url, spill_file=folder / "spilled-node-1.jsonl")

    def keep(self, changes: Sequence[Change]) -> None:
        """Put on record what the line puts there, and a notice that waits."""

        async def fill() -> None:
            async with open_database(self.settings) as database:
                for change in changes:
                    await database.writer.commit(change)
                await database.notice_book.plan([planned()])

        asyncio.run(fill())

    def destroy(self) -> None:
        """Lose the machine: data folder and database."""
        shutil.rmtree(self.shell.data_folder)
        if self.url.startswith("postgresql"):
            with psycopg.connect(self.url, autocommit=True) as server:
                server.execute("DROP SCHEMA public CASCADE")
                server.execute("CREATE SCHEMA public")

    def told(self) -> list[str]:
        """What the staff are told of everything."""
        commands = (
            ["calls", "list"],
            ["calls", "show", "c-000000"],
            ["messages", "list"],
            ["notices", "list"],
            ["recordings", "status"],
        )
        said = [self.shell.run(*words) for words in commands]
        assert not any(one.code for one in said), said
        return [one.out for one in said]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.long)])
def deployment(
    request: pytest.FixtureRequest, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Deployment]:
    """A deployment on each kind of database."""
    backup = tmp_path / "backup"
    if request.param == "sqlite":
        url = f"sqlite:///{shell.data_folder / 'mapokezi.db'}"
        yield Deployment(shell, url, backup)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    monkeypatch.setenv("PATH", f"{server.bin_folder}{os.pathsep}{os.environ['PATH']}")
    with server.database() as url:
        shell.set(MAPOKEZI_STORE_DATABASE=url)
        yield Deployment(shell, url, backup)


@pytest.fixture
def recorded(deployment: Deployment, a_call: tuple[Change, ...]) -> Deployment:
    """With a call on record, its sound and a notice that waits."""
    changes = [
        SaveEnd(replace(one.record, recording=PLAIN)) if isinstance(one, SaveEnd) else one
        for one in a_call
    ]
    deployment.keep(changes)
    path = deployment.shell.data_folder / PLAIN
    path.parent.mkdir(parents=True)
    path.write_bytes(wav_bytes(sound(), 16_000, 2))
    return deployment


def test_the_drill(recorded: Deployment) -> None:
    """Calls come in, a backup is made, everything is destroyed, and put back."""
    shell, key = recorded.shell, SealKey.draw()
    shell.set(MAPOKEZI_RECORDING_KEYS=key.written())
    assert shell.run("recordings", "seal").out == "kept: 1\n"
    before = recorded.told()
    made = shell.run("db", "backup", str(recorded.backup))
    assert made.code == 0
    assert f"{recorded.backup}: 1 calls, 1 messages, 1 recordings, " in made.out
    assert f"Keys are not in it: keep {key.key_id} somewhere else." in made.out

    recorded.destroy()
    assert shell.run("calls", "list").code == 1
    shutil.rmtree(shell.data_folder)
    done = shell.run("db", "restore", str(recorded.backup))
    assert done.code == 0, done
    assert done.out.startswith("restored from 20")
    assert ": 1 calls, 1 messages, 1 recordings, " in done.out

    assert recorded.told() == before
    assert shell.run("recordings", "save", "last", "heard.flac").code == 0
    samples, _ = soundfile.read(shell.folder / "heard.flac", dtype="int16", always_2d=True)
    assert samples.astype("<i2").tobytes() == sound()
    trail = shell.run("audit", "list").out
    assert "restored_backup" in trail
    assert "made_backup" not in trail  # it was noted behind the backup
    assert not (shell.data_folder / "recording-key").exists()


def test_from_sqlite_to_postgres_and_back(
    shell: Shell,
    a_call: tuple[Change, ...],
    postgres_server: PostgresServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """As docs/how-to/back-up-and-restore.md says, in the same data folder."""
    monkeypatch.setenv("PATH", f"{postgres_server.bin_folder}{os.pathsep}{os.environ['PATH']}")
    file = shell.data_folder / "mapokezi.db"
    here = Deployment(shell, f"sqlite:///{file}", tmp_path / "backup")
    here.keep(a_call)
    before = here.told()
    assert shell.run("db", "backup", str(here.backup)).code == 0
    with postgres_server.database() as url:
        shell.set(MAPOKEZI_STORE_DATABASE=url)
        done = shell.run("db", "restore", str(here.backup))
        assert done.code == 0
        assert ": 1 calls, 1 messages, " in done.out
        file.unlink()
        assert here.told() == before
        back = tmp_path / "back"
        assert shell.run("db", "backup", str(back)).code == 0
    assert not file.exists()
    shell.set(MAPOKEZI_STORE_DATABASE="")
    assert shell.run("db", "restore", str(back)).code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert here.told() == before
    assert shell.run("audit", "list").out.count("restored_backup") == 2


def test_what_waited_to_be_sent_is_sent_as_a_repeat(recorded: Deployment) -> None:
    recorded.shell.run("db", "backup", str(recorded.backup))
    recorded.destroy()
    recorded.shell.run("db", "restore", str(recorded.backup))

    async def waiting() -> list[bool]:
        async with open_database(recorded.settings) as database:
            return [one.is_repeat for one in (await database.notice_book.page()).notices]

    assert asyncio.run(waiting()) == [True]


def test_a_backup_is_on_the_trail(recorded: Deployment) -> None:
    recorded.shell.run("db", "backup", str(recorded.backup))
    assert "made_backup" in recorded.shell.run("audit", "list").out


def test_a_plain_recording_is_told_and_left_out(recorded: Deployment) -> None:
    made = recorded.shell.run("db", "backup", str(recorded.backup))
    assert "1 recordings are not sealed yet and not in it." in made.out
    assert made.code == 0


def test_a_recording_that_is_gone_is_told(recorded: Deployment) -> None:
    recorded.shell.run("recordings", "seal")
    sealed = recorded.shell.data_folder / "recordings" / "2026-11" / "c-000000.flac.sealed"
    sealed.unlink()
    made = recorded.shell.run("db", "backup", str(recorded.backup))
    assert made.code == 1
    assert "not there any more: recordings/2026-11/c-000000.flac.sealed" in made.out
    other = recorded.backup.with_name("other")
    without = recorded.shell.run("db", "backup", str(other), "--without-recordings")
    assert without.code == 0
    where = recorded.shell.data_folder / "recordings"
    assert f"Recordings are not in it: copy {where} yourself." in without.out


def test_without_its_key_a_restore_says_which_one_is_missing(recorded: Deployment) -> None:
    """The key was drawn into the data folder, and is lost with it."""
    shell = recorded.shell
    shell.run("recordings", "seal")
    drawn = (shell.data_folder / "recording-key").read_text()
    key_id = SealKey.read(drawn).key_id
    shell.run("db", "backup", str(recorded.backup))
    recorded.destroy()
    done = shell.run("db", "restore", str(recorded.backup))
    assert done.code == 1
    assert f"sealed by {key_id}, which is not at hand" in done.out
    assert "1 calls" in done.out
    (shell.data_folder / "recording-key").write_text(drawn)
    assert shell.run("recordings", "save", "last", "heard.flac").code == 0


def test_nothing_is_written_over_unless_told(recorded: Deployment) -> None:
    shell = recorded.shell
    shell.run("db", "backup", str(recorded.backup))
    assert "--force" in shell.run("db", "restore", str(recorded.backup)).fault
    assert shell.run("db", "restore", str(recorded.backup), "--force").code == 0
    assert "is not empty" in shell.run("db", "backup", str(recorded.backup)).fault


def test_refused_while_it_is_used(recorded: Deployment) -> None:
    shell = recorded.shell
    shell.run("db", "backup", str(recorded.backup))

    async def beside() -> list[str]:
        async with open_database(recorded.settings):
            faults = []
            for words in (["restore", str(recorded.backup), "--force"], ["upgrade"]):
                said = await asyncio.to_thread(shell.run, "db", *words)
                faults.append(said.fault)
            return faults

    assert all("stop `mapokezi serve` first" in fault for fault in asyncio.run(beside()))


def test_upgrade_makes_the_tables_once(deployment: Deployment) -> None:
    shell, newest = deployment.shell, newest_revision()
    first = shell.run("db", "upgrade")
    assert first.out == f"the database is at revision {newest}; it was at none\n"
    assert shell.run("db", "upgrade").out == f"the database is at revision {newest}, as it was\n"
    assert shell.run("calls", "list").code == 0


def test_a_newer_database_is_left_alone(deployment: Deployment) -> None:
    deployment.shell.run("db", "upgrade")

    async def from_the_future() -> None:
        async with open_database(deployment.settings) as database:
            await database.writer.transact(
                lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")).close()
            )

    asyncio.run(from_the_future())
    for words in (["upgrade"], ["backup", str(deployment.backup)]):
        assert "newer Mapokezi" in deployment.shell.run("db", *words).fault
    assert list(deployment.backup.glob("*")) == []


def test_there_must_be_something_to_back_up_or_to_restore(shell: Shell, tmp_path: Path) -> None:
    assert "there is no database" in shell.run("db", "backup", str(tmp_path / "b")).fault
    assert not (tmp_path / "b").exists()
    assert "is no backup" in shell.run("db", "restore", str(tmp_path / "b")).fault


def test_a_server_that_is_not_there_is_one_clear_line(shell: Shell, tmp_path: Path) -> None:
    shell.set(MAPOKEZI_STORE_DATABASE=f"postgresql://m:s3cret@/records?host={tmp_path}")
    for words in (
        ["db", "upgrade"],
        ["db", "backup", str(tmp_path / "b")],
        ["calls", "list"],
        ["tasks", "list"],
    ):
        fault = shell.run(*words).fault
        assert "cannot be reached" in fault
        assert "s3cret" not in fault
