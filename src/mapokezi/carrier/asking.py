"""One request to the API and its tries: the pool, the key, the limits, the pauses."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2
import msgspec

from mapokezi.carrier.errors import (
    CarrierError,
    Refusal,
    RequestWrong,
    TimedOut,
    Unreachable,
    Unreadable,
    error_of,
)
from mapokezi.carrier.pace import Clock, Patience, TimeLimits, pause_s, read_retry_after
from mapokezi.errors import ConfigurationError

_MOST_BYTES = 8 * 1024 * 1024
"""A page of a hundred calls has some hundred kilobytes; what is longer is no answer of the API."""
_AT_ONCE = frozenset({429})
"""Was certainly not done: whatever it was, it may be asked again."""
_LATER = frozenset({429, 500, 502, 503, 504})
_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of the API."""

    deed: str
    """As in "could not ..."."""
    method: str
    path: str
    body: msgspec.Struct | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    again: bool = True
    """Whether to ask it twice does no harm. If not, only what was certainly not done is asked
    again."""
    scope: str = ""
    """The scope that the key needs, as far as it is known (contract section 2)."""
    public: bool = False
    """Asked without the key."""
    good: frozenset[int] = frozenset({200, 201, 202, 204})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered."""

    status: int
    body: bytes = field(repr=False)
    location: str = field(repr=False, default="")
    """Where a redirect leads; it may be a link that works for everybody who has it."""


class _Key(httpx2.Auth):
    """Puts the key on a request at the last moment: no client, request or error shows it."""

    def __init__(self, key: str) -> None:
        self._key = key

    def sync_auth_flow(
        self, request: httpx2.Request
    ) -> Generator[httpx2.Request, httpx2.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._key}"
        yield request

    async def async_auth_flow(
        self, request: httpx2.Request
    ) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        request.headers["Authorization"] = f"Bearer {self._key}"
        yield request

    def __repr__(self) -> str:
        return "<an API key>"


class Asking:
    """Asks the API: one pool of connections, for one key.

    Args:
        base_url: ``https://api.sautikit.com``, or the emulator's address.
        api_key: Opaque; sent as a bearer token, never shown.
        limits: How long to go on.
        clock: Time; a test gives its own.

    Raises:
        ConfigurationError: If the address or the key cannot be one. The key is not repeated.
    """

    def __init__(self, base_url: str, api_key: str, limits: TimeLimits, clock: Clock) -> None:
        self.base_url = _checked_address(base_url)
        self.clock = clock
        self._secret = _checked_key(api_key)
        self._key = _Key(self._secret)
        self.limits = limits
        # Without https there is nothing to verify, and the authorities' list takes 40 ms to read.
        is_secure = self.base_url.startswith("https")
        self._http = httpx2.AsyncClient(
            base_url=self.base_url, follow_redirects=False, verify=is_secure
        )

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def ask(self, ask: Ask, patience: Patience | None = None) -> Answer:
        """Ask, and ask again where that is allowed and may help.

        Raises:
            CarrierError: What came of the last try.
        """
        patience = patience or self.limits.usual
        ends_at = self.clock.now() + patience.all_s
        for tried in range(1, max(1, patience.tries) + 1):
            left_s = ends_at - self.clock.now()
            try:
                return await self._ask_once(ask, min(patience.each_s, left_s))
            except CarrierError as error:
                if tried == patience.tries or not _may_ask_again(ask, error):
                    raise
                pause = pause_s(patience, tried, error.retry_after_s, self.clock.chance())
                if self.clock.now() + pause >= ends_at:
                    raise
            await self.clock.sleep(pause)
        raise AssertionError("unreachable")  # pragma: no cover

    async def first_that_exists(self, *ways: Ask, patience: Patience | None = None) -> Answer:
        """Ask in the first way that the platform has: its sources name several (section 10).

        A way is missing if it answers 404 or 405; nothing was done by it then.

        Raises:
            CarrierError: What came of a way that exists; of the first if none does.
        """
        first: CarrierError | None = None
        for way in ways:
            try:
                return await self.ask(way, patience)
            except CarrierError as error:
                if error.status not in (404, 405):
                    raise
                first = first or error
        assert first is not None
        raise first

    async def _ask_once(self, ask: Ask, limit_s: float) -> Answer:
        sent = False
        try:
            async with asyncio.timeout(limit_s):
                request = self._request(ask)
                sent = True
                answer, refusal = await self._answer(ask, request)
        except TimeoutError:
            raise TimedOut(
                ask.deed,
                status=None,
                code="timed_out",
                message=f"no whole answer within {limit_s:.3g} s",
                may_be_done=sent and not ask.again,
            ) from None
        except httpx2.HTTPError as error:
            raise Unreachable(
                ask.deed,
                status=None,
                code=type(error).__name__,
                may_be_done=not (ask.again or isinstance(error, _NEVER_SENT)),
            ) from None
        if answer is not None:
            return answer
        assert refusal is not None
        raise error_of(ask.deed, refusal, scope=ask.scope, hide=self._secret)

    def _request(self, ask: Ask) -> httpx2.Request:
        content = msgspec.json.encode(ask.body) if ask.body is not None else None
        headers = {"Accept": "application/json", **ask.headers}
        if content is not None:
            headers["Content-Type"] = "application/json"
        return self._http.build_request(
            ask.method,
            ask.path,
            params=dict(ask.query) or None,
            content=content,
            headers=headers,
            timeout=None,  # limited as a whole, see `_ask_once`
        )

    async def _answer(
        self, ask: Ask, request: httpx2.Request
    ) -> tuple[Answer | None, Refusal | None]:
        key = None if ask.public else self._key
        response = await self._http.send(request, auth=key, stream=True)
        try:
            body = await _body_of(ask, response)
        finally:
            await response.aclose()
        status, headers = response.status_code, response.headers
        if status in ask.good:
            return Answer(status, body, headers.get("location", "")), None
        after_s = read_retry_after(headers.get("retry-after"), self.clock.wall())
        return None, Refusal(status, body, after_s, headers.get("x-request-id", ""))


async def _body_of(ask: Ask, response: httpx2.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > _MOST_BYTES:
            raise Unreadable(
                ask.deed, status=response.status_code, code="too_long", message="a huge answer"
            )
    return bytes(body)


def _may_ask_again(ask: Ask, error: CarrierError) -> bool:
    if error.status is None:
        return isinstance(error, Unreachable) and (ask.again or not error.may_be_done)
    if ask.again:
        return error.status in _LATER
    return error.status in _AT_ONCE or (error.status == 503 and error.retry_after_s is not None)


def _checked_address(base_url: str) -> str:
    parts = urlsplit(base_url.rstrip("/"))
    is_here = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise ConfigurationError(
            f"carrier.url: {base_url}: the API's address begins with https:// (http:// only on "
            "this machine): the key would travel for everybody to read"
        )
    return base_url.rstrip("/")


def _checked_key(api_key: str) -> str:
    key = api_key.strip()
    if not re.fullmatch(r"[\x21-\x7e]+", key):
        raise ConfigurationError(
            "SAUTIKIT_API_KEY: empty, or with characters in it that no key has (blanks, line ends)"
        )
    return key


def part(deed: str, name: str) -> str:
    """A name as one part of a path: an id of the platform's, checked.

    Raises:
        RequestWrong: If it cannot be an id.
    """
    if not re.fullmatch(r"[A-Za-z0-9_.:-]{1,128}", name) or name.strip(".") == "":
        raise RequestWrong(deed, f"{name[:40]!r} is no id")
    return name


def unreadable(deed: str, why: str) -> Unreadable:
    """An answer that is not what the contract says."""
    return Unreadable(deed, status=200, code="unreadable", message=why)


@contextmanager
def done_already() -> Iterator[None]:
    """Around the reading of an answer that says: done. Whatever it looks like, it was done."""
    try:
        yield
    except Unreadable as error:
        error.may_be_done = True
        raise


def query_of(**given: Any) -> dict[str, str]:
    """Those of the filters that are given; ``from_`` is the platform's ``from``."""
    return {
        name.rstrip("_"): str(value)
        for name, value in given.items()
        if value is not None and value != ""
    }
