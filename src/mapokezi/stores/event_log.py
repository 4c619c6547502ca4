"""The platform's latest events, to be looked at: which kinds came, in which form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from mapokezi.stores.schema import platform_events


@dataclass(frozen=True, slots=True)
class EventForm:
    """How one event was written."""

    kind: str
    envelope: str
    """``a``, ``b`` or ``raw``; empty: not kept."""
    told_kind: str
    """The sender's own word for its kind."""
    keys: tuple[str, ...]
    """The names of its body's fields."""


class EventLog:
    """Reads what the line kept of events."""

    def __init__(self, readers: AsyncEngine) -> None:
        """Read through ``readers``."""
        self._readers = readers

    async def latest_forms(self, limit: int) -> tuple[EventForm, ...]:
        """How the latest events were written, the latest first."""
        events = platform_events.c
        query = select(events.kind, events.facts).order_by(events.received_at.desc()).limit(limit)
        async with self._readers.connect() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(_form(kind, facts) for kind, facts in rows)


def _form(kind: str, facts: Mapping[str, Any]) -> EventForm:
    callback = facts.get("callback")
    keys = callback.get("raw_keys") if isinstance(callback, Mapping) else None
    return EventForm(
        kind=kind,
        envelope=str(facts.get("envelope") or ""),
        told_kind=str(facts.get("kind_text") or ""),
        keys=tuple(map(str, keys or ())),
    )
