"""Where what callers say is worked on, by the operator's settings; nothing is opened for it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mapokezi.config import ModelConfig, Settings
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.opening_notices import country_told
from mapokezi.voice.whereabouts import Given, Listener, Whereabouts, whereabouts_of

_VENDORS = {
    "gemini_live": "generativelanguage.googleapis.com",
    "openai_realtime": "api.openai.com",
}
"""Where a profile without an address of its own goes; of other protocols it is not known."""
_NOT_KNOWN = "address of the protocol's own"
_PARTS = ("stt_url", "tts_url")
"""The addresses among a chat profile's options."""
_CHAT = "chat_completions"


def where_is(profile: ModelConfig) -> Whereabouts:
    """Tell where a model profile's services are."""
    own = profile.url or _VENDORS.get(profile.protocol, _NOT_KNOWN)
    if profile.protocol != _CHAT:
        return whereabouts_of((own,), profile.country)
    parts = (str(profile.options.get(part) or "") for part in _PARTS)
    return whereabouts_of((own, *(one for one in parts if one)), profile.country)


def is_elsewhere(profile: ModelConfig) -> bool:
    """Whether what callers say leaves this machine and its network for a model profile."""
    return not where_is(profile).is_here


def listeners(settings: Settings, office: Office) -> tuple[Listener, ...]:
    """Give every service that may work on what callers of an office say, this machine's first."""
    return tuple(_listeners(settings, office))


def _listeners(settings: Settings, office: Office) -> Iterator[Listener]:
    speech = whereabouts_of((settings.speech.address or "unix://",), settings.speech.country)
    yield Listener("speech", "speech", Given.VOICE, speech)
    if settings.voice.kind == "local":
        chosen = settings.voice.models if office.models is None else office.models
        for name in dict.fromkeys(chosen):
            if name in settings.model:
                yield _of_profile(name, settings.model[name])
    name = settings.aftercall.summary_model
    if name in settings.model:
        yield Listener(name, "summary", Given.WORDS, where_is(settings.model[name]))


def _of_profile(name: str, profile: ModelConfig) -> Listener:
    is_deaf = profile.protocol == _CHAT and not profile.options.get("stt_url")
    given = Given.WORDS if is_deaf else Given.VOICE
    return Listener(name, profile.protocol, given, where_is(profile))


def with_server(settings: Settings, office: Office) -> Office:
    """Add to an office what the server's settings tell of it: whether its callers go abroad."""
    country = country_told(office)
    abroad = any(one.where.is_outside(country) for one in listeners(settings, office))
    return msgspec.structs.replace(office, worked_on_abroad=abroad)
