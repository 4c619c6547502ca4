"""What the local voice says: in order, kept for the next time, taken back, handed on."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mapokezi.bridge.speaking import SentenceSounds, Speaking
from mapokezi.receptionist.turns import Sentence
from mapokezi.speech.errors import SpeechBusy
from mapokezi.voice.events import (
    ReplyAudio,
    ReplyCancelled,
    ReplyEnded,
    ReplyStarted,
    ReplyText,
    VoiceEvent,
    VoiceFailed,
)

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

HOURS = Sentence("We open at nine.", ("hours",))
ELSE = Sentence("Anything else?")


class Told:
    """Takes the events of a session."""

    def __init__(self, kit: Any, sounds: SentenceSounds | None = None) -> None:
        self.words = kit.words()
        self.speech = kit.speech(self.words)
        self.events: list[VoiceEvent] = []
        self.on_event: Any = lambda event: None
        self.speaking = Speaking(self.speech, sounds or SentenceSounds(), self.take)

    def take(self, event: VoiceEvent) -> None:
        self.events.append(event)
        self.on_event(event)

    def sound_of(self, item_id: str) -> bytes:
        pieces = (e.pcm for e in self.events if isinstance(e, ReplyAudio) and e.item_id == item_id)
        return b"".join(pieces)

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


async def test_sentences_are_spoken_in_order_with_a_breath_between(kit: Any) -> None:
    told = Told(kit)
    told.speaking.say("reply-1", [HOURS, ELSE], "turn-1")
    told.speaking.say("reply-2", [Sentence("Goodbye.")])
    await asyncio.sleep(10)
    assert told.of(ReplyStarted) == [ReplyStarted("reply-1", "turn-1"), ReplyStarted("reply-2")]
    assert told.of(ReplyEnded) == [ReplyEnded("reply-1"), ReplyEnded("reply-2")]
    first, second = told.words.sound(HOURS.text), told.words.sound(ELSE.text)
    breath = bytes(280 * 32)
    assert told.sound_of("reply-1") == first + breath + second
    texts = told.of(ReplyText)
    assert [text.text for text in texts] == ["We open at nine.", " Anything else?", "Goodbye."]
    assert texts[1].starts_ms == len(first + breath) // 32
    assert texts[0].fact_ids == ("hours",)


async def test_what_was_said_before_is_heard_without_the_speech_process(kit: Any) -> None:
    sounds = SentenceSounds()
    first = Told(kit, sounds)
    first.speaking.say("a", [HOURS])
    await asyncio.sleep(5)
    second = Told(kit, sounds)
    second.speech.dumb = SpeechBusy("not now", "busy")
    second.speaking.say("b", [HOURS])
    await asyncio.sleep(0)
    assert second.sound_of("b") == first.sound_of("a")
    assert second.of(ReplyEnded) == [ReplyEnded("b")]


async def test_sounds_make_room_by_age_of_use() -> None:
    sounds = SentenceSounds(most_bytes=30)
    for text in "abc":
        sounds.keep(text, bytes(10))
    assert sounds.find("a") is not None
    sounds.keep("d", bytes(10))
    assert sounds.find("b") is None
    assert sounds.find("a") is not None
    sounds.keep("a", bytes(25))
    assert [text for text in "abcd" if sounds.find(text)] == ["a"]


async def test_a_sentence_is_tried_twice_and_then_handed_on(kit: Any) -> None:
    told = Told(kit)
    told.speech.dumb = SpeechBusy("all workers are busy", "busy")
    told.speaking.say("reply-1", [HOURS, ELSE], "turn-1")
    told.speaking.say("reply-2", [Sentence("Goodbye.")])
    await asyncio.sleep(5)
    assert told.events[-2] == ReplyEnded("reply-1", broke_off=True), "nobody takes it for a reply"
    assert isinstance(told.events[-1], VoiceFailed)
    assert told.speaking.unsaid() == (HOURS, ELSE, Sentence("Goodbye."))


async def test_half_a_sentence_is_not_begun_again_in_the_same_item(kit: Any) -> None:
    told = Told(kit)
    told.speech.breaks_after_pieces = 2
    told.speaking.say("reply-1", [HOURS])
    await asyncio.sleep(5)
    assert told.sound_of("reply-1") == told.words.sound(HOURS.text)[: 2 * 6400]
    assert len(told.of(VoiceFailed)) == 1
    assert told.speaking.unsaid() == (HOURS,)


async def test_one_failure_is_forgiven(kit: Any) -> None:
    told = Told(kit)
    told.speech.dumb = SpeechBusy("just now", "busy")
    told.speaking.say("reply-1", [HOURS])
    await asyncio.sleep(0.15)
    told.speech.dumb = None
    await asyncio.sleep(5)
    assert told.of(ReplyEnded) == [ReplyEnded("reply-1")]
    assert not told.of(VoiceFailed)
    assert told.speaking.unsaid() == ()


async def test_taken_back_speech_is_cancelled_and_nothing_of_it_follows(kit: Any) -> None:
    told = Told(kit)
    told.speaking.say("reply-1", [HOURS])
    told.speaking.say("reply-2", [ELSE])
    await asyncio.sleep(0.105)
    told.speaking.take_back()
    assert told.of(ReplyCancelled) == [ReplyCancelled("reply-1"), ReplyCancelled("reply-2")]
    before = len(told.events)
    await asyncio.sleep(5)
    assert len(told.events) == before
    assert told.speaking.unsaid() == ()


async def test_speech_stopped_by_what_it_tells_does_not_swallow_what_comes_after(kit: Any) -> None:
    """The call may cut us from within an event, and say something new at once."""
    sounds = SentenceSounds()
    warm = Told(kit, sounds)
    warm.speaking.say("x", [HOURS, ELSE])
    await asyncio.sleep(5)
    told = Told(kit, sounds)

    def cut(event: VoiceEvent) -> None:
        if isinstance(event, ReplyAudio) and event.item_id == "reply-1":
            told.speaking.stop()
            told.speaking.say("reply-2", [Sentence("All right.")])

    told.on_event = cut
    told.speaking.say("reply-1", [HOURS, ELSE])
    await asyncio.sleep(5)
    assert len(told.of(ReplyText)) == 2, "the second sentence of what was cut is not said"
    assert told.of(ReplyEnded) == [ReplyEnded("reply-2")]
    assert told.sound_of("reply-2") == told.words.sound("All right.")


async def test_a_fault_that_nobody_foresaw_is_a_failure_too(
    kit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told(kit)
    told.speech.dumb = ZeroDivisionError("a fault")
    told.speaking.say("reply-1", [HOURS])
    await asyncio.sleep(5)
    assert len(told.of(VoiceFailed)) == 1
    assert told.speaking.unsaid() == (HOURS,)


async def test_a_name_is_spelled_for_the_voice_and_told_as_it_is(kit: Any) -> None:
    told = Told(kit)
    told.speaking = Speaking(
        told.speech, SentenceSounds(), told.take, lambda text: text.replace("Kamau", "Kamow")
    )
    told.speaking.say("reply-1", [Sentence("Kamau is in.")])
    await asyncio.sleep(5)
    assert [text.text for text in told.of(ReplyText)] == ["Kamau is in."]
    assert told.sound_of("reply-1") == told.words.sound("Kamow is in.")


async def test_an_item_may_grow_while_it_is_spoken(kit: Any) -> None:
    told = Told(kit)
    clause = Sentence("Certainly,")
    told.speaking.say("reply-1", [clause], "turn-1", more=True)
    told.speaking.say("reply-2", [Sentence("Goodbye.")])
    await asyncio.sleep(5)
    assert not told.of(ReplyEnded), "it may go on"
    told.speaking.add("reply-1", HOURS)
    told.speaking.add("reply-9", ELSE)  # of which nothing is known
    await asyncio.sleep(5)
    told.speaking.end("reply-1")
    await asyncio.sleep(5)
    told.speaking.add("reply-1", ELSE)  # too late
    await asyncio.sleep(5)
    assert told.of(ReplyEnded) == [ReplyEnded("reply-1"), ReplyEnded("reply-2")]
    first, second = told.words.sound(clause.text), told.words.sound(HOURS.text)
    pause = told.sound_of("reply-1")[len(first) : -len(second)]
    assert told.sound_of("reply-1") == first + pause + second
    assert not any(pause)
    assert len(pause) == 100 * 32, "shorter than between two sentences"
    assert [text.text for text in told.of(ReplyText)] == [
        "Certainly,",
        " We open at nine.",
        "Goodbye.",
    ]


async def test_an_item_that_was_stopped_does_not_grow(kit: Any) -> None:
    told = Told(kit)
    told.speaking.say("reply-1", [HOURS], more=True)
    await asyncio.sleep(0.05)
    told.speaking.take_back()
    told.speaking.add("reply-1", ELSE)
    told.speaking.end("reply-1")
    await asyncio.sleep(5)
    assert told.of(ReplyCancelled) == [ReplyCancelled("reply-1")]
    assert ELSE.text not in told.speech.spoken
