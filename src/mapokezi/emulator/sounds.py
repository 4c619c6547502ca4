"""What the platform itself plays to a caller, and where its sounds come from."""

from __future__ import annotations

import asyncio

import structlog

from mapokezi.audio.formats import samples_in
from mapokezi.audio.resample import resampled
from mapokezi.audio.tones import silence, tone
from mapokezi.audio.wav import wav_sound
from mapokezi.emulator.settings import Synthesiser
from mapokezi.emulator.telephone_line import LINE_RATE_HZ, SILENCE
from mapokezi.emulator.webhooks import Webhooks
from mapokezi.errors import MapokeziError

log = structlog.get_logger("mapokezi.emulator.sounds")

WORD_MS = 240
GAP_MS = 90
"""Together 180 words a minute, a brisk voice."""
MARKER_HZ = (620.0, 480.0)
"""The two notes by which speech that nothing could speak is marked: high and low in turn."""
_SPEECH_RATE_HZ = 16_000


class Player:
    """Plays one sound at a time, a frame a tick."""

    def __init__(self) -> None:
        self._pcm = b""
        self._at = 0
        self._loop = False
        self._done: asyncio.Future[None] | None = None

    @property
    def is_playing(self) -> bool:
        """Whether a sound is on."""
        return bool(self._pcm)

    def play(self, pcm: bytes, loop: bool = False) -> asyncio.Future[None]:
        """Play S16LE mono 8 kHz, in place of what was playing.

        Returns:
            Done when its last frame was taken, or it was stopped.
        """
        self.stop()
        self._pcm, self._at, self._loop = pcm, 0, loop
        done = asyncio.get_running_loop().create_future()
        self._done = done
        if not pcm:
            self.stop()
        return done

    def stop(self) -> None:
        """Fall silent."""
        self._pcm, self._at, self._loop = b"", 0, False
        if self._done is not None and not self._done.done():
            self._done.set_result(None)
        self._done = None

    def take(self) -> bytes:
        """The frame for this tick."""
        if not self._pcm:
            return SILENCE
        frame = self._pcm[self._at : self._at + len(SILENCE)]
        self._at += len(SILENCE)
        if self._at >= len(self._pcm):
            if self._loop:
                self._at = 0
            else:
                self.stop()
        return frame.ljust(len(SILENCE), b"\x00")


async def fetched_sound(webhooks: Webhooks, url: str) -> bytes:
    """Fetch a WAV file as S16LE mono 8 kHz; of stereo the left channel.

    Raises:
        WavError: It is none that can be played.
        httpx2.HTTPError: It cannot be had.
    """
    found, pcm = wav_sound(await webhooks.fetch(url))
    if found.channels == 2:
        pcm = samples_in(pcm)[::2].tobytes()
    return resampled(pcm, found.sample_rate_hz, LINE_RATE_HZ)


async def spoken(text: str, language: str, synthesiser: Synthesiser | None) -> bytes:
    """Speak a text as S16LE mono 8 kHz: by the synthesiser, else as a note a word."""
    if synthesiser is None:
        return marked_words(text)
    try:
        sound = await synthesiser(text, language)
    except MapokeziError as error:
        # The real platform has a voice of its own, which does not fail with our speech process.
        log.warning("spoken_as_notes", reason=str(error))
        return marked_words(text)
    return resampled(sound, _SPEECH_RATE_HZ, LINE_RATE_HZ)


def marked_words(text: str) -> bytes:
    """A note for each word of a text, high and low in turn, as long as speaking it would take."""
    gap = silence(GAP_MS, LINE_RATE_HZ)
    return b"".join(
        tone(MARKER_HZ[index % 2], WORD_MS, LINE_RATE_HZ) + gap
        for index, _ in enumerate(text.split())
    )
