"""Wyoming on the wire: events to bytes, bytes to events, without I/O.

One event is a line of JSON (``type``, ``data``, ``data_length``, ``payload_length``), then
``data_length`` bytes of JSON that are merged into ``data``, then ``payload_length`` bytes of
audio (wyoming 1.10.2, ``event.py``). The package's own reader trusts its peer: it holds whatever
is announced and raises on JSON of the wrong shape. This one has limits and one error.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, Any

import msgspec

from mapokezi.speech.vocabulary import Event

LARGEST_HEADER_BYTES = 1 << 20
"""The line and the data: a server that lists hundreds of voices needs about 200 KB."""
LARGEST_PAYLOAD_BYTES = 4 << 20
"""The audio of one event: two minutes at 16 kHz."""

_VERSION = "1.10.2"


class NotWyoming(ValueError):  # noqa: N818  named as one says it
    """The bytes are no Wyoming events, or larger than anybody needs."""


class _Header(msgspec.Struct):
    type: str
    data: dict[str, Any] | None = None
    data_length: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_HEADER_BYTES)] | None = None
    payload_length: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_PAYLOAD_BYTES)] | None = None


_header_decoder = msgspec.json.Decoder(_Header)
_data_decoder = msgspec.json.Decoder(dict[str, Any])


class EventParser:
    """Cuts a stream of bytes into events. Split anywhere, the same bytes give the same events."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._header: _Header | None = None
        self._searched = 0

    def feed(self, data: bytes | bytearray | memoryview) -> Iterator[Event]:
        """Take bytes; yield the events that are complete with them.

        Raises:
            NotWyoming: The peer speaks something else. The parser is of no more use then.
        """
        self._held += data
        while (event := self._next()) is not None:
            yield event

    def _next(self) -> Event | None:
        if self._header is None:
            end = self._held.find(b"\n", self._searched)
            if end < 0:
                self._searched = len(self._held)
                if self._searched > LARGEST_HEADER_BYTES:
                    raise NotWyoming("a header line without an end")
                return None
            self._header = _decode(_header_decoder, bytes(self._held[:end]))
            del self._held[: end + 1]
            self._searched = 0
        header = self._header
        data_bytes = header.data_length or 0
        whole = data_bytes + (header.payload_length or 0)
        if len(self._held) < whole:
            return None
        values = header.data or {}
        if data_bytes:
            values.update(_decode(_data_decoder, bytes(self._held[:data_bytes])))
        payload = bytes(self._held[data_bytes:whole]) if header.payload_length else None
        del self._held[:whole]
        self._header = None
        return Event(type=header.type, data=values, payload=payload)


def _decode(decoder: msgspec.json.Decoder[Any], line: bytes) -> Any:
    try:
        return decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotWyoming(f"not a Wyoming event: {error}") from None


def encode(event: Event) -> bytes:
    """Write one event, as wyoming's own writer does."""
    header: dict[str, Any] = {"type": event.type, "version": _VERSION}
    data = msgspec.json.encode(event.data) if event.data else b""
    if data:
        header["data_length"] = len(data)
    if event.payload:
        header["payload_length"] = len(event.payload)
    return b"".join((msgspec.json.encode(header), b"\n", data, event.payload or b""))


def encode_audio(pcm: bytes, rate_hz: int = 16_000) -> bytes:
    """Write one ``audio-chunk`` of S16LE mono PCM; the costly part of it is kept and used again."""
    return _audio_header(len(pcm), rate_hz) + pcm


@lru_cache(maxsize=64)
def _audio_header(payload_bytes: int, rate_hz: int) -> bytes:
    data = msgspec.json.encode({"rate": rate_hz, "width": 2, "channels": 1, "timestamp": None})
    header: dict[str, Any] = {
        "type": "audio-chunk",
        "version": _VERSION,
        "data_length": len(data),
        "payload_length": payload_bytes,
    }
    return msgspec.json.encode(header) + b"\n" + data
