"""The caller's stream to the voice detector, lost and opened again."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mapokezi.bridge.caller_sound import CallerSound
from mapokezi.bridge.errands import Errands
from mapokezi.bridge.listening import Listening

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

VOICE, QUIET = b"\1\1" * 320, bytes(640)


class Ear:
    """A listening and what it told."""

    def __init__(self, kit: Any) -> None:
        self.speech = kit.speech(kit.words())
        self.sound = CallerSound()
        self.told: list[tuple[bool, int]] = []
        self.failed: list[str] = []
        self.errands = Errands()
        self.listening = Listening(
            self.speech,
            self.sound,
            lambda is_voice, at_ms: self.told.append((is_voice, at_ms)),
            self.failed.append,
            self.errands,
        )
        self.listening.open()

    async def hear(self, *frames: bytes) -> None:
        for frame in frames:
            self.sound.add(frame)
            self.listening.feed(frame)
            await asyncio.sleep(0.02)


@pytest.fixture
async def ear(kit: Any) -> Ear:
    return Ear(kit)


async def test_edges_are_told_in_the_time_of_the_call(ear: Ear) -> None:
    await ear.hear(*[QUIET] * 10, *[VOICE] * 10, *[QUIET] * 10)
    assert ear.told == [(True, 200), (False, 400)]


async def test_a_voice_is_loud_before_the_detector_has_told_of_it(ear: Ear) -> None:
    await ear.hear(*[QUIET] * 10)
    assert not ear.listening.is_loud()
    await ear.hear(VOICE)
    assert ear.listening.is_loud()
    assert ear.told == []


async def test_what_is_no_louder_than_the_line_s_noise_is_not(ear: Ear) -> None:
    ear.speech.hearings[0].noise_dbfs = -45.0
    await ear.hear(*[VOICE] * 3)
    assert not ear.listening.is_loud()


async def test_a_stream_that_is_lost_is_opened_again_and_time_goes_on(ear: Ear) -> None:
    await ear.hear(*[QUIET] * 10)
    ear.speech.hearings[0].break_down()
    await ear.hear(*[QUIET] * 20)  # 200 ms until it is open again
    assert len(ear.speech.hearings) == 2
    assert ear.listening.began_ms == 220, "where the first was lost"
    await ear.hear(*[VOICE] * 10)
    assert ear.told == [(True, 600)]


async def test_what_is_said_while_there_is_no_stream_is_heard_by_the_next(ear: Ear) -> None:
    await ear.hear(*[QUIET] * 10)
    ear.speech.hearings[0].break_down()
    await ear.hear(*[QUIET] * 2, *[VOICE] * 7)  # all of it within the 200 ms until it is open again
    assert len(ear.speech.hearings) == 1
    await ear.hear(*[QUIET] * 40)
    assert ear.told == [(True, 240), (False, 380)]


async def test_a_voice_that_was_on_is_told_to_have_stopped(ear: Ear) -> None:
    await ear.hear(*[VOICE] * 10)
    ear.speech.hearings[0].break_down()
    await asyncio.sleep(0)
    assert ear.told == [(True, 0), (False, 200)]


async def test_a_server_that_stays_away_is_told_of_after_five_tries(ear: Ear) -> None:
    ear.speech.away = True
    ear.speech.hearings[0].break_down()
    await asyncio.sleep(2.9)
    assert ear.failed == []
    await asyncio.sleep(0.2)
    assert ear.failed == ["voice detection: nobody answers"]
    assert len(ear.speech.hearings) == 5


async def test_a_voice_heard_in_between_brings_new_patience(ear: Ear) -> None:
    for _ in range(6):
        ear.speech.hearings[-1].break_down()
        await asyncio.sleep(0.3)
        await ear.hear(*[VOICE] * 10)
    assert ear.failed == []


async def test_nothing_is_told_after_the_close(ear: Ear) -> None:
    ear.listening.close()
    await ear.hear(*[VOICE] * 10)
    ear.speech.hearings[0].break_down()
    await asyncio.sleep(5)
    assert ear.told == []
    assert ear.failed == []
    assert len(ear.speech.hearings) == 1
