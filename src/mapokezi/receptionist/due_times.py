"""By when the office should have acted, on its own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from mapokezi.receptionist.hours import hours_on, local_time
from mapokezi.receptionist.office import Hours
from mapokezi.receptionist.opening_spans import instants_of

URGENT = timedelta(minutes=15)
"""An urgent matter waits for no opening: who is told at night decides for themselves."""
USUAL = timedelta(hours=4)
"""Of the office's open hours: what is left in the morning is answered the same day."""
_LOOK_AHEAD_DAYS = 60
_WITHOUT_HOURS = timedelta(days=1)
"""Where an office has no hours to count."""


def due_at(opened_at: datetime, hours: Hours, *, urgent: bool) -> datetime:
    """Say by when something that came up at ``opened_at`` is to be done.

    Args:
        opened_at: aware.
        hours: of the office.
        urgent: whether it is.

    Returns:
        An instant in UTC.
    """
    if urgent:
        return (opened_at + URGENT).astimezone(UTC)
    left = USUAL
    zone, today = ZoneInfo(hours.timezone), local_time(hours, opened_at).date()
    for ahead in range(-1, _LOOK_AHEAD_DAYS):
        day = today + timedelta(days=ahead)
        for span in hours_on(hours, day).openings:
            opens, closes = instants_of(span, day, zone)
            opens = max(opened_at.astimezone(UTC), opens)
            if closes - opens >= left:
                return opens + left
            left -= max(timedelta(0), closes - opens)
    return (opened_at + _WITHOUT_HOURS).astimezone(UTC)
