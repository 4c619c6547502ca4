"""The pieces of a streamed answer, as JSON. What is not used here is passed over."""

from __future__ import annotations

from typing import Any

import msgspec


class FunctionDelta(msgspec.Struct, frozen=True):
    """More of a function's name or arguments."""

    name: str | None = None
    arguments: Any = None
    """A piece of JSON text; some servers send the whole object."""


class ToolCallDelta(msgspec.Struct, frozen=True):
    """More of a tool call."""

    index: int | None = None
    id: str | None = None
    function: FunctionDelta | None = None


class Delta(msgspec.Struct, frozen=True):
    """More of the answer. Thoughts kept apart from it (``reasoning_content``) are not read."""

    content: Any = None
    """Text; a list of parts at some servers."""
    tool_calls: list[ToolCallDelta] | None = None
    refusal: str | None = None


class Choice(msgspec.Struct, frozen=True):
    """One of the answers; we ask for one."""

    delta: Delta | None = None
    message: Delta | None = None
    """The whole answer, of a server that does not stream."""
    finish_reason: str | None = None
    index: int = 0


class _InDetails(msgspec.Struct, frozen=True):
    cached_tokens: int | None = None


class _OutDetails(msgspec.Struct, frozen=True):
    reasoning_tokens: int | None = None


class Usage(msgspec.Struct, frozen=True):
    """What the server has counted for the whole answer."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _InDetails | None = None
    completion_tokens_details: _OutDetails | None = None

    def units(self) -> dict[str, int]:
        """Give it by kind, as `mapokezi.voice.events.UsageReported` has them."""
        cached = self.prompt_tokens_details and self.prompt_tokens_details.cached_tokens
        thought = self.completion_tokens_details and self.completion_tokens_details.reasoning_tokens
        cached, thought = max(0, cached or 0), max(0, thought or 0)
        counted = {
            "text_in": (self.prompt_tokens or 0) - cached,
            "text_in_cached": cached,
            "text_out": (self.completion_tokens or 0) - thought,
            "thought_out": thought,
        }
        return {kind: count for kind, count in counted.items() if count > 0}


class Chunk(msgspec.Struct, frozen=True):
    """One piece of an answer."""

    choices: list[Choice] | None = None
    usage: Usage | None = None
    error: Any = None
    object: str | None = None
    message: Any = None
    """Of an error, at servers that tell it without an envelope."""


_chunks = msgspec.json.Decoder(Chunk)


def read_chunk(data: bytes) -> Chunk:
    """Read one.

    Raises:
        msgspec.DecodeError: It is none.
    """
    return _chunks.decode(data)


def error_text(value: Any) -> str:
    """Make one line of an error, whatever its shape: ``{"message": ..., "code": ...}``, a text."""
    if isinstance(value, dict):
        inner = value.get("error")
        if isinstance(inner, dict | str):
            return error_text(inner)
        told = value.get("message") or value.get("detail") or value.get("code") or value
        return error_text(told) if isinstance(told, dict) and told is not value else _line(told)
    return _line(value)


def _line(value: Any) -> str:
    return " ".join(str(value).split())[:200]


def text_in(content: Any) -> str:
    """Give the text of a content: a text, or parts of which some are text."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        texts = (part.get("text") for part in content if isinstance(part, dict))
        return "".join(text for text in texts if isinstance(text, str))
    return ""
