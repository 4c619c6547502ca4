"""Many calls without a word are spam; a flash is none, nor is any call of who spoke with us."""

from __future__ import annotations

import pytest

from mapokezi.calls import Outcome
from mapokezi.receptionist.spam import outcome_in_view
from mapokezi.records.known_caller import NEVER_RANG, KnownCaller

_FIVE = KnownCaller(calls_before=9, silent_lately=5)


@pytest.mark.parametrize(
    ("outcome", "known", "caller_ms", "spam_after", "came_to"),
    [
        (Outcome.FLASH, _FIVE, 0, 6, Outcome.SPAM),
        (Outcome.ABANDONED, _FIVE, 0, 6, Outcome.SPAM),
        (Outcome.FLASH, _FIVE, 0, 7, Outcome.FLASH),
        (Outcome.FLASH, _FIVE, 0, 0, Outcome.FLASH),
        (Outcome.FLASH, NEVER_RANG, 0, 6, Outcome.FLASH),
        (Outcome.FLASH, None, 0, 6, Outcome.FLASH),
        (Outcome.ABANDONED, _FIVE, 900, 6, Outcome.ABANDONED),
        (Outcome.MESSAGE, _FIVE, 0, 1, Outcome.MESSAGE),
        (Outcome.TRANSFERRED, _FIVE, 0, 1, Outcome.TRANSFERRED),
        (Outcome.FAILED, _FIVE, 0, 1, Outcome.FAILED),
        (
            Outcome.FLASH,
            KnownCaller(calls_before=90, silent_lately=80, has_talked=True),
            0,
            6,
            Outcome.FLASH,
        ),
    ],
)
def test_what_a_call_came_to_beside_the_others(
    outcome: Outcome, known: KnownCaller | None, caller_ms: int, spam_after: int, came_to: Outcome
) -> None:
    seen = outcome_in_view(
        outcome, caller_ms=caller_ms, known=known, spam_after=spam_after, is_ring_back=False
    )
    assert seen is came_to


def test_whom_we_ring_back_and_who_hangs_up_at_once_has_not_flashed_again() -> None:
    for outcome, came_to in (
        (Outcome.FLASH, Outcome.ABANDONED),
        (Outcome.SPAM, Outcome.ABANDONED),  # a machine picked up: the staff are told, not spared
        (Outcome.RESOLVED, Outcome.RESOLVED),
    ):
        seen = outcome_in_view(outcome, caller_ms=0, known=_FIVE, spam_after=1, is_ring_back=True)
        assert seen is came_to
