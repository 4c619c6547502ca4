"""What is counted of the platform's ways, and what never is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.records.platform_habits import LEFT_OUT, PlatformHabits, plain_word


@pytest.mark.parametrize(
    "word", ["no_answer", "calls.not_found", "StreamStarted", "application/json", "data.call_id"]
)
def test_words_of_a_vocabulary_are_kept(word: str) -> None:
    assert plain_word(word) == word


@pytest.mark.parametrize(
    "text",
    [
        "+254722000100",
        "HD_24d73b4518bc",
        "https://x.ke/1",
        "me@x.ke",
        "",
        "x" * 41,
        "Grace Njeri",
        "Grace\nNjeri",
        "7",
        "0722",
        "café",
    ],
)
def test_whatever_could_be_somebodys_is_left_out(text: str) -> None:
    assert plain_word(text) == LEFT_OUT


@given(st.text(max_size=60))
def test_no_digit_and_no_blank_is_ever_kept(text: str) -> None:
    kept = plain_word(text)
    assert kept == LEFT_OUT or not any(sign.isdigit() or sign.isspace() for sign in kept)


def test_it_is_counted_how_often_something_was_seen() -> None:
    assert not PlatformHabits({"states": {"Ringing": 2}}).has_news
    habits = PlatformHabits({"states": {"Ringing": 2}})
    habits.note("states", "Ringing")
    habits.note_theirs("states", "+254722000100")
    assert habits.has_news
    assert habits.seen == {"states": {"Ringing": 3, LEFT_OUT: 1}}


def test_it_stays_small_whatever_comes() -> None:
    habits = PlatformHabits()
    for number in range(2_000):
        habits.note("one", "a")
        habits.note("two", f"word-{number}")
        habits.note(f"topic-{number}", "a")
    assert habits.seen["one"] == {"a": 1_000}
    assert habits.knows("one", "a")
    assert not habits.knows("two", "word-1")
    assert len(habits.seen["two"]) == 80
    assert len(habits.seen) == 100


def test_several_processes_are_put_together() -> None:
    habits = PlatformHabits({"states": {"Ringing": 2}})
    habits.add({"states": {"Ringing": 1, "Answered": 1}, "body": {"form": 4}})
    assert habits.seen == {"states": {"Ringing": 3, "Answered": 1}, "body": {"form": 4}}
