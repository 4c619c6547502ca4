"""Nobody is rung: an honest sentence, for the message is stored, with an owner and a due time.

The last executor of every ladder, and the only one of a live deployment until another is proven.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from mapokezi.receptionist.due_times import due_at
from mapokezi.receptionist.handoff import NOT_FROM_HERE
from mapokezi.receptionist.hours import local_time
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.spoken import say_date, say_time
from mapokezi.records.message_record import MessageRecord

_QUARTER = timedelta(minutes=15)


def promise_of(office: Office, note: MessageRecord, now: datetime) -> str:
    """Say who will ring the caller back, and by when: the owner and due time of the task.

    Args:
        office: Whose.
        note: The message, as it is stored.
        now: The time of day, aware.
    """
    owner = next((one.name for one in office.people if one.id == note.for_person), "")
    who = owner or "somebody of the office"
    due = local_time(office.hours, due_at(note.created_at, office.hours, urgent=note.urgent))
    due += (_QUARTER - (due - datetime.min.replace(tzinfo=due.tzinfo)) % _QUARTER) % _QUARTER
    due = due.replace(second=0, microsecond=0)
    today = local_time(office.hours, now).date()
    day = "" if due.date() == today else f" on {say_date(due.date(), today)}"
    return (
        f"{NOT_FROM_HERE} I have noted that you called, and {who} "
        f"is to call you back by {say_time(due.time())}{day}."
    )
