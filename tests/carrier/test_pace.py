"""When to ask again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapokezi.carrier.pace import Patience, pause_s, read_retry_after

NOON = 1_795_348_800.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("7", 7.0),
        (" 12 ", 12.0),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 11:59:00 GMT", 0.0),
        ("Sun, 22 Nov 2026 12:00:05 -0000", 5.0),
        (None, None),
        ("", None),
        ("soon", None),
        ("-3", None),
        ("1.5e", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(value: str | None, seconds: float | None) -> None:
    assert read_retry_after(value, NOON) == seconds


@given(st.text())
def test_no_retry_after_breaks_the_reader(value: str) -> None:
    read = read_retry_after(value, NOON)
    assert read is None or read >= 0.0


def test_what_the_platform_says_is_obeyed_to_the_letter() -> None:
    assert pause_s(Patience(), 1, 17.0, chance=0.3) == 17.0
    assert pause_s(Patience(), 3, 0.0, chance=0.3) == 0.0


def test_pauses_of_our_own_double_and_half_of_each_is_by_chance() -> None:
    patience = Patience(first_pause_s=0.25)
    assert [pause_s(patience, tried, None, 1.0) for tried in (1, 2, 3, 9)] == [0.25, 0.5, 1.0, 8.0]
    assert [pause_s(patience, tried, None, 0.0) for tried in (1, 2, 3)] == [0.125, 0.25, 0.5]
