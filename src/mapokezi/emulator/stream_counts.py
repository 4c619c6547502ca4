"""What passed over one stream's socket, counted: for whoever asks what really happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

MOST_SHOWN = 2_000
"""Of a stream's first text, in characters."""


@dataclass(slots=True)
class StreamCounts:
    """One stream's messages, both ways. *Sent* is toward the program that answers."""

    name: str
    channel_hz: int
    """The rate of the call's own channel."""
    mix: str = "mono"
    """``mono``, ``mixed`` or ``stereo``."""
    first_text: str | None = None
    """The metadata, as it went out."""
    first_text_bytes: int = 0
    texts_sent: int = 0
    """The metadata, marks and keys among them."""
    marks_sent: int = 0
    """Reports of marks, of those texts."""
    sounds_sent: int = 0
    bytes_sent: int = 0
    first_bytes: int = 0
    """The length of the first sound."""
    empty_sent: int = 0
    """Binaries without anything in them."""
    texts_taken: int = 0
    sounds_taken: int = 0
    bytes_taken: int = 0
    kept_back: int = 0
    """Sounds that waited in the module for the next one, because it could not get its lock."""
    pings: int = 0
    pongs: int = 0
    """Pings that were answered."""

    def sent_text(self, text: str) -> None:
        """A text went out."""
        if self.first_text is None and not (self.texts_sent or self.sounds_sent):
            self.first_text = text[:MOST_SHOWN]
            self.first_text_bytes = len(text.encode())
        self.texts_sent += 1
        self.marks_sent += text.startswith('{"type": "mark"')

    def sent_sound(self, length_bytes: int) -> None:
        """A binary went out."""
        if not length_bytes:
            self.empty_sent += 1
            return
        self.first_bytes = self.first_bytes or length_bytes
        self.sounds_sent += 1
        self.bytes_sent += length_bytes

    def took_sound(self, length_bytes: int) -> None:
        """A binary came in."""
        self.sounds_taken += 1
        self.bytes_taken += length_bytes

    def as_row(self) -> Mapping[str, Any]:
        """As it is shown."""
        return asdict(self)
