"""Taking a port. Nothing else stands here: the desk and the commands take theirs so, too."""

from __future__ import annotations

import socket

from mapokezi.errors import ConfigurationError

_WAITING_CONNECTIONS = 2048
"""As uvicorn's own."""


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
