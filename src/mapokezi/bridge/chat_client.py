"""Asking a chat model over HTTP, and reading its answer as it streams."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Protocol

from mapokezi.speech.http_service import HttpService

_PATH = "/chat/completions"
_NOT_STREAMED = "application/json"


class Asks(Protocol):
    """Asks a chat model."""

    def ask(self, body: bytes) -> AsyncGenerator[bytes, None]:
        """Ask; give the answer's body as it comes. Closing it (``aclose``) stops the model.

        Raises:
            HttpFailed: It was refused, could not be asked, or was broken off.
        """


class ChatClient:
    """Asks one server. See `Asks`."""

    def __init__(self, service: HttpService) -> None:
        """Take a server; one pool of its connections serves all calls."""
        self._service = service

    async def ask(self, body: bytes) -> AsyncGenerator[bytes, None]:
        """Ask; give the answer's body as it comes, in server-sent events.

        A server that does not stream sends one JSON object; it is given as one event.

        Raises:
            HttpFailed: It was refused, could not be asked, or was broken off.
        """
        async with self._service.post(_PATH, body) as response:
            if response.headers.get("content-type", "").startswith(_NOT_STREAMED):
                whole = b"".join([piece async for piece in response.aiter_bytes()])
                # Within a JSON text a line's end stands between two words alone.
                in_one_line = whole.replace(b"\r", b" ").replace(b"\n", b" ")
                yield b"data: " + in_one_line + b"\n\ndata: [DONE]\n\n"
                return
            async for piece in response.aiter_bytes():
                yield piece
