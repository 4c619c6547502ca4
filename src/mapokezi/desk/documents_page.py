"""What the law wants written down of an office: made anew whenever it is asked for."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from mapokezi.calls import OfficeId
from mapokezi.desk.pages import page
from mapokezi.desk.settings import DeskParts


async def show(request: Request) -> Response:
    """Give a document of an office as a file of Markdown."""
    parts: DeskParts = request.app.state.parts
    office = parts.offices.get(OfficeId(request.path_params["office_id"]))
    name = request.path_params["name"]
    write = parts.documents.get(name)
    if office is None or write is None:
        unread = await parts.messages.unread()
        return page(request, "missing.html", status_code=404, what="document", unread=unread)
    headers = {"content-disposition": f'attachment; filename="{office.id}-{name}.md"'}
    return Response(write(office), media_type="text/markdown", headers=headers)
