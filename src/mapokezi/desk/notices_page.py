"""Who was told of what, and the button that sends a notice again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mapokezi.bridge import clock
from mapokezi.calls import CallId, OfficeId
from mapokezi.desk.pages import page
from mapokezi.desk.settings import DeskParts
from mapokezi.desk.trail import note
from mapokezi.records.audit import Deed
from mapokezi.records.lists import ALL_NOTICES, NoticeFilter, PageMark, PageMarkError
from mapokezi.records.notices import Notice, NoticeId, NoticeState

_IN_TROUBLE = NoticeFilter(states=frozenset({NoticeState.FAILED, NoticeState.UNSURE}))


@dataclass(slots=True)
class ToldTogether:
    """Notices of one thing, as the page shows them."""

    office_id: OfficeId
    call_id: CallId | None
    title: str
    planned_at: datetime
    notices: list[Notice] = field(default_factory=list)


def together(notices: Sequence[Notice]) -> list[ToldTogether]:
    """Put notices that follow one another and are of the same call and heading under one head."""
    groups: list[ToldTogether] = []
    for notice in notices:
        title = notice.title or notice.kind.value.replace("_", " ")
        last = groups[-1] if groups else None
        if last is None or (last.call_id, last.title) != (notice.call_id, title):
            last = ToldTogether(notice.office_id, notice.call_id, title, notice.planned_at)
            groups.append(last)
        last.notices.append(notice)
    return groups


async def show(request: Request) -> Response:
    """List notices, the latest first."""
    parts: DeskParts = request.app.state.parts
    mark = request.query_params.get("older")
    try:
        older_than = PageMark.read(mark) if mark else None
    except PageMarkError:
        older_than = None
    trouble_only = "trouble" in request.query_params
    note(request, Deed.READ_MESSAGES)
    listed = await parts.notices.page(_IN_TROUBLE if trouble_only else ALL_NOTICES, older_than)
    return page(
        request,
        "notices.html",
        groups=together(listed.notices),
        older=listed.older,
        trouble_only=trouble_only,
        in_trouble=await parts.notices.in_trouble(),
        troubles=parts.troubles(),
        offices=parts.offices,
        unread=await parts.messages.unread(),
    )


async def show_one(request: Request) -> Response:
    """Show a notice, what it says, and every attempt at it."""
    parts: DeskParts = request.app.state.parts
    notice_id = NoticeId(request.path_params["notice_id"])
    found = await parts.notices.get(notice_id)
    unread = await parts.messages.unread()
    if found is None:
        return page(request, "missing.html", status_code=404, what="notice", unread=unread)
    note(request, Deed.READ_CALL if found.call_id else Deed.READ_MESSAGES, found.call_id or "")
    return page(
        request,
        "notice.html",
        notice=found,
        attempts=await parts.notices.attempts(notice_id),
        office=parts.offices.get(found.office_id),
        unread=unread,
    )


async def resend(request: Request) -> Response:
    """Have a notice sent again, and show the page again that the button was on."""
    parts: DeskParts = request.app.state.parts
    notice_id = NoticeId(request.path_params["notice_id"])
    found = await parts.notices.resend(notice_id, clock.wall())
    if found is None:
        unread = await parts.messages.unread()
        return page(request, "missing.html", status_code=404, what="notice", unread=unread)
    back = request.query_params.get("back", "")
    if back == "call" and found.call_id:
        return RedirectResponse(f"/calls/{found.call_id}", status_code=303)
    if back == "notice":
        return RedirectResponse(f"/notices/{notice_id}", status_code=303)
    return RedirectResponse("/notices?trouble" if back == "trouble" else "/notices", 303)
