"""OpenAI's Realtime protocol, and what other servers make of it, behind `mapokezi.voice.wire`.

Two dialects: ``ga``, the events as OpenAI has named them since 2025, and ``beta``, the older names
and the flat session that Speaches and old API versions of Azure still speak. Received events are
understood by either name whatever the dialect; it decides only what we send.

- `machine`: the protocol itself; it joins the parts.
- `options`, `session_shape`, `client_messages`: what the operator chose, and what we send.
- `server_messages`, `faults`, `usage`: what we read.
- `uplink`: the caller's sound. `turns`: the caller's turns. `replies`, `tool_calls`: the model's.
- `gate`: the one place that asks for a response. `memory`: what a new connection is told.

Facts of the wire: the types of the openai SDK 3.54.0, and OpenAI's guide to the Realtime API.
"""

from __future__ import annotations

from mapokezi.voice.profile import ModelBriefing, ModelProfile
from mapokezi.voice.protocols.openai_realtime.machine import OpenAIRealtime
from mapokezi.voice.protocols.openai_realtime.options import options_of
from mapokezi.voice.wire import ModelProtocol

__all__ = ["make"]


def make(profile: ModelProfile, briefing: ModelBriefing, prefix: str) -> ModelProtocol:
    """Make the protocol of one session.

    Args:
        profile: The model and where it is; see `options.RealtimeOptions` for its options.
        briefing: The office's tools and names.
        prefix: What every id that is told begins with.

    Raises:
        ConfigurationError: If an option of the profile is unknown or wrong.
    """
    return OpenAIRealtime(profile, briefing, options_of(profile), prefix)
