"""The caller's voice by its loudness, in lots."""

from __future__ import annotations

import numpy as np
import pytest

from mapokezi.audio.level import LevelMeter
from mapokezi.bridge.model_meter import ModelMeter
from mapokezi.voice.events import CallerVoiceStarted, CallerVoiceStopped, VoiceEvent


def spoken(*parts: tuple[int, int]) -> bytes:
    """Noise at so many units for so many milliseconds, one part after the other."""
    rng = np.random.default_rng(5)
    return b"".join(rng.normal(0, size, 16 * ms).astype("<i2").tobytes() for size, ms in parts)


TALK = spoken((5, 1000), (3000, 900), (5, 700), (3000, 400), (5, 1000))


def edges(meter: ModelMeter, pcm: bytes, frame_ms: int) -> list[tuple[VoiceEvent, int]]:
    """What is told, and at which millisecond of the sound."""
    size = 32 * frame_ms
    return [
        (event, (at + size) // 32)
        for at in range(0, len(pcm), size)
        for event in meter.feed(pcm[at : at + size])
    ]


@pytest.mark.parametrize("frame_ms", [10, 20, 40, 500])
def test_the_instants_are_those_of_the_meter_itself_however_the_sound_comes(frame_ms: int) -> None:
    wanted = [edge.at_ms for edge in LevelMeter().feed(TALK)]
    told = edges(ModelMeter(), TALK, frame_ms)
    kinds = [type(event) for event, _ in told]
    assert kinds == [CallerVoiceStarted, CallerVoiceStopped] * 2
    assert [event.at_ms for event, _ in told] == wanted  # type: ignore[union-attr]


@pytest.mark.parametrize(("asked_every_ms", "late_ms"), [(0, 400), (160, 160)])
def test_they_are_told_soon(asked_every_ms: int, late_ms: int) -> None:
    meter, told = ModelMeter(), 0
    for at in range(0, len(TALK), 640):
        events = [*meter.feed(TALK[at : at + 640])]
        now_ms = (at + 640) // 32
        if asked_every_ms and now_ms % asked_every_ms == 0:
            events += meter.look()
        for event in events:
            found_ms = 80 if isinstance(event, CallerVoiceStarted) else 320
            assert now_ms - event.at_ms <= found_ms + late_ms + 40  # type: ignore[union-attr]
            told += 1
    assert told == 4


def test_a_model_that_tells_of_edges_itself_is_not_spoken_over() -> None:
    meter = ModelMeter()
    meter.leads = False
    told: list[object] = []
    for at in range(0, len(TALK), 640):
        meter.messages += 1
        told += meter.feed(TALK[at : at + 640])
    assert told == []
    # A voice all through which not one message came: the model may be dead.
    silent = edges(meter, TALK, 20)
    assert [type(event) for event, _ in silent] == [CallerVoiceStarted, CallerVoiceStopped] * 2
