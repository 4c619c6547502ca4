"""By when the office should have acted, on its own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mapokezi.receptionist.hours import hours_on, local_time
from mapokezi.receptionist.office import Hours

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
    now = local_time(hours, opened_at)
    for ahead in range(_LOOK_AHEAD_DAYS):
        day = now.date() + timedelta(days=ahead)
        for opening in hours_on(hours, day).openings:
            opens = max(now, datetime.combine(day, opening.opens, now.tzinfo))
            closes = datetime.combine(day, opening.closes, now.tzinfo)
            # Spans of the wall clock, as people count them: no opening spans a change of clocks.
            if closes - opens >= left:
                return (opens + left).astimezone(UTC)
            left -= max(timedelta(0), closes - opens)
    return (opened_at + _WITHOUT_HOURS).astimezone(UTC)
