"""A model profile read as settings of Gemini Live; what is wrong with it is said at once.

Options of a profile (all may be left out):

=========================== ============ =====================================================
option                      default      meaning
=========================== ============ =====================================================
vertex                      false        Google Cloud's address instead of the Developer API's
project, location                        of Google Cloud; needed with ``vertex`` but for a key
quota_project                            who is billed, if not ``project``
chunk_ms                    20           caller sound a message: 20 to 40
temperature                 the model's  0 to 2
language_code               none         of the voice; older models only
transcription_hints         true         whether names and languages are told to the recogniser
transcription_languages     the office's BCP 47 codes for the recogniser
start_sensitivity           low          low or high: how easily a sound is taken for speech
end_sensitivity             high         low or high: how easily a pause is taken for the end
prefix_padding_ms           40           speech needed before it counts
silence_duration_ms         500          silence needed before the turn counts as ended
thinking_level              low          extended-thinking models: low, medium, high
slow_tool_scheduling        when_idle    when_idle, interrupt or silent
compression_trigger_tokens  25600        the context is cut when it has grown to this
compression_target_tokens   12800        what it is cut to
=========================== ============ =====================================================

The sensitivities are always sent, because the documented defaults disagree. Low and high with 500
ms suit telephone sound; ``end_sensitivity`` low and 800 ms help where it talks over slow callers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from mapokezi.errors import ConfigurationError
from mapokezi.voice.profile import ModelProfile

DEFAULT_MODEL = "gemini-3.8-live"
_DEVELOPER_HOST = "generativelanguage.googleapis.com"
_DEVELOPER_SERVICE = "google.ai.generativelanguage.{}.GenerativeService.BidiGenerateContent"
_VERTEX_SERVICE = "google.cloud.aiplatform.{}.LlmBidiService/BidiGenerateContent"
_MULTI_REGIONS = frozenset({"us", "eu"})
_HERE = frozenset({"localhost", "::1"})
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]*")
_VERSION = re.compile(r"v\d+(?:(?:alpha|beta)\d*)?")
_FORBIDDEN_HEADERS = frozenset({"x-goog-api-key", "authorization", "host"})


@dataclass(frozen=True, slots=True, kw_only=True)
class GeminiSettings:
    """How one Gemini Live model is reached and set up."""

    name: str
    """The profile's."""
    url: str
    headers: tuple[tuple[str, str], ...]
    needs_token: bool
    is_vertex: bool
    model: str
    """As the API wants it: ``models/...`` or ``projects/...``."""
    priced_as: str
    """The model's bare name."""
    voice: str
    chunk_ms: int
    temperature: float | None
    language_code: str
    has_transcription_hints: bool
    transcription_languages: tuple[str, ...]
    start_sensitivity: str
    end_sensitivity: str
    prefix_padding_ms: int
    silence_duration_ms: int
    thinking_level: str
    slow_tool_scheduling: str
    compression_trigger_tokens: int
    compression_target_tokens: int


class _Options:
    """The options of a profile, taken one after the other; what is left over is unknown."""

    def __init__(self, profile: ModelProfile) -> None:
        self._name = profile.name
        self._rest = dict(profile.options)

    def wrong(self, key: str, what: str) -> ConfigurationError:
        return ConfigurationError(f"model profile {self._name}: {key}: {what}")

    def text(self, key: str, default: str = "") -> str:
        value = self._rest.pop(key, default)
        if not isinstance(value, str) or not value.isprintable():
            raise self.wrong(key, "must be a text")
        return value

    def choice(self, key: str, default: str, choices: Mapping[str, str]) -> str:
        value = self.text(key, default).lower()
        if value not in choices:
            raise self.wrong(key, f"must be one of {', '.join(filter(None, choices))}")
        return choices[value]

    def flag(self, key: str, default: bool) -> bool:
        value = self._rest.pop(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, "must be true or false")
        return value

    def number(self, key: str, default: int, least: int, most: int) -> int:
        value = self._rest.pop(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.wrong(key, f"must be a whole number from {least} to {most}")
        return value

    def temperature(self) -> float | None:
        value = self._rest.pop("temperature", None)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 2:
            raise self.wrong("temperature", "must be a number from 0 to 2")
        return float(value)

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._rest.pop(key, ())
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
            raise self.wrong(key, "must be a list of texts")
        return tuple(value)

    def end(self) -> None:
        for key in self._rest:
            raise self.wrong(key, "the protocol gemini_live has no such option")


def settings_of(profile: ModelProfile) -> GeminiSettings:
    """Read a profile.

    Raises:
        ConfigurationError: naming the profile and the key that is wrong.
    """
    options = _Options(profile)
    is_vertex = options.flag("vertex", False)
    project, location = options.text("project"), options.text("location")
    if is_vertex and not profile.key:
        for key, value in (("project", project), ("location", location)):
            if not _NAME.fullmatch(value):
                raise options.wrong(key, "is needed for vertex")
    bare = (profile.model or DEFAULT_MODEL).rpartition("/")[2]
    trigger = options.number("compression_trigger_tokens", 25_600, 5_000, 128_000)
    settings = GeminiSettings(
        name=profile.name,
        url=_url(profile, options, is_vertex=is_vertex, location=location),
        headers=_headers(profile, options),
        needs_token=is_vertex and not profile.key,
        is_vertex=is_vertex,
        model=_resource(profile.model or DEFAULT_MODEL, is_vertex, project, location),
        priced_as=bare,
        voice=profile.voice,
        chunk_ms=options.number("chunk_ms", 20, 20, 40),
        temperature=options.temperature(),
        language_code=options.text("language_code"),
        has_transcription_hints=options.flag("transcription_hints", True),
        transcription_languages=options.texts("transcription_languages"),
        start_sensitivity="START_SENSITIVITY_"
        + options.choice("start_sensitivity", "low", {"low": "LOW", "high": "HIGH"}),
        end_sensitivity="END_SENSITIVITY_"
        + options.choice("end_sensitivity", "high", {"low": "LOW", "high": "HIGH"}),
        prefix_padding_ms=options.number("prefix_padding_ms", 40, 0, 1_000),
        silence_duration_ms=options.number("silence_duration_ms", 500, 100, 5_000),
        thinking_level=_thinking_level(bare, options),
        slow_tool_scheduling=options.choice(
            "slow_tool_scheduling",
            "when_idle",
            {"when_idle": "WHEN_IDLE", "interrupt": "INTERRUPT", "silent": "SILENT"},
        ),
        compression_trigger_tokens=trigger,
        compression_target_tokens=options.number(
            "compression_target_tokens", min(12_800, trigger // 2), 1_000, trigger - 1
        ),
    )
    options.end()
    return settings


def _url(profile: ModelProfile, options: _Options, *, is_vertex: bool, location: str) -> str:
    version = profile.api_version or ("v1beta1" if is_vertex else "v1beta")
    if not _VERSION.fullmatch(version):
        raise options.wrong("api_version", "must be like v1, v1beta or v1beta1")
    service = (_VERTEX_SERVICE if is_vertex else _DEVELOPER_SERVICE).format(version)
    if not profile.url:
        host = _vertex_host(location) if is_vertex else _DEVELOPER_HOST
        if not profile.key and not is_vertex:
            raise options.wrong("key", "is needed for Google's own address")
        return f"wss://{host}/ws/{service}"
    try:
        parts = urlsplit(profile.url)
        host, has_user = parts.hostname or "", parts.username is not None
    except ValueError as error:
        raise options.wrong("url", "is no address") from error
    is_here = host in _HERE or host.startswith("127.")
    if not host or has_user or not (parts.scheme == "wss" or (parts.scheme == "ws" and is_here)):
        raise options.wrong("url", "must be wss://, or ws:// for a server on this machine")
    if "BidiGenerateContent" in parts.path:
        return profile.url
    return parts._replace(path=f"{parts.path.rstrip('/')}/ws/{service}", fragment="").geturl()


def _vertex_host(location: str) -> str:
    if location in {"", "global"}:
        return "aiplatform.googleapis.com"
    if location in _MULTI_REGIONS:
        return f"aiplatform.{location}.rep.googleapis.com"
    return f"{location}-aiplatform.googleapis.com"


def _headers(profile: ModelProfile, options: _Options) -> tuple[tuple[str, str], ...]:
    """The key goes into a header, so that it stands in no log of addresses."""
    headers: list[tuple[str, str]] = []
    if profile.key:
        if not profile.key.isascii() or not profile.key.isprintable() or " " in profile.key:
            raise options.wrong("key", "has characters that no key has")
        headers.append(("x-goog-api-key", profile.key))
    quota_project = options.text("quota_project")
    if quota_project:
        headers.append(("x-goog-user-project", quota_project))
    for name, value in profile.headers:
        if name.lower() in _FORBIDDEN_HEADERS:
            raise options.wrong("headers", f"{name} is set by the protocol itself")
        headers.append((name, value))
    return tuple(headers)


def _resource(model: str, is_vertex: bool, project: str, location: str) -> str:
    if not is_vertex:
        return model if "/" in model else f"models/{model}"
    if model.startswith("projects/"):
        return model
    published = model if model.startswith("publishers/") else f"publishers/google/models/{model}"
    if not project or not location:
        return published
    return f"projects/{project}/locations/{location}/{published}"


def _thinking_level(bare_model: str, options: _Options) -> str:
    """`gemini-3.8-live` accepts none; extended-thinking needs one and does not know MINIMAL."""
    key = "thinking_level"
    levels = {"": "", "low": "LOW", "medium": "MEDIUM", "high": "HIGH"}
    if "extended-thinking" in bare_model:
        return options.choice(key, "low", levels) or "LOW"
    level = options.choice(key, "", {**levels, "minimal": "MINIMAL"})
    if level and bare_model.startswith("gemini-3.8-live"):
        raise options.wrong(key, f"{bare_model} accepts none")
    return level
