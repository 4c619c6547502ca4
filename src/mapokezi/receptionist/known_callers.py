"""Callers whom the office treats apart by their number, which is a claim and never a proof."""

from __future__ import annotations

from collections.abc import Collection

from mapokezi.receptionist.barred_numbers import is_same_subscriber
from mapokezi.units import E164


def is_one_of(caller: E164, numbers: Collection[E164]) -> bool:
    """Say whether a caller's number is one of these, however they are written."""
    return any(is_same_subscriber(caller, number) for number in numbers)
