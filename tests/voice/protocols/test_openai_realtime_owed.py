"""What a Realtime model owes: to a tool's result, to keys, to a call that it has taken up."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from tests.voice.protocols.openai_talk import BRIEFING, TOOL, Talk, profile

from mapokezi.voice.events import ReplyAudio, ReplyOwed, ToolCalled, VoiceFailed, VoiceNoted
from mapokezi.voice.protocols.openai_realtime import make
from mapokezi.voice.protocols.openai_realtime.reading import MOST_UNREAD
from mapokezi.voice.session import PastTurn


def asked(talk: Talk) -> str:
    """Give the mark of the one response that was asked for."""
    [request] = talk.sent("response.create")
    return str(request["response"]["metadata"]["asked"])


def given_something(how: str) -> Talk:
    """A model that was given something to answer, and is asked for it."""
    if how == "taken up":
        talk = Talk()
        talk.open((PastTurn("caller", "And on Sunday?"),), reply_owed=True).connect()
    else:
        talk = Talk().ready()
    if how == "tool":
        talk.begin("r1").call().done("r1")
        talk.answer("m1-tool-1", {"status": "saved"})
    elif how == "turn and tool":
        talk.turn("u1").begin("r1").call().done("r1")
        talk.answer("m1-tool-1", {"status": "saved"})
    elif how == "keys":
        talk.digit("5").wait(2.0)
    return talk


@pytest.mark.parametrize("how", ["tool", "turn and tool", "keys", "taken up"])
def test_nothing_is_no_answer_to_what_the_model_was_given(how: str) -> None:
    talk = given_something(how)
    mark = asked(talk)
    talk.told()
    talk.begin("r2", mark).done("r2")
    assert talk.told() == [ReplyOwed()], "the caller waits on"
    mark = asked(talk)
    talk.begin("r3", mark).done("r3")
    (failed,) = talk.told(VoiceFailed)
    assert failed.recoverable
    assert "nothing in a response" in failed.reason


def test_tools_and_nothing_in_turns_come_to_an_end() -> None:
    talk = given_something("tool")
    for nth in range(2, 12):
        talk.begin(f"r{nth}0", asked(talk)).done(f"r{nth}0")
        if talk.told(VoiceFailed):
            assert nth == 3
            return
        talk.begin(f"r{nth}1", asked(talk)).call(f"f{nth}", f"r{nth}1", f"c{nth}").done(f"r{nth}1")
        talk.answer(f"m1-tool-{nth}", {"status": "saved"})
    raise AssertionError("it goes on for ever")


def test_sound_puts_the_count_back() -> None:
    talk = given_something("tool")
    talk.begin("r2", asked(talk)).done("r2")
    talk.begin("r3", asked(talk)).audio("i3", "r3").done("r3")
    talk.begin("r4").call("f4", "r4", "c4").done("r4")
    talk.answer("m1-tool-2", {"status": "saved"})
    talk.begin("r5", asked(talk)).done("r5")
    assert talk.told(VoiceFailed) == []


@pytest.mark.parametrize(("status", "fails"), [("ending", False), ("refused", True)])
def test_after_the_goodbye_there_need_be_nothing_more(status: str, fails: bool) -> None:
    talk = Talk()
    last = replace(TOOL, name="end_call", is_last=True)
    talk.protocol = make(profile(), replace(BRIEFING, tools=(TOOL, last)), "m1-")
    talk.ready()
    talk.begin("r1").audio("i1", "r1").call("f1", "r1", name="end_call").done("r1")
    talk.answer("m1-tool-1", {"status": status})
    talk.begin("r2", asked(talk)).done("r2")
    assert ("response.create" in talk.kinds()) is fails
    assert talk.told(VoiceFailed) == []


# -- a connection that is lost meanwhile --


def test_a_tool_that_runs_over_a_cut_is_not_called_again_and_its_reply_is_asked_for() -> None:
    talk = Talk().ready()
    talk.turn("u1").transcript("u1", "Please take a message.")
    talk.begin("r1").call()  # and no ``response.done``
    assert len(talk.told(ToolCalled)) == 1
    talk.lost().wait(0.1)
    talk.connect()
    assert "response.create" not in talk.kinds(), "it would call again"
    talk.answer("m1-tool-1", {"status": "saved", "message_id": "m7"})
    sent = talk.sent()
    assert [one["type"] for one in sent] == ["conversation.item.create", "response.create"]
    assert sent[0]["item"]["type"] == "message"
    assert "m7" in sent[0]["item"]["content"][0]["text"]
    assert talk.answer("m1-tool-1", {"status": "saved"}).kinds() == []


def test_a_reply_to_a_result_that_was_lost_with_its_connection_is_asked_for() -> None:
    talk = Talk().ready()
    talk.turn("u1").transcript("u1", "Please take a message.")
    talk.begin("r1").call().done("r1")
    talk.answer("m1-tool-1", {"status": "saved", "message_id": "m7"})
    asked(talk)
    talk.lost().wait(0.1)
    talk.orders = talk.orders[-1:]
    talk.connect()
    sent = talk.sent()
    assert sent[-1]["type"] == "response.create"
    assert any("m7" in str(one) for one in sent)


# -- rubbish --


def test_a_server_that_says_nothing_but_rubbish_is_given_up() -> None:
    talk = Talk().ready()
    for _ in range(MOST_UNREAD - 1):
        talk.raw(b"{")
    assert len(talk.told(VoiceNoted)) == 3, "the timeline of a call is not for all of it"
    talk.server("rate_limits.updated")
    for _ in range(MOST_UNREAD - 1):
        talk.raw(b"[]")
    assert talk.told(VoiceFailed) == []
    talk.raw(b"\xff")
    (failed,) = talk.told(VoiceFailed)
    assert failed.reason.endswith("nothing that it says can be read")


def test_sound_that_cannot_be_read_is_noted_once() -> None:
    talk = Talk().ready()
    talk.begin("r1")
    for _ in range(3):
        talk.server("response.output_audio.delta", response_id="r1", item_id="i1", delta="?!")
    assert talk.told(VoiceNoted, ReplyAudio) == [VoiceNoted("sound that is no base64")]


def test_half_samples_wait_for_their_other_half() -> None:
    talk = Talk().ready()
    talk.begin("r1")
    pcm = bytes(range(1, 8))
    for at in range(len(pcm)):
        delta = base64.b64encode(pcm[at : at + 1]).decode()
        talk.server("response.output_audio.delta", response_id="r1", item_id="i1", delta=delta)
    told = talk.told(ReplyAudio)
    assert all(len(one.pcm) % 2 == 0 for one in told)
    assert b"".join(one.pcm for one in told) == pcm[:6]
