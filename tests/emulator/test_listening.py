"""A caller hears when the receptionist speaks and when it has finished."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.emulator.listening import (
    Listened,
    Listener,
    ListeningSettings,
    TurnHeard,
    VoiceHeard,
    level_dbfs,
)

QUIET = bytes(320)


def tone(dbfs: float, frames: int = 1) -> list[bytes]:
    at = np.arange(160) / 8000
    samples = 32768 * 10 ** (dbfs / 20) * np.sqrt(2) * np.sin(2 * np.pi * 400 * at)
    return [samples.clip(-32768, 32767).astype("<i2").tobytes()] * frames


def noise(dbfs: float, frames: int) -> list[bytes]:
    random = np.random.default_rng(1)
    scale = 32768 * 10 ** (dbfs / 20)
    return [random.normal(0, scale, 160).astype("<i2").tobytes() for _ in range(frames)]


def listen(frames: list[bytes], settings: ListeningSettings | None = None) -> list[Listened]:
    listener = Listener(settings)
    return [event for frame in frames for event in listener.feed(frame)]


def test_a_voice_is_heard_from_its_first_frame_and_finished_after_the_hang_time() -> None:
    frames = [QUIET] * 10 + tone(-20, 50) + [QUIET] * 60
    assert listen(frames) == [VoiceHeard(200), TurnHeard(200, 1200, 1000)]


def test_that_a_turn_is_over_is_known_only_after_the_hang_time() -> None:
    listener = Listener(ListeningSettings(hang_ms=700))
    for frame in tone(-20, 50) + [QUIET] * 34:
        assert not any(isinstance(event, TurnHeard) for event in listener.feed(frame))
    assert listener.feed(QUIET) == [TurnHeard(0, 1000, 1000)]


def test_a_pause_between_sentences_is_part_of_the_turn() -> None:
    frames = tone(-20, 50) + [QUIET] * 30 + tone(-20, 50) + [QUIET] * 60
    assert listen(frames) == [VoiceHeard(0), TurnHeard(0, 2600, 2000)]


def test_a_click_is_no_voice() -> None:
    assert listen(tone(-10, 1) + [QUIET] * 100 + tone(-10, 1) + [QUIET] * 100) == []


def test_what_is_softer_than_a_voice_is_not_heard() -> None:
    assert listen(tone(-48, 100)) == []


def test_a_voice_is_heard_over_a_noisy_line_and_the_noise_is_not() -> None:
    quiet = noise(-38, 200)
    listener = Listener()
    heard = [event for frame in quiet for event in listener.feed(frame)]
    # The noise counts as a voice for at most the first second, until it is known as noise.
    assert all(event.at_ms < 1000 for event in heard if isinstance(event, VoiceHeard))
    assert listen(noise(-50, 200) + tone(-20, 50) + noise(-50, 60)) == [
        VoiceHeard(4000),
        TurnHeard(4000, 5000, 1000),
    ]


@pytest.mark.parametrize(("dbfs"), [-6.0, -20.0, -45.0])
def test_the_level_of_a_tone(dbfs: float) -> None:
    assert level_dbfs(tone(dbfs)[0]) == pytest.approx(dbfs, abs=0.2)


def test_the_level_of_nothing() -> None:
    assert level_dbfs(b"") == level_dbfs(QUIET) == -120.0


@given(st.lists(st.sampled_from([QUIET, tone(-20)[0], tone(-47)[0]]), max_size=300))
def test_voices_and_turns_alternate_and_their_times_are_in_order(frames: list[bytes]) -> None:
    events = listen(frames)
    for place, event in enumerate(events):
        assert isinstance(event, VoiceHeard if place % 2 == 0 else TurnHeard)
        if isinstance(event, TurnHeard):
            started = events[place - 1]
            assert isinstance(started, VoiceHeard)
            assert started.at_ms == event.started_ms < event.ended_ms <= len(frames) * 20
            assert 40 <= event.voiced_ms <= event.ended_ms - event.started_ms
