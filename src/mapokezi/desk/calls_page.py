"""The first page: who called, and what came of it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from mapokezi.calls import Outcome
from mapokezi.desk.pages import page
from mapokezi.desk.settings import DeskParts
from mapokezi.records.lists import CallFilter, PageMark, PageMarkError


async def show(request: Request) -> Response:
    """List calls, the latest first; ``?outcome=`` narrows, ``?older=`` turns the page."""
    parts: DeskParts = request.app.state.parts
    chosen = request.query_params.get("outcome")
    outcome = Outcome(chosen) if chosen in set(Outcome) else None
    mark = request.query_params.get("older")
    try:
        older_than = PageMark.read(mark) if mark else None
    except PageMarkError:
        older_than = None
    listed = await parts.calls.page(CallFilter(outcome=outcome), older_than)
    return page(
        request,
        "calls.html",
        calls=listed.calls,
        older=listed.older,
        outcome=outcome,
        outcomes=list(Outcome),
        offices=parts.offices,
        unread=await parts.messages.unread(),
    )
