"""Notices, offices and events to tell of: one place for all tests that need some."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from mapokezi.calls import CallId, OfficeId
from mapokezi.receptionist.office import (
    Hours,
    Office,
    Opening,
    Person,
    QuietSpan,
    Telling,
    Way,
    Webhook,
    Weekday,
)
from mapokezi.receptionist.telling_event import TellingEvent
from mapokezi.records.notices import Notice, NoticeKind, PlannedNotice, WayKind
from mapokezi.units import E164

NOW = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
"""A Friday, 09:30 in Nairobi."""
NIGHT = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
"""22:00 in Nairobi."""

SMS = Way(way="sms", to="+254700000101", kind=WayKind.SMS)
EMAIL = Way(way="email", to="wanjiku@example.co.ke", kind=WayKind.EMAIL)
NTFY = Way(way="ntfy", to="mercy", kind=WayKind.CHAT)

WANJIKU = Person(
    id="wanjiku-kamau",
    name="Wanjiku Kamau",
    role="advocate",
    ways=(SMS, EMAIL),
    quiet=(QuietSpan(begins=time(20), ends=time(6, 30)),),
)
BRIAN = Person(
    id="brian-otieno",
    name="Brian Otieno",
    role="partner",
    ways=(Way(way="sms", to="+254700000102", kind=WayKind.SMS),),
)
MERCY = Person(
    id="mercy-mutua", name="Mercy Mutua", role="office manager", language="sw", ways=(NTFY,)
)
PETER = Person(id="peter-mwangi", name="Peter Mwangi", role="clerk")
"""Who has no way."""

_DAY = (Opening(opens=time(8), closes=time(17)),)
OFFICE = Office(
    id=OfficeId("law-office"),
    name="Kamau and Otieno Advocates",
    numbers=(E164("+254209000000"),),
    greeting="Good day.",
    notice="I am automated.",
    hours=Hours(week=dict.fromkeys(list(Weekday)[:5], _DAY)),
    people=(WANJIKU, BRIAN, MERCY, PETER),
    telling=Telling(order=("mercy-mutua", "brian-otieno")),
    webhooks=(
        Webhook(name="case-files", url="https://cases.example.co.ke/in"),
        Webhook(name="calls-only", url="https://calls.example.co.ke/in", events=("call.ended",)),
    ),
)

MESSAGE = TellingEvent(
    kind=NoticeKind.MESSAGE,
    subject="m-1",
    office_id=OFFICE.id,
    at=NOW,
    call_id=CallId("c-1"),
    task_id="m-1",
    for_person="wanjiku-kamau",
    caller="+254722000100",
    name="Grace Njeri",
    number="+254722000100",
    reason="The transfer of a plot in Kiambu.",
    best_time="tomorrow at ten",
    unsure=("name",),
)
CALL_BACK = replace(
    MESSAGE,
    kind=NoticeKind.CALL_BACK,
    subject="c-1.cut_off",
    for_person="",
    name="",
    number="",
    reason="",
    best_time="",
    unsure=(),
)


def planned(number: int = 1, **changes: Any) -> PlannedNotice:
    """A notice that is to be, planned so many seconds after `NOW`."""
    at = NOW + timedelta(seconds=number)
    usual = PlannedNotice(
        key=f"m-{number}:wanjiku-kamau:sms:0",
        office_id=OFFICE.id,
        kind=NoticeKind.MESSAGE,
        way="sms",
        way_kind=WayKind.SMS,
        address="+254700000101",
        title=f"Message {number}",
        text=f"Text {number}.",
        not_before=at,
        planned_at=at,
        call_id=CallId("c-1"),
        task_id=f"m-{number}",
        person_id="wanjiku-kamau",
        for_person="wanjiku-kamau",
        caller="+254722000100",
        link="/calls/c-1",
    )
    return replace(usual, **changes)


def as_notice(plan: PlannedNotice, **changes: Any) -> Notice:
    """A planned notice as it stands when an attempt at it begins."""
    usual = Notice(
        notice_id=plan.notice_id,
        key=plan.key,
        office_id=plan.office_id,
        kind=plan.kind,
        way=plan.way,
        way_kind=plan.way_kind,
        address=plan.address,
        title=plan.title,
        text=plan.text,
        not_before=plan.not_before,
        planned_at=plan.planned_at,
        language=plan.language,
        call_id=plan.call_id,
        task_id=plan.task_id,
        person_id=plan.person_id,
        for_person=plan.for_person,
        caller=plan.caller,
        urgent=plan.urgent,
        link=plan.link,
        step=plan.step,
        attempts=1,
        tries=1,
    )
    return replace(usual, **changes)
