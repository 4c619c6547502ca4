"""The client to a speech server: our own speech process, or any other that speaks Wyoming."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mapokezi.speech.errors import SpeechRefused, SpeechTimedOut, SpeechUnavailable
from mapokezi.speech.exchange import Exchange, exchange
from mapokezi.speech.hearing import Hearing
from mapokezi.speech.hearing_stream import PingManners
from mapokezi.speech.intake import AudioIntake, UnusableAudio
from mapokezi.speech.settings import Address, ClientSettings
from mapokezi.speech.vocabulary import Event, Synthesize, SynthesizeVoice, Transcribe
from mapokezi.speech.voice_edges import VoiceEdge
from mapokezi.speech.wire import encode, encode_audio
from mapokezi.voice.whereabouts import is_near

_FORMAT = {"rate": 16_000, "width": 2, "channels": 1, "timestamp": None}
_PIECE_BYTES = 32_000
"""A second of audio an event."""
_ASK_AGAIN_AFTER_S = 0.1
"""Between two tries to reach a server that is away."""


@dataclass(frozen=True, slots=True)
class Transcribed:
    """What was said in one utterance."""

    text: str
    """Empty if there was no voice in it, or nothing was made out."""
    took_ms: int
    """From the request to the answer, waiting included."""
    meaning: NDArray[np.float32] | None = None
    """Of the text, one long; None if it was not asked for, or the server finds none."""


@dataclass(frozen=True, slots=True)
class ServerAbout:
    """What a speech server offers."""

    recognisers: tuple[str, ...]
    """The names of its speech-to-text programs."""
    voices: tuple[str, ...]
    """The names of its voices."""
    languages: tuple[str, ...]
    """The languages that its recognisers and voices know, as they write them."""
    detects_voice: bool
    """Whether `SpeechClient.hearing` finds edges with it. Wyoming has no word for that, so it is
    known of our own server only."""
    encoder: str
    """The name and version of what finds meanings, so that meanings of two makes are never
    compared; empty if nothing does. Of our own server only, too."""
    took_ms: int
    """How long it took to say so."""


class SpeechClient:
    """Hears and speaks through a Wyoming server.

    Every request has a connection of its own, so one client serves any number of calls, and a
    server that was away is used again as soon as it is back.
    """

    def __init__(self, address: str, settings: ClientSettings | None = None) -> None:
        """Remember where the server is; nothing is opened yet.

        Args:
            address: ``unix:///path`` or ``tcp://host:port``.
            settings: Limits and names.

        Raises:
            ConfigurationError: The address is neither.
        """
        self._address = Address.read(address)
        self._settings = settings or ClientSettings()
        self._manners = PingManners()

    @property
    def is_elsewhere(self) -> bool:
        """Whether what it is given leaves this machine and its network."""
        return bool(self._address.host) and not is_near(self._address.host)

    def hearing(
        self, on_edge: Callable[[VoiceEdge], None], on_lost: Callable[[str], None]
    ) -> Hearing:
        """Open a stream of one caller's sound; edges of voice come back by ``on_edge``.

        Needs a running event loop, on which both are called. ``on_lost`` is called once at most,
        with the reason for the operator, when the server has been away for too long.
        """
        return Hearing(self._address, self._settings, on_edge, on_lost, self._manners)

    async def transcribe(
        self, pcm: bytes, deadline_s: float | None = None, *, with_meaning: bool = False
    ) -> Transcribed:
        """Have one utterance written down.

        Cancelling it closes the connection, which takes it out of the server's queue.

        Args:
            pcm: S16LE mono at 16 kHz.
            deadline_s: How long it may take, all in all; by default as in the settings.
            with_meaning: Whether to find the meaning of the text, too: 10 to 15 ms more, and no
                question of its own.

        Raises:
            SpeechUnavailable, SpeechBusy, SpeechTimedOut, SpeechRefused: It was not done.
        """
        limit_s = deadline_s or self._settings.transcribe_limit_s
        began = time.perf_counter()
        question = self._utterance(pcm, limit_s, with_meaning=with_meaning)
        event = await self._answer_to(question, "transcript", limit_s)
        found = _read_meanings(event.payload, 1) if with_meaning else None
        meaning = None if found is None else found[0]
        return Transcribed(_text_of(event), _ms_since(began), meaning)

    async def meanings(
        self, texts: Sequence[str], deadline_s: float | None = None
    ) -> NDArray[np.float32]:
        """Find what texts mean: a row for each, one long.

        The nearer two meanings, by the product of their rows, the more alike are the texts.

        Args:
            texts: At most 2,000, of 4,000 characters each.
            deadline_s: How long it may take, all in all; by default as in the settings.

        Raises:
            SpeechUnavailable, SpeechBusy, SpeechTimedOut, SpeechRefused: It was not done. A
                server of another make passes the question over, so that it times out: `check`
                tells whether it finds meanings.
        """
        if not texts:
            return np.empty((0, 0), dtype=np.float32)
        limit_s = deadline_s or self._settings.meanings_limit_s
        question = Event("understand", {"texts": list(texts), "context": _waits(limit_s)})
        event = await self._answer_to(encode(question), "meanings", limit_s)
        found = _read_meanings(event.payload, len(texts))
        if found is None:
            raise SpeechRefused("meanings of another number than the texts", "bad-event")
        return found

    async def _answer_to(self, question: bytes, kind: str, limit_s: float) -> Event:
        """Ask, and wait for the first event of a kind; ask again if the server is away."""
        deadline = asyncio.get_running_loop().time() + limit_s
        while True:
            try:
                async with asyncio.timeout_at(deadline), self._ask(question) as answer:
                    return await _first(answer, kind)
            except TimeoutError:
                raise SpeechTimedOut(f"no {kind} within {limit_s:g} s") from None
            except SpeechUnavailable as error:
                await self._wait_for_it(deadline, error)

    async def synthesize(self, text: str) -> AsyncGenerator[bytes, None]:
        """Have a text spoken.

        Yields:
            S16LE mono PCM at 16 kHz, in whole samples, from the first sentence on while the rest
            is still being made. Closing the iterator (``aclose``) stops the rest.

        Raises:
            SpeechUnavailable, SpeechBusy, SpeechTimedOut, SpeechRefused: It was not done, or not
                to the end.
        """
        deadline = asyncio.get_running_loop().time() + self._settings.first_audio_limit_s
        begun = False
        while True:
            try:
                async with contextlib.aclosing(self._spoken(text, deadline)) as pieces:
                    async for pcm in pieces:
                        begun = True
                        yield pcm
            except SpeechUnavailable as error:
                if begun:  # what was heard cannot be said again
                    raise
                await self._wait_for_it(deadline, error)
            else:
                return

    async def _spoken(self, text: str, deadline: float) -> AsyncGenerator[bytes, None]:
        loop = asyncio.get_running_loop()
        async with self._ask(self._text(text)) as answer:
            intake: AudioIntake | None = None
            while True:
                event = await _before(deadline, answer)
                if event.type == "audio-stop":
                    break
                if event.type not in ("audio-start", "audio-chunk"):
                    continue
                intake = intake or _intake(event)
                if event.payload and (pcm := intake.feed(event.payload)):
                    yield pcm
                    deadline = loop.time() + self._settings.stall_limit_s
            if intake is not None and (pcm := intake.flush()):
                yield pcm

    async def _wait_for_it(self, deadline: float, error: SpeechUnavailable) -> None:
        """Wait a little for a server that is away: ours may be being started again.

        Raises:
            SpeechUnavailable: There is no time for it.
        """
        in_time = asyncio.get_running_loop().time() + _ASK_AGAIN_AFTER_S <= deadline
        if not (in_time and self._settings.waits_for_server):
            raise error
        await asyncio.sleep(_ASK_AGAIN_AFTER_S)

    async def check(self) -> ServerAbout:
        """Ask the server what it offers.

        Raises:
            SpeechUnavailable, SpeechTimedOut, SpeechRefused: It does not say.
        """
        limit_s = self._settings.check_limit_s
        began = time.perf_counter()
        try:
            async with asyncio.timeout(limit_s), self._ask(encode(Event("describe"))) as answer:
                info = await _first(answer, "info")
        except TimeoutError:
            raise SpeechTimedOut(f"{self._address}: no answer within {limit_s:g} s") from None
        return _about(info.data, _ms_since(began))

    def _ask(self, question: bytes) -> AbstractAsyncContextManager[Exchange]:
        return exchange(self._address, question, self._settings.connect_limit_s)

    def _utterance(self, pcm: bytes, limit_s: float, *, with_meaning: bool) -> bytes:
        settings = self._settings
        request = Transcribe(
            name=settings.recogniser or None,
            language=settings.language or None,
            context=_waits(limit_s) | ({"with_meaning": True} if with_meaning else {}),
        )
        pieces = [pcm[at : at + _PIECE_BYTES] for at in range(0, len(pcm), _PIECE_BYTES)]
        return b"".join(
            (
                encode(request.event()),
                encode(Event("audio-start", _FORMAT)),
                *map(encode_audio, pieces),
                encode(Event("audio-stop", {"timestamp": None})),
            )
        )

    def _text(self, text: str) -> bytes:
        settings = self._settings
        voice = None
        if settings.voice:
            voice = SynthesizeVoice(name=settings.voice)
        elif settings.language:
            voice = SynthesizeVoice(language=settings.language)
        context = _waits(settings.first_audio_limit_s)
        return encode(Synthesize(text, voice, context=context).event())


def _read_meanings(payload: bytes | None, count: int) -> NDArray[np.float32] | None:
    """Read so many meanings, a row each; None if it cannot be so many."""
    if not payload or len(payload) % (4 * count):
        return None
    return np.frombuffer(payload, "<f4").reshape(count, -1).astype(np.float32)


def _waits(limit_s: float) -> dict[str, Any]:
    """Ours refuses at once what would wait longer; others pass over it."""
    return {"longest_wait_ms": round(limit_s * 1000)}


async def _first(answer: Exchange, kind: str) -> Event:
    while (event := await answer.next_event()).type != kind:
        pass
    return event


async def _before(deadline: float, answer: Exchange) -> Event:
    try:
        async with asyncio.timeout_at(deadline):
            return await answer.next_event()
    except TimeoutError:
        raise SpeechTimedOut("the voice did not come in time") from None


def _intake(event: Event) -> AudioIntake:
    try:
        return AudioIntake.of(event.data)
    except UnusableAudio as error:
        raise SpeechRefused(str(error), "bad-audio") from None


def _text_of(event: Event) -> str:
    text = event.data.get("text")
    if not isinstance(text, str):
        raise SpeechRefused("a transcript without a text", "bad-event")
    return text.strip()


def _about(data: dict[str, Any], took_ms: int) -> ServerAbout:
    programs = _entries(data.get("asr"))
    models = [model for program in programs for model in _entries(program.get("models"))]
    voices = [voice for tts in _entries(data.get("tts")) for voice in _entries(tts.get("voices"))]
    languages = {
        str(language) for entry in (*models, *voices) for language in entry.get("languages") or ()
    }
    return ServerAbout(
        recognisers=tuple(str(program.get("name")) for program in programs),
        voices=tuple(str(voice.get("name")) for voice in voices),
        languages=tuple(sorted(languages)),
        detects_voice=bool(data.get("vad")),
        encoder=" ".join(
            f"{entry.get('name')} {entry.get('version')}" for entry in _entries(data.get("meaning"))
        ),
        took_ms=took_ms,
    )


def _entries(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _ms_since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)
