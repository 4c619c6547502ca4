"""What callers' words stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.receptionist.concepts import MAYBE, SURE, concepts_of, topics_of
from mapokezi.receptionist.words import plain


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("where can my driver leave the car", "parking"),
        ("kindly direct me to your place", "location"),
        ("which stage do I get off at", "transport"),
        ("can a person in a wheelchair come in", "access"),
        ("how much is the first meeting", "first_fee"),
        ("which modes of payment do you have", "pay"),
        ("I want to swear an affidavit", "oaths"),
        ("do you have offices in Kisumu", "branches"),
        ("how far has my case gone", "progress"),
        ("is this call being recorded", "privacy"),
    ],
)
def test_a_topic_is_present_where_its_concepts_meet(said: str, topic: str) -> None:
    assert dict(topics_of(plain(said)))[topic] == SURE


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("where can I park", "location"),
        ("till what time are you there", "pay"),
        ("did you receive the parcel", "post"),
        ("I have no car, which matatu do I take", "parking"),
        ("how is the weather in Nairobi", "branches"),
    ],
)
def test_a_topic_is_not_present_where_others_stand(said: str, topic: str) -> None:
    assert topic not in dict(topics_of(plain(said)))


def test_a_concept_may_be_slightly_misspelled() -> None:
    assert concepts_of("afidavit") == concepts_of("affidavit")
    assert not concepts_of("alphabet")


def test_a_phrase_stands_for_what_its_words_do_not() -> None:
    assert "LOCATED" in concepts_of("which floor")
    assert "LOCATED" not in concepts_of("floor which")


def test_a_doubtful_topic_is_weaker() -> None:
    assert dict(topics_of("do you handle visa applications")) == {"services": MAYBE}


@given(st.text())
def test_any_text_has_topics_or_none(text: str) -> None:
    assert all(0 < strength <= 1 for _, strength in topics_of(plain(text)))
