"""Notices and attempts as rows, and back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping

from mapokezi.calls import OfficeId
from mapokezi.records.notices import (
    AttemptOutcome,
    Notice,
    NoticeAttempt,
    NoticeId,
    NoticeKind,
    NoticeState,
    PlannedNotice,
    WayKind,
)


def row_of(planned: PlannedNotice) -> dict[str, Any]:
    """The row of a notice that is new."""
    return {
        "notice_id": planned.notice_id,
        "key": planned.key,
        "office_id": planned.office_id,
        "call_id": planned.call_id,
        "task_id": planned.task_id,
        "person_id": planned.person_id,
        "for_person": planned.for_person,
        "caller": planned.caller,
        "kind": planned.kind.value,
        "way": planned.way,
        "way_kind": planned.way_kind.value,
        "address": planned.address,
        "language": planned.language,
        "urgent": planned.urgent,
        "title": planned.title,
        "text": planned.text,
        "link": planned.link,
        "step": planned.step,
        "planned_at": planned.planned_at,
        "not_before": planned.not_before,
        "state": NoticeState.WAITING.value,
        "is_repeat": False,
        "blind_repeats": 0,
        "attempts": 0,
        "tries": 0,
        "why": "",
        "receipt": "",
    }


def notice_of(row: Any) -> Notice:
    """A row as a notice."""
    return Notice(
        notice_id=NoticeId(row["notice_id"]),
        key=row["key"],
        office_id=OfficeId(row["office_id"]),
        kind=NoticeKind(row["kind"]),
        way=row["way"],
        way_kind=WayKind(row["way_kind"]),
        address=row["address"],
        title=row["title"],
        text=row["text"],
        not_before=row["not_before"],
        planned_at=row["planned_at"],
        state=NoticeState(row["state"]),
        language=row["language"],
        call_id=row["call_id"],
        task_id=row["task_id"],
        person_id=row["person_id"],
        for_person=row["for_person"],
        caller=row["caller"],
        urgent=row["urgent"],
        link=row["link"],
        step=row["step"],
        is_repeat=row["is_repeat"],
        attempts=row["attempts"],
        tries=row["tries"],
        why=row["why"],
        receipt=row["receipt"],
        begun_at=row["begun_at"],
        sent_at=row["sent_at"],
    )


def attempt_of(row: RowMapping) -> NoticeAttempt:
    """A row as an attempt."""
    return NoticeAttempt(
        notice_id=NoticeId(row["notice_id"]),
        number=row["number"],
        begun_at=row["begun_at"],
        outcome=AttemptOutcome(row["outcome"]),
        ended_at=row["ended_at"],
        is_repeat=row["is_repeat"],
        why=row["why"],
        receipt=row["receipt"],
    )
