"""The Realtime protocol: what the model says and calls, and what the caller cuts."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.voice.protocols.openai_talk import Talk, sound

from mapokezi.voice.events import (
    CallerTurnRejoined,
    CallerVoiceStarted,
    ReplyAudio,
    ReplyCancelled,
    ReplyEnded,
    ReplyInterrupted,
    ReplyStarted,
    ReplyText,
    ToolCalled,
    VoiceFailed,
    VoiceReady,
)

SPEECH = (ReplyStarted, ReplyText, ReplyEnded, ReplyCancelled, ReplyInterrupted)


def asked(talk: Talk) -> str:
    """Give the mark of the one response that was asked for."""
    [request] = talk.sent("response.create")
    mark = request["response"]["metadata"]["asked"]
    assert mark == request["event_id"]
    return str(mark)


# -- replies --


def test_a_reply_is_told_with_its_words_and_sound() -> None:
    talk = Talk().ready()
    talk.turn("u1")
    talk.told()
    talk.begin().words("We open ").audio(ms=100).words("at eight.").item_done().done()
    assert talk.told() == [
        ReplyStarted("m1-reply-1", "m1-turn-1"),
        ReplyText("m1-reply-1", "We open "),
        ReplyAudio("m1-reply-1", sound(100), 24_000),
        ReplyText("m1-reply-1", "at eight."),
        ReplyEnded("m1-reply-1"),
    ]


def test_a_further_sentence_of_a_reply_stands_apart() -> None:
    talk = Talk().ready()
    talk.begin().words("Shall I take a ").words("message?").words("Goodbye.").audio(ms=100)
    told = talk.item_done().done().told(ReplyText)
    assert "".join(one.text for one in told) == "Shall I take a message? Goodbye."


@pytest.mark.parametrize("beta", [False, True])
def test_either_dialect_is_understood(beta: bool) -> None:
    talk = Talk(url="ws://gpu/v1/realtime", dialect="beta" if beta else "ga").ready()
    prefix = "response." if beta else "response.output_"
    delta = base64.b64encode(sound(20)).decode()
    talk.begin()
    where = {"response_id": "r1", "item_id": "i1"}
    talk.server(f"{prefix}audio.delta", delta=delta, **where)
    talk.server(f"{prefix}audio_transcript.delta", delta="Yes.", **where)
    talk.server(f"{prefix}audio_transcript.done", transcript="Yes.", **where)
    talk.done()
    assert talk.told(ReplyText, ReplyEnded) == [
        ReplyText("m1-reply-1", "Yes."),
        ReplyEnded("m1-reply-1"),
    ]


def test_words_that_come_only_at_the_end_are_told_then() -> None:
    talk = Talk().ready()
    kind = "response.output_audio_transcript.done"
    where = {"response_id": "r1", "item_id": "i1"}
    talk.begin().audio().server(kind, transcript="All of it.", **where)
    talk.server(kind, transcript="All of it.", **where).done()
    assert talk.told(ReplyText) == [ReplyText("m1-reply-1", "All of it.")]


def test_a_response_that_was_never_announced_is_told_all_the_same() -> None:
    talk = Talk().ready()
    talk.audio(response_id="r7", item_id="i7").done("r7")
    assert talk.told(*SPEECH) == [ReplyStarted("m1-reply-1"), ReplyEnded("m1-reply-1")]
    talk.begin("r7")
    assert talk.told() == []


def test_several_items_in_a_response_are_items_of_their_own() -> None:
    talk = Talk().ready()
    talk.turn("u1")
    talk.told()
    talk.begin().audio("i1").item_done("i1").audio("i2").audio("i2").item_done("i2").done()
    assert talk.told(ReplyStarted, ReplyEnded) == [
        ReplyStarted("m1-reply-1", "m1-turn-1"),
        ReplyEnded("m1-reply-1"),
        ReplyStarted("m1-reply-2", "m1-turn-1"),
        ReplyEnded("m1-reply-2"),
    ]


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30))
def test_sound_split_within_a_sample_comes_out_whole(sizes: list[int]) -> None:
    whole = bytes(range(1, 1 + sum(sizes)))
    talk = Talk().ready()
    talk.begin()
    at = 0
    for size in sizes:
        delta = base64.b64encode(whole[at : at + size]).decode()
        at += size
        talk.server("response.output_audio.delta", response_id="r1", item_id="i1", delta=delta)
    pieces = [event.pcm for event in talk.told(ReplyAudio)]
    assert all(len(piece) % 2 == 0 for piece in pieces)
    assert b"".join(pieces) == whole[: len(whole) // 2 * 2]


def test_a_response_without_anything_means_that_nobody_waits() -> None:
    talk = Talk().ready()
    talk.turn("u1").begin().done()
    assert talk.told(CallerTurnRejoined) == [CallerTurnRejoined("m1-turn-1")]
    assert "response.create" not in talk.kinds()


def test_a_model_that_never_has_anything_is_given_up() -> None:
    talk = Talk().ready()
    for number in range(3):
        talk.turn(f"u{number}").begin(f"r{number}").done(f"r{number}")
    assert talk.told(VoiceFailed) == [VoiceFailed("cloud: the model answers nothing")]


def test_a_failed_response_is_asked_for_once_more() -> None:
    talk = Talk().ready()
    failed = {"error": {"type": "server_error", "code": "server_error", "message": "oops"}}
    talk.turn("u1").begin("r1").done("r1", "failed", status_details=failed)
    talk.begin("r2", asked(talk)).done("r2", "failed", status_details=failed)
    [told] = talk.told(VoiceFailed)
    assert told.recoverable
    assert "server_error" in told.reason


def test_a_response_that_failed_for_good_ends_the_session() -> None:
    talk = Talk().ready()
    failed = {"error": {"type": "insufficient_quota", "code": "insufficient_quota"}}
    talk.turn("u1").begin().done(status="failed", status_details=failed)
    assert talk.told(VoiceFailed) == [VoiceFailed("cloud: insufficient_quota", recoverable=False)]


# -- the caller cuts in --


def test_the_caller_cuts_in_and_late_sound_is_dropped() -> None:
    talk = Talk().ready()
    talk.turn("u1").begin().audio("i1")
    talk.told()
    talk.voice("u2")
    assert talk.told() == [
        CallerVoiceStarted(0),
        ReplyInterrupted(),
        ReplyCancelled("m1-reply-1"),
    ]
    details = {"type": "cancelled", "reason": "turn_detected"}
    talk.audio("i1").words("late").audio("i2").done(status="cancelled", status_details=details)
    talk.audio("i1").audio("i3")
    assert talk.told() == []
    assert "response.cancel" not in talk.kinds(), "the server has cancelled it by itself"


def test_the_model_forgets_what_was_not_heard() -> None:
    talk = Talk().ready()
    talk.begin().audio("i1", ms=1000).item_done("i1").done()
    talk.protocol.reply_audible("m1-reply-1", talk.now)
    talk.voice("u2").sent()
    [truncated] = talk.cut("m1-reply-1", 640, "We open").sent()
    del truncated["event_id"]
    assert truncated == {
        "type": "conversation.item.truncate",
        "item_id": "i1",
        "content_index": 0,
        "audio_end_ms": 640,
    }


def test_of_nothing_heard_the_item_is_deleted() -> None:
    talk = Talk().ready()
    talk.begin().audio("i1").voice("u1").sent()
    [deleted] = talk.cut("m1-reply-1", 0).sent()
    assert (deleted["type"], deleted["item_id"]) == ("conversation.item.delete", "i1")


def test_no_more_is_claimed_as_heard_than_was_received() -> None:
    talk = Talk().ready()
    talk.begin().audio("i1", ms=300).voice("u1").sent()
    [truncated] = talk.cut("m1-reply-1", 5000).sent()
    assert truncated["audio_end_ms"] == 300


def test_what_was_heard_to_its_end_stays() -> None:
    talk = Talk().ready()
    talk.begin().audio("i1", ms=300).item_done("i1").done().sent()
    assert talk.cut("m1-reply-1", 300, "Yes.").sent() == []


def test_later_items_that_never_played_are_deleted_and_none_is_twice() -> None:
    talk = Talk().ready()
    talk.begin().audio("i1", ms=500).item_done("i1").audio("i2").audio("i3")
    talk.protocol.reply_audible("m1-reply-1", talk.now)
    talk.voice("u1").sent()
    talk.cut("m1-reply-1", 200, "We").cut("m1-reply-2", 0).cut("m1-reply-3", 0)
    assert [(one["type"], one["item_id"]) for one in talk.sent()] == [
        ("conversation.item.truncate", "i1"),
        ("conversation.item.delete", "i2"),
        ("conversation.item.delete", "i3"),
    ]


def test_an_item_that_came_after_the_cut_is_deleted_too() -> None:
    talk = Talk().ready()
    talk.begin().audio("i1").voice("u1").sent()
    talk.audio("i2").item_done("i2", status="incomplete").item_done("i1", status="incomplete")
    assert [one["item_id"] for one in talk.sent("conversation.item.delete")] == ["i2"]


def test_errors_of_truncation_leave_the_session_open() -> None:
    talk = Talk().ready()
    talk.begin().audio("i1").voice("u1").sent()
    [message] = talk.cut("m1-reply-1", 50).sent()
    talk.told()
    talk.error("invalid_value", message["event_id"]).error("something_else")
    assert talk.told() == []
    assert talk.orders == []


def test_a_server_that_cannot_truncate_is_not_asked_to() -> None:
    talk = Talk(url="ws://gpu/v1/realtime", truncate=False, cancel=False, interrupts=False).ready()
    talk.begin().audio("i1").sent()
    talk.cut("m1-reply-1", 50).audio("i1")
    assert talk.sent() == []
    assert len(talk.told(ReplyAudio)) == 1


def test_where_we_lead_a_cut_stops_the_response_first() -> None:
    talk = Talk(interrupts=False).ready()
    talk.begin().audio("i1")
    talk.voice("u1")
    assert talk.told(ReplyInterrupted) == []
    talk.sent()
    talk.cut("m1-reply-1", 60, "We")
    assert [one["type"] for one in talk.sent()] == [
        "response.cancel",
        "conversation.item.truncate",
    ]
    talk.done(status="cancelled").error("response_cancel_not_active")
    assert talk.told(VoiceFailed) == []


def test_who_leads_is_told_when_it_is_ready() -> None:
    talk = Talk(interrupts=False).open().connect()
    assert talk.told() == [VoiceReady("cloud", leads_turns=False)]


def test_a_turn_that_is_disregarded_is_not_answered() -> None:
    talk = Talk().ready()
    talk.turn("u1").begin()
    talk.sent()
    talk.protocol.disregard_turn("m1-turn-1", talk.now)
    assert [one["type"] for one in talk.gather().sent()] == [
        "response.cancel",
        "conversation.item.delete",
    ]
    talk.told()
    assert talk.audio("i1").told() == []


def test_a_turn_disregarded_before_its_response_begins() -> None:
    talk = Talk().ready()
    talk.voice("u1")
    talk.protocol.disregard_turn("", talk.now)
    talk.pause("u1").told()
    assert "response.cancel" in talk.begin().kinds()
    assert talk.audio("i1").told() == []


# -- fixed lines --


def test_a_line_is_told_as_our_item() -> None:
    talk = Talk().ready()
    talk.protocol.speak("Are you still there?", "line-1", talk.now)
    [request] = talk.gather().sent("response.create")
    assert request["response"]["instructions"].endswith("\nAre you still there?")
    assert request["response"]["tool_choice"] == "none"
    talk.begin("r1", request["event_id"]).words("Are you").audio("i1").item_done("i1").done()
    assert talk.told(*SPEECH) == [
        ReplyStarted("line-1"),
        ReplyText("line-1", "Are you"),
        ReplyEnded("line-1"),
    ]
    assert talk.wait(5).told() == []


def test_a_line_without_sound_is_given_up_and_its_late_sound_dropped() -> None:
    talk = Talk().ready()
    talk.protocol.speak("Goodbye.", "line-1", talk.now)
    mark = asked(talk.gather())
    assert talk.wait(1.4).told() == []
    assert talk.wait(0.2).told() == [ReplyCancelled("line-1")]
    assert "response.cancel" in talk.begin("r1", mark).kinds()
    assert talk.audio("i1").told() == []


def test_a_line_whose_response_brings_nothing_is_given_up_at_once() -> None:
    talk = Talk().ready()
    talk.protocol.speak("Goodbye.", "line-1", talk.now)
    talk.begin("r1", asked(talk.gather())).done()
    assert talk.wait(0.01).told() == [ReplyCancelled("line-1")]


def test_a_line_that_is_refused_is_given_up() -> None:
    talk = Talk().ready()
    talk.protocol.speak("Goodbye.", "line-1", talk.now)
    assert talk.error("invalid_value", asked(talk.gather())).told() == [ReplyCancelled("line-1")]
    assert talk.wait(5).told() == []


def test_a_line_that_lost_the_race_is_asked_for_again() -> None:
    talk = Talk().ready()
    talk.protocol.speak("One moment.", "line-1", talk.now)
    mark = asked(talk.gather())
    talk.begin("r1").error("conversation_already_has_active_response", mark)
    assert ReplyStarted("m1-reply-1") in talk.audio("i1", "r1").told()
    [request] = talk.done("r1").sent("response.create")
    assert request["response"]["instructions"].endswith("One moment.")
    assert request["event_id"] != mark
    talk.begin("r2", request["event_id"]).audio("i2", "r2")
    assert ReplyStarted("line-1") in talk.told()


def test_a_line_waits_for_the_response_that_runs() -> None:
    talk = Talk().ready()
    talk.begin("r1").audio("i1", "r1")
    talk.protocol.speak("One moment.", "line-1", talk.now)
    assert talk.gather().kinds() == []
    assert talk.done("r1").kinds() == ["response.create"]


def test_a_caller_who_cuts_in_takes_waiting_lines_back() -> None:
    talk = Talk().ready()
    talk.begin("r1")
    talk.protocol.speak("One moment.", "line-1", talk.now)
    talk.told()
    assert ReplyCancelled("line-1") in talk.voice("u1").told()
    assert talk.done("r1", "cancelled").pause("u1").wait(3).told(ReplyCancelled) == []


# -- the gate --


def test_a_tool_is_called_when_its_item_is_complete() -> None:
    talk = Talk().ready()
    talk.begin()
    talk.server(
        "response.function_call_arguments.done",
        response_id="r1",
        item_id="f1",
        call_id="c1",
        arguments='{"name":"Grace"}',
    )
    assert talk.told() == []
    talk.call()
    assert talk.told() == [ToolCalled("m1-tool-1", "take_message", {"name": "Grace"})]
    item = {"id": "f1", "type": "function_call", "call_id": "c1", "status": "completed"}
    talk.done(output=[item])
    assert talk.told() == []


@pytest.mark.parametrize("how", ["item", "response", "interrupted"])
def test_a_tool_of_a_cancelled_response_is_not_called(how: str) -> None:
    talk = Talk().ready()
    talk.begin()
    if how == "item":
        talk.call(status="incomplete").done(status="cancelled")
    elif how == "response":
        item = {"id": "f1", "type": "function_call", "call_id": "c1", "name": "take_message"}
        talk.done(status="cancelled", output=[item])
    else:
        talk.voice("u1").call()
    assert talk.told(ToolCalled) == []


def test_a_server_that_tells_of_no_item_is_believed_at_the_end() -> None:
    talk = Talk().ready()
    item = {"id": "f1", "type": "function_call", "call_id": "c1", "name": "take_message"}
    talk.begin().done(output=[{**item, "arguments": "{}"}])
    assert talk.told(ToolCalled) == [ToolCalled("m1-tool-1", "take_message", {})]


def test_a_result_goes_back_once_and_one_response_is_asked_for() -> None:
    talk = Talk().ready()
    talk.begin().call()
    talk.answer("m1-tool-1", {"status": "saved", "message_id": "m7"})
    [output] = talk.sent()
    assert output["item"] == {
        "type": "function_call_output",
        "call_id": "c1",
        "output": '{"status":"saved","message_id":"m7"}',
    }
    assert talk.done().kinds() == ["response.create"]
    assert talk.answer("m1-tool-1", {"status": "saved"}).kinds() == []


@pytest.mark.parametrize("arguments", ["{", "[1]", "null", '"x"'])
def test_arguments_that_are_no_object_are_answered_by_us(arguments: str) -> None:
    talk = Talk().ready()
    talk.begin().call(arguments=arguments).done()
    assert talk.told(ToolCalled, VoiceFailed) == []
    sent = talk.sent()
    assert '"status":"failed"' in sent[0]["item"]["output"]
    assert sent[1]["type"] == "response.create"


def test_results_of_calls_made_together_bring_one_response() -> None:
    talk = Talk().ready()
    talk.begin().call("f1", call_id="c1").call("f2", call_id="c2").done()
    talk.answer("m1-tool-1", {"status": "saved"})
    assert talk.kinds() == ["conversation.item.create"]
    talk.answer("m1-tool-2", {"status": "refused"})
    assert talk.kinds() == ["conversation.item.create", "response.create"]


def test_a_slow_call_does_not_hold_the_others_up_for_long() -> None:
    talk = Talk().ready()
    talk.begin().call("f1", call_id="c1").call("f2", call_id="c2").done()
    talk.answer("m1-tool-1", {"status": "saved"}).sent()
    assert talk.wait(1.9).kinds() == []
    assert talk.wait(0.2).kinds() == ["response.create"]


def test_tool_ids_are_unique_though_the_vendor_repeats_them() -> None:
    talk = Talk().ready()
    talk.begin("r1").call("f1", "r1", "c1").done("r1")
    talk.begin("r2").call("f2", "r2", "c1").done("r2")
    assert [one.tool_call_id for one in talk.told(ToolCalled)] == ["m1-tool-1", "m1-tool-2"]


def test_the_race_to_a_response_is_survived() -> None:
    talk = Talk().ready()
    talk.begin("r1").call().done("r1")
    talk.answer("m1-tool-1", {"status": "saved"})
    mark = asked(talk)
    talk.begin("r2")  # the server's own was quicker
    talk.error("conversation_already_has_active_response", mark)
    assert talk.kinds() == []
    assert talk.done("r2").kinds() == ["response.create"]
    assert talk.told(VoiceFailed) == []


def test_the_servers_own_answer_that_lost_the_race_is_asked_for_again() -> None:
    talk = Talk().ready()
    talk.begin("r1").audio("i1")
    talk.error("conversation_already_has_active_response")
    assert talk.kinds() == []
    assert talk.done("r1").kinds() == ["response.create"]


def test_while_the_caller_speaks_nothing_is_asked_for() -> None:
    talk = Talk().ready()
    talk.begin("r1").call().done("r1").voice("u1")
    talk.answer("m1-tool-1", {"status": "saved"})
    assert talk.kinds() == ["conversation.item.create"]
    talk.wait(8).pause("u1")
    assert talk.kinds() == []
    talk.begin("r2").audio("i2", "r2").done("r2")
    assert talk.kinds() == [], "the answer to the caller's turn answers the result too"


def test_a_result_that_the_servers_answer_cannot_have_had_is_answered_after_it() -> None:
    talk = Talk().ready()
    seen = {"type": "function_call_output", "call_id": "c0", "id": "o0"}
    talk.server("conversation.item.added", item=seen, previous_item_id=None)
    talk.begin("r1").call().done("r1").turn("u1")
    talk.answer("m1-tool-1", {"status": "saved"})
    talk.begin("r2").sent()
    talk.server("conversation.item.added", item={**seen, "call_id": "c1", "id": "o1"})
    assert talk.done("r2").kinds() == ["response.create"]


def test_a_server_that_does_not_answer_a_turn_is_asked_to_when_something_is_owed() -> None:
    talk = Talk().ready()
    talk.begin("r1").call().done("r1").turn("u1")
    talk.answer("m1-tool-1", {"status": "saved"}).sent()
    assert talk.wait(1.4).kinds() == []
    assert talk.wait(0.2).kinds() == ["response.create"]


def test_a_response_that_never_ends_does_not_hold_the_gate_for_ever() -> None:
    talk = Talk().ready()
    talk.begin("r1").call()
    talk.answer("m1-tool-1", {"status": "saved"}).sent()
    assert talk.wait(5.9).kinds() == []
    assert talk.wait(0.2).kinds() == ["response.create"]


def test_a_response_that_ends_without_a_beginning() -> None:
    talk = Talk().ready()
    talk.begin("r1").call().done("r1")
    talk.answer("m1-tool-1", {"status": "saved"})
    mark = asked(talk)
    talk.done("r9", "cancelled", metadata={"asked": mark})
    talk.begin("r2").call("f2", "r2").done("r2")
    talk.answer("m1-tool-2", {"status": "saved"})
    assert talk.kinds() == ["conversation.item.create", "response.create"]


def test_our_response_that_begins_over_the_caller_is_stopped() -> None:
    talk = Talk().ready()
    talk.begin("r1").call().done("r1")
    talk.answer("m1-tool-1", {"status": "saved"})
    mark = asked(talk)
    talk.voice("u1")
    assert talk.begin("r2", mark).kinds() == ["response.cancel"]
    assert talk.audio("i2", "r2").told(ReplyAudio) == []


# -- keys --


def test_the_keys_of_one_number_are_told_together() -> None:
    talk = Talk().ready()
    for digit in "0712":
        talk.protocol.caller_digit(digit, talk.now)
        talk.wait(0.5)
    assert talk.kinds() == []
    sent = talk.wait(1.1).sent()
    assert "0712" in sent[0]["item"]["content"][0]["text"]
    assert [one["type"] for one in sent] == ["conversation.item.create", "response.create"]
    talk.protocol.caller_digit("1", talk.now)
    talk.protocol.caller_digit("#", talk.now)
    assert len(talk.wait(0).sent("conversation.item.create")) == 1
