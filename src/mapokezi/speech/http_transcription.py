"""Speech-to-text by an OpenAI-compatible server: ``POST /v1/audio/transcriptions``.

Speaches, vLLM, LocalAI, whisper.cpp and OpenAI itself serve it. One utterance a request, as a WAV
file in a form; the answer is JSON with a ``text``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from mapokezi.audio.wav import wav_bytes
from mapokezi.speech.client import Transcribed
from mapokezi.speech.errors import (
    SpeechBusy,
    SpeechError,
    SpeechRefused,
    SpeechTimedOut,
    SpeechUnavailable,
)
from mapokezi.speech.http_service import HttpFailed, HttpService
from mapokezi.speech.seams import Used

_PATH = "/audio/transcriptions"
_BUSY = frozenset({429, 503, 529})
_LONGEST_BYTES = 1 << 20
_BYTES_PER_MS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptionSettings:
    """What is asked for."""

    model: str = "whisper-1"
    language: str = ""
    """As ``en``; empty: the server finds out, which costs it time and goes wrong now and then."""
    vocabulary: str = ""
    """Names that may be said, as a text; servers take it as what was said before."""
    limit_s: float = 3.0
    """How long a transcript may take, all in all."""


class _Answer(msgspec.Struct):
    text: str


class HttpTranscriber:
    """See `mapokezi.speech.seams.SpeechToText`. No meanings are found."""

    def __init__(
        self, service: HttpService, settings: TranscriptionSettings, used: Used | None = None
    ) -> None:
        """Take a server; one pool of its connections serves all calls.

        ``used`` is told of each transcript in ``transcribed_ms``.
        """
        self._service = service
        self._settings = settings
        self._used = used

    @property
    def is_elsewhere(self) -> bool:
        """Whether what it is given leaves this machine and its network."""
        return self._service.is_elsewhere

    def for_call(self, names: Sequence[str], used: Used) -> HttpTranscriber:
        """Give one that is told of names which may be said: an office's people, its streets."""
        told = replace(self._settings, vocabulary=", ".join(names))
        return HttpTranscriber(self._service, told, used)

    async def transcribe(
        self, pcm: bytes, deadline_s: float | None = None, *, with_meaning: bool = False
    ) -> Transcribed:
        """Have one utterance written down.

        Raises:
            SpeechUnavailable, SpeechBusy, SpeechTimedOut, SpeechRefused: It was not done.
        """
        settings = self._settings
        limit_s = deadline_s or settings.limit_s
        fields = {"model": settings.model, "response_format": "json", "temperature": "0"}
        if settings.language:
            fields["language"] = settings.language
        if settings.vocabulary:
            fields["prompt"] = settings.vocabulary
        files = {"file": ("utterance.wav", wav_bytes(pcm), "audio/wav")}
        began = time.perf_counter()
        told = bytearray()
        try:
            async with (
                asyncio.timeout(limit_s),
                self._service.post(_PATH, fields=fields, files=files) as response,
            ):
                async for piece in response.aiter_bytes():
                    told += piece
                    if len(told) > _LONGEST_BYTES:
                        raise SpeechRefused("a transcript without an end")
        except TimeoutError:
            raise SpeechTimedOut(f"no transcript within {limit_s:g} s") from None
        except HttpFailed as error:
            raise speech_error(error) from None
        try:
            text = msgspec.json.decode(told, type=_Answer).text
        except msgspec.DecodeError as error:
            raise SpeechRefused(f"a transcript without a text: {error}") from None
        if self._used is not None:
            self._used({"transcribed_ms": len(pcm) // _BYTES_PER_MS}, settings.model)
        return Transcribed(text.strip(), round((time.perf_counter() - began) * 1000))


def speech_error(error: HttpFailed) -> SpeechError:
    """Say in the words of speech what went wrong over HTTP."""
    if error.status is None:
        return SpeechUnavailable(str(error))
    return SpeechBusy(str(error)) if error.status in _BUSY else SpeechRefused(str(error))
