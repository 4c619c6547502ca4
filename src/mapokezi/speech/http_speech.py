"""Text-to-speech by an OpenAI-compatible server: ``POST /v1/audio/speech``.

Speaches, Kokoro-FastAPI, LocalAI and OpenAI itself serve it. Bare sound (``pcm``) is asked for,
because it can be played as it comes; OpenAI's is 24 kHz. A server that sends a WAV file all the
same is understood, too, and then its own rate counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace

import msgspec

from mapokezi.audio.wav import WavError, parse_wav
from mapokezi.speech.errors import SpeechRefused, SpeechTimedOut
from mapokezi.speech.http_service import HttpFailed, HttpService
from mapokezi.speech.http_transcription import speech_error
from mapokezi.speech.intake import AudioIntake, UnusableAudio
from mapokezi.speech.seams import Used

_PATH = "/audio/speech"
_WAV = b"RIFF"
_LONGEST_HEADER = 4_096
_NOT_SOUND = ("application/json", "text/", "audio/mpeg", "audio/ogg", "audio/opus", "audio/flac")


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSpeechSettings:
    """What is asked for."""

    model: str = "tts-1"
    voice: str = "alloy"
    rate_hz: int = 24_000
    """Of bare sound, which does not tell it."""
    first_audio_limit_s: float = 2.0
    """How long the first sound of a text may take."""
    stall_limit_s: float = 3.0
    """How long the sound of a text may pause once it has begun."""


class HttpSpeaker:
    """See `mapokezi.speech.seams.TextToSpeech`."""

    def __init__(
        self, service: HttpService, settings: HttpSpeechSettings, used: Used | None = None
    ) -> None:
        """Take a server; one pool of its connections serves all calls.

        ``used`` is told of each text in ``characters_spoken``.
        """
        self._service = service
        self._settings = settings
        self._used = used

    def for_call(self, used: Used) -> HttpSpeaker:
        """Give one that counts for one call."""
        return HttpSpeaker(self._service, self._settings, used)

    def in_voice(self, name: str) -> HttpSpeaker:
        """Give one that speaks with another voice."""
        return HttpSpeaker(self._service, replace(self._settings, voice=name), self._used)

    async def synthesize(self, text: str) -> AsyncGenerator[bytes, None]:
        """Have a text spoken.

        Yields:
            S16LE mono PCM at 16 kHz, in whole samples, as it comes.

        Raises:
            SpeechUnavailable, SpeechBusy, SpeechTimedOut, SpeechRefused: It was not done, or not
                to the end.
        """
        settings = self._settings
        body = msgspec.json.encode(
            {
                "model": settings.model,
                "voice": settings.voice,
                "input": text,
                "response_format": "pcm",
            }
        )
        intake = _Intake(settings.rate_hz)
        loop = asyncio.get_running_loop()
        try:
            async with (
                asyncio.timeout(settings.first_audio_limit_s) as limit,
                self._service.post(_PATH, body) as response,
            ):
                kind = response.headers.get("content-type", "")
                if kind.startswith(_NOT_SOUND):
                    raise SpeechRefused(f"not the sound that was asked for: {kind}")
                async for piece in response.aiter_bytes():
                    limit.reschedule(loop.time() + settings.stall_limit_s)
                    if pcm := intake.feed(piece):
                        yield pcm
            if pcm := intake.flush():
                yield pcm
        except TimeoutError:
            raise SpeechTimedOut("the voice did not come in time") from None
        except HttpFailed as error:
            raise speech_error(error) from None
        if self._used is not None:
            self._used({"characters_spoken": len(text)}, settings.model)
        if not intake.has_sound:
            raise SpeechRefused("a text was spoken without any sound")


class _Intake:
    """The sound of one answer, bare or as a WAV file."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._head = b""
        self._intake: AudioIntake | None = None
        self.has_sound = False

    def feed(self, piece: bytes) -> bytes:
        """Take a piece; give sound at 16 kHz.

        Raises:
            SpeechRefused: It is no sound that can be used.
        """
        if self._intake is None:
            self._head += piece
            if len(self._head) < len(_WAV):
                return b""
            found = self._begin()
            if found is None:
                return b""
            piece, self._head = found, b""
        if self._intake is None:
            return b""
        self.has_sound = self.has_sound or bool(piece)
        return self._intake.feed(piece)

    def flush(self) -> bytes:
        """The answer is over."""
        return self._intake.flush() if self._intake is not None else b""

    def _begin(self) -> bytes | None:
        """Find out what it is; give what of its sound is there, None if more is needed."""
        at, rate_hz, channels = 0, self._rate_hz, 1
        if self._head.startswith(_WAV):
            try:
                header = parse_wav(self._head)
            except WavError as error:
                if len(self._head) < _LONGEST_HEADER:
                    return None
                raise SpeechRefused(str(error)) from None
            at, rate_hz, channels = header.data_at, header.sample_rate_hz, header.channels
        try:
            self._intake = AudioIntake(rate_hz, 2, channels)
        except UnusableAudio as error:
            raise SpeechRefused(str(error)) from None
        return self._head[at:]
