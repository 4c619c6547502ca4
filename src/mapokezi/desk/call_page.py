"""One call: its conversation as it was heard, its message, its seconds and its cost."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from mapokezi.bridge import clock
from mapokezi.calls import CallId, Speaker
from mapokezi.conversation.timeline import Moment
from mapokezi.desk.pages import page
from mapokezi.desk.recording import sounds_of
from mapokezi.desk.settings import DeskParts
from mapokezi.desk.trail import note
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.why_said import (
    SaidSentence,
    decisions_of,
    sentences_with_sources,
)
from mapokezi.records.audit import Deed
from mapokezi.records.call_ledger import bill_of
from mapokezi.records.call_record import CallInFull, CallRecord, TimelineEntry, TurnRecord
from mapokezi.records.lists import MessageFilter
from mapokezi.records.tasks import TaskFilter
from mapokezi.stores.office_files import OfficeFilesWrong, office_of_texts
from mapokezi.units import Milliseconds

_LONGEST_S = 86_400.0


async def show(request: Request) -> Response:
    """Show the call of that id."""
    parts: DeskParts = request.app.state.parts
    call_id = CallId(request.path_params["call_id"])
    found = await parts.calls.get(call_id)
    unread = await parts.messages.unread()
    if found is None:
        return page(request, "missing.html", status_code=404, what="call", unread=unread)
    note(request, Deed.READ_CALL, call_id)
    models = parts.prices.bill(found.call.model_usage, found.call.arrived_at.date())
    left = await parts.messages.page(MessageFilter(call_id=call_id))
    then, version = await _office_then(parts, found.call)
    return page(
        request,
        "call.html",
        call=found.call,
        turns=found.turns,
        timeline=found.timeline,
        messages=left.messages,
        tasks=(await parts.tasks.page(TaskFilter(call_id=call_id, is_open=None)))[0],
        notes=await parts.call_notes.get(call_id),
        undone=[one for one in await parts.effects.of_call(call_id) if one.why],
        now=clock.wall(),
        notices=await parts.notices.of_call(call_id),
        why=_why(found, then),
        decisions=decisions_of([(one.at_ms, one.what, one.values) for one in found.timeline]),
        version=version,
        questions=await parts.questions.of_call(call_id),
        bill=models,
        cost=bill_of(found.call, models),
        platform=found.platform,
        sounds=await sounds_of(parts, found.call),
        opened_ms=_opened_ms(found.timeline),
        from_s=_from_s(request),
        office=parts.offices.get(found.call.office_id),
        facts={fact.id: fact for office in parts.offices.values() for fact in office.facts},
        unread=unread,
    )


async def _office_then(parts: DeskParts, call: CallRecord) -> tuple[Office | None, int | None]:
    """Give the office as the call found it, and which version that is.

    None for the version: it was not kept, or cannot be read; then it is the office of today.
    """
    today = parts.offices.get(call.office_id)
    if call.office_version is None:
        return today, None
    version = await parts.versions.get(call.office_id, call.office_version)
    if version is None:
        return today, None
    try:
        return office_of_texts(version.files, call.office_id), version.number
    except OfficeFilesWrong:  # of an older program
        return today, None


def _why(
    found: CallInFull, then: Office | None
) -> list[tuple[TurnRecord, tuple[SaidSentence, ...]]]:
    """Give what we said that rests on something, sentence by sentence."""
    return [
        (turn, sentences_with_sources(turn.text, turn.fact_ids, then, found.call.arrived_at))
        for turn in found.turns
        if turn.speaker is Speaker.RECEPTIONIST and turn.fact_ids
    ]


def _opened_ms(timeline: Sequence[TimelineEntry]) -> int:
    """When the caller's sound began to come, and with it the recording; from the call's arrival."""
    opened = (one.at_ms for one in timeline if one.what == Moment.MEDIA_OPENED.value)
    return next(opened, Milliseconds(0))


def _from_s(request: Request) -> float | None:
    """From which second the recording is to be played, if somebody has asked for one."""
    try:
        asked = float(request.query_params.get("from", ""))
    except ValueError:
        return None
    return round(asked, 1) if 0 <= asked < _LONGEST_S else None
