"""One call: its conversation as it was heard, its message, its seconds and its cost."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from mapokezi.calls import CallId
from mapokezi.desk.pages import page
from mapokezi.desk.recording import file_of
from mapokezi.desk.settings import DeskParts
from mapokezi.records.call_ledger import bill_of
from mapokezi.records.lists import MessageFilter


async def show(request: Request) -> Response:
    """Show the call of that id."""
    parts: DeskParts = request.app.state.parts
    call_id = CallId(request.path_params["call_id"])
    found = await parts.calls.get(call_id)
    unread = await parts.messages.unread()
    if found is None:
        return page(request, "missing.html", status_code=404, what="call", unread=unread)
    models = parts.prices.bill(found.call.model_usage, found.call.arrived_at.date())
    left = await parts.messages.page(MessageFilter(call_id=call_id))
    return page(
        request,
        "call.html",
        call=found.call,
        turns=found.turns,
        timeline=found.timeline,
        messages=left.messages,
        bill=models,
        cost=bill_of(found.call, models),
        platform=found.platform,
        has_sound=file_of(found.call, parts.data_folder) is not None,
        office=parts.offices.get(found.call.office_id),
        facts={fact.id: fact for office in parts.offices.values() for fact in office.facts},
        unread=unread,
    )
