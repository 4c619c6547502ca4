"""What may stand between the platform and a receptionist: a proxy that fails, or rewrites.

One server for all calls of a stage; the way to a receptionist tells the plan: ``/{plan}/voice``.
What a plan's front does is named in `FRONTS`; the receptionist knows nothing of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import quote

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

SUBPROTOCOL = "audio.drachtio.org"
SLOW_S = 1.6
"""How late an answer is that comes too late for a limit of a second."""
Rewrite = Callable[[str, str], str]
"""Given a document and the front's own address for the plan, gives what the platform gets."""


def as_the_seed_has_it(document: str, _here: str) -> str:
    """The stream alone, without ``connect``: nothing holds the call."""
    if "<Stream" not in document:
        return document
    bare = document.replace(' connect="true"', "")
    return bare[: bare.index("/>", bare.index("<Stream")) + 2] + "</Response>"


def in_a_room(document: str, here: str) -> str:
    """The stream beside a conference, which holds the call."""
    room = (
        f'<Conference statusEventsCallbackUrl="{here}/room" beep="false">'
        f"{here.rpartition('/')[2]}</Conference></Response>"
    )
    if "<Stream" not in document:
        return document
    beside = document.replace(' connect="true"', ' connect="false"')
    return beside[: beside.index("/>", beside.index("<Stream")) + 2] + room


def of_one_name(document: str, _here: str) -> str:
    """Every stream of a call by the same name."""
    return document.replace('name="receptionist-2"', 'name="receptionist"')


def by_way_of_a_relay(document: str, here: str) -> str:
    """The stream's socket through this front."""
    began = document.find("<Stream")
    if began < 0:
        return document
    first = document.index('url="', began) + 5
    last = document.index('"', first)
    target = document[first:last].replace("&amp;", "&")
    there = here.replace("http", "ws", 1)
    return f"{document[:first]}{there}/media?to={quote(target, safe='')}{document[last:]}"


@dataclass(frozen=True)
class FrontPlan:
    """What a front does with one plan's posts."""

    rewrite: Rewrite = lambda document, _here: document
    fails: int = 0
    """How many questions are answered 503 at first."""
    slow: int = 0
    """How many are answered too late at first."""
    loses_events: bool = False
    """Whether each event's first delivery is answered 503."""


FRONTS = {
    "fails once": FrontPlan(fails=1),
    "slow once": FrontPlan(slow=1),
    "loses events": FrontPlan(loses_events=True),
    "the seed's form": FrontPlan(as_the_seed_has_it),
    "a room": FrontPlan(in_a_room),
    "a relay that sets marks": FrontPlan(by_way_of_a_relay),
    "one name for all streams": FrontPlan(of_one_name),
}


@dataclass
class Front:
    """The server."""

    plans: Mapping[str, tuple[str, FrontPlan]] = field(default_factory=dict)
    """By the plan's part of the way: the receptionist's address, and what is done."""
    base_url: str = ""
    asked: dict[str, int] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    reported: dict[str, list[float]] = field(default_factory=dict)
    """When marks came back, on the loop's clock, by the plan's part of the way."""
    client: httpx2.AsyncClient = field(default_factory=httpx2.AsyncClient)

    def here(self, plan: str) -> str:
        """The address that the platform has of a plan's receptionist."""
        return f"{self.base_url}/{plan}"

    async def post(self, request: Request) -> Response:
        """Pass a post on, unless it is to fail."""
        plan, where = request.path_params["plan"], request.path_params["where"]
        line, does = self.plans[plan]
        body = await request.body()
        if where == "room":
            return Response(status_code=204)
        if where.endswith("events"):
            if does.loses_events and self._is_new(request):
                return Response(status_code=503)
        else:
            nth = self.asked[plan] = self.asked.get(plan, 0) + 1
            if nth <= does.fails:
                return Response(status_code=503)
            if nth <= does.slow:
                await asyncio.sleep(SLOW_S)
        kept = ("content-type", "x-sautikit-")
        headers = {name: it for name, it in request.headers.items() if name.startswith(kept)}
        url = f"{line}/{where}" + (f"?{request.url.query}" if request.url.query else "")
        answer = await self.client.post(url, content=body, headers=headers)
        here = self.here(plan)
        text = does.rewrite(answer.text.replace(f"{line}/", f"{here}/"), here)
        kind = answer.headers.get("content-type", "text/xml")
        return Response(text, answer.status_code, media_type=kind)

    def _is_new(self, request: Request) -> bool:
        event_id = request.headers["x-sautikit-event-id"]
        is_new = event_id not in self.seen
        self.seen.add(event_id)
        return is_new

    async def media(self, socket: WebSocket) -> None:
        """Join the platform's socket to the receptionist's, and set a mark behind each sound."""
        target = socket.query_params["to"]
        reported = self.reported.setdefault(socket.path_params["plan"], [])
        async with connect(target, subprotocols=[SUBPROTOCOL], compression=None) as far:  # type: ignore[list-item]
            await socket.accept(subprotocol=SUBPROTOCOL)
            ways = {
                asyncio.create_task(_to_receptionist(socket, far, reported)),
                asyncio.create_task(_to_platform(far, socket)),
            }
            _, other = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for task in other:
                task.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await socket.close()


async def _to_receptionist(socket: WebSocket, far: ClientConnection, reported: list[float]) -> None:
    with contextlib.suppress(ConnectionClosed, WebSocketDisconnect):
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            told = message.get("bytes")
            if told is None and '"mark"' in message["text"]:
                reported.append(asyncio.get_running_loop().time())
            await far.send(message["text"] if told is None else told)


async def _to_platform(far: ClientConnection, socket: WebSocket) -> None:
    sounds = 0
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):
        async for message in far:
            if isinstance(message, str):
                await socket.send_text(message)
                continue
            await socket.send_bytes(message)
            sounds += 1
            if sounds % 10 == 1:
                mark = {"type": "mark", "data": {"name": f"m{sounds}"}}
                await socket.send_text(json.dumps(mark))


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def front_up(front: Front, port: int) -> AsyncIterator[None]:
    """Serve on a port until the block is left."""
    routes = [
        Route("/{plan}/{where:path}", front.post, methods=["POST"]),
        WebSocketRoute("/{plan}/media", front.media),
    ]
    config = uvicorn.Config(
        Starlette(routes=routes),
        port=port,
        ws="websockets-sansio",
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  uvicorn has no event for it
        await asyncio.sleep(0.005)
    try:
        yield
    finally:
        server.should_exit = True
        await task
        await front.client.aclose()
