"""Figures as they stand in a text, put into words for a voice that would read them wrongly."""

from __future__ import annotations

import re
from datetime import time
from functools import cache

from mapokezi.receptionist.spoken import swahili, swahili_times
from mapokezi.receptionist.spoken.both import say_money, say_number, say_time
from mapokezi.receptionist.spoken.digits import say_digits
from mapokezi.receptionist.spoken.types import Language
from mapokezi.receptionist.words import listed
from mapokezi.units import Money

_MONEY = re.compile(
    r"\b(?:KES|K[Ss][Hh][Ss]?|Sh)\.? ?(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<cents>\d{2}))?"
    r"(?!\d)(?:/[=-])?"
)
_PHONE = re.compile(r"(?<![\d+])(?:\+254|0)[ -]?[17]\d{2}[ -]?\d{3}[ -]?\d{3}(?!\d)")
_ACCOUNT = re.compile(
    r"(?i)(?<=\b)(?P<kind>till|paybill)(?P<link>(?: number| no\.?)? )(?P<digits>\d{5,7})\b"
)
_CLOCK = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-3])(?::(?P<minute>[0-5]\d)|\.(?P<past>[0-5]\d)(?= ?[ap]\.?m\b)"
    r"|(?= ?[ap]\.?m\b))(?: ?(?P<half>[ap])\.?m\b)?(?!\d)",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")
_FIGURE = re.compile(r"\d+")


def in_words(text: str, language: Language = Language.ENGLISH) -> str:
    """Put the figures of a text into words.

    In English amounts, telephone numbers, tills and paybills, times and thousands, which voices
    read as they like; other figures stay. In Swahili all of them.
    """
    text = _MONEY.sub(lambda found: _money(found, language), text)
    text = _PHONE.sub(lambda found: say_digits(_national(found[0]), language), text)
    text = _ACCOUNT.sub(
        lambda found: found["kind"] + found["link"] + say_digits(found["digits"], language), text
    )
    text = _CLOCK.sub(lambda found: _clock(found, language), text)
    text = _THOUSANDS.sub(lambda found: say_number(_whole(found[0]), language), text)
    if language is Language.SWAHILI:
        text = _FIGURE.sub(lambda found: _figure(found[0], language), text)
    return text


def _whole(figures: str) -> int:
    return int(figures.replace(",", ""))


def _money(found: re.Match[str], language: Language) -> str:
    return say_money(Money(_whole(found["whole"]) * 100 + int(found["cents"] or 0)), language)


def _national(written: str) -> str:
    return "0" + re.sub(r"\D", "", written).removeprefix("254").removeprefix("0")


def _clock(found: re.Match[str], language: Language) -> str:
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        return found[0]
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return say_time(time(hour, int(found["minute"] or found["past"] or 0)), language)


def _figure(figures: str, language: Language) -> str:
    """A long figure, or one with a nought in front, is told digit by digit."""
    if len(figures) > 6 or (len(figures) > 1 and figures.startswith("0")):
        return say_digits(figures, language)
    return say_number(int(figures), language)


@cache
def words_of_figures(language: Language) -> frozenset[str]:
    """Give the single words of which the figures of a language are put together."""
    if language is not Language.SWAHILI:
        return frozenset()
    return frozenset(
        {
            *swahili.UNITS,
            *swahili.TENS[1:],
            *listed("mia elfu laki milioni bilioni na saa robo nusu kasoro dakika plus"),
            *listed("kuanzia hadi shilingi senti tarehe mwezi wa mwaka"),
            *listed("asubuhi mchana jioni usiku alfajiri"),
            *swahili_times.WEEKDAYS,
            *swahili_times.MONTHS,
        }
    )
