"""Notes made of each call: its fields, its three lines, its tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from mapokezi.aftercall.effects import NOT_NEEDED, Clock, Effect, Step
from mapokezi.calls import CallId, OfficeId
from mapokezi.receptionist.noting import NotedCall, notes_of
from mapokezi.receptionist.office import Office
from mapokezi.records.lists import MessageFilter
from mapokezi.stores.call_notes import save_call_notes
from mapokezi.stores.database import Database
from mapokezi.stores.effects import DueEffect

NOTE = "note"


@dataclass(frozen=True, slots=True)
class NotingParts:
    """What notes are made with."""

    records: Database
    offices: Mapping[OfficeId, Office]
    now: Clock


async def gathered(
    records: Database, offices: Mapping[OfficeId, Office], call_id: CallId
) -> NotedCall | None:
    """Gather what notes are made of; None if the call is not on record any more."""
    found = await records.calls.get(call_id)
    if found is None:
        return None
    call = found.call
    left = await records.messages.page(MessageFilter(call_id=call_id))
    before = 0
    if call.caller is not None:
        before = await records.call_notes.rang_before(call.office_id, call.caller, call.arrived_at)
    oldest_first = tuple(reversed(left.messages))
    return NotedCall(found, oldest_first, offices.get(call.office_id), before)


class Noting:
    """Makes notes by rules."""

    def __init__(self, parts: NotingParts) -> None:
        """Take the records and the offices."""
        self._parts = parts

    def effect(self) -> Effect:
        """What is done for each call."""
        return Effect(NOTE, (Step("note", self.note),))

    async def note(self, due: DueEffect) -> str:
        """Make the notes of a call."""
        parts = self._parts
        noted = await gathered(parts.records, parts.offices, CallId(due.subject))
        if noted is None:
            return NOT_NEEDED
        language = noted.office.telling.language if noted.office is not None else "en"
        notes = notes_of(noted, language, parts.now())
        await parts.records.writer.transact(partial(save_call_notes, notes=notes))
        return ""
