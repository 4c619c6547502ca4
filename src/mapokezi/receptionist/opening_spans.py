"""The spans in which an office is open, laid on the clock: over midnight, and where clocks change.

A span belongs to the day on which it begins. One that closes no later than it opens goes on into
the next day: ``20:00-02:00``; ``24:00`` is the midnight that ends a day, and ``00:00-24:00`` the
whole of it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mapokezi.receptionist.office import Opening

MINUTES_OF_A_DAY = 24 * 60
_A_SECOND = timedelta(seconds=1)


def minutes_of(span: Opening) -> tuple[int, int]:
    """Give when a span opens and closes, in minutes of its day; what is over 1440 is the next."""
    opens, closes = (at.hour * 60 + at.minute for at in (span.opens, span.closes))
    return opens, closes if closes > opens else closes + MINUTES_OF_A_DAY


def is_whole_day(span: Opening) -> bool:
    """Say whether a span is a day from midnight to midnight."""
    return span.opens == span.closes == time(0)


def is_into_next_day(span: Opening) -> bool:
    """Say whether a span goes on after midnight; to close at midnight is not to go on."""
    return minutes_of(span)[1] > MINUTES_OF_A_DAY


def is_in_span(at: time, span: Opening, *, to_the_minute: bool = True) -> bool:
    """Say whether a time of day lies in a span, be it in the night after its day.

    Args:
        at: the time of day.
        span: the span.
        to_the_minute: whether the minute at which it closes is outside.
    """
    opens, closes = minutes_of(span)
    minute = at.hour * 60 + at.minute
    last = closes if to_the_minute else closes + 1
    return any(opens <= one < last for one in (minute, minute + MINUTES_OF_A_DAY))


def instants_of(span: Opening, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Give the instants between which the span of a day is open, in UTC.

    Where clocks change, a span begins and ends when the office's clock first shows its times or
    later ones: a span that lies in the hour that is skipped is empty.

    Args:
        span: the span.
        day: the day on which it begins.
        zone: the office's time zone.
    """
    opens, closes = minutes_of(span)
    return _first_shown(day, opens, zone), _first_shown(day, closes, zone)


def _first_shown(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Give the first instant at which a clock there shows a minute of the day, or a later one."""
    shown = datetime.combine(day, time(0)) + timedelta(minutes=minute)
    at = shown.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == shown:
        return at
    # The clock skips this time. By the offsets after and before the change it lies around it.
    early, late = shown.replace(tzinfo=zone, fold=1).astimezone(UTC), at
    offset = late.astimezone(zone).utcoffset()
    while late - early > _A_SECOND:
        middle = early + timedelta(seconds=(late - early) // _A_SECOND // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            late = middle
        else:
            early = middle
    return late
