"""The sockets that the line listens on, taken before anything else is touched.

A second line with the same settings fails here, and so cannot end the calls of the first as
interrupted. From then on callbacks wait in the socket until the line answers them.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from mapokezi.line.internal_face import bind_private_socket
from mapokezi.line.ports import listening_socket
from mapokezi.line.settings import LineSettings


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
