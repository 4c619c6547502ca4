"""The platform's REST API, as far as calls go (contract section 7)."""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from mapokezi.emulator.call_detail import CallDetail
from mapokezi.emulator.clock import new_request_id
from mapokezi.emulator.platform import Platform

DEFAULT_LIMIT = 25
MOST_LIMIT = 100

Endpoint = Callable[[Request], Awaitable[Response]]


class CallsApi:
    """The endpoints under ``/v1`` and the links that callbacks carry."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("/v1/calls", self._keyed(self.list_calls), methods=["GET"]),
            Route("/v1/calls/{id}", self._keyed(self.get_call), methods=["GET"]),
            Route("/v1/calls/{id}/hangup", self._keyed(self.hang_up), methods=["POST"]),
            Route("/v1/calls/{id}/recording", self._keyed(self.get_recording), methods=["GET"]),
            Route("/recordings/{name}", self.download, methods=["GET"]),
        ]

    def _keyed(self, endpoint: Endpoint) -> Endpoint:
        """Let only the holder of the key through."""

        async def guarded(request: Request) -> Response:
            scheme, _, key = request.headers.get("authorization", "").partition(" ")
            wanted = self._platform.settings.api_key
            right = hmac.compare_digest(key.strip().encode(), wanted.encode())
            if scheme.lower() != "bearer" or not right:
                return failure(401, "api_key.invalid", "the API key is missing or wrong")
            return await endpoint(request)

        return guarded

    async def get_call(self, request: Request) -> Response:
        """One call by its UUID or session id, with its events."""
        detail = self._find(request)
        if detail is None:
            return _not_found()
        return JSONResponse({"call": {**detail.as_row(), "events": detail.events}})

    async def list_calls(self, request: Request) -> Response:
        """Calls, newest first; ``cursor`` is the id of the last one seen."""
        query = request.query_params
        try:
            limit = int(query.get("limit", DEFAULT_LIMIT))
        except ValueError:
            return failure(400, "calls.list_failed", "limit is not a number")
        rows = [detail.as_row() for detail in reversed(self._platform.details.values())]
        for name in ("status", "direction", "session_id"):
            if name in query:
                rows = [row for row in rows if row[name] == query[name]]
        if "cursor" in query:
            seen = [place for place, row in enumerate(rows) if row["id"] == query["cursor"]]
            rows = rows[seen[0] + 1 :] if seen else []
        page = rows[: min(max(limit, 1), MOST_LIMIT)]
        following = page[-1]["id"] if len(page) < len(rows) else None
        return JSONResponse({"data": page, "next_cursor": following})

    async def hang_up(self, request: Request) -> Response:
        """End a call; once more is as good as once."""
        detail = self._platform.hang_up(request.path_params["id"])
        if detail is None:
            return _not_found()
        return JSONResponse({"call_id": detail.call_id, "status": "hung_up"})

    async def get_recording(self, request: Request) -> Response:
        """Redirect to the call's last recording."""
        detail = self._find(request)
        if detail is None:
            return _not_found()
        urls = [event["url"] for event in detail.events if event["type"] == "recorded"]
        if not urls:
            return JSONResponse({"code": "recording_not_found", "reason": "no recording"}, 404)
        return RedirectResponse(urls[-1], 302)

    async def download(self, request: Request) -> Response:
        """A recording's WAV file; its name cannot be guessed, as with the real one's links."""
        name = request.path_params["name"]
        path = self._platform.switchboard.recordings / name
        if not re.fullmatch(r"HD_[0-9a-f]{12}-\d+\.wav", name) or not path.is_file():
            return JSONResponse({"code": "recording_not_found", "reason": "no such file"}, 404)
        return FileResponse(path, media_type="audio/wav")

    def _find(self, request: Request) -> CallDetail | None:
        return self._platform.find(request.path_params["id"])


def failure(status: int, code: str, message: str, **more: Any) -> JSONResponse:
    """The platform's error envelope."""
    error = {"code": code, "message": message, "request_id": new_request_id(), **more}
    return JSONResponse({"error": error}, status)


def _not_found() -> JSONResponse:
    return failure(404, "calls.not_found", "no call has this id")
