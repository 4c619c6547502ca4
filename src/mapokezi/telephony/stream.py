"""The media socket's language, from both sides, without a socket (media-module.md; contract 6).

`StreamReader` is our side: it turns the platform's messages into events. `PlatformReader` is the
far side, as measured on the real module: it tells what each of our texts does there; the emulator
obeys it. Sound itself is not interpreted here beyond its bytes and channels.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mapokezi.audio.formats import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ
from mapokezi.audio.framing import ChannelFinder, caller_channel
from mapokezi.telephony import aliases

SUBPROTOCOL = "audio.drachtio.org"
"""Must be chosen in the handshake; the platform drops a socket that answers with another."""

KILL_AUDIO = '{"type":"killAudio"}'
"""Empties the platform's playout at its next 20 ms tick. The only flush: ``{"event":"clear"}``
raises an event in the PBX, and ``killaudio`` is ignored."""
DISCONNECT = '{"type":"disconnect"}'
"""To the layer above the module the same event as our closing, with the socket still open."""
TRANSFER = '{"type":"transfer"}'
"""An event of its own to the layer above; whether that acts on it is not known."""

KEYS = frozenset("0123456789*#")

_MAX_HELD_BYTES = 512_000
"""Sound held while mono or stereo is found out: eight seconds of stereo, far above the window."""


# --- what the platform sends -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StreamMetadata:
    """The first text: what the platform says about the stream. Nothing in it is certain.

    The module cuts a text of more than 8,192 bytes there, which leaves broken JSON.
    """

    session_id: str = ""
    stream_sid: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    """All of it, nested fields too, by plain name. May hold personal data."""


@dataclass(frozen=True, slots=True)
class CallerAudio:
    """Sound of the caller: S16LE mono at the stream's rate, whole samples, any length."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """The caller pressed a key; told as text by layers above the module, never by itself."""

    digit: str


@dataclass(frozen=True, slots=True)
class MarkReported:
    """A mark came back. We set none: on a resampled channel they are wrong."""

    name: str
    event: str


@dataclass(frozen=True, slots=True)
class ShutdownAnnounced:
    """An empty binary: no more sound will come, but ours is still played."""


@dataclass(frozen=True, slots=True)
class UnknownText:
    """A text that means nothing to us. It is tolerated."""

    kind: str
    """Its ``type`` or ``event``, or ``not json``."""
    length: int


StreamEvent = (
    StreamMetadata | CallerAudio | KeyPressed | MarkReported | ShutdownAnnounced | UnknownText
)


class StreamReader:
    """Reads the platform's messages of one media socket.

    Give each text to `receive_text` and each binary, or piece of one, to `receive_binary`.
    """

    def __init__(self, *, sample_rate_hz: int = SAMPLE_RATE_HZ, both_tracks: bool = False) -> None:
        """Start before the first message.

        Args:
            sample_rate_hz: what ``outputSamplingRate`` asked for.
            both_tracks: the seed page's form, of which nobody knows whether it is mono or stereo:
                the first second is held back until the byte rate has told.
        """
        self._seen_text = False
        self._odd = b""
        self._finder = ChannelFinder(sample_rate_hz) if both_tracks else None
        self._held = bytearray()
        self._step_bytes = BYTES_PER_SAMPLE

    @property
    def channels(self) -> int | None:
        """1 or 2; None while that is being found out."""
        return None if self._finder is not None else self._step_bytes // BYTES_PER_SAMPLE

    def is_whole(self, data: bytes) -> bool:
        """Whether a binary message is the caller's sound as it stands: mono, whole samples.

        If so, `receive_binary` would give just these bytes and need not be asked.
        """
        return (
            self._step_bytes == BYTES_PER_SAMPLE
            and len(data) % BYTES_PER_SAMPLE == 0
            and bool(data)
            and not self._odd
            and self._finder is None
        )

    def receive_binary(self, data: bytes, now: float) -> CallerAudio | ShutdownAnnounced | None:
        """Take a binary message; None if it completes no sample, or is held back."""
        if not data:
            return ShutdownAnnounced()
        if self._finder is not None:
            return self._find_channels(data, now)
        return self._audio(data)

    def receive_text(self, text: str | bytes) -> tuple[StreamEvent, ...]:
        """Take a text message. Rubbish gives `UnknownText`."""
        value = _json_object(text)
        if value is None:
            return (UnknownText("not json", len(text)),)
        keys = _keys_in(value)
        if keys:
            return tuple(map(KeyPressed, keys))
        kind = str(value.get("type") or value.get("event") or "")[:40]
        if kind == "mark":
            return (_mark_in(value),)
        if not self._seen_text:
            self._seen_text = True
            flat = aliases.flatten(value)
            session_id = aliases.first(flat, aliases.SESSION_ID)
            return (StreamMetadata(session_id, aliases.first(flat, aliases.STREAM_SID), flat),)
        return (UnknownText(kind, len(text)),)

    def _find_channels(self, data: bytes, now: float) -> CallerAudio | None:
        assert self._finder is not None
        self._held += data
        channels = self._finder.feed(len(data), now)
        if channels is None and len(self._held) <= _MAX_HELD_BYTES:
            return None
        self._finder = None
        self._step_bytes = BYTES_PER_SAMPLE * (channels or 1)
        held = bytes(self._held)
        self._held.clear()
        return self._audio(held)

    def _audio(self, data: bytes) -> CallerAudio | None:
        if self._odd:
            data = self._odd + data
            self._odd = b""
        over = len(data) % self._step_bytes
        if over:
            self._odd = data[-over:]
            data = data[:-over]
        if not data:
            return None
        return CallerAudio(data if self._step_bytes == BYTES_PER_SAMPLE else caller_channel(data))


def _json_object(text: str | bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _keys_in(value: Mapping[str, Any]) -> list[str]:
    kind = aliases.plain(str(value.get("event") or value.get("type") or ""))
    if kind not in ("dtmf", "dtmfreceived", "digit", "digits"):
        return []
    data = value.get("data")
    for place in (value, data if isinstance(data, dict) else {}):
        for name in ("dtmf", "digit", "digits", "key"):
            found = place.get(name)
            if isinstance(found, str | int) and not isinstance(found, bool):
                return [key for key in str(found)[:64] if key in KEYS]
    return []


def _mark_in(value: Mapping[str, Any]) -> MarkReported:
    data = value.get("data")
    place = data if isinstance(data, dict) else {}
    return MarkReported(str(place.get("name", ""))[:64], str(place.get("event", ""))[:40])


# --- what we send, as the far side takes it ----------------------------------------------------


class RaisedEvent(StrEnum):
    """The events that our texts raise in the PBX, by the name the module gives them."""

    KILL_AUDIO = "kill_audio"
    DISCONNECT = "disconnect"
    TRANSFER = "transfer"
    ERROR = "error"
    TRANSCRIPTION = "transcription"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Raised:
    """Our text raised an event. The socket and the call stay."""

    event: RaisedEvent
    body: str = ""
    """The text's ``data`` as compact JSON; of a ``json`` event the whole text."""


@dataclass(frozen=True, slots=True)
class MarkSet:
    """A mark for the binary that follows."""

    name: str


@dataclass(frozen=True, slots=True)
class MarksCleared:
    """All outstanding marks are forgotten."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """The module writes a log line and does nothing."""

    why: str


PlatformEvent = Raised | MarkSet | MarksCleared | Ignored

_WITH_DATA = {
    "disconnect": RaisedEvent.DISCONNECT,
    "transfer": RaisedEvent.TRANSFER,
    "error": RaisedEvent.ERROR,
    "transcription": RaisedEvent.TRANSCRIPTION,
}


class PlatformReader:
    """Reads our texts as the module does (media-module.md section 4; measured)."""

    def receive_text(self, text: str | bytes) -> PlatformEvent:
        """Take one of our text messages. Never raises."""
        decoded = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        try:
            value, end = _decoder.raw_decode(decoded.removeprefix("\ufeff").lstrip())
        except (ValueError, RecursionError):
            return Ignored("not json")
        del end  # text after the value is accepted
        if not isinstance(value, dict) or not isinstance(value.get("type"), str):
            return Raised(RaisedEvent.JSON, decoded)
        return _typed(value["type"], value, decoded)


def _typed(kind: str, value: Mapping[str, Any], text: str) -> PlatformEvent:
    if kind in _WITH_DATA:
        data = value.get("data")
        body = "" if data is None else json.dumps(data, separators=(",", ":"), ensure_ascii=False)
        return Raised(_WITH_DATA[kind], body)
    if kind == "killAudio":
        return Raised(RaisedEvent.KILL_AUDIO)
    if kind == "json":
        return Raised(RaisedEvent.JSON, text)
    if kind == "mark":
        data = value.get("data")
        name = data.get("name") if isinstance(data, dict) else None
        return MarkSet(name) if isinstance(name, str) else Ignored("a mark without a name")
    if kind == "clearMarks":
        return MarksCleared()
    if kind == "playAudio":
        return Ignored("playAudio, while streaming both ways")
    return Ignored("unknown type")


def _refuse_constant(name: str) -> Any:
    """``NaN`` and its like are Python's own, not JSON."""
    raise ValueError(name)


_decoder = json.JSONDecoder(parse_constant=_refuse_constant)
