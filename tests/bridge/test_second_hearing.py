"""A turn that the voice model writes nothing down of is written down here, and no other."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from mapokezi.bridge.second_hearing import SecondHearing
from mapokezi.errors import MapokeziError
from mapokezi.speech.client import Transcribed
from mapokezi.voice.protocols.scripted import murmur

pytestmark = pytest.mark.anyio
_FRAME_BYTES = 640


PERSON, MISHEARD, DANGER = "A person, please.", "My wife is leaving.", "My wife is bleeding."


class Ear:
    """Writes everything down as the same words, or as others each time."""

    is_elsewhere = False

    def __init__(self) -> None:
        self.heard_ms: list[int] = []
        self.fails = False
        self.writes: list[str] = []
        self.was_asked = asyncio.Event()
        self.meanwhile: Callable[[], None] = lambda: None
        """What happens while it listens."""

    async def transcribe(
        self, pcm: bytes, deadline_s: float | None = None, *, with_meaning: bool = False
    ) -> Transcribed:
        """Write it down."""
        self.heard_ms.append(len(pcm) // 32)
        self.was_asked.set()
        self.meanwhile()
        if self.fails:
            raise MapokeziError("busy")
        return Transcribed(self.writes.pop(0) if self.writes else PERSON, 5)


class Beside:
    """A second hearing, and what it has told."""

    def __init__(self, *, hears_all: bool = False) -> None:
        self.ear = Ear()
        self.told: list[str] = []
        self.were_written: list[bool] = []
        self.urgent = {PERSON, DANGER}
        self.hearing = SecondHearing(
            self.ear, self._heard, self.urgent.__contains__, hears_all=hears_all
        )

    def _heard(self, text: str, _said_at: float, was_written: bool) -> None:
        self.told.append(text)
        self.were_written.append(was_written)

    async def hears(self, pcm: bytes) -> None:
        for at in range(0, len(pcm), _FRAME_BYTES):
            self.hearing.feed(pcm[at : at + _FRAME_BYTES])
        for _ in range(3):
            await asyncio.sleep(0)

    async def has_heard(self, times: int) -> None:
        """Wait until the ear was asked so often, and what it wrote was told."""
        async with asyncio.timeout(30.0):
            while len(self.ear.heard_ms) < times:
                await self.ear.was_asked.wait()
                self.ear.was_asked.clear()
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


# -- heard again, at another pace, where nothing that cannot wait was heard --


async def test_a_danger_that_is_misheard_at_first_is_heard_more_slowly(beside: Beside) -> None:
    beside.ear.writes = [MISHEARD, DANGER]
    await beside.hears(quiet(500) + VOICE + quiet(3_000))
    await beside.has_heard(2)
    assert beside.told == [MISHEARD, DANGER]
    assert beside.were_written == [False, True], "the turn's words are known already"
    first_ms, second_ms = beside.ear.heard_ms
    assert second_ms == pytest.approx(first_ms * 1.1, rel=0.01)


async def test_what_is_misheard_twice_is_heard_faster(beside: Beside) -> None:
    beside.ear.writes = [MISHEARD, "My wife is meeting.", DANGER]
    await beside.hears(quiet(500) + VOICE + quiet(3_000))
    await beside.has_heard(3)
    assert beside.told == [MISHEARD, DANGER]
    first_ms, _, third_ms = beside.ear.heard_ms
    assert third_ms == pytest.approx(first_ms * 0.9, rel=0.01)


async def test_of_an_ordinary_turn_the_first_words_are_told_and_no_others(beside: Beside) -> None:
    beside.ear.writes = ["What do you charge?", "What do your charge?", "What do you church?"]
    await beside.hears(quiet(500) + VOICE + quiet(3_000))
    await beside.has_heard(3)
    await beside.hears(VOICE + quiet(3_000))
    await beside.has_heard(4)
    assert beside.told == ["What do you charge?", PERSON]


async def test_nothing_is_heard_again_in_which_there_was_no_voice(beside: Beside) -> None:
    beside.ear.writes = [""]
    await beside.hears(quiet(500) + VOICE + quiet(3_000))
    await beside.hears(VOICE + quiet(3_000))
    assert beside.told == [PERSON]
    assert len(beside.ear.heard_ms) == 2


async def test_of_a_piece_without_a_voice_nothing_is_heard_again(beside: Beside) -> None:
    beside.ear.writes = [""]
    await beside.hears(quiet(500) + ON_AND_ON)
    await beside.has_heard(1)
    await asyncio.sleep(0.1)
    assert len(beside.ear.heard_ms) == 1


async def test_after_the_call_nothing_is_heard_again(beside: Beside) -> None:
    beside.ear.writes = [MISHEARD]
    beside.ear.meanwhile = beside.hearing.close
    await beside.hears(quiet(500) + VOICE + quiet(3_000))
    await beside.has_heard(1)
    await asyncio.sleep(0.1)
    assert len(beside.ear.heard_ms) == 1


# -- who speaks on and on is listened to before they are done --

ON_AND_ON = (VOICE * 3)[: 32 * 9_000]


async def test_what_is_urgent_is_heard_while_the_caller_speaks_on(beside: Beside) -> None:
    beside.ear.writes = [DANGER]
    await beside.hears(quiet(500) + ON_AND_ON)
    await beside.has_heard(1)
    assert beside.told == [DANGER]
    assert beside.were_written == [True], "the turn's words are yet to come"


async def test_of_a_piece_only_what_is_urgent_is_told(beside: Beside) -> None:
    beside.ear.writes = [MISHEARD] * 3
    await beside.hears(quiet(500) + ON_AND_ON)
    await beside.has_heard(3)
    assert beside.told == []
    await beside.hears(quiet(3_000))
    assert beside.told == [PERSON], "the whole turn's words, once it is over"
    assert beside.ear.heard_ms[-1] > 9_000


async def test_nobody_listens_to_pieces_of_what_the_model_writes_down(beside: Beside) -> None:
    await beside.hears(quiet(500) + VOICE)
    beside.hearing.written()
    await beside.hears(ON_AND_ON)
    assert beside.ear.heard_ms == []


async def test_soft_words_on_a_noisy_line_are_heard(beside: Beside) -> None:
    soft = np.frombuffer(VOICE, "<i2").astype(np.float64)
    soft *= 830 / np.sqrt(np.mean(soft**2))  # -32 dBFS
    sound = np.concatenate([np.zeros(16 * 4_000), soft, np.zeros(16 * 2_500)])
    sound += np.random.default_rng(1).standard_normal(len(sound)) * 330  # -40 dBFS
    await beside.hears(sound.astype("<i2").tobytes())
    assert beside.told == [PERSON]
    assert beside.ear.heard_ms[0] > len(VOICE) // 32 - 200


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
_MOST_OF_A_PIECE = 400_000


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
    for _ in range(11):
        await beside.hears(ON_AND_ON[: 32 * 3_000])
    await beside.has_heard(4)
    after, _ = tracemalloc.get_traced_memory()
    assert after - before < _MOST_OF_A_PIECE
    await beside.hears(quiet(3_000))
    await beside.has_heard(5)
    assert max(beside.ear.heard_ms) < 9_000, "as a turn it is too long"
