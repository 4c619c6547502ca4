"""The model profiles of the settings, each tried once before any call."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import entry_points
from typing import Any
from urllib.parse import urlsplit

from mapokezi.app.whereabouts import is_elsewhere
from mapokezi.bridge.chat_voice import ChatModel, chat_model_of
from mapokezi.bridge.google_token import GoogleToken
from mapokezi.bridge.model_dialling import Dialler
from mapokezi.bridge.models import Model
from mapokezi.config import ModelConfig, Settings, read_secrets
from mapokezi.errors import ConfigurationError
from mapokezi.voice.profile import MakeProtocol, ModelBriefing, ModelProfile
from mapokezi.voice.protocols.chat_completions.options import PROTOCOL as CHAT
from mapokezi.voice.protocols.chat_completions.options import base_url
from mapokezi.voice.session import SessionBriefing
from mapokezi.voice.whereabouts import is_near
from mapokezi.voice.wire import OpenSocket

GROUP = "mapokezi.voice_protocols"
"""The entry points by which a developer's own protocol is found."""

_OWN = {
    "gemini_live": "mapokezi.voice.protocols.gemini_live",
    "openai_realtime": "mapokezi.voice.protocols.openai_realtime",
}


def models_of(
    settings: Settings, environment: Mapping[str, str] | None = None
) -> Mapping[str, Model | ChatModel]:
    """Make every model profile ready.

    Args:
        settings: The operator's.
        environment: Where keys are; the process's own by default.

    Raises:
        ConfigurationError: If a profile cannot be used, or ``voice.models`` names one that there
            is not.
    """
    for name in settings.voice.models:
        if name not in settings.model:
            known = ", ".join(settings.model) or "none"
            raise ConfigurationError(
                f"voice.models: there is no profile [model.{name}]; known: {known}"
            )
    return {name: _model(name, told, environment) for name, told in settings.model.items()}


def dialler_of(models: Mapping[str, Model | ChatModel]) -> Dialler:
    """Make what dials them, with Google's tokens if one of them needs these.

    Raises:
        ConfigurationError: If they are needed, and cannot be had on this machine.
    """
    needed = any(
        _first_order(model.profile, model.make).needs_token
        for model in models.values()
        if isinstance(model, Model)
    )
    return Dialler(token=GoogleToken() if needed else None)


def protocol_named(name: str) -> MakeProtocol:
    """Find what makes a protocol: one of ours, or one that an installed package registers.

    Raises:
        ConfigurationError: If there is none of that name, or it cannot be loaded.
    """
    if name in _OWN:
        found: Any = importlib.import_module(_OWN[name]).make
        return found  # type: ignore[no-any-return]
    others = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name not in others:
        known = ", ".join(sorted({*_OWN, CHAT, *others}))
        raise ConfigurationError(f"there is no protocol {name!r}; known: {known}")
    try:
        make = others[name].load()
    except Exception as error:
        raise ConfigurationError(
            f"the protocol {name!r} of {others[name].value} cannot be loaded: {error}"
        ) from error
    if not callable(make):
        raise ConfigurationError(f"{others[name].value} of the protocol {name!r} makes nothing")
    return make  # type: ignore[no-any-return]


def _model(
    name: str, told: ModelConfig, environment: Mapping[str, str] | None
) -> Model | ChatModel:
    try:
        profile = ModelProfile(
            name=name,
            protocol=told.protocol,
            model=told.model,
            url=told.url,
            api_version=told.api_version,
            key=_key(name, environment),
            headers=(*told.headers.items(), *_secret_headers(name, environment)),
            voice=told.voice,
            options=told.options,
        )
        if told.protocol == CHAT:
            chat = _chat_model(profile, told.proxy, environment)
            return replace(chat, is_elsewhere=is_elsewhere(told))
        make = protocol_named(told.protocol)
        order = _first_order(profile, make)
        return Model(
            profile=profile,
            make=make,
            host=_checked_host(order, has_secret=bool(profile.key) or order.needs_token),
            proxy=told.proxy or None,
            tells_words=told.tells_words,
            is_elsewhere=is_elsewhere(told),
        )
    except ConfigurationError as error:
        text = str(error)
        raise ConfigurationError(
            text if re.search(rf"model(\.| profile ){name}\b", text) else f"model.{name}: {text}"
        ) from error


def _chat_model(
    profile: ModelProfile, proxy: str, environment: Mapping[str, str] | None
) -> ChatModel:
    keys = {role: _key(f"{profile.name}-{role}", environment) for role in ("stt", "tts")}
    model = chat_model_of(profile, proxy=proxy or None, keys=keys)
    for what, url, key in (
        ("url", base_url(profile), profile.key or profile.headers),
        ("stt_url", model.options.stt_url, keys["stt"]),
        ("tts_url", model.options.tts_url, keys["tts"]),
    ):
        _check_key_is_safe(what, url, has_secret=bool(key))
    return model


def _variable(name: str, what: str) -> str:
    return f"MAPOKEZI_MODEL_{name}_{what}".replace("-", "_").upper()


def _key(name: str, environment: Mapping[str, str] | None) -> str:
    keys = read_secrets(_variable(name, "KEY"), environment)
    if len(keys) > 1:
        raise ConfigurationError(f"{_variable(name, 'KEY')}: a profile has one key")
    return keys[0] if keys else ""


def _secret_headers(
    name: str, environment: Mapping[str, str] | None
) -> tuple[tuple[str, str], ...]:
    """Read ``Name: value`` headers, parted by commas, from the environment or its file."""
    variable = _variable(name, "HEADERS")
    headers = []
    for line in read_secrets(variable, environment):
        header, colon, value = line.partition(":")
        if not colon or not header.strip():
            raise ConfigurationError(f"{variable}: write each header as Name: value")
        headers.append((header.strip(), value.strip()))
    return tuple(headers)


def _first_order(profile: ModelProfile, make: MakeProtocol) -> OpenSocket:
    """Have the profile's protocol say whom it would dial, which also tries all its options."""
    protocol = make(profile, ModelBriefing(), "")
    protocol.open(SessionBriefing("", None), 0.0)
    orders = [order for order in protocol.orders() if isinstance(order, OpenSocket)]
    if not orders:
        raise ConfigurationError(f"the protocol {profile.protocol!r} does not say whom to dial")
    return orders[0]


def _checked_host(order: OpenSocket, *, has_secret: bool) -> str:
    parts = urlsplit(order.url)
    if parts.scheme not in ("ws", "wss") or not parts.hostname:
        raise ConfigurationError(f"url: {order.url!r} is no ws or wss address")
    _check_key_is_safe("url", order.url, has_secret=has_secret)
    return parts.netloc


def _check_key_is_safe(what: str, url: str, *, has_secret: bool) -> None:
    parts = urlsplit(url)
    if parts.scheme in ("ws", "http") and has_secret and not is_near(parts.hostname or ""):
        better = f"{parts.scheme}s"
        raise ConfigurationError(f"{what}: {url!r} would carry the key in the clear; use {better}")
