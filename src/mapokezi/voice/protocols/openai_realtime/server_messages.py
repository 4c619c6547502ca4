"""What the server sends: read once, into one struct that has every field we care for.

One flat struct rather than one for each type: servers differ in which fields they fill and in the
names of types, and a field of an event that we do not know must not matter. All fields are
optional; a message that does not fit is no message.
"""

from __future__ import annotations

from typing import Any

import msgspec

_ALIASES = {
    "response.audio.delta": "response.output_audio.delta",
    "response.audio.done": "response.output_audio.done",
    "response.audio_transcript.delta": "response.output_audio_transcript.delta",
    "response.audio_transcript.done": "response.output_audio_transcript.done",
    "response.text.delta": "response.output_text.delta",
    "response.text.done": "response.output_text.done",
    "conversation.item.created": "conversation.item.added",
}
"""The names of the beta dialect, and what they are called since."""


class ErrorInfo(msgspec.Struct, frozen=True):
    """``RealtimeError``."""

    type: str | None = None
    code: str | None = None
    message: str | None = None
    event_id: str | None = None
    """Of the message of ours that it is about."""


class ItemInfo(msgspec.Struct, frozen=True):
    """``ConversationItem``: a message, a function call or its output."""

    id: str | None = None
    type: str | None = None
    status: str | None = None
    role: str | None = None
    call_id: str | None = None
    name: str | None = None
    arguments: str | None = None


class CachedInfo(msgspec.Struct, frozen=True):
    """``CachedTokensDetails``."""

    audio_tokens: int | None = None
    text_tokens: int | None = None


class TokenInfo(msgspec.Struct, frozen=True):
    """``RealtimeResponseUsageInputTokenDetails``, and those of the output."""

    audio_tokens: int | None = None
    text_tokens: int | None = None
    cached_tokens: int | None = None
    cached_tokens_details: CachedInfo | None = None


class UsageInfo(msgspec.Struct, frozen=True):
    """``RealtimeResponseUsage``, or the usage of a transcription."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    total_tokens: int | None = None
    input_token_details: TokenInfo | None = None
    output_token_details: TokenInfo | None = None
    seconds: float | None = None


class StatusInfo(msgspec.Struct, frozen=True):
    """``RealtimeResponseStatus``."""

    reason: str | None = None
    error: ErrorInfo | str | None = None


class ResponseInfo(msgspec.Struct, frozen=True):
    """``RealtimeResponse``."""

    id: str | None = None
    status: str | None = None
    status_details: StatusInfo | None = None
    output: list[ItemInfo] | None = None
    usage: UsageInfo | None = None
    metadata: dict[str, Any] | None = None


class SessionInfo(msgspec.Struct, frozen=True):
    """Of ``session.created`` and ``session.updated``."""

    model: str | None = None


class ServerMessage(msgspec.Struct):
    """One event of the server."""

    type: str
    item_id: str | None = None
    previous_item_id: str | None = None
    response_id: str | None = None
    content_index: int | None = None
    delta: str | None = None
    transcript: str | None = None
    text: str | None = None
    audio_start_ms: float | None = None
    audio_end_ms: float | None = None
    call_id: str | None = None
    name: str | None = None
    arguments: str | None = None
    item: ItemInfo | None = None
    response: ResponseInfo | None = None
    session: SessionInfo | None = None
    error: ErrorInfo | str | None = None
    usage: UsageInfo | None = None


_DECODER = msgspec.json.Decoder(ServerMessage, strict=False)


def read(message: bytes) -> ServerMessage | None:
    """Read one whole message; None if it is none that we could understand."""
    try:
        event = _DECODER.decode(message)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    alias = _ALIASES.get(event.type)
    if alias is not None:
        event.type = alias
    return event
