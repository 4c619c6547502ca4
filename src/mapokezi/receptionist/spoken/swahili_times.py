"""Times of day and dates in Swahili; ``read(say(x)) == x``.

Hours are counted from dawn: *saa tatu asubuhi* is nine in the morning, *saa tisa* three o'clock.
Who mixes (*saa three*, ``saa 9``) may mean either clock: the part of the day tells which, if it
fits only one of them; else the time is unsure.
"""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from mapokezi.receptionist.spoken import english_times
from mapokezi.receptionist.spoken.english import VALUES as ENGLISH_VALUES
from mapokezi.receptionist.spoken.swahili import (
    NUMBER_WORDS,
    UNITS,
    read_number,
    say_number,
)
from mapokezi.receptionist.spoken.types import DayRead, Language, TimeRead
from mapokezi.receptionist.words import listed, plain

WEEKDAYS = listed("jumatatu jumanne jumatano alhamisi ijumaa jumamosi jumapili")
MONTHS = listed(
    """
    januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba
    """
)
_DAWN = 6
_PARTS = (
    ("alfajiri", time(3), time(6, 30)),
    ("asubuhi", time(5), time(11, 59)),
    ("adhuhuri", time(11, 30), time(13, 30)),
    ("mchana", time(11), time(16, 59)),
    ("alasiri", time(14), time(17, 59)),
    ("jioni", time(16), time(19, 59)),
    ("usiku", time(19), time(5, 59)),
)
"""The parts of the day, and between which times each may be said."""
_ENGLISH_PARTS = {
    "alfajiri": "in the morning",
    "asubuhi": "in the morning",
    "adhuhuri": "in the afternoon",
    "mchana": "in the afternoon",
    "alasiri": "in the afternoon",
    "jioni": "in the evening",
    "usiku": "at night",
}


def part_of_day(at: time) -> str:
    """Say which part of the day a time lies in."""
    if 4 <= at.hour < 6:
        return "alfajiri"
    if 6 <= at.hour < 12:
        return "asubuhi"
    if 12 <= at.hour < 16:
        return "mchana"
    return "jioni" if 16 <= at.hour < 19 else "usiku"


def say_time(at: time) -> str:
    """Say a time of day to the minute: *saa tisa na nusu mchana*, half past three."""
    before_the_hour = at.minute > 30
    hour = (at.hour + before_the_hour) % 24
    said = f"saa {say_number((hour + _DAWN) % 12 or 12)}"
    off = 60 - at.minute if before_the_hour else at.minute
    how_far = {15: "robo", 30: "nusu"}.get(off, f"dakika {say_number(off)}")
    if off:
        said += f" {'kasoro' if before_the_hour else 'na'} {how_far}"
    return f"{said} {part_of_day(time(hour))}"


_HOUR = r"kumi na (?:moja|mbili)|kumi|" + "|".join(UNITS[1:])
_ENGLISH_HOUR = "|".join(word for word, value in ENGLISH_VALUES.items() if 1 <= value <= 12)
_COUNT = rf"(?:\d{{1,2}}|(?:{'|'.join(sorted(NUMBER_WORDS))})(?: na (?:{'|'.join(UNITS[1:])}))?)"
_OFF = rf"(?:robo|nusu|dakika {_COUNT}|{_COUNT} dakika|{_COUNT})"
_PART = "|".join(name for name, _, _ in _PARTS)
_CLOCK = re.compile(
    rf"\bsa+ (?:ya |za )?(?:(?P<hour>{_HOUR})|(?P<figure>\d{{1,2}})(?:[:.](?P<minute>\d{{2}}))?"
    rf"|(?P<english>{_ENGLISH_HOUR})(?: (?P<minutes>thirty|fifteen|forty five))?)\b"
    rf"(?: ?(?P<half>pm|am)\b)?(?: (?:na |u(?=nusu| nusu) ?)(?P<past>{_OFF})\b)?"
    rf"(?: kaso(?:ro ?|r)(?P<to>{_OFF}|obo)\b)?(?: (?:ya |za )?(?P<part>{_PART})\b)?"
)
_A_SPAN = re.compile(r"\b(?:baada ya|kwa|kila|muda wa|ndani ya|within|for|in) $")
"""Before *saa moja* these make it an hour's length as well as seven o'clock."""


def read_time(text: str) -> TimeRead | None:
    """Read the time of day that is told after *saa*, or None."""
    said = plain(text.replace("-", " ")).replace("kasorobo", "kasoro robo")
    said = re.sub(r"\bunusu\b", "na nusu", said)
    found = _CLOCK.search(said)
    if found is None:
        return None
    minute = _minutes_past(found)
    part, half = found["part"] or "", found["half"] or ""
    if not part and (later := re.search(rf"\b({_PART})\b", said[found.end() :] or said)):
        part = later[1]
    is_span = _A_SPAN.search(said[: found.start()]) is not None
    if found["hour"]:
        hour = read_number(found["hour"]) or 0
        at, half_known = _on_the_swahili_clock(hour, part, half)
        known = not is_span and (half_known or not (part or half))
        return TimeRead(_shifted(at, minute), half_known, Language.SWAHILI, known)
    hour = int(found["figure"] or ENGLISH_VALUES.get(found["english"] or "", 0))
    read = _on_either_clock(hour, part, half, is_english=bool(found["english"]))
    return None if read is None else _with_minutes(read, minute)


def _minutes_past(found: re.Match[str]) -> int:
    """How many minutes past the hour that was named; below zero for *kasoro*."""
    given = found["minute"] or {"thirty": "30", "fifteen": "15", "forty five": "45"}.get(
        found["minutes"] or "", "0"
    )
    past, to = found["past"], found["to"]
    minutes = int(given) + (_minutes(past) if past else 0) - (_minutes(to) if to else 0)
    return minutes if -60 < minutes < 60 else 0


def _minutes(words: str) -> int:
    if words in {"robo", "obo"}:
        return 15
    return 30 if words == "nusu" else read_number(words.replace("dakika", "")) or 0


def _shifted(at: time, minutes: int) -> time:
    total = (at.hour * 60 + at.minute + minutes) % (24 * 60)
    return time(total // 60, total % 60)


def _with_minutes(read: TimeRead, minutes: int) -> TimeRead:
    return TimeRead(_shifted(read.at, minutes), read.half_known, read.clock, read.clock_known)


def _is_within(at: time, part: str) -> bool:
    first, last = next((first, last) for name, first, last in _PARTS if name == part)
    return first <= at <= last if first <= last else at >= first or at <= last


def _on_the_swahili_clock(hour: int, part: str, half: str) -> tuple[time, bool]:
    """Give the time, and whether its half of the day is known; else an office's day is meant."""
    early = (hour + _DAWN) % 12
    both = (time(early), time(early + 12))
    if half:
        return both[half == "pm"], True
    fitting = [at for at in both if part and _is_within(at, part)]
    if len(fitting) == 1:
        return fitting[0], True
    return (both[0] if early >= 7 else both[1]), False


def _on_either_clock(hour: int, part: str, half: str, *, is_english: bool) -> TimeRead | None:
    """Take *saa three* or ``saa 9``: on the clock that the part of the day fits."""
    if hour > 12:
        return TimeRead(time(hour), True) if hour < 24 else None
    if hour == 0:
        return None
    swahili, half_known = _on_the_swahili_clock(hour, part, half)
    as_swahili = TimeRead(swahili, half_known, Language.SWAHILI, False)
    both = (time(hour % 12), time(hour % 12 + 12))
    fitting = [at for at in both if part and _is_within(at, part)]
    if half:
        return TimeRead(both[half == "pm"], True)
    if fitting and not half_known:
        return TimeRead(fitting[0], True)
    if part and half_known and not fitting:
        return TimeRead(swahili, True, Language.SWAHILI)
    if not is_english:
        return as_swahili
    usual = both[1] if hour <= 6 or hour == 12 else both[0]
    return TimeRead(fitting[0] if fitting else usual, bool(fitting), clock_known=False)


def parts_in_english(said: str) -> str:
    """Put the parts of the day in plain text into English: ``nine asubuhi``."""
    return re.sub(rf"\b(?:{_PART})\b", lambda part: _ENGLISH_PARTS[part[0]], said)


def say_date(day: date, today: date) -> str:
    """Say a date; its year only if it is not within the year from ``today``."""
    said = f"{WEEKDAYS[day.weekday()].capitalize()} tarehe {say_number(day.day)} "
    said += f"mwezi wa {MONTHS[day.month - 1].capitalize()}"
    if not today <= day < today + timedelta(days=365):
        said += f" mwaka {say_number(day.year)}"
    return said


_MONTH = "|".join(MONTHS)
_MONTH_NUMBER = r"kumi na moja|kumi na mbili|\d{1,2}|kumi|" + "|".join(UNITS[1:])
_TENS_OF_DAYS = r"(?:ishirini|thelathini|kumi)(?: na (?:" + "|".join(UNITS[1:]) + "))?"
_DAY = rf"(?:\d{{1,2}}|mosi|{_TENS_OF_DAYS}|{'|'.join(UNITS[1:])})"
_YEAR_WORDS = rf"(?:\b(?:{'|'.join(sorted(NUMBER_WORDS))}|na)\b ?)+"
_DATE = re.compile(
    rf"\b(?:tarehe|tare) (?P<day>{_DAY})\b(?: (?:ya |za )?(?:mwezi (?:wa )?)?"
    rf"(?P<month>{_MONTH})\b| (?:ya )?mwezi (?:wa )?(?P<number>{_MONTH_NUMBER})\b)?"
    rf"(?: mwaka (?:wa )?(?P<year>\d{{4}}|{_YEAR_WORDS}))?"
)
_APART = re.compile(r"\bjuma (?=tatu|nne|tano|mosi|pili\b)")


def read_date(text: str, today: date) -> DayRead | None:
    """Read the day that ``text`` names in Swahili, seen from ``today``; the coming one if open."""
    said = _APART.sub("juma", plain(text.replace("-", " ")))
    found = _DATE.search(said)
    if found is not None:
        dated = _calendar_date(found, today)
        return None if dated is None else DayRead(dated, dated.isoformat())
    for words, ahead, called in (
        (r"kesho ?kutwa", 2, ""),
        ("kesho", 1, "tomorrow"),
        (r"leo|saa hi[iz]i?", 0, "today"),
    ):
        if re.search(rf"\b(?:{words})\b", said):
            day = today + timedelta(days=ahead)
            return DayRead(day, called or day.isoformat())
    for word in reversed(said.split()):
        if word in WEEKDAYS:
            number = WEEKDAYS.index(word)
            ahead = (number - today.weekday()) % 7
            return DayRead(today + timedelta(days=ahead), english_times.WEEKDAYS[number])
    return None


def _calendar_date(found: re.Match[str], today: date) -> date | None:
    day = 1 if found["day"] == "mosi" else read_number(found["day"])
    month = MONTHS.index(found["month"]) + 1 if found["month"] else None
    if found["number"]:
        month = read_number(found["number"])
    year = read_number(found["year"]) if found["year"] else None
    return english_times.coming(day or 0, month, year, today)


def is_swahili_clock(text: str) -> bool:
    """Say whether a time of the Swahili clock is told in the text."""
    return _CLOCK.search(plain(text)) is not None
