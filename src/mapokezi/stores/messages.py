"""Messages that callers left, in the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncEngine

from mapokezi.calls import OfficeId
from mapokezi.records.changes import MarkMessage, SaveMessage
from mapokezi.records.lists import (
    ALL_MESSAGES,
    PAGE_LIMIT,
    MessageFilter,
    MessagePage,
    PageMark,
)
from mapokezi.records.message_record import MessageId, MessageRecord
from mapokezi.stores.dialects import insert_into
from mapokezi.stores.schema import messages

_CONTENT = ("name", "number", "reason", "best_time", "for_person", "urgent", "unsure")


def save_message(connection: Connection, change: SaveMessage) -> None:
    """Write a message, once for its id, and once for its call and person.

    One that stands already is left alone if nothing in it is new, or if it is the newer one;
    otherwise it is replaced, keeps its id, and counts as unread again.
    """
    row = _row(change.message)
    same = or_(
        messages.c.message_id == row["message_id"],
        (messages.c.call_id == row["call_id"]) & (messages.c.for_person == row["for_person"]),
    )
    # If two stand, one by its id and one by its person, the one of that id is meant.
    by_id_first = (messages.c.message_id == row["message_id"]).desc()
    found = connection.execute(select(messages).where(same).order_by(by_id_first)).mappings()
    standing = found.first()
    if standing is None:
        connection.execute(insert_into(connection, messages).values(row))
        return
    if standing["created_at"] > row["created_at"]:
        return
    if all(standing[name] == row[name] for name in _CONTENT):
        return
    content = {name: row[name] for name in _CONTENT}
    connection.execute(
        update(messages)
        .where(messages.c.message_id == standing["message_id"])
        .values(**content, created_at=row["created_at"], read_at=None)
    )


def mark_message(connection: Connection, change: MarkMessage) -> None:
    """Write when a message was read, or that it was not."""
    connection.execute(
        update(messages)
        .where(messages.c.message_id == change.message_id)
        .values(read_at=change.read_at)
    )


class MessageStore:
    """Reads messages. Implements `mapokezi.records.ports.MessageRecords`."""

    def __init__(self, readers: AsyncEngine) -> None:
        """Read through an engine whose connections cannot write."""
        self._readers = readers

    async def page(
        self,
        wanted: MessageFilter = ALL_MESSAGES,
        older_than: PageMark | None = None,
        limit: int = PAGE_LIMIT,
    ) -> MessagePage:
        """List messages, the latest first."""
        query = page_query(wanted, older_than, limit)
        async with self._readers.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        found = tuple(message_of(row) for row in rows[:limit])
        more = len(rows) > limit
        older = PageMark(found[-1].created_at, found[-1].message_id) if more else None
        return MessagePage(found, older)

    async def get(self, message_id: MessageId) -> MessageRecord | None:
        """One message; None if there is none of that id."""
        query = select(messages).where(messages.c.message_id == message_id)
        async with self._readers.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else message_of(row)

    async def unread(self, office_id: OfficeId | None = None) -> int:
        """How many messages nobody has read yet."""
        query = select(func.count()).select_from(messages).where(messages.c.read_at.is_(None))
        if office_id is not None:
            query = query.where(messages.c.office_id == office_id)
        async with self._readers.connect() as connection:
            return await connection.scalar(query) or 0


def page_query(wanted: MessageFilter, older_than: PageMark | None, limit: int) -> Select[Any]:
    """The SELECT of one page, and one row more that tells whether there is another."""
    query = select(messages)
    if wanted.office_id is not None:
        query = query.where(messages.c.office_id == wanted.office_id)
    if wanted.call_id is not None:
        query = query.where(messages.c.call_id == wanted.call_id)
    if wanted.unread_only:
        query = query.where(messages.c.read_at.is_(None))
    if older_than is not None:
        key = tuple_(messages.c.created_at, messages.c.message_id)
        query = query.where(key < (older_than.at, older_than.id))
    return query.order_by(messages.c.created_at.desc(), messages.c.message_id.desc()).limit(
        limit + 1
    )


def _row(message: MessageRecord) -> dict[str, Any]:
    return {
        "message_id": message.message_id,
        "call_id": message.call_id,
        "office_id": message.office_id,
        "name": message.name,
        "number": message.number,
        "reason": message.reason,
        "best_time": message.best_time,
        "for_person": message.for_person,
        "urgent": message.urgent,
        "unsure": list(message.unsure),
        "created_at": message.created_at,
        "read_at": message.read_at,
    }


def message_of(row: Mapping[str, Any] | RowMapping) -> MessageRecord:
    """Read a row of the table."""
    return MessageRecord(
        message_id=row["message_id"],
        call_id=row["call_id"],
        office_id=row["office_id"],
        name=row["name"],
        number=row["number"],
        reason=row["reason"],
        created_at=row["created_at"],
        best_time=row["best_time"],
        for_person=row["for_person"],
        urgent=row["urgent"],
        unsure=tuple(row["unsure"]),
        read_at=row["read_at"],
    )
