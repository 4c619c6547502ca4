"""The server's messages, typed: only what a call needs of them.

Shapes: `google.genai.types.LiveServerMessage` of google-genai 3.4.0, seen 2026-11-22. Several
fields of one message may be set at once. What a newer server adds is passed over; a field whose
form is not known costs that field, not the sound that came with it, be it in the same part of the
message.
"""

from __future__ import annotations

import binascii
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
import pybase64

DEFAULT_RATE_HZ = 24_000


class _Wire(msgspec.Struct, rename="camel", gc=False):
    pass


_Known = TypeVar("_Known", bound=_Wire)


class InlineData(_Wire):
    """Sound, as base64."""

    data: str | None = None
    mime_type: str | None = None


class Part(_Wire):
    """A piece of the model's turn. Its text is never spoken: words come as transcription."""

    inline_data: InlineData | None = None
    thought: bool | None = None


class ModelTurn(_Wire):
    """What the model has generated since the last message."""

    parts: list[Part] | None = None


class Transcription(_Wire):
    """A fragment of somebody's words; it may begin or end inside a word."""

    text: str | None = None
    finished: bool | None = None


class ServerContent(_Wire):
    """What the model generates, and how its turn and the caller's stand."""

    model_turn: ModelTurn | None = None
    output_transcription: Transcription | None = None
    input_transcription: Transcription | None = None
    interim_input_transcription: Transcription | None = None
    interrupted: bool | None = None
    generation_complete: bool | None = None
    turn_complete: bool | None = None
    turn_complete_reason: str | None = None
    waiting_for_input: bool | None = None
    interaction_status: str | None = None


class FunctionCall(_Wire):
    """A tool that the model calls."""

    id: str | None = None
    name: str | None = None
    args: Any = None


class ToolCall(_Wire):
    """Tools that the model calls together."""

    function_calls: list[FunctionCall] | None = None


class ToolCallCancellation(_Wire):
    """Calls that the model takes back, because the caller cut in."""

    ids: list[str] | None = None


class GoAway(_Wire):
    """The server will close the connection soon."""

    time_left: str | None = None
    """Like ``50s``."""


class ResumptionUpdate(_Wire):
    """By what the session can be gone on with on another connection."""

    new_handle: str | None = None
    resumable: bool | None = None


class TokenCount(_Wire):
    """Tokens of one modality: ``AUDIO``, ``TEXT``, ..."""

    modality: str | None = None
    token_count: int | None = None


class UsageMetadata(_Wire):
    """What one generation cost. Vertex says candidates where the Developer API says response."""

    prompt_token_count: int | None = None
    cached_content_token_count: int | None = None
    response_token_count: int | None = None
    candidates_token_count: int | None = None
    tool_use_prompt_token_count: int | None = None
    thoughts_token_count: int | None = None
    prompt_tokens_details: list[TokenCount] | None = None
    cache_tokens_details: list[TokenCount] | None = None
    response_tokens_details: list[TokenCount] | None = None
    candidates_tokens_details: list[TokenCount] | None = None
    tool_use_prompt_tokens_details: list[TokenCount] | None = None


class ServerMessage(_Wire):
    """One message; any number of its fields is set."""

    server_content: ServerContent | None = None
    setup_complete: dict[str, Any] | None = None
    tool_call: ToolCall | None = None
    tool_call_cancellation: ToolCallCancellation | None = None
    go_away: GoAway | None = None
    session_resumption_update: ResumptionUpdate | None = None
    usage_metadata: UsageMetadata | None = None


_DECODER = msgspec.json.Decoder(ServerMessage, strict=False)
_FIELDS_OF_ANY = msgspec.json.Decoder(dict[str, msgspec.Raw])


def decode(message: bytes) -> ServerMessage | None:
    """Read a message; None if it is no JSON object."""
    try:
        return _DECODER.decode(message)
    except msgspec.ValidationError:
        return _piecewise(message)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _piecewise(message: bytes) -> ServerMessage | None:
    """Keep those fields of a message, and of its content, whose form is known."""
    read = _fields_known(message, ServerMessage)
    if read is not None and read.server_content is None:
        content = _FIELDS_OF_ANY.decode(message).get("serverContent")
        if content is not None:
            read.server_content = _fields_known(content, ServerContent)
    return read


def _fields_known(encoded: bytes | msgspec.Raw, kind: type[_Known]) -> _Known | None:
    try:
        raw = _FIELDS_OF_ANY.decode(encoded)
    except msgspec.DecodeError:
        return None
    known = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    read = kind()
    for name, value in raw.items():
        field = known.get(name)
        if field is None:
            continue
        try:
            setattr(read, field.name, msgspec.json.decode(value, type=field.type, strict=False))
        except msgspec.ValidationError:
            continue
    return read


def is_sound_alone(told: ServerMessage) -> bool:
    """Tell whether a message holds something that the model generates, and nothing else at all."""
    content = told.server_content
    return (
        content is not None
        and content.model_turn is not None
        and content.output_transcription is None
        and content.input_transcription is None
        and content.interim_input_transcription is None
        and content.interrupted is None
        and content.generation_complete is None
        and content.turn_complete is None
        and content.waiting_for_input is None
        and content.interaction_status is None
        and told.setup_complete is None
        and told.tool_call is None
        and told.tool_call_cancellation is None
        and told.go_away is None
        and told.session_resumption_update is None
        and told.usage_metadata is None
    )


def sound_of(part: Part) -> tuple[bytes, int] | None:
    """Give the sound of a part and its sampling rate; None if it has none, or is a thought."""
    sound = part.inline_data
    if part.thought or sound is None or not sound.data:
        return None
    rate_hz = _rate_of(sound.mime_type or "")
    if not rate_hz:
        return None
    try:
        return pybase64.b64decode(sound.data, validate=True), rate_hz
    except (binascii.Error, ValueError):
        return _unusual_base64(sound.data), rate_hz


class SoundMessages:
    """Reads, without its JSON, a message that brings nothing but more sound: nearly all of them.

    A server writes them all alike but for the sound. What stands before and behind it is learnt
    from one that was read in full; where another has just that, and between it nothing but base64,
    its JSON could say nothing else.
    """

    __slots__ = ("_head", "_rate_hz", "_tail")

    def __init__(self) -> None:
        """Begin with none seen."""
        self._head, self._tail, self._rate_hz = b"", b"", 0

    def sound(self, message: bytes) -> tuple[bytes, int] | None:
        """Give the sound and its sampling rate; None if the message is to be read in full."""
        head, tail = self._head, self._tail
        if not (head and message.startswith(head) and message.endswith(tail)):
            return None
        try:
            pcm = pybase64.b64decode(message[len(head) : -len(tail)], validate=True)
        except (binascii.Error, ValueError):
            return None
        return (pcm, self._rate_hz) if pcm else None

    def learn(self, message: bytes, told: ServerMessage) -> None:
        """Take in one that was read: see `is_sound_alone`."""
        content = told.server_content
        parts = content.model_turn.parts if content and content.model_turn else None
        if parts is None or len(parts) != 1 or parts[0].inline_data is None:
            return
        data, found = parts[0].inline_data.data, sound_of(parts[0])
        if found is None or not data:
            return
        before, quoted, behind = message.partition(b'"%b"' % data.encode())
        if quoted and behind:
            self._head, self._tail, self._rate_hz = before + b'"', b'"' + behind, found[1]


def _unusual_base64(data: str) -> bytes:
    """Read the alphabet for URLs, which proto-JSON allows too, and data without padding."""
    usual = data.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return pybase64.b64decode(usual + "=" * (-len(usual) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


@lru_cache(maxsize=32)
def _rate_of(mime_type: str) -> int:
    """Read ``audio/pcm;rate=24000``; 0 if it is no PCM."""
    kind, *parameters = (part.strip().lower() for part in mime_type.split(";"))
    if kind and kind not in {"audio/pcm", "audio/l16"}:
        return 0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "rate" and value.strip().isdecimal():
            rate_hz = int(value)
            return rate_hz if 8_000 <= rate_hz <= 48_000 else 0
    return DEFAULT_RATE_HZ


def seconds_of(duration: str | None, otherwise: float) -> float:
    """Read a proto-JSON duration, ``50s`` or ``1.5s``."""
    text = (duration or "").strip().removesuffix("s")
    try:
        seconds = float(text)
    except ValueError:
        return otherwise
    return seconds if 0.0 <= seconds < 86_400.0 else otherwise
