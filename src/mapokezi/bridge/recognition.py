"""What the caller said, in words and in meaning."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import structlog

from mapokezi.bridge.cascade_memory import CascadeMemory
from mapokezi.errors import MapokeziError
from mapokezi.receptionist.meanings import Meaning
from mapokezi.speech.seams import SpeechToText

log = structlog.get_logger("mapokezi.bridge.recognition")

_FAILURES_IN_A_ROW = 4
"""So many failures to recognise (each turn is tried twice) end the session: the caller is not
being heard, and the next rung of the ladder is due."""
_PARTS_KEPT = 32
"""Transcripts whose meaning is kept: a turn is transcribed anew at each of its pauses."""


class Recognition:
    """Has sound written down, and keeps what the words mean.

    The meaning comes with the transcript, so nobody ever waits for one.
    """

    def __init__(
        self,
        speech: SpeechToText,
        memory: CascadeMemory,
        on_failed: Callable[[bytes, str], None],
        *,
        with_meaning: bool = True,
    ) -> None:
        """Begin.

        Args:
            speech: Who writes it down.
            memory: Where failures are counted.
            on_failed: Told the sound, and why, when it has failed too often.
            with_meaning: Whether meanings are wanted.
        """
        self._with_meaning = with_meaning
        self._speech = speech
        self._memory = memory
        self._on_failed = on_failed
        self._meanings: dict[str, Meaning] = {}

    async def write_down(self, pcm: bytes) -> str | None:
        """Have sound written down; None if that failed."""
        memory = self._memory
        try:
            heard = await self._speech.transcribe(pcm, with_meaning=self._with_meaning)
        except MapokeziError as error:
            log.warning("not_transcribed", reason=str(error))
            memory.failures += 1
            if memory.failures >= _FAILURES_IN_A_ROW:
                self._on_failed(pcm, f"speech recognition: {error}")
            return None
        memory.failures = 0
        if heard.meaning is not None:
            self._keep(heard.text, heard.meaning)
        return heard.text

    def meaning_of(self, text: str) -> Meaning | None:
        """The meaning of a turn, one long; None if it is not known.

        A turn of more than 25 s is transcribed in parts; then it is that of the parts together,
        each by its length.
        """
        if text in self._meanings:
            return self._meanings[text]
        whole, rest = np.zeros(1, dtype=np.float32), text
        while rest:
            part = max(
                (part for part in self._meanings if rest.startswith(part)), key=len, default=""
            )
            if not part:
                return None
            whole = whole + len(part) * self._meanings[part]
            rest = rest[len(part) :].lstrip()
        length = np.linalg.norm(whole)
        return whole / length if length else None

    def _keep(self, text: str, meaning: Meaning) -> None:
        self._meanings[text] = meaning
        if len(self._meanings) > _PARTS_KEPT:
            del self._meanings[next(iter(self._meanings))]
