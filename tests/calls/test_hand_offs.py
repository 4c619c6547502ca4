"""Callers who want a person: connected, or back with the receptionist."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from mapokezi.calls import Outcome, TerminationReason
from mapokezi.emulator.behaviour import Behaviour
from mapokezi.emulator.callees import NOBODY, CalleeScript, DialOutcome
from mapokezi.emulator.mode_values.streams import AfterClose
from mapokezi.records.call_record import HandOffOutcome

pytestmark = [pytest.mark.anyio, pytest.mark.call, pytest.mark.timeout(240)]

RECEPTION, WANJIKU, OTIENO = "+254700000100", "+254700000101", "+254700000102"
CALLEES = {
    RECEPTION: CalleeScript(after_s=1.0, talk_s=5.0, says="Hello, this is the front office."),
    WANJIKU: CalleeScript(DialOutcome.BUSY, after_s=1.0),
    OTIENO: NOBODY,
}


async def is_connected(house: Any, number: str) -> Any:
    asks = house.scripted("Can I speak to a person, please?", patience_s=12.0, lingers_s=8.0)
    return await house.ring(asks, to=number)


class WantsAPerson:
    """Asks for somebody, waits while it rings, and answers whoever is back.

    The first rule that fits what was heard gives the answer; what fits none is listened to on.
    """

    FAREWELL = "No, thank you, goodbye."
    MANNERS = (
        (r"saved|anything|any thing|help you with", FAREWELL),
        (r"did you mean|right\b", "Yes, please."),
    )

    def __init__(self, opening: str, *answers: tuple[str, str]) -> None:
        self._opening = opening
        self._answers = (*self.MANNERS, *answers)
        self.is_over = False
        self._said = 0

    def lines(self) -> list[str]:
        return [self._opening, *(line for _, line in self._answers)]

    def reply(self, heard: str) -> str | None:
        self._said += 1
        if self._said == 1:
            return self._opening
        for words, line in self._answers:
            if re.search(words, heard, re.IGNORECASE):
                self.is_over = line == self.FAREWELL
                return line
        return None


def wants_wanjiku() -> WantsAPerson:
    return WantsAPerson(
        "Please connect me to Wanjiku Kamau.",
        (r"\bname", "My name is Peter Mwangi."),
        (r"about", "It is about my land case."),
        (r"message|pick", "Yes, please."),
    )


def wants_otieno() -> WantsAPerson:
    return WantsAPerson(
        "Can I speak to Brian Otieno, please?",
        (r"message|pick", WantsAPerson.FAREWELL),
    )


async def finds_her_busy(house: Any, number: str) -> Any:
    caller = house.playing(wants_wanjiku(), patience_s=12.0)
    return await house.ring(caller, to=number, longest_s=120.0)


async def rings_nobody(house: Any, number: str) -> Any:
    caller = house.playing(wants_otieno(), patience_s=40.0)
    return await house.ring(caller, to=number, longest_s=90.0)


async def is_not_moved_by_texts(house: Any, number: str) -> Any:
    asks = house.scripted("I want to talk to a person, please.", patience_s=30.0, lingers_s=20)
    return await house.ring(asks, to=number)


async def test_a_person_please(houses: Any, always_number: str) -> None:
    observed = {"behaviour": Behaviour(after_close=AfterClose.OBSERVED)}
    async with (
        houses(callees=CALLEES) as house,
        houses(callees=CALLEES, platform=observed) as silent_house,
    ):
        house.lines(*wants_wanjiku().lines(), *wants_otieno().lines())
        connected, busy, nobody, unmoved = await asyncio.gather(
            is_connected(house, always_number),
            finds_her_busy(house, always_number),
            rings_nobody(house, always_number),
            is_not_moved_by_texts(silent_house, always_number),
        )
    # Connected: told so first, then the colleague is heard; and nothing of ours any more.
    assert "connecting you" in connected.words.lower()
    assert "front office" in connected.words.lower()
    (handed,) = connected.kept.call.hand_offs
    assert handed.outcome is HandOffOutcome.CONNECTED
    assert connected.kept.call.outcome is Outcome.TRANSFERRED
    assert connected.kept.call.termination.reason is TerminationReason.HANDED_OFF
    (note,) = connected.messages  # saved before tried
    assert note.number == connected.heard.from_number
    assert len(connected.events("stream_open")) == 1
    # Busy: the same call, the same conversation, one more stream, a message taken.
    assert len(busy.events("stream_open")) == 2
    assert busy.kept.call.hand_offs[0].outcome is HandOffOutcome.BUSY
    assert busy.moments("media_reopened") == ["media_reopened"]
    assert busy.kept.call.outcome is Outcome.MESSAGE
    (message,) = busy.messages
    assert message.for_person == "wanjiku-kamau"
    assert "land case" in message.reason, busy.transcript
    length_ms = busy.heard.length_ms
    assert busy.recording.length_s == pytest.approx(length_ms / 1000, abs=1.5), "away is silent"
    greetings = [turn for turn in busy.kept.turns if "automated receptionist" in turn.text]
    assert len(greetings) == 1, "nobody is greeted twice"
    # No answer: rung out, and the receptionist says so.
    assert nobody.kept.call.hand_offs[0].outcome is HandOffOutcome.NO_ANSWER
    assert "did not pick up" in nobody.transcript or "did not answer" in nobody.transcript
    assert len(nobody.events("stream_open")) == 2
    # Where one integrator saw dead air: asked by text, the platform does nothing, and the caller is
    # still with the receptionist, who says so and takes a message.
    (handed,) = unmoved.kept.call.hand_offs
    assert handed.outcome is HandOffOutcome.NOT_SUPPORTED
    assert unmoved.events("dead_air") == []
    assert len(unmoved.events("stream_open")) == 1
    assert "message" in unmoved.words.lower().split("connecting you")[-1]
    assert unmoved.messages, "the staff know that a person was wanted"
