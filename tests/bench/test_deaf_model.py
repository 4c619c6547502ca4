"""Which calls of a measure tell of the model and the ear beside it, and which of a busy machine."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from bench.deaf_model import is_sound
from bench.ringing import Rung
from bench.wire.obedient import ObedientCall

from mapokezi.calls import CallId
from mapokezi.emulator.phone_call import CallHeard
from mapokezi.records.call_record import TimelineEntry
from mapokezi.units import Milliseconds


def rung(*voices: str, torn: int = 0) -> Rung:
    heard = CallHeard("+254720100000", "+254209000000", ended={"torn": torn})
    timeline = [
        TimelineEntry(CallId("one"), number, Milliseconds(0), "voice_ready", {"name": name})
        for number, name in enumerate(voices)
    ]
    record: Any = SimpleNamespace(timeline=timeline)
    return Rung(heard, record)


def test_a_call_that_the_model_held_from_beginning_to_end_is_sound() -> None:
    assert is_sound(rung("fake"))
    assert is_sound(rung("fake", "fake")), "it came back from a hand-off"


def test_a_call_that_another_voice_took_over_is_not() -> None:
    assert not is_sound(rung("local"))
    assert not is_sound(rung("fake", "local"))
    assert not is_sound(rung())


def test_a_call_whose_words_were_torn_is_not() -> None:
    assert not is_sound(rung("fake", torn=1))


def test_a_model_speaks_first_when_a_caller_comes_back_from_a_hand_off() -> None:
    said: list[str] = []
    session: Any = SimpleNamespace(reply=said.append)
    call = ObedientCall(iter(()), comes_back="I am back.")
    call.joined(session)
    assert said == [], "at first the line greets"
    call.joined(session)
    assert said == ["I am back."]
