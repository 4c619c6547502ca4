"""The fake is fair: google-genai's own client talks with it, and what is wrong is refused."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from google import genai
from google.genai import types
from tests.fakes.gemini_server import (
    Accept,
    Act,
    Await,
    CallTool,
    Close,
    Drop,
    GeminiServer,
    GoAway,
    Hear,
    Interrupt,
    Refuse,
    Say,
    Understand,
    murmur,
    silence,
    tone,
)
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from mapokezi.voice.profile import ModelBriefing, ModelProfile
from mapokezi.voice.protocols.gemini_live import make
from mapokezi.voice.session import SessionBriefing
from mapokezi.voice.wire import CloseSocket, OpenSocket, Order, Send

pytestmark = pytest.mark.anyio
PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
SETUP: dict[str, Any] = {
    "setup": {
        "model": "models/gemini-3.8-live",
        "generationConfig": {"responseModalities": ["AUDIO"]},
    }
}


def voice(ms: int) -> bytes:
    return murmur(ms * 2 // 3 + 1)[: ms * 32]


def frame(pcm: bytes) -> str:
    data = base64.b64encode(pcm).decode()
    sound = {"mimeType": "audio/pcm;rate=16000", "data": data}
    return json.dumps({"realtimeInput": {"audio": sound}})


async def next_of(socket: ClientConnection, key: str) -> Any:
    async for message in socket:
        told = json.loads(message)
        if key in told:
            return told[key]
    raise AssertionError(f"no {key}")


async def all_of(socket: ClientConnection) -> list[dict[str, Any]]:
    """Everything until the server closes."""
    told: list[dict[str, Any]] = []
    try:
        while True:
            told.append(json.loads(await socket.recv()))
    except ConnectionClosed:
        return told


async def test_the_vendors_own_client_holds_a_conversation_with_it() -> None:
    script: list[Act] = [
        Accept(),
        Hear(voice_s=0.2, pause_s=0.2),
        Understand("When do you open?"),
        CallTool("look_up", {"what": "hours"}),
        Say("We open at nine.", ms=200),
    ]
    async with GeminiServer(script) as server:
        client = genai.Client(api_key="a-key", http_options={"api_version": "v1beta"})
        # The SDK forces wss, so an address without TLS must be put in by hand.
        client._api_client._websocket_base_url = lambda options=None: server.url  # type: ignore[method-assign, assignment]
        client._api_client._websocket_ssl_ctx = {}
        tool = types.Tool(
            function_declarations=[
                types.FunctionDeclaration(
                    name="look_up",
                    parameters=types.Schema(
                        type=types.Type.OBJECT,
                        properties={"what": types.Schema(type=types.Type.STRING)},
                    ),
                )
            ]
        )
        config = types.LiveConnectConfig(
            response_modalities=[types.Modality.AUDIO],
            tools=[tool],
            output_audio_transcription=types.AudioTranscriptionConfig(),
            session_resumption=types.SessionResumptionConfig(),
        )
        heard, said, sound = "", "", b""
        async with client.aio.live.connect(model="gemini-3.8-live", config=config) as session:
            for pcm in (voice(400), bytes(32 * 400)):
                blob = types.Blob(data=pcm, mime_type="audio/pcm;rate=16000")
                await session.send_realtime_input(audio=blob)
            async for message in session.receive():
                for call in message.tool_call.function_calls or [] if message.tool_call else []:
                    answer = types.FunctionResponse(
                        id=call.id, name=call.name, response={"output": "nine"}
                    )
                    await session.send_tool_response(function_responses=answer)
                content = message.server_content
                if content and content.input_transcription:
                    heard += content.input_transcription.text or ""
                if content and content.output_transcription:
                    said += content.output_transcription.text or ""
                if content and content.model_turn:
                    parts = content.model_turn.parts or []
                    sound += b"".join(
                        part.inline_data.data or b"" for part in parts if part.inline_data
                    )
        assert heard == " When do you open?"
        assert said == " We open at nine."
        assert sound == murmur(200)
        assert server.faults == []
        assert server.visits[0].headers["x-goog-api-key"] == "a-key"
        assert server.visits[0].setup is not None


async def test_our_own_protocol_holds_the_same_conversation_over_a_dropped_connection() -> None:
    scripts: list[list[Act]] = [
        [Accept(), Hear(0.2, 0.2), Understand("Hello?", finished=True), Drop()],
        [Accept(), Await("clientContent"), Say("Good morning.", ms=80)],
    ]
    async with GeminiServer(*scripts) as server:
        profile = ModelProfile(name="fake", protocol="gemini_live", key="k", url=server.url)
        protocol = make(profile, ModelBriefing(), "p")
        protocol.open(SessionBriefing("Be kind.", None), 0.0)
        events: list[str] = []
        now = 0.0
        socket: ClientConnection | None = None
        spoken = False
        connection = 0
        while "ReplyEnded" not in events:
            orders: list[Order] = protocol.orders()
            for order in orders:
                if isinstance(order, OpenSocket):
                    connection = order.connection
                    socket = await connect(order.url, additional_headers=list(order.headers))
                    protocol.socket_opened(connection, now)
                elif isinstance(order, Send) and socket is not None:
                    await socket.send(order.message, text=True)
                elif isinstance(order, CloseSocket) and socket is not None:
                    await socket.close()
            events += [type(event).__name__ for event in protocol.events()]
            if orders:
                continue
            assert socket is not None
            if "VoiceReady" in events and not spoken:
                spoken = True
                for pcm in (voice(400), bytes(32 * 400)):
                    message = protocol.caller_audio(pcm, now)
                    assert message is not None
                    await socket.send(message, text=True)
            now += 0.01
            try:
                raw = await socket.recv(decode=False)
                protocol.receive(connection, raw, now)
            except ConnectionClosed:
                protocol.socket_closed(connection, 1006, "", now)
            due = protocol.next_timer()
            if due is not None and due <= now:
                protocol.handle_timer(now)
        assert socket is not None
        await socket.close()
        assert server.faults == []
        first, second = server.visits
        assert second.setup is not None
        assert second.setup["sessionResumption"] == {"handle": "handle-1"}
        assert first.pings == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"model": "models/gemini-9"}, 1008),
        ({"generationConfig": {"responseModalities": ["TEXT"]}}, 1007),
        (
            {
                "generationConfig": {
                    "responseModalities": ["AUDIO"],
                    "thinkingConfig": {"thinkingLevel": "LOW"},
                }
            },
            1007,
        ),
        ({"model": "models/gemini-3.8-live-extended-thinking"}, 1007),
        ({"proactivity": {"proactiveAudio": False}}, 1007),
        ({"sessionResumption": {"handle": "none"}}, 1008),
        (
            {
                "tools": [
                    {"functionDeclarations": [{"name": "a", "parameters": {"type": "object"}}]}
                ]
            },
            1007,
        ),
        (
            {"tools": [{"functionDeclarations": [{"name": "a", "parametersJsonSchema": {}}]}]},
            1007,
        ),
    ],
)
async def test_setups_that_the_service_refuses_are_refused(
    change: dict[str, Any], code: int
) -> None:
    async with GeminiServer([Accept()]) as server, connect(server.url + PATH) as socket:
        await socket.send(json.dumps({"setup": {**SETUP["setup"], **change}}))
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code == code
        assert len(server.faults) == 1


@pytest.mark.parametrize(
    "message",
    [
        "no json",
        "[]",
        '{"hello":{}}',
        '{"setup":{},"clientContent":{}}',
        '{"clientContent":{"turnComplete":true}}',
    ],
)
async def test_messages_that_the_service_refuses_are_refused(message: str) -> None:
    async with GeminiServer([]) as server, connect(server.url + PATH) as socket:
        await socket.send(message)
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code == 1007


async def test_sound_before_the_history_and_answers_without_a_name_are_refused() -> None:
    history = {"historyConfig": {"initialHistoryInClientContent": True}}
    nameless = {"functionResponses": [{"id": "function-call-1", "response": {}}]}
    for setup, message in (
        ({"setup": SETUP["setup"] | history}, frame(bytes(640))),
        (SETUP, json.dumps({"toolResponse": nameless})),
    ):
        async with GeminiServer([Accept()]) as server, connect(server.url + PATH) as socket:
            await socket.send(json.dumps(setup))
            await next_of(socket, "setupComplete")
            await socket.send(message)
            await all_of(socket)
            assert socket.close_code == 1007


async def test_a_session_is_not_resumed_while_its_old_socket_is_open() -> None:
    async with GeminiServer([Accept()], repeat_last=True) as server:
        async with connect(server.url + PATH) as first:
            await first.send(json.dumps(SETUP))
            handle = (await next_of(first, "sessionResumptionUpdate"))["newHandle"]
            resumed = {"setup": SETUP["setup"] | {"sessionResumption": {"handle": handle}}}
            async with connect(server.url + PATH) as second:
                await second.send(json.dumps(resumed))
                with pytest.raises(ConnectionClosed):
                    await second.recv()
                assert second.close_code == 1011
        async with connect(server.url + PATH) as third:
            await third.send(json.dumps(resumed))
            assert await next_of(third, "setupComplete") == {}


async def test_it_misbehaves_as_told() -> None:
    script: list[Act] = [
        Accept(gives_handle=False),
        Say("A long story.", ms=80, completes=False, ends_turn=False),
        Interrupt(),
        GoAway("50s"),
        Say("All at once.", bundled=True),
        Close(1011, "Deadline expired"),
    ]
    async with GeminiServer([Refuse(503)], script) as server:
        with pytest.raises(InvalidStatus):
            await connect(server.url + PATH)
        async with connect(server.url + PATH) as socket:
            await socket.send(json.dumps(SETUP))
            told = await all_of(socket)
        keys = [sorted(message.get("serverContent", message)) for message in told]
        assert keys == [
            ["setupComplete"],
            ["modelTurn"],
            ["outputTranscription"],
            ["modelTurn"],
            ["outputTranscription"],
            ["interrupted"],
            ["modelTurn", "outputTranscription"],
            ["turnComplete"],
            ["goAway"],
            ["generationComplete", "modelTurn", "outputTranscription", "turnComplete"],
        ]
        assert socket.close_code == 1011


async def test_a_client_that_pings_is_noticed() -> None:
    async with GeminiServer([Accept()]) as server:
        async with connect(server.url + PATH) as socket:
            await (await socket.ping())
        visit = await server.visited(1)
    assert visit.pings == 1


def test_its_sounds_are_what_they_are_called() -> None:
    assert len(murmur(100)) == len(tone(100)) == len(silence(100)) == 4_800
    assert max(silence(20)) == 0
    assert murmur(100) != tone(100)
