"""This machine's microphone and loudspeaker, by way of a library that need not be there.

miniaudio's wheels have all in them: they look for PulseAudio, ALSA and the like when a device is
opened, and need no package of the system's.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from types import ModuleType, TracebackType
from typing import Any, Self

from mapokezi.errors import MapokeziError

_PERIOD_MS = 20
"""So much comes and goes at once: a frame."""
_NO_SOUND = frozenset({"NULL", "CUSTOM"})
"""What the library takes for devices where there are none."""


class MicrophoneMissing(MapokeziError):  # noqa: N818 - in the words of the trade
    """This machine gives no sound of a microphone."""

    def __init__(self, why: str, instead: str) -> None:
        """Keep the reason, and what can be done without one."""
        self.why = why
        self.instead = instead
        super().__init__(why)

    def __str__(self) -> str:
        """Say why, and what to do instead."""
        return f"no microphone: {self.why}; {self.instead}"


def load_library() -> ModuleType:
    """Load what opens devices.

    Raises:
        ImportError: If it is not installed.
    """
    import miniaudio  # noqa: PLC0415 - an optional part

    found: ModuleType = miniaudio
    return found


def usable_backends(library: Any) -> list[Any]:
    """Give the ways to devices that may lead to real ones, in the library's order."""
    found = [one for one in library.get_enabled_backends() if one.name not in _NO_SOUND]
    return sorted(found, key=lambda one: int(one.value))


class OpenDevice:
    """A device that gives sound, or takes and gives it, until it is closed."""

    def __init__(self, device: Any, feed: Generator[bytes, bytearray, None]) -> None:
        """Start it."""
        next(feed)
        self._device = device
        try:
            device.start(feed)
        except BaseException:
            device.close()
            raise

    def close(self) -> None:
        """Let it go; nothing comes any more."""
        self._device.close()

    def __enter__(self) -> Self:
        """Be open."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()


class SoundDevices:
    """The devices that this machine uses by default, mono and 16 bit.

    What is called back is so on a thread of the library's, and must not wait.
    """

    def __init__(self, instead: str, load: Callable[[], Any] = load_library) -> None:
        """Load the library.

        Args:
            instead: What a person can do who has no microphone; ends the sentence of the error.
            load: Gives the library.

        Raises:
            MicrophoneMissing: If it is not installed.
        """
        self._instead = instead
        try:
            self._library = load()
        except ImportError as missing:
            why = "the package miniaudio is not installed (mapokezi's extra microphone)"
            raise MicrophoneMissing(why, instead) from missing

    def missing(self, why: str) -> MicrophoneMissing:
        """Make the error that says why, and what to do instead."""
        return MicrophoneMissing(why, self._instead)

    def microphone(self, rate_hz: int, take: Callable[[bytes], None]) -> OpenDevice:
        """Listen to the microphone.

        Args:
            rate_hz: At which its sound is wanted; the library brings it there.
            take: Given the sound, S16LE mono, in pieces of any length.

        Raises:
            MicrophoneMissing: If there is none that can be opened.
        """
        return self._open(
            lambda: self._library.CaptureDevice(
                nchannels=1,
                sample_rate=rate_hz,
                buffersize_msec=_PERIOD_MS,
                backends=usable_backends(self._library),
            ),
            _taking(take),
        )

    def telephone(self, rate_hz: int, exchange: Callable[[bytes], bytes]) -> OpenDevice:
        """Listen to the microphone, and play by the loudspeaker.

        Args:
            rate_hz: Of both.
            exchange: Given sound of the microphone, gives as much for the loudspeaker.

        Raises:
            MicrophoneMissing: If one of them cannot be opened.
        """
        return self._open(
            lambda: self._library.DuplexStream(
                playback_channels=1,
                capture_channels=1,
                sample_rate=rate_hz,
                buffersize_msec=_PERIOD_MS,
                backends=usable_backends(self._library),
            ),
            _exchanging(exchange),
        )

    def _open(
        self, open_device: Callable[[], Any], feed: Generator[bytes, bytearray, None]
    ) -> OpenDevice:
        try:
            with _system_hushed():
                return OpenDevice(open_device(), feed)
        except self._library.MiniaudioError as error:
            said = error.args[0] if error.args else error
            raise self.missing(f"no sound device can be opened ({said})") from error


@contextmanager
def _system_hushed() -> Iterator[None]:
    """Keep ALSA from writing fifty lines about cards that it does not find, over our one."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _taking(take: Callable[[bytes], None]) -> Generator[bytes, bytearray, None]:
    while True:
        take(bytes((yield b"")))


def _exchanging(exchange: Callable[[bytes], bytes]) -> Generator[bytes, bytearray, None]:
    given = b""
    while True:
        given = exchange(bytes((yield given)))
