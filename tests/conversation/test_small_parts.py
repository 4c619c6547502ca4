"""The small machines: the ladder of voices, waits, tools, clocks, deadlines, phases."""

from __future__ import annotations

import pytest

from mapokezi.conversation.deadlines import Deadlines
from mapokezi.conversation.hearing_clock import USUAL_LAG_S, HearingClock
from mapokezi.conversation.last_words import PATIENT_S, SETTLE_S, LastWords
from mapokezi.conversation.reply_wait import LINE_S, Owed, ReplyWait
from mapokezi.conversation.states import PHASES, Phase, Step, next_phase
from mapokezi.conversation.tool_calls import ToolCalls
from mapokezi.conversation.voice_ladder import VoiceLadder


class TestVoiceLadder:
    def test_a_second_chance_each_then_the_next(self) -> None:
        ladder = VoiceLadder(2, 4.0)
        assert [ladder.failed(0.0, recoverable=True) for _ in range(4)] == [0, 1, 1, None]
        assert ladder.is_exhausted
        assert ladder.failed(1.0, recoverable=True) is None

    def test_a_voice_that_spoke_has_its_chance_back(self) -> None:
        ladder = VoiceLadder(2, 4.0)
        for _ in range(3):
            assert ladder.failed(0.0, recoverable=True) == 0
            ladder.ready()
            ladder.spoke()

    def test_for_good_is_for_good(self) -> None:
        ladder = VoiceLadder(2, 4.0)
        assert ladder.failed(0.0, recoverable=False) == 1
        assert ladder.is_last

    def test_late_is_told_once(self) -> None:
        ladder = VoiceLadder(1, 4.0)
        ladder.await_ready(10.0)
        assert ladder.next_timer() == 14.0
        assert not ladder.is_late(13.9)
        assert ladder.is_late(14.0)
        assert not ladder.is_late(14.0)


class TestReplyWait:
    def test_filler_then_mute_then_mute_again(self) -> None:
        wait = ReplyWait(1.2, 2.7)
        wait.turn_ended("t1", 99.5, 100.0)
        assert wait.handle_timer(101.1) is None
        assert wait.handle_timer(101.2) is Owed.FILLER
        assert wait.next_timer() == pytest.approx(101.2 + LINE_S + 2.7)
        wait.line_heard(102.4)
        assert wait.next_timer() == pytest.approx(105.1)
        assert wait.handle_timer(105.11) is Owed.MUTE
        assert wait.is_silent

    def test_sound_ends_the_wait_and_a_line_heard_after_it_does_not_begin_another(self) -> None:
        wait = ReplyWait(1.2, 2.7)
        wait.turn_ended("t1", 99.5, 100.0)
        wait.sound_queued()
        assert wait.next_timer() is None
        wait.line_heard(101.0)
        assert wait.next_timer() is None
        assert wait.is_owed
        wait.settled()
        assert not wait.is_owed


class TestLastWords:
    def begun(self, *, spoken: bool) -> LastWords:
        words = LastWords()
        words.begin(10.0, cap_s=8.0, grace_s=1.0, begun=2, spoken=spoken)
        return words

    def test_words_that_never_come_have_a_grace(self) -> None:
        words = self.begun(spoken=False)
        words.update(10.0, is_pending=False, begun=2)
        assert words.next_timer() == 11.0

    def test_words_that_came_settle(self) -> None:
        words = self.begun(spoken=False)
        words.update(10.5, is_pending=True, begun=3)
        assert words.next_timer() == 18.0
        words.update(12.0, is_pending=False, begun=3)
        assert words.next_timer() == 12.0 + SETTLE_S
        assert words.are_over(12.3)

    def test_a_caller_who_is_heard_is_waited_for(self) -> None:
        words = self.begun(spoken=True)
        words.be_patient()
        words.update(12.0, is_pending=False, begun=2)
        assert words.next_timer() == 12.0 + PATIENT_S

    def test_the_cap_is_the_cap(self) -> None:
        words = self.begun(spoken=True)
        words.update(17.0, is_pending=True, begun=9)
        assert words.are_over(18.0)
        words.clear()
        assert not words.are_over(99.0)


class TestToolCalls:
    def test_once_each(self) -> None:
        tools = ToolCalls(8.0)
        assert tools.begin("c1", "take_message", 0.0)
        assert not tools.begin("c1", "take_message", 0.0)
        assert tools.finish("c1")
        assert not tools.finish("c1")
        assert tools.was_called("c1")

    def test_late_ones_are_taken_out(self) -> None:
        tools = ToolCalls(8.0)
        tools.begin("c1", "a", 0.0)
        tools.begin("c2", "b", 3.0)
        assert tools.next_timer() == 8.0
        assert tools.take_late(8.0) == ("c1",)
        assert tools.next_timer() == 11.0
        tools.forget_open()
        assert not tools.any_open


class TestHearingClock:
    def test_exact_once_the_zero_is_known(self) -> None:
        clock = HearingClock()
        clock.begin(100.0)
        assert clock.started(2000, 102.13) == 102.0
        assert clock.stopped(3000, 103.9) == 103.0
        assert clock.at_ms(104.5) == 4500

    def test_worked_out_from_the_first_edge_otherwise(self) -> None:
        clock = HearingClock()
        assert clock.instant_of(500) is None
        assert clock.started(2000, 102.0) == pytest.approx(102.0 - USUAL_LAG_S)
        assert clock.started(3000, 103.05) == pytest.approx(103.0 - USUAL_LAG_S)

    @pytest.mark.parametrize("now", [101.0, 103.5])
    def test_an_edge_that_cannot_be_moves_the_zero(self, now: float) -> None:
        clock = HearingClock()
        clock.begin(100.0)
        assert clock.started(2000, now) == pytest.approx(now - USUAL_LAG_S)


def test_deadlines_come_in_their_order() -> None:
    deadlines: Deadlines[str] = Deadlines()
    assert deadlines.take_due(9.0) is None
    deadlines.set("late", 5.0)
    deadlines.set("early", 3.0)
    deadlines.set("gone", 1.0)
    deadlines.clear("gone")
    assert deadlines.next() == 3.0
    assert [deadlines.take_due(6.0) for _ in range(3)] == ["early", "late", None]


def test_every_phase_leads_to_the_end_and_nothing_leads_out_of_it() -> None:
    assert set(PHASES) == set(Phase)
    for phase in set(Phase) - {Phase.CLOSED}:
        assert next_phase(phase, Step.OVER) is Phase.CLOSED
    assert PHASES[Phase.CLOSED] == {}
