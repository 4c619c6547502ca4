"""Media sockets on the HTTP port, or on a port of their own.

On the HTTP port `mapokezi.upgrade` hands a connection over to picows, by a class that is private
to it. Should that class change, `LineSettings.media_port` serves media sockets through picows'
public server until it is mended.
"""

from __future__ import annotations

import asyncio
import logging
import socket

from picows import ws_create_server

from mapokezi.upgrade import HANDSHAKE_S, Judge, upgraded_protocol_class

MAX_FRAME_BYTES = 1_048_576
"""The module's largest message is 64,000 bytes; sixteen times that is a fault or an attack."""
READ_BUFFER_BYTES = 16_384
"""Room for 25 frames of 20 ms; it grows for a backlog."""
_KEEPALIVE_IDLE_S = 10
"""As the integrator in production has it."""

# picows logs each connection at info, with its address; warnings are enough.
_logger = logging.getLogger("mapokezi.line.picows")
_logger.setLevel(logging.WARNING)


def media_protocol_class(judge: Judge) -> type[asyncio.Protocol]:
    """Make the class that uvicorn's ``ws=`` is given."""
    return upgraded_protocol_class(
        judge,
        _logger,
        max_frame_bytes=MAX_FRAME_BYTES,
        read_buffer_bytes=READ_BUFFER_BYTES,
        on_connected=keep_alive,
    )


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
        websocket_handshake_timeout=HANDSHAKE_S,
        max_frame_size=MAX_FRAME_BYTES,
        read_buffer_init_size=READ_BUFFER_BYTES,
    )
