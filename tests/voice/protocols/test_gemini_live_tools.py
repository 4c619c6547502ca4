"""Tools, sentences of ours, refusals and usage."""

from __future__ import annotations

from typing import Any

import pytest
from tests.voice.protocols.gemini_talk import (
    FarSide,
    audio,
    profile,
)

from mapokezi.voice.events import (
    CallerTurnRejoined,
    ReplyAudio,
    ReplyCancelled,
    ReplyEnded,
    ReplyInterrupted,
    ReplyOwed,
    ReplyStarted,
    ToolCalled,
    ToolWithdrawn,
    UsageReported,
    VoiceNoted,
)
from mapokezi.voice.session import PastTurn

# -- tools --


def test_a_tool_is_told_and_answered_once_under_the_vendors_id_and_name() -> None:
    far = FarSide().ready()
    far.content(**audio())
    far.calls("look_up", "call-7", {"what": "hours"})
    assert far.told[-2:] == [
        ReplyEnded("v1-r1"),
        ToolCalled("v1-f1", "look_up", {"what": "hours"}),
    ]
    far.answer("v1-f1", {"status": "found", "ids": ["hours"]})
    far.answer("v1-f1", {"status": "found"})
    assert far.sent_with("toolResponse") == [
        {
            "functionResponses": [
                {
                    "name": "look_up",
                    "response": {"status": "found", "ids": ["hours"]},
                    "id": "call-7",
                }
            ]
        }
    ]
    far.says("At nine.")
    assert far.of(ReplyStarted)[1] == ReplyStarted("v1-r2", "v1-t1")


def test_the_talk_goes_on_beside_a_slow_tool() -> None:
    far = FarSide().ready()
    far.content(**audio())
    far.calls("take_message", "c1", {"name": "Grace"})
    far.content(**audio())
    assert {one.item_id for one in far.of(ReplyAudio)} == {"v1-r1"}
    far.answer("v1-f1", {"status": "saved"})
    (response,) = far.sent_with("toolResponse")[0]["functionResponses"]
    assert response["scheduling"] == "WHEN_IDLE"
    assert response["response"] == {"status": "saved", "scheduling": "WHEN_IDLE"}


def test_ids_are_new_though_the_vendor_repeats_its_own() -> None:
    far = FarSide().ready()
    far.calls("look_up", "c1")
    far.calls("look_up", "c1")  # delivered twice: still the same call
    far.answer("v1-f1", {"status": "found"})
    far.calls("look_up", "c1")
    assert [one.tool_call_id for one in far.of(ToolCalled)] == ["v1-f1", "v1-f2"]


def test_unknown_tools_and_wrong_arguments_are_answered_by_us() -> None:
    far = FarSide().ready()
    far.calls("fly", "c1")
    far.calls("look_up", "c2", ["what"])
    far.send(toolCall={"functionCalls": [{"id": "c3"}]})
    assert far.of(ToolCalled) == []
    answers = [one["functionResponses"][0] for one in far.sent_with("toolResponse")]
    assert [(one["id"], one["name"], one["response"]["status"]) for one in answers] == [
        ("c1", "fly", "failed"),
        ("c2", "look_up", "failed"),
        ("c3", "unknown", "failed"),
    ]


def test_calls_without_ids_are_answered_together_in_their_order() -> None:
    options = {"vertex": True, "project": "p", "location": "us-central1"}
    far = FarSide(profile(key="", options=options)).ready()
    calls = [{"name": "look_up", "args": {}}, {"name": "fly"}, {"name": "take_message"}]
    far.send(toolCall={"functionCalls": calls})
    first, second = (one.tool_call_id for one in far.of(ToolCalled))
    far.answer(second, {"status": "saved"})
    assert far.sent == []
    far.answer(first, {"status": "found"})
    (response,) = far.sent_with("toolResponse")
    assert [one["name"] for one in response["functionResponses"]] == [
        "look_up",
        "fly",
        "take_message",
    ]
    assert all("id" not in one and "scheduling" not in one for one in response["functionResponses"])


def test_a_cancelled_call_is_withdrawn_and_its_result_not_sent() -> None:
    far = FarSide().ready()
    far.calls("look_up", "c1")
    far.send(toolCallCancellation={"ids": ["c1", "never"]})
    assert far.of(ToolWithdrawn) == [ToolWithdrawn("v1-f1")]
    far.answer("v1-f1", {"status": "found"})
    assert far.sent == []


def test_a_model_that_says_nothing_after_a_result_is_asked_to_go_on() -> None:
    far = FarSide().ready()
    far.calls("look_up", "c1")
    far.answer("v1-f1", {"status": "found"})
    far.wait(2.9)
    assert far.sent_with("clientContent") == []
    far.wait(0.2)
    assert len(far.sent_with("clientContent")) == 1


def test_a_tool_call_within_the_closing_message_is_taken() -> None:
    far = FarSide().ready()
    far.send(
        serverContent={"turnComplete": True},
        toolCall={"functionCalls": [{"id": "c1", "name": "end_call"}]},
    )
    assert far.of(ToolCalled) == [ToolCalled("v1-f1", "end_call", {})]


# -- a sentence of ours --


def test_a_sentence_of_ours_is_told_under_our_id() -> None:
    far = FarSide().ready()
    far.speak("The fee is 500 shillings.", "line-1")
    (asked,) = far.sent_with("clientContent")
    assert asked["turns"][0]["parts"][0]["text"].endswith("\nThe fee is 500 shillings.")
    far.content(**audio(), outputTranscription={"text": "The fee is 500 shillings."})
    far.content(generationComplete=True)
    far.content(turnComplete=True)
    assert far.kinds == ["ReplyStarted", "ReplyAudio", "ReplyText", "ReplyEnded"]
    assert far.told[0] == ReplyStarted("line-1", "")
    far.wait(10)
    assert far.of(ReplyCancelled) == []


def test_a_sentence_supersedes_what_is_being_said_and_is_no_barge_in() -> None:
    far = FarSide().ready()
    far.content(**audio())
    far.speak("Correction.", "line-1")
    assert far.told[-1] == ReplyEnded("v1-r1")
    far.forget()
    far.content(**audio())
    far.content(interrupted=True)
    far.content(turnComplete=True)
    assert far.told == []
    far.content(**audio())
    assert far.of(ReplyStarted) == [ReplyStarted("line-1", "")]
    far.forget()
    far.content(interrupted=True)
    assert far.told == [ReplyInterrupted(), ReplyCancelled("line-1")]


def test_a_sentence_that_is_not_heard_in_time_is_taken_back_and_not_said_late() -> None:
    far = FarSide().ready()
    far.speak("Are you there?", "line-1")
    far.wait(0.8)
    assert far.sent_with("realtimeInput") == [{"text": " "}]
    far.wait(0.8)
    assert far.told == [ReplyCancelled("line-1")]
    far.content(**audio())
    far.content(turnComplete=True)
    assert far.of(ReplyAudio) == []
    far.hears("Yes.")
    far.says("Good.")
    assert far.of(ReplyAudio)


def test_an_answer_to_the_caller_is_wanted_after_a_sentence_was_taken_back() -> None:
    far = FarSide().ready()
    far.speak("Are you there?", "line-1")
    far.wait(1.6)
    far.hears("Yes, I am.")
    far.says("Good.")
    assert len(far.of(ReplyAudio)) == 1


def test_words_without_sound_do_not_count_as_heard() -> None:
    far = FarSide().ready()
    far.speak("Are you there?", "line-1")
    far.content(outputTranscription={"text": "Are you"})
    far.wait(1.6)
    assert far.told[-1] == ReplyCancelled("line-1")
    far.content(**audio())
    assert far.of(ReplyAudio) == []


def test_a_sentence_that_ends_without_a_sound_is_taken_back_at_once() -> None:
    far = FarSide().ready()
    far.speak("Are you there?", "line-1")
    far.content(outputTranscription={"text": "Are you there?"}, generationComplete=True)
    assert far.told[-1] == ReplyCancelled("line-1")
    far.wait(10)
    assert len(far.of(ReplyCancelled)) == 1


def test_a_sentence_before_which_the_model_calls_a_tool_is_not_forgotten() -> None:
    far = FarSide().ready()
    far.speak("One moment.", "line-1")
    far.calls("look_up", "c1")
    far.wait(1.6)
    assert far.of(ReplyCancelled) == [ReplyCancelled("line-1")]
    far.answer("v1-f1", {"status": "found"})
    far.says("At nine.")
    assert far.of(ReplyStarted)[0].item_id == "v1-r1"


def test_a_sentence_goes_before_what_else_was_asked() -> None:
    far = FarSide().ready()
    far.content(turnComplete=True, turnCompleteReason="RESPONSE_REJECTED")
    far.speak("One moment.", "line-1")
    assert len(far.sent) == 2
    far.content(**audio())
    assert far.of(ReplyStarted) == [ReplyStarted("line-1", "")]
    far.content(generationComplete=True)
    assert far.sent[2] == far.sent[0]


def test_a_sentence_that_waits_too_long_for_the_one_before_it_is_taken_back() -> None:
    far = FarSide().ready()
    far.speak("One.", "line-1")
    far.speak("Two.", "line-2")
    far.content(**audio())
    far.wait(6.1)
    assert far.of(ReplyCancelled) == [ReplyCancelled("line-2")]


def test_two_sentences_are_said_one_after_the_other() -> None:
    far = FarSide().ready()
    far.speak("One.", "line-1")
    far.speak("Two.", "line-2")
    assert len(far.sent) == 1
    far.content(**audio())
    assert len(far.sent) == 1
    far.content(generationComplete=True)
    assert len(far.sent) == 2
    far.content(turnComplete=True)
    far.content(**audio())
    assert [one.item_id for one in far.of(ReplyStarted)] == ["line-1", "line-2"]


# -- refusals and usage --


@pytest.mark.parametrize("reason", ["MALFORMED_FUNCTION_CALL", "RESPONSE_REJECTED", "BLOCKLIST"])
def test_a_refused_turn_is_noted_and_asked_for_again_once(reason: str) -> None:
    far = FarSide().ready()
    for _ in range(2):
        far.content(turnComplete=True, turnCompleteReason=reason)
    noted = VoiceNoted("turn complete", reason)
    assert far.told == [noted, ReplyOwed(), noted]
    assert len(far.sent_with("clientContent")) == 1


def test_a_model_that_needs_more_input_owes_nothing() -> None:
    far = FarSide().ready()
    far.hears("It is about", finished=True)
    far.content(turnComplete=True, turnCompleteReason="NEED_MORE_INPUT")
    assert far.told[-1] == CallerTurnRejoined("v1-t1")
    assert far.sent == []


def test_it_is_told_whenever_something_but_the_callers_turn_is_to_be_answered() -> None:
    taken_up = FarSide()
    taken_up.open((PastTurn("caller", "And on Sunday?"),), reply_owed=True)
    assert taken_up.of(ReplyOwed) == [ReplyOwed()]
    back = FarSide()
    back.open((), "Brian Otieno")
    assert back.of(ReplyOwed) == [ReplyOwed()]
    keyed = FarSide().ready()
    keyed.protocol.caller_digit("5", keyed.now)
    keyed.wait(1.3)
    assert keyed.of(ReplyOwed) == [ReplyOwed()]
    asked = FarSide().ready()
    asked.calls("look_up")
    assert asked.of(ReplyOwed) == [], "the call knows of an open tool"
    (called,) = asked.of(ToolCalled)
    asked.answer(called.tool_call_id, {"status": "found"})
    asked.gather()
    assert asked.of(ReplyOwed) == [ReplyOwed()]


def test_a_model_that_waits_for_more_keys_owes_nothing() -> None:
    far = FarSide().ready()
    far.protocol.caller_digit("5", far.now)
    far.wait(1.3)
    far.content(waitingForInput=True)
    assert far.of(ReplyOwed) == [ReplyOwed(), ReplyOwed(is_owed=False)]
    far.content(waitingForInput=True)
    assert len(far.of(ReplyOwed)) == 2


def test_usage_is_told_by_modality_and_what_is_missing_as_tokens() -> None:
    far = FarSide().ready()
    far.send(
        usageMetadata={
            "promptTokenCount": 1000,
            "cachedContentTokenCount": 300,
            "responseTokenCount": 130,
            "thoughtsTokenCount": 7,
            "totalTokenCount": 1,
            "promptTokensDetails": [
                {"modality": "TEXT", "tokenCount": 600},
                {"modality": "AUDIO", "tokenCount": 370},
            ],
            "cacheTokensDetails": [{"modality": "TEXT", "tokenCount": 300}],
            "responseTokensDetails": [{"modality": "AUDIO", "tokenCount": 100}],
        }
    )
    assert far.of(UsageReported) == [
        UsageReported(
            {
                "audio_in": 370,
                "text_in": 300,
                "text_in_cached": 300,
                "audio_out": 100,
                "thought_out": 7,
                "tokens_in": 30,
                "tokens_out": 30,
            },
            "gemini-3.8-live",
        )
    ]


def test_vertex_names_usage_otherwise() -> None:
    far = FarSide().ready()
    usage: dict[str, Any] = {
        "candidatesTokenCount": 40,
        "candidatesTokensDetails": [{"modality": "AUDIO", "tokenCount": 40}],
    }
    far.send(usageMetadata=usage)
    far.send(usageMetadata={})
    assert [one.units for one in far.of(UsageReported)] == [{"audio_out": 40}]
