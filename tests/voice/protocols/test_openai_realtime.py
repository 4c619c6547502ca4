"""The Realtime protocol: opening, the caller's sound, turns and transcripts."""

from __future__ import annotations

import base64
import json
from dataclasses import Field, fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.voice.protocols.openai_talk import BRIEFING, Talk, profile, sound

from mapokezi.audio.resample import resampled
from mapokezi.errors import ConfigurationError
from mapokezi.voice.events import (
    CallerHeard,
    CallerTurnEnded,
    CallerVoiceStarted,
    CallerVoiceStopped,
    ReplyInterrupted,
    UsageReported,
    VoiceFailed,
    VoiceNoted,
    VoiceReady,
)
from mapokezi.voice.profile import ModelBriefing, ModelProfile
from mapokezi.voice.protocols.openai_realtime import make
from mapokezi.voice.protocols.openai_realtime.options import RealtimeOptions
from mapokezi.voice.session import NOT_UNDERSTOOD, NotReached, PastTurn
from mapokezi.voice.wire import CloseSocket, OpenSocket

HISTORY = (PastTurn("receptionist", "Good morning."), PastTurn("caller", "When do you open?"))


# -- opening --


def test_it_dials_with_the_key_in_the_header() -> None:
    talk = Talk().open()
    assert talk.orders == [
        OpenSocket(
            1,
            "wss://api.openai.com/v1/realtime?model=gpt-realtime-2.1",
            (("Authorization", "Bearer sk-fake"),),
        )
    ]
    assert "sk-fake" not in repr(talk.orders)


@pytest.mark.parametrize(
    ("given_url", "version", "url"),
    [
        ("http://localhost:8080/v1", "", "ws://localhost:8080/v1/realtime"),
        ("wss://voice.example/x?model=own", "", "wss://voice.example/x?model=own"),
        (
            "https://office.openai.azure.com/openai",
            "v",
            "wss://office.openai.azure.com/openai/realtime?api-version=v&deployment=gpt-realtime-2.1",
        ),
    ],
)
def test_an_address_may_be_the_base_or_the_socket(given_url: str, version: str, url: str) -> None:
    one = ModelProfile(
        name="m", protocol="openai_realtime", url=given_url, api_version=version, key="k"
    )
    talk = Talk()
    talk.protocol = make(one, BRIEFING, "")
    [order] = talk.open().orders
    assert isinstance(order, OpenSocket)
    assert order.url == url
    assert (("api-key", "k") in order.headers) is ("azure" in url)


def test_the_session_is_set_up_at_once_and_told_as_ready_when_it_is() -> None:
    talk = Talk().open()
    talk.orders.clear()
    talk.connection = 1
    talk.protocol.socket_opened(1, talk.now)
    [update] = talk.gather().sent("session.update")
    session = update["session"]
    assert session["instructions"] == "Be brief."
    assert session["audio"]["input"]["turn_detection"]["interrupt_response"] is True
    assert session["audio"]["input"]["transcription"] == {
        "model": "gpt-live-transcribe",
        "languages": ["en", "sw"],
        "keywords": ["Wanjiku", "Otieno"],
    }
    assert [tool["name"] for tool in session["tools"]] == ["take_message"]
    talk.server("session.created", session={})
    assert talk.told() == []
    talk.server("session.updated", session={})
    assert talk.told() == [VoiceReady("cloud", leads_turns=True)]


def test_a_server_that_never_says_that_it_is_set_up_is_taken_at_its_word_soon() -> None:
    talk = Talk().open()
    talk.connection = 1
    talk.protocol.socket_opened(1, talk.now)
    talk.server("session.created", session={}).wait(0.9)
    assert talk.told() == []
    assert talk.wait(0.2).told() == [VoiceReady("cloud", leads_turns=True)]


def test_a_flat_session_for_the_beta_dialect() -> None:
    talk = Talk(url="ws://gpu:8000/v1/realtime", dialect="beta", temperature=0.8).open()
    [order] = talk.orders
    assert isinstance(order, OpenSocket)
    assert ("OpenAI-Beta", "realtime=v1") in order.headers
    talk.orders.clear()
    talk.connection = 1
    talk.protocol.socket_opened(1, talk.now)
    [update] = talk.gather().sent()
    session = update["session"]
    assert session["input_audio_format"] == session["output_audio_format"] == "pcm16"
    assert session["modalities"] == ["audio", "text"]
    assert session["temperature"] == 0.8
    assert "type" not in session
    assert "voice" not in session, "a self-hosted server has voices of its own"
    assert "input_audio_transcription" not in session


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"dialect": "gamma"}, "dialect"),
        ({"truncate": 1}, "truncate"),
        ({"input_rate": 4000}, "input_rate"),
        ({"input_rate": 16000.5}, "input_rate"),
        ({"speed": True}, "speed"),
        ({"colour": "red"}, "colour"),
        ({"temperature": 0.8}, "temperature"),
        ({"server_vad": False, "turn_detection": "semantic_vad"}, "turn_detection"),
        ({"transcription_model": 3}, "transcription_model"),
        ({"recycle_after_s": 3600}, "recycle_after_s"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, object], key: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"model profile cloud: {key} "):
        make(profile("", **options), ModelBriefing(), "")


@pytest.mark.parametrize("option", fields(RealtimeOptions), ids=lambda option: option.name)
def test_every_option_stands_in_the_reference_with_its_default(option: Field[object]) -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "openai-realtime.md"
    lines = page.read_text("utf-8").splitlines()
    rows = [line for line in lines if line.startswith(f"| `{option.name}` |")]
    assert len(rows) == 1
    default = option.default
    told = str(default).lower() if isinstance(default, bool) else str(default)
    assert f"| `{told}` |" in rows[0] if default not in {None, ""} else "| empty |" in rows[0]


def test_a_wrong_address_is_told_at_start() -> None:
    with pytest.raises(ConfigurationError, match="model profile cloud: url"):
        make(profile("ftp://x"), ModelBriefing(), "")


def test_a_refused_session_is_a_fault_for_good() -> None:
    talk = Talk().open()
    talk.connection = 1
    talk.protocol.socket_opened(1, talk.now)
    [update] = talk.gather().sent("session.update")
    talk.error("unknown_parameter", update["event_id"], "Unknown parameter: 'session.x'.")
    [failed] = talk.told()
    assert failed == VoiceFailed(
        "cloud: the session was refused: Unknown parameter: 'session.x'.", recoverable=False
    )
    assert talk.orders == [CloseSocket(1)]
    assert talk.protocol.next_timer() is None


@pytest.mark.parametrize(
    ("code", "recoverable"),
    [(0, True), (401, False), (404, False), (429, True), (503, True), (1006, True), (1008, False)],
)
def test_a_first_connection_that_fails_is_told_at_once(code: int, recoverable: bool) -> None:
    talk = Talk().open()
    talk.connection = 1
    [failed] = talk.lost(code).told()
    assert isinstance(failed, VoiceFailed)
    assert failed.recoverable is recoverable


def test_a_history_is_seeded_and_a_pending_question_taken_up() -> None:
    talk = Talk().open(history=HISTORY, reply_owed=True)
    talk.connect()
    sent = talk.sent()
    items = [message["item"] for message in sent if message["type"].endswith("item.create")]
    assert [(item["role"], item["content"]) for item in items] == [
        ("assistant", [{"type": "output_text", "text": "Good morning."}]),
        ("user", [{"type": "input_text", "text": "When do you open?"}]),
    ]
    assert sent[-1]["type"] == "response.create"
    assert len([one for one in sent if one["type"] == "response.create"]) == 1


def test_without_a_pending_question_it_waits_for_the_caller() -> None:
    talk = Talk().open(history=HISTORY)
    assert "response.create" not in talk.connect().kinds()


def test_a_turn_of_which_no_words_are_known_is_asked_for_again() -> None:
    history = (*HISTORY, PastTurn("caller", NOT_UNDERSTOOD))
    sent = Talk().open(history=history, reply_owed=True).connect().sent()
    assert sent[-2]["item"]["role"] == "system"
    assert "say that again" in sent[-2]["item"]["content"][0]["text"]
    assert sent[-1]["type"] == "response.create"


def test_a_caller_who_came_back_is_spoken_to() -> None:
    came = NotReached.NO_ANSWER
    talk = Talk().open(history=HISTORY[:1], came_back_from="Otieno", not_reached=came)
    sent = talk.connect().sent()
    assert "Otieno did not pick up." in sent[-2]["item"]["content"][0]["text"]
    assert sent[-1]["type"] == "response.create"


def test_of_a_hand_off_in_doubt_nothing_is_claimed() -> None:
    talk = Talk().open(
        history=HISTORY[:1], came_back_from="Otieno", not_reached=NotReached.IN_DOUBT
    )
    told = talk.connect().sent()[-2]["item"]["content"][0]["text"]
    assert "in vain" not in told
    assert "Do not ring Otieno again" in told


# -- the caller's sound --


def test_sound_is_resampled_into_one_message_a_frame() -> None:
    talk = Talk().ready()
    frame = sound(20, 16_000, 1000)
    pieces = []
    for _ in range(50):
        message = talk.protocol.caller_audio(frame, talk.now)
        assert message is not None
        told = json.loads(message)
        assert told["type"] == "input_audio_buffer.append"
        pieces.append(base64.b64decode(told["audio"]))
    heard = b"".join(pieces)
    assert resampled(frame * 50, 16_000, 24_000).startswith(heard)
    assert len(heard) >= 24_000 * 2 - 24 * 2 * 3
    assert talk.protocol.orders() == []


def test_a_server_of_our_own_rate_gets_the_samples_as_they_are() -> None:
    talk = Talk(url="ws://gpu/v1/realtime", input_rate=16_000, chunk_ms=40).ready()
    frame = sound(20, 16_000, 7)
    assert talk.protocol.caller_audio(frame, talk.now) is None
    message = talk.protocol.caller_audio(frame, talk.now)
    assert message is not None
    assert base64.b64decode(json.loads(message)["audio"]) == frame * 2


def test_the_last_two_seconds_before_it_is_ready_are_sent_in_order() -> None:
    talk = Talk(url="ws://gpu/v1/realtime", input_rate=16_000).open()
    frames = [sound(20, 16_000, number) for number in range(1, 151)]
    for frame in frames:
        assert talk.protocol.caller_audio(frame, talk.now) is None
    sent = talk.connect().sent("input_audio_buffer.append")
    heard = b"".join(base64.b64decode(message["audio"]) for message in sent)
    assert heard == b"".join(frames[50:])


@given(st.lists(st.integers(1, 700), max_size=40), st.sampled_from([16_000, 24_000]))
def test_no_sample_is_lost_however_the_sound_is_cut(sizes: list[int], rate: int) -> None:
    talk = Talk(url="ws://gpu/v1/realtime", input_rate=rate, chunk_ms=40).ready()
    fed = heard = b""
    for index, size in enumerate(sizes):
        pcm = sound(1, 1000 * size, index + 1)
        fed += pcm
        message = talk.protocol.caller_audio(pcm, talk.now)
        if message is not None:
            heard += base64.b64decode(json.loads(message)["audio"])
    whole = fed if rate == 16_000 else resampled(fed, 16_000, rate)
    assert whole.startswith(heard)
    assert len(whole) - len(heard) <= rate * 2 * 45 // 1000


# -- the caller's turns --


def test_a_turn_is_told_with_the_instants_of_the_call() -> None:
    talk = Talk().open()
    talk.caller(3000)  # before the server hears anything; of which two seconds are sent on
    talk.connect()
    talk.events.clear()
    talk.caller(4000)
    talk.voice(at_ms=2500)
    assert talk.told() == [CallerVoiceStarted(1000 + 2500 + 300), ReplyInterrupted()]
    talk.pause(at_ms=5500)
    assert talk.told() == [
        CallerVoiceStopped(1000 + 5500 - 500),
        CallerTurnEnded("m1-turn-1", 1000 + 5500 - 500),
    ]


def test_an_instant_never_lies_ahead_of_the_sound() -> None:
    talk = Talk().ready()
    talk.caller(1000)
    assert talk.voice(at_ms=50_000).told(CallerVoiceStarted) == [CallerVoiceStarted(1000)]


def test_a_committed_turn_is_ended_once_with_or_without_its_stop() -> None:
    talk = Talk().ready()
    talk.voice("u1")
    talk.server("input_audio_buffer.committed", item_id="u1", previous_item_id=None)
    talk.server("input_audio_buffer.speech_stopped", item_id="u1", audio_end_ms=0)
    assert len(talk.told(CallerTurnEnded)) == 1


def test_words_grow_and_are_replaced() -> None:
    talk = Talk().ready()
    talk.turn("u1")
    talk.told()
    kind = "conversation.item.input_audio_transcription.delta"
    talk.server(kind, item_id="u1", delta="When do ").server(kind, item_id="u1", delta="you")
    talk.transcript("u1", "When do you open? ")
    heard = talk.told(CallerHeard)
    assert [(one.text, one.final) for one in heard] == [
        ("When do ", False),
        ("When do you", False),
        ("When do you open?", True),
    ]
    assert {one.turn_id for one in heard} == {"m1-turn-1"}


def test_transcripts_out_of_order_are_told_in_the_order_of_the_items() -> None:
    talk = Talk().ready()
    talk.turn("u1").turn("u2", previous="u1").turn("u3", previous="u2")
    talk.told()
    talk.transcript("u3", "three").transcript("u2", "two")
    assert talk.told() == []
    talk.transcript("u1", "one")
    assert [one.text for one in talk.told(CallerHeard)] == ["one", "two", "three"]


def test_a_transcript_does_not_wait_long_and_a_late_one_is_told_all_the_same() -> None:
    talk = Talk().ready()
    talk.turn("u1").turn("u2", previous="u1")
    talk.told()
    talk.transcript("u2", "two").wait(0.9)
    assert talk.told() == []
    assert [one.text for one in talk.wait(0.2).told(CallerHeard)] == ["two"]
    [late] = talk.transcript("u1", "one").told(CallerHeard)
    assert (late.turn_id, late.text, late.final) == ("m1-turn-1", "one", True)


def test_a_transcript_that_failed_holds_nothing_up() -> None:
    talk = Talk().ready()
    talk.turn("u1").turn("u2", previous="u1")
    talk.told()
    talk.transcript("u2", "two")
    talk.server("conversation.item.input_audio_transcription.failed", item_id="u1", error={})
    assert [one.text for one in talk.told(CallerHeard)] == ["two"]


@given(st.permutations(range(5)), st.lists(st.booleans(), min_size=5, max_size=5))
def test_every_transcript_is_told_once_in_order_however_they_come(
    order: list[int], failing: list[bool]
) -> None:
    talk = Talk().ready()
    for number in range(5):
        talk.turn(f"u{number}", previous=f"u{number - 1}" if number else None)
    talk.told()
    for number in order:
        if failing[number]:
            kind = "conversation.item.input_audio_transcription.failed"
            talk.server(kind, item_id=f"u{number}")
        else:
            talk.transcript(f"u{number}", str(number))
    told = [int(one.text) for one in talk.told(CallerHeard)]
    assert told == [number for number in range(5) if not failing[number]]


def test_a_silence_that_the_server_made_an_item_of_is_no_turn() -> None:
    talk = Talk().ready()
    talk.server("input_audio_buffer.timeout_triggered", item_id="u9", audio_start_ms=0)
    talk.server("input_audio_buffer.committed", item_id="u9", previous_item_id=None)
    assert talk.told() == []


def test_usage_is_told_by_modality_and_the_cached_part_apart() -> None:
    talk = Talk().ready()
    usage = {
        "input_tokens": 100,
        "output_tokens": 60,
        "input_token_details": {
            "audio_tokens": 60,
            "text_tokens": 40,
            "cached_tokens": 30,
            "cached_tokens_details": {"audio_tokens": 10, "text_tokens": 20},
        },
        "output_token_details": {"audio_tokens": 35, "text_tokens": 15},
    }
    talk.begin().audio().done(usage=usage)
    [told] = talk.told(UsageReported)
    assert told == UsageReported(
        {
            "audio_in": 50,
            "audio_in_cached": 10,
            "text_in": 20,
            "text_in_cached": 20,
            "audio_out": 35,
            "text_out": 15,
            "thought_out": 10,
        },
        "gpt-realtime-2.1",
    )


def test_usage_without_details_and_of_transcriptions() -> None:
    talk = Talk().ready()
    talk.begin().audio().done(usage={"input_tokens": 7, "output_tokens": 3})
    talk.turn("u1")
    kind = "conversation.item.input_audio_transcription.completed"
    usage = {"type": "duration", "seconds": 2.5}
    talk.server(kind, item_id="u1", transcript="hello", usage=usage)
    assert talk.told(UsageReported) == [
        UsageReported({"tokens_in": 7, "tokens_out": 3}, "gpt-realtime-2.1"),
        UsageReported({"transcribed_ms": 2500}, "gpt-live-transcribe"),
    ]


# -- what nobody understands --


@given(st.binary(max_size=200))
def test_no_message_can_raise(message: bytes) -> None:
    talk = Talk().ready()
    talk.raw(message)
    assert [event for event in talk.events if not isinstance(event, VoiceNoted)] == []


@given(
    st.sampled_from(sorted(Talk().protocol._reading._on)),  # type: ignore[attr-defined]
    st.dictionaries(
        st.sampled_from(["item_id", "response_id", "delta", "item", "response", "error", "usage"]),
        st.one_of(st.none(), st.text(max_size=5), st.integers(), st.just({}), st.just([])),
    ),
)
def test_no_event_with_strange_fields_can_raise(kind: str, fields: dict[str, object]) -> None:
    talk = Talk().ready()
    talk.server(kind, **fields).wait(10)


def test_half_a_message_and_unknown_types_are_passed_over() -> None:
    talk = Talk().ready()
    talk.raw(b'{"type":"response.output_audio.delta","delta":"AAA')
    talk.server("conversation.item.speaker", item_id=3)
    talk.server("response.output_audio.delta", item_id="i1", response_id="r1", delta="%%%")
    assert not any(hasattr(event, "pcm") for event in talk.events)
