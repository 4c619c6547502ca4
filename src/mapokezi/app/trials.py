"""Trials of a person's ways and of webhooks: notices that are sent and not kept."""

from __future__ import annotations

from datetime import datetime

import msgspec

from mapokezi.receptionist.office import Office
from mapokezi.receptionist.telling import plan_notices
from mapokezi.receptionist.telling_event import TellingEvent
from mapokezi.receptionist.webhook_events import EventType, plan_webhooks
from mapokezi.records.notices import Notice, NoticeKind, PlannedNotice


def trials_of(office: Office, whom: str, now: datetime) -> tuple[Notice, ...]:
    """A trial by each way of the person of that id, and to the webhook of that name.

    Args:
        office: whose.
        whom: the id or the name.
        now: the time of day, aware.
    """
    subject = f"trial-{now:%Y%m%d%H%M%S%f}"
    event = TellingEvent(
        kind=NoticeKind.TRIAL, subject=subject, office_id=office.id, at=now, for_person=whom
    )
    planned = plan_notices(event, office, now)
    posts = plan_webhooks(EventType.WEBHOOK_TRIAL, subject, {}, _with_all_events(office), now)
    return tuple(
        _as_sent(one) for one in (*planned, *(post for post in posts if post.address == whom))
    )


def _with_all_events(office: Office) -> Office:
    """The office, its webhooks taking every type: a trial goes to one that asked for few, too."""
    hooks = tuple(msgspec.structs.replace(hook, events=()) for hook in office.webhooks)
    return msgspec.structs.replace(office, webhooks=hooks)


def _as_sent(planned: PlannedNotice) -> Notice:
    """A notice that nobody keeps, as the sender takes it."""
    return Notice(
        notice_id=planned.notice_id,
        key=planned.key,
        office_id=planned.office_id,
        kind=planned.kind,
        way=planned.way,
        way_kind=planned.way_kind,
        address=planned.address,
        title=planned.title,
        text=planned.text,
        not_before=planned.not_before,
        planned_at=planned.planned_at,
        language=planned.language,
        person_id=planned.person_id,
    )
