"""What the tests of the commands share: a shell to type them into, and records to show."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.ports import free_port
from tests.postgres import PostgresServer
from tests.sample_records import Examples

from mapokezi import cli
from mapokezi.calls import Outcome
from mapokezi.records.changes import (
    Change,
    SaveArrival,
    SaveEnd,
    SaveMessage,
    SaveTimeline,
    SaveTurn,
)
from mapokezi.stores.database import DatabaseSettings, open_database, upgrade
from mapokezi.units import Milliseconds

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Said:
    """What a command wrote, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def fault(self) -> str:
        """The one line that a foreseen error is."""
        assert self.code == 1, self
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("mapokezi: ")
        return lines[0].removeprefix("mapokezi: ")


@dataclass
class Shell:
    """Types commands, as they are run from a terminal 60 columns wide that is no terminal."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    folder: Path
    url: str
    """Of the database that its commands use."""

    def run(self, *arguments: str) -> Said:
        """Run ``mapokezi`` with these arguments."""
        self.monkeypatch.setattr(sys, "argv", ["mapokezi", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = self.capsys.readouterr()
        code = ended.value.code
        return Said(code if isinstance(code, int) else 0, out, err)

    def set(self, **variables: str) -> None:
        """Set variables of the environment."""
        for name, value in variables.items():
            self.monkeypatch.setenv(name, value)

    def on_the_usual_ports(self) -> None:
        """Leave the ports to the program; for what only names them."""
        for part in ("LINE", "DESK", "EMULATOR"):
            self.monkeypatch.delenv(f"MAPOKEZI_{part}_PORT")

    @property
    def data_folder(self) -> Path:
        """Where the commands keep their data."""
        return self.folder / "var"

    def keep(self, changes: Sequence[Change]) -> None:
        """Fill the database, as the line does."""
        self.data_folder.mkdir(exist_ok=True)

        async def fill() -> None:
            settings = DatabaseSettings(
                url=self.url,
                spill_file=self.data_folder / "spill.jsonl",
            )
            async with open_database(settings) as database:
                for change in changes:
                    await database.writer.commit(change)

        asyncio.run(fill())


@pytest.fixture
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The database of the commands: a file, or with `on_each_database` also a Postgres."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield f"sqlite:///{tmp_path / 'var' / 'mapokezi.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database("records", upgrade) as url:
        yield url


@pytest.fixture
def shell(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    store_url: str,
) -> Shell:
    """A shell in an empty folder; of our variables are set: ports where nobody is, and the
    database, if it must."""
    for name in list(os.environ):
        if name.startswith(("MAPOKEZI_", "SAUTIKIT_")):
            monkeypatch.delenv(name)
    for part in ("LINE", "DESK", "EMULATOR"):  # not those of a receptionist who works here
        monkeypatch.setenv(f"MAPOKEZI_{part}_PORT", str(free_port()))
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("MAPOKEZI_OFFICE_FOLDERS", str(ROOT / "examples" / "law-office"))
    monkeypatch.chdir(tmp_path)
    if store_url.startswith("postgresql"):
        monkeypatch.setenv("MAPOKEZI_STORE_DATABASE", store_url)
    return Shell(monkeypatch, capsys, tmp_path, store_url)


@pytest.fixture
def a_call(examples: Examples) -> tuple[Change, ...]:
    """A call with everything, of words that are long, or look like markup."""
    answer = examples.turn(text="Yes, in the basement.", unheard="Tell the guard.")
    matter = "[bold]I have[/bold] a matter with a name so long that sixty columns are few."
    message = replace(
        examples.message(),
        name="Grace [/red] Njeri",
        reason="The transfer of a plot in Kiambu, which is a long and complicated matter.",
    )
    return (
        SaveArrival(examples.arrival()),
        SaveTurn(replace(answer, started_ms=Milliseconds(1_500), fact_ids=("parking",))),
        SaveTurn(examples.turn(number=1, text=matter, ours=False)),
        SaveTimeline((examples.entry(),)),
        SaveMessage(message),
        SaveEnd(examples.ended(outcome=Outcome.MESSAGE)),
    )
