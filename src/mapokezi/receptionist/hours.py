"""When the office is open: its week, its closures and the public holidays it keeps."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from rapidfuzz import fuzz

from mapokezi.receptionist.office import Hours, Opening, Weekday
from mapokezi.receptionist.spoken_times import DayRead, part_of_day, read_date, say_date, say_time
from mapokezi.receptionist.words import plain

_WEEK = tuple(Weekday)
_LOOK_AHEAD_DAYS = 60
_EVE = re.compile(r"\beve\b")
_WITHOUT_DAY = 90.0
"""A name without the word day must be near: ``on Friday`` is not Good Friday."""
_ALSO_CALLED = {
    "Labor Day": ("labour day", "workers day", "may day"),
    "Boxing Day": ("utamaduni day",),
    "Christmas Day": ("christmas", "xmas"),
    "New Year's Day": ("new year",),
    "Eid al-Fitr": ("idd ul fitr", "eid", "idd"),
    "Easter Monday": ("easter",),
    "Jamhuri Day": (
        "jamuhuri day",
        "independence day",
        "republic day",
        "jam hearry day",
        "january day",
        "jamaica day",
    ),
    "Mashujaa Day": ("heroes day", "kenyatta day"),
    "Mazingira Day": ("moi day", "huduma day"),
}


@dataclass(frozen=True, slots=True)
class DayHours:
    """One day of the office."""

    day: date
    openings: tuple[Opening, ...]
    closed_because: str = ""
    """A holiday's or closure's name; empty on an ordinary closed day."""


@dataclass(frozen=True, slots=True)
class OpenState:
    """Whether the office is open at an instant."""

    is_open: bool
    closes: time | None
    """When the present span ends, if open."""
    opens_next: datetime | None
    """When it next opens, if closed; none within two months is None."""


@lru_cache(maxsize=64)
def _holidays_of(country: str, year: int) -> dict[date, str]:
    if not country:
        return {}
    found = holidays.country_holidays(country, years=year)
    return {day: name.split(" (")[0] for day, name in found.items()}


def local_time(hours: Hours, now_wall: datetime) -> datetime:
    """Give ``now_wall`` on the office's own clock."""
    return now_wall.astimezone(ZoneInfo(hours.timezone))


def hours_on(hours: Hours, day: date) -> DayHours:
    """Give the opening spans of ``day``, closures and public holidays regarded."""
    for closure in hours.closures:
        if closure.first <= day <= closure.last:
            return DayHours(day, (), closure.reason)
    holiday = _holidays_of(hours.holidays_of, day.year).get(day)
    if holiday:
        return DayHours(day, (), holiday)
    return DayHours(day, tuple(hours.week.get(_WEEK[day.weekday()], ())))


def open_at(hours: Hours, now_wall: datetime) -> OpenState:
    """Say whether the office is open at ``now_wall``, until when, or from when."""
    now = local_time(hours, now_wall)
    for opening in hours_on(hours, now.date()).openings:
        if opening.opens <= now.time() < opening.closes:
            return OpenState(True, opening.closes, None)
    for ahead in range(_LOOK_AHEAD_DAYS):
        day = now.date() + timedelta(days=ahead)
        for opening in hours_on(hours, day).openings:
            opens = datetime.combine(day, opening.opens, now.tzinfo)
            if opens > now:
                return OpenState(False, None, opens)
    return OpenState(False, None, None)


def read_day(hours: Hours, text: str, today: date) -> DayRead | None:
    """Read the day that a caller names: as in `spoken_times`, or a public holiday by name."""
    said = plain(text)
    eve = _EVE.search(said)
    dated = read_date(text, today)
    if dated and dated.called == dated.day.isoformat():
        return dated
    holiday = _holiday_named(hours, said, today)
    if holiday and eve:
        before = holiday.day - timedelta(days=1)
        return DayRead(before, before.isoformat())
    return holiday or dated


def _holiday_named(hours: Hours, said: str, today: date) -> DayRead | None:
    """Find the coming public holiday that is named, though it be written ``jamsury day``."""
    best: tuple[float, date] | None = None
    wants_any = "holiday" in said
    for year in (today.year, today.year + 1):
        for day, name in _holidays_of(hours.holidays_of, year).items():
            if day < today or "observed" in name:
                continue
            score = max(_holiday_score(said, plain(n)) for n in (name, *_ALSO_CALLED.get(name, ())))
            if score >= 70 and (best is None or score > best[0]):
                best = (score, day)
    if best is None or (wants_any and best[0] < 90):
        return None
    return DayRead(best[1], best[1].isoformat())


def _holiday_score(said: str, name: str) -> float:
    """Compare a holiday's name with the words of ``said`` that could be it."""
    words = said.split()
    if name.endswith(" day"):
        best = 0.0
        for place, word in enumerate(words):
            if word == "day" and place:
                for first in range(max(0, place - name.count(" ") - 1), place):
                    best = max(best, _ratio(" ".join(words[first:place]), name[:-4]))
        return best
    count = name.count(" ") + 1
    spans = (" ".join(words[at : at + count]) for at in range(len(words) - count + 1))
    best = max((_ratio(span, name) for span in spans if len(span) >= 3), default=0.0)
    return best if best >= _WITHOUT_DAY else 0.0


def _ratio(heard: str, name: str) -> float:
    if min(len(heard), len(name)) <= 4:
        return 100.0 if heard == name else 0.0
    return fuzz.ratio(heard.replace(" ", ""), name.replace(" ", ""))


def say_spans(openings: tuple[Opening, ...]) -> str:
    """Say the spans of a day: ``from eight in the morning to noon and from ...``."""
    return " and ".join(_say_span(span) for span in openings)


def _say_span(span: Opening) -> str:
    opens, part = say_time(span.opens), part_of_day(span.closes)
    if part == part_of_day(span.opens) and opens.endswith(part):
        opens = opens.removesuffix(part).strip()
    return f"from {opens} to {say_time(span.closes)}"


def describe_day(hours: Hours, asked: DayRead, now_wall: datetime) -> str:
    """Say in one or two sentences when the office is open on a day."""
    today = local_time(hours, now_wall).date()
    on = hours_on(hours, asked.day)
    name = _name_of_day(asked, today)
    if on.openings:
        if asked.day == today:
            return _describe_today(hours, on, now_wall)
        return f"{name} we are open {say_spans(on.openings)}."
    because = f" for {on.closed_because}" if on.closed_because else ""
    return f"{name} we are closed{because}.{_next_opening(hours, asked.day, today, now_wall)}"


def _describe_today(hours: Hours, on: DayHours, now_wall: datetime) -> str:
    state = open_at(hours, now_wall)
    said = f"Today we are open {say_spans(on.openings)}."
    if state.is_open:
        return f"{said} We are open now."
    next_opening = _next_opening(hours, on.day, on.day, now_wall)
    return f"{said} We are closed at the moment.{next_opening}"


def _name_of_day(asked: DayRead, today: date) -> str:
    ahead = (asked.day - today).days
    if ahead in {0, 1}:
        return ("Today", "Tomorrow")[ahead]
    return f"On {say_date(asked.day, today)}"


def _next_opening(hours: Hours, closed_day: date, today: date, now_wall: datetime) -> str:
    """Say when the office opens after a closed day, as nothing else helps a caller who asked."""
    now = local_time(hours, now_wall)
    after = max(now, datetime.combine(closed_day, time(0), now.tzinfo))
    opens = open_at(hours, after).opens_next
    if opens is None:
        return ""
    if opens.date() == today:
        return f" We open again today at {say_time(opens.time())}."
    if opens.date() == today + timedelta(days=1):
        return f" We open again tomorrow at {say_time(opens.time())}."
    return f" We open again on {say_date(opens.date(), today)} at {say_time(opens.time())}."


def describe_week(hours: Hours) -> str:
    """Say the ordinary week, days of the same hours together."""
    groups: list[tuple[list[int], tuple[Opening, ...]]] = []
    for number, weekday in enumerate(_WEEK):
        openings = tuple(hours.week.get(weekday, ()))
        if groups and groups[-1][1] == openings:
            groups[-1][0].append(number)
        else:
            groups.append(([number], openings))
    opened = [f"{_span_of_days(days)} {say_spans(spans)}" for days, spans in groups if spans]
    closed = [_span_of_days(days) for days, spans in groups if not spans]
    if not opened:
        return "I have no opening hours for this office."
    said = f"We are open {', and '.join(opened)}."
    if closed:
        said += f" We are closed on {' and '.join(part.removeprefix('on ') for part in closed)}."
    return said


def _span_of_days(days: list[int]) -> str:
    names = [_WEEK[day].value.capitalize() for day in days]
    if len(names) == 1:
        return f"on {names[0]}"
    return f"{names[0]} to {names[-1]}" if len(names) > 2 else f"{names[0]} and {names[-1]}"
