"""The line's face for the other processes of this machine: HTTP on a Unix socket, mode 0600.

``GET /calls`` lists the calls in progress, ``GET /events`` sends what happens in them as
server-sent events, ``POST /calls/{call_id}/end`` ends one. Whoever may open the socket may do so:
it belongs to the user that the program runs as. What goes over it holds personal data.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.calls_in_progress import CallsInProgress
from mapokezi.errors import ConfigurationError

log = structlog.get_logger("mapokezi.line.internal")

_HELD_EVENTS = 256
"""About ten seconds of twenty lively calls; a reader who is further behind starts again."""
_MOST_LISTENERS = 32
_ALIVE_EVERY_S = 15.0
"""A comment line, so that a reader who has gone is noticed."""


class LiveEvents:
    """Hands what happens in calls to whoever listens just now, and keeps nothing."""

    def __init__(self) -> None:
        """Start with nobody listening."""
        self._listeners: set[asyncio.Queue[bytes | None]] = set()

    def publish(self, event: Mapping[str, Any]) -> None:
        """Tell all listeners; never blocks. One that has not read for long is cut off."""
        if not self._listeners:
            return
        line = b"data: " + msgspec.json.encode(event, enc_hook=str) + b"\n\n"
        for queue in list(self._listeners):
            try:
                queue.put_nowait(line)
            except asyncio.QueueFull:
                log.warning("listener_cut_off")
                self._cut_off(queue)

    def close(self) -> None:
        """End all listeners' streams."""
        for queue in list(self._listeners):
            self._cut_off(queue)

    @property
    def listeners(self) -> int:
        """How many listen."""
        return len(self._listeners)

    async def listen(self) -> AsyncIterator[bytes]:
        """Each event from now on, as server-sent events; ends when cut off."""
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(_HELD_EVENTS)
        self._listeners.add(queue)
        try:
            yield b": listening\n\n"
            while True:
                try:
                    line = await asyncio.wait_for(queue.get(), _ALIVE_EVERY_S)
                except TimeoutError:
                    line = b": still here\n\n"
                if line is None:
                    return
                yield line
        finally:
            self._listeners.discard(queue)

    def _cut_off(self, queue: asyncio.Queue[bytes | None]) -> None:
        self._listeners.discard(queue)
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait(None)


def internal_app(calls: CallsInProgress, events: LiveEvents) -> Starlette:
    """The application behind the Unix socket."""

    async def list_calls(_request: Request) -> Response:
        return JSONResponse({"calls": [_shown(call) for call in calls.live]})

    async def live_events(_request: Request) -> Response:
        if events.listeners >= _MOST_LISTENERS:
            return JSONResponse({"error": "too many listeners"}, 503)
        return StreamingResponse(events.listen(), media_type="text/event-stream")

    async def end_call(request: Request) -> Response:
        call = calls.find(request.path_params["call_id"])
        if call is None or not call.is_live:
            return JSONResponse({"error": "no such call in progress"}, 404)
        end: Callable[[str], None] | None = call.end_now
        if end is None:
            return JSONResponse({"error": "the call has no conversation yet"}, 409)
        log.info("call_end_asked", call_id=call.call_id)
        end(request.query_params.get("reason", "asked by the staff")[:200])
        return JSONResponse({"ending": call.call_id}, 202)

    return Starlette(
        routes=[
            Route("/calls", list_calls, methods=["GET"]),
            Route("/events", live_events, methods=["GET"]),
            Route("/calls/{call_id}/end", end_call, methods=["POST"]),
        ]
    )


def _shown(call: CallInProgress) -> dict[str, object]:
    return {
        "call_id": call.call_id,
        "session_id": call.session_id,
        "caller": call.caller,
        "dialled": call.dialled,
        "office_id": call.office_id,
        "arrived_at": call.arrived_at.isoformat(),
        "state": call.state.value,
        "media_open": call.media_opened_at is not None,
    }


def bind_private_socket(path: Path) -> socket.socket:
    """Bind a Unix socket that only this user may open; what a dead process left is removed.

    Raises:
        ConfigurationError: the path cannot be bound: too long, no folder, or somebody listens.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _remove_dead(path)
        sock.bind(str(path))
        path.chmod(0o600)  # before listen(): until then nobody can connect
        sock.listen(64)
    except OSError as error:
        sock.close()
        raise ConfigurationError(f"{path}: cannot be bound: {error}") from None
    sock.setblocking(False)
    return sock


def _remove_dead(path: Path) -> None:
    if not path.is_socket():
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
            return
    raise OSError("another process listens there")
