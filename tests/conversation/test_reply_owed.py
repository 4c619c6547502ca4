"""A reply that is owed though the caller has not just spoken: filled in time, then watched."""

from __future__ import annotations

import pytest
from tests.conversation.conftest import Talk

from mapokezi.conversation.effects import Line, OpenVoice, SpeakLine
from mapokezi.conversation.inputs import ToolResult
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.conversation.tool_calls import MOST_IN_A_ROW
from mapokezi.voice.events import (
    ReplyAudio,
    ReplyCancelled,
    ReplyEnded,
    ReplyOwed,
    ReplyStarted,
    ReplyText,
    ToolCalled,
    ToolWithdrawn,
)

FILLER_S = ConversationSettings().filler_after_s
FOUND = {"status": "found"}


def talk_of(rungs: int = 2) -> Talk:
    talk = Talk.opened(ConversationSettings(voice_rungs=rungs))
    talk.wait(0.5)
    talk.effects.clear()
    return talk


def lines(talk: Talk) -> list[Line]:
    return [effect.line for effect in talk.of(SpeakLine)]


def test_a_reply_that_does_not_come_brings_the_filler_and_then_the_next_voice() -> None:
    talk = talk_of()
    talk.tell(ReplyOwed())
    talk.wait(FILLER_S - 0.05)
    assert lines(talk) == []
    talk.wait(0.1)
    assert lines(talk) == [Line.FILLER]
    talk.wait(6.0)
    (first, *_) = talk.of(OpenVoice)
    assert first.reason == "mute"
    assert first.reply_owed


def test_one_that_comes_in_time_brings_nothing() -> None:
    talk = talk_of()
    talk.tell(ReplyOwed())
    talk.wait(0.6)
    talk.reply("It is saved.", 1.0)
    talk.wait(9.0)
    assert lines(talk) == []
    assert talk.of(OpenVoice) == []


def test_a_model_that_chooses_to_wait_is_left_alone() -> None:
    talk = talk_of()
    talk.tell(ReplyOwed())
    talk.tell(ReplyOwed(is_owed=False))
    talk.wait(8.0)
    assert lines(talk) == []


@pytest.mark.parametrize("says_first", [True, False])
def test_a_slow_tool_brings_a_filler_after_what_the_model_says_first(*, says_first: bool) -> None:
    talk = talk_of()
    talk.say("Is there parking?")
    if says_first:
        talk.reply("Let me look.", 1.0)
    talk.tell(ToolCalled("t1", "look_up", {}))
    talk.wait(1.0 if says_first else 0.0)
    talk.wait(FILLER_S - 0.1)
    assert lines(talk) == []
    talk.wait(0.3)
    assert lines(talk) == [Line.FILLER]
    talk.tell(ToolResult("t1", "look_up", FOUND))
    talk.tell(ReplyOwed())
    talk.reply("It is free.", 1.0, item="r2")
    talk.wait(5.0)
    assert talk.of(OpenVoice) == []


def test_a_model_that_falls_silent_after_a_tools_result_is_replaced() -> None:
    talk = talk_of()
    talk.reply("Let me look.", 1.0)
    talk.tell(ToolCalled("t1", "look_up", {}))
    talk.tell(ToolResult("t1", "look_up", FOUND))
    talk.tell(ReplyOwed())
    talk.wait(2.1)
    assert lines(talk) == []
    talk.wait(0.3)
    assert lines(talk) == [Line.FILLER]
    talk.wait(6.0)
    assert talk.of(OpenVoice)[0].reason == "mute"


def test_a_tool_that_wants_no_reply_ends_the_wait_with_its_answer() -> None:
    for over in (ToolResult("t1", "look_up", FOUND), ToolWithdrawn("t1")):
        talk = talk_of()
        talk.reply("I note that.", 1.0)
        talk.tell(ToolCalled("t1", "look_up", {}))
        talk.wait(0.5)
        talk.tell(over)
        talk.wait(5.0)
        assert lines(talk) == []
        assert talk.of(OpenVoice) == []


def test_an_end_that_is_proposed_brings_no_filler() -> None:
    talk = talk_of()
    talk.reply("Goodbye.", 1.0)
    talk.tell(ToolCalled("t1", "end_call", {}))
    talk.wait(2.5)
    assert lines(talk) == []


def test_a_second_item_that_is_coming_already_is_the_reply() -> None:
    talk = talk_of()
    talk.reply("Let me look.", 1.0)
    talk.tell(ToolCalled("t1", "look_up", {}))
    talk.tell(ToolResult("t1", "look_up", FOUND))
    talk.tell(ReplyOwed())
    talk.tell(ReplyStarted("second"))
    talk.tell(ReplyAudio("second", bytes(32_000)))
    talk.wait(6.0)
    assert lines(talk) == []


def test_a_voice_that_calls_tools_and_never_speaks_is_replaced() -> None:
    """Slow tools, so that none of the silences is the voice's own."""
    talk = talk_of()
    for nth in range(MOST_IN_A_ROW + 1):
        assert talk.of(OpenVoice) == []
        talk.tell(ToolCalled(f"c{nth}", "look_up", {}))
        talk.wait(2.0)
        talk.tell(ToolResult(f"c{nth}", "look_up", FOUND))
    (replaced,) = talk.of(OpenVoice)
    assert replaced.reply_owed
    assert "without end" in replaced.reason


def test_one_that_speaks_in_between_is_not() -> None:
    talk = talk_of()
    for nth in range(3 * MOST_IN_A_ROW):
        talk.tool("look_up", {"status": "found"}, key=f"c{nth}")
        talk.reply("At nine.", 0.4, item=f"r{nth}")
        talk.wait(1.0)
    assert talk.of(OpenVoice) == []


@pytest.mark.parametrize("end", [ReplyEnded("r1", broke_off=True), ReplyCancelled("r1")])
def test_of_a_reply_that_broke_off_the_words_that_had_no_sound_were_not_heard(
    end: ReplyEnded | ReplyCancelled,
) -> None:
    talk = talk_of()
    talk.tell(ReplyStarted("r1"))
    talk.tell(ReplyText("r1", "We open at eight in the morning and close at five.", 0))
    talk.tell(ReplyAudio("r1", bytes(32_000)))
    talk.tell(end)
    talk.wait(3.0)
    turn = talk.machine.transcript.turns[-1]
    assert turn.was_cut
    assert turn.text.startswith("We open at")
    assert turn.unheard.endswith("close at five.")
