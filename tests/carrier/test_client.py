"""The platform's REST API, asked over loopback of a small server that answers as told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mapokezi.carrier import CallDetail, CarrierError, SautiKit
from mapokezi.units import Money


class Platform:
    """Answers requests in turn with the answers it was given, and remembers what was asked."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, object]] = []
        self.asked: list[tuple[str, str, str | None]] = []
        platform = self

        class Answer(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                platform.asked.append((self.command, self.path, self.headers["Authorization"]))
                status, body = platform.answers.pop(0)
                payload = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            do_GET = do_POST = _answer  # noqa: N815  the names that http.server looks for

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Stay quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def platform() -> Iterator[Platform]:
    platform = Platform()
    thread = threading.Thread(target=platform.server.serve_forever, args=(0.01,))
    thread.start()
    yield platform
    platform.server.shutdown()
    platform.server.server_close()
    thread.join()


@pytest.mark.anyio
async def test_hang_up_carries_the_key_and_is_tried_again_after_a_fault(
    platform: Platform,
) -> None:
    platform.answers = [(503, {}), (200, {"call_id": "u", "status": "hung_up"})]
    async with SautiKit(platform.url, "key-1") as carrier:
        await carrier.hang_up("HD_1f2e3d4c5b6a")
    assert platform.asked == [("POST", "/v1/calls/HD_1f2e3d4c5b6a/hangup", "Bearer key-1")] * 2


@pytest.mark.anyio
async def test_a_refusal_is_told_with_the_platforms_own_code(platform: Platform) -> None:
    platform.answers = [(404, {"error": {"code": "calls.not_found", "message": "no such call"}})]
    async with SautiKit(platform.url, "k") as carrier:
        with pytest.raises(CarrierError, match=r"calls\.not_found") as caught:
            await carrier.hang_up("HD_0")
    assert caught.value.status == 404
    assert len(platform.asked) == 1


@pytest.mark.anyio
async def test_the_bare_error_form_is_read_too(platform: Platform) -> None:
    platform.answers = [(410, {"code": "recording_unavailable", "reason": "x"})]
    async with SautiKit(platform.url, "k") as carrier:
        with pytest.raises(CarrierError, match="recording_unavailable"):
            await carrier.show("HD_0")


@pytest.mark.anyio
async def test_the_record_tells_the_cost_once_it_is_known(platform: Platform) -> None:
    call = {"id": "0190", "session_id": "HD_1", "status": "completed", "duration_seconds": 61}
    platform.answers = [
        (200, {"call": {**call, "cost_minor": None}}),
        (200, {"call": {**call, "cost_minor": 305, "cost_currency": "KES", "new_field": 1}}),
    ]
    async with SautiKit(platform.url, "k") as carrier:
        assert (await carrier.show("HD_1")).cost is None
        assert (await carrier.show("HD_1")).cost == Money(305, "KES")


@pytest.mark.anyio
async def test_nobody_there_is_an_error_not_a_hang() -> None:
    async with SautiKit("http://127.0.0.1:9", "k", time_limit_s=0.5) as carrier:
        with pytest.raises(CarrierError, match="could not hang up") as caught:
            await carrier.hang_up("HD_0")
    assert caught.value.status is None
    assert "k" not in str(caught.value).split()


@pytest.mark.parametrize(
    ("cost_minor", "rate", "length_s", "has_it"),
    [
        (10, 0, 60, True),
        (0, 0, 60, False),
        (150, 100, 61, None),
        (201, 100, 61, True),
        (10, None, 60, None),
        (None, 0, 60, None),
        (10, 100, None, None),
    ],
)
def test_a_bill_tells_of_a_dialled_leg_if_it_is_higher_than_the_callers_own(
    cost_minor: int | None, rate: int | None, length_s: int | None, has_it: bool | None
) -> None:
    detail = CallDetail(
        id="c", cost_minor=cost_minor, rate_per_minute_minor=rate, duration_seconds=length_s
    )
    assert detail.has_paid_leg_beside is has_it
