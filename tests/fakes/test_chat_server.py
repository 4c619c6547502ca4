"""The fake is fair: the openai SDK's own client talks with it, hears it and is refused by it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openai import APIConnectionError, AsyncOpenAI, AuthenticationError, InternalServerError
from tests.fakes.chat_server import (
    Call,
    Count,
    Cut,
    Finish,
    Refuse,
    Say,
    Think,
    Whole,
    answer,
    serve_chat,
)

pytestmark = pytest.mark.anyio

TOOLS: Any = [
    {
        "type": "function",
        "function": {"name": "end_call", "parameters": {"type": "object", "properties": {}}},
    }
]
HELLO: Any = [{"role": "user", "content": "Hello"}]


def client(url: str, key: str = "k") -> AsyncOpenAI:
    return AsyncOpenAI(base_url=url, api_key=key, max_retries=0)


async def test_the_sdks_client_reads_a_streamed_answer_and_its_count() -> None:
    async with serve_chat(key="k") as server, client(server.url) as sdk:
        server.answers.append([Think("hm"), *answer("Good day to you.")])
        stream = await sdk.chat.completions.create(
            model="m", messages=HELLO, stream=True, stream_options={"include_usage": True}
        )
        chunks = [chunk async for chunk in stream]
        text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
        assert text == "Good day to you."
        assert chunks[-1].usage is not None
        assert chunks[-1].usage.total_tokens == 120


async def test_the_sdk_puts_tool_calls_in_pieces_together() -> None:
    async with serve_chat(write_bytes=7) as server, client(server.url) as sdk:
        server.answers.append(
            [
                Say("One moment."),
                Call("take_message", '{"name": "Ann", "reason": "a plot"}'),
                Call("end_call", "{}", "call_2", 1),
                Finish("tool_calls"),
                Count(),
            ]
        )
        async with sdk.chat.completions.stream(model="m", messages=HELLO, tools=TOOLS) as stream:
            found = (await stream.get_final_completion()).choices[0]
    assert found.finish_reason == "tool_calls"
    assert found.message.tool_calls is not None
    calls = [(call.function.name, call.function.arguments) for call in found.message.tool_calls]
    assert calls[0][0] == "take_message"
    assert json.loads(calls[0][1]) == {"name": "Ann", "reason": "a plot"}
    assert calls[1] == ("end_call", "{}")


async def test_the_sdk_meets_what_goes_wrong() -> None:
    async with serve_chat(key="k") as server:
        async with client(server.url, "other") as sdk:
            with pytest.raises(AuthenticationError):
                await sdk.chat.completions.create(model="m", messages=HELLO)
        async with client(server.url) as sdk:
            server.answers += [[Refuse(503)], [Whole("Here.")], [Say("Half an"), Cut()]]
            with pytest.raises(InternalServerError):
                await sdk.chat.completions.create(model="m", messages=HELLO)
            whole = await sdk.chat.completions.create(model="m", messages=HELLO)
            assert whole.choices[0].message.content == "Here."
            stream = await sdk.chat.completions.create(model="m", messages=HELLO, stream=True)
            with pytest.raises(APIConnectionError):
                _ = [chunk async for chunk in stream]


async def test_the_sdk_is_heard_and_spoken_to() -> None:
    async with serve_chat() as server, client(server.url) as sdk:
        server.transcripts.append("Where is your office?")
        heard = await sdk.audio.transcriptions.create(
            model="w", file=("a.wav", b"RIFF", "audio/wav")
        )
        assert heard.text == "Where is your office?"
        sound = await sdk.audio.speech.create(
            model="t", voice="v", input="Hello", response_format="pcm"
        )
        assert len(sound.content) == 24_000 * 5 // 20 * 2


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [{"role": "assistant", "content": "Hi"}],
        [*HELLO, *HELLO],
        [*HELLO, {"role": "tool", "tool_call_id": "x", "content": "{}"}],
        [
            *HELLO,
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {"id": "x", "type": "function", "function": {"name": "a", "arguments": "{}"}}
                ],
            },
            {"role": "user", "content": "well?"},
        ],
    ],
)
async def test_it_refuses_what_strict_servers_refuse(messages: Any) -> None:
    async with serve_chat() as server, client(server.url) as sdk:
        with pytest.raises(Exception, match="400"):
            await sdk.chat.completions.create(model="m", messages=messages)
