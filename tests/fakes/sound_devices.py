"""What miniaudio is to us: devices whose sound a test gives, and takes."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

Feed = Generator[bytes, bytearray, None]


class FakeDevice:
    """A device; once it is started, it gives what it has."""

    def __init__(self, gives: list[bytes], settings: dict[str, Any]) -> None:
        self.settings = settings
        self.is_open = True
        self._gives = gives
        self._feed: Feed | None = None

    def start(self, feed: Feed) -> None:
        self._feed = feed
        for piece in self._gives:
            self.turn(piece)

    def turn(self, piece: bytes) -> bytes:
        """Give a piece of the microphone's; take what is for the loudspeaker."""
        assert self._feed is not None
        return self._feed.send(bytearray(piece))

    def close(self) -> None:
        self.is_open = False


class FakeLibrary:
    """The library. Each microphone that is opened gives the next of its sounds, in pieces."""

    class MiniaudioError(Exception):
        """As miniaudio's."""

    def __init__(self, *sounds: bytes, piece_bytes: int = 1_920, fails: bool = False) -> None:
        self.devices: list[FakeDevice] = []
        self._sounds = list(sounds)
        self._piece_bytes = piece_bytes
        self._fails = fails

    def get_enabled_backends(self) -> set[Any]:
        return set()

    def CaptureDevice(self, **settings: Any) -> FakeDevice:  # noqa: N802 - the library's own name
        sound = self._sounds.pop(0) if self._sounds else b""
        pieces = range(0, len(sound), self._piece_bytes)
        return self._open([sound[at : at + self._piece_bytes] for at in pieces], settings)

    def DuplexStream(self, **settings: Any) -> FakeDevice:  # noqa: N802 - the library's own name
        return self._open([], settings)

    def _open(self, gives: list[bytes], settings: dict[str, Any]) -> FakeDevice:
        if self._fails:
            raise self.MiniaudioError("failed to init device", -1)
        self.devices.append(FakeDevice(gives, settings))
        return self.devices[-1]
