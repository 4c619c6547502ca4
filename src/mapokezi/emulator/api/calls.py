"""``/v1/calls``: placing, listing, showing and ending calls (contract section 7)."""

from __future__ import annotations

import asyncio
import json
import math
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from mapokezi.emulator.api.envelope import Guard, Refused, bare_failure, body_of, failure
from mapokezi.emulator.call_detail import CallDetail, CallStatus
from mapokezi.emulator.mode_values.account import NumberState
from mapokezi.emulator.outbound import OutboundCall
from mapokezi.emulator.platform import Platform
from mapokezi.emulator.recordings import Readiness, recording_state
from mapokezi.telephony.numbers import to_e164

DEFAULT_LIMIT = 25
MOST_LIMIT = 100
MOST_LABEL = 5_000
"""Of ``client_request_id``, in characters."""
NOT_EMULATED = ("control", "opening_actions", "fallback_actions", "hold_audio_url")
"""Of ``POST /v1/calls``: for a call that an MCP client controls."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """What was answered to a request with an idempotency key."""

    fingerprint: str
    call_id: str
    answer: dict[str, Any]


class CallsApi:
    """The endpoints of calls, and the links that callbacks carry."""

    def __init__(self, platform: Platform, guard: Guard) -> None:
        self._platform, self._guard = platform, guard
        self._placed: dict[str, _Placed] = {}

    def routes(self) -> list[Route]:
        """All of them."""
        read, open_ = "calls.read", self._guard
        return [
            Route("/v1/calls", open_(self.list_calls, read), methods=["GET"]),
            Route("/v1/calls", open_(self.originate), methods=["POST"]),
            Route("/v1/calls/originate", open_(self.originate), methods=["POST"]),
            Route("/v1/calls/stats", open_(self.stats, read), methods=["GET"]),
            Route("/v1/calls/{id}", open_(self.get_call, read), methods=["GET"]),
            Route("/v1/calls/{id}/events", open_(self.get_events, read), methods=["GET"]),
            Route("/v1/calls/{id}/hangup", open_(self.hang_up), methods=["POST"]),
            Route("/v1/calls/{id}/recording", open_(self.get_recording, read), methods=["GET"]),
            Route("/recordings/{name}", self.download, methods=["GET"]),
        ]

    async def originate(self, request: Request) -> Response:
        """Ring somebody; the same idempotency key, while that call is up, rings nobody twice."""
        body = await body_of(request)
        key = request.headers.get("idempotency-key", "")
        fingerprint = json.dumps(body, sort_keys=True)
        known = self._placed.get(key) if key else None
        if known is not None and self._platform.live(known.call_id) is not None:
            if known.fingerprint != fingerprint:
                raise Refused(409, "idempotency.conflict", "another request had this key")
            return JSONResponse(known.answer, 201)
        call = self._platform.place(self._read_order(body))
        answer = {
            "call_id": call.detail.call_id,
            "session_id": call.detail.session_id,
            "status": CallStatus.RINGING.value,
        }
        if call.detail.client_request_id:
            answer["client_request_id"] = call.detail.client_request_id
        if key:
            self._placed[key] = _Placed(fingerprint, call.detail.call_id, answer)
        return JSONResponse(answer, 201)

    def _read_order(self, body: dict[str, Any]) -> OutboundCall:
        to = body.get("to")
        numbers = [to] if isinstance(to, str) else to if isinstance(to, list) else []
        wanted = tuple(to_e164(str(number)) or str(number) for number in numbers)
        number = self._platform.numbers.find(to_e164(str(body.get("from", ""))) or "")
        label = str(body.get("client_request_id") or "")
        if number is None:
            raise Refused(404, "numbers.not_found", "from is no number of this workspace")
        if not wanted or any(not one.startswith("+") for one in wanted):
            raise Refused(400, "calls.invalid_destination", "to is a list of E.164 numbers")
        if len(label) > MOST_LABEL or label.startswith(("mcp:", "broadcast:")):
            raise Refused(400, "calls.invalid_client_request_id", "too long, or a reserved prefix")
        if any(body.get(name) for name in NOT_EMULATED):
            raise Refused(400, "calls.not_emulated", f"not emulated: {', '.join(NOT_EMULATED)}")
        board = self._platform.switchboard
        modes = board.modes.of_new_call(number.e164, {})
        if modes.number is NumberState.SUSPENDED:
            raise Refused(403, "account.suspended", "the number is suspended")
        if not board.wallet.affords(modes.outbound_per_min, modes):
            raise Refused(402, "wallet.insufficient_funds", "the wallet is empty")
        url = str(body.get("voice_callback_url") or "")
        if url:
            number = replace(number, voice_url=url)
        if not number.voice_url:
            raise Refused(400, "calls.no_voice_url", "the number has no voice URL")
        return OutboundCall(number, wanted, modes, label)

    async def get_call(self, request: Request) -> Response:
        """One call by its UUID or session id, with its events."""
        detail = self._find(request)
        return JSONResponse({"call": {**detail.as_row(), "events": _events_of(detail)}})

    async def get_events(self, request: Request) -> Response:
        """What happened in a call."""
        return JSONResponse({"events": _events_of(self._find(request))})

    async def list_calls(self, request: Request) -> Response:
        """Calls, newest first; ``cursor`` is the id of the last one seen."""
        query = request.query_params
        try:
            limit = int(query.get("limit", DEFAULT_LIMIT))
        except ValueError:
            return failure(400, "calls.list_failed", "limit is not a number")
        rows = [detail.as_row() for detail in reversed(self._platform.details.values())]
        rows = [row for row in rows if _fits(row, dict(query))]
        if "cursor" in query:
            seen = [place for place, row in enumerate(rows) if row["id"] == query["cursor"]]
            rows = rows[seen[0] + 1 :] if seen else []
        page = rows[: min(max(limit, 1), MOST_LIMIT)]
        following = page[-1]["id"] if len(page) < len(rows) else None
        return JSONResponse({"data": page, "next_cursor": following})

    async def stats(self, request: Request) -> Response:
        """Totals of the calls since a time, and by ``bucket``: ``hour`` or ``day``."""
        query = request.query_params
        since = query.get("since", "")
        try:
            if since:
                datetime.fromisoformat(since)
        except ValueError:
            return failure(400, "calls.stats_failed", "since is not a time")
        rows = [detail.as_row() for detail in self._platform.details.values()]
        rows = [row for row in rows if row["started_at"] >= since]
        length = 13 if query.get("bucket", "day") == "hour" else 10
        buckets: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            buckets.setdefault(row["started_at"][:length], []).append(row)
        parts = [{"bucket": at, **_totals(some)} for at, some in sorted(buckets.items())]
        return JSONResponse({**_totals(rows), "currency": "KES", "buckets": parts})

    async def hang_up(self, request: Request) -> Response:
        """End a call; once more is as good as once."""
        detail = self._platform.hang_up(request.path_params["id"])
        if detail is None:
            raise Refused(404, "calls.not_found", "no call has this id")
        return JSONResponse({"call_id": detail.call_id, "status": "hung_up"})

    async def get_recording(self, request: Request) -> Response:
        """Redirect to the call's last recording, as soon as it is there."""
        state = recording_state(self._find(request), asyncio.get_running_loop().time())
        match state.readiness:
            case Readiness.READY if state.kept is not None:
                return RedirectResponse(state.kept.url, 302)
            case Readiness.PENDING:
                wait_s = max(1, math.ceil(state.wait_s))
                pending = {"status": "pending", "retry_after_seconds": wait_s}
                return JSONResponse(pending, 202)
            case Readiness.GONE:
                return bare_failure(410, "recording_unavailable", "pbx_deleted_before_capture")
            case Readiness.NOT_YET:
                return failure(404, "calls.recording_not_found", "there is no recording")
        return bare_failure(404, "recording_not_found", "no recording")

    async def download(self, request: Request) -> Response:
        """A recording's WAV file; its name cannot be guessed, as with the real one's links."""
        name = request.path_params["name"]
        path = self._platform.switchboard.recordings / name
        if not re.fullmatch(r"HD_[0-9a-f]{12}-\d+\.wav", name) or not path.is_file():
            return bare_failure(404, "recording_not_found", "no such file")
        return FileResponse(path, media_type="audio/wav")

    def _find(self, request: Request) -> CallDetail:
        detail = self._platform.find(request.path_params["id"])
        if detail is None:
            raise Refused(404, "calls.not_found", "no call has this id")
        return detail


def _events_of(detail: CallDetail) -> list[dict[str, Any]]:
    """What happened; who asked for it is the emulator's own to tell, at its own face."""
    return [event for event in detail.events if event["type"] != "api_request"]


def _fits(row: dict[str, Any], query: dict[str, str]) -> bool:
    """Whether a call is among those that are asked for."""
    same = all(row[name] == query[name] for name in ("status", "direction", "session_id")
               if name in query)  # fmt: skip
    words = f"{row['id']} {row['session_id']} {row['local_e164']} {row['remote_e164']}"
    since, until = query.get("from", ""), query.get("to", "9")
    return same and query.get("q", "") in words and since <= row["started_at"] <= until


def _totals(rows: list[dict[str, Any]]) -> dict[str, int]:
    return {
        "total": len(rows),
        "answered": sum(row["answered_at"] is not None for row in rows),
        "failed": sum(row["status"] == CallStatus.FAILED.value for row in rows),
        "duration_seconds": sum(row["duration_seconds"] for row in rows),
        "spend_minor": sum(row["cost_minor"] or 0 for row in rows),
    }
