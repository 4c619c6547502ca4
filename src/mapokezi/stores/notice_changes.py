"""What is done to notices, each deed in one transaction.

An attempt is claimed by the same transaction that writes it down, so of two processes that go for
one notice one gets it, and a kill at any later instant leaves its trace.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, or_, select, update

from mapokezi.records.notices import (
    LEASE,
    AttemptOutcome,
    Notice,
    NoticeId,
    NoticeState,
    PlannedNotice,
    WayKind,
)
from mapokezi.stores.column_types import storable
from mapokezi.stores.dialects import insert_into
from mapokezi.stores.erased import is_erased
from mapokezi.stores.notice_rows import notice_of, row_of
from mapokezi.stores.schema import notice_attempts, notices

_SENDING = NoticeState.SENDING.value
_WAITING = NoticeState.WAITING.value
_OPEN = (_WAITING, _SENDING)
MOST_WHY = 300
"""Characters of a reason or a receipt that are kept."""


def plan_notices(connection: Connection, planned: Iterable[PlannedNotice]) -> tuple[NoticeId, ...]:
    """Write planned notices, each once for its key. Returns the ids of those that are new.

    One that stands already and was never tried takes on the newer words: its caller has corrected
    the message meanwhile.
    """
    return tuple(one.notice_id for one in planned if _plan(connection, one))


def _plan(connection: Connection, planned: PlannedNotice) -> bool:
    if planned.call_id is not None and is_erased(connection, planned.call_id):
        return False  # whoever plans had read the message before it was erased
    if planned.at_most_every is not None and _had_one(connection, planned):
        return False
    inserted = connection.scalar(
        insert_into(connection, notices)
        .values(row_of(planned))
        .on_conflict_do_nothing(index_elements=[notices.c.key])
        .returning(notices.c.notice_id)
    )
    if inserted is not None:
        if planned.is_correction:
            _withdraw_former(connection, planned)
        return True
    words = {name: getattr(planned, name) for name in ("title", "text", "urgent", "not_before")}
    connection.execute(
        update(notices)
        .where(
            notices.c.key == planned.key,
            notices.c.state == _WAITING,
            notices.c.attempts == 0,
            notices.c.planned_at < planned.planned_at,
        )
        .values(words)
    )
    return False


def _had_one(connection: Connection, planned: PlannedNotice) -> bool:
    assert planned.at_most_every is not None
    query = select(notices.c.notice_id).where(
        notices.c.office_id == planned.office_id,
        notices.c.address == planned.address,
        notices.c.kind == planned.kind.value,
        notices.c.planned_at > planned.planned_at - planned.at_most_every,
        notices.c.key != planned.key,
    )
    return connection.execute(query.limit(1)).first() is not None


def _withdraw_former(connection: Connection, planned: PlannedNotice) -> None:
    connection.execute(
        update(notices)
        .where(
            notices.c.task_id == planned.task_id,
            notices.c.way == planned.way,
            notices.c.address == planned.address,
            notices.c.kind == planned.kind.value,
            notices.c.key != planned.key,
            notices.c.state == _WAITING,
            notices.c.attempts == 0,
        )
        .values(state=NoticeState.WITHDRAWN.value, why="corrected by the caller")
    )


def begin_attempt(
    connection: Connection, key: str, now: datetime, *, over: bool = False
) -> Notice | None:
    """Claim a notice and write down that an attempt at it begins. Before anything is sent.

    Args:
        connection: in a transaction of its own.
        key: the notice's.
        now: the instant.
        over: the attempt that was begun last is known to be over, with an unknown outcome (it was
            this process's own, before it was killed); so its lease need not run out.

    Returns:
        The notice as it is to be sent; None if it is not to be: it is not its time, somebody else
        has it, it is over, or it was begun twice in vain and now is for people to look at.
    """
    row = connection.execute(select(notices).where(notices.c.key == key)).mappings().first()
    if row is None or row["state"] not in _OPEN:
        return None
    values: dict[str, Any] = {"state": _SENDING, "begun_at": now, "why": ""}
    if row["state"] == _SENDING:
        if not over and row["begun_at"] > now - LEASE:
            return None
        _end_attempt(connection, row, now, AttemptOutcome.NO_WORD, "ended in the middle of it", "")
        if not WayKind(row["way_kind"]).knows_repeats:
            if row["blind_repeats"]:
                _change(connection, row, {"state": NoticeState.UNSURE.value, "why": _TWICE})
                return None
            values |= {"is_repeat": True, "blind_repeats": 1}
    elif row["not_before"] > now:
        return None
    values |= {"attempts": row["attempts"] + 1, "tries": row["tries"] + 1}
    if not _change(connection, row, values):
        return None
    connection.execute(
        insert_into(connection, notice_attempts).values(
            notice_id=row["notice_id"],
            number=values["attempts"],
            begun_at=now,
            outcome=AttemptOutcome.BEGUN.value,
            is_repeat=values.get("is_repeat", row["is_repeat"]),
            why="",
            receipt="",
        )
    )
    return notice_of({**row, **values})


_TWICE = "twice begun and twice cut short: it may have arrived, or not"


def sent(connection: Connection, key: str, now: datetime, receipt: str = "") -> None:
    """Write down that the way took a notice."""
    row = connection.execute(select(notices).where(notices.c.key == key)).mappings().first()
    if row is None:
        return
    receipt = storable(receipt)[:MOST_WHY]
    _end_attempt(connection, row, now, AttemptOutcome.SENT, "", receipt)
    if row["state"] != NoticeState.WITHDRAWN.value:
        values = {"state": NoticeState.SENT.value, "sent_at": now, "why": "", "receipt": receipt}
        _change(connection, row, values)


def failed(
    connection: Connection,
    key: str,
    now: datetime,
    why: str,
    again_at: datetime | None,
    *,
    maybe_arrived: bool = False,
) -> NoticeState | None:
    """Write down that an attempt came to nothing, or that nothing is known of it.

    Args:
        connection: in a transaction of its own.
        key: the notice's.
        now: the instant.
        why: for the staff; without secrets, without what a caller said.
        again_at: when to try again; None: never by itself.
        maybe_arrived: the receiver did not answer. It is tried once more, worded as a repeat; if
            that has no answer either, it is for people to look at, whatever ``again_at`` says.
            A receiver that knows repeats itself is tried as often as ``again_at`` says.

    Returns:
        What has become of the notice; None if there is none of that key.
    """
    row = connection.execute(select(notices).where(notices.c.key == key)).mappings().first()
    if row is None:
        return None
    why = storable(why)[:MOST_WHY]
    outcome = AttemptOutcome.NO_WORD if maybe_arrived else AttemptOutcome.REFUSED
    _end_attempt(connection, row, now, outcome, why, "")
    if row["state"] != _SENDING:
        return NoticeState(row["state"])
    values: dict[str, Any] = {"why": why}
    if maybe_arrived and not WayKind(row["way_kind"]).knows_repeats:
        if row["blind_repeats"]:
            again_at = None
        values |= {"is_repeat": True, "blind_repeats": 1}
    if again_at is not None:
        state = NoticeState.WAITING
        values["not_before"] = again_at
    else:
        state = NoticeState.UNSURE if maybe_arrived else NoticeState.FAILED
    _change(connection, row, values | {"state": state.value})
    return state


def postpone(connection: Connection, key: str, until: datetime) -> None:
    """Have a notice that waits wait for longer: it has come up in somebody's quiet hours."""
    connection.execute(
        update(notices)
        .where(notices.c.key == key, notices.c.state == _WAITING, notices.c.not_before < until)
        .values(not_before=until)
    )


def resend(connection: Connection, notice_id: NoticeId, now: datetime) -> Notice | None:
    """Have a notice sent (again), now. Returns it as it stands then; None if there is none.

    One that may have arrived is worded as a repeat. One that is just being sent is left alone.
    """
    query = select(notices).where(notices.c.notice_id == notice_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    if row["state"] == _SENDING:
        return notice_of(row)
    arrived = row["state"] in {NoticeState.SENT.value, NoticeState.UNSURE.value}
    values = {
        "state": _WAITING,
        "not_before": now,
        "tries": 0,
        "blind_repeats": 0,
        "is_repeat": row["is_repeat"] or (arrived and not WayKind(row["way_kind"]).knows_repeats),
    }
    _change(connection, row, values)
    return notice_of({**row, **values})


def withdraw(
    connection: Connection, now: datetime, *, task_id: str = "", keys: Iterable[str] = ()
) -> int:
    """Withdraw what waits of a task, or of these keys: nobody needs it any more.

    Of a task, what its people would have been told; not what the caller or a system is.

    Returns:
        How many were withdrawn; what is just being sent is not.
    """
    which = or_(
        and_(
            notices.c.task_id == task_id,
            notices.c.task_id != "",
            notices.c.person_id.is_not(None),
        ),
        notices.c.key.in_(list(keys)),
    )
    done = connection.execute(
        update(notices)
        .where(which, notices.c.state == _WAITING)
        .values(state=NoticeState.WITHDRAWN.value, not_before=now, why="not needed any more")
    )
    return done.rowcount


def free_left_open(connection: Connection, now: datetime) -> int:
    """Take every attempt that was begun as over, its outcome unknown. At the start of the only
    process that sends. Returns how many there were.
    """
    freed = connection.execute(
        update(notices).where(notices.c.state == _SENDING).values(begun_at=now - LEASE)
    )
    return freed.rowcount


def _change(connection: Connection, row: RowMapping, values: dict[str, Any]) -> bool:
    """Change a notice, if it is still as it was read."""
    changed = connection.execute(
        update(notices)
        .where(
            notices.c.notice_id == row["notice_id"],
            notices.c.state == row["state"],
            notices.c.attempts == row["attempts"],
        )
        .values(values)
    )
    return changed.rowcount == 1


def _end_attempt(
    connection: Connection,
    row: RowMapping,
    now: datetime,
    outcome: AttemptOutcome,
    why: str,
    receipt: str,
) -> None:
    connection.execute(
        update(notice_attempts)
        .where(
            notice_attempts.c.notice_id == row["notice_id"],
            notice_attempts.c.number == row["attempts"],
            notice_attempts.c.ended_at.is_(None),
        )
        .values(outcome=outcome.value, ended_at=now, why=why, receipt=receipt)
    )
