"""The question to a chat model, as a request's body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from mapokezi.voice.profile import ToolForModel
from mapokezi.voice.protocols.chat_completions.options import ChatOptions
from mapokezi.voice.protocols.chat_completions.talk import CUT, Talk

_FOR_THE_EAR = f"""\
How you are heard
- Your text is read aloud on the telephone, word for word, to the caller, by a voice that knows no
  symbols. Write only what is to be said: no headings, lists, emphasis, emojis or links.
- Begin with a short clause. Two or three short sentences at most; then let the caller speak.
- Write numbers, prices and times in words; phone numbers digit by digit, in groups with commas.
- To do something, call a tool; never write of tools or of their names.
- Text in brackets that begins with "desk" is from the office's own program, not from the caller.
  Never write such brackets yourself.
- The caller's words come from a recogniser, which mishears names and small words.
- A turn of yours that ends in {CUT} was cut off there by the caller: the rest was not heard."""


def instructions_for_chat(instructions: str) -> str:
    """Add to the office's instructions what a model must know that cannot hear or speak."""
    return "\n\n".join(part for part in (instructions.strip(), _FOR_THE_EAR) if part)


def tools_of(tools: Sequence[ToolForModel]) -> list[dict[str, Any]]:
    """Write the tools down as the interface has them."""
    return [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": dict(tool.parameters),
            },
        }
        for tool in tools
    ]


def request_body(
    model: str,
    instructions: str,
    talk: Talk,
    tools: Sequence[ToolForModel],
    options: ChatOptions,
    *,
    may_call: bool = True,
) -> bytes:
    """Write a request.

    Args:
        model: The server's name of it.
        instructions: Of `instructions_for_chat`.
        talk: What was said, the caller's newest turn last.
        tools: The office's.
        options: The profile's.
        may_call: Whether the answer may call tools. If not, they are still shown, because the talk
            may hold calls of them.
    """
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": "system", "content": instructions}, *talk.messages()],
        "stream": True,
        options.max_tokens_key: options.max_tokens,
    }
    if options.usage:
        body["stream_options"] = {"include_usage": True}
    if options.temperature is not None:
        body["temperature"] = options.temperature
    if tools and options.tools:
        body["tools"] = tools_of(tools)
        if not may_call:
            body["tool_choice"] = "none"
    body.update(options.extra or {})
    return msgspec.json.encode(body)


def warm_up_body(
    model: str, instructions: str, tools: Sequence[ToolForModel], options: ChatOptions
) -> bytes:
    """Write a request of the same beginning, of which one token is wanted and nothing is used."""
    talk = Talk().heard("Hello")
    shortest = replace(options, max_tokens=1)
    return request_body(model, instructions, talk, tools, shortest)
