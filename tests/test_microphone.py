"""The machine's own devices: the real library on its device that is none, and its errors."""

from __future__ import annotations

import threading
from typing import Any

import miniaudio
import pytest
from tests.fakes.sound_devices import FakeLibrary

from mapokezi import microphone
from mapokezi.microphone import MicrophoneMissing, SoundDevices, usable_backends


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch) -> SoundDevices:
    """The real library, on the device that it has for machines without one: silence."""
    nothing = [miniaudio.Backend.NULL]
    monkeypatch.setattr(microphone, "usable_backends", lambda _library: nothing)
    return SoundDevices("do without")


def test_a_microphone_gives_what_was_asked_for_until_it_is_closed(devices: SoundDevices) -> None:
    came: list[bytes] = []
    is_enough = threading.Event()

    def take(pcm: bytes) -> None:
        came.append(pcm)
        if len(came) == 3:
            is_enough.set()

    with devices.microphone(48_000, take):
        assert is_enough.wait(30)
    assert {len(pcm) for pcm in came} == {48_000 * 2 * 20 // 1000}
    assert not any(b"".join(came))
    counted = len(came)
    assert not threading.Event().wait(0.05)
    assert len(came) == counted


def test_a_telephone_gives_as_much_as_it_takes(devices: SoundDevices) -> None:
    came: list[int] = []
    is_enough = threading.Event()

    def exchange(pcm: bytes) -> bytes:
        came.append(len(pcm))
        if len(came) == 3:
            is_enough.set()
        return pcm

    with devices.telephone(8_000, exchange):
        assert is_enough.wait(30)
    assert set(came) == {320}


def test_what_stands_in_for_a_device_is_not_used() -> None:
    names = [one.name for one in usable_backends(miniaudio)]
    assert {"ALSA", "PULSEAUDIO"} <= set(names)
    assert not {"NULL", "CUSTOM"} & set(names)


def test_a_library_that_is_not_there_is_named_with_its_extra() -> None:
    def load() -> Any:
        raise ImportError("No module named 'miniaudio'")

    with pytest.raises(MicrophoneMissing) as caught:
        SoundDevices("give WAV files", load)
    assert str(caught.value) == (
        "no microphone: the package miniaudio is not installed (mapokezi's extra microphone); "
        "give WAV files"
    )


def test_a_machine_without_devices_is_told_so_in_one_line(
    capfd: pytest.CaptureFixture[str],
) -> None:
    devices = SoundDevices("give WAV files", lambda: FakeLibrary(fails=True))
    with pytest.raises(MicrophoneMissing, match="no sound device can be opened"):
        devices.microphone(16_000, lambda _pcm: None)
    assert capfd.readouterr().err == ""
