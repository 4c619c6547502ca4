"""The sound of a call, for the browser's player; Starlette serves it by ranges."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from mapokezi.calls import CallId
from mapokezi.desk.settings import DeskParts


async def play(request: Request) -> Response:
    """Send the recording, caller left and receptionist right."""
    parts: DeskParts = request.app.state.parts
    found = await parts.calls.get(CallId(request.path_params["call_id"]))
    if found is None or found.call.recording is None:
        return PlainTextResponse("There is no recording of this call.", status_code=404)
    path = (parts.data_folder / found.call.recording).resolve()
    if not path.is_relative_to(parts.data_folder.resolve()) or not path.is_file():
        return PlainTextResponse("The recording's file is not there.", status_code=404)
    return FileResponse(path, media_type="audio/wav")
