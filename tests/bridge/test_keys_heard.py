"""A key counts once, whether its tone, a text of the platform, or both tell of it."""

from __future__ import annotations

from mapokezi.audio.tones import dtmf
from mapokezi.bridge.keys_heard import KeysHeard


def in_sound(keys: KeysHeard, key: str, now: float) -> list[str]:
    sound = dtmf(key, 160, 16_000) + bytes(640 * 10)
    found: list[str] = []
    for at in range(0, len(sound), 640):
        found += keys.in_sound(sound[at : at + 640], now)
    return found


def test_a_tone_is_a_key() -> None:
    keys = KeysHeard()
    assert in_sound(keys, "0", 1.0) == ["0"]
    assert in_sound(keys, "0", 2.0) == ["0"]


def test_a_text_after_the_tone_tells_of_the_same_key() -> None:
    keys = KeysHeard()
    assert in_sound(keys, "5", 1.0) == ["5"]
    assert keys.by_text("5", 1.2) == []


def test_a_tone_after_the_text_tells_of_the_same_key() -> None:
    keys = KeysHeard()
    assert keys.by_text("5", 1.0) == ["5"]
    assert in_sound(keys, "5", 1.1) == []


def test_once_texts_come_they_alone_count() -> None:
    keys = KeysHeard()
    assert in_sound(keys, "1", 1.0) == ["1"]
    assert keys.by_text("1", 1.1) == []
    assert keys.by_text("1", 1.4) == ["1"]
    assert in_sound(keys, "1", 1.5) == []


def test_another_key_or_a_late_text_is_another_pressing() -> None:
    keys = KeysHeard()
    assert in_sound(keys, "1", 1.0) == ["1"]
    assert keys.by_text("2", 1.1) == ["2"]
    later = KeysHeard()
    assert in_sound(later, "1", 1.0) == ["1"]
    assert later.by_text("1", 3.0) == ["1"]
