"""Callers take turns by listening. A receptionist of sound answers them here, without a socket."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.ruled_part import Answer, RuledPart

from mapokezi.emulator.callers import (
    FRAME_BYTES,
    SILENT_FRAME,
    Caller,
    CallerLine,
    HeardTurn,
    Manners,
    ReactiveCaller,
    ScriptedCaller,
    audible_part,
)
from mapokezi.emulator.floor import Floor
from mapokezi.emulator.listening import ListeningSettings
from mapokezi.emulator.measuring import Span

PATIENT = Manners(listening=ListeningSettings(hang_ms=500), lingers_s=1.0, patience_s=5.0)


def sound(length_ms: int) -> bytes:
    at = np.arange(length_ms * 8) / 8000
    return (6000 * np.sin(2 * np.pi * 300 * at)).astype("<i2").tobytes()


def line(text: str, length_ms: int = 1000, cut_in_ms: int | None = None) -> CallerLine:
    return CallerLine(text, sound(length_ms), cut_in_ms=cut_in_ms)


@dataclass
class Scene:
    """A receptionist that speaks at set instants, or a while after the caller falls silent."""

    caller: Caller
    says: list[tuple[int, int]] = field(default_factory=list)
    """Milliseconds from, and to, which it speaks."""
    replies: list[int] = field(default_factory=list)
    """How long each of its replies is."""
    reply_after_ms: int = 600
    understand: Callable[[HeardTurn], str] | None = None
    began: list[tuple[str, int]] = field(default_factory=list)
    heard: list[HeardTurn] = field(default_factory=list)
    hung_up_ms: int | None = None
    digits: str = ""
    now_ms: int = 0
    _quiet_ms: int | None = None
    _rest_ms: int = 0

    def run(self, seconds: float) -> Scene:
        for _ in range(int(seconds * 50)):
            if self.hung_up_ms is not None:
                break
            self._live()
        return self

    def _live(self) -> None:
        step = self.caller.step(sound(20) if self._speaks() else SILENT_FRAME)
        assert len(step.frame) == FRAME_BYTES
        if step.began:
            self.began.append((step.began.text, self.now_ms))
        self.digits += step.digits
        if step.heard:
            self.heard.append(step.heard)
            if self.understand:
                self.caller.understood(step.heard.turn_id, self.understand(step.heard))
        self.now_ms += 20
        if any(step.frame):
            self._quiet_ms = 0
        elif self._quiet_ms is not None:
            self._quiet_ms += 20
            if self._quiet_ms >= self.reply_after_ms and self.replies:
                self._rest_ms, self._quiet_ms = self.replies.pop(0), None
        if step.hang_up:
            self.hung_up_ms = self.now_ms

    def _speaks(self) -> bool:
        if any(start <= self.now_ms < end for start, end in self.says):
            return True
        self._rest_ms -= 20
        return self._rest_ms >= 0


class TestScripted:
    def test_each_line_waits_for_the_receptionist_to_finish(self) -> None:
        caller = ScriptedCaller([line("one"), line("two")], PATIENT)
        scene = Scene(caller, says=[(200, 2000)], replies=[3000, 1000]).run(30)
        (one, one_at), (two, two_at) = scene.began
        assert (one, two) == ("one", "two")
        assert 2480 <= one_at <= 2520  # the frame that completes the hang time
        # One second of line, 0.6 s of thought, 3 s of reply, the hang time.
        assert two_at == pytest.approx(one_at + 1000 + 600 + 3000 + 500, abs=60)
        assert [turn.text for turn in caller.said] == ["one", "two"]
        assert caller.said[0].span == Span(one_at, one_at + 1000)

    def test_callers_who_share_a_floor_never_speak_before_the_other_is_answered(self) -> None:
        floor = Floor()
        first = Scene(
            ScriptedCaller([line("one"), line("two")], PATIENT, floor), [(0, 1000)], [3000, 1000]
        )
        second = Scene(ScriptedCaller([line("three")], PATIENT, floor), [(0, 1000)], [1000])
        for _ in range(1500):
            for scene in (first, second):
                if scene.hung_up_ms is None:
                    scene._live()
        one_at, two_at = (at for _, at in first.began)
        (three_at,) = (at for _, at in second.began)
        # A line of one second, 0.6 s until its answer, a second of that.
        assert three_at == pytest.approx(one_at + 2600, abs=60)
        assert two_at >= three_at + 2600
        assert floor.is_free

    def test_a_pause_in_a_reply_is_not_its_end(self) -> None:
        caller = ScriptedCaller([line("one")], PATIENT)
        scene = Scene(caller, says=[(0, 1000), (1400, 2000)]).run(4)
        assert scene.began[0][1] >= 2480

    def test_it_lingers_after_the_last_reply_and_hangs_up(self) -> None:
        scene = Scene(ScriptedCaller([line("one")], PATIENT), says=[(0, 1000)], replies=[1000]).run(
            30
        )
        assert scene.hung_up_ms == pytest.approx(1500 + 1000 + 600 + 1000 + 1500, abs=80)
        assert scene.heard[0].span.start_ms == 0
        assert len(scene.heard) == 2

    def test_it_hangs_up_on_a_line_that_stays_dead(self) -> None:
        scene = Scene(ScriptedCaller([line("one")], PATIENT)).run(30)
        assert scene.hung_up_ms == pytest.approx(5000, abs=40)
        assert scene.began == []

    def test_it_gives_up_if_its_line_is_never_answered(self) -> None:
        scene = Scene(ScriptedCaller([line("one")], PATIENT), says=[(0, 1000)]).run(30)
        assert scene.hung_up_ms == pytest.approx(2500 + 5000, abs=60)

    def test_it_thinks_as_long_as_its_manners_say(self) -> None:
        manners = Manners(listening=ListeningSettings(hang_ms=500), pause_ms=800)
        scene = Scene(ScriptedCaller([line("one")], manners), says=[(0, 1000)]).run(5)
        assert scene.began[0][1] == pytest.approx(2300, abs=40)

    def test_digits_are_pressed_with_their_line(self) -> None:
        keys = CallerLine("presses 0", digits="0")
        scene = Scene(ScriptedCaller([keys], PATIENT), says=[(0, 1000)]).run(5)
        assert scene.digits == "0"

    def test_what_was_being_heard_at_the_end_is_not_lost(self) -> None:
        caller = ScriptedCaller([line("one")], PATIENT)
        Scene(caller, says=[(400, 9000)]).run(3)
        last = caller.last_heard()
        assert last is not None
        assert last.span == Span(400, 3000)
        # The turn, and 200 ms of the quiet before it.
        assert len(last.pcm) == pytest.approx((2600 + 200) * 16, abs=2 * 320)
        assert caller.last_heard() is None


class TestManners:
    def test_a_caller_who_cuts_in_speaks_over_the_receptionist(self) -> None:
        manners = Manners(listening=PATIENT.listening, barge_in_ms=1200)
        caller = ScriptedCaller([line("one"), line("two")], manners)
        scene = Scene(caller, says=[(400, 1900), (4000, 14_000)]).run(20)
        assert [at for _, at in scene.began] == pytest.approx([1600, 5200], abs=40)
        assert all(turn.cut_in for turn in caller.said)

    def test_a_reply_too_short_to_cut_into_is_answered_politely(self) -> None:
        manners = Manners(listening=PATIENT.listening, barge_in_ms=1200)
        scene = Scene(ScriptedCaller([line("one")], manners), says=[(0, 800)]).run(5)
        assert scene.began[0][1] == pytest.approx(1300, abs=40)

    def test_one_line_may_be_a_backchannel_and_the_next_polite(self) -> None:
        caller = ScriptedCaller([line("mm-hm", 300, cut_in_ms=700), line("one")], PATIENT)
        scene = Scene(caller, says=[(0, 4000)]).run(8)
        assert [at for _, at in scene.began] == pytest.approx([700, 4500], abs=40)
        assert [turn.cut_in for turn in caller.said] == [True, False]

    def test_the_reply_to_a_barge_in_is_waited_for(self) -> None:
        manners = Manners(listening=PATIENT.listening)
        caller = ScriptedCaller([line("one", 1500, cut_in_ms=1000), line("two")], manners)
        # The receptionist yields after 300 ms and answers 0.9 s after the caller's end.
        scene = Scene(caller, says=[(0, 1300), (3400, 5000)]).run(8)
        assert [at for _, at in scene.began] == pytest.approx([1000, 5500], abs=40)

    def test_a_silent_caller_says_nothing_and_stays(self) -> None:
        caller = ScriptedCaller([line("one")], Manners(silent=True, patience_s=20))
        scene = Scene(caller, says=[(0, 1000), (9000, 10_000)]).run(15)
        assert scene.began == []
        assert scene.hung_up_ms is None

    @pytest.mark.parametrize("after_s", [0.5, 2.0, 7.3])
    def test_a_caller_hangs_up_when_told_to_even_within_a_word(self, after_s: float) -> None:
        manners = Manners(listening=PATIENT.listening, hang_up_after_s=after_s)
        scene = Scene(ScriptedCaller([line("one", 9000)], manners), says=[(0, 1000)]).run(20)
        assert scene.hung_up_ms == pytest.approx(after_s * 1000, abs=40)


class TestReactive:
    def part(self) -> RuledPart:
        return RuledPart(
            (Answer("your name", ("Mary.",)), Answer("is that right", ("Yes.",))),
            otherwise=("Hello.",),
        )

    def caller(self, part: RuledPart) -> ReactiveCaller:
        return ReactiveCaller(part, {text: sound(800) for text in part.lines()}, PATIENT)

    def play(self, words: Sequence[str], **scene: object) -> tuple[Scene, ReactiveCaller]:
        caller = self.caller(self.part())
        rest = list(words)
        played = Scene(
            caller,
            says=[(0, 1000)],
            replies=[1000] * (len(words) - 1),
            understand=lambda heard: rest.pop(0) if rest else "",
        ).run(40)
        return played, caller

    def test_each_line_answers_the_words_heard(self) -> None:
        scene, _ = self.play(["Good day.", "May I have your name?", "Mary, is that right?", "Bye."])
        assert [text for text, _ in scene.began] == [
            "Hello.",
            "Mary.",
            "Yes.",
            "Thank you. Goodbye.",
        ]
        assert scene.hung_up_ms is not None

    def test_words_that_come_late_are_not_spoken_over_the_receptionist(self) -> None:
        caller = self.caller(self.part())
        scene = Scene(caller, says=[(0, 1000), (2000, 3000)])
        scene.run(2.4)  # the first turn is over, and the receptionist has gone on
        caller.understood(scene.heard[0].turn_id, "Mary,")
        scene.run(1.2)
        assert scene.began == []
        caller.understood(scene.heard[1].turn_id, "is that right?")
        scene.run(1)
        assert [text for text, _ in scene.began] == ["Yes."]

    def test_an_answer_rests_on_all_that_was_heard_since_the_last_line(self) -> None:
        caller = self.caller(self.part())
        scene = Scene(caller, says=[(0, 1000), (2000, 3000)]).run(2.4)
        caller.understood(scene.heard[0].turn_id, "What is your name?")
        scene.run(1.2)
        caller.understood(scene.heard[1].turn_id, "Please.")
        scene.run(1)
        assert [text for text, _ in scene.began] == ["Mary."]


@given(
    says=st.lists(st.tuples(st.integers(0, 9000), st.integers(100, 3000)), max_size=5),
    lengths=st.lists(st.integers(20, 2000), max_size=4),
    barge_in=st.sampled_from([None, 0, 500]),
)
def test_whatever_comes_back_a_caller_ends_the_call_and_says_each_line_once(
    says: list[tuple[int, int]], lengths: list[int], barge_in: int | None
) -> None:
    manners = Manners(listening=PATIENT.listening, barge_in_ms=barge_in, patience_s=3, lingers_s=1)
    caller = ScriptedCaller([line(str(place), ms) for place, ms in enumerate(lengths)], manners)
    spoken = [(start, start + length) for start, length in says]
    scene = Scene(caller, says=spoken, replies=[400] * 4).run(60)
    assert scene.hung_up_ms is not None
    texts = [text for text, _ in scene.began]
    assert texts == [str(place) for place in range(len(texts))]
    spans = [turn.span for turn in caller.said]
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(spans))


def test_the_audible_part_leaves_silence_at_the_ends_out() -> None:
    assert audible_part(bytes(1600) + sound(500) + bytes(3200)) == Span(100, 600)
    assert audible_part(bytes(1600)) == Span(0, 100)
