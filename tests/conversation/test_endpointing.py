"""The endpointer: as scripts, as properties, and on 205 recorded utterances.

``pauses.jsonl`` holds utterances spoken by hibari 0.2.1 with pauses of 0.4 to 1.2 s in natural
places (``|600|`` in what was said), and for every pause what moonshine tiny 0.1.0 made of the
turn up to there. The first 65 served to write the rules; the others came after.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapokezi.conversation.completeness import Expectation
from mapokezi.conversation.endpointing import (
    CancelTranscription,
    Endpointer,
    EndpointerEffect,
    EndTurn,
    NoTurn,
    Rejoin,
    TextIsLate,
    Transcribe,
    TurnHeard,
)

START_LAG_S = 0.1
STOP_LAG_S = 0.15
RECOGNITION_S = 0.15


@dataclass
class Ear:
    """The cascade's part: edges that come late, a recogniser that takes its time."""

    texts: list[tuple[int, str]]
    """What is recognised once the audio reaches so far."""
    endpointer: Endpointer = field(default_factory=Endpointer)
    now: float = 0.0
    effects: list[tuple[float, EndpointerEffect]] = field(default_factory=list)
    pending: list[tuple[float, str, str]] = field(default_factory=list)
    recogniser_fails: bool = False
    recognition_s: float = RECOGNITION_S
    loud_from_ms: int = 1_000_000
    """Where a sound begins of which the detector has not told."""

    def __post_init__(self) -> None:
        self.endpointer.hearing_began(0.0)

    def until(self, at: float) -> None:
        """Let time pass up to ``at``."""
        while True:
            due = self.endpointer.next_timer()
            nexts = [item[0] for item in self.pending] + ([] if due is None else [due])
            first = min(nexts, default=None)
            if first is None or first > at:
                break
            self.now = max(self.now, first)
            for item in [item for item in self.pending if item[0] <= self.now]:
                self.pending.remove(item)
                if self.recogniser_fails:
                    self.endpointer.transcription_failed(item[1], self.now)
                else:
                    self.endpointer.transcribed(item[1], item[2], self.now, is_loud=self._is_loud())
            self.endpointer.handle_timer(self.now, is_loud=self._is_loud())
            self._gather()
        self.now = max(self.now, at)

    def _is_loud(self) -> bool:
        return self.now * 1000 > self.loud_from_ms

    def voice(self, started_ms: int, stopped_ms: int) -> None:
        self.until(started_ms / 1000 + START_LAG_S)
        self.endpointer.voice_started(started_ms, self.now)
        self._gather()
        self.until(stopped_ms / 1000 + STOP_LAG_S)
        self.endpointer.voice_stopped(stopped_ms, self.now)
        self._gather()

    def _gather(self) -> None:
        for effect in self.endpointer.effects():
            self.effects.append((self.now, effect))
            if isinstance(effect, Transcribe):
                text = [text for at_ms, text in self.texts if at_ms <= effect.end_ms]
                known = text[-1] if text else ""
                self.pending.append((self.now + self.recognition_s, effect.segment_id, known))
            elif isinstance(effect, CancelTranscription):
                self.pending = [item for item in self.pending if item[1] != effect.segment_id]

    def of(self, kind: type[EndpointerEffect]) -> list[Any]:
        return [effect for _, effect in self.effects if isinstance(effect, kind)]

    def when(self, kind: type[EndpointerEffect]) -> list[float]:
        return [at for at, effect in self.effects if isinstance(effect, kind)]


QUESTION = "What time do you open on Saturday?"


def test_who_begins_to_speak_as_the_turn_ends_is_not_cut_short() -> None:
    ear = Ear([(1500, QUESTION), (3000, f"{QUESTION} And on Sunday?")], loud_from_ms=2260)
    ear.voice(500, 1500)  # over at 2270 ms; the detector tells at 2360 that they go on
    ear.voice(2260, 3000)
    ear.until(6.0)
    assert [turn.text for turn in ear.of(EndTurn)] == [f"{QUESTION} And on Sunday?"]
    assert not ear.of(Rejoin)


def test_a_noise_that_is_no_voice_holds_the_turn_open_for_a_moment_only() -> None:
    ear = Ear([(1500, QUESTION)], loud_from_ms=2260)
    ear.voice(500, 1500)
    ear.until(6.0)
    assert ear.when(EndTurn) == [pytest.approx(1.5 + 0.77 + 0.18)]


def test_words_that_come_late_end_no_turn_that_goes_on() -> None:
    ear = Ear([(1500, QUESTION), (3000, "And on Sunday?")], recognition_s=1.0, loud_from_ms=2640)
    ear.voice(500, 1500)  # the words are known at 2680 ms, when the turn has long been over
    ear.voice(2640, 3000)
    ear.until(6.0)
    assert [turn.text for turn in ear.of(EndTurn)] == ["And on Sunday?"]


def test_a_yes_ends_soon_and_my_name_is_does_not() -> None:
    waits: dict[str, float] = {}
    for text, expected in [
        ("Yes.", Expectation.YES_NO),
        ("Yes, please.", Expectation.YES_NO),
        ("What time do you open on Saturday?", Expectation.ANYTHING),
        ("I'd like to leave a message for Mister Kamau.", Expectation.ANYTHING),
        ("I'd like to leave a message.", Expectation.ANYTHING),
        ("My name is.", Expectation.NAME),
        ("0722", Expectation.NUMBER),
    ]:
        ear = Ear([(1500, text)])
        ear.endpointer.expect(expected)
        ear.voice(500, 1500)
        ear.until(6.0)
        waits[text] = round(ear.when(EndTurn)[0] - 1.5, 3)
    assert waits == {
        "Yes.": 0.82,
        "Yes, please.": 0.58,
        "What time do you open on Saturday?": 0.77,
        "I'd like to leave a message for Mister Kamau.": 0.86,
        "I'd like to leave a message.": 1.3,
        "My name is.": 1.45,
        "0722": 1.45,
    }


def test_the_turn_is_transcribed_whole_with_pre_roll_and_tail() -> None:
    ear = Ear([(1500, "My name is"), (3000, "My name is Peter Otieno.")])
    ear.voice(1000, 1500)
    ear.voice(2300, 3000)
    ear.until(6.0)
    assert [(effect.start_ms, effect.end_ms) for effect in ear.of(Transcribe)] == [
        (700, 1650),
        (700, 3150),
    ]
    (ended,) = ear.of(EndTurn)
    assert ended == EndTurn("turn-1", "My name is Peter Otieno.", 1000, 3000)
    assert [effect.text for effect in ear.of(TurnHeard)] == [
        "My name is",
        "My name is Peter Otieno.",
    ]


def test_a_gap_between_words_is_not_transcribed() -> None:
    ear = Ear([(2000, "Two words.")])
    ear.voice(1000, 1400)
    ear.endpointer.voice_started(1520, ear.now + 0.02)
    ear.until(2.15)
    ear.endpointer.voice_stopped(2000, ear.now)
    ear.until(4.0)
    assert len(ear.of(Transcribe)) == 1


def test_a_transcription_is_cancelled_when_the_caller_goes_on() -> None:
    ear = Ear([(1500, "And"), (2500, "And then.")])
    ear.voice(1000, 1500)
    ear.until(1.7)
    ear.voice(1650, 2500)
    assert [effect.segment_id for effect in ear.of(CancelTranscription)] == ["segment-1"]


def test_a_turn_that_was_cut_is_joined_with_what_follows() -> None:
    ear = Ear(
        [
            (2000, "What do you charge for making a will?"),
            (4000, "What do you charge for making a will for two?"),
        ]
    )
    ear.voice(1000, 2000)
    ear.until(2.9)
    assert len(ear.of(EndTurn)) == 1
    ear.voice(3000, 4000)
    ear.until(8.0)
    assert ear.of(Rejoin) == [Rejoin("turn-1", "What do you charge for making a will?")]
    assert [effect.text for effect in ear.of(EndTurn)] == [
        "What do you charge for making a will?",
        "What do you charge for making a will for two?",
    ]
    assert {effect.turn_id for effect in ear.of(EndTurn)} == {"turn-1"}


def test_who_was_cut_short_gets_more_patience() -> None:
    ear = Ear(
        [
            (2000, "What do you charge for making a will?"),
            (4000, "What do you charge for making a will for two?"),
        ]
    )
    ear.voice(1000, 2000)
    ear.until(2.9)
    ear.voice(3000, 4000)
    ear.until(8.0)
    first, second = ear.when(EndTurn)
    assert second - 4.0 == pytest.approx(first - 2.0 + 0.1, abs=0.11)
    assert second - 4.0 > first - 2.0


def test_a_cough_does_not_open_an_ended_turn() -> None:
    ear = Ear([(2000, "What do you charge for making a will?")])
    ear.voice(1000, 2000)
    ear.until(2.9)
    ear.endpointer.voice_started(2950, 3.05)
    ear.endpointer.voice_stopped(3040, 3.06)
    ear.until(8.0)
    assert ear.of(Rejoin) == []
    assert len(ear.of(EndTurn)) == 1


def test_once_the_reply_was_heard_a_voice_is_a_new_turn() -> None:
    ear = Ear([(2000, "What do you charge for making a will?"), (4500, "And where are you?")])
    ear.voice(1000, 2000)
    ear.until(2.9)
    ear.endpointer.reply_heard(2.95)
    ear.voice(3500, 4500)
    ear.until(8.0)
    assert ear.of(Rejoin) == []
    assert [effect.turn_id for effect in ear.of(EndTurn)] == ["turn-1", "turn-2"]
    assert ear.of(Transcribe)[1].start_ms == 3200


def test_a_cough_makes_no_turn() -> None:
    ear = Ear([(1200, "")])
    ear.voice(1000, 1200)
    ear.until(8.0)
    assert ear.of(EndTurn) == []
    assert ear.endpointer.next_timer() is None


def test_a_long_voice_without_words_must_be_answered() -> None:
    ear = Ear([(3000, "")])
    ear.voice(1000, 3000)
    ear.until(8.0)
    assert [effect.text for effect in ear.of(EndTurn)] == [""]


def test_a_recogniser_that_fails_is_asked_twice() -> None:
    ear = Ear([], recogniser_fails=True)
    ear.voice(1000, 3000)
    ear.until(8.0)
    assert len(ear.of(Transcribe)) == 2
    assert [effect.text for effect in ear.of(EndTurn)] == [""]


def test_a_recogniser_that_never_answers_does_not_hold_the_turn_for_ever() -> None:
    endpointer = Endpointer()
    endpointer.hearing_began(0.0)
    endpointer.voice_started(1000, 1.1)
    endpointer.voice_stopped(3000, 3.15)
    endpointer.handle_timer(3.2)
    endpointer.handle_timer(7.1)
    assert [type(effect).__name__ for effect in endpointer.effects()] == [
        "Transcribe",
        "TextIsLate",
        "CancelTranscription",
        "EndTurn",
    ]


def test_a_caller_whose_words_are_not_known_in_time_is_said_to_wait() -> None:
    ear = Ear([(3000, "Where is your office?")], recognition_s=2.0)
    ear.voice(1000, 3000)
    ear.until(8.0)
    assert ear.of(TextIsLate) == [TextIsLate("turn-1", 3000)]
    assert ear.when(TextIsLate) == [pytest.approx(4.0, abs=0.05)]
    assert [end.text for end in ear.of(EndTurn)] == ["Where is your office?"]
    assert ear.of(NoTurn) == []


def test_a_short_noise_whose_lack_of_words_is_known_late_is_taken_back() -> None:
    ear = Ear([(1500, "")], recognition_s=2.0)
    ear.voice(1000, 1500)
    ear.until(8.0)
    assert ear.of(TextIsLate) == [TextIsLate("turn-1", 1500)]
    assert ear.of(NoTurn) == [NoTurn("turn-1")]
    assert ear.of(EndTurn) == []


def test_a_click_makes_nobody_wait() -> None:
    ear = Ear([(1200, "")], recognition_s=2.0)
    ear.voice(1000, 1200)
    ear.until(8.0)
    assert ear.of(TextIsLate) == []


def test_words_that_are_known_in_time_are_not_late() -> None:
    ear = Ear([(3000, "Where is your office?")])
    ear.voice(1000, 3000)
    ear.until(8.0)
    assert ear.of(TextIsLate) == []
    assert len(ear.of(EndTurn)) == 1


def test_a_backchannel_can_be_disregarded() -> None:
    ear = Ear([(1400, "Mm-hm.")])
    ear.voice(1000, 1400)
    ear.until(1.8)
    ear.endpointer.disregard(ear.now)
    ear.until(5.0)
    assert ear.of(EndTurn) == []
    ear.texts.append((6500, "What else?"))
    ear.voice(6000, 6500)
    ear.until(9.0)
    assert [effect.text for effect in ear.of(EndTurn)] == ["What else?"]


def test_of_a_long_turn_only_the_rest_is_transcribed() -> None:
    ear = Ear([(29_000, "A long story and"), (33_000, "the end of it.")])
    ear.voice(1000, 29_000)
    ear.until(29.8)
    ear.voice(29_700, 33_000)
    ear.until(40.0)
    first, second = ear.of(Transcribe)
    assert (first.start_ms, first.end_ms) == (700, 29_150)
    assert (second.start_ms, second.end_ms) == (29_150, 33_150)
    assert [effect.text for effect in ear.of(EndTurn)] == ["A long story and the end of it."]


def test_a_voice_that_never_pauses_is_transcribed_in_parts_and_ends() -> None:
    ear = Ear([(0, "words")])
    ear.endpointer.voice_started(1000, 1.1)
    ear.until(200.0)
    assert [effect.end_ms // 1000 for effect in ear.of(Transcribe)] == [41, 81]
    (ended,) = ear.of(EndTurn)
    assert ended.text == "words words"


def test_edges_told_twice_change_nothing() -> None:
    ear = Ear([(1500, "Yes.")])
    ear.endpointer.voice_stopped(10, 0.2)
    ear.voice(1000, 1500)
    ear.endpointer.voice_stopped(1500, ear.now)
    ear.until(5.0)
    assert len(ear.of(EndTurn)) == 1


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["on", "off", "text", "fail", "heard", "disregard", "wait"]),
        st.sampled_from([0.0, 0.02, 0.15, 0.4, 1.0, 3.0, 30.0]),
        st.sampled_from(["", "Yes.", "My name is", "What time do you open?"]),
    ),
    max_size=50,
)


def happen(endpointer: Endpointer, what: str, text: str, asked: list[str], now: float) -> None:
    """Let one thing happen; what is recognised belongs to the last segment asked for."""
    at_ms = int(now * 1000) - 100
    match what:
        case "on":
            endpointer.voice_started(at_ms, now)
        case "off":
            endpointer.voice_stopped(at_ms, now)
        case "text" if asked:
            endpointer.transcribed(asked[-1], text, now)
        case "fail" if asked:
            endpointer.transcription_failed(asked[-1], now)
        case "heard":
            endpointer.reply_heard(now)
        case "disregard":
            endpointer.disregard(now)


@given(EVENTS)
@settings(max_examples=300, deadline=None)
def test_whatever_happens_a_turn_ends_and_is_never_lost(
    events: list[tuple[str, float, str]],
) -> None:
    endpointer = Endpointer()
    endpointer.hearing_began(0.0)
    effects: list[EndpointerEffect] = []
    asked: list[str] = []
    now = 1.0
    for what, gap_s, text in [*events, ("off", 0.3, ""), ("wait", 30.0, "")]:
        until = now + gap_s
        while (due := endpointer.next_timer()) is not None and due <= until:
            now = max(now, due)
            endpointer.handle_timer(now)
        now = until
        happen(endpointer, what, text, asked, now)
        fresh = endpointer.effects()
        effects += fresh
        asked += [effect.segment_id for effect in fresh if isinstance(effect, Transcribe)]
    assert endpointer.next_timer() is None
    assert len(asked) == len(set(asked))
    is_open: dict[str, bool] = {}
    for effect in effects:
        if isinstance(effect, Transcribe):
            assert 0 <= effect.start_ms <= effect.end_ms
        elif isinstance(effect, EndTurn):
            assert is_open.get(effect.turn_id, True)
            is_open[effect.turn_id] = False
        elif isinstance(effect, Rejoin):
            assert is_open[effect.turn_id] is False
            is_open[effect.turn_id] = True


@dataclass
class Measured:
    """What an utterance came to."""

    wait_s: float
    was_cut: bool
    """Our reply would have been heard before the caller went on."""
    text: str


def measure(utterance: dict[str, Any], reply_s: float) -> Measured:
    """Let the caller say one utterance, with a reply that takes ``reply_s`` to be audible."""
    ear = Ear(
        [
            (stop, text)
            for (_, stop), text in zip(utterance["voices"], utterance["texts"], strict=True)
        ]
    )
    ear.endpointer.expect(Expectation(utterance["expects"]))
    for started_ms, stopped_ms in utterance["voices"]:
        ear.voice(started_ms, stopped_ms)
    last_ms = utterance["voices"][-1][1]
    ear.until(last_ms / 1000 + 6.0)
    ends = [(at, effect) for at, effect in ear.effects if isinstance(effect, EndTurn)]
    rejoins = ear.when(Rejoin)
    was_cut = any(
        at + reply_s < min((again for again in rejoins if again >= at), default=1e9)
        for at, effect in ends
        if effect.ended_ms != last_ms
    )
    return Measured(ends[-1][0] - last_ms / 1000, was_cut, ends[-1][1].text)


@pytest.mark.parametrize("reply_s", [0.08, 0.2])
def test_the_bars_on_recorded_utterances(reply_s: float) -> None:
    lines = (Path(__file__).parent / "pauses.jsonl").read_text().splitlines()
    utterances = [json.loads(line) for line in lines]
    assert len(utterances) == 205
    measured = [measure(utterance, reply_s) for utterance in utterances]
    gaps_s = sorted(one.wait_s + reply_s for one in measured)
    assert gaps_s[len(gaps_s) // 2] <= 1.1
    assert gaps_s[int(len(gaps_s) * 0.95)] <= 1.8
    assert sum(one.was_cut for one in measured) <= 0.05 * len(measured)
    for utterance, one in zip(utterances, measured, strict=True):
        assert one.text == utterance["texts"][-1]
