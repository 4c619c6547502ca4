"""Answers a player that asks for a part of a recording (RFC 9110, section 14)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import structlog
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from mapokezi.stores.sealed_files import BLOCK_BYTES, PlainFile, SealBrokenError

log = structlog.get_logger("mapokezi.desk")

_RANGE = re.compile(r"\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*", re.IGNORECASE)


class BeyondTheEndError(Exception):
    """A range that begins behind the content."""


def wanted_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Which bytes are asked for: the first, and the first that is not.

    Returns:
        None if all of it is to be sent: nothing is asked for, several parts are, or what is asked
        cannot be read, which the RFC has a server pass over.

    Raises:
        BeyondTheEndError: There is nothing at that place.
    """
    found = _RANGE.fullmatch(header or "")
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        first, end = max(0, size - int(found[2])), size
    else:
        first = int(found[1])
        end = min(size, int(found[2]) + 1) if found[2] else size
        if found[2] and int(found[2]) < first:
            return None
    if first >= size:
        raise BeyondTheEndError
    return first, end


def ranged(request: Request, file: PlainFile, media_type: str, etag: str) -> Response:
    """Send a recording or the part that is asked for; ``file`` is closed in the end.

    Args:
        request: The player's.
        file: The recording, opened.
        media_type: What is in it.
        etag: Names the content, in quotation marks; the same as long as that is the same.
    """
    size = file.size_bytes
    headers = {"accept-ranges": "bytes", "etag": etag, "content-disposition": "inline"}
    condition = request.headers.get("if-range")
    asked = request.headers.get("range") if condition in {None, etag} else None
    try:
        part = wanted_range(asked, size)
    except BeyondTheEndError:
        file.close()
        headers["content-range"] = f"bytes */{size}"
        return PlainTextResponse("There is no such part.\n", status_code=416, headers=headers)
    first, end = part or (0, size)
    if part is not None:
        headers["content-range"] = f"bytes {first}-{end - 1}/{size}"
    headers["content-length"] = str(end - first)
    status = 200 if part is None else 206
    if request.method == "HEAD":
        file.close()
        return Response(status_code=status, headers=headers, media_type=media_type)
    return StreamingResponse(
        _parts(file, first, end),
        status_code=status,
        headers=headers,
        media_type=media_type,
        background=BackgroundTask(file.close),
    )


async def _parts(file: PlainFile, first: int, end: int) -> AsyncIterator[bytes]:
    """The content in pieces that end where blocks end, so that none is opened twice."""
    at = first
    try:
        while at < end:
            until = min(end, at - at % BLOCK_BYTES + BLOCK_BYTES)
            try:
                content = await asyncio.to_thread(file.read, at, until - at)
            except SealBrokenError as error:
                log.error("recording_damaged", why=str(error))
                raise
            if not content:
                raise SealBrokenError("the recording became shorter while it was sent")
            yield content
            at += len(content)
    finally:
        file.close()
