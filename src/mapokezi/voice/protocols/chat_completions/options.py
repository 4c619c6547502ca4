"""The options of a profile of this protocol, and the addresses that a profile stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlsplit

from mapokezi.errors import ConfigurationError
from mapokezi.voice.profile import ModelProfile

PROTOCOL = "chat_completions"
DEFAULT_URL = "http://127.0.0.1:11434/v1"
"""Ollama's, on this machine."""
_HTTP = ("http", "https")
_SPEECH = (*_HTTP, "tcp", "unix")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatOptions:
    """What a profile may say in its options."""

    temperature: float | None = None
    """None: the server's own. Low ones invent less."""
    max_tokens: int = 400
    """The most that one answer may hold, thoughts included: some 300 words."""
    max_tokens_key: str = "max_tokens"
    """``max_tokens``, which everybody knows, or ``max_completion_tokens``, which OpenAI's own
    reasoning models want."""
    most_characters: int = 700
    """The most that is spoken of one answer: three quarters of a minute. What follows is dropped
    at the end of a sentence: a model that runs on must not hold the caller."""
    early_start: bool = True
    """Ask the model as soon as the caller's turn seems to be over; the answer is held until it is
    sure. Costs an answer now and then that nobody hears."""
    warm_up: bool = True
    """Show the model the instructions while the caller is greeted, so that a server which keeps
    what it has read need not read them when the caller waits; and so that one which is not there
    is noticed before. Costs the instructions once more where tokens are paid for."""
    first_token_s: float = 2.0
    """How long the first words (or tool) of an answer may take, from the end of the caller's turn.
    The caller hears a filler after 1.2 s; after this the next voice takes over."""
    stall_s: float = 3.0
    """How long an answer may pause once it has begun."""
    begins_thinking: bool = False
    """The model's template opens the thinking itself, so that the text begins with thoughts, which
    end at ``</think>``."""
    tools: bool = True
    """The server takes tools. Without, the model can answer questions and do nothing."""
    usage: bool = True
    """Ask the server to count the tokens of a stream."""
    extra: Mapping[str, object] | None = None
    """Further keys of the request's body, as the server has them: ``think``, ``top_p``,
    ``chat_template_kwargs``."""
    stt_url: str = ""
    """Who writes the caller's words down: ``https://.../v1`` of an OpenAI-compatible server,
    ``tcp://host:port`` of a Wyoming server; empty: this machine's speech process."""
    stt_model: str = ""
    """Its model; empty: the server's own choice (HTTP: ``whisper-1``)."""
    stt_language: str = ""
    """As ``en``; empty: the server's own choice."""
    tts_url: str = ""
    """Who speaks: as ``stt_url``. The profile's ``voice`` is the voice's name there."""
    tts_model: str = ""
    """Its model; empty: the server's own choice (HTTP: ``tts-1``)."""
    tts_rate: int = 24_000
    """The rate of the bare sound that an HTTP server sends, in Hz; a WAV file tells its own."""


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "max_tokens_key": ("max_tokens", "max_completion_tokens"),
}
_RANGES: Mapping[str, tuple[float, float]] = {
    "temperature": (0, 2),
    "max_tokens": (16, 100_000),
    "most_characters": (80, 10_000),
    "first_token_s": (0.2, 30),
    "stall_s": (0.2, 30),
    "tts_rate": (8_000, 48_000),
}
_WHOLE = frozenset({"max_tokens", "most_characters", "tts_rate"})
_FLAGS = frozenset({"early_start", "warm_up", "begins_thinking", "tools", "usage"})
_OURS = frozenset({"model", "messages", "stream", "tools"})
"""Keys of the body that a profile must not replace."""

_Wrong = Callable[[str, str], ConfigurationError]


def options_of(profile: ModelProfile) -> ChatOptions:
    """Read a profile's options.

    Raises:
        ConfigurationError: Names the profile, the option and what it must be.
    """

    def wrong(key: str, what: str) -> ConfigurationError:
        return ConfigurationError(f"model profile {profile.name}: {key} {what}")

    known = {one.name for one in fields(ChatOptions)}
    for key, value in profile.options.items():
        if key not in known:
            raise wrong(key, f"is no option of {PROTOCOL}")
        _check(key, value, wrong)
    if not profile.model:
        raise wrong("model", "is needed: the name that the server has for it")
    _check_url("url", base_url(profile), _HTTP, wrong)
    return ChatOptions(**profile.options)  # type: ignore[arg-type]


def base_url(profile: ModelProfile) -> str:
    """Give the base address, to which ``/chat/completions`` is added, as the SDK takes it."""
    return (profile.url or DEFAULT_URL).rstrip("/")


def _check(key: str, value: object, wrong: _Wrong) -> None:
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
    elif key == "extra":
        if not isinstance(value, Mapping) or _OURS & value.keys():
            raise wrong(key, f"must be a table without {', '.join(sorted(_OURS))}")
    elif not isinstance(value, str):
        raise wrong(key, "must be a text")
    elif key in _CHOICES and value not in _CHOICES[key]:
        raise wrong(key, f"must be one of {', '.join(_CHOICES[key])}")
    elif key in ("stt_url", "tts_url") and value:
        _check_url(key, value, _SPEECH, wrong)


def _check_url(key: str, url: str, schemes: tuple[str, ...], wrong: _Wrong) -> None:
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname or (parts.scheme == "unix" and parts.path))
    except ValueError:
        is_whole = False
    if not is_whole or parts.scheme not in schemes:
        raise wrong(key, f"must begin with {', '.join(f'{scheme}://' for scheme in schemes)}")
    if parts.username or parts.query or parts.fragment:
        raise wrong(key, "must be an address alone, without a password, a query or a fragment")
