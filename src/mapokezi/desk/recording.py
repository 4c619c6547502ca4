"""The sound of a call, for the browser's player: by ranges, opened block by block."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from mapokezi.calls import CallId
from mapokezi.desk.ranges import ranged
from mapokezi.desk.settings import DeskParts
from mapokezi.desk.trail import note
from mapokezi.errors import MapokeziError
from mapokezi.records.audit import Deed
from mapokezi.records.call_record import CallRecord
from mapokezi.records.kept_recording import Copy, KeptRecording
from mapokezi.stores.kept_files import inside, open_kept
from mapokezi.stores.sealed_files import PlainFile

log = structlog.get_logger("mapokezi.desk")

_NONE = "There is no recording of this call.\n"
_GONE = "The recording's file is not there.\n"
_CLOSED = "The recording cannot be opened; the desk's log says why.\n"


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording that a page can play."""

    copy: Copy
    kept: KeptRecording | None = None
    """None: the plain file that the line wrote, before it is compressed and sealed."""
    plain: Path | None = None


async def play(request: Request) -> Response:
    """Send the recording, caller left and receptionist right.

    ``?copy=platform``: the phone platform's own.
    """
    parts: DeskParts = request.app.state.parts
    found = await parts.calls.get(CallId(request.path_params["call_id"]))
    if found is None:
        return PlainTextResponse(_NONE, status_code=404)
    wanted = request.query_params.get("copy", Copy.OURS.value)
    sounds = await sounds_of(parts, found.call)
    sound = next((one for one in sounds if one.copy.value == wanted), None)
    if sound is None:
        text = _NONE if found.call.recording is None else _GONE
        return PlainTextResponse(text, status_code=404)
    try:
        file, media_type, etag = await asyncio.to_thread(_opened, parts, sound)
    except (MapokeziError, OSError) as error:
        why = str(error) if isinstance(error, MapokeziError) else type(error).__name__
        log.error("recording_not_opened", call_id=found.call.call_id, why=why)
        return PlainTextResponse(_CLOSED, status_code=503)
    note(request, Deed.LISTENED, found.call.call_id)
    return ranged(request, file, media_type, etag)


async def sounds_of(parts: DeskParts, call: CallRecord) -> tuple[Sound, ...]:
    """What there is to be heard of a call: our recording, then the platform's."""
    kept = await parts.recordings.of_call(call.call_id)
    sounds = [
        Sound(one.copy, kept=one)
        for one in kept
        if (path := inside(parts.data_folder, one.path)) is not None and path.is_file()
    ]
    if not any(one.copy is Copy.OURS for one in sounds):
        plain = file_of(call, parts.data_folder)
        if plain is not None:
            sounds.insert(0, Sound(Copy.OURS, plain=plain))
    return tuple(sounds)


def file_of(call: CallRecord, data_folder: Path) -> Path | None:
    """The plain file of a call's recording; None if there is none, or it lies outside."""
    if call.recording is None:
        return None
    path = inside(data_folder, call.recording)
    return path if path is not None and path.is_file() else None


def _opened(parts: DeskParts, sound: Sound) -> tuple[PlainFile, str, str]:
    """Open a sound: its file, what is in it, and the name of that content."""
    if sound.kept is not None:
        file = open_kept(parts.data_folder, sound.kept, parts.keys)
        return file, sound.kept.media_type, f'"{sound.kept.sha256[:32]}"'
    assert sound.plain is not None
    found = sound.plain.stat()
    return PlainFile(sound.plain), "audio/wav", f'"{found.st_mtime_ns:x}-{found.st_size:x}"'
