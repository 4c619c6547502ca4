"""The sound of a call, for the browser's player; Starlette serves it by ranges."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from mapokezi.calls import CallId
from mapokezi.desk.settings import DeskParts
from mapokezi.records.call_record import CallRecord


async def play(request: Request) -> Response:
    """Send the recording, caller left and receptionist right."""
    parts: DeskParts = request.app.state.parts
    found = await parts.calls.get(CallId(request.path_params["call_id"]))
    if found is None or found.call.recording is None:
        return PlainTextResponse("There is no recording of this call.\n", status_code=404)
    path = file_of(found.call, parts.data_folder)
    if path is None:
        return PlainTextResponse("The recording's file is not there.\n", status_code=404)
    return FileResponse(path, media_type="audio/wav")


def file_of(call: CallRecord, data_folder: Path) -> Path | None:
    """The file of a call's recording; None if there is none, or it lies outside the folder."""
    if call.recording is None:
        return None
    path = (data_folder / call.recording).resolve()
    return path if path.is_relative_to(data_folder.resolve()) and path.is_file() else None
