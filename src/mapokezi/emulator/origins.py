"""Keeps other sites' pages, open in a browser on this machine, from using the emulator."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class OwnNames:
    """Lets through only what is asked by a name that this emulator has, whatever it asks.

    The REST API's key is printed in the documentation: it keeps nobody out who can read an answer.
    """

    def __init__(self, app: ASGIApp, bound_to: str) -> None:
        """Stand before an app that listens on ``bound_to``."""
        self._app, self._bound_to = app, bound_to

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        host = next((value for name, value in scope["headers"] if name == b"host"), b"")
        app = self._app
        if not is_reached_by(host.decode("latin-1"), self._bound_to):
            app = PlainTextResponse("not by this name\n", 403)
        await app(scope, receive, send)


def may_use(origin: str | None, host: str, bound_to: str) -> bool:
    """Whether a request is from a program, or from a page of this machine or of this server.

    Args:
        origin: The request's ``Origin`` header, which browsers send.
        host: Its ``Host`` header.
        bound_to: What the emulator listens on.
    """
    if not is_reached_by(host, bound_to):
        return False
    if not origin:
        return True
    asked = urlsplit(origin).hostname or ""
    return _is_loopback(asked) or asked == urlsplit(f"//{host}").hostname


def is_reached_by(host: str, bound_to: str) -> bool:
    """Whether a request's ``Host`` is a name that this emulator has.

    One that listens on loopback alone is asked by loopback's names: a page of another site whose
    name was made to lead here would be taken for its own otherwise. Told to listen elsewhere, it
    cannot know its names.
    """
    if not _is_loopback(bound_to):
        return True
    return _is_loopback(urlsplit(f"//{host}").hostname or "")


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
