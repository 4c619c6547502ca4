"""Times of day and dates in English, as they are said and as they are heard."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from rapidfuzz import fuzz

from mapokezi.receptionist.spoken.english import read_number, say_number
from mapokezi.receptionist.spoken.types import DayRead, TimeRead
from mapokezi.receptionist.words import listed, plain

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = listed(
    """
    january february march april may june july august september october november december
    """
)
_ORDINALS = {
    1: "first",
    2: "second",
    3: "third",
    5: "fifth",
    8: "eighth",
    9: "ninth",
    12: "twelfth",
    20: "twentieth",
    30: "thirtieth",
}


def say_ordinal(number: int) -> str:
    """Say a day of the month: ``twenty-first``."""
    if number in _ORDINALS:
        return _ORDINALS[number]
    if number > 20:
        return f"{say_number(number // 10 * 10)}-{say_ordinal(number % 10)}"
    return f"{say_number(number)}th"


_DAY_WORDS = {say_ordinal(day): day for day in range(1, 32)}
_DAY_WORDS |= {word.replace("-", " "): day for word, day in list(_DAY_WORDS.items())}


def part_of_day(at: time) -> str:
    """Say which part of the day a time lies in."""
    if at.hour < 12:
        return "in the morning"
    if at.hour < 18:
        return "in the afternoon"
    return "in the evening"


def say_time(at: time) -> str:
    """Say a time of day to the minute: ``half past eight in the morning``."""
    if (at.hour, at.minute) == (12, 0):
        return "noon"
    if (at.hour, at.minute) == (0, 0):
        return "midnight"
    hour = say_number(at.hour % 12 or 12)
    if at.minute == 0:
        said = hour
    elif at.minute == 15:
        said = f"quarter past {hour}"
    elif at.minute == 30:
        said = f"half past {hour}"
    else:
        minute = say_number(at.minute)
        said = f"{hour} {'oh ' if at.minute < 10 else ''}{minute}"
    return f"{said} {part_of_day(at)}"


_NUMBER = r"(?:\d{1,2}|one|two|to|three|four|for|five|six|seven|eight|nine|ten|eleven|twelve)"
_MINUTES = r"(?:\d{1,2}|(?:oh )?[a-z]+(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?)"
_HALF = (
    r"(?: ?(?P<half>am|pm|in the (?:morning|afternoon|evening)|at night|this (?:morning|afternoon|"
    r"evening)|o clock in the (?:morning|afternoon|evening)))?"
)
_TIME_FORMS = tuple(
    re.compile(form + _HALF)
    for form in (
        (
            rf"\b(?:half|have|half a|huff)[ -](?:past|path|passed|half|pass)[ -]"
            rf"(?P<half_past>{_NUMBER})\b"
        ),
        rf"\bquarter[ -](?P<quarter>to|past|passed|two)[ -](?P<of>{_NUMBER})\b",
        rf"\b(?P<minutes_off>{_MINUTES})(?: minutes)? (?P<side>past|to) (?P<side_of>{_NUMBER})\b",
        r"\b(?P<clock>\d{1,2})[:.](?P<clock_min>\d{2})(?!\d)",
        (
            rf"\b(?P<hour>{_NUMBER}) (?P<minute>oh? "
            r"(?:one|two|three|four|five|six|seven|eight|nine)|"
            r"(?:ten|fifteen|twenty|thirty|forty|fifty|eleven|twelve|thirteen|fourteen|"
            r"sixteen|"
            r"seventeen|eighteen|nineteen)"
            r"(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?)\b"
        ),
        rf"\b(?P<exact>{_NUMBER})(?: ?o'?clock)\b",
        rf"\b(?P<exact>{_NUMBER})(?= ?(?:am|pm|in the|at night|this (?:morning|aft|even)))",
        (
            rf"\b(?:at|after|before|by|around|about|from|until|till)(?: about| around)? "
            rf"(?P<exact>{_NUMBER})\b(?!st|nd|rd|th)"
        ),
        r"^(?P<exact>\d{1,2})$",
    )
)


def _hour(word: str) -> int | None:
    return {"to": 2, "for": 4}.get(word) or read_number(word)


def _clock_of(match: re.Match[str]) -> tuple[int, int] | None:
    got = match.groupdict()
    if got.get("half_past"):
        return (_hour(got["half_past"]) or 0, 30)
    if got.get("quarter"):
        hour = _hour(got["of"]) or 0
        return (hour, 15) if got["quarter"].startswith("pas") else ((hour - 1) % 24, 45)
    if got.get("side"):
        hour, off = _hour(got["side_of"]) or 0, read_number(got["minutes_off"])
        if off is None or not 0 < off < 60:
            return None
        return (hour, off) if got["side"] == "past" else ((hour - 1) % 24, 60 - off)
    if got.get("clock"):
        return (int(got["clock"]), int(got["clock_min"]))
    if got.get("hour"):
        minute = read_number(re.sub(r"^oh? ", "", got["minute"]))
        return None if minute is None else (_hour(got["hour"]) or 0, minute)
    return (_hour(got["exact"]) or 0, 0)


def read_time(text: str) -> TimeRead | None:
    """Read the time of day in ``text``, or None.

    Without ``a.m.``, ``in the afternoon`` or the like, one to six o'clock is taken as the
    afternoon, seven to twelve as it stands: an office's day.
    """
    said = plain(text.replace("-", " ")).replace("o clock", "oclock").replace("oclock", "o'clock")
    if re.search(r"\b(?:noon|midday)\b", said):
        return TimeRead(time(12), half_known=True)
    if "midnight" in said:
        return TimeRead(time(0), half_known=True)
    for form in _TIME_FORMS:
        match = form.search(said)
        clock = _clock_of(match) if match else None
        if match is None or clock is None or clock[0] > 24 or clock[1] > 59:
            continue
        return _settled(clock[0] % 24, clock[1], match.groupdict().get("half") or "")
    return None


def _settled(hour: int, minute: int, half: str) -> TimeRead:
    morning = half == "am" or half.endswith("morning")
    if half and morning:
        return TimeRead(time(hour % 12, minute), half_known=True)
    if half:
        return TimeRead(time(hour % 12 + 12 if hour <= 12 else hour, minute), half_known=True)
    if 1 <= hour <= 6:
        return TimeRead(time(hour + 12, minute), half_known=False)
    return TimeRead(time(hour, minute), half_known=hour > 12)


def say_date(day: date, today: date) -> str:
    """Say a date; its year only if it is not within the year from ``today``."""
    said = f"{WEEKDAYS[day.weekday()].capitalize()} the {say_ordinal(day.day)} of "
    said += _MONTHS[day.month - 1].capitalize()
    if not today <= day < today + timedelta(days=365):
        said += f", {say_number(day.year)}"
    return said


_MONTH = "|".join(month if len(month) < 4 else f"{month[:3]}(?:{month[3:]})?" for month in _MONTHS)
_ORDINAL = "|".join(sorted(_DAY_WORDS, key=len, reverse=True))
_DATE_FORMS = (
    re.compile(
        rf"\b(?:the )?(?P<day>\d{{1,2}}(?:st|nd|rd|th)?|{_ORDINAL})(?: of)? (?P<month>{_MONTH})\b"
        r"(?: (?P<year>\d{4}|two thousand(?: and)?[a-z -]*))?"
    ),
    re.compile(rf"\b(?P<month>{_MONTH})(?: the)? (?P<day>\d{{1,2}}(?:st|nd|rd|th)?|{_ORDINAL})\b"),
    re.compile(rf"\b(?:on|the) (?:the )?(?P<day>\d{{1,2}}(?:st|nd|rd|th)|{_ORDINAL})\b"),
)


def read_date(text: str, today: date) -> DayRead | None:
    """Read the day that ``text`` names, seen from ``today``; the coming one if it is open."""
    said = plain(text.replace("-", " "))
    said = said.replace("of next month", f"of {_MONTHS[today.month % 12]}")
    dated = _calendar_date(said, today)
    if dated is not None:
        return DayRead(dated, dated.isoformat())
    for called, days in (("day after tomorrow", 2), ("tomorrow", 1), ("today", 0), ("tonight", 0)):
        if called in said:
            day = today + timedelta(days=days)
            name = day.isoformat() if days > 1 else called.replace("tonight", "today")
            return DayRead(day, name)
    weekday = _weekday(said)
    if weekday is not None:
        ahead = (weekday - today.weekday()) % 7
        return DayRead(today + timedelta(days=ahead), WEEKDAYS[weekday])
    if re.search(r"\b(?:right now|now|this (?:morning|afternoon|evening)|at the moment)\b", said):
        return DayRead(today, "today")
    return None


def _calendar_date(said: str, today: date) -> date | None:
    for form in _DATE_FORMS:
        match = form.search(said)
        if match is None:
            continue
        day = _DAY_WORDS.get(match["day"]) or int(re.sub(r"\D", "", match["day"]) or 0)
        got = match.groupdict()
        month_word = got.get("month")
        month = _month(month_word) if month_word else None
        year = read_number(got["year"]) if got.get("year") else None
        found = coming(day, month, year, today)
        if found is not None or month is not None:
            return found
    return None


def _month(word: str) -> int:
    return next(n for n, month in enumerate(_MONTHS, 1) if month.startswith(word[:3]))


def coming(day: int, month: int | None, year: int | None, today: date) -> date | None:
    """Give the first date from ``today`` on that has this day (and month, and year), or None."""
    for ahead in range(48):
        at_year, at_month = divmod(today.month - 1 + ahead, 12)
        at_year += today.year
        if month not in {None, at_month + 1} and year is None:
            continue
        try:
            found = date(year or at_year, month or at_month + 1, day)
        except ValueError:
            continue
        if year is not None or found >= today:
            return found
    return None


def _weekday(said: str) -> int | None:
    """Find the last weekday: who names several comes to the point last."""
    for word in reversed(said.split()):
        for number, name in enumerate(WEEKDAYS):
            if word.removesuffix("s") == name or (
                len(word) >= 6 and word[0] == name[0] and fuzz.ratio(word, name) >= 85
            ):
                return number
    return None


_LEAD = re.compile(
    r"^(?:(?:um|uh|well|yes|okay|maybe|perhaps|please|i think|i would say|the best time (?:is|would"
    r" be)|best time (?:is|would be)|(?:you|they) can (?:call|reach|ring)(?: me)?(?: back)?|"
    r"(?:please )?(?:call|ring|reach|phone) me(?: back)?|i am (?:free|available)|it is|that would"
    r" be"
    r"|make it|let us say|say|how about|what about|at some time) ?)+"
)


def read_best_time(text: str) -> str:
    """Give the caller's words for when to call back, without the lead: ``tomorrow after 4``."""
    said = _LEAD.sub("", plain(text)).removesuffix(" please").removesuffix(" would be fine")
    said = re.sub(r" (?:is|would be|will be) (?:good|fine|best|okay|great|ok)$", "", said)
    said = re.sub(r"\b(?:have|half) (?:path|past|half|passed) (?:to|two)\b", "half past two", said)
    return said or plain(text)
