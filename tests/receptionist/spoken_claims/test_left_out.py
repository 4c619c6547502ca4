"""What is left out of a clause is put back, and what only looks so is left alone."""

from __future__ import annotations

import pytest

from mapokezi.receptionist.spoken_claims.assertions import Subject
from mapokezi.receptionist.spoken_claims.auxiliaries import Tense
from mapokezi.receptionist.spoken_claims.clauses import Reader
from mapokezi.receptionist.spoken_claims.sentence import Said
from mapokezi.receptionist.spoken_claims.verbs import verbs

READER = Reader(frozenset({"brian", "otieno"}))


@pytest.mark.parametrize(
    ("text", "subject", "tense", "verb"),
    [
        ("Just sent it.", Subject.WE, Tense.DONE, "send"),
        ("Will call you by noon.", Subject.WE, Tense.WILL, "call"),
        ("Managed to get you a place.", Subject.WE, Tense.DONE, "get"),
        ("Case accepted.", Subject.THING, Tense.DONE, "accept"),
        ("Moved to Thursday.", Subject.IT, Tense.IS, "move"),
        ("Brian calls you at four.", Subject.HOUSE, Tense.HABIT, "call"),
        ("Your refund goes out today.", Subject.YOURS, Tense.HABIT, "go"),
        ("The office covers it.", Subject.HOUSE, Tense.HABIT, "cover"),
        ("He should be calling you.", Subject.HOUSE, Tense.WILL, "call"),
    ],
)
def test_a_clause_is_read_that_leaves_something_out(
    text: str, subject: Subject, tense: Tense, verb: str
) -> None:
    one = READER.read(Said(text).clauses)[0]
    assert (one.subject, one.tense) == (subject, tense)
    assert {one.verb} == verbs(verb)


@pytest.mark.parametrize(
    "text", ["Have a good day.", "Do you get it.", "He should bring his ID.", "The number given."]
)
def test_what_is_no_deed_is_none(text: str) -> None:
    assert READER.read(Said(text).clauses) == ()
