"""A caller of whom something is kept wherever something can be: to be exported, to be erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import JSON, Boolean, Connection, Integer, Table, insert
from tests.aftercall.keeping_stage import KeepingStage

from mapokezi.records.call_record import CallRecord
from mapokezi.records.changes import (
    SaveArrival,
    SaveEnd,
    SaveEvent,
    SaveMessage,
    SavePlatformCall,
    SaveTimeline,
    SaveTurn,
)
from mapokezi.stores import schema
from mapokezi.stores.column_types import UtcInstant
from mapokezi.units import E164

NUMBER = E164("+254722555777")
SUBSCRIBER = "722555777"
NAME, REASON = "Akinyi Wambui-Odero", "The eviction from Kiserian plot ninety."
SAID = "It is about my late husband's plot."
SECRETS = (SUBSCRIBER, NAME, "Kiserian", "late husband")
"""What stands nowhere once the caller is erased."""


async def left_behind(stage: KeepingStage, number: int, caller: E164 = NUMBER) -> CallRecord:
    """Put a call of a caller on record, with something in every table that can hold it."""
    keeper, examples = stage.database.writer, stage.examples
    await stage.recorded(number)
    record = replace(
        examples.ended(number),
        caller=caller,
        session_id=f"HD_{number:06}",
        recording=f"recordings/2026-11/c-{number:06}.wav",
    )
    turn = examples.turn(call=number, text=SAID, ours=False)
    message = replace(examples.message(number), name=NAME, reason=REASON, number=str(caller))
    event = examples.event(number)
    event = replace(event, facts={"callback": {"caller": str(caller), "said": SAID}})
    for change in (
        SaveArrival(record),
        SaveEnd(record),
        SaveTurn(turn),
        SaveTimeline((replace(examples.entry(call=number), values={"to": str(caller)}),)),
        SaveMessage(message),
        SaveEvent(event),
        SavePlatformCall(examples.platform_call(number)),
    ):
        await keeper.commit(change)
    await keeper.transact(lambda connection: _rest(connection, record))
    return record


def _rest(connection: Connection, record: CallRecord) -> None:
    """What the work after a call makes of it."""
    call, at = record.call_id, record.arrived_at + timedelta(minutes=1)
    told = f"{NAME}, {record.caller}: {REASON}"
    about = {"office_id": record.office_id, "call_id": call}
    key = f"notice-{call}"
    digest = f"Two messages today: {NAME}; Peter Kimani"
    for table, known in (
        (schema.tasks, {**about, "task_id": f"task-{call}", "opened_at": at, "due_at": at}),
        (schema.task_comments, {"task_id": f"task-{call}", "at": at, "text": f"{NAME} again"}),
        (schema.notices, {**about, "notice_id": key, "key": key, "text": told}),
        (
            schema.notices,
            {"office_id": about["office_id"], "notice_id": f"d-{call}", "key": f"d-{call}",
             "text": digest},
        ),
        (schema.notice_attempts, {"notice_id": key, "number": 1}),
        (schema.call_notes, {**about, "lines": [f"{NAME} called."], "fields": {"name": NAME}}),
        (schema.effects, {"subject": call, "effect": "note", "call_id": call}),
    ):  # fmt: skip
        connection.execute(insert(table).values({**_filled(table, at), **known}))


def _filled(table: Table, at: datetime) -> dict[str, object]:
    """Something for every column of a table that must hold something."""
    values: dict[str, object] = {}
    for column in table.columns:
        if column.nullable:
            continue
        if isinstance(column.type, UtcInstant):
            values[column.name] = at
        elif isinstance(column.type, Boolean):
            values[column.name] = False
        elif isinstance(column.type, Integer):
            values[column.name] = 0
        else:
            values[column.name] = [] if isinstance(column.type, JSON) else ""
    return values
