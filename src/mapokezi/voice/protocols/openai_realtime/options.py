"""The options of a profile of this protocol, and the address that a profile stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from mapokezi.errors import ConfigurationError
from mapokezi.voice.profile import ModelProfile

DEFAULT_MODEL = "gpt-realtime-2.1"
DEFAULT_URL = "wss://api.openai.com/v1/realtime"
DEFAULT_VOICE = "marin"
DEFAULT_TRANSCRIPTION = "gpt-live-transcribe"
LONGEST_SESSION_S = 3600
"""OpenAI closes a session after 60 minutes, without a warning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RealtimeOptions:
    """What a profile may say in its options; each default is for OpenAI itself."""

    dialect: str = "ga"
    """``ga`` or ``beta``: how the session and the responses that we ask for are written."""
    truncate: bool = True
    """The server knows ``conversation.item.truncate`` and ``.delete``."""
    cancel: bool = True
    """The server knows ``response.cancel``."""
    server_vad: bool = True
    """The server finds the caller's turns; else a level meter of ours does, and we commit."""
    tools: bool = True
    """The server takes tools."""
    input_rate: int = 24_000
    """What the server is sent. OpenAI takes nothing else; 16000 spares the resampling."""
    output_rate: int = 24_000
    """What the server sends."""
    chunk_ms: int = 20
    """How much sound goes into one message."""
    interrupts: bool = True
    """The server's detector cuts its own reply; else our own two-step barge-in decides."""
    turn_detection: str = "server_vad"
    """``server_vad``, or ``semantic_vad``, which waits while a sentence seems unfinished."""
    vad_threshold: float = 0.5
    """How loud a voice must be; above 0.7 callers on a poor line were not heard at all."""
    prefix_padding_ms: int = 300
    silence_duration_ms: int = 500
    """How long the caller must be silent for the turn to be over."""
    eagerness: str = "medium"
    """Of ``semantic_vad``: low, medium, high or auto; waits 8, 4 or 2 s at most."""
    noise_reduction: str | None = None
    """``near_field``, ``far_field`` or ``off``; by default near_field at OpenAI, else not told."""
    transcription_model: str | None = None
    """Who writes the caller's words down; ``off``: nobody. By default gpt-live-transcribe at
    OpenAI, and the server's own choice elsewhere."""
    reasoning_effort: str = ""
    """minimal, low, medium, high or xhigh; of the 2.x models only."""
    speed: float | None = None
    """Of the voice, from 0.25 to 1.5."""
    temperature: float | None = None
    """Of the beta dialect only, from 0.6 to 1.2."""
    max_output_tokens: int | None = None
    context_tokens: int | None = None
    """Where the context is cut back to four fifths: bounds what each turn costs."""
    key_header: str = ""
    """The header that carries the key as it is (Azure: ``api-key``). By default ``api-key`` at
    Azure, and ``Authorization: Bearer`` elsewhere."""
    recycle_after_s: int = 3000
    """From when on a fresh connection is taken at the next quiet moment."""


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "dialect": ("ga", "beta"),
    "turn_detection": ("server_vad", "semantic_vad"),
    "eagerness": ("low", "medium", "high", "auto"),
    "noise_reduction": ("near_field", "far_field", "off"),
    "reasoning_effort": ("minimal", "low", "medium", "high", "xhigh"),
}
_RANGES: Mapping[str, tuple[float, float]] = {
    "input_rate": (8_000, 48_000),
    "output_rate": (8_000, 48_000),
    "chunk_ms": (20, 40),
    "vad_threshold": (0, 1),
    "prefix_padding_ms": (0, 2_000),
    "silence_duration_ms": (100, 5_000),
    "speed": (0.25, 1.5),
    "temperature": (0, 2),
    "max_output_tokens": (1, 4096),
    "context_tokens": (1_000, 1_000_000),
    "recycle_after_s": (60, LONGEST_SESSION_S - 120),
}
_FLAGS = frozenset({"truncate", "cancel", "server_vad", "tools", "interrupts"})
_WHOLE = frozenset(_RANGES) - {"vad_threshold", "speed", "temperature"}


def options_of(profile: ModelProfile) -> RealtimeOptions:
    """Read a profile's options.

    Raises:
        ConfigurationError: Names the profile, the option and what it must be.
    """

    def wrong(key: str, what: str) -> ConfigurationError:
        return ConfigurationError(f"model profile {profile.name}: {key} {what}")

    known = {one.name for one in fields(RealtimeOptions)}
    for key, value in profile.options.items():
        if key not in known:
            raise wrong(key, "is no option of openai_realtime")
        _check(key, value, wrong)
    options = RealtimeOptions(**profile.options)  # type: ignore[arg-type]
    if options.temperature is not None and options.dialect != "beta":
        raise wrong("temperature", "is known to the beta dialect only")
    if options.turn_detection == "semantic_vad" and not options.server_vad:
        raise wrong("turn_detection", "needs server_vad")
    address_of(profile)
    return options


def _check(key: str, value: object, wrong: Callable[[str, str], ConfigurationError]) -> None:
    if key in _FLAGS:
        if not isinstance(value, bool):
            raise wrong(key, "must be true or false")
    elif key in _RANGES:
        least, most = _RANGES[key]
        kinds = int if key in _WHOLE else (int, float)
        fits = isinstance(value, kinds) and not isinstance(value, bool)
        if not fits or not least <= value <= most:  # type: ignore[operator]
            whole = "a whole number" if key in _WHOLE else "a number"
            raise wrong(key, f"must be {whole} from {least:g} to {most:g}")
    elif not isinstance(value, str):
        raise wrong(key, "must be a text")
    elif key in _CHOICES and value not in _CHOICES[key]:
        raise wrong(key, f"must be one of {', '.join(_CHOICES[key])}")


def is_at_openai(profile: ModelProfile) -> bool:
    """Whether a profile means OpenAI's own service or Azure's, which know all settings."""
    host = urlsplit(profile.url or DEFAULT_URL).hostname or ""
    return host.endswith(("openai.com", ".azure.com"))


def model_of(profile: ModelProfile) -> str:
    """Give the model's name; empty if the server is to choose."""
    return profile.model or (DEFAULT_MODEL if is_at_openai(profile) else "")


def address_of(profile: ModelProfile) -> str:
    """Give the socket's address.

    An ``http`` or ``https`` address is the base of the API as the SDK takes it, to which
    ``/realtime`` is added; a ``ws`` or ``wss`` address is the socket's own. With an
    ``api_version`` the query is that of Azure's older interface.

    Raises:
        ConfigurationError: If the address is none.
    """
    parts = urlsplit(profile.url or DEFAULT_URL)
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    if scheme not in {"ws", "wss"} or not parts.hostname:
        raise ConfigurationError(
            f"model profile {profile.name}: url must begin with wss, ws, https or http"
        )
    path = parts.path
    if scheme != parts.scheme:
        path = path.rstrip("/") + "/realtime"
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    model = model_of(profile)
    if profile.api_version:
        query.setdefault("api-version", profile.api_version)
        query.setdefault("deployment", model)
    elif model:
        query.setdefault("model", model)
    return urlunsplit((scheme, parts.netloc, path, urlencode(query), ""))


def headers_of(profile: ModelProfile, options: RealtimeOptions) -> tuple[tuple[str, str], ...]:
    """Give what the handshake carries, the key included."""
    headers: list[tuple[str, str]] = []
    host = urlsplit(profile.url or DEFAULT_URL).hostname or ""
    name = options.key_header or ("api-key" if host.endswith(".azure.com") else "")
    if profile.key and name:
        headers.append((name, profile.key))
    elif profile.key:
        headers.append(("Authorization", f"Bearer {profile.key}"))
    if options.dialect == "beta":
        headers.append(("OpenAI-Beta", "realtime=v1"))
    return (*headers, *profile.headers)
