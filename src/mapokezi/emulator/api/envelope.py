"""What all endpoints share: keys and scopes, faults on purpose, the error envelope (section 2)."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from mapokezi.emulator.behaviour import Behaviour
from mapokezi.emulator.clock import new_request_id
from mapokezi.emulator.mode_values.account import KeyState, RestFault
from mapokezi.emulator.platform import Platform
from mapokezi.errors import MapokeziError
from mapokezi.telephony.numbers import to_e164

SLOW_S = 4.0
"""Of a slow API, in real seconds: it is the other side's time limits that are tried."""
RETRY_AFTER_S = 1
"""What a rate-limited client is told."""

Endpoint = Callable[[Request], Awaitable[Response]]


class Refused(MapokeziError):  # noqa: N818  named as one says it
    """A request that is answered with an error in the platform's envelope."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status, self.code = status, code
        super().__init__(message)

    def response(self) -> Response:
        """The answer."""
        return failure(self.status, self.code, str(self))


def failure(status: int, code: str, message: str) -> JSONResponse:
    """The platform's error envelope."""
    error = {"code": code, "message": message, "request_id": new_request_id()}
    return JSONResponse({"error": error}, status)


def bare_failure(status: int, code: str, reason: str) -> JSONResponse:
    """The other form of an error, which some endpoints use."""
    return JSONResponse({"code": code, "reason": reason}, status)


async def body_of(request: Request) -> dict[str, Any]:
    """The request's JSON object; an empty body is an empty one.

    Raises:
        Refused: It is none.
    """
    if not await request.body():
        return {}
    try:
        value = await request.json()
    except ValueError:
        raise Refused(400, "invalid_request", "the body is not JSON") from None
    if not isinstance(value, dict):
        raise Refused(400, "invalid_request", "the body is not a JSON object")
    return value


_KEY_FAULTS = {
    KeyState.INVALID: (401, "api_key.invalid", "the API key is missing or wrong"),
    KeyState.EXPIRED: (401, "api_key.expired", "the API key has expired"),
    KeyState.REVOKED: (401, "api_key.revoked", "the API key was revoked"),
    KeyState.NO_SCOPE: (403, "api_key.scope_denied", "the API key lacks the scope for this"),
    KeyState.SUSPENDED: (403, "account.suspended", "the account is suspended"),
}


_ORIGINATE = ("/v1/calls", "/v1/calls/originate")


class Guard:
    """Lets only the holder of a key through, with the faults that the modes ask for."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    def __call__(self, endpoint: Endpoint, scope: str = "") -> Endpoint:
        """Guard an endpoint; ``scope`` is what the key must be good for, if that is known."""

        async def guarded(request: Request) -> Response:
            fault, code = RestFault.NONE, ""
            try:
                who = await self._subject(request)
                modes = self.platform.modes_of(who)
                fault = self.platform.switchboard.modes.rest_fault(modes, who)
                if fault is RestFault.SLOW:
                    await asyncio.sleep(SLOW_S)
                if fault in (RestFault.NONE, RestFault.SLOW):
                    self._check_key(request, modes, scope)
                    answer = await endpoint(request)
                else:
                    answer = _faulty(fault)
            except Refused as refused:
                answer, code = refused.response(), refused.code
            self._note(request, answer.status_code, fault, code)
            return answer

        return guarded

    def _note(self, request: Request, status: int, fault: RestFault, code: str) -> None:
        """Write a request into the log of the call that it is about."""
        detail = self.platform.find(request.path_params.get("id", ""))
        if detail is None:
            return
        more = {"fault": fault.value} if fault is not RestFault.NONE else {}
        more |= {"code": code} if code else {}
        method, path = request.method, request.url.path
        self.platform.note(detail, "api_request", method=method, path=path, status=status, **more)

    async def _subject(self, request: Request) -> str:
        """The call or number that a request is about; empty: the account."""
        name = request.path_params.get("id", "")
        if request.method == "POST" and request.url.path in _ORIGINATE:
            name = str((await body_of(request)).get("from", ""))
        book = self.platform.numbers.row(name) if name else None
        return book.number.e164 if book else to_e164(name) or name

    def _check_key(self, request: Request, modes: Behaviour, scope: str) -> None:
        if modes.api_key is not KeyState.GOOD:
            raise Refused(*_KEY_FAULTS[modes.api_key])
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        scopes = self._scopes_of(given.strip())
        if scheme.lower() != "bearer" or scopes is None:
            raise Refused(*_KEY_FAULTS[KeyState.INVALID])
        if scope and scope not in scopes:
            raise Refused(403, "api_key.scope_denied", f"the API key lacks the scope {scope}")

    def _scopes_of(self, given: str) -> frozenset[str] | None:
        settings = self.platform.settings
        if hmac.compare_digest(given.encode(), settings.api_key.encode()):
            return _EVERY
        for known in settings.more_keys:
            if hmac.compare_digest(given.encode(), known.key.encode()):
                return known.scopes
        return None


class _EveryScope(frozenset[str]):
    def __contains__(self, scope: object) -> bool:
        return True


_EVERY = _EveryScope()


def _faulty(fault: RestFault) -> Response:
    match fault:
        case RestFault.RATE_LIMITED:
            answer = failure(429, "rate_limited", "too many requests")
            answer.headers["Retry-After"] = str(RETRY_AFTER_S)
            return answer
        case RestFault.FAILS:
            return failure(500, "internal_error", "something went wrong")
        case RestFault.DOWN:
            return failure(503, "service_unavailable", "try again later")
        case RestFault.GARBLED:
            return Response('{"call":{"id":"', media_type="application/json")
    return _Dropped()


class _Dropped(Response):
    """A connection that is closed before the answer is whole."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        length = (b"content-length", b"100")
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
