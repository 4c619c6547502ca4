"""The desk's pages, put together behind the door."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from mapokezi.desk import (
    audit_page,
    call_page,
    calls_page,
    documents_page,
    hand_offs_page,
    messages_page,
    notices_page,
    questions_page,
    recording,
    tasks_page,
)
from mapokezi.desk.door import COOKIE
from mapokezi.desk.office import files_page, history_page
from mapokezi.desk.office import page as office_page
from mapokezi.desk.pages import page
from mapokezi.desk.settings import DeskParts
from mapokezi.desk.trail import DeskTrail

_OPEN_PATHS = frozenset({"/enter", "/healthz"})
_OPEN_FOLDER = "/static/"
# With "no-referrer" a browser says "Origin: null" of our own forms too, and they would be refused.
_SECURITY_HEADERS = [
    (
        b"content-security-policy",
        b"default-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
]


_OFFICE_ROUTES = [
    Route("/office", office_page.show_all),
    Route("/office/{office_id}", office_page.show),
    Route("/office/{office_id}/history", history_page.show),
    Route("/office/{office_id}/history/{number:int}", history_page.show_one),
    Route(
        "/office/{office_id}/history/{number:int}/bring-back",
        history_page.bring_back,
        methods=["POST"],
    ),
    Route("/office/{office_id}/files/{name}", files_page.show),
    Route("/office/{office_id}/files/{name}", files_page.change, methods=["POST"]),
    Route("/office/{office_id}/{subject}", office_page.show_form),
    Route("/office/{office_id}/{subject}", office_page.change, methods=["POST"]),
    Route("/office/{office_id}/{subject}/{entry}", office_page.show_form),
    Route("/office/{office_id}/{subject}/{entry}", office_page.change, methods=["POST"]),
]


_PAGE_ROUTES = [
    Route("/", calls_page.show),
    Route("/calls/{call_id}", call_page.show),
    Route("/calls/{call_id}/recording", recording.play),
    Route("/messages", messages_page.show),
    Route("/messages/{message_id}/read", messages_page.mark_read, methods=["POST"]),
    Route("/tasks", tasks_page.show),
    Route("/tasks/{task_id}", tasks_page.show_one),
    Route("/tasks/{task_id}/take", tasks_page.take, methods=["POST"]),
    Route("/tasks/{task_id}/put-back", tasks_page.put_back, methods=["POST"]),
    Route("/tasks/{task_id}/done", tasks_page.finish, methods=["POST"]),
    Route("/tasks/{task_id}/comments", tasks_page.comment, methods=["POST"]),
    Route("/hand-offs", hand_offs_page.show),
    Route("/hand-offs/{office_id}/forward", hand_offs_page.forward, methods=["POST"]),
    Route("/hand-offs/{office_id}/answer", hand_offs_page.stop_forwarding, methods=["POST"]),
    Route(
        "/hand-offs/{office_id}/people/{person_id}",
        hand_offs_page.set_presence,
        methods=["POST"],
    ),
    Route("/questions", questions_page.show),
    Route("/questions/{office_id}/answer", questions_page.answer, methods=["POST"]),
    Route("/questions/{office_id}/put-aside", questions_page.put_aside, methods=["POST"]),
    Route("/notices", notices_page.show),
    Route("/notices/{notice_id}", notices_page.show_one),
    Route("/notices/{notice_id}/resend", notices_page.resend, methods=["POST"]),
    *_OFFICE_ROUTES,
    Route("/documents/{office_id}/{name}", documents_page.show),
    Route("/audit", audit_page.show),
]


def build_desk(parts: DeskParts) -> Starlette:
    """Build the desk's web application."""
    routes = [
        *_PAGE_ROUTES,
        Route("/enter", enter),
        Route("/leave", leave, methods=["POST"]),
        Route("/healthz", healthz),
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(AtTheDoor, parts=parts)],
        exception_handlers={404: not_found},
    )
    app.state.parts = parts
    app.state.trail = DeskTrail(parts.keeper)
    return app


class AtTheDoor:
    """Lets known visitors in, sends the others to the door, and trusts no other site's forms."""

    def __init__(self, app: ASGIApp, parts: DeskParts) -> None:
        self._app = app
        self._door = parts.door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        response: Response | None = None
        if request.method == "POST" and not _same_site(request.headers, request.url.netloc):
            response = PlainTextResponse("This form came from another site.", status_code=403)
        elif not _is_open(request.url.path) and not self._door.knows(request.cookies.get(COOKIE)):
            response = page(request, "closed.html", status_code=401)

        async def send_guarded(message: object) -> None:
            if isinstance(message, dict) and message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_SECURITY_HEADERS]
            await send(message)  # type: ignore[arg-type]

        if response is not None:
            await response(scope, receive, send_guarded)
        else:
            await self._app(scope, receive, send_guarded)


def _is_open(path: str) -> bool:
    """Whether a path is answered to anybody."""
    return path in _OPEN_PATHS or path.startswith(_OPEN_FOLDER)


def _same_site(headers: Headers, host: str) -> bool:
    """Whether a form was sent from the desk's own pages (browsers always say the origin)."""
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] == host


async def not_found(request: Request, _error: Exception) -> Response:
    """Say that there is no such page."""
    parts: DeskParts = request.app.state.parts
    if _is_open(request.url.path):
        return PlainTextResponse("Not found\n", status_code=404)
    unread = await parts.messages.unread()
    return page(request, "missing.html", status_code=404, what="page", unread=unread)


async def enter(request: Request) -> Response:
    """Let a browser in by the one-time link."""
    parts: DeskParts = request.app.state.parts
    visitor = parts.door.enter(request.query_params.get("key", ""))
    if visitor is None:
        return page(request, "closed.html", status_code=401, used_up=True)
    response = RedirectResponse("/", status_code=303)
    response.set_cookie(COOKIE, visitor, httponly=True, samesite="lax", path="/")
    return response


async def leave(request: Request) -> Response:
    """Log out."""
    parts: DeskParts = request.app.state.parts
    parts.door.leave(request.cookies.get(COOKIE))
    response = RedirectResponse("/", status_code=303)
    response.delete_cookie(COOKIE, path="/")
    return response


async def healthz(_request: Request) -> Response:
    """Say that the desk is up."""
    return PlainTextResponse("ok\n")
