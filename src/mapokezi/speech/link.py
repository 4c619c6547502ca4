"""What the speech server and its workers say to one another, and how it is written.

Over a socket pair: four bytes of length, then MessagePack. The server sends one job at a time;
the worker answers each, and tells once, first, that its engines are loaded or why they are not.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

_LENGTH_BYTES = 4
_LARGEST_BYTES = 64 << 20
"""A minute of audio is 2 MB; more than this is a broken stream."""


class TranscribeJob(msgspec.Struct, frozen=True, tag=True):
    """Write down one utterance."""

    pcm: bytes
    with_meaning: bool = False
    """Whether to find the meaning of what was written, too."""


class SpeakJob(msgspec.Struct, frozen=True, tag=True):
    """Speak one sentence."""

    sentence: str


class MeaningsJob(msgspec.Struct, frozen=True, tag=True):
    """Find the meanings of some texts."""

    texts: tuple[str, ...]


class Loaded(msgspec.Struct, frozen=True, tag=True):
    """The engines are ready."""

    took_ms: int


class NotLoaded(msgspec.Struct, frozen=True, tag=True):
    """The engines cannot be loaded; the worker ends."""

    text: str


class Heard(msgspec.Struct, frozen=True, tag=True):
    """The answer to a `TranscribeJob`."""

    text: str
    meaning: bytes = b""
    """32-bit floats, little-endian; empty if it was not asked for, or could not be found."""
    fault: str = ""
    """Why it could not be found: the exception's class."""


class Spoken(msgspec.Struct, frozen=True, tag=True):
    """The answer to a `SpeakJob`: S16LE mono PCM at 16 kHz."""

    pcm: bytes


class Meant(msgspec.Struct, frozen=True, tag=True):
    """The answer to a `MeaningsJob`: a meaning for each text, one after the other."""

    meanings: bytes
    """32-bit floats, little-endian."""


class Raised(msgspec.Struct, frozen=True, tag=True):
    """The engine raised; the worker goes on."""

    kind: str
    """The exception's class."""
    text: str
    """Its text; it may hold what was said."""


Job = TranscribeJob | SpeakJob | MeaningsJob
Answer = Heard | Spoken | Meant | Raised
FromWorker = Loaded | NotLoaded | Heard | Spoken | Meant | Raised

_encoder = msgspec.msgpack.Encoder()
_jobs: msgspec.msgpack.Decoder[Job] = msgspec.msgpack.Decoder(Job)
_answers: msgspec.msgpack.Decoder[FromWorker] = msgspec.msgpack.Decoder(FromWorker)


def pack(message: Job | FromWorker) -> bytes:
    """Write one message with its length before it."""
    body = _encoder.encode(message)
    return len(body).to_bytes(_LENGTH_BYTES, "little") + body


def read_job(body: bytes) -> Job:
    """Read what the server sent."""
    return _jobs.decode(body)


def read_answer(body: bytes) -> FromWorker:
    """Read what a worker sent."""
    return _answers.decode(body)


class Unpacker:
    """Cuts a stream of bytes into message bodies."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take bytes; yield the bodies that are complete with them.

        Raises:
            ValueError: The stream is broken.
        """
        self._held += data
        while len(self._held) >= _LENGTH_BYTES:
            size = int.from_bytes(self._held[:_LENGTH_BYTES], "little")
            if size > _LARGEST_BYTES:
                raise ValueError(f"a message of {size} bytes")
            end = _LENGTH_BYTES + size
            if len(self._held) < end:
                return
            body = bytes(self._held[_LENGTH_BYTES:end])
            del self._held[:end]
            yield body
