"""Questions that ask for the same are gathered, and no others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mapokezi.calls import CallId, OfficeId
from mapokezi.receptionist.asked_alike import asked_alike
from mapokezi.records.open_questions import OpenQuestion, QuestionId
from mapokezi.units import Milliseconds

ASKED = datetime(2026, 11, 20, tzinfo=UTC)
SAME = (
    ("Do you do weddings?", "can you do a wedding for us", "weddings, do you do those"),
    ("Do you have wifi for visitors?", "is there wifi in the waiting room"),
    ("Can I bring my dog along?", "is it okay if I bring a dog", "are dogs allowed"),
    ("Do you offer internships for students?", "I am a student and I want an internship"),
    ("Is there a lift for a wheelchair?", "can I come with a wheelchair"),
    ("Je, mnatoa mikopo?", "naweza kupata mikopo hapo"),
)


def asked(*said: str, office: str = "law-office") -> list[OpenQuestion]:
    return [
        OpenQuestion(
            QuestionId(f"{office}.q{number}"),
            CallId(f"c{number}"),
            OfficeId(office),
            ASKED + timedelta(minutes=number),
            Milliseconds(0),
            words,
        )
        for number, words in enumerate(said)
    ]


def test_of_questions_in_other_words_most_find_one_another_and_none_a_stranger() -> None:
    about = {words: number for number, group in enumerate(SAME) for words in group}
    groups = asked_alike(asked(*about))
    for group in groups:
        assert len({about[one.words] for one in group.questions}) == 1, group.ways
    assert len(groups) <= len(SAME) + 4, [group.ways for group in groups]


@pytest.mark.parametrize(
    "others",
    [
        ("Do you have a branch in Kisumu?", "Do you have a toilet for visitors?"),
        ("How much is a name change?", "How much is a car transfer?"),
        ("Can I pay by instalments?", "Can I bring my dog?"),
        ("Are you hiring?", "Are you related to the minister?"),
    ],
)
def test_the_same_first_words_join_nothing(others: tuple[str, str]) -> None:
    assert len(asked_alike(asked(*others))) == 2


def test_what_most_calls_asked_comes_first_and_each_way_once() -> None:
    groups = asked_alike(asked("Are you hiring?", "Do you do weddings?", "do you do weddings"))
    assert [group.calls for group in groups] == [2, 1]
    assert groups[0].ways == ("do you do weddings",)
    assert groups[0].latest.words == "do you do weddings"


def test_offices_are_kept_apart() -> None:
    both = asked("Do you do weddings?") + asked("Do you do weddings?", office="clinic")
    assert len(asked_alike(both)) == 2
    assert asked_alike([]) == ()
