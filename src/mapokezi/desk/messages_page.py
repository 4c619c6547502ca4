"""The messages that callers left, and the button that says they were read."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mapokezi.bridge import clock
from mapokezi.desk.pages import page
from mapokezi.desk.settings import DeskParts
from mapokezi.desk.trail import note
from mapokezi.records.audit import Deed
from mapokezi.records.changes import MarkMessage
from mapokezi.records.lists import PageMark, PageMarkError
from mapokezi.records.message_record import MessageId


async def show(request: Request) -> Response:
    """List messages, the latest first."""
    parts: DeskParts = request.app.state.parts
    mark = request.query_params.get("older")
    try:
        older_than = PageMark.read(mark) if mark else None
    except PageMarkError:
        older_than = None
    listed = await parts.messages.page(older_than=older_than)
    note(request, Deed.READ_MESSAGES)
    return page(
        request,
        "messages.html",
        messages=listed.messages,
        to_do=await parts.tasks.of_messages(tuple(one.message_id for one in listed.messages)),
        older=listed.older,
        offices=parts.offices,
        unread=await parts.messages.unread(),
    )


async def mark_read(request: Request) -> Response:
    """Mark a message as read, and show the page again that the button was on."""
    parts: DeskParts = request.app.state.parts
    message_id = MessageId(request.path_params["message_id"])
    found = await parts.messages.get(message_id)
    if found is None:
        unread = await parts.messages.unread()
        return page(request, "missing.html", status_code=404, what="message", unread=unread)
    await parts.keeper.commit(MarkMessage(message_id, clock.wall()))
    on_call_page = "call" in request.query_params
    return RedirectResponse(
        f"/calls/{found.call_id}" if on_call_page else "/messages", status_code=303
    )
