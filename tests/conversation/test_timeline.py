"""Where the seconds went."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.conversation.timeline import Moment, Seconds, Timeline


def test_every_second_is_attributed_once() -> None:
    timeline = Timeline()
    timeline.media(True, 10.0)
    timeline.ours(True, 10.5)
    timeline.caller(True, 12.0)
    timeline.ours(False, 12.5)
    timeline.caller(False, 14.0)
    timeline.thinking(True, 14.0)
    timeline.thinking(False, 15.0)
    timeline.ours(True, 15.0)
    timeline.ours(False, 17.0)
    timeline.media(False, 20.0)
    assert timeline.seconds(30.0) == Seconds(
        caller=1.5, receptionist=3.5, both=0.5, thinking=1.0, dead_air=3.5
    )


def test_what_still_goes_on_counts_up_to_now() -> None:
    timeline = Timeline()
    timeline.media(True, 0.0)
    timeline.caller(True, 1.0)
    assert timeline.seconds(4.0) == Seconds(caller=3.0, dead_air=1.0)


def test_the_time_away_does_not_count() -> None:
    timeline = Timeline()
    timeline.media(True, 0.0)
    timeline.media(False, 5.0)
    timeline.media(True, 100.0)
    timeline.media(False, 101.0)
    assert timeline.seconds(200.0).total == pytest.approx(6.0)


def test_a_gap_names_its_turn() -> None:
    timeline = Timeline()
    timeline.answered("t1", 3.0, 3.9, by_filler=False)
    timeline.note(Moment.CLOSED, 5.0, reason="caller_hung_up")
    assert timeline.gaps[0].caller_end_to_first_audio_ms == 900
    assert timeline.entries[0].detail == {"reason": "caller_hung_up"}


@given(
    st.lists(
        st.tuples(st.sampled_from(["caller", "ours", "thinking"]), st.booleans(), st.floats(-2, 9)),
        max_size=30,
    )
)
def test_they_add_up_whatever_is_told(told: list[tuple[str, bool, float]]) -> None:
    timeline = Timeline()
    timeline.media(True, 0.0)
    for what, begins, at in told:
        getattr(timeline, what)(begins, at)
    timeline.media(False, 10.0)
    assert timeline.seconds(10.0).total == pytest.approx(10.0)
