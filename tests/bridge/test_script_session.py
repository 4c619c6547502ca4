"""The script's voice behind its seam."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mapokezi.bridge.script_session import ScriptSession
from mapokezi.voice.events import (
    CallerTurnEnded,
    CallerVoiceStarted,
    ReplyAudio,
    ReplyEnded,
    ReplyStarted,
    ToolCalled,
    VoiceEvent,
    VoiceReady,
)
from mapokezi.voice.script_file import Script
from mapokezi.voice.session import PastTurn, SessionBriefing

pytestmark = pytest.mark.anyio
VIRTUAL_TIME = True

SCRIPT = Script.parse(
    """
[[step]]
say = "Good morning."

[[step]]
wait_for_caller = 0.3
within = 60.0

[[step]]
call_tool = "take_message"
arguments = { reason = "land" }

[[step]]
say = "It is {result.status}."
"""
)
TONE = b"\x00\x20\x00\xe0" * 160


class Call:
    """A caller at a script."""

    def __init__(self, kit: Any, history: tuple[PastTurn, ...] = ()) -> None:
        self.words = kit.words()
        self.sounds = {"Good morning.": self.words.sound("Good morning.")}
        self.session = ScriptSession(SCRIPT, self.sounds, "call-1")
        self.events: list[VoiceEvent] = []
        self.on_event: Any = lambda event: None
        self.session.open(SessionBriefing("", None, history), self.take)
        assert self.events == [], "nothing is told from within a method"

    def take(self, event: VoiceEvent) -> None:
        self.events.append(event)
        self.on_event(event)

    async def live(self, frame: bytes, seconds: float) -> None:
        for _ in range(round(seconds * 50)):
            self.session.caller_audio(frame)
            await asyncio.sleep(0.02)

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


async def test_a_script_is_walked_through(kit: Any) -> None:
    call = Call(kit)
    await call.live(bytes(640), 3.0)
    assert isinstance(call.events[0], VoiceReady)
    (first,) = call.of(ReplyStarted)
    assert b"".join(e.pcm for e in call.of(ReplyAudio)) == call.sounds["Good morning."]
    assert call.of(ReplyEnded) == [ReplyEnded(first.item_id)]
    await call.live(TONE, 1.0)
    await call.live(bytes(640), 1.5)
    assert call.of(CallerVoiceStarted)
    assert len(call.of(CallerTurnEnded)) == 1
    (tool,) = call.of(ToolCalled)
    assert tool.arguments == {"reason": "land"}
    call.session.answer_tool(tool.tool_call_id, {"status": "saved"})
    await call.live(bytes(640), 3.0)
    assert len(call.of(ReplyStarted)) == 2
    call.session.close()


async def test_nothing_follows_a_close(kit: Any) -> None:
    call = Call(kit)
    await call.live(bytes(640), 0.2)
    call.session.close()
    before = len(call.events)
    await call.live(TONE, 3.0)
    assert len(call.events) == before


async def test_a_close_from_within_an_event_is_the_last(kit: Any) -> None:
    call = Call(kit)
    call.on_event = lambda event: call.session.close()
    await call.live(bytes(640), 3.0)
    assert len(call.events) == 1


async def test_a_session_that_takes_over_does_not_greet_again(kit: Any) -> None:
    call = Call(kit, history=(PastTurn("receptionist", "Good morning."),))
    await call.live(bytes(640), 3.0)
    assert not call.of(ReplyStarted)
    call.session.close()


async def test_a_cut_is_the_end_of_what_is_said(kit: Any) -> None:
    call = Call(kit)
    await call.live(bytes(640), 0.1)
    (first,) = call.of(ReplyStarted)
    call.session.cut_reply(first.item_id, 50, "Good")
    pieces = len(call.of(ReplyAudio))
    await call.live(bytes(640), 2.0)
    assert len(call.of(ReplyAudio)) == pieces
    call.session.close()
