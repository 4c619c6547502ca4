"""How things stand with the office's hours at an instant, and what callers then get.

=============  =========================================================  =====================
the office is  because                                                    callers get
=============  =========================================================  =====================
open           a span of its hours is under way                           everything
on a break     it was open today and opens again today                    `Hours.on_break`
closed         it is before or after its hours, or a day without any      `Hours.when_closed`
on holiday     today is a public holiday that it keeps                    `Hours.on_holidays`
closed today   today is one of its closures, or the rest of a half day    `Hours.on_holidays`
=============  =========================================================  =====================
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from mapokezi.receptionist.hours import (
    hours_on,
    local_time,
    open_at,
    opens_after,
    say_next_opening,
)
from mapokezi.receptionist.office import AfterHours, Hours, Office, Person
from mapokezi.receptionist.opening_spans import instants_of
from mapokezi.receptionist.spoken import say_date, say_time


class Standing(StrEnum):
    """How things stand with the office's hours."""

    OPEN = "open"
    BREAK = "break"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    CLOSED_TODAY = "closed_today"


def standing_at(hours: Hours, now_wall: datetime) -> Standing:
    """Say how things stand at ``now_wall``, an aware instant."""
    state = open_at(hours, now_wall)
    if state.is_open:
        return Standing.OPEN
    zone, today = ZoneInfo(hours.timezone), local_time(hours, now_wall).date()
    on = hours_on(hours, today)
    opens_today = state.opens_next is not None and state.opens_next.date() == today
    was_open = any(instants_of(one, today, zone)[1] <= now_wall for one in on.openings)
    if opens_today and was_open:
        return Standing.BREAK
    if on.closed_because:
        return Standing.HOLIDAY if on.is_holiday else Standing.CLOSED_TODAY
    return Standing.CLOSED


def callers_get(hours: Hours, now_wall: datetime) -> AfterHours | None:
    """Say what callers get at ``now_wall`` because the office is closed; None if it is open."""
    standing = standing_at(hours, now_wall)
    if standing is Standing.OPEN:
        return None
    if standing is Standing.BREAK:
        return hours.on_break
    if standing is not Standing.CLOSED and hours.on_holidays is not None:
        return hours.on_holidays
    return hours.when_closed


def say_closed(hours: Hours, now_wall: datetime) -> str:
    """Say that the office is closed, why, and when it opens; empty if it is open."""
    standing = standing_at(hours, now_wall)
    if standing is Standing.OPEN:
        return ""
    today = local_time(hours, now_wall).date()
    opens = open_at(hours, now_wall).opens_next
    if standing is Standing.BREAK and opens is not None:
        return f"We are on a break until {say_time(opens.time())}."
    said = "We are closed at the moment."
    if standing is not Standing.CLOSED:
        said = f"We are closed today for {hours_on(hours, today).closed_because}."
    return said + say_next_opening(hours, today, today, now_wall)


def say_away(person: Person, office: Office, now_wall: datetime) -> str:
    """Say that somebody is away and when they are back; empty if they are not away."""
    hours, today = office.hours, local_time(office.hours, now_wall).date()
    absence = next((one for one in person.away if one.first <= today <= one.last), None)
    if absence is None:
        return ""
    after = datetime.combine(absence.last + timedelta(days=1), time(0), ZoneInfo(hours.timezone))
    back = opens_after(hours, after.astimezone(UTC))
    if back is None:
        return f"{person.name} is away."
    return f"{person.name} is away, and back on {say_date(back.date(), today)}."
