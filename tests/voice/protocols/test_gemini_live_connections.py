"""How connections of Gemini Live are lost and replaced, and what is wrong with a profile."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from tests.voice.protocols.gemini_talk import FRAME, FarSide, audio, profile

from mapokezi.errors import ConfigurationError
from mapokezi.voice.events import (
    ReplyCancelled,
    ReplyEnded,
    ReplyOwed,
    ReplyStarted,
    ToolCalled,
    VoiceFailed,
    VoiceNoted,
    VoiceReady,
)
from mapokezi.voice.profile import ModelBriefing
from mapokezi.voice.protocols.gemini_live import make
from mapokezi.voice.session import PastTurn
from mapokezi.voice.wire import CloseSocket, OpenSocket

SERVICE = "google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"


def resumable(far: FarSide, handle: str = "h1") -> FarSide:
    far.send(sessionResumptionUpdate={"newHandle": handle, "resumable": True})
    return far


def the_call_noticed_nothing(far: FarSide) -> bool:
    return all(isinstance(event, VoiceNoted | ReplyOwed) for event in far.told)


# -- resuming --


def test_a_surprise_close_is_resumed_with_the_newest_handle() -> None:
    far = resumable(FarSide().ready(), "h1")
    resumable(far, "h2")
    far.send(sessionResumptionUpdate={"newHandle": "", "resumable": False})
    far.wait(60)
    far.forget()
    far.close(1006)
    assert [one.connection for one in far.dialled] == [2]
    assert far.hung_up == []
    far.accept()
    (setup,) = far.sent_with("setup")
    assert setup["sessionResumption"] == {"handle": "h2"}
    assert "historyConfig" not in setup
    assert far.sent_with("clientContent") == []
    assert the_call_noticed_nothing(far)
    assert far.told[-1] == VoiceNoted("connection renewed", "resumed")


def test_what_the_caller_says_in_the_gap_is_sent_after_it() -> None:
    far = resumable(FarSide().ready())
    far.wait(60)
    far.close(1006)
    frames = [bytes([nth + 1]) * 640 for nth in range(20)]
    assert [far.caller(frame) for frame in frames] == [None] * 20
    far.forget()
    far.accept()
    sent = [base64.b64decode(one["audio"]["data"]) for one in far.sent_with("realtimeInput")]
    assert b"".join(sent) == b"".join(frames)


def test_a_refused_resumption_becomes_a_fresh_session_with_the_conversation() -> None:
    far = resumable(FarSide().ready())
    far.hears("Is Otieno in?")
    far.says("He is out. May I take a message?")
    far.content(turnComplete=True)
    far.protocol.cut_reply("v1-r1", 900, "He is out.", far.now)
    far.wait(60)
    far.forget()
    far.close(1011, "Deadline expired")
    far.handshake()
    far.close(1008, "session not found")
    far.accept()
    assert far.sent_with("setup")[1]["sessionResumption"] == {}
    assert far.sent_with("setup")[1]["historyConfig"] == {"initialHistoryInClientContent": True}
    (seed,) = far.sent_with("clientContent")
    assert seed == {
        "turns": [
            {"role": "user", "parts": [{"text": "Is Otieno in?"}]},
            {"role": "model", "parts": [{"text": "He is out."}]},
        ],
        "turnComplete": True,
    }
    assert the_call_noticed_nothing(far)


def test_1011_to_a_resumption_is_tried_once_more_with_the_handle() -> None:
    far = resumable(FarSide().ready())
    far.wait(60)
    far.forget()
    far.close(1006)
    far.handshake()
    far.close(1011, "internal")
    far.wait(0.3)
    far.handshake()
    handles = [one["sessionResumption"].get("handle") for one in far.sent_with("setup")]
    assert handles == ["h1", "h1"]
    far.close(1011, "internal")
    far.handshake()
    assert far.sent_with("setup")[2]["sessionResumption"] == {}


def test_a_resumption_that_nobody_answers_is_left_for_a_fresh_session() -> None:
    far = resumable(FarSide().ready())
    far.hears("Hello?", finished=True)
    far.wait(60)
    far.forget()
    far.close(1006)
    far.handshake()
    far.wait(1.3)
    assert [order.connection for order in far.orders if isinstance(order, OpenSocket)] == [2, 3]
    assert far.hung_up == [CloseSocket(2)]
    far.accept()
    assert far.sent_with("setup")[1]["sessionResumption"] == {}
    assert the_call_noticed_nothing(far)


def test_a_connection_that_is_not_replaced_in_two_seconds_has_failed() -> None:
    far = FarSide().ready()
    far.wait(60)
    far.close(1006)
    far.forget()
    far.wait(1.9)
    assert far.of(VoiceFailed) == []
    far.wait(0.2)
    assert far.of(VoiceFailed) == [VoiceFailed("not ready in time")]
    assert far.hung_up


def test_a_first_connection_that_never_opens_has_failed() -> None:
    far = FarSide()
    far.open()
    far.wait(10)
    assert far.told == [VoiceFailed("not ready in time")]
    assert far.protocol.next_timer() is None


def test_three_failures_in_a_row_are_the_end() -> None:
    far = FarSide()
    far.open()
    for _ in range(3):
        far.close(0, "refused")
        far.wait(0.5)
    assert len(far.dialled) == 3
    assert far.of(VoiceFailed) == [VoiceFailed("3 failures, the last: 0 refused")]


def test_a_connection_that_keeps_breaking_is_given_up_and_one_that_held_is_not() -> None:
    far = FarSide().ready()
    for _ in range(10):
        far.wait(11)
        far.close(1006)
        far.accept()
    assert far.of(VoiceFailed) == []
    for _ in range(3):
        far.wait(1)
        far.close(1006)
        far.wait(0.5)
        if not far.of(VoiceFailed):
            far.accept()
    assert len(far.of(VoiceFailed)) == 1


def test_the_call_is_told_that_a_voice_is_ready_once() -> None:
    far = FarSide()
    far.open()
    far.accept()
    far.close(1006)
    far.wait(0.5)
    far.accept()
    assert len(far.of(VoiceReady)) == 1


# -- codes --


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (1007, "Invalid JSON payload"),
        (1008, "models/x is not found"),
        (1011, "You exceeded your current quota"),
        (403, "Forbidden"),
        (404, "Not Found"),
    ],
)
def test_a_fault_of_the_profile_is_not_tried_again(code: int, reason: str) -> None:
    far = FarSide()
    far.open()
    far.handshake()
    far.close(code, reason)
    assert far.of(VoiceFailed) == [VoiceFailed(f"closed: {code} {reason}", recoverable=False)]
    assert len(far.dialled) == 1


@pytest.mark.parametrize("code", [429, 503, 1000, 1006, 1011, 1013])
def test_a_passing_fault_at_the_start_is_tried_again(code: int) -> None:
    far = FarSide()
    far.open()
    far.close(code, "later")
    far.wait(0.3)
    assert len(far.dialled) == 2
    far.accept()
    assert far.of(VoiceReady)


@pytest.mark.parametrize("code", [1007, 1008])
def test_a_poisoned_session_is_left_behind_with_its_handle(code: int) -> None:
    far = resumable(FarSide().ready())
    far.hears("Hello?")
    far.wait(60)
    far.forget()
    far.close(code, "Requested entity was not found")
    far.accept()
    assert far.sent_with("setup")[0]["sessionResumption"] == {}
    assert far.sent_with("clientContent")


def test_an_exhausted_context_is_left_behind_only_once() -> None:
    far = FarSide().ready()
    far.wait(60)
    far.close(1007, "context")
    far.accept()
    far.wait(1)
    far.close(1007, "context")
    assert far.of(VoiceFailed) == [VoiceFailed("closed: 1007 context", recoverable=False)]


# -- what was under way --


def test_a_reply_that_broke_off_ends_and_the_model_goes_on_over_the_next_connection() -> None:
    far = resumable(FarSide().ready())
    far.wait(60)
    far.content(**audio())
    far.forget()
    far.close(1006)
    assert ReplyEnded("v1-r1", broke_off=True) in far.told
    far.accept()
    (asked,) = [one for one in far.sent_with("clientContent") if one["turnComplete"]]
    assert "Go on at once" in asked["turns"][0]["parts"][0]["text"]
    far.content(**audio())
    assert far.of(ReplyStarted) == [ReplyStarted("v1-r2", "")]


def test_a_caller_who_waits_is_not_forgotten() -> None:
    far = resumable(FarSide().ready())
    far.wait(60)
    far.hears("When do you open?", finished=True)
    far.close(1006)
    far.forget()
    far.accept()
    lost, asked = far.sent_with("clientContent")
    assert (lost["turnComplete"], asked["turnComplete"]) == (False, True)
    assert "The caller: When do you open?" in lost["turns"][0]["parts"][0]["text"]
    far.content(**audio())
    assert far.of(ReplyStarted) == [ReplyStarted("v1-r1", "v1-t1")]


def test_a_tools_result_is_not_sent_over_another_connection() -> None:
    far = resumable(FarSide().ready())
    far.wait(60)
    far.calls("look_up", "c1")
    far.close(1006)
    far.accept()
    far.answer("v1-f1", {"status": "found"})
    assert far.sent_with("toolResponse") == []
    far.calls("look_up", "c1")
    assert far.of(ToolCalled)[-1].tool_call_id == "v1-f2"
    far.answer("v1-f2", {"status": "found"})
    assert len(far.sent_with("toolResponse")) == 1


def test_a_sentence_of_ours_is_asked_again() -> None:
    far = resumable(FarSide().ready())
    far.wait(60)
    far.speak("Goodbye.", "line-1")
    far.close(1006)
    far.accept()
    assert len(far.sent_with("clientContent")) == 2
    far.content(**audio())
    assert far.of(ReplyStarted) == [ReplyStarted("line-1", "")]


def test_a_sentence_that_cannot_be_asked_in_time_is_taken_back() -> None:
    far = resumable(FarSide().ready())
    far.wait(60)
    far.close(1006)
    far.speak("Goodbye.", "line-1")
    far.wait(1.6)
    assert far.of(ReplyCancelled) == [ReplyCancelled("line-1")]


def test_sentences_that_wait_are_taken_back_when_the_voice_fails() -> None:
    far = FarSide()
    far.open()
    far.speak("One.", "line-1")
    far.speak("Two.", "line-2")
    far.close(403)
    assert far.kinds == ["VoiceNoted", "ReplyCancelled", "ReplyCancelled", "VoiceFailed"]


def test_stale_connections_are_ignored() -> None:
    far = resumable(FarSide().ready())
    far.wait(60)
    far.close(1006)
    far.accept()
    far.forget()
    far.send_raw(b'{"serverContent":{"interrupted":true}}', connection=1)
    far.protocol.socket_closed(1, 1006, "", far.now)
    far.protocol.socket_opened(1, far.now)
    far.gather()
    assert far.told == []
    assert far.orders == []


# -- told to go --


def test_told_to_go_between_turns_it_goes_at_once_the_old_socket_first() -> None:
    far = resumable(FarSide().ready())
    far.wait(60)
    far.forget()
    far.send(goAway={"timeLeft": "50s"})
    assert [type(order) for order in far.orders] == [CloseSocket, OpenSocket]
    assert (far.hung_up[0].connection, far.dialled[0].connection) == (1, 2)
    far.accept()
    assert far.sent_with("setup")[0]["sessionResumption"] == {"handle": "h1"}
    assert the_call_noticed_nothing(far)


def test_told_to_go_it_lets_the_model_finish() -> None:
    far = resumable(FarSide().ready())
    far.hears("Well?", finished=True)
    far.content(**audio())
    far.send(goAway={"timeLeft": "50s"})
    far.wait(5)
    assert len(far.dialled) == 0
    far.content(generationComplete=True)
    assert len(far.dialled) == 0
    far.content(turnComplete=True)
    assert len(far.dialled) == 1


def test_told_to_go_by_a_server_that_then_falls_silent_it_goes_by_its_own_timer() -> None:
    far = resumable(FarSide().ready())
    far.content(**audio())
    far.send(goAway={"timeLeft": "50s"})
    far.wait(44.9)
    assert far.dialled == []
    far.wait(0.2)
    assert [type(order) for order in far.orders] == [CloseSocket, OpenSocket]


@pytest.mark.parametrize(("left", "by"), [("4s", 2.0), ("0s", 0.0), (None, 5.0), ("soon", 5.0)])
def test_told_to_go_in_a_hurry_or_without_a_time(left: str | None, by: float) -> None:
    far = FarSide().ready()
    far.content(**audio())
    far.send(goAway={"timeLeft": left} if left else {})
    far.wait(by)
    assert [type(order) for order in far.orders] == [CloseSocket, OpenSocket]


# -- Vertex --


def test_vertex_is_reached_with_a_token_of_the_carriers() -> None:
    options = {"vertex": True, "project": "p1", "location": "us-central1", "quota_project": "q"}
    far = FarSide(profile(key="", options=options))
    far.open((PastTurn("caller", "Hello?"), PastTurn("receptionist", "Yes?")))
    (socket,) = far.dialled
    assert socket.needs_token
    assert socket.url == (
        "wss://us-central1-aiplatform.googleapis.com/ws/"
        "google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent"
    )
    assert socket.headers == (("x-goog-user-project", "q"),)
    far.accept()
    (setup,) = far.sent_with("setup")
    assert (
        setup["model"]
        == "projects/p1/locations/us-central1/publishers/google/models/gemini-3.8-live"
    )
    assert not {"historyConfig", "labels"} & setup.keys()
    assert far.sent_with("clientContent")[0]["turnComplete"] is False


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("global", "aiplatform.googleapis.com"),
        ("us", "aiplatform.us.rep.googleapis.com"),
        ("europe-west1", "europe-west1-aiplatform.googleapis.com"),
    ],
)
def test_vertex_hosts(location: str, host: str) -> None:
    options = {"vertex": True, "project": "p", "location": location}
    far = FarSide(profile(key="", options=options))
    far.open()
    assert far.dialled[0].url.split("/")[2] == host


def test_a_key_for_vertex_is_express_mode() -> None:
    far = FarSide(profile(options={"vertex": True}))
    far.open()
    (socket,) = far.dialled
    assert not socket.needs_token
    assert socket.url.startswith("wss://aiplatform.googleapis.com/ws/")
    far.handshake()
    assert far.sent_with("setup")[0]["model"] == "publishers/google/models/gemini-3.8-live"


# -- profiles --


@pytest.mark.parametrize(
    ("url", "dialled"),
    [
        (
            "ws://127.0.0.1:9/",
            f"ws://127.0.0.1:9/ws/{SERVICE}",
        ),
        (
            "wss://gate.example/google?tenant=1",
            f"wss://gate.example/google/ws/{SERVICE}?tenant=1",
        ),
        ("wss://gate.example/my/BidiGenerateContent", "wss://gate.example/my/BidiGenerateContent"),
    ],
)
def test_another_address(url: str, dialled: str) -> None:
    far = FarSide(profile(url=url, key="", headers=(("x-tenant", "a"),)))
    far.open()
    assert far.dialled[0].url == dialled
    assert far.dialled[0].headers == (("x-tenant", "a"),)


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("key", {"key": ""}),
        ("key", {"key": "a\nb"}),
        ("url", {"url": "http://gate.example"}),
        ("url", {"url": "ws://gate.example"}),
        ("url", {"url": "wss://me:secret@gate.example"}),
        ("url", {"url": "wss://[gate"}),
        ("api_version", {"api_version": "latest"}),
        ("headers", {"headers": (("X-Goog-Api-Key", "b"),)}),
        ("volume", {"options": {"volume": 11}}),
        ("chunk_ms", {"options": {"chunk_ms": 60}}),
        ("chunk_ms", {"options": {"chunk_ms": True}}),
        ("vertex", {"options": {"vertex": "yes"}}),
        ("project", {"key": "", "options": {"vertex": True, "location": "us"}}),
        ("location", {"key": "", "options": {"vertex": True, "project": "p", "location": "a/b"}}),
        ("temperature", {"options": {"temperature": 3}}),
        ("start_sensitivity", {"options": {"start_sensitivity": "medium"}}),
        ("transcription_languages", {"options": {"transcription_languages": "en"}}),
        ("thinking_level", {"options": {"thinking_level": "low"}}),
        (
            "thinking_level",
            {
                "model": "gemini-3.8-live-extended-thinking",
                "options": {"thinking_level": "minimal"},
            },
        ),
        ("slow_tool_scheduling", {"options": {"slow_tool_scheduling": "never"}}),
        ("compression_target_tokens", {"options": {"compression_target_tokens": 99_999}}),
    ],
)
def test_what_is_wrong_with_a_profile_is_named(key: str, changes: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=rf"^model profile google: {key}: ") as error:
        make(profile(**changes), ModelBriefing(), "p")
    assert "secret" not in str(error.value)


def test_every_option_stands_in_the_reference() -> None:
    root = Path(__file__).parents[3]
    read = (root / "src/mapokezi/voice/protocols/gemini_live/settings.py").read_text()
    options = set(re.findall(r'options\.(?:text|choice|flag|number|texts)\(\s*"(\w+)"', read))
    options |= {"temperature", "thinking_level"}
    assert len(options) == 17
    page = (root / "docs/reference/gemini-live.md").read_text()
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == options


def test_sound_is_kept_while_dialling_and_sent_as_it_comes_after() -> None:
    far = FarSide()
    far.open()
    assert far.caller(FRAME) is None
    far.accept()
    assert isinstance(far.caller(FRAME), bytes)
