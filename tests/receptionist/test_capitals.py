"""What people are to read has the capitals that it was heard with."""

from __future__ import annotations

import pytest

from mapokezi.receptionist.capitals import capitals_heard, in_capitals


@pytest.mark.parametrize(
    ("heard", "capitals"),
    [
        ("It is about a plot in Kiambu.", ("Kiambu",)),
        ("KRA wrote to me. Tell Ngũgĩ and Jean-Luc.", ("KRA", "Ngũgĩ", "Jean-Luc")),
        ("Good morning! Are you there?", ()),
        ("I paid. I have the slip.", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_a_capital_that_is_no_sentences_start_is_the_words_own(
    heard: str, capitals: tuple[str, ...]
) -> None:
    assert capitals_heard(heard) == capitals


def test_plain_words_get_the_capitals_that_were_heard() -> None:
    said = "i bought a plot in kiambu and kra wants 40 000"
    assert in_capitals(said, ("KRA", "Kiambu")) == "I bought a plot in Kiambu and KRA wants 40 000"
