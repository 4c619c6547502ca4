"""What the caller said, in words and in meaning."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest

from mapokezi.bridge.cascade_memory import CascadeMemory
from mapokezi.bridge.recognition import Recognition
from mapokezi.speech.client import SpeechClient, Transcribed
from mapokezi.speech.errors import SpeechBusy

pytestmark = pytest.mark.anyio

EAST, NORTH = np.array([1, 0], np.float32), np.array([0, 1], np.float32)


class Scribe(SpeechClient):
    """Writes down what it is given as bytes; each text has the meaning that was set for it."""

    def __init__(self, **meanings: np.ndarray[Any, np.dtype[np.float32]]) -> None:
        super().__init__("unix:///nowhere")
        self.meanings_of = {text.replace("_", " "): found for text, found in meanings.items()}
        self.fails = False

    async def transcribe(
        self, pcm: bytes, deadline_s: float | None = None, *, with_meaning: bool = False
    ) -> Transcribed:
        assert with_meaning
        if self.fails:
            raise SpeechBusy("busy")
        await asyncio.sleep(0)
        return Transcribed(pcm.decode(), 1, self.meanings_of.get(pcm.decode()))


class Desk:
    """A recognition and what it told."""

    def __init__(self, scribe: Scribe) -> None:
        self.scribe = scribe
        self.memory = CascadeMemory()
        self.failed: list[tuple[bytes, str]] = []
        self.recognition = Recognition(scribe, self.memory, lambda *told: self.failed.append(told))

    async def hears(self, *texts: str) -> None:
        for text in texts:
            assert await self.recognition.write_down(text.encode()) == text


async def test_the_meaning_of_a_turn_is_that_of_its_transcript() -> None:
    desk = Desk(Scribe(where_is=EAST, where_is_it=NORTH))
    await desk.hears("where is", "where is it")
    assert desk.recognition.meaning_of("where is it") is NORTH
    assert desk.recognition.meaning_of("where is") is EAST


async def test_a_turn_in_parts_means_what_its_parts_mean() -> None:
    desk = Desk(Scribe(a_long_story=EAST, a=NORTH, the_end=NORTH))
    await desk.hears("a", "a long story", "the end")
    found = desk.recognition.meaning_of("a long story the end")
    assert found is not None
    assert found == pytest.approx(np.array([12, 7]) / np.hypot(12, 7))


async def test_parts_that_mean_the_contrary_mean_nothing() -> None:
    desk = Desk(Scribe(yes=EAST, nay=-EAST))
    await desk.hears("yes", "nay")
    assert desk.recognition.meaning_of("yes nay") is None


@pytest.mark.parametrize("text", ["", "unheard of", "known and more"])
async def test_what_was_not_heard_so_has_no_meaning(text: str) -> None:
    desk = Desk(Scribe(known=EAST))
    await desk.hears("known")
    assert desk.recognition.meaning_of(text) is None


async def test_a_server_that_finds_no_meanings_is_heard_all_the_same() -> None:
    desk = Desk(Scribe())
    await desk.hears("good day")
    assert desk.recognition.meaning_of("good day") is None


async def test_only_the_latest_meanings_are_kept() -> None:
    texts = [f"text {number}" for number in range(40)]
    scribe = Scribe()
    scribe.meanings_of = dict.fromkeys(texts, EAST)
    desk = Desk(scribe)
    await desk.hears(*texts)
    assert desk.recognition.meaning_of("text 39") is EAST
    assert desk.recognition.meaning_of("text 0") is None


async def test_four_failures_in_a_row_are_told() -> None:
    desk = Desk(Scribe())
    desk.scribe.fails = True
    for _ in range(3):
        assert await desk.recognition.write_down(b"x") is None
    desk.scribe.fails = False
    await desk.hears("fine")
    desk.scribe.fails = True
    for _ in range(3):
        assert await desk.recognition.write_down(b"x") is None
    assert desk.failed == []
    assert await desk.recognition.write_down(b"y") is None
    assert desk.failed == [(b"y", "speech recognition: busy")]
