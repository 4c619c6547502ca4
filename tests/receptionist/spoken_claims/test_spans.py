"""How long things take."""

from __future__ import annotations

import pytest

from mapokezi.receptionist.spoken_claims.spans import spans_in

DAY = 1440


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("it takes three to five working days", 3 * DAY, 5 * DAY),
        ("it takes fourteen days", 14 * DAY, 14 * DAY),
        ("it is an hour and a half", 90, 90),
        ("it lasts half an hour", 30, 30),
        ("in a couple of weeks", 14 * DAY, 14 * DAY),
        ("up to 45 minutes", 45, 45),
        ("it takes a month", 43200, 43200),
    ],
)
def test_a_length_of_time_is_read(said: str, least: int, most: int) -> None:
    (span,) = spans_in(said)
    assert (span.least, span.most) == (least, most)


@pytest.mark.parametrize(
    "said",
    [
        "two thousand shillings an hour",
        "one minute please",
        "it is ten minutes away",
        "two years ago",
        "have a good day",
    ],
)
def test_what_is_no_length_of_time_is_not(said: str) -> None:
    assert spans_in(said) == ()
