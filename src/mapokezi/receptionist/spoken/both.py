"""Figures in the language that is asked for, and read in whichever they were said."""

from __future__ import annotations

from datetime import date, time

from mapokezi.receptionist.spoken import english, english_times, swahili, swahili_times
from mapokezi.receptionist.spoken.types import DayRead, Language, TimeRead
from mapokezi.units import Money


def say_number(number: int, language: Language = Language.ENGLISH) -> str:
    """Say a whole number from zero to below a trillion: ``three thousand five hundred``."""
    if language is Language.SWAHILI:
        return swahili.say_number(number)
    return english.say_number(number)


def read_number(text: str) -> int | None:
    """Read a whole number in words or figures, or None if ``text`` is anything else."""
    found = english.read_number(text)
    return swahili.read_number(text) if found is None else found


def say_money(amount: Money, language: Language = Language.ENGLISH) -> str:
    """Say an amount in shillings: ``three thousand five hundred shillings and fifty cents``."""
    if language is Language.SWAHILI:
        return swahili.say_money(amount)
    return english.say_money(amount)


def say_time(at: time, language: Language = Language.ENGLISH) -> str:
    """Say a time of day to the minute, on the clock of the language."""
    if language is Language.SWAHILI:
        return swahili_times.say_time(at)
    return english_times.say_time(at)


def say_time_on_both_clocks(at: time, language: Language = Language.ENGLISH) -> str:
    """Say a time so that neither clock can be meant: ``three in the afternoon, saa tisa mchana``.

    The clocks are six hours apart, and who mixes the languages may use either.
    """
    other = Language.ENGLISH if language is Language.SWAHILI else Language.SWAHILI
    return f"{say_time(at, language)}, {say_time(at, other)}"


def read_time(text: str) -> TimeRead | None:
    """Read the time of day in ``text``, on whichever clock it was told, or None.

    Without a part of the day one of an office's day is taken.
    """
    found = swahili_times.read_time(text)
    if found is not None:
        return found
    return english_times.read_time(swahili_times.parts_in_english(text.lower()))


def say_date(day: date, today: date, language: Language = Language.ENGLISH) -> str:
    """Say a date; its year only if it is not within the year from ``today``."""
    if language is Language.SWAHILI:
        return swahili_times.say_date(day, today)
    return english_times.say_date(day, today)


def read_date(text: str, today: date) -> DayRead | None:
    """Read the day that ``text`` names, seen from ``today``; the coming one if it is open."""
    found = english_times.read_date(text, today)
    return swahili_times.read_date(text, today) if found is None else found
