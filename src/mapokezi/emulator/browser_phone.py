"""The browser phone: a page with a telephone on this emulator, and what it asks for.

The page's sound goes over ``/phone`` like any telephone's; the modes are set by the emulator's own
face. Beside the files there are the numbers that can be rung, and a call as it lives: who hears
whom, and captions, as server-sent events.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.responses import StreamingResponse as Streaming
from starlette.routing import Route

from mapokezi.emulator.api.envelope import Refused
from mapokezi.emulator.call_detail import CallDetail
from mapokezi.emulator.captions import Captions
from mapokezi.emulator.legs import legs_of
from mapokezi.emulator.origins import may_use
from mapokezi.emulator.platform import Platform

PAGES = Path(__file__).parent / "pages"
LOOKED_EVERY_S = 0.2
"""How often a call is looked at for a page; people notice nothing sooner."""
LAST_WORDS_S = 1.0
"""How long captions may come after the end."""
KEPT_WITHIN_S = 5.0
"""By then what the legs heard is written."""
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'",
    "Permissions-Policy": "microphone=(self)",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}


class BrowserPhone:
    """The page's routes."""

    def __init__(self, platform: Platform, captions: Captions) -> None:
        self._platform, self._captions = platform, captions
        self._files = {path.name: path for path in PAGES.iterdir() if path.suffix in _TYPES}
        self._closing = False

    def routes(self) -> list[Route]:
        """All of them."""
        own = self._own
        return [
            Route("/", own(self.page)),
            Route("/static/{name}", own(self.file)),
            Route("/emulator/numbers", own(self.numbers)),
            Route("/emulator/calls/{id}/live", own(self.live)),
        ]

    def close(self) -> None:
        """Let pages that look at a call go."""
        self._closing = True

    def _own(
        self, endpoint: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """Wrap an endpoint: asked by this machine's own name, by no page of another site."""

        async def answer(request: Request) -> Response:
            headers, bound_to = request.headers, self._platform.settings.host
            if not may_use(headers.get("origin"), headers.get("host", ""), bound_to):
                return PlainTextResponse("not from another site\n", 403)
            try:
                found = await endpoint(request)
            except Refused as refused:
                found = refused.response()
            found.headers.update(HEADERS)
            return found

        return answer

    async def page(self, request: Request) -> Response:
        """The page itself; from here on captions are listened for."""
        self._captions.start()
        return self._file("phone.html")

    async def file(self, request: Request) -> Response:
        """A file of the page."""
        return self._file(str(request.path_params["name"]))

    def _file(self, name: str) -> Response:
        path = self._files.get(name)
        if path is None:
            return PlainTextResponse("there is no such file\n", 404)
        return FileResponse(path, media_type=_TYPES[path.suffix])

    async def numbers(self, request: Request) -> Response:
        """What can be rung, and whether captions can be had."""
        claimed = self._platform.numbers.claimed.values()
        return JSONResponse(
            {
                "numbers": [
                    {"number": one.number.e164, "voice_url": one.number.voice_url}
                    for one in claimed
                ],
                "captions": self._captions.as_row(),
            }
        )

    async def live(self, request: Request) -> Response:
        """A call as it lives, as server-sent events: ``legs``, ``captions``, ``caption``, ``over``.

        They end with the call.
        """
        detail = self._platform.find(request.path_params["id"])
        if detail is None:
            raise Refused(404, "calls.not_found", "no call has this id")
        self._captions.start()
        return Streaming(self._lines(detail), media_type="text/event-stream")

    async def _lines(self, detail: CallDetail) -> AsyncIterator[str]:
        told: dict[str, Any] = {}
        seen, left_s = 0, LAST_WORDS_S
        while left_s > 0 and not self._closing:
            for kind, now in (("captions", self._captions.as_row()), ("legs", self._legs(detail))):
                if told.get(kind) != now:
                    told[kind] = now
                    yield _event(kind, now)
            for caption in self._captions.since(detail.session_id, seen):
                seen += 1
                yield _event("caption", asdict(caption))
            await asyncio.sleep(LOOKED_EVERY_S)
            if detail.is_over:
                left_s -= LOOKED_EVERY_S
        yield _event("over", await self._end_of(detail))

    def _legs(self, detail: CallDetail) -> list[dict[str, Any]]:
        call = self._platform.live(detail.call_id)
        if call is None:
            return []
        return [asdict(leg) for leg in legs_of(call, self._platform.calls)]

    async def _end_of(self, detail: CallDetail) -> dict[str, Any]:
        """What is left of a call: its row, and where the sound of its legs is."""
        loop = asyncio.get_running_loop()
        until = loop.time() + KEPT_WITHIN_S
        wants = self._platform.settings.keep_legs and detail.is_over
        while wants and not (detail.sounds or self._closing) and loop.time() < until:  # noqa: ASYNC110
            await asyncio.sleep(LOOKED_EVERY_S)
        heard = {
            leg: f"/emulator/calls/{detail.call_id}/heard/{leg}" for leg in sorted(detail.sounds)
        }
        return {"call": detail.as_row(settled=True), "heard": heard}


def _event(kind: str, value: object) -> str:
    return f"event: {kind}\ndata: {json.dumps(value)}\n\n"
