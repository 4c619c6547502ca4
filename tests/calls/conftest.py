"""Whole calls over loopback: a real line, real ears and a real voice, the emulated platform.

The speech process is started once a session. A `House` is one line and one emulator on free
ports, with a data folder of its own; callers ring it from the same process, at true pace. What a
test asserts on is what the caller heard, what is on record, and what was recorded.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import structlog
from tests.ports import free_port

from mapokezi.app.emulator import emulator_settings
from mapokezi.app.line import run_line
from mapokezi.audio.formats import samples_in
from mapokezi.audio.wav import wav_sound
from mapokezi.bridge.office_meanings import OfficeMeanings
from mapokezi.config import (
    EmulatorConfig,
    LineConfig,
    ModelConfig,
    OfficeConfig,
    Settings,
    SpeechConfig,
    StoreConfig,
    VoiceConfig,
)
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.emulator.callees import CalleeScript
from mapokezi.emulator.caller_ear import Hear, moonshine_ear
from mapokezi.emulator.caller_voice import VoiceShift, prepare_lines
from mapokezi.emulator.callers import (
    PHONE_RATE_HZ,
    Caller,
    CallerLine,
    Manners,
    Part,
    ReactiveCaller,
    ScriptedCaller,
)
from mapokezi.emulator.measuring import HeardTooSoon, Span, voiced_spans
from mapokezi.emulator.phone_call import CallHeard, CallPlan, LineConditions, place_call
from mapokezi.emulator.server import Emulator
from mapokezi.emulator.settings import EmulatorSettings
from mapokezi.line.server import Line
from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.examples import sentences_of
from mapokezi.receptionist.meanings import Meanings
from mapokezi.records.call_record import CallInFull
from mapokezi.records.lists import MessageFilter
from mapokezi.records.message_record import MessageRecord
from mapokezi.speech.client import SpeechClient
from mapokezi.stores.database import open_for_reading
from mapokezi.stores.office_files import read_office

log = structlog.get_logger("tests.calls")

EXAMPLE = Path(__file__).parents[2] / "examples" / "law-office"
DAY, ALWAYS = "+254209000000", "+254209000001"
"""The example's office by its own hours, and one that never closes, for hand-offs."""
HERE = LineConditions(noise_dbfs=-60.0)


@pytest.fixture
def day_number() -> str:
    """The number of the office that keeps the example's hours."""
    return DAY


@pytest.fixture
def always_number() -> str:
    """The number of the office that is open at all hours."""
    return ALWAYS


@dataclass(frozen=True)
class Recorded:
    """A recording of ours, read back."""

    caller: bytes
    ours: bytes
    rate_hz: int

    @property
    def length_s(self) -> float:
        return len(self.caller) / 2 / self.rate_hz

    def dbfs(self, side: bytes, span: Span) -> float:
        """The level of a stretch of one side."""
        per_ms = self.rate_hz // 1000 * 2
        samples = samples_in(side[span.start_ms * per_ms : span.end_ms * per_ms]).astype(float)
        power = float((samples**2).mean()) if samples.size else 0.0
        return 10 * float(np.log10(max(power, 1e-3) / 32_768**2))

    def voices(self, side: bytes) -> list[Span]:
        return voiced_spans(side, self.rate_hz)


@dataclass
class Rung:
    """A call that is over: as it was heard, and as it is on record."""

    heard: CallHeard
    kept: CallInFull
    messages: tuple[MessageRecord, ...]
    recording: Recorded | None
    ear: Hear

    @cached_property
    def words(self) -> str:
        """All that came out of the caller's earpiece, as the caller's own ear writes it.

        Found after the call, so that no recogniser of ours takes a core from the receptionist.
        """
        sound, per_ms = self.heard.heard_pcm, PHONE_RATE_HZ // 1000 * 2
        spans = voiced_spans(sound, PHONE_RATE_HZ, longest_pause_ms=600)
        around = ((max(0, span.start_ms - 200), span.end_ms + 200) for span in spans)
        pieces = (sound[first * per_ms : last * per_ms] for first, last in around)
        return " ".join(self.ear(piece) for piece in pieces)

    @property
    def transcript(self) -> str:
        """The record's transcript, a line a turn."""
        return "\n".join(f"{turn.speaker}: {turn.text}" for turn in self.kept.turns)

    def moments(self, *names: str) -> list[str]:
        """The entries of the timeline that have one of these names, in order."""
        return [entry.what for entry in self.kept.timeline if entry.what in names]

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The platform's events of a kind."""
        return [dict(event) for event in self.heard.events if event["type"] == kind]


@dataclass
class House:
    """A line and a platform that are up."""

    settings: Settings
    line: Line
    emulator: Emulator
    ear: Hear
    voices: dict[str, bytes]
    callers: int = 0
    figures: dict[str, list[int]] = field(default_factory=dict)

    def lines(self, *texts: str) -> list[CallerLine]:
        """What a caller says, made into sound."""
        missing = [text for text in texts if text not in self.voices]
        self.voices.update(prepare_lines(missing, VoiceShift()))
        return [CallerLine(text, self.voices[text]) for text in texts]

    def scripted(self, *texts: str, **manners: Any) -> Caller:
        """A caller who says these lines in turn."""
        return ScriptedCaller(self.lines(*texts), Manners(**manners))

    def playing(self, part: Part, **manners: Any) -> Caller:
        """A caller who answers what it hears."""
        self.lines(*part.lines())
        return ReactiveCaller(part, self.voices, Manners(**manners))

    async def ring(
        self,
        caller: Caller,
        to: str = DAY,
        line: LineConditions = HERE,
        longest_s: float = 60.0,
        cost: bool = False,
        modes: Mapping[str, object] | None = None,
        number: str = "",
    ) -> Rung:
        """Have somebody ring, and wait until the call is on record as ended.

        Args:
            caller: who rings.
            to: the number.
            line: how good the line is.
            longest_s: after which the caller hangs up.
            cost: whether to wait also for what the platform charged.
            modes: how the platform behaves in this call.
            number: who rings; a new one by default.
        """
        self.callers += 1
        number = number or f"+2547220001{self.callers:02}"
        hear = self.ear if isinstance(caller, ReactiveCaller) else None
        url = self.emulator.phone_url
        told = modes or {}
        plan = CallPlan(caller, number, to, url, line, hear=hear, longest_s=longest_s, modes=told)
        heard = await place_call(plan)
        kept, messages = await self.record_of(number, cost=cost)
        recording = None
        if kept.call.recording is not None:
            path = self.settings.data_folder / kept.call.recording
            await until(path.is_file)
            found, pcm = wav_sound(path.read_bytes())
            pair = samples_in(pcm).reshape(-1, found.channels)
            left, right = pair[:, 0].tobytes(), pair[:, 1].tobytes()
            recording = Recorded(left, right, found.sample_rate_hz)
        rung = Rung(heard, kept, messages, recording, self.ear)
        self._note(rung)
        return rung

    async def record_of(
        self, caller: str, *, cost: bool = False
    ) -> tuple[CallInFull, tuple[MessageRecord, ...]]:
        """The newest call from a number, once it has ended, and its messages."""
        async with open_for_reading(self.settings.database_url) as database, asyncio.timeout(30):
            while True:
                for call in (await database.calls.page(limit=50)).calls:
                    if call.caller != caller or call.ended_at is None:
                        continue
                    if cost and (call.cost is None or call.cost.estimated):
                        continue
                    kept = await database.calls.get(call.call_id)
                    assert kept is not None
                    wanted = MessageFilter(call_id=call.call_id)
                    return kept, tuple((await database.messages.page(wanted)).messages)
                await asyncio.sleep(0.05)

    def _note(self, rung: Rung) -> None:
        try:
            timings = rung.heard.timings()
        except HeardTooSoon as error:  # a machine so busy that nothing can be measured
            log.warning("not_measured", why=str(error))
            return
        for name in ("first_word_ms", "gaps_ms", "yields_ms"):
            self.figures.setdefault(name, []).extend(getattr(timings, name))


async def until(holds: Callable[[], bool], within_s: float = 30.0) -> None:
    """Look again and again whether something holds, which nobody tells of."""
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.fixture(scope="session")
def session_folder() -> Iterator[Path]:
    """A folder with a short name (a socket's path has 107 bytes) for the whole session."""
    with tempfile.TemporaryDirectory(prefix="mpk") as folder:
        yield Path(folder)


_SPEECH = """
import asyncio, sys
from pathlib import Path
from mapokezi.speech.server import serve_speech
from mapokezi.speech.settings import SpeechSettings, WorkerSettings
worker = WorkerSettings(niceness=0)
asyncio.run(serve_speech(SpeechSettings(Path(sys.argv[1]), workers=1, worker=worker)))
"""


@pytest.fixture(scope="session")
def speech_address(session_folder: Path) -> Iterator[str]:
    """The speech process with the real engines, one worker, for all calls of the session.

    Its worker is not as modest as in earnest: what it leaves a core to here is other tests.
    """
    path = session_folder / "speech.sock"
    with (session_folder / "speech.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", _SPEECH, str(path)], stdout=log, stderr=log
        )
        try:
            ends_at = time.monotonic() + 60
            while not _answers(path):
                assert process.poll() is None, (session_folder / "speech.log").read_text()
                assert time.monotonic() < ends_at, "the speech process does not come up"
                time.sleep(0.05)
            yield f"unix://{path}"
        finally:
            process.terminate()
            process.wait(20)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


@pytest.fixture(scope="session")
def ear() -> Hear:
    """The callers' own recogniser: one for all callers, so one at a time."""
    found, alone = moonshine_ear(), threading.Lock()

    def hear(pcm: bytes) -> str:
        with alone:
            return found(pcm)

    return hear


@pytest.fixture(scope="session")
def voices() -> dict[str, bytes]:
    """Callers' lines that were made into sound before, for all tests."""
    return {}


@pytest.fixture(scope="session")
def offices(session_folder: Path) -> tuple[str, ...]:
    """The example's office, briefer and without its holidays, and the same one open at all hours.

    So that nothing depends on the day on which the tests are run.
    """
    hours = (EXAMPLE / "hours.toml").read_text(encoding="utf-8")
    hours = re.sub(r"(?s)\[\[closures\]\].*", "", hours).replace('"KE"', '""')
    always = hours[: hours.index("[week]")] + "[week]\n"
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    always += "\n".join(f'{day} = ["00:00-24:00"]' for day in days)
    folders = []
    for name, text, number in (("day", hours, DAY), ("always", always, ALWAYS)):
        folder = session_folder / "offices" / name
        shutil.copytree(EXAMPLE, folder)
        (folder / "hours.toml").write_text(text, encoding="utf-8")
        (folder / "office.toml").write_text(_brief_office(number), encoding="utf-8")
        messages = (EXAMPLE / "messages.toml").read_text(encoding="utf-8")
        messages = _QUESTIONS + messages[messages.index("# Never answered") :]
        (folder / "messages.toml").write_text(messages, encoding="utf-8")
        folders.append(str(folder))
    return tuple(folders)


@pytest.fixture(scope="session")
def learned(session_folder: Path, speech_address: str, offices: tuple[str, ...]) -> None:
    """What the clerks of these offices learn as a line starts, so that no call meets it."""
    found = [read_office(Path(folder)) for folder in offices]
    kept = OfficeMeanings(session_folder / "meanings")
    every = [text for office in found for text in sentences_of(office)]
    known = asyncio.run(kept.of(every, SpeechClient(speech_address)))
    assert known is not None
    for office in found:
        Clerk(office)
        Clerk(office, Meanings({text: known[text] for text in sentences_of(office)}))


_QUESTIONS = """
[[questions]]
slot = "name"
ask = "What is your name?"

[[questions]]
slot = "reason"
ask = "What is the message about?"

"""


def _brief_office(number: str) -> str:
    """The example's office, less wordy: every second here is lived through by each caller."""
    changed = {
        "numbers": f'["{number}"]',
        "greeting": '"Good day."',
        "notice": '"I am the automated receptionist, and this call is recorded."',
        "goodbye": '"Thank you. Goodbye."',
        "call_cap_per_number_per_minute": "60",
    }
    lines = (EXAMPLE / "office.toml").read_text(encoding="utf-8").splitlines()
    keys = [line.partition(" =")[0] for line in lines]
    assert set(changed) <= set(keys), "the example has other keys now"
    return "\n".join(
        f"{key} = {changed[key]}" if key in changed else line
        for key, line in zip(keys, lines, strict=True)
    )


@dataclass
class Houses:
    """Makes houses, each with settings of its own."""

    folder: Path
    speech: str
    offices: tuple[str, ...]
    ear: Hear
    voices: dict[str, bytes]

    def __call__(self, **options: Any) -> AbstractAsyncContextManager[House]:
        """Open a house until the block is left.

        Options: ``line`` and ``voice`` (keys of those sections), ``models`` (profiles by name, in
        the order in which they are tried), ``conversation``, ``callees``, ``platform`` (fields of
        the emulator's settings), ``emulated`` (makes other settings of these).
        """
        return self._open(**options)

    @asynccontextmanager
    async def _open(
        self,
        *,
        line: dict[str, Any] | None = None,
        voice: dict[str, Any] | None = None,
        models: dict[str, ModelConfig] | None = None,
        conversation: ConversationSettings | None = None,
        callees: dict[str, CalleeScript] | None = None,
        platform: dict[str, Any] | None = None,
        emulated: Callable[[EmulatorSettings], EmulatorSettings] = lambda usual: usual,
    ) -> AsyncIterator[House]:
        with tempfile.TemporaryDirectory(prefix="mpk") as folder:
            settings = Settings(
                line=LineConfig(port=free_port(), drain_limit_s=0.0, **(line or {})),
                voice=VoiceConfig(**{"models": tuple(models or ()), **(voice or {})}),
                model=models or {},
                speech=SpeechConfig(address=self.speech),
                store=StoreConfig(folder=folder),
                office=OfficeConfig(folders=self.offices),
                emulator=EmulatorConfig(port=free_port()),
            )
            shutil.copy(self.folder / "meanings", settings.data_folder / "meanings")
            phrases = settings.data_folder / "phrases"
            if (self.folder / "phrases").is_dir():
                shutil.copytree(self.folder / "phrases", phrases)
            usual = replace(emulator_settings(settings, callees or {}), **(platform or {}))
            async with (
                Emulator(emulated(usual)) as emulator,
                _line(settings, conversation) as running,
            ):
                shutil.copytree(phrases, self.folder / "phrases", dirs_exist_ok=True)
                house = House(settings, running, emulator, self.ear, self.voices)
                yield house
                log.info("figures", **house.figures)


@asynccontextmanager
async def _line(
    settings: Settings, conversation: ConversationSettings | None
) -> AsyncIterator[Line]:
    built: asyncio.Future[Line] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(
        run_line(settings, built.set_result, conversation=conversation, own_signals=False)
    )
    try:
        while not built.done() and not serving.done():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        if serving.done():
            serving.result()
        line = built.result()
        async with asyncio.timeout(60):
            await line.started.wait()
        await until(line.calls.is_ready, within_s=60)
        yield line
        line.stop()
    finally:
        if not serving.done() and not built.done():
            serving.cancel()
        async with asyncio.timeout(30):
            await serving


@pytest.fixture
def houses(
    session_folder: Path,
    speech_address: str,
    offices: tuple[str, ...],
    ear: Hear,
    voices: dict[str, bytes],
    learned: None,
) -> Houses:
    """Where a test gets its house."""
    return Houses(session_folder, speech_address, offices, ear, voices)
