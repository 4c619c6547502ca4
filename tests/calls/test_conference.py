"""Callers who are passed on through a room: the receptionist stays until both hear each other."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mapokezi.bridge.office_meanings import OfficeMeanings
from mapokezi.calls import Outcome
from mapokezi.emulator.callees import WAYS
from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.examples import sentences_of
from mapokezi.receptionist.meanings import Meanings
from mapokezi.records.call_record import HandOffOutcome
from mapokezi.speech.client import SpeechClient
from mapokezi.stores.office_files import read_office

pytestmark = [pytest.mark.anyio, pytest.mark.call, pytest.mark.timeout(240)]

RECEPTION = "+254700000100"
TAKES = replace(
    WAYS["accept"], after_s=7.0, talk_s=18.0, says="", then_says="Hello, this is Anne, I am here."
)
CALLEES = {RECEPTION: TAKES}


@pytest.fixture
def room_houses(
    houses: Any,
    tmp_path: Path,
    offices: tuple[str, ...],
    session_folder: Path,
    speech_address: str,
) -> Any:
    """Houses whose office passes callers on through a room."""
    folder = tmp_path / "rooms"
    shutil.copytree(offices[1], folder)
    office = folder / "office.toml"
    text = office.read_text(encoding="utf-8")
    assert "[hand_off]" not in text
    office.write_text(
        text + '\n[hand_off]\nexecutors = ["conference", "callback"]\nring_seconds = 15\n',
        encoding="utf-8",
    )
    # What its clerk learns as a line starts, so that the call does not meet it.
    found = read_office(folder)
    sentences = sentences_of(found)
    kept = OfficeMeanings(session_folder / "meanings")
    known = asyncio.run(kept.of(sentences, SpeechClient(speech_address)))
    assert known is not None
    Clerk(found)
    Clerk(found, Meanings({text: known[text] for text in sentences}))
    return replace(houses, offices=(str(folder),))


@pytest.mark.proof
async def test_a_person_please(room_houses: Any, always_number: str) -> None:
    async with room_houses(callees=CALLEES, platform={"keep_legs": True}) as house:
        asks = house.scripted(
            "Can I speak to a person, please?",
            "Hello, I am calling about my land.",
            patience_s=14.0,
            lingers_s=10.0,
        )
        rung = await house.ring(asks, to=always_number)
        details = house.emulator.platform.details.values()
        (leg,) = [detail for detail in details if detail.is_outbound]
    assert rung.kept.call.outcome is Outcome.TRANSFERRED
    (tried,) = rung.kept.call.hand_offs
    assert (tried.executor, tried.outcome) == ("conference", HandOffOutcome.CONNECTED)
    assert "on the line now" in rung.words.lower(), "said by us, before we leave"
    assert "this is anne" in rung.words.lower(), "said by the colleague, when we have left"
    assert leg.answered_s is not None
    (note,) = rung.messages  # saved before tried
    assert note.number == rung.heard.from_number
