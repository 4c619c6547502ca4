"""Google's access tokens, for models on Vertex: google-auth does the work, in a thread.

The package is needed only by who uses Vertex (`pip install 'mapokezi[vertex]'`). Credentials are
found as Google's own tools find them: ``GOOGLE_APPLICATION_CREDENTIALS``, ``gcloud``'s, or those
of the machine.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from mapokezi.bridge import clock
from mapokezi.errors import ConfigurationError, MapokeziError

_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_FRESH = timedelta(minutes=5)
"""A token is used for a handshake only, but clocks differ and dialling may be put off."""


class NoToken(MapokeziError):  # noqa: N818  in the words of the trade
    """No access token could be had."""


class GoogleToken:
    """Keeps one access token fresh for all calls."""

    def __init__(self, credentials: Any = None) -> None:
        """Find the credentials, or take these.

        Raises:
            ConfigurationError: If google-auth is not installed, or there are no credentials.
        """
        self._credentials = _default_credentials() if credentials is None else credentials
        self._alone = asyncio.Lock()

    async def __call__(self) -> str:
        """Give a token; mostly at once, from memory.

        Raises:
            NoToken: If it had to be fetched and could not be.
        """
        async with self._alone:
            if not self._is_fresh():
                await asyncio.to_thread(self._refresh)
        return str(self._credentials.token)

    def _is_fresh(self) -> bool:
        expiry: datetime | None = self._credentials.expiry
        if not self._credentials.token:
            return False
        # google-auth keeps it without a zone, in UTC.
        return expiry is None or expiry.replace(tzinfo=UTC) - clock.wall() > _FRESH

    def _refresh(self) -> None:
        from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415

        try:
            self._credentials.refresh(_request())
        except (GoogleAuthError, OSError) as error:
            raise NoToken(f"no access token from Google: {error}") from None


def _default_credentials() -> Any:
    try:
        import google.auth  # noqa: PLC0415
        import google.auth.exceptions  # noqa: PLC0415
    except ImportError:
        raise ConfigurationError(
            "a model on Vertex needs google-auth: pip install 'mapokezi[vertex]'"
        ) from None
    try:
        found, _project = google.auth.default(scopes=[_SCOPE], request=_request())
    except google.auth.exceptions.GoogleAuthError as error:
        raise ConfigurationError(f"a model on Vertex needs Google's credentials: {error}") from None
    return found


def _request() -> Any:
    """Make what google-auth sends its requests with: its own would need another HTTP client."""
    from google.auth import exceptions, transport  # noqa: PLC0415

    class Answer(transport.Response):
        """An HTTP response, as google-auth reads it."""

        def __init__(self, answer: httpx2.Response) -> None:
            self._answer = answer

        @property
        def status(self) -> int:
            return int(self._answer.status_code)

        @property
        def headers(self) -> Any:
            return self._answer.headers

        @property
        def data(self) -> bytes:
            return bytes(self._answer.content)

    def request(
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Any = None,
        timeout: float | None = None,
        **_options: Any,
    ) -> Answer:
        try:
            answer = httpx2.request(
                method, url, content=body, headers=dict(headers or {}), timeout=timeout or 10.0
            )
        except httpx2.HTTPError as error:
            raise exceptions.TransportError(error) from error  # type: ignore[no-untyped-call]
        return Answer(answer)

    return request
