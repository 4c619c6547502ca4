"""One connection with a caller's sound on its way to the voice detector, and edges coming back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from mapokezi.speech.errors import SpeechUnavailable
from mapokezi.speech.exchange import connect, error_of
from mapokezi.speech.settings import Address, ClientSettings
from mapokezi.speech.vocabulary import Event
from mapokezi.speech.voice_edges import VoiceEdge
from mapokezi.speech.wire import EventParser, NotWyoming, encode, encode_audio

_BYTES_PER_MS = 32
_START = encode(
    Event("audio-start", {"rate": 16_000, "width": 2, "channels": 1, "timestamp": None})
)


_PING = encode(Event("ping", {"text": None}))
_SECOND_LOOK_S = 0.1
"""After a standstill of our own loop the answer may lie unread."""


@dataclass(slots=True)
class PingManners:
    """What is known of a server's answers to pings; one for all streams to it."""

    answers: bool = False
    """Whether it ever answered one: a server that does not know them is not given up for that."""


class _Pulse:
    """Whether the server at the other end of a stream is alive, and how far it has come."""

    def __init__(self, settings: ClientSettings, manners: PingManners) -> None:
        self._every_s, self._limit_s = settings.ping_every_s, settings.pong_limit_s
        self._manners = manners
        self._next_at: float | None = None
        self._asked_at: float | None = None
        self._asked_ms = 0
        self._doubted_at: float | None = None
        self.known_ms = -1

    def is_due(self, now: float, fed_ms: int) -> bool:
        """Whether to ping now, with so much sound before it; then it counts as done."""
        if self._asked_at is not None or (self._next_at is not None and now < self._next_at):
            return False
        self._next_at = now + self._every_s
        self._asked_at, self._asked_ms = now, fed_ms
        return True

    def answered(self) -> None:
        """A pong has come: everything before its ping was taken."""
        self._manners.answers = True
        self.known_ms = self._asked_ms
        self._asked_at = self._doubted_at = None

    def is_lost(self, now: float) -> bool:
        """Whether the server has had its time to answer."""
        asked_at = self._asked_at
        if asked_at is None or not self._manners.answers or now - asked_at < self._limit_s:
            return False
        if self._doubted_at is None:
            self._doubted_at = now
        return now - self._doubted_at >= _SECOND_LOOK_S


class HearingStream:
    """A stream of one caller's sound to the voice detector, over one connection.

    It never waits and never raises: what the server does not take in time, or does not answer to,
    ends the stream, and ``on_lost`` is told why, once.
    """

    def __init__(
        self,
        address: Address,
        settings: ClientSettings,
        on_edge: Callable[[VoiceEdge], None],
        on_lost: Callable[[str], None],
        manners: PingManners,
    ) -> None:
        """Begin to connect; sound may be fed at once. Needs a running event loop."""
        self._address = address
        self._on_edge = on_edge
        self._on_lost = on_lost
        self._batch_bytes = settings.batch_ms * _BYTES_PER_MS
        self._most_held_bytes = settings.held_audio_ms * _BYTES_PER_MS
        self._batch = bytearray()
        self._fed_bytes = 0
        self._stream: _Connection | None = None
        self._is_over = False
        self._manners = manners
        self._pulse = _Pulse(settings, manners)
        self._loop = asyncio.get_running_loop()
        self._connecting = self._loop.create_task(self._connect(settings.connect_limit_s))

    @property
    def fed_ms(self) -> int:
        """How much sound was fed so far: the present instant in the time of the edges."""
        return self._fed_bytes // _BYTES_PER_MS

    @property
    def known_ms(self) -> int:
        """So much of the stream the server has surely taken; -1 if it has shown nothing yet."""
        return self._pulse.known_ms

    @property
    def is_alive(self) -> bool:
        """Whether the server has shown that it listens; of a server that cannot: is connected."""
        if self._manners.answers:
            return self.known_ms >= 0
        return self._stream is not None

    def feed(self, pcm: bytes) -> None:
        """Take S16LE mono PCM at 16 kHz; it goes out in batches."""
        if self._is_over:
            return
        self._batch += pcm
        self._fed_bytes += len(pcm)
        if len(self._batch) < self._batch_bytes:
            return
        if self._stream is None:
            if len(self._batch) > self._most_held_bytes:
                self._lose("the speech server does not answer")
            return
        if self._stream.unsent_bytes > self._most_held_bytes:
            self._lose("the speech server does not take the caller's sound")
            return
        self._send_batch(self._stream)
        now = self._loop.time()
        if self._pulse.is_lost(now):
            self._lose("the speech server has fallen silent")
        elif self._pulse.is_due(now, self.fed_ms):
            self._stream.write(_PING)

    def close(self) -> None:
        """End the stream; nothing is told after this."""
        self._is_over = True
        self._connecting.cancel()
        if self._stream is not None:
            self._stream.abort()

    async def _connect(self, limit_s: float) -> None:
        try:
            stream = await connect(self._address, lambda: _Connection(self), limit_s)
        except SpeechUnavailable as error:
            self._lose(str(error))
            return
        if self._is_over:
            stream.abort()
            return
        self._stream = stream
        stream.write(_START)
        if self._batch:
            self._send_batch(stream)

    def _send_batch(self, stream: _Connection) -> None:
        stream.write(encode_audio(bytes(self._batch)))
        self._batch.clear()

    def take(self, event: Event) -> None:
        """The server has sent something."""
        if self._is_over:
            return
        match event.type:
            case "voice-started" | "voice-stopped":
                at_ms = event.data.get("timestamp")
                is_voice = event.type == "voice-started"
                # A server need not say when; then it is now.
                self._on_edge(VoiceEdge(is_voice, at_ms if type(at_ms) is int else self.fed_ms))
            case "pong":
                self._pulse.answered()
            case "error":
                self._lose(str(error_of(event)))

    def lost(self, reason: str) -> None:
        """The connection is gone."""
        self._lose(reason)

    def _lose(self, reason: str) -> None:
        if self._is_over:
            return
        self._is_over = True
        if self._stream is not None:
            self._stream.abort()
        # Not from within `feed`: whoever feeds may not be ready to open another.
        self._loop.call_soon(self._on_lost, reason)


class _Connection(asyncio.Protocol):
    """The connection beneath a `HearingStream`."""

    def __init__(self, hearing: HearingStream) -> None:
        self._hearing = hearing
        self._parser = EventParser()
        self._transport: asyncio.Transport | None = None

    @property
    def unsent_bytes(self) -> int:
        return self._transport.get_write_buffer_size() if self._transport is not None else 0

    def write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports have the interface, but not the class.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        try:
            for event in self._parser.feed(data):
                self._hearing.take(event)
        except NotWyoming as error:
            self._hearing.lost(str(error))

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        reason = f": {exc}" if exc else ""
        self._hearing.lost(f"the speech server closed the connection{reason}")
