"""Media sockets on the HTTP port: picows takes over from uvicorn at the upgrade.

uvicorn's ``ws=`` takes a class: at an upgrade it makes an object of it, calls ``connection_made``
with the transport, ``data_received`` with the request as it would stand on the wire, and then
points the transport to it. `picows.picows.WSProtocol` can do all of that but be handed bytes, for
it reads into a buffer of its own; that is what is added here. Frames then go from the transport
straight into picows' C code: nothing of ours or uvicorn's lies between.

``WSProtocol`` is private to picows (2.3.1). This is the one file that knows it, and
``tests/line/test_media_protocol.py`` fails if its constructor changes. Until that is mended
`LineSettings.media_port` serves media sockets through picows' public server instead.
"""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from collections.abc import Callable
from typing import Any

import picows.picows
from picows import WSAutoPingStrategy, WSUpgradeRequest, ws_create_server

Judge = Callable[[WSUpgradeRequest], Any]
"""Answers an upgrade request with a `picows.WSUpgradeResponseWithListener`."""

MAX_FRAME_BYTES = 1_048_576
"""The module's largest message is 64,000 bytes; sixteen times that is a fault or an attack."""
READ_BUFFER_BYTES = 16_384
"""Room for 25 frames of 20 ms; it grows for a backlog."""
_HANDSHAKE_S = 5.0
"""On the second port; on the first the request is whole when it comes to us."""

_CONNECTION_LINE = re.compile(rb"(?im)^connection:[^\r\n]*")
_KEEPALIVE_IDLE_S = 10
"""As the integrator in production has it."""

# picows logs each connection at info, with its address; warnings are enough.
_logger = logging.getLogger("mapokezi.line.picows")
_logger.setLevel(logging.WARNING)

_WSProtocol: Any = picows.picows.WSProtocol  # type: ignore[attr-defined]  # private


def protocol_arguments(judge: Judge) -> dict[str, object]:
    """All that `WSProtocol` is made with, by name."""
    return {
        "host_port": None,
        "ws_path": None,
        "is_client_side": False,
        "ws_listener_factory": judge,
        "logger": _logger,
        "disconnect_on_exception": True,
        "websocket_handshake_timeout": _HANDSHAKE_S,
        # The pings are MediaSocket's: it must know that it was they that found nobody.
        "enable_auto_ping": False,
        "auto_ping_idle_timeout": 20,
        "auto_ping_reply_timeout": 20,
        "auto_ping_strategy": WSAutoPingStrategy.PING_WHEN_IDLE,
        "enable_auto_pong": True,
        "max_frame_size": MAX_FRAME_BYTES,
        "extra_headers": None,
        "read_buffer_init_size": READ_BUFFER_BYTES,
    }


def media_protocol_class(judge: Judge) -> type[asyncio.Protocol]:
    """Make the class that uvicorn's ``ws=`` is given."""

    class MediaProtocol(_WSProtocol):  # type: ignore[misc]
        """One connection that has asked for an upgrade."""

        def __init__(self, config: Any, server_state: Any, app_state: Any) -> None:
            """Be made as uvicorn makes its WebSocket protocols; nothing of its is needed."""
            del config, server_state, app_state
            super().__init__(**protocol_arguments(judge))

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            """Take the connection over. picows sets NODELAY."""
            keep_alive(transport)
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

    return MediaProtocol


def keep_alive(transport: asyncio.BaseTransport) -> None:
    """Have the kernel look after an idle connection."""
    sock = transport.get_extra_info("socket")
    if sock is None or sock.family == socket.AF_UNIX:
        return
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if hasattr(socket, "TCP_KEEPIDLE"):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _KEEPALIVE_IDLE_S)


async def serve_media_alone(judge: Judge, host: str, port: int) -> asyncio.Server:
    """Serve media sockets on a port of their own, through picows' public server."""
    return await ws_create_server(
        judge,
        host,
        port,
        logger_name=_logger,
        websocket_handshake_timeout=_HANDSHAKE_S,
        max_frame_size=MAX_FRAME_BYTES,
        read_buffer_init_size=READ_BUFFER_BYTES,
    )
