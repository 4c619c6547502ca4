"""Kinds of utterances, and how sure they are."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.receptionist.kinds import Kind
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.understanding import Choice, Understanding


@pytest.fixture(scope="module")
def understanding(law_office: Office) -> Understanding:
    return Understanding(law_office)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Hello there?", Kind.GREETING),
        ("Pardon me.", Kind.REPEAT),
        ("Say that again for me, please.", Kind.REPEAT),
        ("Wait a little, please.", Kind.WAIT),
        ("Okay okay", Kind.BACKCHANNEL),
        ("Okay thank you so much, bye.", Kind.GOODBYE),
        ("Never mind that, forget the message", Kind.CANCEL),
        ("I might be peaking to a machine.", Kind.IDENTITY),
        ("Can I talk to human being now?", Kind.PERSON),
        ("Is advocate Kiptoo in today.", Kind.NAMED),
        ("Who deals with land there?", Kind.WHO_DEALS),
        ("I want to talk to the lawyer for bail.", Kind.CONCERNED),
        ("My employer fired me yesterday.", Kind.MATTER),
        ("Please ask Mr. Odeyambo to call me back.", Kind.MESSAGE),
        ("What time do you people open?", Kind.HOURS),
        ("Which building is your office?", Kind.FACT),
        ("Will I win my land case?", Kind.FORBIDDEN),
        ("Do you have a vacancy for a watchman?", Kind.UNKNOWN),
        ("My name is Timothy Barasa.", Kind.INTRODUCTION),
        ("flibber the quonk", Kind.OTHER),
    ],
)
def test_kinds(understanding: Understanding, said: str, kind: Kind) -> None:
    assert understanding.of(said).kind is kind


def test_a_fact_is_named(understanding: Understanding) -> None:
    understood = understanding.of("How much is a first consultation with you?")
    assert understood.is_sure
    assert understood.best == Choice(Kind.FACT, "consultation-fee")


def test_the_sentence_that_asks_counts_though_a_story_comes_before_it(
    understanding: Understanding,
) -> None:
    story = "I live far off and it rained the whole night, the roads are bad. Is there parking?"
    assert understanding.of(story).fact == "parking"


def test_a_greeting_casts_no_doubt_on_what_follows(understanding: Understanding) -> None:
    understood = understanding.of("Hello, good morning, do you work on Saturday?")
    assert understood.kind is Kind.HOURS
    assert understood.next is not None
    assert understood.next.kind is not Kind.GREETING


def test_an_office_that_forbids_nothing_refuses_nothing(law_office: Office) -> None:
    open_office = msgspec.structs.replace(law_office, forbidden_topics=(), forbidden_asked_as=())
    assert Understanding(open_office).of("Will I win my land case?").kind is Kind.UNKNOWN


@given(st.text(max_size=120))
def test_any_text_is_of_some_kind(law_office: Office, text: str) -> None:
    assert Understanding(law_office).of(text).kind in Kind


@given(st.sampled_from(list(Kind)), st.sampled_from(["", "parking"]))
def test_a_choice_is_read_back_from_its_key(kind: Kind, fact: str) -> None:
    assert Choice.of_key(Choice(kind, fact).key) == Choice(kind, fact)
