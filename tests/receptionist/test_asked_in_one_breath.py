"""Several questions in one turn are answered, in their order; one question stays one."""

from __future__ import annotations

from datetime import datetime

import pytest

from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.turns import ClerkTurn, Heard

NOW = datetime.fromisoformat("2026-11-23T10:00:00+03:00")


def hear(clerk: Clerk, said: str) -> ClerkTurn:
    return clerk.hear(clerk.begin(None, NOW), Heard(said), NOW)


def told(turn: ClerkTurn) -> list[str]:
    return list(dict.fromkeys(fact for one in turn.say for fact in one.fact_ids))


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        ("Where is your office, and is there parking?", ["location", "parking"]),
        ("Is there parking? And where is your office?", ["parking", "location"]),
        ("What are your opening hours and how much is a consultation?",
         ["hours", "consultation-fee"]),
        ("Where is your office?", ["location"]),
        ("Where is your office and how do I find you?", ["location"]),
    ],
)  # fmt: skip
def test_each_question_has_its_answer(clerk: Clerk, said: str, facts: list[str]) -> None:
    turn = hear(clerk, said)
    assert told(turn) == facts, turn.say
    assert turn.say[-1].text.endswith("?")


def test_of_three_questions_no_more_than_two_are_answered(clerk: Clerk) -> None:
    turn = hear(clerk, "Where is your office? Is there parking? And how much is a consultation?")
    assert told(turn) == ["location", "parking"]


def test_what_is_not_sure_is_no_second_question(clerk: Clerk) -> None:
    turn = hear(clerk, "Where is your office and what is the weather on the moon?")
    assert told(turn) in ([], ["location"])
