"""One call: its conversation as it was heard, its message, its seconds and its cost."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from mapokezi.bridge import clock
from mapokezi.calls import CallId
from mapokezi.desk.pages import page
from mapokezi.desk.recording import sounds_of
from mapokezi.desk.settings import DeskParts
from mapokezi.desk.trail import note
from mapokezi.records.audit import Deed
from mapokezi.records.call_ledger import bill_of
from mapokezi.records.lists import MessageFilter
from mapokezi.records.tasks import TaskFilter


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
        bill=models,
        cost=bill_of(found.call, models),
        platform=found.platform,
        sounds=await sounds_of(parts, found.call),
        office=parts.offices.get(found.call.office_id),
        facts={fact.id: fact for office in parts.offices.values() for fact in office.facts},
        unread=unread,
    )
