"""Figures in a text that a voice is to read."""

from __future__ import annotations

import pytest

from mapokezi.receptionist.spoken import Language, in_words


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("A visit is KES 3,500.", "A visit is three thousand five hundred shillings."),
        ("Ksh. 500/= each", "five hundred shillings each"),
        ("KES 1,200.50", "one thousand two hundred shillings and fifty cents"),
        ("Call 0722 123 456.", "Call 0 7 2 2, 1 2 3, 4 5 6."),
        ("Call +254733100200.", "Call 0 7 3 3, 1 0 0, 2 0 0."),
        ("Paybill 400200", "Paybill 4 0 0, 2 0 0"),
        ("till number 522533", "till number 5 2 2, 5 3 3"),
        ("We open at 8:30 and close", "We open at half past eight in the morning and close"),
        ("until 5.30 pm", "until half past five in the afternoon"),
        ("from 8am", "from eight in the morning"),
        ("costs 2,500 each", "costs two thousand five hundred each"),
        ("in 2026, plot 209/1234, 13.50% of it", "in 2026, plot 209/1234, 13.50% of it"),
        ("dial 9 9 9 or 1 1 2", "dial 9 9 9 or 1 1 2"),
    ],
)
def test_figures_become_words(written: str, said: str) -> None:
    assert in_words(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("KES 1,500", "shilingi elfu moja mia tano"),
        ("0 7 2", "sifuri saba mbili"),
        ("saa 15:00", "saa saa tisa mchana"),
        ("watu 12", "watu kumi na mbili"),
        ("0722123456", "sifuri saba mbili mbili, moja mbili tatu, nne tano sita"),
    ],
)
def test_figures_become_swahili_words(written: str, said: str) -> None:
    assert in_words(written, Language.SWAHILI) == said
