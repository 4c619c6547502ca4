"""A person at the laptop's microphone; the sound devices are stood in for."""

from __future__ import annotations

import pytest
from tests.fakes.sound_devices import FakeLibrary

from mapokezi.emulator.callers import SILENT_FRAME
from mapokezi.emulator.microphone import MicrophoneCaller
from mapokezi.microphone import MicrophoneMissing, SoundDevices


def caller_at(library: FakeLibrary) -> MicrophoneCaller:
    return MicrophoneCaller(SoundDevices("use --say or --wav instead", lambda: library))


def test_the_microphone_is_the_mouth_and_the_loudspeaker_the_ear() -> None:
    library = FakeLibrary()
    caller = caller_at(library)
    (device,) = library.devices
    assert device.settings["sample_rate"] == 8000
    assert device.settings["playback_channels"] == device.settings["capture_channels"] == 1
    assert caller.step(b"\x01" * 320).frame == SILENT_FRAME
    assert device.turn(b"\x02" * 320) == b"\x01" * 320
    assert device.turn(b"\x03" * 320) == SILENT_FRAME
    assert caller.step(b"\x04" * 320).frame == b"\x02" * 320
    caller.close()
    assert not device.is_open


def test_a_device_may_have_frames_of_its_own_length() -> None:
    library = FakeLibrary()
    caller = caller_at(library)
    (device,) = library.devices
    caller.step(b"\x01" * 320)
    caller.step(b"\x02" * 320)
    given = [device.turn(b"\x05" * length) for length in (200, 400, 40)]
    assert [len(piece) for piece in given] == [200, 400, 40]
    assert b"".join(given) == b"\x01" * 320 + b"\x02" * 320
    assert [caller.step(SILENT_FRAME).frame for _ in range(2)] == [b"\x05" * 320] * 2


def test_what_waits_too_long_is_left_out() -> None:
    library = FakeLibrary()
    caller = caller_at(library)
    (device,) = library.devices
    for place in range(30):
        device.turn(bytes([place]) * 320)
    frames = [caller.step(SILENT_FRAME).frame for _ in range(11)]
    assert [frame[0] for frame in frames[:10]] == list(range(20, 30))
    assert frames[10] == SILENT_FRAME


def test_a_missing_device_is_named_with_what_to_do() -> None:
    with pytest.raises(MicrophoneMissing, match="no sound device") as caught:
        caller_at(FakeLibrary(fails=True))
    assert "--wav" in str(caught.value)
