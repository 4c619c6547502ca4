"""A turn that the voice model writes nothing down of is written down here, and no other."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Iterator

import pytest

from mapokezi.bridge.second_hearing import SecondHearing
from mapokezi.errors import MapokeziError
from mapokezi.speech.client import Transcribed
from mapokezi.voice.protocols.scripted import murmur

pytestmark = pytest.mark.anyio
_FRAME_BYTES = 640


class Ear:
    """Writes everything down as the same words."""

    def __init__(self) -> None:
        self.heard_ms: list[int] = []
        self.fails = False

    async def transcribe(
        self, pcm: bytes, deadline_s: float | None = None, *, with_meaning: bool = False
    ) -> Transcribed:
        """Write it down."""
        self.heard_ms.append(len(pcm) // 32)
        if self.fails:
            raise MapokeziError("busy")
        return Transcribed("A person, please.", 5)


class Beside:
    """A second hearing, and what it has told."""

    def __init__(self, *, hears_all: bool = False) -> None:
        self.ear = Ear()
        self.told: list[str] = []
        self.were_written: list[bool] = []
        self.hearing = SecondHearing(self.ear, self._heard, hears_all=hears_all)

    def _heard(self, text: str, _said_at: float, was_written: bool) -> None:
        self.told.append(text)
        self.were_written.append(was_written)

    async def hears(self, pcm: bytes) -> None:
        for at in range(0, len(pcm), _FRAME_BYTES):
            self.hearing.feed(pcm[at : at + _FRAME_BYTES])
        for _ in range(3):
            await asyncio.sleep(0)


VOICE = murmur("Can I speak to a person, please? I have been waiting.")


def quiet(ms: int) -> bytes:
    return bytes(32 * ms)


@pytest.fixture
def beside() -> Beside:
    return Beside()


async def test_a_turn_of_which_no_transcript_comes_is_written_down_once(beside: Beside) -> None:
    await beside.hears(quiet(500) + VOICE + quiet(1_300))
    assert beside.told == [], "models write some 1.5 s after the end of a turn"
    await beside.hears(quiet(800))
    assert beside.told == ["A person, please."]
    await beside.hears(quiet(3_000))
    assert len(beside.told) == 1
    (heard_ms,) = beside.ear.heard_ms
    assert len(VOICE) // 32 - 200 < heard_ms < len(VOICE) // 32 + 700


async def test_what_the_model_writes_down_is_left_to_it(beside: Beside) -> None:
    await beside.hears(quiet(500) + VOICE + quiet(700))
    beside.hearing.written()
    await beside.hears(quiet(3_000))
    assert beside.ear.heard_ms == []
    await beside.hears(VOICE + quiet(2_500))
    assert beside.told == ["A person, please."], "of the next turn nothing was written"


async def test_where_every_turn_is_heard_it_is_told_what_the_model_wrote_too() -> None:
    beside = Beside(hears_all=True)
    await beside.hears(quiet(500) + VOICE + quiet(700))
    beside.hearing.written()
    await beside.hears(quiet(1_500))
    assert beside.were_written == [True]
    await beside.hears(VOICE + quiet(2_500))
    assert beside.were_written == [True, False], "of the next turn nothing was written"


async def test_a_click_is_no_turn(beside: Beside) -> None:
    await beside.hears(quiet(500) + VOICE[: 32 * 100] + quiet(3_000))
    assert beside.ear.heard_ms == []


async def test_a_recogniser_that_fails_is_no_fault_of_the_call(beside: Beside) -> None:
    beside.ear.fails = True
    await beside.hears(quiet(500) + VOICE + quiet(3_000))
    beside.ear.fails = False
    await beside.hears(VOICE + quiet(3_000))
    assert beside.told == ["A person, please."]


async def test_after_the_call_nothing_is_heard(beside: Beside) -> None:
    await beside.hears(quiet(500) + VOICE + quiet(900))
    beside.hearing.close()
    await beside.hears(quiet(2_000))
    assert beside.told == []


# -- what is kept: a minute of sound is two megabytes, for every call --

_MOST_IN_A_PAUSE = 100_000


@pytest.fixture
def traced() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


@pytest.mark.usefixtures("traced")
async def test_of_a_caller_who_is_silent_hardly_any_sound_is_kept(beside: Beside) -> None:
    before, _ = tracemalloc.get_traced_memory()
    await beside.hears(bytes(32 * 40_000))
    after, _ = tracemalloc.get_traced_memory()
    assert after - before < _MOST_IN_A_PAUSE


@pytest.mark.usefixtures("traced")
async def test_what_the_model_has_written_down_is_let_go(beside: Beside) -> None:
    before, _ = tracemalloc.get_traced_memory()
    await beside.hears(quiet(500) + VOICE * 3 + quiet(400))
    during, _ = tracemalloc.get_traced_memory()
    assert during - before > len(VOICE) * 3, "until it is written down, it is kept"
    beside.hearing.written()
    await beside.hears(quiet(2_000))
    after, _ = tracemalloc.get_traced_memory()
    assert after - before < _MOST_IN_A_PAUSE


@pytest.mark.usefixtures("traced")
async def test_a_sound_that_never_ends_is_not_kept_for_ever(beside: Beside) -> None:
    await beside.hears(quiet(2_000))
    before, _ = tracemalloc.get_traced_memory()
    for _ in range(9):
        await beside.hears((VOICE * 3)[: 32 * 3_000])
    after, _ = tracemalloc.get_traced_memory()
    assert after - before < _MOST_IN_A_PAUSE
    await beside.hears(quiet(3_000))
    assert beside.ear.heard_ms == []
