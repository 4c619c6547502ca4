"""One media socket's sound, and whose it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mapokezi.bridge.leg import Leg, LegSound

FRAME = bytes(640)


class Owner:
    """A call that holds one leg, or none."""

    def __init__(self) -> None:
        self.held: Leg | None = None
        self.told: list[tuple[Any, ...]] = []

    def holds(self, leg: Leg) -> bool:
        return self.held is leg

    def opened(self, now: float) -> None:
        self.told.append(("opened", now))

    def caller_audio(self, pcm: bytes, now: float) -> None:
        self.told.append(("audio", pcm, now))

    def key(self, digit: str, now: float) -> None:
        self.told.append(("key", digit, now))

    def closed(self, reason: str, now: float) -> None:
        self.told.append(("closed", reason, now))


def tell_all(leg: Leg) -> None:
    leg.opened(1.0)
    leg.caller_audio(FRAME, 2.0)
    leg.key("0", 3.0)
    leg.closed("lost", 4.0)


def test_only_the_leg_that_is_held_is_heard(kit: Any) -> None:
    owner = Owner()
    old, new = Leg(owner, kit.media()), Leg(owner, kit.media())
    owner.held = new
    tell_all(old)
    assert owner.told == []
    tell_all(new)
    assert owner.told == [
        ("opened", 1.0),
        ("audio", FRAME, 2.0),
        ("key", "0", 3.0),
        ("closed", "lost", 4.0),
    ]


def test_both_sides_are_recorded_in_pieces_of_one_length(kit: Any) -> None:
    recording = kit.recording()
    sound = LegSound(recording)
    sound.playout.open(100.0)
    sound.playout.due(100.0)
    ours = np.full(16 * 400, 3000, dtype="<i2").tobytes()
    sound.play("item", ours)
    caller = np.full(320, 500, dtype="<i2").tobytes()
    for number in range(50):
        now = 100.0 + 0.02 * (number + 1)
        sound.take(caller, now)
        sound.playout.due(now)
    assert len(recording.caller) == len(recording.ours) == 50 * 640
    assert bytes(recording.ours).count(b"\xb8\x0b") == 16 * 400
    assert recording.legs_began == [pytest.approx(100.0)]


def test_each_leg_says_when_its_first_sound_began(kit: Any) -> None:
    recording = kit.recording()
    for opened in (100.0, 150.0):
        sound = LegSound(recording)
        sound.playout.open(opened)
        for number in range(1, 4):
            sound.take(FRAME * 2, opened + 0.04 * number)
    assert recording.legs_began == [pytest.approx(100.0), pytest.approx(150.0)]


def test_our_own_voice_coming_back_is_told_when_it_begins_and_when_it_ends() -> None:
    rng = np.random.default_rng(3)
    voice = rng.normal(0, 3000, 16 * 2000) * np.repeat(rng.uniform(0.1, 1.0, 200), 160)
    pcm = np.clip(voice, -32_000, 32_000).astype("<i2").tobytes()
    sound, mirror = LegSound(None), LegSound(None)
    for each in (sound, mirror):
        each.playout.open(0.0)
        each.playout.due(0.0)
        each.play("item", pcm)
    heard = bytearray(150 * 32)  # the line is 150 ms long
    changes = []
    for number in range(200):
        now = 0.02 * (number + 1)
        sound.playout.due(now)
        mirror.playout.due(now)
        heard += mirror.playout.advance(now)
        back = np.frombuffer(bytes(heard[number * 640 : number * 640 + 640]), "<i2") // 10
        if sound.take(back.astype("<i2").tobytes(), now):
            changes.append(sound.is_echo)
        left = np.frombuffer(sound.without_echo, "<i2")
        assert len(left) == len(back)
        assert number < 30 or np.abs(left).max() <= 20
    assert changes == [True, False]


@pytest.mark.parametrize("rate_hz", [8000, 24_000])
def test_sound_at_another_rate_keeps_its_length(rate_hz: int) -> None:
    sound = LegSound(None)
    sound.playout.open(0.0)
    sound.playout.begin("item")
    at = np.arange(rate_hz // 2)
    pcm = (5000 * np.sin(2 * np.pi * 300 * at / rate_hz)).astype("<i2").tobytes()
    for start in range(0, len(pcm), 1000):
        sound.queue("item", pcm[start : start + 1000], rate_hz)
    sound.end_item("item")
    assert sound.playout.queued_ms == pytest.approx(500, abs=4)
