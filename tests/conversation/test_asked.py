"""What a sentence of ours has asked for, by its words alone."""

from __future__ import annotations

import pytest

from mapokezi.conversation.asked import expectation_after
from mapokezi.conversation.completeness import Expectation


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("What is your phone number?", Expectation.NUMBER),
        ("Which number should we call you back on?", Expectation.NUMBER),
        ("Could you spell your surname?", Expectation.SPELLING),
        ("May I have your name, please?", Expectation.NAME),
        ("Thank you. Who is calling?", Expectation.NAME),
        ("Your number is zero seven two two. Is that right?", Expectation.YES_NO),
        ("Shall I take a message?", Expectation.YES_NO),
        ("That is Peter Mwangi, correct?", Expectation.YES_NO),
        ("Is this number right?", Expectation.YES_NO),
        ("When should they call you back?", Expectation.TIME),
        ("What is it about?", Expectation.REASON),
        ("How can I help you?", Expectation.ANYTHING),
        ("Is there anything else?", Expectation.ANYTHING),
        ("We open at nine.", Expectation.ANYTHING),
        ("What is your number? Take your time.", Expectation.ANYTHING),
        ("", Expectation.ANYTHING),
    ],
)
def test_what_is_expected(said: str, expected: Expectation) -> None:
    assert expectation_after(said) is expected
