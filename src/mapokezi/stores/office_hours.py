"""The hours of an office: ``hours.toml``."""

from __future__ import annotations

import re
from datetime import time
from zoneinfo import ZoneInfo, available_timezones

import holidays
import msgspec

from mapokezi.receptionist.office import AfterHours, Closure, Hours, Opening, Weekday
from mapokezi.receptionist.opening_spans import (
    MINUTES_OF_A_DAY,
    is_into_next_day,
    minutes_of,
)
from mapokezi.receptionist.public_holidays import holiday_names
from mapokezi.stores.office_toml import TomlTable, TomlText
from mapokezi.toml_lines import did_you_mean

_SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*-\s*(?:([01]?\d|2[0-3]):([0-5]\d)|24:00)")
_YEARS = range(2024, 2035)
"""Of which holidays are looked for by name: some move, and some are not kept every year."""
_LONGEST_WORDS = 200


def read_hours(source: TomlText) -> Hours:
    """Read ``hours.toml``."""
    table = source.parse()
    timezone = table.text("timezone", Hours().timezone)
    if timezone not in available_timezones():
        table.wrong("timezone", f'"{timezone}" is no time zone', 'Write one as "Africa/Nairobi"')
        timezone = Hours().timezone
    country = _read_country(table)
    holiday_openings, open_on = _read_holidays(table.table("holidays"), country)
    week = _read_week(table)
    closures = tuple(
        closure for entry in table.tables("closures") if (closure := _read_closure(entry))
    )
    closed = _read_closed(table.table("closed"))
    table.finish()
    hours = Hours(
        timezone=ZoneInfo(timezone).key,
        week={day: spans for day, spans in week.items() if spans},
        holidays_of=country,
        holiday_openings=holiday_openings,
        open_on=open_on,
        closures=closures,
    )
    return msgspec.structs.replace(hours, **closed)


def _read_country(table: TomlTable) -> str:
    country = table.text("holidays_of", Hours().holidays_of)
    if country and country not in holidays.list_supported_countries():
        mend = 'Write the country in two capital letters, "KE", or "" to keep no holidays'
        table.wrong("holidays_of", f'the holidays of "{country}" are not known', mend)
        return ""
    return country


def _read_holidays(table: TomlTable, country: str) -> tuple[tuple[Opening, ...], tuple[str, ...]]:
    openings, open_on = _read_spans(table, "hours"), table.texts("open_on")
    known = holiday_names(country, _YEARS) if country and open_on else set()
    for place, name in enumerate(open_on):
        if known and name not in known:
            mend = did_you_mean(name, sorted(known))
            table.wrong("open_on", f'"{name}" is no public holiday of "{country}"', mend, place)
    if not country and not table.broken and table.values:
        what = "the office keeps no public holidays"
        table.source.wrong(table.path, what, 'Write holidays_of = "KE", or delete this table')
    table.finish()
    return openings, open_on


def _read_week(table: TomlTable) -> dict[Weekday, tuple[Opening, ...]]:
    week_table = table.table("week")
    if week_table.broken and not table.broken and "week" not in table.values:
        mend = 'Add [week] and below it the days: monday = ["08:00-17:00"]'
        table.wrong("week", "no opening hours are given", mend)
    week = {day: _read_spans(week_table, day.value) for day in Weekday}
    _check_nights(week_table, week)
    week_table.finish()
    return week


def _read_spans(table: TomlTable, day: str) -> tuple[Opening, ...]:
    spans: list[Opening] = []
    for place, text in enumerate(table.texts(day)):
        found = _SPAN.fullmatch(text.strip())
        if not found:
            mend = 'Write opening and closing time on the 24-hour clock: "08:00-17:00"'
            table.wrong(day, f'"{text}" is no span of hours', mend, place)
            continue
        opens_h, opens_min, closes_h, closes_min = (int(part or 0) for part in found.groups())
        span = Opening(opens=time(opens_h, opens_min), closes=time(closes_h, closes_min))
        if span.closes == span.opens and not text.strip().endswith("24:00"):
            mend = 'Write two different times; for the whole day "00:00-24:00"'
            table.wrong(day, f'"{text}" closes when it opens', mend, place)
        elif spans and minutes_of(span)[0] <= minutes_of(spans[-1])[1]:
            mend = "Put the spans in order, with a break between them"
            table.wrong(day, f'"{text}" begins before the span before it is over', mend, place)
        else:
            spans.append(span)
    return tuple(spans)


def _check_nights(table: TomlTable, week: dict[Weekday, tuple[Opening, ...]]) -> None:
    """Note the days that open while the day before, over midnight, is still open."""
    days = list(Weekday)
    for day, before in zip(days, [days[-1], *days[:-1]], strict=True):
        if not week[day] or not week[before]:
            continue
        over = minutes_of(week[before][-1])[1] - MINUTES_OF_A_DAY
        if minutes_of(week[day][0])[0] < over:
            what = f"opens before {before.value}'s last span is over"
            mend = f"Let {before.value} close earlier, or {day.value} open later"
            table.wrong(day.value, what, mend, 0)


def _read_closure(table: TomlTable) -> Closure | None:
    first, last, reason = table.day("first"), table.day("last"), table.text("reason")
    openings = _read_spans(table, "hours")
    for place, span in enumerate(openings):
        if is_into_next_day(span):
            mend = "Let it close by 24:00"
            table.wrong("hours", "half a day does not go on after midnight", mend, place)
    table.finish()
    if first is None or last is None:
        return None
    if last < first:
        table.wrong("last", f"{last} is before {first}", "Write the earlier day as first")
    return Closure(first=first, last=last, reason=reason, openings=openings)


def _read_closed(table: TomlTable) -> dict[str, object]:
    """Read what callers get while it is closed. Returns the fields of an `Hours`."""
    words = table.text("say", "")
    if len(words) > _LONGEST_WORDS:
        what = f"has {len(words)} characters, too many before a caller may speak"
        table.wrong("say", what, f"Keep it under {_LONGEST_WORDS}")
    usual = Hours()
    read: dict[str, object] = {
        "when_closed": _read_after_hours(table, "callers_get") or usual.when_closed,
        "on_break": _read_after_hours(table, "on_break") or usual.on_break,
        "on_holidays": _read_after_hours(table, "on_holidays"),
        "closed_words": words,
    }
    table.finish()
    return read


def _read_after_hours(table: TomlTable, key: str) -> AfterHours | None:
    word = table.text(key, "")
    if not word and key not in table.values:
        return None
    try:
        return AfterHours(word)
    except ValueError:
        mend = did_you_mean(word, [one.value for one in AfterHours])
        table.wrong(key, f'callers cannot get "{word}"', mend)
        return None
