"""What the server counts, in the kinds of `mapokezi.voice.events.UsageReported`.

OpenAI counts cached tokens as a part of the input tokens. Here they are taken out, so that each
kind has one price and the kinds add up.
"""

from __future__ import annotations

from mapokezi.voice.protocols.openai_realtime.server_messages import TokenInfo, UsageInfo


def units_of_response(usage: UsageInfo) -> dict[str, int]:
    """Give what one response has used; empty if nothing was told."""
    units: dict[str, int] = {}
    details = usage.input_token_details
    if details is None or (details.audio_tokens is None and details.text_tokens is None):
        units["tokens_in"] = usage.input_tokens or 0
    else:
        units |= _input(details)
    said = usage.output_token_details
    if said is None or (said.audio_tokens is None and said.text_tokens is None):
        units["tokens_out"] = usage.output_tokens or 0
    else:
        audio, text = said.audio_tokens or 0, said.text_tokens or 0
        thought = (usage.output_tokens or 0) - audio - text
        units |= {"audio_out": audio, "text_out": text, "thought_out": thought}
    return {kind: count for kind, count in units.items() if count > 0}


def units_of_transcription(usage: UsageInfo) -> dict[str, int]:
    """Give what writing down one turn has used: tokens, or the length of the sound."""
    tokens = usage.total_tokens or (usage.input_tokens or 0) + (usage.output_tokens or 0)
    units = {"transcribed_tokens": tokens, "transcribed_ms": round((usage.seconds or 0) * 1000)}
    return {kind: count for kind, count in units.items() if count > 0}


def _input(details: TokenInfo) -> dict[str, int]:
    audio, text = details.audio_tokens or 0, details.text_tokens or 0
    cached = details.cached_tokens_details
    if cached is not None:
        cached_audio = min(audio, cached.audio_tokens or 0)
        cached_text = min(text, cached.text_tokens or 0)
    else:
        # The cache holds what comes first, and the instructions, which are text, come first.
        cached_text = min(text, details.cached_tokens or 0)
        cached_audio = min(audio, (details.cached_tokens or 0) - cached_text)
    return {
        "audio_in": audio - cached_audio,
        "audio_in_cached": cached_audio,
        "text_in": text - cached_text,
        "text_in_cached": cached_text,
    }
