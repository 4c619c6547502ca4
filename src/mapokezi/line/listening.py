"""The sockets that the line listens on, taken before anything else is touched.

A second line with the same settings fails here, and so cannot end the calls of the first as
interrupted. From then on callbacks wait in the socket until the line answers them.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from mapokezi.errors import ConfigurationError
from mapokezi.line.internal_face import bind_private_socket
from mapokezi.line.settings import LineSettings

_WAITING_CONNECTIONS = 2048
"""As uvicorn's own."""


@dataclass(frozen=True, slots=True)
class LineSockets:
    """What a line listens on."""

    public: socket.socket
    internal: socket.socket | None


@contextlib.contextmanager
def line_sockets(settings: LineSettings) -> Iterator[LineSockets]:
    """Listen for the length of a block.

    Raises:
        ConfigurationError: The port is taken, or another line uses the data folder.
    """
    with contextlib.ExitStack() as stack:
        public = stack.enter_context(listening_socket(settings.host, settings.port, "line.port"))
        internal = None
        if settings.internal_socket is not None:
            internal = stack.enter_context(bind_private_socket(settings.internal_socket))
            stack.callback(settings.internal_socket.unlink, missing_ok=True)
        yield LineSockets(public, internal)


def listening_socket(host: str, port: int, key: str) -> socket.socket:
    """Listen on a port.

    Args:
        host: The address.
        port: The port; 0 for any that is free.
        key: The setting that names the port, for the error.

    Raises:
        ConfigurationError: It cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(_WAITING_CONNECTIONS)  # bound alone, a second one could still be bound, too
    except OSError as error:
        sock.close()
        raise ConfigurationError(
            f"{key}: cannot listen on {host}:{port}: {error.strerror or error}"
        ) from None
    sock.setblocking(False)
    return sock
