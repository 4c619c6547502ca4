"""A short answer says what the question asked."""

from __future__ import annotations

import pytest

from mapokezi.receptionist.spoken_claims.short_answers import as_statement


@pytest.mark.parametrize(
    ("question", "answer", "statement"),
    [
        ("will mr otieno call me today", "yes he will", "mr otieno will call you today"),
        ("is my appointment confirmed", "it is", "your appointment is confirmed"),
        ("did you get my payment", "yes we did", "we got your payment"),
        ("are you sending me the form", "yes", "we are sending you the form"),
        ("am i on the list for friday", "you are yes", "you are on the list for friday"),
        ("so you have booked me", "that is right", "we have booked you"),
        ("can you book me for monday", "yes we can", "we can book you for monday"),
    ],
)
def test_a_short_answer_is_put_as_a_statement(question: str, answer: str, statement: str) -> None:
    assert as_statement(answer, question) == statement


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("will he call me", "no he will not"),
        ("will he call me", "he is our advocate for land"),
        ("can you take a message", "sure"),
        ("where are you", "yes"),
        ("do you have parking", "yes"),
    ],
)
def test_what_is_no_yes_states_nothing(question: str, answer: str) -> None:
    assert as_statement(answer, question) is None
