"""What no well-behaved platform sends, sent to the real process: posts, then media sockets."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from mapokezi.calls import Outcome, TerminationReason
from mapokezi.telephony.actions import Action, Hangup, Record, Say, Stream
from mapokezi.telephony.markup import parse_xml

if TYPE_CHECKING:
    from tests.processes.conftest import Deployment, Program

    from mapokezi.records.call_record import CallInFull

pytestmark = pytest.mark.anyio

OURS = "+254209000000"
PATIENT = (
    '[[step]]\nwait_for_caller = 0.2\n[[step]]\nsay = "We are open."\n[[step]]\nwait_ms = 60000'
)
DRACHTIO = [Subprotocol("audio.drachtio.org")]
IMPATIENT_LINE = """
import uvloop
from mapokezi.app.line import run_line
from mapokezi.cli.settings import start_role
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.conversation.silence import SilenceSettings
silence = SilenceSettings(first_words_s=1.5, between_s=1.5)
uvloop.run(run_line(start_role(None), conversation=ConversationSettings(silence=silence)))
"""
"""The line, but that a minute of silence takes it a few seconds."""


def first_post(session: str, caller: str, **more: str) -> dict[str, str]:
    return {
        "sessionId": session,
        "callerNumber": caller,
        "destinationNumber": OURS,
        "callSessionState": "Ringing",
        "isActive": "1",
        "direction": "Inbound",
        **more,
    }


def verbs(answer: httpx2.Response) -> tuple[Action, ...]:
    assert answer.status_code == 200, answer.text
    return parse_xml(answer.content)


def stream_url(answer: httpx2.Response) -> str:
    stream = verbs(answer)[0]
    assert isinstance(stream, Stream)
    return stream.url


def caller(number: int) -> str:
    return f"+25472200{number:04}"


async def test_posts_that_no_platform_should_send(deployment: Deployment) -> None:
    deployment.follow_script(PATIENT)
    deployment.set(line_max_calls=4)
    deployment.secrets |= {caller(number) for number in range(200, 220)}
    line = await deployment.start_line()
    url = f"{deployment.line_url}/voice"
    async with httpx2.AsyncClient(timeout=10.0) as client:
        await rubbish_is_turned_away(deployment, client, line, url)

        # Without a session id it is a call all the same, and its end finds it.
        nameless = first_post("", caller(200))
        assert isinstance(verbs(await deployment.post(client, nameless))[0], Stream)
        ended = {**nameless, "callSessionState": "Completed", "isActive": "0"}
        assert verbs(await deployment.post(client, ended)) == ()
        found = await deployment.record_of(caller(200))
        assert found.call.outcome is Outcome.FLASH

        # Twice, and racing with itself: one call, one stream, the same token.
        posts = [deployment.post(client, first_post("HD_twice", caller(201))) for _ in range(5)]
        answers = await asyncio.gather(*posts)
        assert len({stream_url(answer) for answer in answers}) == 1

        # For a number that nobody has: words, and the end.
        unknown = first_post("HD_nobody", caller(202), destinationNumber="+254209999999")
        say, hang_up = verbs(await deployment.post(client, unknown))
        assert isinstance(say, Say)
        assert isinstance(hang_up, Hangup)
        assert (await line.tells("call_refused", reason="unknown_number"))["verbs"]

        # For a full house: the office's fallback, and the staff are to ring back.
        for number in (203, 204, 205):
            stream_url(await deployment.post(client, first_post(f"HD_{number}", caller(number))))
        full = verbs(await deployment.post(client, first_post("HD_full", caller(206))))
        assert [type(verb) for verb in full] == [Say, Record]
        await line.tells("call_refused", reason="full_house")
        found = await deployment.record_of(caller(206))
        assert found.call.outcome is Outcome.FALLBACK
        (message,) = await deployment.messages(found)
        assert message.number == caller(206)

        await a_second_line_leaves_the_first_alone(deployment)
        for session in ("HD_twice", "HD_203", "HD_204", "HD_205"):
            over = {"sessionId": session, "callSessionState": "Completed", "isActive": "0"}
            await deployment.post(client, over)
        callers = [found.call.caller for found in await deployment.records()]
        assert sorted(filter(None, callers)) == [
            caller(number) for number in (200, 201, 203, 204, 205, 206)
        ]
        assert (await client.get(f"{deployment.line_url}/readyz")).status_code == 200


async def a_second_line_leaves_the_first_alone(deployment: Deployment) -> None:
    """Neither with the same settings nor on a port of its own does it get at the records."""
    second = deployment.start("line")
    deployment.set(line_port=0)
    third = deployment.start("line")
    for program, told in ((second, "line.port: cannot listen"), (third, "line.sock: cannot be")):
        assert await program.ended(40.0) == 1, program.tail()
        (line,) = [line for line in program.lines if line.startswith("mapokezi: ")]
        assert told in line
    assert not [found for found in await deployment.records() if _was_interrupted(found)]


def _was_interrupted(found: CallInFull) -> bool:
    termination = found.call.termination
    return termination is not None and termination.reason is TerminationReason.INTERRUPTED


async def rubbish_is_turned_away(
    deployment: Deployment, client: httpx2.AsyncClient, line: Program, url: str
) -> None:
    good = first_post("HD_1", caller(210))
    refused = [
        ("signature_missing", 401, await client.post(url, json=good)),
        (
            "signature_wrong",
            401,
            await client.post(url, json=good, headers={"x-sautikit-signature": "t=1,v1=00"}),
        ),
        ("wrong_path", 404, await deployment.post(client, good, path="/voice/there")),
        ("too_large", 413, await deployment.post(client, {**good, "more": "x" * 70_000})),
    ]
    for reason, status, answer in refused:
        assert answer.status_code == status, (reason, answer.text)
        await line.tells("post_refused", reason=reason)
    # Signed, and of no form that we know: somebody may be on the line.
    unread = await deployment.post(client, {"colour": "green"})
    assert [type(verb) for verb in verbs(unread)] == [Say, Record]
    await line.tells("post_not_understood", so="fallback")


async def test_media_sockets_that_no_platform_should_open(deployment: Deployment) -> None:
    deployment.follow_script(PATIENT)
    deployment.secrets |= {caller(number) for number in range(300, 320)}
    line = deployment.run(["-c", IMPATIENT_LINE])
    await deployment.is_ready(line)
    async with httpx2.AsyncClient(timeout=10.0) as client:

        async def ring(number: int) -> str:
            fields = first_post(f"HD_{number}", caller(number))
            url = stream_url(await deployment.post(client, fields))
            token = re.search(r"token=([\w-]+)", url)
            assert token is not None
            deployment.secrets.add(token[1])
            return url

        urls = [await ring(number) for number in range(300, 305)]
        async with asyncio.TaskGroup() as cases:
            cases.create_task(wrong_tokens_are_refused(urls[0], line))
            cases.create_task(rubbish_does_not_end_a_call(deployment, urls[1], line))
            cases.create_task(silence_is_answered_and_ended(deployment, urls[2]))
            cases.create_task(an_abrupt_end_is_on_record(deployment, urls[3], line))
            cases.create_task(a_mute_socket_is_given_up(deployment, urls[4], line))
        assert (await client.get(f"{deployment.line_url}/readyz")).status_code == 200


def far_side(url: str) -> connect:
    return connect(url, subprotocols=DRACHTIO, compression=None, ping_interval=None)


@contextmanager
def heard_by(media: ClientConnection) -> Iterator[list[bytes]]:
    """What comes back on a socket while its other side speaks."""
    heard: list[bytes] = []

    async def listen() -> None:
        try:
            while True:
                message = await media.recv()
                if isinstance(message, bytes):
                    heard.append(message)
        except ConnectionClosed:
            return

    listening = asyncio.create_task(listen())
    try:
        yield heard
    finally:
        listening.cancel()


async def be_silent(media: ClientConnection, for_s: float) -> None:
    """Send silence at true pace, until the other side closes or the time is over."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    ends_at = due + for_s
    try:
        while loop.time() < ends_at:
            await media.send(bytes(640))
            due += 0.02
            await asyncio.sleep(max(0.0, due - loop.time()))
    except ConnectionClosed:
        return


async def wrong_tokens_are_refused(url: str, line: Program) -> None:
    for wrong in (re.sub(r"token=[\w-]+", "token=guessed", url), url.replace("call=", "call=x")):
        with pytest.raises(InvalidStatus, match="403"):
            await far_side(wrong)
    with pytest.raises(InvalidStatus, match="400"):
        await connect(url)
    async with far_side(url) as media:
        await media.send(bytes(640))
        with pytest.raises(InvalidStatus, match="403"):
            await far_side(url)
    for reason in ("wrong_token", "unknown_call", "wrong_subprotocol", "token_used"):
        await line.tells("media_refused", reason=reason)


async def rubbish_does_not_end_a_call(deployment: Deployment, url: str, line: Program) -> None:
    async with far_side(url) as media:
        with heard_by(media) as heard:
            # No metadata; texts that nobody knows; half a sample, then the other half.
            for text in ("rubbish", "{", '{"event": "weather"}', "[" * 500):
                await media.send(text)
            await media.send(bytes(639))
            await media.send(bytes(641))
            await be_silent(media, 1.5)
            assert sum(map(len, heard)) > 32_000, "it is greeted all the same"
    await line.tells("media_text_not_known")
    found = await deployment.record_of(caller(301))
    assert found.call.termination is not None
    assert found.call.termination.reason is TerminationReason.CALLER_HUNG_UP


async def silence_is_answered_and_ended(deployment: Deployment, url: str) -> None:
    async with far_side(url) as media:
        with heard_by(media):
            await be_silent(media, 40.0)
        assert media.close_code == 1000, "we said goodbye and closed"
    found = await deployment.record_of(caller(302))
    assert found.call.outcome is Outcome.ABANDONED
    assert found.call.termination is not None
    assert found.call.termination.reason is TerminationReason.CALLER_SILENT
    texts = [turn.text for turn in found.turns]
    assert "Are you still there?" in texts
    assert texts[-1].endswith("Goodbye.")


async def an_abrupt_end_is_on_record(deployment: Deployment, url: str, line: Program) -> None:
    media = await far_side(url)
    with heard_by(media):
        await be_silent(media, 0.5)
    sock = media.transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    media.transport.abort()
    await line.tells("media_lost", reason="lost")
    found = await deployment.record_of(caller(303))
    assert found.call.outcome is Outcome.FAILED
    assert found.call.termination is not None
    assert found.call.termination.reason is TerminationReason.MEDIA_LOST
    (message,) = await deployment.messages(found)
    assert message.number == caller(303)


async def a_mute_socket_is_given_up(deployment: Deployment, url: str, line: Program) -> None:
    async with far_side(url) as media:
        with heard_by(media):
            await asyncio.wait_for(media.wait_closed(), 10.0)
        assert media.close_code == 1001
    await line.tells("media_mute")
    found = await deployment.record_of(caller(304))
    assert found.call.termination is not None
    assert found.call.termination.reason is TerminationReason.MEDIA_MUTE
    assert len(await deployment.messages(found)) == 1
