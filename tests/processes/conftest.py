"""The program as its operator runs it: real processes, real ports, a data folder of its own."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from mapokezi.audio.resample import resampled
from mapokezi.bridge.phrase_book import PhraseBook
from mapokezi.emulator.caller_voice import VoiceShift, prepare_lines
from mapokezi.emulator.callers import CallerLine, Manners, ScriptedCaller
from mapokezi.emulator.phone_call import CallHeard, CallPlan, SpokenLine, place_call
from mapokezi.emulator.server import Emulator
from mapokezi.emulator.settings import EmulatorSettings, Number
from mapokezi.records.call_record import CallInFull
from mapokezi.records.lists import MessageFilter
from mapokezi.records.message_record import MessageRecord
from mapokezi.speech.client import SpeechClient
from mapokezi.speech.engines import find_engine
from mapokezi.speech.settings import WorkerSettings
from mapokezi.stores.database import open_for_reading
from mapokezi.stores.office_files import read_office
from mapokezi.telephony.signature import SIGNATURE_HEADER, sign
from mapokezi.voice.protocols.scripted import murmur

EXAMPLE = Path(__file__).parents[2] / "examples" / "law-office"
GREETING, NOTICE = "Law office,", "this is a machine, and the call is recorded."
FALLBACK = "Please leave your name."
ALWAYS = "\n".join(
    f'{day} = ["00:00-24:00"]'
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
)
OURS = "+254209000000"
API_KEY = "tskey_live_emulator"
"""What the emulator wants to see; the line gets it as the operator would give it."""
SECRET = "whsec_4Jp0mZQzVnq3xW8yT1kR"
_TOKEN = re.compile(r"token=[\w-]{8,}|key=[\w-]{16,}")


class MurmuringSpeech(SpeechClient):
    """Speaks at once, in murmurs: for phrases that nobody will listen to."""

    def __init__(self) -> None:
        super().__init__("unix:///nowhere")

    async def synthesize(self, text: str) -> Any:
        yield murmur(text)


class HibariSpeech(SpeechClient):
    """Speaks with the real voice, in this process."""

    def __init__(self) -> None:
        super().__init__("unix:///nowhere")
        self._voice = find_engine(WorkerSettings().synthesiser)(voice=WorkerSettings().voice)

    async def synthesize(self, text: str) -> Any:
        for sentence in self._voice.sentences(text):
            yield self._voice.speak(sentence)


class Program:
    """One process of the program: what it writes, and how it ends."""

    def __init__(self, arguments: Sequence[str], environment: dict[str, str]) -> None:
        self.arguments = arguments
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        # A pipe and no file: a log must not fall under the limits that tests put on files.
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as out:
            for line in out:
                self.lines.append(line.decode(errors="replace").rstrip("\n"))

    @property
    def pid(self) -> int:
        return self.process.pid

    def events(self, event: str, **wanted: object) -> list[dict[str, Any]]:
        """The lines of its log that tell of an event."""
        found = []
        for line in list(self.lines):
            if f'"{event}"' in line and line.startswith("{"):
                told = json.loads(line)
                if told["event"] == event and wanted.items() <= told.items():
                    found.append(told)
        return found

    async def tells(
        self, event: str, within_s: float = 20.0, nth: int = 1, **wanted: object
    ) -> dict[str, Any]:
        """Wait until its log tells of an event, for the n-th time."""
        await until(
            lambda: len(self.events(event, **wanted)) >= nth,
            within_s,
            lambda: f"{self.arguments} did not tell {event} {wanted}:\n{self.tail()}",
        )
        return self.events(event, **wanted)[nth - 1]

    async def ended(self, within_s: float = 20.0) -> int:
        """Wait until it has ended, and give its exit code."""
        await until(
            lambda: self.process.poll() is not None,
            within_s,
            lambda: f"{self.arguments} did not end:\n{self.tail()}",
        )
        self._reading.join(5.0)
        return self.process.returncode

    def signal(self, signum: signal.Signals) -> None:
        self.process.send_signal(signum)

    def tail(self, count: int = 40) -> str:
        return "\n".join(self.lines[-count:])

    def limit_files(self, most_bytes: int) -> None:
        """From now on a write beyond so many bytes of a file fails: its disk is full."""
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (most_bytes, resource.RLIM_INFINITY))

    def finish(self) -> None:
        """End it, whatever state it is in, and read what it wrote."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.send_signal(signal.SIGCONT)
            try:
                self.process.wait(15.0)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._reading.join(5.0)


@dataclass
class Deployment:
    """A data folder, free ports, an environment, and the programs that run with them."""

    folder: Path
    office: Path
    environment: dict[str, str]
    programs: list[Program] = field(default_factory=list)
    secrets: set[str] = field(default_factory=lambda: {API_KEY, SECRET})
    """What no log may hold."""

    def __post_init__(self) -> None:
        self.line_port, self.desk_port, self.emulator_port = free_ports(3)
        self.set(
            store_folder=self.folder,
            office_folders=self.office,
            line_port=self.line_port,
            desk_port=self.desk_port,
            emulator_port=self.emulator_port,
            carrier_url=f"http://127.0.0.1:{self.emulator_port}",
            speech_workers=1,
        )

    def set(self, **settings: object) -> None:
        """Set settings: ``line_port`` is ``line.port``."""
        for key, value in settings.items():
            self.environment[f"MAPOKEZI_{key.upper()}"] = str(value)

    def follow_script(self, text: str) -> None:
        """Have calls answered by a script in place of the local voice."""
        path = self.folder / "script.toml"
        path.write_text(text, encoding="utf-8")
        self.set(voice_kind="script", voice_script=path)

    def start(self, *command: str) -> Program:
        """Start a command of the program: ``start("line")``."""
        return self.run(["-m", "mapokezi", *command])

    def run(self, arguments: Sequence[str]) -> Program:
        """Run Python with the deployment's environment."""
        program = Program(arguments, self.environment)
        self.programs.append(program)
        return program

    async def start_line(self) -> Program:
        """Start the line, and wait until it takes calls."""
        line = self.start("line")
        await self.is_ready(line)
        return line

    @contextlib.asynccontextmanager
    async def platform(self) -> AsyncIterator[Emulator]:
        """Be the phone platform in this process, which is quicker than starting another."""
        number = Number(OURS, f"{self.line_url}/voice", f"{self.line_url}/voice/events", SECRET)
        recordings = self.folder / "emulator-recordings"
        settings = EmulatorSettings((number,), port=self.emulator_port, recordings=recordings)
        async with Emulator(settings) as emulator:
            yield emulator

    async def start_emulator(self, *more: str) -> Program:
        """Start the emulator, and wait until telephones work."""
        emulator = self.start("emulator", *more)
        await self.answers(f"http://127.0.0.1:{self.emulator_port}/healthz", emulator)
        return emulator

    async def is_ready(self, program: Program, within_s: float = 40.0) -> None:
        await self.answers(f"{self.line_url}/readyz", program, within_s)

    async def answers(self, url: str, program: Program, within_s: float = 40.0) -> None:
        """Wait until a URL answers well, or fail if the program ends before."""
        ends_at = time.monotonic() + within_s
        async with httpx2.AsyncClient(timeout=5.0) as client:
            while True:
                with contextlib.suppress(httpx2.HTTPError):
                    if (await client.get(url)).status_code == 200:
                        return
                assert program.process.poll() is None, program.tail()
                assert time.monotonic() < ends_at, f"{url} is not well:\n{program.tail()}"
                await asyncio.sleep(0.05)

    @property
    def line_url(self) -> str:
        return f"http://127.0.0.1:{self.line_port}"

    @property
    def phone_url(self) -> str:
        return f"ws://127.0.0.1:{self.emulator_port}/phone"

    @property
    def database_url(self) -> str:
        return f"sqlite+aiosqlite:///{self.folder / 'mapokezi.db'}"

    async def post(
        self, client: httpx2.AsyncClient, fields: dict[str, str], path: str = "/voice"
    ) -> httpx2.Response:
        """Post a callback as the platform does, signed."""
        body = json.dumps(fields).encode()
        headers = {"content-type": "application/json"}
        headers[SIGNATURE_HEADER] = sign(SECRET, body, int(time.time()))
        return await client.post(f"{self.line_url}{path}", content=body, headers=headers)

    async def ring(
        self,
        lines: Sequence[CallerLine],
        number: str,
        manners: Manners | None = None,
        on_line: Callable[[SpokenLine], None] | None = None,
        **plan: Any,
    ) -> CallHeard:
        """Let a scripted caller ring."""
        self.secrets.add(number)
        caller = ScriptedCaller(lines, manners)
        return await place_call(CallPlan(caller, number, OURS, url=self.phone_url, **plan), on_line)

    async def records(self) -> list[CallInFull]:
        """All calls on record, the oldest first."""
        async with open_for_reading(self.database_url) as database:
            page = await database.calls.page(limit=100)
            found = [await database.calls.get(call.call_id) for call in page.calls]
        return [call for call in reversed(found) if call is not None]

    async def record_of(self, caller: str, within_s: float = 10.0) -> CallInFull:
        """A caller's call on record, once it has ended."""
        ends_at = time.monotonic() + within_s
        while True:
            for found in await self.records():
                if found.call.caller == caller and found.call.ended_at is not None:
                    return found
            assert time.monotonic() < ends_at, f"no ended call of {caller} is on record"
            await asyncio.sleep(0.1)

    async def messages(self, found: CallInFull) -> Sequence[MessageRecord]:
        """What was stored for the staff in a call."""
        async with open_for_reading(self.database_url) as database:
            wanted = MessageFilter(call_id=found.call.call_id)
            return (await database.messages.page(wanted)).messages

    async def posts(self, caller: str) -> list[dict[str, Any]]:
        """What the platform posted about a caller's call, and how it was answered."""
        headers = {"Authorization": f"Bearer {API_KEY}"}
        base = f"http://127.0.0.1:{self.emulator_port}/v1/calls"
        async with httpx2.AsyncClient(headers=headers) as client:
            rows = (await client.get(base)).json()["data"]
            (row,) = [row for row in rows if row["remote_e164"] == caller]
            events = (await client.get(f"{base}/{row['id']}")).json()["call"]["events"]
        return [event for event in events if event["type"] == "posted"]

    def finish(self) -> None:
        """End every program; what they wrote may hold no secret."""
        for program in reversed(self.programs):
            program.finish()
        for program in self.programs:
            for line in program.lines:
                told = [secret for secret in self.secrets if secret in line]
                assert not told, f"{program.arguments} wrote {told}: {line}"
                assert not _TOKEN.search(line), f"{program.arguments} wrote a token: {line}"


async def until(
    holds: Callable[[], bool], within_s: float = 10.0, else_tell: Callable[[], str] | None = None
) -> None:
    """Look again and again whether something holds, and fail if it does not in time."""
    ends_at = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < ends_at, else_tell() if else_tell else "it did not come"
        await asyncio.sleep(0.01)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on just now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for sock in sockets:
            sock.bind(("127.0.0.1", 0))
        return [int(sock.getsockname()[1]) for sock in sockets]


def words(text: str) -> CallerLine:
    """A line of a caller that is only a murmur: for a receptionist who follows a script."""
    return CallerLine(text, resampled(murmur(text), 16_000, 8_000))


@pytest.fixture(name="until")
def until_fixture() -> Callable[..., Any]:
    """`until`, for what happens in another process."""
    return until


@pytest.fixture(name="words")
def words_fixture() -> Callable[[str], CallerLine]:
    """`words`: a caller's murmured line."""
    return words


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this test run have in common."""
    base = tmp_path_factory.getbasetemp()
    folder = base.parent / "processes" if "PYTEST_XDIST_WORKER" in os.environ else base / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def office(shared_folder: Path) -> Path:
    """The example's office, but open at all hours, and with fewer words than 8 s of greeting."""
    folder = shared_folder / "law-office"
    with _locked(shared_folder):
        if not folder.exists():
            shutil.copytree(EXAMPLE, folder)
            path = folder / "office.toml"
            text = re.sub(r'(?m)^greeting = ".*"$', f'greeting = "{GREETING}"', path.read_text())
            text = re.sub(r'(?m)^notice = ".*"$', f'notice = "{NOTICE}"', text)
            text = re.sub(r'(?m)^say = ".*"$', f'say = "{FALLBACK}"', text)
            path.write_text(text)
            hours = f'timezone = "Africa/Nairobi"\n[week]\n{ALWAYS}\n'
            (folder / "hours.toml").write_text(hours)
    return folder


@pytest.fixture(scope="session")
def murmured_phrases(shared_folder: Path, office: Path) -> Path:
    """The office's fixed sentences as murmurs."""
    return _phrases(shared_folder, "murmured", office, MurmuringSpeech)


@pytest.fixture(scope="session")
def spoken_phrases(shared_folder: Path, office: Path) -> Path:
    """The office's fixed sentences as they are really spoken."""
    return _phrases(shared_folder, "spoken", office, HibariSpeech)


def _phrases(shared: Path, name: str, office: Path, speech: Callable[[], SpeechClient]) -> Path:
    """Have the fixed sentences made once for all workers."""
    folder = shared / name
    with _locked(shared):
        if not folder.exists():
            asyncio.run(PhraseBook(read_office(office), folder).prepare(speech()))
    return folder


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def said() -> Callable[..., list[CallerLine]]:
    """Makes a caller's lines, in words that a recogniser understands."""

    def lines(*texts: str) -> list[CallerLine]:
        sounds = prepare_lines(texts, VoiceShift())
        return [CallerLine(text, sounds[text]) for text in texts]

    return lines


@pytest.fixture
def deployments(office: Path, murmured_phrases: Path) -> Iterator[Callable[[], Deployment]]:
    """Makes deployments whose line is ready at once, without a speech process.

    Each lives through its own calls; those that want little of the machine may do so at once.
    """
    with contextlib.ExitStack() as all_of_them:

        def deploy() -> Deployment:
            found = all_of_them.enter_context(_deployed(office))
            shutil.copytree(murmured_phrases, found.folder / "phrases")
            return found

        yield deploy


@pytest.fixture
def deployment(deployments: Callable[[], Deployment]) -> Deployment:
    """A deployment whose line is ready at once, without a speech process."""
    return deployments()


@pytest.fixture
def speaking(office: Path, spoken_phrases: Path) -> Iterator[Deployment]:
    """A deployment whose fixed sentences were really spoken before."""
    with _deployed(office) as found:
        shutil.copytree(spoken_phrases, found.folder / "phrases")
        yield found


@contextlib.contextmanager
def _deployed(office: Path) -> Iterator[Deployment]:
    # A short path: a Unix socket's name has room for 107 bytes.
    with tempfile.TemporaryDirectory(prefix="mpkz") as folder:
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("MAPOKEZI_", "SAUTIKIT_"))
        }
        environment |= {"SAUTIKIT_API_KEY": API_KEY, "MAPOKEZI_WEBHOOK_SECRETS": SECRET}
        found = Deployment(Path(folder), office, environment)
        try:
            yield found
        finally:
            found.finish()
