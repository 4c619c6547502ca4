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

from mapokezi.emulator.media_playout import Playout, SteadyResampler
from mapokezi.emulator.mode_values.streams import Marks, PlayoutLock, Pongs
from mapokezi.telephony.stream import MarksCleared, MarkSet, PlatformReader, Raised, RaisedEvent

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
    marks: Marks = Marks.OFF
    playout_lock: PlayoutLock = PlayoutLock.SURE
    pongs: Pongs = Pongs.ANSWERED
    """Whether the socket's pings are answered; for whoever owns the socket."""

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


class MediaModule:
    """One fork: a socket's worth of sound between a call and the program that answers it.

    The owner's duty: ``read_tick`` and ``write_tick`` once every 20 ms while the call is up,
    ``connected`` or ``refused`` once, and ``outgoing`` after each of these.
    """

    def __init__(self, start: ForkStart) -> None:
        self.start = start
        self.state = ForkState.CONNECTING
        self._playout = Playout(start)
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
        if self._overran:  # while nobody answered, nothing could tell of it
            self._events.append(ModuleEvent("buffer_overrun"))
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
        match _READER.receive_text(text):
            case Raised(event, body):
                self._events.append(ModuleEvent(event.value, body))
                if event is RaisedEvent.KILL_AUDIO:
                    self._playout.kill()
            case MarkSet(name):
                self._playout.mark(name)
            case MarksCleared():
                self._playout.marks.forget()

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
        if self._playout.reports:
            self._outgoing += map(TextOut, self._playout.reports)
            self._playout.reports.clear()
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

    @property
    def kept_back(self) -> int:
        """How many messages waited for the next one, because the lock could not be had."""
        return self._playout.missed

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
            if not lossless:
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
