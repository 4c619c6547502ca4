"""A small HTTP server that answers as it is told, faults and all, and remembers what was asked.

It stands in a thread of its own, on loopback, so that asynchronous clients and whole commands can
ask it alike.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Reply:
    """One answer."""

    status: int = 200
    body: object = None
    """JSON, or bytes as they are; None: an empty body."""
    headers: Mapping[str, str] = field(default_factory=dict)
    holds: threading.Event | None = None
    """Nothing is answered before this is set."""
    cut_after: int | None = None
    """So many bytes of the body are sent, then the connection is closed; 0: right after the
    headers; -1: before any of them."""

    @property
    def payload(self) -> bytes:
        """The body's bytes."""
        if self.body is None:
            return b""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Asked:
    """One request, as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Their names in small letters."""
    raw: bytes

    @property
    def line(self) -> str:
        """``GET /v1/calls``."""
        return f"{self.method} {self.path}"

    @property
    def body(self) -> Any:
        """Its JSON; None if it has none."""
        return json.loads(self.raw) if self.raw else None


class ScriptedApi:
    """Answers in turn with `replies`; with none left, by `otherwise`."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.otherwise: Callable[[Asked], Reply] = lambda asked: Reply(
            404, {"error": {"code": "no_route", "message": asked.line}}
        )
        self.asked: list[Asked] = []
        api = self

        class Answer(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                api.answer(self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815  http.server's

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Stay quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @property
    def lines(self) -> list[str]:
        """What was asked, as ``METHOD path``."""
        return [asked.line for asked in self.asked]

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Take one request."""
        parts = urlsplit(request.path)
        length = int(request.headers.get("Content-Length") or 0)
        asked = Asked(
            request.command,
            parts.path,
            {name: values[0] for name, values in parse_qs(parts.query).items()},
            {name.lower(): value for name, value in request.headers.items()},
            request.rfile.read(length),
        )
        self.asked.append(asked)
        reply = self.replies.pop(0) if self.replies else self.otherwise(asked)
        if reply.holds is not None:
            reply.holds.wait(10.0)
        with contextlib.suppress(OSError):  # who asked may have gone
            _send(request, reply)

    @contextlib.contextmanager
    def serving(self) -> Iterator[ScriptedApi]:
        """Answer within this block."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


def _send(request: BaseHTTPRequestHandler, reply: Reply) -> None:
    request.close_connection = True
    if reply.cut_after == -1:
        return
    payload = reply.payload
    request.send_response(reply.status)
    for name, value in reply.headers.items():
        request.send_header(name, value)
    if payload and "Content-Type" not in reply.headers:
        request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(payload)))
    request.send_header("Connection", "close")
    request.end_headers()
    request.wfile.write(payload if reply.cut_after is None else payload[: reply.cut_after])
    request.wfile.flush()


def refusal(status: int, code: str, message: str = "", **headers: str) -> Reply:
    """An error in the platform's envelope; ``retry_after`` becomes ``Retry-After``."""
    envelope = {"error": {"code": code, "message": message, "request_id": "req-7"}}
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    return Reply(status, envelope, named)
