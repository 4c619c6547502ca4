"""Gemini Live (BidiGenerateContent) behind `mapokezi.voice.wire`: the Developer API and Vertex.

Facts: the contract's page on voice models of November 2026 and the types of google-genai 3.4.0.
What of it was never tried against the live service stands in the docs.

The model leads the turns (`VoiceReady.leads_turns`): it tells when the caller cuts in
(`ReplyInterrupted`), and it tells no edges of the caller's voice; `caller_words` says how its
transcripts become the caller's turns. Sound goes up as it comes, 16 kHz; it comes down at 24 kHz
and is told so, item by item. The server is never pinged by us: it was seen to answer after 8 to
30 seconds.
"""

from __future__ import annotations

from mapokezi.voice.profile import ModelBriefing, ModelProfile
from mapokezi.voice.protocols.gemini_live.session import GeminiLive
from mapokezi.voice.protocols.gemini_live.settings import settings_of
from mapokezi.voice.wire import ModelProtocol

__all__ = ["make"]


def make(profile: ModelProfile, briefing: ModelBriefing, prefix: str) -> ModelProtocol:
    """Make the protocol of one session.

    Args:
        profile: The operator's; its options are listed in `gemini_live.settings`.
        briefing: The office's tools, names and languages.
        prefix: With which every id told to the call begins.

    Raises:
        ConfigurationError: naming the profile and the key that is wrong.
    """
    return GeminiLive(settings_of(profile), briefing, prefix)
