"""One media socket's sound, and whose it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mapokezi.audio.tones import dtmf
from mapokezi.bridge.leg import Leg, LegSound

FRAME = bytes(640)


class Owner:
    """A call that is told of its legs."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []

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
    old.let_go()
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
        if sound.is_look_due:
            sound.look(now)
        sound.playout.due(now)
    sound.look(now)
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
        sound.look(opened + 0.12)
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
        left = np.frombuffer(sound.take(back.astype("<i2").tobytes(), now), "<i2")
        if sound.is_look_due and sound.look(now).echo_turned:
            changes.append(sound.is_echo)
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
        sound.playout.queue("item", pcm[start : start + 1000], rate_hz)
    sound.playout.end("item")
    assert sound.playout.queued_ms == pytest.approx(500, abs=4)


def listened(sound: LegSound, pcm: bytes, now: float) -> tuple[list[tuple[str, float]], float]:
    """Live through caller sound frame by frame; give the keys with the instants of their news."""
    found = []
    for at in range(0, len(pcm), 640):
        now += 0.02
        sound.playout.due(now)
        frame = pcm[at : at + 640]
        assert sound.take(frame, now) == frame, "nothing is held back, nothing is taken out"
        if sound.is_look_due:
            found += [(key, now) for key in sound.look(now).keys]
    return found, now


def opened_leg(recording: Any = None) -> LegSound:
    sound = LegSound(recording)
    sound.playout.open(100.0)
    sound.playout.due(100.0)
    return sound


@pytest.mark.parametrize("before_ms", range(500, 620, 20))
def test_a_key_is_told_once_and_soon_wherever_the_looks_fall(before_ms: int) -> None:
    tone = dtmf("5", 80, 16_000)
    pcm = bytes(32 * before_ms) + tone + bytes(32 * 300)
    found, _ = listened(opened_leg(), pcm, 100.0)
    ((key, at),) = found
    assert key == "5"
    assert at - (100.0 + before_ms / 1000) <= 0.045 + 0.1 + 0.02


def test_keys_pressed_as_fast_as_can_be_are_all_told_in_order() -> None:
    pressed = "".join("1590" for _ in range(5))
    pcm = bytes(640) + b"".join(dtmf(key, 60, 16_000) + bytes(32 * 60) for key in pressed)
    found, _ = listened(opened_leg(), pcm + bytes(32 * 200), 100.0)
    assert "".join(key for key, _ in found) == pressed


def test_the_last_look_brings_the_recording_to_the_last_frame(kit: Any) -> None:
    recording = kit.recording()
    sound = opened_leg(recording)
    caller = np.arange(1, 320 * 53 + 1, dtype="<i2").tobytes()
    _, now = listened(sound, caller, 100.0)
    assert len(recording.caller) == 48 * 640
    sound.look(now)
    assert bytes(recording.caller) == caller
    assert len(recording.ours) == len(caller)
    sound.look(now)
    assert len(recording.caller) == len(caller), "each frame once"


def test_what_the_caller_hears_of_us_is_recorded_the_same_however_it_is_looked_at(kit: Any) -> None:
    ours = np.full(16 * 400, 3000, dtype="<i2").tobytes()
    tracks = []
    for leads in (False, True):
        recording = kit.recording()
        sound = opened_leg(recording)
        sound.model_leads(leads)
        sound.play("item", ours)
        _, now = listened(sound, bytes(640 * 60), 100.0)
        sound.look(now)
        tracks.append(bytes(recording.ours))
    assert tracks[0] == tracks[1]
    assert tracks[0].count(b"\xb8\x0b") == 16 * 400


SILENT = np.random.default_rng(4).integers(-100, 101, 16_000).astype("<i2").tobytes()
"""A second of a quiet line."""
LED_FROM_S = 5.0
"""By then a line is known to return nothing of us."""


def led_leg(recording: Any = None) -> tuple[LegSound, float, bytearray]:
    """Give a leg whose caller hears us for long, beside a model; the time, and what they sent."""
    sound, now, sent = opened_leg(recording), 100.0, bytearray()
    words = np.random.default_rng(5).integers(-3000, 3001, 16 * 30_000).astype("<i2").tobytes()
    sound.play("reply", words)
    sound.model_leads(leads=True)
    sound.is_led = True
    while now < 100.0 + LED_FROM_S:
        now = at_next(sound, now)
        frame = SILENT[len(sent) % len(SILENT) :][:640]
        sent += frame
        sound.take(frame, now)
        if sound.is_look_due:
            sound.look(now)
    return sound, now, sent


def at_next(sound: LegSound, now: float) -> float:
    sound.playout.due(now + 0.02)
    return now + 0.02


def test_silence_goes_on_in_larger_pieces_while_the_caller_hears_us(kit: Any) -> None:
    recording = kit.recording()
    sound, now, sent = led_leg(recording)
    before, looks, pieces = len(sent), 0, []
    for number in range(150):
        now = at_next(sound, now)
        frame = SILENT[len(sent) % len(SILENT) :][:640]
        sent += frame
        pieces.append(sound.take(frame, now))
        if sound.is_look_due:
            looks += 1
            sound.look(now)
        assert number < 3 or any(pieces[-3:]), "nothing waits longer than 60 ms"
    passed = b"".join(pieces)
    held = len(sent) - before - len(passed)
    assert -2 * 640 <= held <= 2 * 640
    assert passed in bytes(sent)
    assert sum(map(bool, pieces)) <= 50
    assert looks <= 10, "it is looked at every 320 ms"
    sound.look(now)
    assert bytes(recording.caller) == bytes(sent)


def test_a_voice_goes_on_at_once_with_the_silence_before_it() -> None:
    sound, now, sent = led_leg()
    voice = np.full(320, 2000, dtype="<i2").tobytes()
    for silent in range(4):
        waiting = b""
        for _ in range(3 + silent):
            now = at_next(sound, now)
            frame = SILENT[len(sent) % len(SILENT) :][:640]
            sent += frame
            piece = sound.take(frame, now)
            waiting = b"" if piece else waiting + frame
        now = at_next(sound, now)
        assert sound.take(voice, now) == waiting + voice
        sent += voice


def test_silence_does_not_wait_where_a_turn_may_end_with_it() -> None:
    sound, now, sent = led_leg()
    sound.playout.drop(now)
    pieces = []
    for _ in range(20):
        now = at_next(sound, now)
        frame = SILENT[len(sent) % len(SILENT) :][:640]
        sent += frame
        pieces.append(sound.take(frame, now))
    assert all(pieces[3:])
    assert b"".join(pieces)[-640 * 17 :] == bytes(sent[-640 * 17 :])


def test_a_key_beside_a_model_is_told_as_soon_as_ever() -> None:
    for silent_ms in range(1_500, 1_660, 20):
        sound, now, _ = led_leg()
        tone = dtmf("5", 80, 16_000)
        pcm = bytes(32 * silent_ms) + tone + bytes(32 * 400)
        told, began = [], now + silent_ms / 1000
        for at in range(0, len(pcm), 640):
            now = at_next(sound, now)
            sound.take(pcm[at : at + 640], now)
            if sound.is_look_due:
                told += [(key, now) for key in sound.look(now).keys]
        ((key, at_s),) = told
        assert key == "5"
        assert at_s - began <= 0.045 + 0.16 + 0.02


def test_what_waits_goes_first_once_the_line_may_return_our_sound() -> None:
    sound, now, _ = led_leg()
    waiting = 0
    while waiting < 2:
        now = at_next(sound, now)
        waiting = 0 if sound.take(SILENT[:640], now) else waiting + 1
    sound.model_leads(leads=False)
    sound.look(now)
    lengths = []
    for _ in range(10):
        now = at_next(sound, now)
        lengths.append(len(sound.take(SILENT[:640], now)))
    assert lengths == [3 * 640] + [640] * 9
