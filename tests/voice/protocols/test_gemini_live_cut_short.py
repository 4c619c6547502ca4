"""A connection of Gemini Live that is lost while something is owed: a tool, its reply, a turn."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.voice.protocols.gemini_talk import FarSide, audio, profile

from mapokezi.voice.events import (
    ReplyEnded,
    ReplyOwed,
    ReplyStarted,
    ToolCalled,
    VoiceFailed,
    VoiceNoted,
)
from mapokezi.voice.protocols.gemini_live.session import MOST_UNREAD


def held(**changes: Any) -> FarSide:
    """A session that has held for a while, with a handle, in which the caller asks something."""
    far = FarSide(profile(**changes)).ready()
    far.send(sessionResumptionUpdate={"newHandle": "h1", "resumable": True})
    far.wait(60)
    far.hears("When do you open?", finished=True)
    far.forget()
    return far


def lost(far: FarSide, *, fresh: bool = False) -> None:
    """The connection breaks, and another is set up."""
    far.close(1006)
    if fresh:
        far.handshake()
        far.close(1008, "session not found")
    far.accept()


def asked(far: FarSide) -> list[str]:
    """What the model was asked to go on from."""
    return [
        content["turns"][-1]["parts"][-1]["text"]
        for content in far.sent_with("clientContent")
        if content["turnComplete"] and content["turns"][-1]["parts"][-1]["text"].startswith("[")
    ]


def told(far: FarSide) -> str:
    return json.dumps(far.sent)


@pytest.mark.parametrize("fresh", [False, True])
def test_a_tool_that_runs_over_a_cut_is_not_called_again_and_its_reply_is_asked_for(
    fresh: bool,
) -> None:
    far = held()
    far.calls("look_up", "c1", {"what": "hours"})
    lost(far, fresh=fresh)
    assert [text for text in asked(far) if "Go on at once" in text] == [], "it would call again"
    far.forget()
    far.answer("v1-f1", {"status": "found", "text": "at eight"})
    assert far.sent_with("toolResponse") == []
    (result,) = asked(far)
    assert 'look_up: {"status":"found","text":"at eight"}' in result
    assert far.of(ReplyOwed) == [ReplyOwed()]
    far.answer("v1-f1", {"status": "found"})
    assert len(asked(far)) == 1, "once"
    far.says("At eight.")
    assert len(far.of(ReplyStarted)) == 1


def test_a_result_that_comes_while_there_is_no_connection_is_asked_for_on_the_next() -> None:
    far = held()
    far.calls("look_up", "c1")
    far.close(1006)
    far.answer("v1-f1", {"status": "found", "text": "at eight"})
    far.forget()
    far.accept()
    assert any("at eight" in text for text in asked(far))


def test_the_results_of_several_tools_are_told_together() -> None:
    far = held()
    far.calls("look_up", "c1")
    far.calls("take_message", "c2")
    lost(far)
    far.forget()
    far.answer("v1-f2", {"status": "saved"})
    assert asked(far) == []
    far.answer("v1-f1", {"status": "found"})
    (result,) = asked(far)
    assert "take_message: " in result
    assert "look_up: " in result


def test_a_result_that_the_model_is_to_keep_to_itself_is_not_asked_for() -> None:
    far = held(options={"slow_tool_scheduling": "silent"})
    far.says("At eight.")
    far.content(turnComplete=True)
    far.calls("take_message", "c1")
    lost(far)
    far.forget()
    far.answer("v1-f1", {"status": "saved"})
    assert asked(far) == []


@pytest.mark.parametrize("fresh", [False, True])
def test_a_reply_to_a_result_that_was_lost_with_its_connection_is_asked_for(fresh: bool) -> None:
    far = held()
    far.calls("look_up", "c1", {"what": "hours"})
    far.answer("v1-f1", {"status": "found", "text": "at eight"})
    assert len(far.sent_with("toolResponse")) == 1
    far.forget()
    lost(far, fresh=fresh)
    assert len([text for text in asked(far) if "Go on at once" in text]) == 1
    assert "at eight" in told(far), "the new connection knows what was found"
    assert "When do you open?" in told(far)
    assert far.sent_with("toolResponse") == []
    far.forget()
    far.wait(20)
    assert far.of(ToolCalled) == []


def test_a_reply_that_was_given_is_not_asked_for_again() -> None:
    far = held()
    far.calls("look_up", "c1")
    far.answer("v1-f1", {"status": "found"})
    far.says("At eight.")
    far.content(turnComplete=True)
    far.wait(1)
    far.forget()
    lost(far)
    assert asked(far) == []
    assert far.of(ReplyOwed) == []


def test_a_sentence_of_ours_does_not_stand_for_the_reply_that_was_cut() -> None:
    far = held()
    far.calls("look_up", "c1")
    far.answer("v1-f1", {"status": "found"})
    far.speak("Are you still there?", "line-1")
    far.forget()
    lost(far)
    far.content(**audio(), generationComplete=True, turnComplete=True)  # our sentence
    assert [text for text in asked(far) if "Go on at once" in text]


def test_a_turn_that_the_server_has_lost_is_taken_up_when_the_caller_pauses() -> None:
    far = held()
    far.says("At eight.")
    far.content(turnComplete=True)
    far.wait(2)
    far.hears("And on Sun")
    far.wait(0.1)
    far.forget()
    lost(far)
    assert asked(far) == [], "the caller may still be speaking"
    far.wait(1)
    assert len(asked(far)) == 1
    assert "And on Sun" in told(far)


def test_a_turn_that_goes_on_over_the_next_connection_is_left_to_the_server() -> None:
    far = held()
    far.says("At eight.")
    far.content(turnComplete=True)
    far.wait(2)
    far.hears("And on Sun")
    lost(far)
    far.hears("day morning?")
    far.forget()
    far.wait(1)
    assert asked(far) == []


def test_what_the_server_has_kept_is_not_told_again() -> None:
    far = held()
    far.says("At eight.")
    far.content(turnComplete=True)
    far.send(sessionResumptionUpdate={"newHandle": "h2", "resumable": True})
    far.wait(10)
    far.forget()
    lost(far)
    assert far.sent_with("clientContent") == []


def test_what_we_said_ourselves_and_the_server_has_not_kept_is_told_once() -> None:
    far = held()
    far.says("At eight.")
    far.content(turnComplete=True)
    far.send(sessionResumptionUpdate={"newHandle": "h2", "resumable": True})
    far.close(1006)
    far.protocol.told("Are you still there?", far.now)
    far.forget()
    far.accept()
    assert told(far).count("Are you still there?") == 1


def test_an_item_that_is_lost_with_its_connection_is_told_as_broken_off() -> None:
    far = held()
    far.content(**audio())
    far.forget()
    far.close(1006)
    assert ReplyEnded("v1-r1", broke_off=True) in far.told


# -- rubbish --


def test_a_server_that_says_nothing_but_rubbish_is_given_up() -> None:
    far = FarSide().ready()
    for _ in range(MOST_UNREAD - 1):
        far.send_raw(b"{")
    assert far.of(VoiceFailed) == []
    assert len(far.of(VoiceNoted)) == 3, "the timeline of a call is not for all of it"
    far.content(**audio())
    for _ in range(MOST_UNREAD - 1):
        far.send_raw(b"[]")
    assert far.of(VoiceFailed) == []
    far.send_raw(b"\xff")
    assert far.of(VoiceFailed) == [VoiceFailed("nothing that it says can be read")]


def test_a_part_of_unknown_form_does_not_cost_the_sound_beside_it() -> None:
    far = FarSide().ready()
    far.content(**audio(), outputTranscription=["what"], turnCompleteReason={"new": 1})
    far.content(generationComplete={"odd": True}, outputTranscription={"text": "Yes."})
    assert [type(event).__name__ for event in far.told][-3:] == [
        "ReplyStarted",
        "ReplyAudio",
        "ReplyText",
    ]


def test_sound_of_a_kind_that_nobody_knows_is_noted_once() -> None:
    far = FarSide().ready()
    opus = {"inlineData": {"mimeType": "audio/opus", "data": "AAAA"}}
    for _ in range(3):
        far.content(modelTurn={"parts": [opus]})
    assert far.of(VoiceNoted) == [VoiceNoted("data that is no PCM", "audio/opus")]
