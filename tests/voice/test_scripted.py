"""A voice that follows a script."""

from __future__ import annotations

import time
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapokezi.voice.events import (
    CallerTurnEnded,
    CallerVoiceStarted,
    CallerVoiceStopped,
    ReplyAudio,
    ReplyEnded,
    ReplyStarted,
    ReplyText,
    ToolCalled,
    VoiceEvent,
    VoiceReady,
)
from mapokezi.voice.protocols.scripted import AHEAD_S, ScriptedVoice, murmur
from mapokezi.voice.script_file import Script, ScriptError

TOUR = """
name = "tour"

[[step]]
say = "Good morning. How can I help?"

[[step]]
label = "again"
wait_for_caller = 0.3

[[step]]
call_tool = "take_message"
arguments = { name = "Grace" }

[[step]]
say = "It is {result.status}."
fact_ids = ["hours"]

[[step]]
expect_digit = "1"
otherwise = "Please press one."

[[step]]
wait_ms = 500

[[step]]
repeat = 1
from = "again"

[[step]]
say = "Goodbye."
"""


class Stage:
    """Runs a scripted voice through time."""

    def __init__(self, toml: str = TOUR, sounds: dict[str, bytes] | None = None) -> None:
        self.voice = ScriptedVoice(Script.parse(toml), sounds)
        self.now = 10.0
        self.events: list[tuple[float, VoiceEvent]] = []
        self.voice.open(self.now)
        self.gather()

    def gather(self) -> None:
        self.events += [(self.now, event) for event in self.voice.events()]

    def wait(self, seconds: float) -> None:
        until = self.now + seconds
        while (due := self.voice.next_timer()) is not None and due <= until:
            self.now = max(self.now, due)
            self.voice.handle_timer(self.now)
            self.gather()
        self.now = until

    def utter(self, seconds: float) -> None:
        self.voice.voice_started(int(self.now * 1000), self.now)
        self.wait(seconds)
        self.voice.voice_stopped(int(self.now * 1000), self.now)
        self.gather()

    def said(self) -> list[str]:
        return [event.text for _, event in self.events if isinstance(event, ReplyText)]

    def sound_of(self, item_id: str) -> bytes:
        return b"".join(
            event.pcm
            for _, event in self.events
            if isinstance(event, ReplyAudio) and event.item_id == item_id
        )


def test_a_whole_script() -> None:
    stage = Stage()
    for _ in range(2):
        stage.wait(5.0)
        stage.utter(0.5)
        stage.wait(0.8)
        called = [event for _, event in stage.events if isinstance(event, ToolCalled)][-1]
        assert (called.name, called.arguments) == ("take_message", {"name": "Grace"})
        stage.voice.tool_answered(called.tool_call_id, {"status": "kept"}, stage.now)
        stage.gather()
        stage.wait(3.0)
        stage.voice.digit("7", stage.now)
        stage.gather()
        stage.wait(3.0)
        stage.voice.digit("1", stage.now)
        stage.wait(0.6)
    stage.wait(3.0)
    assert stage.said() == [
        "Good morning. How can I help?",
        "It is kept.",
        "Please press one.",
        "It is kept.",
        "Please press one.",
        "Goodbye.",
    ]
    assert stage.voice.is_finished
    assert isinstance(stage.events[0][1], VoiceReady)


def test_an_item_is_whole_and_in_order() -> None:
    pcm = bytes(range(200)) * 1600
    stage = Stage('[[step]]\nsay = "Hello."', {"Hello.": pcm})
    stage.wait(20.0)
    kinds = [type(event) for _, event in stage.events]
    assert kinds[:3] == [VoiceReady, ReplyStarted, ReplyText]
    assert set(kinds[3:-1]) == {ReplyAudio}
    assert kinds[-1] is ReplyEnded
    assert stage.sound_of("script-item-1") == pcm


def test_sound_is_given_ahead_but_not_all_at_once() -> None:
    stage = Stage('[[step]]\nsay = "Hello."', {"Hello.": bytes(320_000)})
    assert 1.0 <= len(stage.sound_of("script-item-1")) / 32_000 <= AHEAD_S + 0.2
    stage.wait(5.0)
    assert 6.0 <= len(stage.sound_of("script-item-1")) / 32_000 <= 5.0 + AHEAD_S + 0.2


def test_the_next_item_answers_the_turn() -> None:
    stage = Stage('[[step]]\nwait_for_caller = "any"\npause = 0.4\n[[step]]\nsay = "Yes."')
    stage.utter(0.2)
    ended_at = stage.now
    stage.wait(2.0)
    (turn,) = ((at, event) for at, event in stage.events if isinstance(event, CallerTurnEnded))
    (started,) = (event for _, event in stage.events if isinstance(event, ReplyStarted))
    assert turn[0] == pytest.approx(ended_at + 0.4)
    assert turn[1].at_ms == int(ended_at * 1000)
    assert started.in_reply_to == turn[1].turn_id


def test_a_pause_inside_a_turn_does_not_end_it() -> None:
    stage = Stage('[[step]]\nwait_for_caller = 0.3\n[[step]]\nsay = "Yes."')
    for _ in range(3):
        stage.utter(0.4)
        stage.wait(0.5)
    assert stage.said() == []
    stage.wait(0.3)
    assert stage.said() == ["Yes."]
    kinds = [type(event) for _, event in stage.events]
    assert kinds.count(CallerVoiceStarted) == kinds.count(CallerVoiceStopped) == 3


def test_a_cough_is_no_turn_and_the_wait_may_end_by_itself() -> None:
    stage = Stage('[[step]]\nwait_for_caller = 0.3\nwithin = 5.0\n[[step]]\nsay = "Hello?"')
    stage.utter(0.1)
    stage.wait(3.0)
    assert stage.said() == []
    stage.wait(2.5)
    assert stage.said() == ["Hello?"]
    assert not any(isinstance(event, CallerTurnEnded) for _, event in stage.events)


def test_a_cut_ends_the_item_and_goes_on() -> None:
    stage = Stage(
        '[[step]]\nsay = "A long story."\n[[step]]\nwait_for_caller = 0.1\n[[step]]\nsay = "Yes?"',
        {"A long story.": bytes(640_000)},
    )
    stage.wait(2.0)
    before = len(stage.sound_of("script-item-1"))
    stage.voice.cut("script-item-1", stage.now)
    stage.utter(0.5)
    stage.wait(1.0)
    assert len(stage.sound_of("script-item-1")) == before
    assert stage.said() == ["A long story.", "Yes?"]


def test_a_line_of_the_calls_own() -> None:
    stage = Stage("[[step]]\nwait_ms = 100000")
    stage.voice.speak("Are you still there?", "line-1", stage.now)
    stage.gather()
    assert stage.sound_of("line-1") == murmur("Are you still there?")


def test_a_session_that_takes_over_does_not_greet() -> None:
    voice = ScriptedVoice(Script.parse(TOUR))
    voice.open(0.0, taking_over=True)
    assert [type(event) for event in voice.events()] == [VoiceReady]


def test_a_closed_voice_says_nothing() -> None:
    stage = Stage()
    stage.voice.close()
    assert stage.voice.events() == []
    assert stage.voice.next_timer() is None


def test_a_script_of_nothing_but_repeats_does_not_hang() -> None:
    stage = Stage('[[step]]\nrepeat = "forever"')
    assert stage.voice.next_timer() is not None


def test_a_murmur_is_as_long_as_speech_and_audible() -> None:
    pcm = murmur("From nine in the morning until one.")
    assert len(pcm) % 640 == 0
    assert 1.8 <= len(pcm) / 32_000 <= 3.5
    loudest = max(abs(sample) for sample in array("h", pcm))
    assert 3000 <= loudest <= 20_000


def test_twenty_calls_cost_next_to_nothing() -> None:
    Stage().wait(60.0)
    began = time.process_time()
    for _ in range(20):
        Stage().wait(60.0)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("", "script, step: there is none; a script needs at least one [[step]]"),
        ("[[step]\nsay = 1", "line 1: this is not TOML"),
        ('nome = "x"\n[[step]]\nsay = "a"', "line 1, nome: no such key; name or step?"),
        ("[[step]]\nsay = 3", "line 2, say: step 1: must be a text, not 3"),
        ('[[step]]\nsay = " "', "line 2, say: step 1: is empty"),
        (
            '[[step]]\nsay = "a"\n\n[[step]]\nsay = "b"\nwait_ms = 3',
            "line 4: step 2: needs exactly",
        ),
        ("[[step]]\nwait_ms = -1", "line 2, wait_ms: step 1: must be milliseconds, 0 or more"),
        ('[[step]]\nsay = "a"\nloud = true', "line 3, loud: step 1: no such key beside say"),
        ('[[step]]\nexpect_digit = "12"', "line 2, expect_digit: step 1: must be one of"),
        ("[[step]]\nrepeat = 0", "line 2, repeat: step 1: must be a number from 1"),
        ('[[step]]\nrepeat = 2\nfrom = "x"', "line 3, from: step 1: no step before this one"),
        ('[[step]]\ncall_tool = "a"\narguments = 3', "line 3, arguments: step 1: must be a table"),
        ('[[step]]\nlabel = "a"\nsay = "a"\n[[step]]\nlabel = "a"\nsay = "b"', "line 5, label"),
        ("step = 3", "line 1, step: write each as [[step]]"),
    ],
)
def test_a_wrong_script_is_told_with_line_and_key(toml: str, told: str) -> None:
    with pytest.raises(ScriptError) as caught:
        Script.parse(toml)
    assert str(caught.value).startswith(told)


def test_the_sentences_to_be_synthesised_beforehand() -> None:
    assert Script.parse(TOUR).sentences() == (
        "Good morning. How can I help?",
        "Goodbye.",
        "Please press one.",
    )


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["on", "off", "digit", "tool", "cut", "speak", "wait"]),
            st.sampled_from([0.0, 0.1, 0.5, 2.0]),
        ),
        max_size=40,
    )
)
@settings(max_examples=150, deadline=None)
def test_items_are_begun_once_and_ended_once_at_most(happenings: list[tuple[str, float]]) -> None:
    stage = Stage()
    for place, (what, gap_s) in enumerate(happenings):
        stage.wait(gap_s)
        match what:
            case "on":
                stage.voice.voice_started(int(stage.now * 1000), stage.now)
            case "off":
                stage.voice.voice_stopped(int(stage.now * 1000), stage.now)
            case "digit":
                stage.voice.digit("1", stage.now)
            case "tool":
                stage.voice.tool_answered("script-tool-2", {"status": "ok"}, stage.now)
            case "cut":
                stage.voice.cut("script-item-1", stage.now)
            case "speak":
                stage.voice.speak("Still there?", f"line-{place}", stage.now)
        stage.gather()
    begun: set[str] = set()
    ended: set[str] = set()
    for _, event in stage.events:
        if isinstance(event, ReplyStarted):
            assert event.item_id not in begun
            begun.add(event.item_id)
        elif isinstance(event, ReplyAudio):
            assert event.item_id in begun - ended
            assert len(event.pcm) % 2 == 0
        elif isinstance(event, ReplyEnded):
            assert event.item_id in begun - ended
            ended.add(event.item_id)
