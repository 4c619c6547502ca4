"""The media module of the phone platform as it was measured: one fork of one call's sound.

``mod_audio_fork`` is the FreeSWITCH module behind ``<Stream>``. This is a pure model of it: no
socket, no clock. Whoever owns it gives it what came over the socket and one *tick* each 20 ms for
either direction, and takes from it what goes over the socket, what the caller hears, and the
events that the layer above would see.

Facts and numbers: ``contract/media-module.md`` (measured 2026-11-22 on the unmodified module);
``tests/emulator/fixtures`` replays its transcripts.

The way of our sound to the caller, with its three traps::

    binary message -> pieces of 1,024 bytes -> pre-buffer -> resampler -> queue -> tick -> caller
                                               (stuck tail)              (killAudio clears this)
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum, StrEnum

import numpy as np

from mapokezi.audio.resample import Resampler
from mapokezi.telephony.stream import PlatformReader, Raised

TICK_MS = 20
"""Both directions move in frames of this length."""
PIECE_BYTES = 1024
"""Incoming messages reach the module in pieces of at most this many bytes."""
FIRST_SAMPLES = 1280
"""Pre-buffer before the first sound, in samples at our rate, times the factor k."""
LATER_SAMPLES = 640
"""Pre-buffer of all later sound, likewise."""
LARGEST_FRAME_BYTES = 64_000
"""A backlog goes out in binary messages of at most this size."""
OVERRUN_S = 2
"""What is kept for a reader that does not read."""
METADATA_LIMIT_BYTES = 8192
"""Longer metadata is cut here, which breaks its JSON."""
FRAGMENTED_TEXT_LIMIT_BYTES = 650_000
"""A fragmented text above this is dropped without a word."""


class Mix(StrEnum):
    """Which sound goes to the socket. Our own playout is in none of them."""

    MONO = "mono"
    """The caller."""
    MIXED = "mixed"
    """The sum of the caller and what the platform itself plays."""
    STEREO = "stereo"
    """Interleaved: first the caller, second what the platform itself plays."""


class ForkState(Enum):
    """Where the fork's socket is in its life."""

    CONNECTING = "connecting"
    OPEN = "open"
    SHUT_DOWN = "shut down"
    """Gracefully: no more audio to the socket, but its sound still plays and its text works."""
    PEER_CLOSED = "peer closed"
    """The other side closed; what it sent plays to its end."""
    STOPPED = "stopped"
    """The platform closed it, or the connection never came about."""


@dataclass(frozen=True, slots=True)
class ForkStart:
    """What a fork is started with."""

    metadata: str = ""
    """Sent as the one text message before any audio; none if empty."""
    mix: Mix = Mix.MONO
    rate_hz: int = 16_000
    """Toward the socket."""
    back_rate_hz: int | None = None
    """What the other side sends. None: nothing of it is ever heard."""
    channel_rate_hz: int = 8_000
    """The call's own rate: 8,000 on the telephone network, 16,000 wideband."""
    mute: bool = False
    """Attached to a dead call's record after a handshake that timed out: nothing in or out."""

    @property
    def factor(self) -> int:
        """The k by which the pre-buffer grows when our rate is above the channel's."""
        return max(1, (self.back_rate_hz or 0) // self.channel_rate_hz)


@dataclass(frozen=True, slots=True)
class TextOut:
    """A text message for the socket."""

    text: str


@dataclass(frozen=True, slots=True)
class BinaryOut:
    """Sound for the socket."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class CloseOut:
    """A close frame for the socket; nothing follows it."""

    code: int = 1000


Outgoing = TextOut | BinaryOut | CloseOut


@dataclass(frozen=True, slots=True)
class ModuleEvent:
    """What the layer above the module is told, ``mod_audio_fork::NAME`` in FreeSWITCH."""

    name: str
    body: str = ""


_READER = PlatformReader()


def event_of_text(text: str) -> ModuleEvent | None:
    """The event that one text message raises, or None where the module only logs a line."""
    raised = _READER.receive_text(text)
    return ModuleEvent(raised.event.value, raised.body) if isinstance(raised, Raised) else None


class SteadyResampler:
    """A resampler that gives exactly as much time as it is given, from the first frame on.

    What the filter holds back at its start is made up by silence in front, as the module's own
    does: no resampled frame was measured a sample short or long.
    """

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self._from_hz, self._to_hz = from_hz, to_hz
        self._filter = Resampler(from_hz, to_hz) if from_hz != to_hz else None
        self._owed_bytes = 0
        self._ready = bytearray()

    def feed(self, pcm: bytes) -> bytes:
        """Resample one or more whole frames of S16LE mono PCM."""
        if self._filter is None:
            return pcm
        wanted = len(pcm) // 2 * self._to_hz // self._from_hz * 2
        self._ready += self._filter.feed(pcm)
        short = wanted - len(self._ready)
        if short > 0:
            self._ready[0:0] = bytes(short)
        out = bytes(self._ready[:wanted])
        del self._ready[:wanted]
        return out


class _Playout:
    """The way of our sound through the module, from the message to the caller."""

    def __init__(self, start: ForkStart) -> None:
        self._back_rate_hz = start.back_rate_hz
        self._threshold_bytes = FIRST_SAMPLES * start.factor * 2
        self._later_bytes = LATER_SAMPLES * start.factor * 2
        self._frame_bytes = start.channel_rate_hz * TICK_MS // 1000 * 2
        self._odd = b""
        self._waiting = bytearray()
        self._queue = bytearray()
        self._kill = False
        self._filter = (
            Resampler(start.back_rate_hz, start.channel_rate_hz)
            if start.back_rate_hz and start.back_rate_hz != start.channel_rate_hz
            else None
        )

    @property
    def queued_bytes(self) -> int:
        """Past the pre-buffer and not yet heard, at the channel's rate."""
        return len(self._queue)

    @property
    def stuck_bytes(self) -> int:
        """In the pre-buffer, at our rate."""
        return len(self._waiting)

    def receive(self, message: bytes) -> None:
        """Take one binary message of any size; there is no limit and no back-pressure."""
        if self._back_rate_hz is None:
            return
        moved = bytearray()
        for at in range(0, len(message), PIECE_BYTES):
            self._take_piece(message[at : at + PIECE_BYTES], moved)
        if moved:
            pcm = bytes(moved)
            self._queue += pcm if self._filter is None else self._filter.feed(pcm)

    def _take_piece(self, piece: bytes, moved: bytearray) -> None:
        whole = self._odd + piece
        even = len(whole) & ~1
        self._odd = whole[even:]
        self._waiting += whole[:even]
        if len(self._waiting) >= self._threshold_bytes:
            moved += self._waiting
            self._waiting.clear()
            self._threshold_bytes = self._later_bytes

    def kill(self) -> None:
        """Clear the queue at the next tick, with all that comes before that tick."""
        self._kill = True

    def tick(self) -> bytes:
        """One frame for the caller; shorter or empty when there is no more."""
        if self._kill:
            self._kill = False
            self._queue.clear()
            return b""
        frame = bytes(self._queue[: self._frame_bytes])
        del self._queue[: self._frame_bytes]
        return frame


class MediaModule:
    """One fork: a socket's worth of sound between a call and the program that answers it.

    The owner's duty: ``read_tick`` and ``write_tick`` once every 20 ms while the call is up,
    ``connected`` or ``refused`` once, and ``outgoing`` after each of these.
    """

    def __init__(self, start: ForkStart) -> None:
        self.start = start
        self.state = ForkState.CONNECTING
        self._playout = _Playout(start)
        self._toward = SteadyResampler(start.channel_rate_hz, start.rate_hz)
        self._toward_far = SteadyResampler(start.channel_rate_hz, start.rate_hz)
        self._backlog = bytearray()
        self._limit_bytes = start.rate_hz * 2 * OVERRUN_S * (2 if start.mix is Mix.STEREO else 1)
        self._overran = False
        self._outgoing: list[Outgoing] = []
        self._events: list[ModuleEvent] = []

    # -- the socket --

    def connected(self) -> None:
        """The other side answered 101; the subprotocol is its owner's to check."""
        self.state = ForkState.OPEN
        if self.start.mute:
            return
        self._events.append(ModuleEvent("connect"))
        if self.start.metadata:
            cut = self.start.metadata.encode()[:METADATA_LIMIT_BYTES]
            self._outgoing.append(TextOut(cut.decode(errors="ignore")))

    def refused(self, reason: str) -> None:
        """The connection came to nothing: no retry, the call stays up, silent."""
        self.state = ForkState.STOPPED
        self._events.append(ModuleEvent("connect_failed", json.dumps({"reason": reason})))

    def receive_binary(self, message: bytes) -> None:
        """Take sound from the socket: S16LE mono PCM at ``back_rate_hz``, of any length."""
        if self.state in (ForkState.OPEN, ForkState.SHUT_DOWN) and not self.start.mute:
            self._playout.receive(message)

    def receive_text(self, text: str, fragmented: bool = False) -> None:
        """Take a text message from the socket. What it raises is in ``events``."""
        if self.state not in (ForkState.OPEN, ForkState.SHUT_DOWN) or self.start.mute:
            return
        if fragmented and len(text.encode()) > FRAGMENTED_TEXT_LIMIT_BYTES:
            return
        event = event_of_text(text)
        if event is None:
            return
        self._events.append(event)
        if event.name == "kill_audio":
            self._playout.kill()

    def peer_closed(self) -> None:
        """The other side closed, with whatever code or none. Queued sound plays to its end."""
        if self.state is ForkState.SHUT_DOWN or self.state is ForkState.OPEN:
            self.state = ForkState.PEER_CLOSED
            if not self.start.mute:
                self._events.append(ModuleEvent("disconnect"))

    def outgoing(self) -> list[Outgoing]:
        """What goes to the socket now, in order. Each is given once."""
        out, self._outgoing = self._outgoing, []
        return out

    def events(self) -> list[ModuleEvent]:
        """What the layer above is told since the last look. Each is given once."""
        out, self._events = self._events, []
        return out

    # -- the call --

    def read_tick(self, caller: bytes, far: bytes = b"", writable: bool = True) -> None:
        """20 ms from the caller, and what the platform itself plays to the caller meanwhile.

        Args:
            caller: S16LE mono at the channel's rate.
            far: The same of the platform's own sound; silence if empty.
            writable: Whether the socket takes data; if not, sound waits, and is lost past 2 s.
        """
        if self.state not in (ForkState.CONNECTING, ForkState.OPEN) or self.start.mute:
            return
        frame = self._mixed(caller, far or bytes(len(caller)))
        open_ = self.state is ForkState.OPEN
        if open_ and writable:
            self._backlog += frame
            self._drain()
        elif len(self._backlog) + len(frame) <= self._limit_bytes:
            self._backlog += frame
        else:
            self._overrun(frame, lossless=not open_)

    def write_tick(self, own: bytes | None) -> bytes | None:
        """20 ms toward the caller: what the platform writes, with the socket's sound added.

        Args:
            own: What the platform itself plays, silence included; None if nothing writes to the
                caller at all (a plain park). Then nothing is heard and the socket's sound piles
                up.

        Returns:
            The frame that the caller gets, None if nothing was written.
        """
        if own is None:
            return None
        if self.state is ForkState.STOPPED:
            return own
        ours = self._playout.tick()
        if not ours:
            return own
        mixed = np.frombuffer(own, np.int16).copy()
        added = np.frombuffer(ours, np.int16)[: mixed.size]
        mixed[: added.size] += added  # wraps at 16 bits, as the module's sum does
        return mixed.tobytes()

    def stop(self) -> None:
        """The call is over or the fork is ended: close 1000 at once, the queue is dropped."""
        if self.state in (ForkState.OPEN, ForkState.SHUT_DOWN):
            self._outgoing.append(CloseOut(1000))
        self.state = ForkState.STOPPED

    def shut_down_gracefully(self) -> None:
        """One empty binary, then no more audio; the other side's sound and text go on."""
        if self.state is ForkState.OPEN:
            self._outgoing.append(BinaryOut(b""))
            self.state = ForkState.SHUT_DOWN

    @property
    def queued_ms(self) -> float:
        """How much of the socket's sound will still be heard without anything more coming."""
        return self._playout.queued_bytes / 2 / self.start.channel_rate_hz * 1000

    @property
    def stuck_ms(self) -> float:
        """How much waits in the pre-buffer for more to come."""
        return self._playout.stuck_bytes / 2 / (self.start.back_rate_hz or 8000) * 1000

    def _mixed(self, caller: bytes, far: bytes) -> bytes:
        near = self._toward.feed(caller)
        if self.start.mix is Mix.MONO:
            return near
        near_samples = np.frombuffer(near, np.int16)
        far_samples = np.frombuffer(self._toward_far.feed(far), np.int16)
        if self.start.mix is Mix.STEREO:
            return np.stack((near_samples, far_samples), axis=1).tobytes()
        total = near_samples.astype(np.int32) + far_samples
        summed: bytes = np.clip(total, -32768, 32767).astype(np.int16).tobytes()
        return summed

    def _overrun(self, frame: bytes, lossless: bool) -> None:
        """Lose sound as measured; nothing is lost while the handshake is not answered yet."""
        if not self._overran:
            self._overran = True
            self._events.append(ModuleEvent("buffer_overrun"))
        if lossless:
            self._backlog += frame
        elif self.start.rate_hz == self.start.channel_rate_hz:
            self._backlog.clear()  # without resampling the whole buffer is thrown away

    def _drain(self) -> None:
        backlog = bytes(self._backlog)
        self._backlog.clear()
        for at in range(0, len(backlog), LARGEST_FRAME_BYTES):
            self._outgoing.append(BinaryOut(backlog[at : at + LARGEST_FRAME_BYTES]))
