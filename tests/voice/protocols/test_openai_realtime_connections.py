"""The Realtime protocol: connections that break, are recycled, and what the next one is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.voice.protocols.openai_talk import Talk, sound

from mapokezi.voice.events import (
    CallerTurnEnded,
    CallerVoiceStopped,
    ReplyCancelled,
    ReplyEnded,
    ReplyOwed,
    ReplyStarted,
    ToolCalled,
    VoiceFailed,
    VoiceReady,
)
from mapokezi.voice.wire import CloseSocket, OpenSocket


def seeded(talk: Talk) -> list[tuple[str, str]]:
    """Take the texts that a connection was told."""
    items = [one["item"] for one in talk.sent("conversation.item.create")]
    return [(item["role"], item["content"][0]["text"]) for item in items]


def answered(talk: Talk, item: str = "u1", words: str = "When do you open?") -> Talk:
    """One turn of the caller and a reply that is heard to its end."""
    talk.turn(item).transcript(item, words)
    talk.begin(f"r-{item}").words("At eight.", f"i-{item}", f"r-{item}")
    talk.audio(f"i-{item}", f"r-{item}").item_done(f"i-{item}", f"r-{item}").done(f"r-{item}")
    for event in talk.told(ReplyEnded):
        talk.protocol.reply_audible(event.item_id, talk.now)
    talk.orders.clear()
    return talk


def test_a_broken_connection_is_taken_up_again_without_a_word() -> None:
    talk = answered(Talk().ready())
    talk.lost(1006)
    assert talk.told() == []
    [order] = talk.orders
    assert isinstance(order, OpenSocket)
    assert order.connection == 2
    talk.connect()
    assert talk.told() == []
    assert seeded(talk) == [("user", "When do you open?"), ("assistant", "At eight.")]
    assert talk.wait(5).kinds() == [], "nothing was pending"


def test_sound_of_the_gap_is_sent_when_it_is_back() -> None:
    talk = answered(Talk(url="ws://gpu/v1/realtime", input_rate=16_000).ready())
    talk.lost()
    talk.caller(500)
    talk.connect()
    appended = talk.sent("input_audio_buffer.append")
    assert sum(len(one["audio"]) for one in appended) * 3 // 4 == pytest.approx(16_000, abs=4)


def test_times_go_on_being_those_of_the_call() -> None:
    talk = Talk().ready()
    talk.caller(10_000)
    talk.lost().caller(400)
    talk.connect().caller(3000)
    [ended] = talk.voice("u1", 100).pause("u1", 2100).told(CallerTurnEnded)
    assert ended.at_ms == 10_000 + 2100 - 500


def test_a_reply_that_was_under_way_is_taken_up() -> None:
    talk = Talk().ready()
    talk.turn("u1").transcript("u1", "And on Sunday?")
    talk.begin().words("We are").audio()
    talk.told()
    assert talk.lost().told() == [ReplyCancelled("m1-reply-1"), ReplyOwed()]
    talk.connect()
    sent = talk.sent()
    assert sent[-1]["type"] == "response.create"
    texts = [one["item"]["content"][0]["text"] for one in sent[:-1] if "item" in one]
    assert texts == ["And on Sunday?", "We are"]
    talk.begin("r1").audio("i1")  # the new connection's ids may be those of the old one
    assert talk.told(ReplyStarted) == [ReplyStarted("m1-reply-2")]


def test_words_that_nobody_knows_are_asked_for_again() -> None:
    talk = Talk().ready()
    talk.turn("u1").lost()
    talk.connect()
    sent = talk.sent()
    assert "say that again" in sent[-2]["item"]["content"][0]["text"]
    assert sent[-1]["type"] == "response.create"


def test_a_voice_that_was_heard_is_not_left_on() -> None:
    talk = Talk().ready()
    talk.caller(1000)
    talk.voice("u1")
    talk.told()
    assert talk.lost().told() == [CallerVoiceStopped(1000)]


def test_a_connection_that_is_not_back_in_two_seconds_is_told() -> None:
    talk = answered(Talk().ready())
    talk.lost()
    assert talk.wait(1.9).told() == []
    [failed] = talk.wait(0.2).told()
    assert isinstance(failed, VoiceFailed)
    assert failed.recoverable
    assert talk.orders[-1] == CloseSocket(2)
    assert talk.protocol.next_timer() is None


def test_dialling_is_tried_again_until_then() -> None:
    talk = answered(Talk().ready())
    talk.lost()
    for number in range(2, 20):
        talk.protocol.socket_closed(number, 0, "refused", talk.now)
        talk.gather()
        talk.wait(0.3)
    opened = [order.connection for order in talk.orders if isinstance(order, OpenSocket)]
    assert opened == list(range(2, 2 + len(opened)))
    assert 5 <= len(opened) <= 8
    assert len(talk.told(VoiceFailed)) == 1


@pytest.mark.parametrize(
    ("code", "reason"), [(1008, ""), (1000, "insufficient_quota"), (401, ""), (3000, "x.forbidden")]
)
def test_an_end_for_good_is_not_tried_again(code: int, reason: str) -> None:
    talk = answered(Talk().ready())
    [failed] = talk.lost(code, reason).told()
    assert failed.recoverable is False
    assert talk.orders == []


def test_a_far_side_that_breaks_again_and_again_is_given_up() -> None:
    talk = answered(Talk().ready())
    for _ in range(2):
        talk.lost()
        talk.connect()
    assert talk.told(VoiceFailed) == []
    assert len(talk.lost().told(VoiceFailed)) == 1


def test_breaks_that_lie_apart_are_forgotten() -> None:
    talk = answered(Talk().ready())
    for _ in range(6):
        talk.wait(11).lost()
        talk.connect()
    assert talk.told(VoiceFailed) == []


def test_a_fatal_error_ends_the_session() -> None:
    talk = answered(Talk().ready())
    [failed] = talk.error("insufficient_quota").told()
    assert failed == VoiceFailed("cloud: insufficient_quota", recoverable=False)
    assert talk.kinds() == ["close"]


def test_an_error_told_as_a_text_is_survived() -> None:
    talk = answered(Talk().ready())
    assert talk.server("error", error="busy").told() == []


# -- recycling --


def test_a_connection_is_exchanged_before_the_server_would_cut_it() -> None:
    talk = answered(Talk(recycle_after_s=600).ready())
    assert talk.wait(599).kinds() == []
    assert talk.wait(2).kinds() == ["close", "open"]
    talk.connection = 2
    talk.protocol.socket_opened(2, talk.now)
    talk.server("session.created", session={}).server("session.updated", session={})
    assert seeded(talk) == [("user", "When do you open?"), ("assistant", "At eight.")]
    assert talk.told() == []


@pytest.mark.parametrize(
    "busy", ["caller", "unanswered", "response", "tool", "playing", "unplayed"]
)
def test_it_is_exchanged_between_turns(busy: str) -> None:
    talk = answered(Talk(recycle_after_s=600).ready())
    talk.wait(598)
    if busy == "caller":
        talk.voice("u2")
    elif busy == "unanswered":
        talk.turn("u2")
    elif busy == "response":
        talk.begin("r2")
    elif busy == "tool":
        talk.begin("r2").call("f2", "r2").done("r2")
    else:
        talk.begin("r2").audio("i2", "r2", 9000).item_done("i2", "r2").done("r2")
        if busy == "playing":
            talk.protocol.reply_audible("m1-reply-2", talk.now)
    talk.orders.clear()
    assert talk.wait(8).kinds() == []
    if busy in {"caller", "unanswered"}:
        talk.pause("u2").begin("r3").audio("i3", "r3").done("r3")
        talk.protocol.reply_audible("m1-reply-2", talk.now)
    elif busy == "response":
        talk.done("r2", "cancelled")
    elif busy == "tool":
        talk.answer("m1-tool-1", {"status": "saved"}).begin("r3").audio("i3", "r3").done("r3")
        talk.protocol.reply_audible("m1-reply-2", talk.now)
    elif busy == "unplayed":
        talk.protocol.reply_audible("m1-reply-2", talk.now)
        talk.cut("m1-reply-2", 10, "At")
    talk.orders.clear()
    assert talk.wait(2).kinds() == ["close", "open"]


def test_in_the_last_minute_it_is_exchanged_whatever_happens() -> None:
    talk = answered(Talk().ready())
    talk.wait(2999).voice("u2")
    assert talk.wait(500).kinds() == []
    assert talk.wait(42).kinds() == ["close", "open"]


def test_a_line_that_was_asked_for_is_asked_for_again_on_the_next_connection() -> None:
    talk = answered(Talk().ready())
    talk.speak("One moment.", "line-1").orders.clear()
    talk.lost()
    talk.connect()
    [request] = talk.sent("response.create")
    assert request["response"]["instructions"].endswith("One moment.")
    talk.begin("r1", request["event_id"]).audio("i1")
    assert talk.told(ReplyStarted, ReplyCancelled) == [ReplyStarted("line-1")]


def test_a_session_that_expired_is_exchanged_at_once() -> None:
    talk = answered(Talk().ready())
    assert talk.error("session_expired").kinds() == ["close", "open"]


def test_what_was_cut_is_seeded_as_it_was_heard() -> None:
    talk = answered(Talk(recycle_after_s=600).ready())
    talk.begin("r2").words("We are open from eight to five.", "i2", "r2").audio("i2", "r2", 2000)
    talk.protocol.reply_audible("m1-reply-2", talk.now)
    talk.voice("u2").cut("m1-reply-2", 300, "We are open")
    talk.done("r2", "cancelled").pause("u2").transcript("u2", "Stop.")
    talk.begin("r3").words("Never heard.", "i3", "r3").audio("i3", "r3").voice("u3")
    talk.cut("m1-reply-3", 0).pause("u3").transcript("u3", "Thanks.")
    talk.protocol.told("Are you still there?", talk.now)
    talk.gather().orders.clear()
    talk.lost()
    talk.connect()
    assert seeded(talk) == [
        ("user", "When do you open?"),
        ("assistant", "At eight."),
        ("assistant", "We are open"),
        ("user", "Stop."),
        ("user", "Thanks."),
        ("assistant", "Are you still there?"),
    ]


def test_late_transcripts_stand_in_their_place() -> None:
    talk = Talk().ready()
    talk.turn("u1").begin("r1").words("Yes.", "i1", "r1").audio("i1").done("r1")
    talk.turn("u2", previous="i1").begin("r2").words("No.", "i2", "r2").audio("i2", "r2").done("r2")
    talk.transcript("u2", "Second?").transcript("u1", "First?").lost()
    talk.connect()
    assert [text for _, text in seeded(talk)] == ["First?", "Yes.", "Second?", "No."]


@given(st.permutations(range(6)))
def test_items_are_remembered_in_the_servers_order(order: list[int]) -> None:
    talk = Talk().ready()
    for number in order:
        previous = f"u{number - 1}" if number else None
        talk.turn(f"u{number}", previous=previous).transcript(f"u{number}", f"{number}.")
    talk.wait(2).lost()
    talk.connect()
    told = [text for role, text in seeded(talk) if role == "user"]
    assert told == [f"{number}." for number in range(6)]


# -- tools across connections --


def test_a_result_for_a_connection_that_is_gone_is_never_an_answer_on_the_next() -> None:
    talk = Talk().ready()
    talk.begin().call().done()
    assert len(talk.told(ToolCalled)) == 1
    talk.lost()
    talk.connect()
    talk.orders.clear()
    talk.answer("m1-tool-1", {"status": "saved"})
    sent = talk.sent()
    assert [one["type"] for one in sent] == ["conversation.item.create", "response.create"]
    assert sent[0]["item"]["role"] == "system"
    assert '"status":"saved"' in sent[0]["item"]["content"][0]["text"]


def test_a_result_that_comes_in_the_gap_is_told_once() -> None:
    talk = Talk().ready()
    talk.begin().call().done().lost()
    talk.orders.clear()
    talk.answer("m1-tool-1", {"status": "saved"})
    assert talk.kinds() == []
    talk.wait(0)
    talk.orders.append(OpenSocket(2, ""))
    talk.connect()
    sent = talk.sent()
    assert len([one for one in sent if "item" in one]) == 1
    assert sent[-1]["type"] == "response.create"


# -- stale and late --


def test_whatever_bears_an_older_number_is_stale() -> None:
    talk = answered(Talk().ready())
    talk.lost()
    talk.protocol.receive(1, b'{"type":"error","error":{"code":"insufficient_quota"}}', talk.now)
    talk.protocol.socket_closed(1, 1006, "", talk.now)
    talk.protocol.socket_opened(1, talk.now)
    assert talk.gather().told() == []
    assert talk.kinds() == ["open"]


def test_a_cut_of_what_the_old_connection_said_reaches_the_memory_alone() -> None:
    talk = Talk().ready()
    talk.turn("u1").transcript("u1", "Hello?")
    talk.begin().words("Good morning to you.").audio(ms=3000).item_done().done()
    talk.protocol.reply_audible("m1-reply-1", talk.now)
    talk.lost()
    talk.connect()
    talk.sent()
    assert talk.cut("m1-reply-1", 500, "Good morning").kinds() == []
    talk.wait(20).lost()
    talk.connect()
    assert ("assistant", "Good morning") in seeded(talk)


def test_close_says_goodbye_to_the_socket_and_nothing_to_the_call() -> None:
    talk = Talk().ready()
    talk.begin()
    talk.protocol.receive(1, b'{"type":"input_audio_buffer.speech_started"}', talk.now)
    talk.protocol.close(talk.now)
    assert talk.protocol.events() == []
    assert talk.protocol.orders()[-1] == CloseSocket(1)
    assert talk.protocol.next_timer() is None
    assert talk.protocol.caller_audio(sound(20, 16_000), talk.now) is None
    talk.protocol.close(talk.now)
    talk.protocol.handle_timer(talk.now + 100)
    assert talk.gather().orders == []
    assert talk.events == []


# -- a server without a detector --


def test_a_level_meter_stands_in_for_a_missing_detector() -> None:
    talk = Talk(url="ws://gpu/v1/realtime", server_vad=False).open()
    talk.connect()
    assert talk.told() == [VoiceReady("cloud", leads_turns=False)]
    talk.orders.clear()
    loud, quiet = (sound(10, 16_000, 6000) + sound(10, 16_000, -6000)), bytes(640)
    for frame in [quiet] * 50 + [loud] * 50 + [quiet] * 50:
        talk.protocol.caller_audio(frame, talk.now)
        talk.wait(0.02)
    kinds = [type(event).__name__ for event in talk.told()]
    assert kinds[:3] == ["CallerVoiceStarted", "CallerVoiceStopped", "CallerTurnEnded"]
    assert kinds[3:] in ([], ["ReplyOwed"])
    assert talk.kinds() == ["input_audio_buffer.commit", "response.create"]
    talk.server("input_audio_buffer.committed", item_id="u1", previous_item_id=None)
    talk.transcript("u1", "Hello?")
    talk.begin().audio()
    assert talk.told()[-2] == ReplyStarted("m1-reply-1", "m1-turn-1")


# -- anything in any order --

ACTS = (
    "voice", "pause", "begin", "audio", "words", "item_done", "call", "done", "cancelled",
    "transcript", "lost", "connect", "wait", "speak", "digit", "cut", "answer", "active", "caller",
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 2)), max_size=60))
def test_no_sequence_breaks_what_the_call_relies_on(acts: list[tuple[str, int]]) -> None:
    talk = Talk().ready()
    said = 0
    for act, number in acts:
        if act == "speak":
            said += 1
            talk.speak("Hm.", f"line-{said}")
        else:
            _play(talk, act, number)
    talk.wait(30)
    started = [event.item_id for event in talk.events if isinstance(event, ReplyStarted)]
    ended = [one.item_id for one in talk.events if isinstance(one, ReplyEnded | ReplyCancelled)]
    assert len(started) == len(set(started)), "an item begins once"
    assert len(ended) == len(set(ended)), "and ends once"
    tools = [event.tool_call_id for event in talk.events if isinstance(event, ToolCalled)]
    assert len(tools) == len(set(tools))
    failed = [place for place, one in enumerate(talk.events) if isinstance(one, VoiceFailed)]
    assert failed in ([], [len(talk.events) - 1]), "a fault is the last that is told"
    if not failed:
        lines = [item_id for item_id in started + ended if item_id.startswith("line-")]
        assert len(set(lines)) == said, "each line is said or given up"


def _play(talk: Talk, act: str, number: int) -> None:
    item, response = f"i{number}", f"r{number}"
    connected = any(isinstance(one, OpenSocket) for one in talk.orders)
    plays: dict[str, Callable[[], object]] = {
        "voice": lambda: talk.voice(f"u{number}"),
        "pause": lambda: talk.pause(f"u{number}"),
        "begin": lambda: talk.begin(response),
        "audio": lambda: talk.audio(item, response),
        "words": lambda: talk.words("word ", item, response),
        "item_done": lambda: talk.item_done(item, response),
        "call": lambda: talk.call(f"f{number}", response, f"c{number}"),
        "done": lambda: talk.done(response),
        "cancelled": lambda: talk.done(response, "cancelled"),
        "transcript": lambda: talk.transcript(f"u{number}", "hello"),
        "lost": talk.lost,
        "connect": lambda: talk.connect() if connected else None,
        "wait": lambda: talk.wait(number / 2),
        "digit": lambda: talk.digit(str(number)),
        "cut": lambda: talk.cut(f"m1-reply-{number}", 50, "wo"),
        "answer": lambda: talk.answer(f"m1-tool-{number}", {"status": "saved"}),
        "active": lambda: talk.error("conversation_already_has_active_response"),
        "caller": lambda: talk.caller(100),
    }
    plays[act]()
