"""The lists that a call's voice is taken from."""

from __future__ import annotations

from typing import Any

import pytest

from mapokezi.bridge.cascade_session import CascadeSession
from mapokezi.bridge.script_session import ScriptSession
from mapokezi.bridge.voices import LocalVoices, ScriptVoices
from mapokezi.speech.errors import SpeechUnavailable
from mapokezi.voice.script_file import Script

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

SCRIPT = Script.parse('[[step]]\nsay = "Good morning."\n\n[[step]]\nsay = "Goodbye."\n')


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
    assert first._memory is second._memory
    assert first._memory is not third._memory
    assert second._prefix != first._prefix
    assert first._memory.clerk is third._memory.clerk, "one clerk an office"
    voices.forget(one)
    again = voices.open(one, 0)
    assert isinstance(again, CascadeSession)
    assert again._memory is not first._memory


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
