"""A WebSocket on the HTTP port: picows takes over from uvicorn at the upgrade.

uvicorn's ``ws=`` takes a class: at an upgrade it makes an object of it, calls ``connection_made``
with the transport, ``data_received`` with the request as it would stand on the wire, and then
points the transport to it. `picows.picows.WSProtocol` can do all of that but be handed bytes, for
it reads into a buffer of its own; that is what is added here. Frames then go from the transport
straight into picows' C code: nothing of ours or uvicorn's lies between.

``WSProtocol`` is private to picows (2.3.1). This is the one file that knows it, and
``tests/test_upgrade.py`` fails if its constructor changes.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Any

import picows.picows
from picows import WSAutoPingStrategy, WSUpgradeRequest

Judge = Callable[[WSUpgradeRequest], Any]
"""Answers an upgrade request with a `picows.WSUpgradeResponseWithListener`."""

HANDSHAKE_S = 5.0
"""On a port of picows' own; under uvicorn the request is whole when it comes to us."""
_CONNECTION_LINE = re.compile(rb"(?im)^connection:[^\r\n]*")

_WSProtocol: Any = picows.picows.WSProtocol  # type: ignore[attr-defined]  # private


def protocol_arguments(
    judge: Judge, logger: logging.Logger, *, max_frame_bytes: int, read_buffer_bytes: int
) -> dict[str, object]:
    """All that `WSProtocol` is made with, by name."""
    return {
        "host_port": None,
        "ws_path": None,
        "is_client_side": False,
        "ws_listener_factory": judge,
        "logger": logger,
        "disconnect_on_exception": True,
        "websocket_handshake_timeout": HANDSHAKE_S,
        # Who listens sends its own pings: it must know that it was they that found nobody.
        "enable_auto_ping": False,
        "auto_ping_idle_timeout": 20,
        "auto_ping_reply_timeout": 20,
        "auto_ping_strategy": WSAutoPingStrategy.PING_WHEN_IDLE,
        "enable_auto_pong": True,
        "max_frame_size": max_frame_bytes,
        "extra_headers": None,
        "read_buffer_init_size": read_buffer_bytes,
    }


def upgraded_protocol_class(
    judge: Judge,
    logger: logging.Logger,
    *,
    max_frame_bytes: int,
    read_buffer_bytes: int,
    on_connected: Callable[[asyncio.BaseTransport], None] = lambda _transport: None,
) -> type[asyncio.Protocol]:
    """Make the class that uvicorn's ``ws=`` is given.

    Args:
        judge: Who is let in, and who listens to them.
        logger: Of picows, which logs each connection at info, with its address.
        max_frame_bytes: A larger frame ends the connection.
        read_buffer_bytes: Of each connection; it grows for a backlog.
        on_connected: Given the transport before picows has it, which sets NODELAY.
    """
    arguments = protocol_arguments(
        judge, logger, max_frame_bytes=max_frame_bytes, read_buffer_bytes=read_buffer_bytes
    )

    class UpgradedProtocol(_WSProtocol):  # type: ignore[misc]
        """One connection that has asked for an upgrade."""

        def __init__(self, config: Any, server_state: Any, app_state: Any) -> None:
            """Be made as uvicorn makes its WebSocket protocols; nothing of its is needed."""
            del config, server_state, app_state
            super().__init__(**arguments)

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            """Take the connection over."""
            on_connected(transport)
            super().connection_made(transport)

        def data_received(self, data: bytes) -> None:
            """Take the request that uvicorn has written out again.

            picows wants ``Connection: Upgrade`` alone, where a proxy may say ``keep-alive,
            Upgrade``; uvicorn has found the word in it already.
            """
            request = _CONNECTION_LINE.sub(b"connection: Upgrade", data, count=1)
            while request:
                room = self.get_buffer(-1)
                taken = min(len(room), len(request))
                if not taken:
                    return
                room[:taken] = request[:taken]
                self.buffer_updated(taken)
                request = request[taken:]

    return UpgradedProtocol
