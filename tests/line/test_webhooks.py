"""The platform's posts over real HTTP."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
import structlog

from mapokezi.bridge.admission import AdmissionSettings
from mapokezi.bridge.calls_in_progress import CallsSettings
from mapokezi.telephony.actions import Dial, Hangup, Record, Redirect, Say, Stream, Track
from mapokezi.telephony.callbacks import VoiceCallback
from mapokezi.telephony.markup import parse_json
from mapokezi.telephony.signature import SIGNATURE_HEADER, sign
from mapokezi.telephony.urls import CallbackUrls
from mapokezi.telephony.visit_documents import StreamForm
from mapokezi.units import E164

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("path", ["/", "/voice", "/voice/", "/voice/incoming"])
async def test_a_call_arrives_at_any_of_the_voice_paths(
    run_line: Any, read_actions: Any, path: str
) -> None:
    async with run_line() as at:
        answer = await at.post(path=path)
        stream, redirect, say, record = read_actions(answer)
        assert isinstance(stream, Stream)
        assert stream.connect is True
        assert stream.track is Track.INBOUND
        assert stream.output_sampling_rate_hz == stream.bidirectional_sampling_rate_hz == 16_000
        assert stream.url.startswith(f"ws://127.0.0.1:{at.line.port}/ws/media/node-1?call=")
        assert isinstance(redirect, Redirect)
        assert redirect.url.startswith(f"{at.base}/voice/continue?call=")
        assert say == Say("Please leave a message.", language="en-KE")
        assert isinstance(record, Record)
        assert [name for name, _ in at.told] == ["arrival"]


async def test_form_json_and_empty_bodies(run_line: Any, read_actions: Any) -> None:
    async with run_line() as at:
        form = await at.http.post(
            "/voice", data={"CallSid": "HD_f", "From": "0722000001", "To": "0209000000"}
        )
        assert isinstance(read_actions(form)[0], Stream)
        empty = await at.http.post("/voice")
        assert isinstance(read_actions(empty)[0], Stream)
        assert {call.session_id[:4] for call in at.calls.live} == {"HD_f", "name"}


async def test_lifecycle_posts_get_exactly_the_empty_document(run_line: Any) -> None:
    async with run_line() as at:
        await at.post()
        for state in ("StreamStarted", "Answered", "StreamStopped", "StreamError", "Completed"):
            answer = await at.post(state)
            assert answer.status_code == 200
            assert answer.content == b"<Response></Response>"
            assert answer.headers["content-type"] == "text/xml; charset=utf-8"
        assert not at.calls.live


async def test_the_seed_pages_form_is_a_setting(run_line: Any, read_actions: Any) -> None:
    settings = CallsSettings(form=StreamForm(track=Track.BOTH))
    async with run_line(calls_settings=settings) as at:
        assert read_actions(await at.post())[0].track is Track.BOTH


async def test_json_answers_are_a_setting(run_line: Any) -> None:
    async with run_line(answer_json=True) as at:
        answer = await at.post()
        assert answer.headers["content-type"] == "application/json"
        assert isinstance(parse_json(answer.content)[0], Stream)


async def test_two_callbacks_racing_yield_one_document(run_line: Any) -> None:
    async with run_line() as at:
        answers = await asyncio.gather(*(at.post() for _ in range(8)))
        assert len({answer.content for answer in answers}) == 1
        assert len(at.calls.live) == 1


async def test_an_unknown_number_and_a_full_house(run_line: Any, read_actions: Any) -> None:
    settings = CallsSettings(admission=AdmissionSettings(most_calls=1))
    with structlog.testing.capture_logs() as logs:
        async with run_line(calls_settings=settings) as at:
            unknown = await at.post(destinationNumber="+254209999999")
            assert [type(one) for one in read_actions(unknown)] == [Say, Hangup]
            await at.post()
            full = read_actions(await at.post(session="HD_2"))
            assert [type(one) for one in full] == [Say, Record]
            metrics = (await at.http.get("/metrics")).text
    assert 'mapokezi_refusals_total{reason="full_house"} 1.0' in metrics
    assert 'mapokezi_refusals_total{reason="unknown_number"} 1.0' in metrics
    refused = [line["reason"] for line in logs if line["event"] == "call_refused"]
    assert refused == ["unknown_number", "full_house"]


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"content-type": "application/json"}, b"{", 400),
        ({"content-type": "application/json"}, b"\xff", 400),
        ({"content-type": "multipart/form-data"}, b"--x", 400),
        ({}, b"hello=world", 400),
        ({"content-type": "application/json"}, b"x" * 100_000, 413),
    ],
)
async def test_rubbish_is_refused_with_a_reason_and_a_log_line(
    run_line: Any, headers: dict[str, str], body: bytes, status: int
) -> None:
    with structlog.testing.capture_logs() as logs:
        async with run_line() as at:
            answer = await at.http.post("/voice", content=body, headers=headers)
            assert answer.status_code == status
            assert len(answer.text) > 15
            assert not at.calls.live
    assert [line["event"] for line in logs].count("post_refused") == 1


async def test_a_caller_hears_something_though_a_signed_post_cannot_be_read(
    run_line: Any, read_actions: Any, body_of: Any
) -> None:
    def signed(body: bytes) -> dict[str, str]:
        return {SIGNATURE_HEADER: sign("secret", body, int(time.time()))}

    async with run_line(signing_secrets=("secret",)) as at:
        strange = b'{"colour": "green"}'
        with structlog.testing.capture_logs() as logs:
            answer = await at.http.post("/voice", content=strange, headers=signed(strange))
        say, record = read_actions(answer)
        assert say == Say("Please leave a message.", language="en-KE")
        assert isinstance(record, Record)
        (told,) = [line for line in logs if line["event"] == "post_not_understood"]
        assert (told["log_level"], told["keys"]) == ("error", ("colour",))
        # Of a call that goes on such a document would take the stream away.
        arrival = body_of()
        await at.http.post("/voice", content=arrival, headers=signed(arrival))
        answer = await at.http.post("/voice", content=strange, headers=signed(strange))
        assert answer.status_code == 400
        # Who asks how to go on with a call is told by what the URL says.
        (call,) = at.calls.live
        at.calls.arm_hangup(call.call_id)
        url = f"/voice/continue?call={call.call_id}&after=stream"
        answer = await at.http.post(url, content=strange, headers=signed(strange))
        assert [type(one) for one in read_actions(answer)] == [Hangup]


async def test_other_paths_and_methods(run_line: Any) -> None:
    async with run_line() as at:
        assert (await at.http.post("/wp-login.php")).status_code == 404
        assert (await at.http.get("/nothing")).status_code in (404, 405)
        assert (await at.http.get("/voice")).status_code == 405


# --- signatures ----------------------------------------------------------------------------------


async def test_with_a_secret_only_signed_posts_are_taken(run_line: Any, body_of: Any) -> None:
    async with run_line(signing_secrets=("old", "new")) as at:
        body = body_of()
        now = int(time.time())

        async def status(header: str | None) -> int:
            headers = {SIGNATURE_HEADER: header} if header else {}
            answer = await at.http.post("/voice", content=body, headers=headers)
            return int(answer.status_code)

        assert await status(sign("new", body, now)) == 200
        assert await status(sign("stranger", body, now)) == 401
        assert await status(sign("new", body, now - 301)) == 401
        assert await status(sign("new", body + b" ", now)) == 401
        assert await status(None) == 401
        metrics = (await at.http.get("/metrics")).text
        assert 'mapokezi_refusals_total{reason="signature_stale"} 1.0' in metrics
        assert 'mapokezi_refusals_total{reason="signature_missing"} 1.0' in metrics


async def test_only_a_signature_shows_that_a_call_is_the_platforms(
    run_line: Any, body_of: Any
) -> None:
    """A model's socket is opened early for no other; nor for a signature that can be replayed."""
    body = body_of(sessionId="HD_signed")
    headers = {SIGNATURE_HEADER: sign("s1", body, int(time.time()))}
    for legacy, holds in ((False, True), (True, False)):
        options = {"signing_secrets": ("s1",), "allow_unsigned": True, "legacy_signature": legacy}
        async with run_line(**options) as at:
            await at.http.post("/voice", content=body, headers=headers)
            await at.post(sessionId="HD_unsigned")
            found = {call.session_id: call.is_signed for call in at.calls.live}
            assert found == {"HD_signed": holds, "HD_unsigned": False}


async def test_unsigned_posts_may_be_allowed_and_wrong_ones_never_are(
    run_line: Any, body_of: Any
) -> None:
    async with run_line(signing_secrets=("s",), allow_unsigned=True) as at:
        unsigned = await at.http.post("/voice", content=body_of())
        assert unsigned.status_code == 200
        headers = {SIGNATURE_HEADER: sign("x", body_of(), int(time.time()))}
        wrong = await at.http.post("/voice", content=body_of(), headers=headers)
        assert wrong.status_code == 401


async def test_below_the_unguessable_part_and_nowhere_else(
    run_line: Any, read_actions: Any
) -> None:
    secret = "u" * 22

    def urls(port: int) -> CallbackUrls:
        return CallbackUrls(f"http://127.0.0.1:{port}", secret)

    with structlog.testing.capture_logs() as logs:
        async with run_line(urls=urls) as at:
            assert (await at.post()).status_code == 404
            assert (await at.post(path=f"/{'v' * 22}/voice")).status_code == 404
            assert (await at.post(path=f"/{secret}voice")).status_code == 404
            stream = read_actions(await at.post(path=f"/{secret}/voice"))[0]
            assert f"/{secret}/ws/media/node-1?" in stream.url
            assert (await at.post(path=f"/{secret}")).status_code == 200
            assert (await at.http.get("/healthz")).status_code == 200
    assert secret not in str(logs)


# --- hand-off and goodbye over HTTP --------------------------------------------------------------


async def test_a_handoff_and_its_return(run_line: Any, read_actions: Any) -> None:
    async with run_line() as at:
        first = read_actions(await at.post())[0]
        (call,) = at.calls.live
        claimed = at.calls.claim_media(call.token.value, call.call_id, "node-1", time.monotonic())
        assert claimed is call
        at.calls.arm_handoff(call.call_id, (Say("Connecting."), Dial((E164("+254722000009"),))))
        say, dial, redirect = read_actions(await at.post("StreamStopped"))
        assert (type(say), type(dial)) == (Say, Dial)
        path = redirect.url.removeprefix(at.base)
        back = read_actions(await at.http.post(path, json={"sessionId": "HD_1"}))
        assert isinstance(back[0], Stream)
        assert back[0].url != first.url
        at.calls.arm_hangup(call.call_id)
        assert read_actions(await at.http.post(path)) == (Hangup(),)


async def test_the_continue_url_without_an_armed_handoff_is_the_fallback(
    run_line: Any, read_actions: Any
) -> None:
    async with run_line() as at:
        redirect = read_actions(await at.post())[1]
        path = redirect.url.removeprefix(at.base)
        went_on = read_actions(await at.http.post(path, data={"sessionId": "HD_1"}))
        assert [type(one) for one in went_on] == [Say, Record]


# --- posts that hold no answer -------------------------------------------------------------------


async def test_stream_status_takes_whatever_comes(run_line: Any) -> None:
    async with run_line() as at:
        await at.post()
        (call,) = at.calls.live
        for body in (b"", b"{", b"\xff\xfe", b'{"streamEvent":"stream-started"}', b"a=b"):
            answer = await at.http.post(f"/voice/stream-status?call={call.call_id}", content=body)
            assert (answer.status_code, answer.content) == (200, b"<Response></Response>")
        noted = [post for name, post in at.told if name == "lifecycle"]
        assert any(isinstance(one, VoiceCallback) and one.is_stream_event for one in noted)


# --- faults of ours ------------------------------------------------------------------------------


async def test_a_fault_of_ours_is_answered_with_something_to_hear(
    run_line: Any, read_actions: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with structlog.testing.capture_logs() as logs:
        async with run_line() as at:

            def broken(*_: Any, **__: Any) -> None:
                raise RuntimeError("planted")

            monkeypatch.setattr(at.calls, "answer", broken)
            heard = read_actions(await at.post())
            assert [type(one) for one in heard] == [Say, Record]
    assert "webhook_failed" in [line["event"] for line in logs]


# --- those who watch -----------------------------------------------------------------------------


async def test_health_readiness_and_metrics(run_line: Any) -> None:
    async with run_line() as at:
        await at.post()
        health = (await at.http.get("/healthz")).json()
        assert health["status"] == "ok"
        assert health["calls"] == 1
        assert health["version"] == "0.1.0"
        assert health["started_at"].startswith("2026-11-22T08:15")
        assert health["rungs"] == {"local": "up"}
        assert (await at.http.get("/readyz")).status_code == 200
        metrics = (await at.http.get("/metrics")).text
        assert "mapokezi_calls_in_progress 1.0" in metrics
        assert 'mapokezi_webhook_seconds_count{post="voice"} 1.0' in metrics
        at.calls.begin_drain()
        assert (await at.http.get("/readyz")).status_code == 503
        assert (await at.http.get("/healthz")).json()["status"] == "draining"


async def test_neither_tokens_nor_numbers_stand_in_the_log(run_line: Any) -> None:
    with structlog.testing.capture_logs() as logs:
        async with run_line() as at:
            url = await at.stream_url()
            await at.post("Answered")
    token = url.rpartition("token=")[2]
    assert len(token) >= 32
    assert token not in str(logs)
    for line in logs:
        for key, value in line.items():
            assert "254722000001" not in str(value) or key.startswith("pii")


async def test_twenty_calls_at_once_each_get_a_stream_of_their_own(
    run_line: Any, read_actions: Any
) -> None:
    settings = CallsSettings(admission=AdmissionSettings(most_calls=100))
    async with run_line(calls_settings=settings) as at:
        answers = await asyncio.gather(*(at.post(session=f"HD_{n}") for n in range(20)))
        streams = [read_actions(answer)[0] for answer in answers]
        assert {type(stream) for stream in streams} == {Stream}
        assert len({stream.url for stream in streams}) == 20
        (timed,) = at.line.metrics.webhook_s.labels("voice").collect()
        counts = [s.value for s in timed.samples if s.name.endswith("_count")]
        assert sum(counts) == 20, "each is timed; how fast they are, `python -m bench load` tells"
