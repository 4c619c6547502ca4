"""Recorded sentences in a call: greeting, lines and the clerk's, played instead of synthesised."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from mapokezi.bridge.phrase_book import PhraseBook
from mapokezi.bridge.recorded_speech import RecordedSpeech, recorded_speech
from mapokezi.bridge.speaking import SentenceSounds, Speaking
from mapokezi.bridge.voices import LocalVoices
from mapokezi.conversation.effects import Line
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.conversation.silence import SilenceSettings
from mapokezi.receptionist.pieces import to_record
from mapokezi.receptionist.spoken import Language
from mapokezi.receptionist.turns import Sentence
from mapokezi.stores.language_packs import keep_recording, pack_folder
from mapokezi.voice.events import ReplyAudio, VoiceEvent

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

SW = Language.SWAHILI
NUDGE = "Bado uko kwenye laini?"


def pack(**sounds: bytes) -> RecordedSpeech:
    return RecordedSpeech({SW: sounds})


async def test_the_office_s_recordings_are_found_on_disk(kit: Any, tmp_path: Path) -> None:
    office = kit.office()
    wanted = to_record(SW, office)
    folder = pack_folder(tmp_path, office.id, "sw")
    keep_recording(folder, "lines-nudge-1", wanted["lines-nudge-1"], b"\1\0" * 800)
    recorded = recorded_speech(tmp_path, office)
    assert recorded.of_text(NUDGE) == b"\1\0" * 800
    assert recorded.can_say(SW, ("bado uko kwenye laini",))
    assert not recorded.can_say(SW, ("bado uko kwenye laini", "saba"))
    assert recorded.can_say(Language.ENGLISH, ())
    assert recorded_speech(tmp_path, kit.office(id="other")).of_text(NUDGE) is None


async def test_a_line_is_said_in_swahili_where_it_is_recorded(kit: Any, tmp_path: Path) -> None:
    book = PhraseBook(kit.office(), tmp_path, RecordedSpeech({SW: {NUDGE: b"\1\0" * 800}}))
    await book.prepare(kit.speech(kit.words()))
    assert book.line(Line.NUDGE, 1, SW) == NUDGE
    assert book.sound(NUDGE) == b"\1\0" * 800
    assert book.line(Line.NUDGE, 2, SW) == book.line(Line.NUDGE, 2)  # not recorded
    assert book.line(Line.GOODBYE, 1, SW) == kit.office().goodbye
    assert book.line(Line.NUDGE, 1) == "Are you still there?"


async def test_a_recorded_greeting_is_played_and_not_synthesised(kit: Any, tmp_path: Path) -> None:
    office = kit.office(
        greeting="Habari, hapa ni mapokezi.", notice="Mimi ni mashine, na simu inarekodiwa."
    )
    text = f"{office.greeting} {office.notice}"
    speech = kit.speech(kit.words())
    book = PhraseBook(office, tmp_path, RecordedSpeech({SW: {text: b"\2\0" * 800}}))
    await book.prepare(speech)
    assert book.is_whole
    assert book.sound(book.greeting) == b"\2\0" * 800
    assert text not in speech.spoken


async def test_the_clerks_sentence_is_put_together_of_its_pieces(kit: Any) -> None:
    events: list[VoiceEvent] = []
    speech = kit.speech(kit.words())
    recorded = pack(nimesikia=b"\1\0" * 160, saba=b"\2\0" * 160)
    speaking = Speaking(speech, SentenceSounds(), events.append, recorded=recorded)
    said = Sentence("Nimesikia saba saba.", (), SW, ("nimesikia", "saba", "saba"))
    speaking.say("reply-1", [said, Sentence("Anything else?")])
    await asyncio.sleep(10)
    heard = [event.pcm for event in events if isinstance(event, ReplyAudio)]
    gap = bytes(60 * 32)
    assert heard[0] == gap.join([b"\1\0" * 160, b"\2\0" * 160, b"\2\0" * 160])
    assert speech.spoken == ["Anything else?"]


async def test_a_call_in_swahili_hears_what_is_recorded_and_the_rest_in_english(
    worlds: Any, kit: Any
) -> None:
    words, office = kit.words(), kit.office()
    wanted = to_record(SW, office).values()
    spoken = {text: words.sound(text) for text in wanted if "kitu kingine" not in text}
    recorded = RecordedSpeech({SW: spoken})
    quick = ConversationSettings(silence=SilenceSettings(first_words_s=5.0))
    world = await worlds(
        conversation=quick,
        words=words,
        recorded=recorded,
        voices=lambda speech: LocalVoices(speech, recorded=lambda _office: recorded),
    )
    talk = await world.pick_up()
    await talk.say("Naomba kuacha ujumbe tafadhali")
    await talk.until_heard("Tafadhali, jina lako kamili ni nani")
    await talk.wait(4.0)
    await talk.say("Mary Wanjiku")
    await talk.until_heard("Mary Wanjiku. Is that right?")  # her name is recorded by nobody
    await talk.until_heard("Bado uko kwenye laini?")
    assert "receptionist: Tafadhali, jina lako kamili ni nani?" in talk.turns
    assert "Tafadhali, jina lako kamili ni nani?" not in world.speech.spoken
    await world.reception.close()
