"""What the tests of the speech package share."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mapokezi.speech.server import SpeechServer
from mapokezi.speech.settings import SpeechSettings, WorkerSettings


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path leaves room for a socket's name (107 bytes in all)."""
    with tempfile.TemporaryDirectory(prefix="spch") as folder:
        yield Path(folder)


@dataclass(frozen=True)
class Wild:
    """The wild engines at hand."""

    diary: Path
    """What they were given, a line a job."""
    settings: Callable[..., SpeechSettings]

    def begun(self) -> list[str]:
        """The jobs that they have begun."""
        return self.diary.read_text().splitlines() if self.diary.exists() else []


@pytest.fixture
def wild(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Wild:
    """Make the wild engines importable here and in workers."""
    here = str(Path(__file__).parent)
    monkeypatch.syspath_prepend(here)
    monkeypatch.setenv("PYTHONPATH", here)
    monkeypatch.setenv("WILD_LOG", str(short_folder / "diary"))

    def settings(voice: str = "", *, meanings: bool = True, **more: object) -> SpeechSettings:
        worker = WorkerSettings(
            recogniser="wild_engines:WildRecogniser",
            synthesiser="wild_engines:WildSynthesiser",
            voice=voice,
            encoder="wild_engines:WildEncoder" if meanings else "",
        )
        values = {"workers": 1, "voice_detector": "wild_engines:WildDetector", **more}
        return SpeechSettings(short_folder / "s", worker=worker, **values)  # type: ignore[arg-type]

    return Wild(short_folder / "diary", settings)


@pytest.fixture
def serving() -> Callable[[SpeechSettings], contextlib.AbstractAsyncContextManager[SpeechServer]]:
    """Run a server in this process for the length of a block."""

    @contextlib.asynccontextmanager
    async def serve(settings: SpeechSettings) -> AsyncIterator[SpeechServer]:
        server = SpeechServer(settings)
        try:
            await server.start()
            yield server
        finally:
            await server.close()

    return serve


@dataclass(frozen=True)
class SpeechProcess:
    """A speech process with the real engines."""

    process: asyncio.subprocess.Process
    address: str


_PROGRAM = """
import asyncio, sys
from pathlib import Path
from mapokezi.speech.server import serve_speech
from mapokezi.speech.settings import SpeechSettings
settings = SpeechSettings(Path(sys.argv[1]), workers=int(sys.argv[2]))
asyncio.run(serve_speech(settings, ready=lambda: print("ready", flush=True)))
"""


@pytest.fixture
def speech_process() -> Callable[..., contextlib.AbstractAsyncContextManager[SpeechProcess]]:
    """Run the speech process, real engines and all, for the length of a block."""

    @contextlib.asynccontextmanager
    async def run(socket: Path, workers: int = 1) -> AsyncIterator[SpeechProcess]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _PROGRAM, str(socket), str(workers), stdout=-1, stderr=-3
        )
        assert process.stdout is not None
        try:
            while (line := await process.stdout.readline()).strip() != b"ready":
                assert line, "the speech process ended before it was ready"
            yield SpeechProcess(process, f"unix://{socket}")
        finally:
            if process.returncode is None:
                process.terminate()
            await process.communicate()

    return run


async def until(holds: Callable[[], bool], within_s: float = 30.0) -> None:
    """Look again and again whether something holds, and fail if it does not in time."""
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110  what is waited for happens in another process
            await asyncio.sleep(0.005)


@pytest.fixture(name="until")
def until_fixture() -> Callable[..., object]:
    """`until`, for tests that wait for another process."""
    return until
