"""The real thing, started for a measure: receptionist and emulator in processes of their own.

Ports and data folder are the measure's own, so that a receptionist that runs here already is not
disturbed: ``BENCH_PORT`` (default 28480) is the first of the three ports.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from mapokezi.config import Settings, read_settings
from mapokezi.records.call_record import CallInFull
from mapokezi.records.lists import MessageFilter
from mapokezi.records.message_record import MessageRecord
from mapokezi.stores.database import open_for_reading

FOLDER = Path(os.environ.get("BENCH_FOLDER", "var/bench"))
FIRST_PORT = int(os.environ.get("BENCH_PORT", "28480"))
OFFICE_NUMBER = "+254209000000"
LINE, EMULATOR, STAND_IN = "line", "emulator", "stand-in"
_READY_WITHIN_S = 120.0
_STOP_WITHIN_S = 40.0
_RECORD_WITHIN_S = 20.0


class DidNotStart(RuntimeError):  # noqa: N818  in the words of the trade
    """A process ended, or nothing was ready in time."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A receptionist and a phone platform that are up."""

    settings: Settings
    processes: Mapping[str, subprocess.Popen[bytes]]

    @property
    def phone_url(self) -> str:
        """Where telephones are plugged in."""
        emulator = self.settings.emulator
        return f"ws://{emulator.host}:{emulator.port}/phone"

    async def metrics(self) -> str:
        """Give the line's metrics as Prometheus reads them."""
        async with httpx2.AsyncClient(timeout=5.0) as client:
            return (await client.get(f"{self.settings.line_url}/metrics")).text

    async def call_of(self, session_id: str) -> CallInFull:
        """Read a call's record, once it has ended.

        Raises:
            LookupError: It is not there, or not ended, in time.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + _RECORD_WITHIN_S
        async with open_for_reading(self.settings.database_url) as database:
            while loop.time() < until:
                found = await database.calls.of_session(session_id)
                if found is not None and found.ended_at is not None:
                    whole = await database.calls.get(found.call_id)
                    assert whole is not None
                    return whole
                await asyncio.sleep(0.1)
        raise LookupError(f"no finished record of the call {session_id}")

    async def messages_of(self, call: CallInFull) -> tuple[MessageRecord, ...]:
        """Read the messages that a call has left."""
        async with open_for_reading(self.settings.database_url) as database:
            wanted = MessageFilter(call_id=call.call.call_id)
            return tuple((await database.messages.page(wanted)).messages)

    def line_pid(self) -> int:
        """Find the process that answers, among those of ``serve``.

        Raises:
            LookupError: There is none.
        """
        for role in (LINE, STAND_IN):
            if role in self.processes:
                return self.processes[role].pid
        parent = self.processes["serve"].pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="utf-8")
        for pid in map(int, children.split()):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if b"line" in words:
                return pid
        raise LookupError("the line's process is not there")


@asynccontextmanager
async def stage(
    name: str,
    place: int = 0,
    roles: tuple[str, ...] = ("serve", EMULATOR),
    keep: Path | None = None,
    stand_in: Path | None = None,
    config: Path | None = None,
    **more: str,
) -> AsyncIterator[Stage]:
    """Start receptionist and emulator anew, and stop them at the end.

    Args:
        name: of the data folder; what it held before is removed.
        place: 0, 1, ...: two stages at once need two, for their ports.
        roles: what is started.
        keep: a folder whose contents the data folder begins with.
        stand_in: a program that answers in the line's place; it is given the port.
        config: a settings file; none by default.
        more: settings in the environment's form, ``VOICE_KIND="script"``.
    """
    folder = (FOLDER / name).absolute()
    shutil.rmtree(folder, ignore_errors=True)
    if keep is None:
        folder.mkdir(parents=True)
    else:
        shutil.copytree(keep, folder)
    first = FIRST_PORT + 3 * place
    environment = {
        "MAPOKEZI_LINE_PORT": str(first),
        "MAPOKEZI_DESK_PORT": str(first + 1),
        "MAPOKEZI_EMULATOR_PORT": str(first + 2),
        "MAPOKEZI_STORE_FOLDER": str(folder),
        "MAPOKEZI_LINE_NODE": f"bench-{place}",
        **{f"MAPOKEZI_{key}": value for key, value in more.items()},
    }
    told = [] if config is None else ["--config", str(config)]
    commands = {role: [sys.executable, "-m", "mapokezi", role, *told] for role in roles}
    if stand_in is not None:
        commands[STAND_IN] = [str(stand_in), str(first)]
    with _all_running(commands, {**os.environ, **environment}, folder) as processes:
        settings = read_settings(config, environment={**os.environ, **environment})
        up = Stage(settings, processes)
        await _until_ready(up, folder)
        yield up


@contextmanager
def _all_running(
    commands: Mapping[str, Sequence[str]], environment: Mapping[str, str], folder: Path
) -> Iterator[Mapping[str, subprocess.Popen[bytes]]]:
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for role, command in commands.items():
            with (folder / f"{role}.log").open("wb") as log:
                running[role] = subprocess.Popen(
                    command,
                    stdout=log,
                    stderr=log,
                    env={**environment, "MAPOKEZI_SUPERVISED": str(os.getpid())},
                    start_new_session=True,
                )
        yield running
    finally:
        for process in running.values():
            process.send_signal(signal.SIGTERM)
        for process in running.values():
            try:
                process.wait(_STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


async def _until_ready(up: Stage, folder: Path) -> None:
    settings = up.settings
    waiting = [f"{settings.line_url}/readyz"]
    if EMULATOR in up.processes:
        waiting.append(f"http://{settings.emulator.host}:{settings.emulator.port}/healthz")
    loop = asyncio.get_running_loop()
    until = loop.time() + _READY_WITHIN_S
    async with httpx2.AsyncClient(timeout=2.0) as client:
        while waiting:
            over = any(process.poll() is not None for process in up.processes.values())
            if over or loop.time() > until:
                raise DidNotStart(f"see the logs in {folder}")
            if await _answers(client, waiting[0]):
                waiting.pop(0)
            else:
                await asyncio.sleep(0.1)


async def _answers(client: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == httpx2.codes.OK
    except httpx2.HTTPError:
        return False
