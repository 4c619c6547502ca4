"""Who has read, listened to, exported or erased what."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from mapokezi.desk.pages import page
from mapokezi.desk.settings import DeskParts
from mapokezi.records.lists import PageMark, PageMarkError


async def show(request: Request) -> Response:
    """List the audit trail, the latest first; ``?subject=`` narrows, ``?older=`` turns the page."""
    parts: DeskParts = request.app.state.parts
    mark = request.query_params.get("older")
    subject = request.query_params.get("subject", "")
    try:
        older_than = PageMark.read(mark) if mark else None
    except PageMarkError:
        older_than = None
    entries, older = await parts.trail.page(older_than, subject=subject)
    return page(
        request,
        "audit.html",
        entries=entries,
        older=older,
        subject=subject,
        unread=await parts.messages.unread(),
    )
