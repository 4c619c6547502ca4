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

from mapokezi.audio.formats import BYTES_PER_SAMPLE
from mapokezi.bridge.speaking import spoken
from mapokezi.conversation.effects import Line
from mapokezi.errors import MapokeziError
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.pronunciation import Pronunciation
from mapokezi.speech.client import SpeechClient

log = structlog.get_logger("mapokezi.bridge.phrases")

_FORM = 2
"""Of the sounds on disk. Raised when they are made otherwise, so that none of before is used."""
_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 5.0

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
        """Begin without any sound; `prepare` makes or finds them."""
        self._folder = folder
        self._lines = {**_LINES, Line.GOODBYE: (office.goodbye,)}
        self.greeting = f"{office.greeting} {office.notice}".strip()
        self._pronounce = Pronunciation(office).of
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
        for text in self._texts():
            if text in self._sounds:
                continue
            path = self._path(text)
            sound = await asyncio.to_thread(_read, path)
            if sound is None:
                sound = b"".join([piece async for piece in spoken(speech, self._pronounce(text))])
                if not sound:
                    raise MapokeziError("the speech process gave no sound for a fixed sentence")
                await asyncio.to_thread(_write, path, sound)
            self._sounds[text] = sound

    def _path(self, text: str) -> Path:
        name = hashlib.sha256(f"{_FORM} {self._pronounce(text)}".encode()).hexdigest()[:24]
        return self._folder / f"{name}.pcm"


def _read(path: Path) -> bytes | None:
    """A sound from the disk; None if there is none, or what there is cannot be one."""
    try:
        sound = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        log.warning("phrase_not_read", path=str(path), reason=error.strerror)
        return None
    return sound if sound and len(sound) % BYTES_PER_SAMPLE == 0 else None


def _write(path: Path, sound: bytes) -> None:
    """Keep a sound for the next start. A disk that will not have it is no reason not to answer."""
    partial = path.with_suffix(".part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial.write_bytes(sound)
        partial.replace(path)
    except OSError as error:
        log.warning("phrase_not_kept", path=str(path), reason=error.strerror)


async def prepare_patiently(
    prepare: Callable[[SpeechClient], Awaitable[None]], speech: SpeechClient, what: str = "sounds"
) -> None:
    """Have sounds made, again and again while the speech process is not there yet.

    Args:
        prepare: Makes them, or something else that is wanted before a call.
        speech: The speech process.
        what: Its name in the log.
    """
    pause_s = _FIRST_PAUSE_S
    while True:
        try:
            await prepare(speech)
        except MapokeziError as error:
            log.info("preparation_waits", what=what, reason=str(error))
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 1.5, _LONGEST_PAUSE_S)
        except Exception:
            # Until the sounds are made no call is answered, so it is never given up.
            log.exception("preparation_fails", what=what)
            await asyncio.sleep(_LONGEST_PAUSE_S)
        else:
            return
