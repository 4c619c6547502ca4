"""The lists that a call's voice is taken from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import structlog

from mapokezi.bridge.cascade_session import CascadeSession
from mapokezi.bridge.clerk_memory import ClerkMemory
from mapokezi.bridge.clerk_mind import ClerkMind
from mapokezi.bridge.office_meanings import OfficeMeanings
from mapokezi.bridge.script_session import ScriptSession
from mapokezi.bridge.voices import LocalVoices, ScriptVoices
from mapokezi.receptionist.examples import sentences_of
from mapokezi.speech.errors import SpeechUnavailable
from mapokezi.voice.script_file import Script

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

SCRIPT = Script.parse('[[step]]\nsay = "Good morning."\n\n[[step]]\nsay = "Goodbye."\n')


def memory_of(session: CascadeSession) -> ClerkMemory:
    mind = session._mind
    assert isinstance(mind, ClerkMind)
    return mind._memory


async def test_a_second_session_of_a_call_remembers_the_first(worlds: Any) -> None:
    world = await worlds(prepared=False)
    voices = LocalVoices(world.speech)
    await voices.prepare(world.speech)
    one, other = world.ring().call, world.ring().call
    first, second = voices.open(one, 0), voices.open(one, 0)
    third = voices.open(other, 0)
    assert isinstance(first, CascadeSession)
    assert isinstance(second, CascadeSession)
    assert isinstance(third, CascadeSession)
    assert memory_of(first) is memory_of(second)
    assert memory_of(first) is not memory_of(third)
    assert second._prefix != first._prefix
    assert memory_of(first).clerk is memory_of(third).clerk, "one clerk an office"
    voices.forget(one)
    again = voices.open(one, 0)
    assert isinstance(again, CascadeSession)
    assert memory_of(again) is not memory_of(first)


async def test_clerks_learn_what_sentences_mean_also_those_in_a_call(
    worlds: Any, tmp_path: Path
) -> None:
    world = await worlds(prepared=False)
    voices = LocalVoices(world.speech, [world.office], OfficeMeanings(tmp_path / "meanings"))
    session = voices.open(world.ring().call, 0)
    assert isinstance(session, CascadeSession)
    before, state = memory_of(session).clerk, memory_of(session).state
    world.speech.away = True
    with pytest.raises(SpeechUnavailable):
        await voices.prepare(world.speech)
    assert memory_of(session).clerk is before, "she answers as she did"
    world.speech.away = False
    await voices.prepare(world.speech)
    assert set(world.speech.understood) == set(sentences_of(world.office))
    assert memory_of(session).clerk is not before
    assert memory_of(session).state is state
    later = voices.open(world.ring().call, 0)
    assert isinstance(later, CascadeSession)
    assert memory_of(later).clerk is memory_of(session).clerk


async def test_without_meanings_clerks_go_by_words(worlds: Any, tmp_path: Path) -> None:
    world = await worlds(prepared=False)
    world.speech.encoder = ""
    voices = LocalVoices(world.speech, [world.office], OfficeMeanings(tmp_path / "meanings"))
    session = voices.open(world.ring().call, 0)
    assert isinstance(session, CascadeSession)
    before = memory_of(session).clerk
    with structlog.testing.capture_logs() as logs:
        await voices.prepare(world.speech)
    assert [entry["event"] for entry in logs] == ["no_meanings"]
    assert memory_of(session).clerk is before


async def test_there_is_one_rung(worlds: Any) -> None:
    world = await worlds(prepared=False)
    call = world.ring().call
    assert LocalVoices(world.speech).open(call, 1) is None
    assert ScriptVoices(SCRIPT).open(call, 1) is None


async def test_a_scripts_sentences_are_made_once_before_any_call(worlds: Any) -> None:
    world = await worlds(prepared=False)
    voices = ScriptVoices(SCRIPT)
    world.speech.dumb = SpeechUnavailable("not up yet")
    with pytest.raises(SpeechUnavailable):
        await voices.prepare(world.speech)
    world.speech.dumb = None
    await voices.prepare(world.speech)
    await voices.prepare(world.speech)
    assert world.speech.spoken == ["Good morning.", "Goodbye."]
    session = voices.open(world.ring().call, 0)
    assert isinstance(session, ScriptSession)
    voices.forget(world.ring().call)
