"""A line whose receptionist follows a script, without an engine: what is said are notes."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.ports import free_port

from mapokezi.app.line import run_line
from mapokezi.audio.tones import tone
from mapokezi.bridge.phrase_book import PhraseBook
from mapokezi.config import (
    EmulatorConfig,
    LineConfig,
    OfficeConfig,
    Settings,
    SpeechConfig,
    StoreConfig,
    VoiceConfig,
)
from mapokezi.emulator.settings import Number
from mapokezi.stores.office_files import read_office

EXAMPLE = Path(__file__).parents[1] / "examples" / "law-office"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Notes:
    """A voice without an engine: half a second of a note for each sentence."""

    async def synthesize(self, text: str) -> AsyncIterator[bytes]:
        yield tone(620.0, 500, 16_000, level_dbfs=-12.0)


def office_in(folder: Path, *numbers: str, **values: str) -> Path:
    """Make the example's office in a folder, rung at these numbers.

    Args:
        folder: One that there is not yet.
        numbers: Its own.
        values: What stands at other keys of ``office.toml``, as it is written there.
    """
    shutil.copytree(EXAMPLE, folder)
    file = folder / "office.toml"
    text = file.read_text(encoding="utf-8")
    listed = ", ".join(f'"{number}"' for number in numbers)
    for key, value in {"numbers": f"[{listed}]", **values}.items():
        text = re.sub(rf"(?m)^({key}) = .*", rf"\1 = {value}", text)
    file.write_text(text, encoding="utf-8")
    return folder


def open_always(office: Path) -> None:
    """Have an office open at every hour, on holidays too."""
    week = "\n".join(f'{day} = ["00:00-24:00"]' for day in _DAYS)
    hours = f'timezone = "Africa/Nairobi"\nholidays_of = ""\n[week]\n{week}\n'
    (office / "hours.toml").write_text(hours, encoding="utf-8")


def settings_in(
    home: Path,
    offices: Iterable[Path],
    script: str,
    emulator: EmulatorConfig | None = None,
    **line: Any,
) -> Settings:
    """A deployment whose data and script lie in a folder.

    Args:
        home: The folder.
        offices: Whose calls are answered.
        script: What the receptionist follows.
        emulator: Where the platform is; on a port of its own if None.
        line: More of ``[line]``.
    """
    (home / "script.toml").write_text(script, encoding="utf-8")
    return Settings(
        line=LineConfig(port=free_port(), drain_limit_s=0.0, **line),
        voice=VoiceConfig(kind="script", script=str(home / "script.toml")),
        speech=SpeechConfig(address=f"unix://{home}/nobody.sock"),
        store=StoreConfig(folder=str(home / "data")),
        office=OfficeConfig(folders=tuple(map(str, offices))),
        emulator=emulator or EmulatorConfig(port=free_port()),
    )


def posts_to(settings: Settings, number: str) -> Number:
    """A number of the platform's whose calls come to a line."""
    return Number(number, f"{settings.line_url}/voice", f"{settings.line_url}/voice/events")


async def prepare_phrases(settings: Settings) -> None:
    """Make notes of the offices' own sentences, as no speech process is there to."""
    for folder in settings.office.folders:
        book = PhraseBook(read_office(Path(folder)), settings.data_folder / "phrases")
        await book.prepare(Notes())  # type: ignore[arg-type]


@asynccontextmanager
async def line_up(settings: Settings) -> AsyncIterator[None]:
    """Run the line; it answers when this is entered."""
    await prepare_phrases(settings)
    built: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(run_line(settings, built.set_result, own_signals=False))
    await asyncio.wait({serving, built}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        serving.result()
    line = built.result()
    await line.started.wait()
    async with asyncio.timeout(30):
        while not line.calls.is_ready():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    try:
        yield
    finally:
        line.stop()
        await serving
