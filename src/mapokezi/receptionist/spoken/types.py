"""What the readers of figures share: the language, and a value with how far it is to be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Generic, TypeVar

from mapokezi.units import E164

T = TypeVar("T")


class Language(StrEnum):
    """A language in which figures are said and sentences are kept."""

    ENGLISH = "en"
    SWAHILI = "sw"


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """What was made of the caller's words."""

    value: T
    is_sure: bool
    """Whether it may be used as it is; else it is read back and marked "not sure"."""


@dataclass(frozen=True, slots=True)
class NumberRead:
    """What was made of a telephone number."""

    number: E164 | None
    """Set if the digits are a whole and possible number."""
    digits: str
    """All digits that were heard, to be gone on with or read back."""
    too_short: bool = False


@dataclass(frozen=True, slots=True)
class TimeRead:
    """A time of day that was heard."""

    at: time
    half_known: bool
    """Whether morning or afternoon was said; else the half of the day is guessed."""
    clock: Language = Language.ENGLISH
    """On which clock it was said: *saa tisa* is three o'clock."""
    clock_known: bool = True
    """Whether that is plain; *saa three* may be either."""

    @property
    def is_sure(self) -> bool:
        """Whether there is only this way to take it."""
        return self.half_known and self.clock_known


@dataclass(frozen=True, slots=True)
class DayRead:
    """A day that was heard, and how the caller put it."""

    day: date
    called: str
    """``today``, ``tomorrow``, ``saturday``, or the date in ISO form."""
