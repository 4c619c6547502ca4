"""An OpenAI-compatible server over HTTP: its address, its key, its connections.

One pool of connections for all calls. The key goes to the one address that it is for: redirects
are not followed, and neither proxy nor credentials are taken from the environment.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx2
import msgspec

from mapokezi.errors import MapokeziError
from mapokezi.voice.whereabouts import whereabouts_of

_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
"""Statuses after which the same question may be answered a moment later."""
_TOLD_BYTES = 4_096
"""Of an error's body; what follows is not read."""


class HttpFailed(MapokeziError):  # noqa: N818  in the words of the trade
    """The server refused, or could not be reached, or broke off."""

    def __init__(self, reason: str, status: int | None = None, *, recoverable: bool = True) -> None:
        """Keep why, the HTTP status if there was one, and whether asking again may help."""
        super().__init__(reason, status)
        self.reason = reason
        self.status = status
        self.recoverable = recoverable

    def __str__(self) -> str:
        """Say it for the operator."""
        return f"{self.reason} (HTTP {self.status})" if self.status else self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """How a server is reached."""

    base_url: str
    """As the SDK takes it: ``https://host/v1``."""
    key: str = ""
    headers: Sequence[tuple[str, str]] = ()
    """Further ones of each request."""
    proxy: str | None = None
    connect_s: float = 1.0
    """A server that cannot be reached within this is down, as far as a caller cares."""
    most_connections: int = 100
    idle_s: float = 30.0
    """How long an idle connection is kept: the pause between two turns of a call."""


class HttpService:
    """One server, for all calls of the line."""

    def __init__(self, settings: ServiceSettings) -> None:
        """Prepare; nothing is opened yet."""
        headers = dict(settings.headers)
        if settings.key and "authorization" not in {name.lower() for name in headers}:
            headers["Authorization"] = f"Bearer {settings.key}"
        self._base_url = settings.base_url.rstrip("/")
        self._http = httpx2.AsyncClient(
            headers=headers,
            proxy=settings.proxy,
            timeout=httpx2.Timeout(None, connect=settings.connect_s, pool=settings.connect_s),
            limits=httpx2.Limits(
                max_connections=settings.most_connections, keepalive_expiry=settings.idle_s
            ),
            trust_env=False,
            follow_redirects=False,
        )

    @property
    def is_elsewhere(self) -> bool:
        """Whether what it is sent leaves this machine and its network."""
        return not whereabouts_of((self._base_url,)).is_here

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    @asynccontextmanager
    async def post(
        self,
        path: str,
        body: bytes | None = None,
        *,
        fields: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> AsyncIterator[httpx2.Response]:
        """Ask; the answer's body is read within the block, and let go of at its end.

        Time is not limited here but for connecting.

        Args:
            path: Behind the base address: ``/chat/completions``.
            body: JSON; or
            fields: of a form, with
            files: by field: name, content, media type.

        Raises:
            HttpFailed: It was refused, or could not be asked, or (from within the block) the
                answer was broken off.
        """
        asked: dict[str, Any] = {"content": body} if body is not None else {}
        if body is not None:
            asked["headers"] = {"Content-Type": "application/json"}
        if fields is not None:
            asked |= {"data": dict(fields), "files": dict(files or {})}
        try:
            async with self._http.stream("POST", self._base_url + path, **asked) as response:
                if not response.is_success:
                    raise await _refused(response)
                yield response
        except httpx2.ConnectTimeout:
            raise HttpFailed("not reached in time", recoverable=False) from None
        except httpx2.ConnectError as error:
            raise HttpFailed(f"not reached: {error}", recoverable=False) from None
        except httpx2.HTTPError as error:
            raise HttpFailed(f"{type(error).__name__}: {error}".rstrip(": ")) from None


async def _refused(response: httpx2.Response) -> HttpFailed:
    told = b""
    async for piece in response.aiter_bytes():
        told += piece
        if len(told) >= _TOLD_BYTES:
            break
    status = response.status_code
    if 300 <= status < 400:
        return HttpFailed("the server redirects; its address is another", status, recoverable=False)
    return HttpFailed(_reason(told[:_TOLD_BYTES]), status, recoverable=status in _PASSING)


def _reason(told: bytes) -> str:
    """Find the server's own word in an error's body."""
    found: Any = told.decode("utf-8", "replace")
    with suppress(msgspec.DecodeError):
        found = msgspec.json.decode(told)
    while isinstance(found, dict):
        found = found.get("error") or found.get("message") or found.get("detail") or ""
    return " ".join(str(found).split())[:200] or "refused without a word"
