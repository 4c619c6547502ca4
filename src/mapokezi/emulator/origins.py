"""Keeps other sites' pages, open in a browser on this machine, from using the emulator."""

from __future__ import annotations

from urllib.parse import urlsplit


def is_local(origin: str | None, host: str) -> bool:
    """Whether a request is from a program, or from a page of this machine or of this server.

    Args:
        origin: The request's ``Origin`` header, which browsers send.
        host: Its ``Host`` header.
    """
    if not origin:
        return True
    asked = urlsplit(origin).hostname or ""
    return asked in ("127.0.0.1", "localhost", "::1", urlsplit(f"//{host}").hostname)
