"""What the doctor's report makes of bills, and what it leaves out."""

from __future__ import annotations

import pytest

from mapokezi.app.doctor_report import _rounding, _word
from mapokezi.carrier import CallDetail


@pytest.mark.parametrize(
    ("length_s", "cost_minor", "counted"),
    [
        (61, 600, "started minutes"),
        (61, 305, "seconds"),
        (61, 306, "seconds"),
        (61, 450, "neither"),
        (60, 300, None),
        (61, None, None),
        (None, 300, None),
    ],
)
def test_a_bill_tells_how_time_was_counted(
    length_s: int | None, cost_minor: int | None, counted: str | None
) -> None:
    call = CallDetail(
        id="c", duration_seconds=length_s, cost_minor=cost_minor, rate_per_minute_minor=300
    )
    assert _rounding(call) == counted


@pytest.mark.parametrize("word", ["no_answer", "calls.not_found", "dial: busy", "StreamStarted"])
def test_words_of_a_vocabulary_are_kept(word: str) -> None:
    assert _word(word) == word


@pytest.mark.parametrize(
    "text",
    [
        "+254722000100",
        "HD_24d73b4518bc",
        "https://x.ke",
        "me@x.ke",
        "",
        "x" * 41,
        "Grace\nNjeri",
        "7",
    ],
)
def test_whatever_could_be_somebodys_is_left_out(text: str) -> None:
    assert _word(text) == "(left out)"
