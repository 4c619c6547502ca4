"""The platform's posts, and the faces for those who watch: health, readiness, metrics.

A callback is read, judged and answered from memory between two awaits: the one for its body and
the one that sends the answer. An event, of which nobody waits for the answer, is on disk before it
is acknowledged.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from mapokezi.bridge import clock
from mapokezi.bridge.call_in_progress import Answer
from mapokezi.bridge.calls_in_progress import CallsInProgress
from mapokezi.bridge.documents import fallback_actions
from mapokezi.bridge.event_work import EventNotKept
from mapokezi.line.metrics import METRICS_CONTENT_TYPE, LineMetrics
from mapokezi.line.room_notes import note_of_room
from mapokezi.line.settings import LineSettings
from mapokezi.receptionist.office import Fallback
from mapokezi.telephony import signature
from mapokezi.telephony.actions import Action
from mapokezi.telephony.callbacks import BadCallback, VoiceCallback, read_callback
from mapokezi.telephony.events import PROBE_KIND, EventKind, PlatformEvent, read_event
from mapokezi.telephony.markup import (
    EMPTY_XML,
    JSON_CONTENT_TYPE,
    XML_CONTENT_TYPE,
    render_json,
    render_xml,
)
from mapokezi.telephony.post_forms import forms_of
from mapokezi.telephony.room_posts import is_of_leg
from mapokezi.telephony.signature import SignatureVerdict
from mapokezi.telephony.urls import (
    COLLEAGUE_PATH,
    CONTINUE_PATH,
    EVENTS_PATH,
    ROOM_PATH,
    STREAM_STATUS_PATH,
    VOICE_PATHS,
    After,
)
from mapokezi.telephony.visit_documents import HANGUP_DOCUMENT

log = structlog.get_logger("mapokezi.line.webhooks")

_POST_PATHS = frozenset(
    {*VOICE_PATHS, CONTINUE_PATH, STREAM_STATUS_PATH, EVENTS_PATH, ROOM_PATH, COLLEAGUE_PATH}
)
_ONLY_TOLD = frozenset({STREAM_STATUS_PATH, ROOM_PATH})
"""Whose answers nobody hears."""


TakeEvent = Callable[[PlatformEvent], Awaitable[None]]
"""Keeps an event; raises `EventNotKept` if it cannot."""


@dataclass(frozen=True, slots=True)
class Health:
    """What `/healthz` and `/readyz` tell, given by whoever knows."""

    version: str
    started_at: str
    """ISO 8601, UTC."""
    details: Callable[[], Mapping[str, Any]] = field(default=dict)
    """More of it: ``rungs`` of the ladder, the last error of each dependency."""


class Turned(Exception):  # noqa: N818  not an error of ours
    """A post that is turned away, with what its sender is told."""

    def __init__(self, status: int, reason: str, text: str) -> None:
        """Say why; ``reason`` is for log and metrics, ``text`` for the sender."""
        super().__init__(text)
        self.status, self.reason, self.text = status, reason, text


class Webhooks:
    """The HTTP face of the line."""

    def __init__(
        self,
        settings: LineSettings,
        calls: CallsInProgress,
        take_event: TakeEvent,
        metrics: LineMetrics,
        health: Health,
    ) -> None:
        """Prepare; `app` is the application."""
        self._take_event = take_event
        self._settings = settings
        self._calls = calls
        self._metrics = metrics
        self._health = health
        watched = [
            Route("/healthz", self._healthz, methods=["GET"]),
            Route("/readyz", self._readyz, methods=["GET"]),
            Route("/metrics", self._exposition, methods=["GET"]),
        ]
        # One route for all posts: the unguessable part is compared in constant time, not routed.
        self.app = Starlette(
            routes=[*watched, Route("/{path:path}", self._post, methods=["POST"])],
            exception_handlers={404: _not_found},
        )

    # --- the platform's posts --------------------------------------------------------------------

    async def _post(self, request: Request) -> Response:
        path = self._inner_path(request.url.path)
        if path is None:
            self._metrics.refusals.labels("wrong_path").inc()
            log.warning("post_refused", reason="wrong_path")
            return PlainTextResponse("Not found\n", 404)
        name = path.rsplit("/", 1)[-1] or "voice"
        name = "voice" if name == "incoming" else name
        try:
            body = await self._body(request)
            started = time.perf_counter()
            is_vouched_for = self._check_signature(request, body)
            if path == EVENTS_PATH:
                response = await self._event(request, body)
            else:
                response = self._answer(request, path, body, is_vouched_for=is_vouched_for)
        except Turned as turned:
            self._metrics.refusals.labels(turned.reason).inc()
            log.warning("post_refused", reason=turned.reason, post=name, status=turned.status)
            return PlainTextResponse(f"{turned.text}\n", turned.status)
        except ClientDisconnect:
            log.warning("post_broken_off", post=name)
            return Response(status_code=400)
        except Exception:
            # Rung 4: whatever is wrong with us, the caller hears something.
            log.exception("webhook_failed", post=name)
            self._metrics.refusals.labels("fault").inc()
            if path == EVENTS_PATH:
                return PlainTextResponse("Send it again\n", 503)
            is_heard = path not in _ONLY_TOLD
            return self._document(fallback_actions(Fallback()) if is_heard else ())
        self._metrics.posts.labels(name).inc()
        self._metrics.webhook_s.labels(name).observe(time.perf_counter() - started)
        return response

    def _inner_path(self, path: str) -> str | None:
        """The path below the unguessable part; None if it is not one of ours."""
        for prefix in (self._settings.urls.prefix, self._settings.urls.local_prefix):
            given, inner = path[: len(prefix)], path[len(prefix) :].rstrip("/") or "/"
            if hmac.compare_digest(given.encode(), prefix.encode()) and inner in _POST_PATHS:
                return inner
        return None

    async def _body(self, request: Request) -> bytes:
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > self._settings.most_body_bytes:
                most = self._settings.most_body_bytes
                raise Turned(413, "too_large", f"A callback may have {most} bytes")
        return bytes(body)

    def _check_signature(self, request: Request, body: bytes) -> bool:
        """Whether it is sure that the platform posts, by its signature or by the secret path.

        Raises:
            Turned: If it must be signed, and is not.
        """
        header = request.headers.get(signature.SIGNATURE_HEADER)
        secrets = self._settings.signing_secrets
        knows_the_path = bool(self._settings.urls.local_prefix)
        if not secrets:
            return knows_the_path
        verdict = signature.verify(
            header, body, secrets, time.time(), legacy=self._settings.legacy_signature
        )
        if verdict is SignatureVerdict.GOOD:
            return True
        if verdict is SignatureVerdict.MISSING and not self._settings.must_be_signed:
            return knows_the_path
        raise Turned(401, f"signature_{verdict.value}", f"The signature is {verdict.value}")

    def _is_signed(self, request: Request) -> bool:
        """Whether a post that was let in had a signature that holds for this post alone."""
        settings = self._settings
        return (
            bool(settings.signing_secrets)
            and not settings.legacy_signature
            and signature.SIGNATURE_HEADER in request.headers
        )

    async def _event(self, request: Request, body: bytes) -> Response:
        """Acknowledge an event, once it is kept: what is not acknowledged comes again.

        Raises:
            Turned: If it could not be kept.
        """
        try:
            event = read_event(
                request.headers.get("content-type", ""),
                body,
                request.headers,
                self._calls.own_numbers,
            )
        except BadCallback as error:
            # No delivery of it will be better: it is taken and not sent again.
            log.warning("event_not_understood", reason=str(error))
            self._metrics.events.labels("unreadable").inc()
            return _taken()
        try:
            await self._take_event(event)
        except EventNotKept:
            raise Turned(503, "event_not_kept", "Send it again") from None
        self._metrics.events.labels(event.kind.value).inc()
        if event.kind_text != PROBE_KIND:
            self._observe("event", request, body)
        log.info(
            "event_taken",
            kind=event.kind.value,
            envelope=event.envelope.value,
            session_id=event.callback.session_id,
            told=event.kind_text if event.kind is EventKind.UNKNOWN else "",
            keys=event.callback.raw_keys,
        )
        return _taken()

    def _answer(
        self, request: Request, path: str, body: bytes, *, is_vouched_for: bool
    ) -> Response:
        query = dict(request.query_params)
        call_id = query.get("call", "")
        if path == ROOM_PATH:
            note_of_room(self._calls, request.headers.get("content-type", ""), body, call_id)
            return self._document(())
        try:
            callback = read_callback(
                request.headers.get("content-type", ""), body, query, self._calls.own_numbers
            )
        except BadCallback as error:
            if path != CONTINUE_PATH or self._calls.find(call_id) is None:
                return self._answer_unread(path, error, is_vouched_for=is_vouched_for)
            callback = VoiceCallback()  # the URL says whose call it is, and what was finished
        if path == COLLEAGUE_PATH and not is_of_leg(callback):
            return self._document(HANGUP_DOCUMENT)  # nobody knows whom it was rung for
        if path == STREAM_STATUS_PATH:
            self._note_stream(callback, call_id)
            self._observe("stream status", request, body)
            return self._document(())
        after = _after(query.get("after", "")) if path == CONTINUE_PATH else None
        answer = self._calls.answer(
            callback,
            clock.monotonic(),
            clock.wall(),
            call_id=call_id,
            after=after,
            of_round=_round(query.get("round", "")) if after is not None else None,
            is_signed=self._is_signed(request),
        )
        self._log_answer(answer, callback, after)
        if after is not None:
            self._calls.habits.note("a redirect is followed", f"behind the {after.value}")
        self._observe("first post" if answer.is_new else "later post", request, body)
        return self._document(answer.actions)

    def _note_stream(self, callback: VoiceCallback, call_id: str) -> None:
        known = self._calls.note(callback, clock.monotonic(), call_id=call_id)
        state = callback.state_text or callback.stream_event
        log.info("stream_status_noted", known=known, state=state, keys=callback.raw_keys)

    def _observe(self, what: str, request: Request, body: bytes) -> None:
        """Learn from a post in which forms the platform writes."""
        habits = self._calls.habits
        if habits.knows("posts", what):
            return
        habits.note("posts", what)
        header = request.headers.get(signature.SIGNATURE_HEADER)
        for of_what, word, is_theirs in forms_of(
            request.headers.get("content-type", ""), body, header
        ):
            note = habits.note_theirs if is_theirs else habits.note
            note(f"{what}: {of_what}", word)

    def _answer_unread(self, path: str, error: BadCallback, *, is_vouched_for: bool) -> Response:
        """Answer a post that cannot be read.

        Raises:
            Turned: If nobody on the line can be waiting for the answer, or that is not sure.
        """
        if path == STREAM_STATUS_PATH:
            # No body's shape is known: whatever comes is taken, and not sent again.
            log.info("post_not_understood", post=path)
            return self._document(())
        document = self._calls.document_for_unread() if is_vouched_for else None
        if document is None:
            raise Turned(400, "bad_callback", f"Not a callback: {error}") from None
        self._metrics.refusals.labels("bad_callback").inc()
        log.error(
            "post_not_understood", post=path, reason=str(error), keys=error.keys, so="fallback"
        )
        return self._document(document)

    def _log_answer(self, answer: Answer, callback: VoiceCallback, after: After | None) -> None:
        verbs = [type(action).__name__ for action in answer.actions]
        call_id = answer.call.call_id if answer.call else ""
        if answer.refusal is not None:
            self._metrics.refusals.labels(answer.refusal.value).inc()
            log.warning(
                "call_refused",
                reason=answer.refusal.value,
                call_id=call_id,
                verbs=verbs,
                dialled=callback.dialled,
                pii_caller=callback.caller,
            )
        elif answer.is_new:
            log.info(
                "call_arrived",
                call_id=call_id,
                session_id=answer.call.session_id if answer.call else "",
                state=callback.state_text,
                verbs=verbs,
                pii_caller=callback.caller,
            )
        else:
            log.info(
                "post_answered",
                call_id=call_id,
                state=callback.state_text,
                after=after.value if after else "",
                verbs=verbs,
                keys=callback.raw_keys,
            )

    def _document(self, actions: tuple[Action, ...]) -> Response:
        if not actions:
            return _bare(EMPTY_XML, XML_CONTENT_TYPE)
        if self._settings.answer_json:
            return _bare(render_json(actions), JSON_CONTENT_TYPE)
        return _bare(render_xml(actions), XML_CONTENT_TYPE)

    # --- those who watch -------------------------------------------------------------------------

    async def _healthz(self, _request: Request) -> Response:
        state = "draining" if self._calls.is_draining else "ok"
        return JSONResponse(
            {
                "status": state,
                "version": self._health.version,
                "started_at": self._health.started_at,
                "node": self._calls.settings.node,
                "calls": len(self._calls.live),
                **self._health.details(),
            }
        )

    async def _readyz(self, _request: Request) -> Response:
        if self._calls.is_draining:
            return PlainTextResponse("draining\n", 503)
        if not self._calls.is_ready():
            return PlainTextResponse("not ready\n", 503)
        return PlainTextResponse("ready\n")

    async def _exposition(self, _request: Request) -> Response:
        return Response(self._metrics.exposition(), media_type=METRICS_CONTENT_TYPE)


def _bare(text: str, content_type: str) -> Response:
    """A response with exactly this content type: Starlette would add a charset of its own."""
    return Response(text, headers={"content-type": content_type})


def _taken() -> Response:
    return JSONResponse({"ok": True})


def _round(text: str) -> int:
    """Which round of a hand-off the continue URL names; the first one is not named."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _after(text: str) -> After:
    try:
        return After(text)
    except ValueError:
        return After.STREAM


async def _not_found(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("Not found\n", 404)
