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

from mapokezi.audio.formats import BYTES_PER_SAMPLE, ms_of
from mapokezi.bridge import clock
from mapokezi.bridge.notices_heard import Mark
from mapokezi.bridge.recorded_speech import RecordedSpeech
from mapokezi.bridge.speaking import BETWEEN_SENTENCES, spoken
from mapokezi.conversation.effects import Line
from mapokezi.errors import MapokeziError
from mapokezi.receptionist.handoff_briefing import TOLD_WHILE_RINGING, told_while_ringing
from mapokezi.receptionist.hours import open_at
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.opening_notices import OpeningPart, opening_of, text_of
from mapokezi.receptionist.phrases import phrases_of
from mapokezi.receptionist.pronunciation import Pronunciation
from mapokezi.receptionist.spoken import Language
from mapokezi.speech.client import SpeechClient

log = structlog.get_logger("mapokezi.bridge.phrases")

_FORM = 2
"""Of the sounds on disk. Raised when they are made otherwise, so that none of before is used."""
_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 5.0


def _lines_of(language: Language, office: Office) -> Mapping[Line, tuple[str, ...]]:
    """The lines in a language; in English the goodbye is the office's own."""
    own = phrases_of(language.value)
    lines = {line: own.ways("lines", line.value) for line in Line if own.has("lines", line.value)}
    return {**lines, Line.GOODBYE: (office.goodbye,)} if language is Language.ENGLISH else lines


class PhraseBook:
    """The sounds of one office's fixed sentences, S16LE mono at 16 kHz.

    Args:
        office: Whose sentences they are.
        folder: Where sounds are kept between starts, a file a sentence.
        recorded: What the office has recorded: its greeting, and lines that are not English.
    """

    def __init__(
        self, office: Office, folder: Path, recorded: RecordedSpeech | None = None
    ) -> None:
        """Begin without any sound but what is recorded; `prepare` makes or finds the others."""
        self._folder = folder
        self._recorded = recorded or RecordedSpeech()
        self._lines = _lines_of(Language.ENGLISH, office)
        self._lines_in: dict[Language, Mapping[Line, tuple[str, ...]]] = {
            language: _lines_of(language, office)
            for language in Language
            if language is not Language.ENGLISH
        }
        self._hours = office.hours
        self._greeting = opening_of(office)
        self._greeting_if_closed = opening_of(office, is_open=False)
        self._openings = {
            text_of(parts): parts for parts in (self._greeting, self._greeting_if_closed)
        }
        self._pronounce = Pronunciation(office).of
        self._sounds: dict[str, bytes] = {}

    @property
    def greeting(self) -> str:
        """Greeting and notices, as they are just now; while it is closed that is said between."""
        is_open = open_at(self._hours, clock.wall()).is_open
        return text_of(self._greeting if is_open else self._greeting_if_closed)

    def text_of(self, parts: tuple[OpeningPart, ...]) -> str:
        """Give the words of some parts of the opening, for which there is a sound from now on."""
        text = text_of(parts)
        self._openings.setdefault(text, parts)
        return text

    def marks_of(self, greeting: str) -> tuple[Mark, ...]:
        """Give where in a greeting's sound its notices end.

        In one that was recorded, or has no sound of ours, they are known to be heard at its end.
        """
        parts = self._openings.get(greeting, ())
        sounds = [self._sounds.get(part.text) for part in parts]
        end_ms = round(ms_of(len(self.sound(greeting) or b"")))
        if self._recorded.of_text(greeting) is not None or None in sounds:
            return tuple(Mark(end_ms, part) for part in parts)
        marks, heard = [], 0
        for part, sound in zip(parts, sounds, strict=True):
            heard += len(sound or b"")
            marks.append(Mark(int(ms_of(heard)), part))
            heard += len(BETWEEN_SENTENCES)
        return tuple(marks)

    @property
    def is_whole(self) -> bool:
        """Whether every sentence has its sound."""
        return all(self.sound(text) is not None for text in self._texts())

    def line(self, line: Line, nth: int, language: Language = Language.ENGLISH) -> str:
        """A line's words, other ones each time as far as there are others.

        In another language than English if it is recorded.
        """
        own = self._lines_in.get(language, {}).get(line, ())
        text = own[(nth - 1) % len(own)] if own else ""
        if text and self._recorded.of_text(text) is not None:
            return text
        wordings = self._lines[line]
        return wordings[(nth - 1) % len(wordings)]

    def aside(self, text: str, language: Language) -> str:
        """What a caller is told while it rings, in their language if that is recorded."""
        own = told_while_ringing(text, language)
        return own if self._recorded.of_text(own) is not None else text

    def sound(self, text: str) -> bytes | None:
        """A sentence's sound, or a whole opening's; None if it was never made."""
        return self._recorded.of_text(text) or self._sounds.get(text) or self._joined(text)

    def _joined(self, greeting: str) -> bytes | None:
        """The sound of an opening, put together of its parts'."""
        sounds = [self._sounds.get(part.text, b"") for part in self._openings.get(greeting, ())]
        return BETWEEN_SENTENCES.join(sounds) if sounds and all(sounds) else None

    def _texts(self) -> Iterable[str]:
        for greeting, parts in (*self._openings.items(),):
            if self._recorded.of_text(greeting) is None:
                yield from (part.text for part in parts)
        for wordings in self._lines.values():
            yield from wordings
        yield from TOLD_WHILE_RINGING

    async def prepare(self, speech: SpeechClient) -> None:
        """Read the sounds that are on disk, and have the others made.

        Raises:
            MapokeziError: If a sound is missing and could not be made; those made so far stay.
        """
        for text in self._texts():
            if self.sound(text) is not None:
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
