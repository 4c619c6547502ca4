"""The caller's sound on its way to the voice detector, for as long as a session lasts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from mapokezi.audio.formats import FRAME_MS
from mapokezi.audio.level import dbfs
from mapokezi.bridge.caller_sound import CallerSound
from mapokezi.bridge.errands import Errands
from mapokezi.speech.client import SpeechClient
from mapokezi.speech.hearing import Hearing
from mapokezi.speech.voice_edges import VoiceEdge

log = structlog.get_logger("mapokezi.bridge.listening")

_PAUSES_S = (0.2, 0.4, 0.8, 1.6)
"""Before each try to open the caller's stream to the speech process again: together the 3 s that
a speech process needs to be started again with its models."""

_JUST_NOW_MS = 40
_ABOVE_NOISE_DB = 9.0
_LEAST_DBFS = -50.0
"""A voice begins softly: less than what a voice is told by while it lasts."""


class Listening:
    """Tells when the caller's voice begins and stops, in milliseconds of the call's sound.

    A stream to the speech process that is lost is opened again, and given what the caller said
    meanwhile; a voice that was on then is told to have stopped, for nobody else would ever tell.

    Args:
        speech: Where voice is found.
        sound: The caller's sound so far; what is fed here is added to it by the session.
        on_voice: Told whether the voice is on from an instant on, and that instant.
        on_failed: Told why, when the speech process stays away.
        errands: What is begun and not waited for; cancelled when the session closes.
    """

    def __init__(
        self,
        speech: SpeechClient,
        sound: CallerSound,
        on_voice: Callable[[bool, int], None],
        on_failed: Callable[[str], None],
        errands: Errands,
    ) -> None:
        """Prepare; `open` begins."""
        self._speech = speech
        self._sound = sound
        self._on_voice = on_voice
        self._on_failed = on_failed
        self._errands = errands
        self._hearing: Hearing | None = None
        self._losses = 0
        self._lost_ms: int | None = None
        """Where in the call's sound the last stream was lost, while there is none."""
        self._is_voice_on = False
        self._closed = False
        self.began_ms = 0
        """Where in the call's sound the present stream begins."""

    def open(self) -> None:
        """Open a stream that begins with the next sound, or where the one before was lost."""
        end_ms = self._sound.end_ms
        self.began_ms = end_ms if self._lost_ms is None else self._lost_ms
        self._lost_ms = None
        hearing = self._hearing = self._speech.hearing(self._edge, self._lost)
        for at_ms in range(self.began_ms, end_ms, FRAME_MS):
            hearing.feed(self._sound.between(at_ms, min(at_ms + FRAME_MS, end_ms)))

    def feed(self, pcm: bytes) -> None:
        """Take caller sound, S16LE mono at 16 kHz. While there is no stream it is kept for one."""
        if self._hearing is not None:
            self._hearing.feed(pcm)

    def is_loud(self) -> bool:
        """Whether the sound is just now as loud as a voice, whatever it is."""
        if self._hearing is None:
            return False
        end_ms = self._sound.end_ms
        level = dbfs(self._sound.between(end_ms - _JUST_NOW_MS, end_ms))
        return level > max(_LEAST_DBFS, self._hearing.noise_dbfs + _ABOVE_NOISE_DB)

    def close(self) -> None:
        """End: nothing is told any more."""
        self._closed = True
        if self._hearing is not None:
            self._hearing.close()

    def _edge(self, edge: VoiceEdge) -> None:
        if self._closed:
            return
        self._losses = 0
        self._tell(edge.is_voice, self.began_ms + edge.at_ms)

    def _tell(self, is_voice: bool, at_ms: int) -> None:
        self._is_voice_on = is_voice
        self._on_voice(is_voice, at_ms)

    def _lost(self, reason: str) -> None:
        self._hearing = None
        self._lost_ms = self._sound.end_ms
        if self._closed:
            return
        if self._is_voice_on:
            # Nobody would ever tell that it stopped, so what was said up to here is taken.
            self._tell(False, self._sound.end_ms)
        losses, self._losses = self._losses, self._losses + 1
        log.warning("hearing_lost", reason=reason, times=self._losses)
        if losses >= len(_PAUSES_S):
            self._on_failed(f"voice detection: {reason}")
        else:
            self._errands.run(self._open_again(_PAUSES_S[losses]))

    async def _open_again(self, after_s: float) -> None:
        await asyncio.sleep(after_s)
        self.open()
