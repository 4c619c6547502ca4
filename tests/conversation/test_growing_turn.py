"""A turn that may still go on."""

from __future__ import annotations

import pytest

from mapokezi.conversation.completeness import Ending, Expectation, WaitSettings
from mapokezi.conversation.growing_turn import GrowingTurn, Segment

ANYTHING = Expectation.ANYTHING
WAITS = WaitSettings()


def segment(end_ms: int, *, is_commit: bool = False) -> Segment:
    return Segment("segment-1", end_ms, 1, is_commit)


def test_a_pause_makes_the_text_out_of_date() -> None:
    turn = GrowingTurn("turn-1", 300, 0)
    turn.paused(1_300, 1_000)
    turn.take(segment(1_450), "I would like to", ANYTHING, 25_000)
    before = turn.has_text
    turn.paused(2_300, 700)
    assert (before, turn.has_text) == (True, False)
    assert (turn.ended_ms, turn.voiced_ms) == (2_300, 1_700)
    assert turn.whole_text == "I would like to", "what there is must do"


def test_the_parts_of_a_very_long_turn_are_joined() -> None:
    turn = GrowingTurn("turn-1", 300, 0)
    turn.keep(segment(40_000, is_commit=True), "It began in March ")
    assert turn.segment_from_ms == 40_000
    assert turn.whole_text == "It began in March"
    turn.take(segment(50_000), " and then he sold it.", ANYTHING, 25_000)
    assert turn.text == "It began in March and then he sold it."
    assert turn.segment_from_ms == 40_000, "a short part is recognised as a whole once more"
    turn.take(segment(70_000), "and then he sold it to my brother.", ANYTHING, 25_000)
    assert turn.segment_from_ms == 70_000
    assert turn.committed == turn.text


def test_a_recogniser_that_failed_has_recognised_nothing() -> None:
    turn = GrowingTurn("turn-1", 300, 0)
    turn.do_without(ANYTHING)
    assert (turn.has_text, turn.was_recognised) == (True, False)
    turn.goes_on()
    assert (turn.has_text, turn.was_recognised) == (False, False)


@pytest.mark.parametrize(
    ("text", "expectation", "ending", "waits_ms"),
    [
        ("Yes, that is right.", Expectation.YES_NO, Ending.SETTLED, (580, 580)),
        ("Are you open on Saturday?", ANYTHING, Ending.ASKED, (770, 970)),
        ("I would like to", ANYTHING, Ending.BROKEN_OFF, (1_450, 1_450)),
    ],
)
def test_who_was_cut_short_is_waited_for_longer_unless_they_have_surely_finished(
    text: str, expectation: Expectation, ending: Ending, waits_ms: tuple[int, int]
) -> None:
    turn = GrowingTurn("turn-1", 300, 0)
    turn.take(segment(1_000), text, expectation, 25_000)
    assert turn.ending is ending
    assert (turn.wait_ms(WAITS, 0), turn.wait_ms(WAITS, 200)) == waits_ms
