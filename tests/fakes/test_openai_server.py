"""The fake Realtime server is fair: the openai SDK's own client holds a conversation with it."""

from __future__ import annotations

import asyncio
import base64
import json
import typing
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from openai import AsyncOpenAI
from openai.resources.realtime.realtime import AsyncRealtimeConnection
from openai.types.realtime import RealtimeServerEvent
from pydantic import BaseModel
from tests.fakes.openai_server import Called, Conduct, OpenAIServer, Spoken, openai_server
from websockets.exceptions import ConnectionClosed, InvalidStatus

KINDS: dict[str, type[BaseModel]] = {
    typing.get_args(kind.model_fields["type"].annotation)[0]: kind
    for kind in typing.get_args(typing.get_args(RealtimeServerEvent)[0])
}
SESSION: Any = {
    "type": "realtime",
    "instructions": "Be brief.",
    "audio": {"input": {"turn_detection": {"type": "server_vad"}}},
}


@asynccontextmanager
async def conversation(
    conduct: Conduct, model: str = "m"
) -> AsyncIterator[tuple[OpenAIServer, AsyncRealtimeConnection]]:
    """Run the fake, and connect the SDK's client to it."""
    async with (
        openai_server(conduct) as server,
        client_of(server.url) as client,
        client.realtime.connect(model=model) as connection,
    ):
        yield server, connection


def client_of(url: str, key: str = "sk-fake") -> AsyncOpenAI:
    return AsyncOpenAI(api_key=key, base_url=url, max_retries=0)


async def until(connection: AsyncRealtimeConnection, kind: str) -> list[Any]:
    """Read up to the first event of a type; each must fit the SDK's types strictly."""
    events = []
    async with asyncio.timeout(30):
        while True:
            raw = await connection.recv_bytes()
            event: Any = KINDS[json.loads(raw)["type"]].model_validate_json(raw, strict=True)
            events.append(event)
            if event.type == kind:
                return events


@pytest.mark.anyio
async def test_the_sdks_client_holds_a_conversation() -> None:
    conduct = Conduct(outputs=[[Spoken("We open at eight.", 300)]])
    async with conversation(conduct, "gpt-realtime-2.1") as (server, connection):
        [created] = await until(connection, "session.created")
        assert created.session.model == "gpt-fake"
        await connection.session.update(session=SESSION)
        await until(connection, "session.updated")
        sound = base64.b64encode(bytes(4800)).decode()
        await connection.input_audio_buffer.append(audio=sound)
        session = await server.session()
        item_id = await session.hear_voice()
        await session.hear_silence()
        await session.transcribe(item_id, "When do you open?")
        events = await until(connection, "response.done")
    heard = b"".join(
        base64.b64decode(event.delta)
        for event in events
        if event.type == "response.output_audio.delta"
    )
    words = [one.delta for one in events if one.type == "response.output_audio_transcript.delta"]
    assert len(heard) == 300 * 48
    assert "".join(words) == "We open at eight."
    assert events[-1].response.status == "completed"
    assert events[-1].response.usage.total_tokens == 150
    assert server.handshakes[0][0] == "/v1/realtime?model=gpt-realtime-2.1"
    order = [event.type for event in events]
    assert order.index("input_audio_buffer.committed") < order.index("response.created")


@pytest.mark.anyio
async def test_it_calls_tools_and_answers_their_results() -> None:
    conduct = Conduct(outputs=[[Called("take_message", '{"name":"Grace"}')], [Spoken("Saved.")]])
    async with conversation(conduct) as (_, connection):
        await connection.session.update(session=SESSION)
        await connection.response.create()
        events = await until(connection, "response.done")
        [call] = [one for one in events if one.type.endswith("arguments.done")]
        output: Any = {"type": "function_call_output", "call_id": call.call_id, "output": "{}"}
        await connection.conversation.item.create(item=output)
        await connection.response.create()
        events = await until(connection, "response.done")
        assert events[-1].response.output[0].content[0].transcript == "Saved."
        output["call_id"] = "unknown"
        await connection.conversation.item.create(item=output)
        refused = (await until(connection, "error"))[-1]
        assert refused.error.code == "invalid_tool_call_id"


@pytest.mark.anyio
async def test_it_refuses_what_the_service_refuses() -> None:
    conduct = Conduct(waits_within_response=True)
    async with conversation(conduct) as (_, connection):
        await connection.session.update(session=SESSION)
        await connection.response.create()
        events = await until(connection, "response.output_audio.delta")
        item_id = events[-1].item_id
        await connection.response.create(event_id="second")
        error = (await until(connection, "error"))[-1].error
        assert error.code == "conversation_already_has_active_response"
        assert error.event_id == "second"
        await connection.response.cancel()
        done = (await until(connection, "response.done"))[-1].response
        assert (done.status, done.status_details.reason) == ("cancelled", "client_cancelled")
        await connection.response.cancel()
        error = (await until(connection, "error"))[-1].error
        assert error.code == "response_cancel_not_active"
        item = connection.conversation.item
        await item.truncate(item_id=item_id, content_index=0, audio_end_ms=99_999)
        assert "already shorter" in (await until(connection, "error"))[-1].error.message
        await item.truncate(item_id=item_id, content_index=0, audio_end_ms=0)
        assert "Only model output" in (await until(connection, "error"))[-1].error.message
        await item.truncate(item_id=item_id, content_index=0, audio_end_ms=90)
        await until(connection, "conversation.item.truncated")
        await item.delete(item_id=item_id)
        await until(connection, "conversation.item.deleted")
        await connection.input_audio_buffer.commit()
        error = (await until(connection, "error"))[-1].error
        assert error.code == "input_audio_buffer_commit_empty"


@pytest.mark.anyio
async def test_its_detector_cuts_the_reply() -> None:
    conduct = Conduct(waits_within_response=True)
    async with conversation(conduct) as (server, connection):
        await connection.session.update(session=SESSION)
        await connection.response.create()
        await until(connection, "response.output_audio.delta")
        await (await server.session()).hear_voice()
        events = await until(connection, "response.done")
        assert events[-1].response.status_details.reason == "turn_detected"


@pytest.mark.anyio
async def test_it_asks_for_the_key() -> None:
    async with openai_server() as server, client_of(server.url, "sk-wrong") as client:
        with pytest.raises(InvalidStatus) as refused:
            async with client.realtime.connect(model="m"):
                pass
        assert refused.value.response.status_code == 401


@pytest.mark.anyio
async def test_it_closes_and_drops() -> None:
    async with openai_server() as server, client_of(server.url) as client:
        async with client.realtime.connect(model="m") as connection:
            await (await server.session()).hang_up(1001, "Your session hit the maximum duration")
            with pytest.raises(ConnectionClosed) as closed:
                await until(connection, "never")
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1001
        async with client.realtime.connect(model="m") as connection:
            (await server.session(2)).drop()
            with pytest.raises(ConnectionClosed) as closed:
                await until(connection, "never")
            assert closed.value.rcvd is None


@pytest.mark.anyio
async def test_its_beta_names() -> None:
    conduct = Conduct(dialect="beta")
    async with conversation(conduct) as (_, connection):
        await connection.send_raw('{"type":"session.update","session":{"modalities":["text"]}}')
        await connection.response.create()
        kinds = set()
        async with asyncio.timeout(30):
            while "response.done" not in kinds:
                kinds.add((await connection.recv()).type)
    assert {"response.audio.delta", "response.audio_transcript.delta"} <= kinds
    assert {"conversation.item.created", "response.audio.done"} <= kinds
    assert not any("output_audio" in kind for kind in kinds)
