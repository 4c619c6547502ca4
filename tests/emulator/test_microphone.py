"""A person at the laptop's microphone; the sound devices are stood in for, their errors real."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mapokezi.emulator.callers import SILENT_FRAME
from mapokezi.emulator.microphone import MicrophoneCaller, MicrophoneMissing


class Devices:
    """What sounddevice is to us: a stream that calls back."""

    class PortAudioError(Exception):
        """As sounddevice's."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.state = ""
        self.exchange: Callable[..., None] | None = None
        self.settings: dict[str, Any] = {}

    def RawStream(self, **settings: Any) -> Devices:  # noqa: N802 - sounddevice's own name
        if self.error is not None:
            raise self.error
        self.exchange = settings.pop("callback")
        self.settings = settings
        return self

    def start(self) -> None:
        self.state = "started"

    def stop(self) -> None:
        self.state = "stopped"

    def close(self) -> None:
        self.state = "closed"

    def turn(self, taken: bytes) -> bytes:
        """Let the device take 20 ms and give 20 ms."""
        assert self.exchange is not None
        given = bytearray(320)
        self.exchange(memoryview(taken), memoryview(given), 160, None, None)
        return bytes(given)


def test_the_microphone_is_the_mouth_and_the_loudspeaker_the_ear() -> None:
    devices = Devices()
    caller = MicrophoneCaller(lambda: devices)
    assert devices.settings == {
        "samplerate": 8000,
        "blocksize": 160,
        "channels": 1,
        "dtype": "int16",
    }
    assert caller.step(b"\x01" * 320).frame == SILENT_FRAME
    assert devices.turn(b"\x02" * 320) == b"\x01" * 320
    assert devices.turn(b"\x03" * 320) == SILENT_FRAME
    assert caller.step(b"\x04" * 320).frame == b"\x02" * 320
    caller.close()
    assert devices.state == "closed"


def test_what_waits_too_long_is_left_out() -> None:
    devices = Devices()
    caller = MicrophoneCaller(lambda: devices)
    for place in range(30):
        devices.turn(bytes([place]) * 320)
    frames = [caller.step(SILENT_FRAME).frame for _ in range(11)]
    assert [frame[0] for frame in frames[:10]] == list(range(20, 30))
    assert frames[10] == SILENT_FRAME


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (ImportError("No module named 'sounddevice'"), "not installed"),
        (OSError("PortAudio library not found"), "libportaudio2"),
    ],
)
def test_a_missing_part_is_named(error: Exception, says: str) -> None:
    def load() -> Any:
        raise error

    with pytest.raises(MicrophoneMissing, match=says) as caught:
        MicrophoneCaller(load)
    assert "--wav" in str(caught.value)


def test_a_missing_device_is_named() -> None:
    devices = Devices(Devices.PortAudioError("Error querying device -1"))
    with pytest.raises(MicrophoneMissing, match="no sound device"):
        MicrophoneCaller(lambda: devices)
