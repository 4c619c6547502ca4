"""The fixed sentences: made once, found on disk, and never a reason not to answer."""

from __future__ import annotations

import asyncio
from datetime import time
from pathlib import Path
from typing import Any

import pytest
import structlog

from mapokezi.bridge.phrase_book import PhraseBook, prepare_patiently
from mapokezi.conversation.effects import Line
from mapokezi.errors import MapokeziError
from mapokezi.receptionist.office import Hours, Opening, Weekday
from mapokezi.speech.errors import SpeechUnavailable

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

NOTICE = "I am automated, and this is recorded."


async def test_every_line_of_the_conversation_has_its_sound(kit: Any, tmp_path: Path) -> None:
    speech = kit.speech(kit.words())
    book = PhraseBook(kit.office(), tmp_path / "phrases")
    assert book.sound(book.greeting) is None
    await book.prepare(speech)
    assert book.is_whole
    assert book.sound(book.greeting)
    for line in set(Line) - {Line.ASIDE}:  # whose words are not fixed
        for nth in range(1, 5):
            assert book.sound(book.line(line, nth)), (line, nth)
    assert book.line(Line.NUDGE, 1) != book.line(Line.NUDGE, 2)
    assert book.line(Line.GOODBYE, 1) == kit.office().goodbye


async def test_the_notice_is_part_of_the_greeting(kit: Any, tmp_path: Path) -> None:
    book = PhraseBook(kit.office(greeting="Hello.", notice=NOTICE), tmp_path)
    assert book.greeting == f"Hello. {NOTICE}"


async def test_a_second_start_finds_the_sounds_on_disk(kit: Any, tmp_path: Path) -> None:
    first = PhraseBook(kit.office(), tmp_path / "phrases")
    await first.prepare(kit.speech(kit.words()))
    mute = kit.speech(kit.words())
    mute.dumb = SpeechUnavailable("no speech process")
    second = PhraseBook(kit.office(), tmp_path / "phrases")
    await second.prepare(mute)
    assert second.is_whole
    assert second.sound(second.greeting) == first.sound(first.greeting)


async def test_a_spoilt_file_is_made_anew(kit: Any, tmp_path: Path) -> None:
    folder = tmp_path / "phrases"
    book = PhraseBook(kit.office(), folder)
    await book.prepare(kit.speech(kit.words()))
    spoilt, odd, *_ = sorted(folder.iterdir())
    spoilt.write_bytes(b"")
    odd.write_bytes(b"abc")
    speech = kit.speech(kit.words())
    again = PhraseBook(kit.office(), folder)
    await again.prepare(speech)
    assert again.is_whole
    assert len(speech.spoken) == 2
    assert spoilt.read_bytes()


async def test_a_disk_that_takes_nothing_does_not_keep_us_from_answering(
    kit: Any, tmp_path: Path
) -> None:
    (tmp_path / "phrases").write_text("a file where the folder should be")
    book = PhraseBook(kit.office(), tmp_path / "phrases")
    with structlog.testing.capture_logs() as logs:
        await book.prepare(kit.speech(kit.words()))
    assert book.is_whole
    assert "phrase_not_kept" in {entry["event"] for entry in logs}


async def test_what_was_made_before_a_failure_stays(kit: Any, tmp_path: Path) -> None:
    book = PhraseBook(kit.office(), tmp_path)
    speech = kit.speech(kit.words())
    speech.dumb = SpeechUnavailable("not up yet")
    with pytest.raises(SpeechUnavailable):
        await book.prepare(speech)
    waiting = asyncio.create_task(prepare_patiently(book.prepare, speech))
    await asyncio.sleep(20)
    assert not waiting.done()
    speech.dumb = None
    await waiting
    assert book.is_whole


async def test_a_server_that_gives_no_sound_has_not_spoken(kit: Any, tmp_path: Path) -> None:
    words = kit.words()
    words.sound = lambda text, ms=None: b""
    book = PhraseBook(kit.office(), tmp_path)
    with pytest.raises(MapokeziError, match="no sound"):
        await book.prepare(kit.speech(words))


async def test_preparing_goes_on_after_a_fault_that_nobody_foresaw() -> None:
    tries = []

    async def prepare(_speech: Any) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise ZeroDivisionError

    with structlog.testing.capture_logs() as logs:
        await prepare_patiently(prepare, None)  # type: ignore[arg-type]
    assert len(tries) == 3
    assert [entry["event"] for entry in logs] == ["preparation_fails"] * 2


async def test_while_it_is_closed_that_is_said_between_greeting_and_notice(
    kit: Any, tmp_path: Path
) -> None:
    whole = (Opening(opens=time(0), closes=time(0)),)
    words = {"greeting": "Hello.", "notice": NOTICE}
    always = Hours(week=dict.fromkeys(Weekday, whole), holidays_of="", closed_words="Closed.")
    never = Hours(closed_words="Closed.")
    assert PhraseBook(kit.office(**words, hours=always), tmp_path).greeting == (f"Hello. {NOTICE}")
    closed = PhraseBook(kit.office(**words, hours=never), tmp_path)
    assert closed.greeting == f"Hello. Closed. {NOTICE}"
    await closed.prepare(kit.speech(kit.words()))
    assert closed.sound(closed.greeting)
