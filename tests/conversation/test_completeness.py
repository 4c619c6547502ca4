"""Whether a turn sounds finished."""

from __future__ import annotations

import pytest

from mapokezi.conversation.completeness import (
    Ending,
    Expectation,
    WaitSettings,
    digits_in,
    ending_of,
)
from mapokezi.conversation.words import words_of


@pytest.mark.parametrize(
    ("text", "expected", "ending"),
    [
        ("Yes.", Expectation.YES_NO, Ending.ANSWERED),
        ("How long does it take?", Expectation.ANYTHING, Ending.OPENED),
        ("Are you open?", Expectation.ANYTHING, Ending.OPENED),
        ("Okay.", Expectation.ANYTHING, Ending.OPENED),
        ("Yes,", Expectation.YES_NO, Ending.ANSWERED),
        ("No.", Expectation.YES_NO, Ending.ANSWERED),
        ("No, not Kamau.", Expectation.YES_NO, Ending.OPENED),
        ("No, thank you.", Expectation.YES_NO, Ending.SETTLED),
        ("0722 123 456", Expectation.NUMBER, Ending.ANSWERED),
        ("+254 711 223 445", Expectation.NUMBER, Ending.ANSWERED),
        ("0722-123-", Expectation.NUMBER, Ending.BROKEN_OFF),
        ("07 double 2", Expectation.NUMBER, Ending.BROKEN_OFF),
        ("Yes, this number.", Expectation.NUMBER, Ending.STATED),
        ("My neighbour has moved the fence.", Expectation.YES_NO, Ending.OPENED),
        ("Grace,", Expectation.NAME, Ending.OPENED),
        ("Grace", Expectation.NAME, Ending.OPENED),
        ("Grace Njeri.", Expectation.NAME, Ending.ANSWERED),
        ("On my side it's Grace.", Expectation.NAME, Ending.OPENED),
        ("My name is", Expectation.NAME, Ending.BROKEN_OFF),
        ("It's about a title deed.", Expectation.REASON, Ending.OPENED),
        ("K A M", Expectation.SPELLING, Ending.OPENED),
        ("Kay", Expectation.SPELLING, Ending.BROKEN_OFF),
        ("Tomorrow at 10.", Expectation.TIME, Ending.SETTLED),
        ("Tomorrow.", Expectation.TIME, Ending.OPENED),
        ("What time do you open on Saturday?", Expectation.ANYTHING, Ending.ASKED),
        ("Do you have an office?", Expectation.ANYTHING, Ending.BRIEF),
        ("Can I pay by card?", Expectation.ANYTHING, Ending.ASKED),
        ("Are you open on Friday?", Expectation.ANYTHING, Ending.ASKED),
        ("I need a lawyer today.", Expectation.ANYTHING, Ending.STATED),
        ("Who am I speaking to?", Expectation.ANYTHING, Ending.BRIEF),
        ("What would that cost me, I mean", Expectation.ANYTHING, Ending.BROKEN_OFF),
        ("Please let her know that", Expectation.ANYTHING, Ending.BROKEN_OFF),
        ("There is something I want her to know.", Expectation.ANYTHING, Ending.OPENED),
        ("Can you?", Expectation.ANYTHING, Ending.BROKEN_OFF),
        ("Is the lawyer?", Expectation.ANYTHING, Ending.BROKEN_OFF),
        ("Are you open on?", Expectation.ANYTHING, Ending.BROKEN_OFF),
        ("I need to.", Expectation.ANYTHING, Ending.BROKEN_OFF),
        ("I would like to register.", Expectation.ANYTHING, Ending.BROKEN_OFF),
        ("I am calling about", Expectation.ANYTHING, Ending.BROKEN_OFF),
        ("I was thinking...", Expectation.ANYTHING, Ending.BROKEN_OFF),
        ("Um, because", Expectation.ANYTHING, Ending.BROKEN_OFF),
        ("The case number is 427", Expectation.ANYTHING, Ending.BROKEN_OFF),
        ("Hello.", Expectation.ANYTHING, Ending.OPENED),
        ("Good morning.", Expectation.ANYTHING, Ending.OPENED),
        ("I'd like to leave a message.", Expectation.ANYTHING, Ending.OPENED),
        ("My brother passed away.", Expectation.ANYTHING, Ending.OPENED),
        ("I want to speak to Mister Kamau.", Expectation.ANYTHING, Ending.STATED),
        ("I sold the land.", Expectation.ANYTHING, Ending.OPENED),
        ("Can I speak to Mister Kamau please?", Expectation.ANYTHING, Ending.SETTLED),
        ("Thank you, goodbye.", Expectation.ANYTHING, Ending.SETTLED),
        ("", Expectation.ANYTHING, Ending.UNCLEAR),
    ],
)
def test_endings(text: str, expected: Expectation, ending: Ending) -> None:
    assert ending_of(text, expected) is ending


def test_the_less_finished_the_longer_the_wait() -> None:
    waits = WaitSettings()
    in_between = {Ending.ANSWERED, Ending.UNCLEAR}
    order = [waits.after(ending) for ending in Ending if ending not in in_between]
    assert order == sorted(order)
    assert waits.settled_ms < waits.answered_ms < waits.brief_ms
    assert waits.stated_ms < waits.unclear_ms < waits.opened_ms


@pytest.mark.parametrize(
    ("text", "digits"),
    [("0722 123 456", 10), ("oh seven double two", 4), ("O7 triple 3", 5), ("ten past", 0)],
)
def test_digits(text: str, digits: int) -> None:
    assert digits_in(words_of(text)) == digits
