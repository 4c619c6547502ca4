"""Who has done, does or will do what is read from a sentence by its grammar."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.receptionist.spoken_claims.assertions import Assertion, Subject
from mapokezi.receptionist.spoken_claims.auxiliaries import Tense
from mapokezi.receptionist.spoken_claims.clauses import Reader
from mapokezi.receptionist.spoken_claims.sentence import Said
from mapokezi.receptionist.spoken_claims.verbs import verbs

READER = Reader(frozenset({"brian", "otieno"}))


def read(text: str) -> tuple[Assertion, ...]:
    return READER.read(Said(text).clauses)


@pytest.mark.parametrize(
    ("text", "subject", "tense", "verb"),
    [
        ("I've, um, just sent it.", Subject.WE, Tense.DONE, "send"),
        ("We sent it yesterday.", Subject.WE, Tense.DONE, "send"),
        ("I've gone ahead and booked you.", Subject.WE, Tense.DONE, "book"),
        ("I have managed to book it.", Subject.WE, Tense.DONE, "book"),
        ("I'll have this recording deleted.", Subject.WE, Tense.WILL, "delete"),
        ("Mr. Otieno is going to call you.", Subject.HOUSE, Tense.WILL, "call"),
        ("Brian's on his way.", Subject.HOUSE, Tense.IS, "be"),
        ("One of our clerks will come.", Subject.HOUSE, Tense.WILL, "come"),
        ("The complaint's been withdrawn.", Subject.THING, Tense.DONE, "withdraw"),
        ("Your title is ready.", Subject.YOURS, Tense.IS, "be"),
        ("They were filed this morning.", Subject.IT, Tense.DONE, "file"),
        ("You're seeing Brian tomorrow.", Subject.YOU, Tense.DOING, "see"),
        ("I can squeeze you in.", Subject.WE, Tense.CAN, "squeeze"),
        ("Let me cancel that.", Subject.WE, Tense.CAN, "cancel"),
        ("Transferring you now.", Subject.WE, Tense.DOING, "transfer"),
        ("Nobody has been told.", Subject.NOBODY, Tense.DONE, "tell"),
    ],
)
def test_a_main_clause_is_read(text: str, subject: Subject, tense: Tense, verb: str) -> None:
    (one,) = read(text)
    assert (one.subject, one.tense) == (subject, tense)
    assert {one.verb} == verbs(verb)


def test_a_second_verb_has_the_first_ones_subject() -> None:
    looked, booked = read("I looked it up and booked you in.")
    assert (looked.verb, booked.verb) == ("look", "book")
    assert booked.subject is Subject.WE


@pytest.mark.parametrize(
    "text",
    ["Would you like a call?", "I would love to.", "Parking is there.", "Registering costs money."],
)
def test_what_is_no_deed_is_read_as_none(text: str) -> None:
    assert all(one.tense is Tense.IS and not one.is_passive for one in read(text))


def test_what_is_denied_is_marked() -> None:
    assert all(one.is_negated for one in read("I haven't booked anything."))
    assert all(one.is_negated for one in read("I have sent nothing."))


@given(st.text(alphabet="abcdefghij klmnopqrstuvwxyz,.'?", max_size=80))
def test_no_words_break_it(text: str) -> None:
    for one in read(f"I have {text}"):
        assert one.who
    read(text)
