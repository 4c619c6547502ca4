"""The desk's port, and its owner of SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Generator

import structlog
import uvicorn
from starlette.applications import Starlette

log = structlog.get_logger("mapokezi.desk")

_STOP_WITHIN_S = 2
"""For pages under way."""


class _Server(uvicorn.Server):
    """uvicorn without its signal handling.

    It raises the signal again once it has stopped, and the process is gone before the database is
    closed and the link taken away.
    """

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def serve_desk(
    app: Starlette, sock: socket.socket, ready: Callable[[], None] | None = None
) -> None:
    """Serve the pages until SIGTERM or SIGINT.

    Args:
        app: The application.
        sock: Listening already; closed in the end.
        ready: Called once the pages can be opened.
    """
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=_STOP_WITHIN_S,
        )
    )

    def stop() -> None:
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    log.info("desk_started", port=sock.getsockname()[1])
    if ready is not None:
        ready()
    try:
        await server.serve([sock])
    finally:
        sock.close()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
