"""One client's connection to the speech server, from the server's side.

What a client may send, and what it gets:

* ``describe`` -> ``info``; ``ping`` -> ``pong``
* ``audio-start``, ``audio-chunk``...: a stream to find voice in -> ``voice-started`` and
  ``voice-stopped`` whose ``timestamp`` is milliseconds of its audio
* ``transcribe``, then audio up to ``audio-stop``: an utterance to write down -> ``transcript``
* ``synthesize`` -> ``audio-start``, ``audio-chunk``..., ``audio-stop``, sentence by sentence
* ``understand``, with ``texts`` -> ``meanings``: its payload is a row of 32-bit floats
  (little-endian) for each text, ``size`` of them in a row. No word of Wyoming's, but of ours
* anything else is dropped, as Wyoming wants it.

A request may say how long it is willing to wait for a worker, in its ``context`` as
``longest_wait_ms``. A ``transcribe`` may ask there for the meaning of what is written, as
``with_meaning``; it is the payload of the ``transcript``. What cannot be done is answered with
``error`` and a code: ``busy``, ``failed``, ``too-long``, ``bad-audio``, ``bad-event``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import structlog

from mapokezi.speech.errors import SpeechBusy, SpeechError
from mapokezi.speech.intake import SAMPLE_RATE_HZ, AudioIntake, UnusableAudio
from mapokezi.speech.link import Heard
from mapokezi.speech.utterance import Utterance
from mapokezi.speech.vocabulary import Error, Event, Transcript, VoiceStarted, VoiceStopped
from mapokezi.speech.voice_edges import VoiceEdge, VoiceEdges
from mapokezi.speech.wire import EventParser, NotWyoming, encode, encode_audio

if TYPE_CHECKING:
    from mapokezi.speech.server import SpeechServer

log = structlog.get_logger("mapokezi.speech")

_READ_BYTES = 16_384
"""Half a second of audio: what is read at once, and so how long one connection can keep the
others waiting (1.5 ms of voice detection)."""
_PIECE_BYTES = 16_000
"""Half a second of synthesised audio an event."""
_UNREAD_BYTES = 1 << 20
"""Answers that the client has not read; a minute of speech is 2 MB, and is written at its pace."""
_TEXTS_AT_ONCE = 16
"""The texts of one job for their meanings: 60 to 100 ms of a core, about as long as a transcript
takes, so that no call waits for all the sentences of an office."""
_MOST_REQUESTS = 8
"""Requests that a client may have open on one connection."""
_AUDIO_FORMAT = {"rate": SAMPLE_RATE_HZ, "width": 2, "channels": 1, "timestamp": None}


class Connection(asyncio.BufferedProtocol):
    """What one client has asked for and not got yet."""

    def __init__(self, server: SpeechServer) -> None:
        self._server = server
        self._settings = server.settings
        self._buffer = bytearray(_READ_BYTES)
        self._parser = EventParser()
        self._transport: asyncio.Transport | None = None
        self._may_write = asyncio.Event()
        self._may_write.set()
        self._one_answer = asyncio.Lock()
        self._answers: set[asyncio.Task[None]] = set()
        self._detector = server.take_detector()
        self._edges: VoiceEdges | None = None
        self._intake: AudioIntake | None = None
        self._utterance: Utterance | None = None

    # -- the transport's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports do all that asyncio's do, but are not of their class.
        self._transport = cast("asyncio.Transport", transport)
        if not self._server.admit(self):
            self._refuse("the speech server has no more connections to give", "busy")

    def connection_lost(self, _exc: Exception | None) -> None:
        self._transport = None
        self._may_write.set()
        for answer in self._answers:
            answer.cancel()
        self._server.forget(self)
        self._server.give_back_detector(self._detector)

    def get_buffer(self, _size_hint: int) -> bytearray:
        return self._buffer

    def buffer_updated(self, size: int) -> None:
        try:
            for event in self._parser.feed(memoryview(self._buffer)[:size]):
                self._take(event)
        except NotWyoming as error:
            log.warning("speech_client_talks_rubbish", error=str(error))
            self._refuse(str(error), "bad-event")

    def pause_writing(self) -> None:
        self._may_write.clear()

    def resume_writing(self) -> None:
        self._may_write.set()

    def abort(self) -> None:
        """Drop the client."""
        if self._transport is not None:
            self._transport.abort()

    # -- what the client sends

    def _take(self, event: Event) -> None:
        match event.type:
            case "audio-chunk":
                self._hear(event)
            case "audio-start":
                self._begin_audio(event)
            case "audio-stop":
                self._end_audio()
            case "transcribe":
                self._begin_utterance(event)
            case "synthesize":
                self._synthesize(event)
            case "understand":
                self._understand(event)
            case "describe":
                self._write(self._server.info)
            case "ping":
                self._write(encode(Event("pong", {"text": event.data.get("text")})))

    def _begin_audio(self, event: Event) -> None:
        try:
            self._intake = AudioIntake.of(event.data)
        except UnusableAudio as error:
            self._refuse(str(error), "bad-audio")
            return
        if self._utterance is None:
            self._detector.reset()
            self._edges = VoiceEdges(self._detector, self._settings.edges)

    def _hear(self, event: Event) -> None:
        if self._intake is None:
            self._begin_audio(event)
        if self._intake is None or not event.payload:
            return
        pcm = self._intake.feed(event.payload)
        if self._utterance is not None:
            self._utterance.feed(pcm)
        elif self._edges is not None:
            self._tell(self._edges.feed(pcm))

    def _end_audio(self) -> None:
        intake, self._intake = self._intake, None
        edges, self._edges = self._edges, None
        utterance, self._utterance = self._utterance, None
        rest = intake.flush() if intake is not None else b""
        if utterance is not None:
            utterance.feed(rest)
            self._answer(partial(self._transcribe, utterance))
        elif edges is not None:
            self._tell([*edges.feed(rest), *edges.end()])

    def _begin_utterance(self, event: Event) -> None:
        self._intake = self._edges = None
        self._detector.reset()
        self._utterance = Utterance(
            self._detector,
            self._settings.edges,
            longest_s=self._settings.longest_utterance_s,
            longest_wait_s=self._longest_wait_s(event),
            with_meaning=_context(event).get("with_meaning") is True,
        )

    def _synthesize(self, event: Event) -> None:
        text = event.data.get("text")
        if not isinstance(text, str):
            self._refuse("synthesize without a text", "bad-event")
        elif len(text) > self._settings.longest_text:
            self._write(_error("the text is too long", "too-long"))
        else:
            self._answer(partial(self._speak, text, self._longest_wait_s(event)))

    def _understand(self, event: Event) -> None:
        texts = event.data.get("texts")
        settings = self._settings
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            self._refuse("understand without texts", "bad-event")
        elif not settings.worker.encoder:
            self._write(_error("this speech process finds no meanings", "failed"))
        elif len(texts) > settings.most_texts or max(map(len, texts), default=0) > (
            settings.longest_text
        ):
            self._write(_error("the texts are too many or too long", "too-long"))
        else:
            self._answer(partial(self._find_meanings, texts, self._longest_wait_s(event)))

    def _longest_wait_s(self, event: Event) -> float:
        wanted = _context(event).get("longest_wait_ms")
        return wanted / 1000 if type(wanted) is int else self._settings.longest_wait_s

    # -- what the client gets

    def _tell(self, edges: list[VoiceEdge]) -> None:
        for edge in edges:
            kind = VoiceStarted if edge.is_voice else VoiceStopped
            self._write(encode(kind(timestamp=edge.at_ms).event()))

    def _answer(self, work: Callable[[], Awaitable[None]]) -> None:
        """Work on a request beside those of other clients; ours are answered in order."""
        if len(self._answers) >= _MOST_REQUESTS:
            self._refuse("too many requests at once", "busy")
            return
        task = asyncio.create_task(self._in_order(work))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _in_order(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            async with self._one_answer:
                await work()
        except SpeechBusy as error:
            self._write(_error(str(error), "busy"))
        except SpeechError as error:
            self._write(_error(str(error), "failed"))

    async def _transcribe(self, utterance: Utterance) -> None:
        if utterance.is_too_long:
            self._write(_error("the utterance is too long", "too-long"))
            return
        heard = Heard("")
        if utterance.has_voice:
            heard = await self._server.pool.transcribe(
                utterance.pcm, utterance.longest_wait_s, with_meaning=utterance.with_meaning
            )
        event = Transcript(text=heard.text).event()
        event.payload = heard.meaning or None
        self._write(encode(event))

    async def _speak(self, text: str, longest_wait_s: float) -> None:
        begun = False
        for sentence in self._server.sentences(text):
            pcm = await self._server.pool.speak(sentence, longest_wait_s)
            longest_wait_s = self._settings.job_limit_s  # once begun it had better be ended
            if not begun:
                begun = True
                self._write(encode(Event("audio-start", _AUDIO_FORMAT)))
            for at in range(0, len(pcm), _PIECE_BYTES):
                await self._may_be_written()
                self._write(encode_audio(pcm[at : at + _PIECE_BYTES]))
        if not begun:
            self._write(encode(Event("audio-start", _AUDIO_FORMAT)))
        self._write(encode(Event("audio-stop", {"timestamp": None})))

    async def _find_meanings(self, texts: list[str], longest_wait_s: float) -> None:
        parts = []
        for at in range(0, len(texts), _TEXTS_AT_ONCE):
            some = tuple(texts[at : at + _TEXTS_AT_ONCE])
            parts.append(await self._server.pool.meanings(some, longest_wait_s))
        found = b"".join(parts)
        size = len(found) // 4 // len(texts) if texts else 0
        self._write(encode(Event("meanings", {"size": size}, found)))

    async def _may_be_written(self) -> None:
        try:
            async with asyncio.timeout(self._settings.stalled_client_s):
                await self._may_write.wait()
        except TimeoutError:
            log.warning("speech_client_does_not_read")
            self.abort()
            raise asyncio.CancelledError from None

    def _write(self, data: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if self._transport.get_write_buffer_size() > _UNREAD_BYTES:
            log.warning("speech_client_does_not_read")
            self._transport.abort()
            return
        self._transport.write(data)

    def _refuse(self, text: str, code: str) -> None:
        """Answer with an error and close: what would follow makes no sense any more."""
        self._write(_error(text, code))
        if self._transport is not None:
            self._transport.close()


def _context(event: Event) -> dict[str, Any]:
    context = event.data.get("context")
    return context if isinstance(context, dict) else {}


def _error(text: str, code: str) -> bytes:
    return encode(Error(text=text, code=code).event())
