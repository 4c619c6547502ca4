"""One media socket, from the handshake's end to its close, in callbacks only.

picows calls in for every WebSocket frame; the sound goes through `telephony.stream` to the call's
`MediaSink` within that same callback: no task, no queue, no await. One timer looks after the first
message (the module has a fault that leaves sockets mute), pings, and the silence of a far side
that has gone without a word: `mapokezi.bridge.media_watch`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Protocol, TypeVar

import structlog
from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport

from mapokezi.audio.formats import SAMPLE_RATE_HZ
from mapokezi.audio.resample import Resampler
from mapokezi.bridge import clock
from mapokezi.bridge.media_watch import MediaWatch, MediaWatchSettings, Seen
from mapokezi.records.platform_habits import PlatformHabits
from mapokezi.telephony.stream import (
    KILL_AUDIO,
    CallerAudio,
    KeyPressed,
    ShutdownAnnounced,
    StreamMetadata,
    StreamReader,
    UnknownText,
)

T = TypeVar("T")

log = structlog.get_logger("mapokezi.bridge.media")


class MediaEnd(StrEnum):
    """Why a media socket ended: the ``reason`` that `MediaSink.closed` is given."""

    PLATFORM_CLOSED = "platform_closed"
    """A close frame came: the caller, or the platform, has ended the call or the stream."""
    LOST = "lost"
    """The connection broke without a close frame."""
    MUTE = "mute"
    """No message at all in the first second: the socket belongs to a dead call."""
    HALF_OPEN = "half_open"
    """The far side sends nothing and answers no ping: it is gone and nobody has said so."""
    WE_CLOSED = "we_closed"
    FAULT = "fault"
    """Frames that break the protocol, or a fault of our own."""


class MediaSink(Protocol):
    """What a call does with its media socket. Called on the event loop; must not block."""

    def opened(self, now: float) -> None:
        """The socket is open; sound may be sent, even within this call."""

    def caller_audio(self, pcm: bytes, now: float) -> None:
        """Sound of the caller: S16LE mono at 16 kHz, whole samples, any length."""

    def key(self, digit: str, now: float) -> None:
        """The caller pressed one of ``0123456789*#``, as the platform tells it by text."""

    def closed(self, reason: str, now: float) -> None:
        """The socket is gone: a `MediaEnd`. Called once, and nothing after it."""


@dataclass(frozen=True, slots=True)
class MediaSocketSettings:
    """Times of a media socket, in seconds, and the form of its sound."""

    watch: MediaWatchSettings = field(default_factory=MediaWatchSettings)
    close_within_s: float = 2.0
    """For our close frame to leave; then the connection is cut."""
    output_rate_hz: int = SAMPLE_RATE_HZ
    """What the stream document asked to be sent to us; brought to 16 kHz here."""
    both_tracks: bool = False
    """The seed page's form: mono or stereo is found by the byte rate."""


_BINARY = WSMsgType.BINARY
_WHOLE_BINARY = 0x82
"""A frame's first byte: a binary message, not to be continued."""
_MOST_TEXT_BYTES = 65_536
"""Of one text, fragments joined; the module's metadata is at most 8,192."""
_FAULTS_IN_A_ROW = 25
"""Half a second of frames that the call failed to take: it is beyond help."""


class MediaSocket(WSListener):
    """Our end of one call's media socket."""

    def __init__(
        self,
        open_sink: Callable[[MediaSocket], MediaSink],
        settings: MediaSocketSettings | None = None,
        *,
        name: str = "",
        now: Callable[[], float] = clock.monotonic,
        on_close: Callable[[MediaSocket, str], None] | None = None,
        habits: PlatformHabits | None = None,
    ) -> None:
        """Prepare for a handshake that has been let in.

        Args:
            open_sink: called once, when the socket is open, for the call that hears it.
            settings: times, and the form of the sound.
            name: the call's id, for the log.
            now: a monotonic clock, in seconds.
            on_close: told after the sink, with the reason: for whoever counts sockets.
            habits: takes what is seen of the platform's ways.
        """
        super().__init__()
        self._settings = settings or MediaSocketSettings()
        self._open_sink = open_sink
        self._name = name
        self._now = now
        self._on_close = on_close
        self._habits = habits or PlatformHabits()
        self._transport: WSTransport | None = None
        self._sink: MediaSink | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._reason: MediaEnd | None = None
        self._reader = StreamReader(
            sample_rate_hz=self._settings.output_rate_hz, both_tracks=self._settings.both_tracks
        )
        rate = self._settings.output_rate_hz
        self._up = Resampler(rate, SAMPLE_RATE_HZ) if rate != SAMPLE_RATE_HZ else None
        self._messages = 0
        self._watch = MediaWatch(self._settings.watch)
        self._answers_pings = False
        self._fragment: WSMsgType | None = None
        self._text = bytearray()
        self._faults = 0
        self._told_shutdown = False

    # --- what the call does --------------------------------------------------------------------

    def send_audio(self, *messages: bytes) -> None:
        """Send sound at once: S16LE mono at 16 kHz, each piece a message of its own.

        A half sample at a piece's end is left out, since it would turn all that follows into noise.
        """
        transport = self._transport
        if transport is None or self._reason is not None or transport.is_close_frame_sent:
            return
        if len(messages) == 1:
            transport.send(_BINARY, _whole_samples(messages[0]))
        else:
            # The frames of four messages cost one system call so, and four if picows sends them.
            parts: list[bytes] = []
            for message in map(_whole_samples, messages):
                parts += (_header(len(message)), message)
            transport.underlying_transport.write(b"".join(parts))

    def kill_audio(self) -> None:
        """Have the platform drop all that it has not played. Send nothing for 40 ms after it."""
        self.send_text(KILL_AUDIO)

    def send_text(self, text: str) -> None:
        """Send a text message as it is."""
        if self._transport is not None and self._reason is None:
            self._transport.send(WSMsgType.TEXT, text)

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close. `MediaSink.closed` follows with ``we_closed``."""
        self._end(MediaEnd.WE_CLOSED, WSCloseCode(code), reason)

    @property
    def is_open(self) -> bool:
        """Whether sound can be sent."""
        return self._transport is not None and self._reason is None

    @property
    def buffered_bytes(self) -> int:
        """What was sent and still waits in this process for the network."""
        if self._transport is None or self._transport.is_disconnected:
            return 0
        return int(self._transport.underlying_transport.get_write_buffer_size())

    # --- what picows calls -----------------------------------------------------------------------

    def on_ws_connected(self, transport: WSTransport) -> None:
        """The handshake is answered."""
        self._transport = transport
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._settings.watch.first_message_s, self._look)
        try:
            self._sink = self._open_sink(self)
            self._sink.opened(self._now())
        except Exception:
            log.exception("media_sink_failed", call_id=self._name, at="open")
            self._end(MediaEnd.FAULT, WSCloseCode.INTERNAL_ERROR, "")

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """A WebSocket frame has come."""
        self._messages += 1
        if self._reason is not None:
            return
        kind = frame.msg_type
        if kind is _BINARY and frame.fin:
            data, sink = frame.get_payload_as_bytes(), self._sink
            if self._up is None and sink is not None and self._reader.is_whole(data):
                self._hand_over(sink.caller_audio, data)  # nearly always
            else:
                self._take_binary(data)
        elif kind in (_BINARY, WSMsgType.TEXT, WSMsgType.CONTINUATION):
            self._take_piece(frame)
        elif kind == WSMsgType.PONG:
            if not self._answers_pings:
                self._habits.note("a stream", "answers pings")
            self._answers_pings = True
        elif kind == WSMsgType.CLOSE:
            # picows has sent a close frame of itself if the frames broke the protocol.
            reason = MediaEnd.FAULT if transport.is_close_frame_sent else MediaEnd.PLATFORM_CLOSED
            log.info("media_closed", call_id=self._name, reason=reason.value, code=_code_of(frame))
            self._end(reason, WSCloseCode.OK, "")

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """The connection is gone."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._reason is None:
            faulty = transport.is_close_frame_sent
            self._reason = MediaEnd.FAULT if faulty else MediaEnd.LOST
            log.warning("media_lost", call_id=self._name, reason=self._reason.value)
        self._habits.note("a stream ends", self._reason.value)
        sink, self._sink = self._sink, None
        if sink is not None:
            try:
                sink.closed(self._reason, self._now())
            except Exception:
                log.exception("media_sink_failed", call_id=self._name, at="close")
        if self._on_close is not None:
            self._on_close(self, self._reason)

    def pause_writing(self) -> None:
        """The network is slower than our sound. `buffered_bytes` tells; the pings find a peer
        that has gone; nothing is held back here."""

    def resume_writing(self) -> None:
        """The network has caught up."""

    # --- messages ----------------------------------------------------------------------------

    def _take_binary(self, data: bytes) -> None:
        """Take sound that is not what it nearly always is: whole samples at 16 kHz, mono."""
        event = self._reader.receive_binary(data, self._now())
        if isinstance(event, CallerAudio):
            pcm = event.pcm if self._up is None else self._up.feed(event.pcm)
            if self._sink is not None and pcm:
                self._hand_over(self._sink.caller_audio, pcm)
        elif isinstance(event, ShutdownAnnounced) and not self._told_shutdown:
            self._told_shutdown = True
            self._habits.note("a stream", "announces its end with an empty binary")
            log.info("media_shutdown_announced", call_id=self._name)

    def _take_piece(self, frame: WSFrame) -> None:
        """Take a text, or a piece of a message that comes in several frames."""
        if frame.msg_type != WSMsgType.CONTINUATION:
            self._fragment = frame.msg_type
            self._text.clear()
        if self._fragment == WSMsgType.BINARY:
            if frame.payload_size:
                self._take_binary(frame.get_payload_as_bytes())
            return
        if len(self._text) <= _MOST_TEXT_BYTES:
            self._text += frame.get_payload_as_bytes()
        if frame.fin:
            self._take_text(bytes(self._text))
            self._text.clear()

    def _take_text(self, text: bytes) -> None:
        for event in self._reader.receive_text(text):
            match event:
                case KeyPressed(digit):
                    self._habits.note("a stream", "tells keys by text")
                    if self._sink is not None:
                        self._hand_over(self._sink.key, digit)
                case StreamMetadata():
                    self._habits.note("a stream", "begins with metadata")
                    for name in sorted(event.fields)[:40]:
                        self._habits.note_theirs("stream's first message: fields", name)
                    log.debug("media_metadata", call_id=self._name, keys=sorted(event.fields)[:40])
                case UnknownText():
                    self._habits.note_theirs("a stream: texts not known", event.kind)
                    log.info(
                        "media_text_not_known",
                        call_id=self._name,
                        kind=event.kind,
                        length=event.length,
                    )

    def _hand_over(self, take: Callable[[T, float], None], value: T) -> None:
        try:
            take(value, self._now())
            self._faults = 0
        except Exception:
            self._faults += 1
            if self._faults == 1:
                log.exception("media_sink_failed", call_id=self._name, at="message")
            if self._faults >= _FAULTS_IN_A_ROW:
                self._end(MediaEnd.FAULT, WSCloseCode.INTERNAL_ERROR, "")

    # --- time ----------------------------------------------------------------------------------

    def _look(self) -> None:
        transport = self._transport
        if transport is None or self._reason is not None:
            return
        seen = self._watch.look(self._messages, answers_pings=self._answers_pings)
        if seen is Seen.MUTE:
            log.warning("media_mute", call_id=self._name)
            self._end(MediaEnd.MUTE, WSCloseCode.GOING_AWAY, "no message in the first second")
            return
        if seen is Seen.GONE:
            log.warning("media_half_open", call_id=self._name)
            self._end(MediaEnd.HALF_OPEN, WSCloseCode.GOING_AWAY, "no answer to a ping")
            transport.disconnect(graceful=False)
            return
        if seen is Seen.ASK:
            if self._watch.is_quiet:
                self._habits.note("a stream", "sends nothing for two seconds")
            transport.send_ping()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._settings.watch.look_every_s, self._look)

    def _end(self, reason: MediaEnd, code: WSCloseCode, text: str) -> None:
        if self._transport is None or self._reason is not None:
            return
        self._reason = reason
        if self._timer is not None:
            self._timer.cancel()
        self._transport.send_close(code, text.encode()[:120])
        self._transport.disconnect()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(
            self._settings.close_within_s, self._transport.disconnect, False
        )


def _whole_samples(pcm: bytes) -> bytes:
    return pcm if len(pcm) % 2 == 0 else pcm[:-1]


@lru_cache(maxsize=64)
def _header(size: int) -> bytes:
    """Make the header of a server's binary message (RFC 6455, section 5.2): not masked."""
    if size < 126:
        return bytes((_WHOLE_BINARY, size))
    if size < 65_536:
        return bytes((_WHOLE_BINARY, 126, size >> 8, size & 255))
    return bytes((_WHOLE_BINARY, 127)) + size.to_bytes(8, "big")


def _code_of(frame: WSFrame) -> int:
    """The close code as a number, also one that picows has no name for; 0 if there was none."""
    return int.from_bytes(frame.get_payload_as_bytes()[:2], "big")
