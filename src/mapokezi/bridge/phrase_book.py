"""The fixed sentences of an office, made into sound before any call and kept on disk.

They are what the caller hears first, and what is left to be said when everything else is down:
so none of them may wait for the speech process.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path

import structlog

from mapokezi.conversation.effects import Line
from mapokezi.errors import MapokeziError
from mapokezi.receptionist.office import Office
from mapokezi.speech.client import SpeechClient

log = structlog.get_logger("mapokezi.bridge.phrases")

_LINES: Mapping[Line, tuple[str, ...]] = {
    Line.NUDGE: (
        "Are you still there?",
        "I can't hear anything. If you are there, please say something.",
    ),
    Line.STILL_HERE: ("Thank you for waiting, I'm still here.",),
    Line.FILLER: ("One moment, please.", "Just a moment.", "Let me see."),
    Line.CAP_WARNING: ("We have about a minute left on this call.",),
    Line.SORRY_FAULT: (
        (
            "I'm sorry, I can't go on with this call just now. "
            "The office will see that you called, and will call you back. Goodbye."
        ),
    ),
}
"""The office's goodbye stands in its own files."""


class PhraseBook:
    """The sounds of one office's fixed sentences, S16LE mono at 16 kHz.

    Args:
        office: Whose sentences they are.
        folder: Where sounds are kept between starts, a file a sentence.
    """

    def __init__(self, office: Office, folder: Path) -> None:
        self._folder = folder
        self._lines = {**_LINES, Line.GOODBYE: (office.goodbye,)}
        self.greeting = f"{office.greeting} {office.notice}".strip()
        self._sounds: dict[str, bytes] = {}

    @property
    def is_whole(self) -> bool:
        """Whether every sentence has its sound."""
        return all(text in self._sounds for text in self._texts())

    def line(self, line: Line, nth: int) -> str:
        """A line's words, other ones each time as far as there are others."""
        wordings = self._lines[line]
        return wordings[(nth - 1) % len(wordings)]

    def sound(self, text: str) -> bytes | None:
        """A sentence's sound; None if it was never made."""
        return self._sounds.get(text)

    def _texts(self) -> Iterable[str]:
        yield self.greeting
        for wordings in self._lines.values():
            yield from wordings

    async def prepare(self, speech: SpeechClient) -> None:
        """Read the sounds that are on disk, and have the others made.

        Raises:
            MapokeziError: If a sound is missing and could not be made; those made so far stay.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for text in self._texts():
            if text in self._sounds:
                continue
            path = self._path(text)
            if path.is_file():
                self._sounds[text] = await asyncio.to_thread(path.read_bytes)
                continue
            sound = b"".join([piece async for piece in speech.synthesize(text)])
            if not sound:
                raise MapokeziError("the speech process gave no sound for a fixed sentence")
            partial = path.with_suffix(".part")
            await asyncio.to_thread(partial.write_bytes, sound)
            partial.replace(path)
            self._sounds[text] = sound

    def _path(self, text: str) -> Path:
        return self._folder / f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.pcm"


async def prepare_patiently(
    prepare: Callable[[SpeechClient], Awaitable[None]], speech: SpeechClient
) -> None:
    """Have sounds made, again and again while the speech process is not there yet."""
    pause_s = 0.2
    while True:
        try:
            await prepare(speech)
        except MapokeziError as error:
            log.info("sounds_wait", reason=str(error))
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 1.5, 5.0)
        else:
            return
