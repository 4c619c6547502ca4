"""A model profile: how one voice model is reached, as the operator has set it up.

An office names profiles; it never sees an address or a key. A profile's key is bound to the host
of its address: a protocol puts it into the headers of that one handshake and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mapokezi.voice.wire import ModelProtocol


@dataclass(frozen=True, slots=True)
class ToolForModel:
    """A tool as a model is told of it."""

    name: str
    description: str
    parameters: Mapping[str, object]
    """A JSON Schema of type object, of the smallest kind: no ``$ref``, no ``const``."""
    is_slow: bool = False
    """Whether it may take longer than a moment, so that the talk should go on meanwhile."""
    is_last: bool = False
    """Whether the talk may be over once it is done, so that nothing need be said on its result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelProfile:
    """One voice model as the operator has set it up."""

    name: str
    protocol: str
    """``gemini_live``, ``openai_realtime``, ``chat_completions``, or one that an entry point of the
    group ``mapokezi.voice_protocols`` names."""
    model: str = ""
    """The vendor's name of the model; empty: the protocol's default."""
    url: str = ""
    """Where it is; empty: the vendor's own address."""
    api_version: str = ""
    key: str = field(default="", repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Further headers of the handshake."""
    voice: str = ""
    """The vendor's name of the voice."""
    options: Mapping[str, object] = field(default_factory=dict)
    """What only this protocol knows; it says so itself if a key or a value is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelBriefing:
    """What a protocol is made for: one office and its tools."""

    tools: tuple[ToolForModel, ...] = ()
    vocabulary: tuple[str, ...] = ()
    """Names that the recogniser should know: of the office, its people, its streets."""
    languages: tuple[str, ...] = ("en-KE",)
    """BCP 47, the likeliest first."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """For the vendor's bill, where it knows labels. Nothing personal."""


MakeProtocol = Callable[[ModelProfile, ModelBriefing, str], ModelProtocol]
"""Makes the protocol of one session: profile, briefing, and a prefix by which the session's ids
(items, turns, tools) are new for the whole call.

Raises:
    ConfigurationError: If the profile has an option that the protocol does not know; raised at
        start too, when every profile is tried with an empty briefing.
"""
