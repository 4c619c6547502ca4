"""The line as a whole: how it starts, and how it stops without cutting anybody off."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from dataclasses import replace
from typing import Any

import httpx2
import pytest
import structlog
import uvicorn
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from mapokezi.errors import ConfigurationError
from mapokezi.line.server import QuietServer, build_line
from mapokezi.line.webhooks import Health
from mapokezi.telephony.actions import Dial, Record, Redirect, Say, Stream
from mapokezi.units import E164

pytestmark = pytest.mark.anyio

DRACHTIO = [Subprotocol("audio.drachtio.org")]
HANDOFF = (Say("Connecting you."), Dial((E164("+254722000009"),), timeout_s=20))


def far_side(url: str) -> connect:
    return connect(url, subprotocols=DRACHTIO, compression=None, ping_interval=None)


async def test_sigterm_with_three_calls_up_cuts_nobody_off(
    run_line: Any, read_actions: Any, until_true: Any
) -> None:
    async with run_line(own_signals=True) as at:
        talking, passed_on = (
            await far_side(await at.stream_url(session="HD_talk")),
            await far_side(await at.stream_url(session="HD_pass")),
        )
        await at.stream_url(session="HD_ring")
        await talking.send(bytes(640))
        await passed_on.send(bytes(640))
        by_session = {call.session_id: call for call in at.calls.live}
        await at.conversation(1)

        os.kill(os.getpid(), signal.SIGTERM)
        await until_true(lambda: at.calls.is_draining)

        # The port is open, new calls hear the fallback, readiness is gone.
        new = read_actions(await at.post(session="HD_new"))
        assert [type(one) for one in new] == [Say, Record]
        assert (await at.http.get("/readyz")).status_code == 503
        # Lifecycle posts are answered as before.
        assert read_actions(await at.post("StreamStarted", session="HD_talk")) == ()
        # The one that rang may still open its socket, and hang up.
        assert read_actions(await at.post("Completed", session="HD_ring")) == ()
        # The hand-off gets its document, and its return.
        at.calls.arm_handoff(by_session["HD_pass"].call_id, HANDOFF)
        await passed_on.close()
        say, dial, redirect = read_actions(await at.post("StreamStopped", session="HD_pass"))
        assert (say, dial) == HANDOFF
        assert isinstance(redirect, Redirect)
        back = read_actions(
            await at.http.post(redirect.url, json={"sessionId": "HD_pass", "isActive": "1"})
        )
        assert isinstance(back[0], Stream)
        async with far_side(back[0].url) as again:
            await again.send(bytes(640))
            assert len(await again.recv()) == 640
        assert read_actions(await at.post("Completed", session="HD_pass")) == ()
        assert not at.serving.done()
        # The first call talks to its end.
        await talking.send(bytes(1280))
        assert len(await talking.recv()) == 640
        assert len(await talking.recv()) == 1280
        at.calls.end(by_session["HD_talk"].call_id, 0.0)
        async with asyncio.timeout(30):
            await at.serving
        assert at.line.cut_off == 0
        with pytest.raises(ConnectionClosed) as caught:
            await talking.recv()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1001
        with pytest.raises(httpx2.ConnectError):
            await at.http.get("/healthz")


async def test_the_port_outlives_the_last_call_for_the_posts_about_its_end(
    run_line: Any, read_actions: Any
) -> None:
    async with run_line(linger_s=0.6) as at:
        await at.stream_url()
        (call,) = at.calls.live
        at.line.stop()
        at.calls.arm_hangup(call.call_id)
        at.calls.end(call.call_id, time.monotonic())
        await asyncio.sleep(0.3)
        assert read_actions(await at.post("StreamStopped")) == ()
        await asyncio.sleep(0.4)
        assert read_actions(await at.post("Completed")) == ()
        async with asyncio.timeout(30):
            await at.serving


async def test_when_time_is_up_calls_are_asked_for_a_goodbye(run_line: Any) -> None:
    async with run_line(drain_limit_s=0.2, goodbye_limit_s=5.0) as at:
        client = await far_side(await at.stream_url())
        await client.send(bytes(640))
        conversation = await at.conversation()
        started = time.monotonic()
        at.line.stop()
        await conversation.until("drain")
        assert time.monotonic() - started >= 0.2
        at.calls.end(conversation.call.call_id, 0.0)
        async with asyncio.timeout(30):
            await at.serving
        assert at.line.cut_off == 0
        await client.close()


async def test_a_call_that_does_not_end_is_cut_off_at_last_and_counted(run_line: Any) -> None:
    with structlog.testing.capture_logs() as logs:
        async with run_line(drain_limit_s=0.1, goodbye_limit_s=0.1) as at:
            client = await far_side(await at.stream_url())
            await client.send(bytes(640))
            conversation = await at.conversation()

            def broken() -> None:
                raise RuntimeError("planted")

            conversation.call.drain_now = broken
            at.line.stop()
            async with asyncio.timeout(30):
                await at.serving
            assert at.line.cut_off == 1
            assert await conversation.until("closed") == "we_closed"
            await client.close()
    assert "drain_hook_failed" in [line["event"] for line in logs]


async def test_a_second_signal_hurries(run_line: Any) -> None:
    async with run_line(drain_limit_s=60.0, goodbye_limit_s=5.0) as at:
        client = await far_side(await at.stream_url())
        await client.send(bytes(640))
        conversation = await at.conversation()
        at.line.stop()
        await asyncio.sleep(0.1)
        assert not [what for what, _ in conversation.said if what == "drain"]
        at.line.stop()
        await conversation.until("drain", 1.0)
        at.calls.end(conversation.call.call_id, 0.0)
        await client.close()


async def test_a_port_that_is_taken_is_told_in_words(run_line: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        async with run_line() as at:
            settings = replace(at.line.settings, port=taken.getsockname()[1])
            other = build_line(settings, at.calls, lambda *_: None, at.inbox.take, Health("0", ""))  # type: ignore[arg-type]
            with pytest.raises(ConfigurationError, match=r"line\.port"):
                await other.serve(own_signals=False)


async def test_uvicorn_takes_no_signals() -> None:
    before = signal.getsignal(signal.SIGTERM)
    server = QuietServer(uvicorn.Config(lambda *_: None))
    assert callable(uvicorn.Server.capture_signals)  # the method that is overridden still exists
    with server.capture_signals():
        assert signal.getsignal(signal.SIGTERM) is before


async def test_streams_that_nobody_opens_are_swept_while_it_runs(
    run_line: Any, until_true: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mapokezi.line.server._SWEEP_EVERY_S", 0.02)
    async with run_line() as at:
        await at.post()
        (call,) = at.calls.live
        call.token.expires_at = 0.0
        await until_true(lambda: not at.calls.live)


async def test_the_loops_lag_is_measured(run_line: Any) -> None:
    async with run_line() as at:
        await asyncio.sleep(0.1)
        time.sleep(0.3)  # noqa: ASYNC251  the lag that is to be found
        await asyncio.sleep(0.1)
        samples = at.line.metrics.loop_lag_s.collect()[0].samples
        late = {s.labels["le"]: s.value for s in samples if s.name.endswith("_bucket")}
        assert late["+Inf"] >= 3
        assert late["+Inf"] - late["0.2"] >= 1
