"""The session as we want it, in either dialect.

GA: ``openai.types.realtime.RealtimeSessionCreateRequest``. Beta: the flat
``openai.types.beta.realtime.session_update_event.Session``.
"""

from __future__ import annotations

from typing import Any

from mapokezi.voice.profile import ModelBriefing, ModelProfile, ToolForModel
from mapokezi.voice.protocols.openai_realtime.options import (
    DEFAULT_TRANSCRIPTION,
    DEFAULT_VOICE,
    RealtimeOptions,
    is_at_openai,
)

_TAKES_KEYWORDS = frozenset({"gpt-transcribe", "gpt-live-transcribe"})
_TAKES_NO_PROMPT = frozenset({"gpt-realtime-whisper", "gpt-4o-transcribe-diarize"})
_MOST_KEYWORDS = 100
"""A long list of names biases a recogniser towards hearing them everywhere."""
_KEPT_OF_CONTEXT = 0.8

Table = dict[str, Any]


def session_for(
    profile: ModelProfile, briefing: ModelBriefing, options: RealtimeOptions, instructions: str
) -> Table:
    """Write the session of one call."""
    shape = _beta if options.dialect == "beta" else _ga
    session = shape(profile, briefing, options)
    session["instructions"] = instructions
    if options.tools and briefing.tools:
        session["tools"] = [_tool(tool) for tool in briefing.tools]
        session["tool_choice"] = "auto"
    return session


def transcription_of(profile: ModelProfile, options: RealtimeOptions) -> str:
    """Name the model that writes the caller's words down; empty if the server is to choose."""
    if options.transcription_model is not None:
        return options.transcription_model
    return DEFAULT_TRANSCRIPTION if is_at_openai(profile) else ""


def _ga(profile: ModelProfile, briefing: ModelBriefing, options: RealtimeOptions) -> Table:
    heard: Table = {
        "format": {"type": "audio/pcm", "rate": options.input_rate},
        "turn_detection": _turn_detection(options),
    }
    said: Table = {"format": {"type": "audio/pcm", "rate": options.output_rate}}
    _add_hearing(heard, "", profile, briefing, options)
    if voice := _voice(profile):
        said["voice"] = voice
    if options.speed is not None:
        said["speed"] = options.speed
    session: Table = {
        "type": "realtime",
        "output_modalities": ["audio"],
        "audio": {"input": heard, "output": said},
    }
    if options.reasoning_effort:
        session["reasoning"] = {"effort": options.reasoning_effort}
    if options.max_output_tokens is not None:
        session["max_output_tokens"] = options.max_output_tokens
    if options.context_tokens is not None:
        session["truncation"] = {
            "type": "retention_ratio",
            "retention_ratio": _KEPT_OF_CONTEXT,
            "token_limits": {"post_instructions": options.context_tokens},
        }
    return session


def _beta(profile: ModelProfile, briefing: ModelBriefing, options: RealtimeOptions) -> Table:
    session: Table = {
        "modalities": ["audio", "text"],
        "input_audio_format": "pcm16",
        "output_audio_format": "pcm16",
        "turn_detection": _turn_detection(options),
    }
    _add_hearing(session, "input_audio_", profile, briefing, options)
    if voice := _voice(profile):
        session["voice"] = voice
    if options.speed is not None:
        session["speed"] = options.speed
    if options.temperature is not None:
        session["temperature"] = options.temperature
    if options.max_output_tokens is not None:
        session["max_response_output_tokens"] = options.max_output_tokens
    return session


def _add_hearing(
    table: Table,
    prefix: str,
    profile: ModelProfile,
    briefing: ModelBriefing,
    options: RealtimeOptions,
) -> None:
    """Add what is done with the caller's sound, under the names of the dialect."""
    model = transcription_of(profile, options)
    if model == "off":
        table[f"{prefix}transcription"] = None
    elif model:
        table[f"{prefix}transcription"] = _transcription(model, briefing)
    reduction = options.noise_reduction
    if reduction is None and is_at_openai(profile):
        reduction = "near_field"
    if reduction == "off":
        table[f"{prefix}noise_reduction"] = None
    elif reduction:
        table[f"{prefix}noise_reduction"] = {"type": reduction}


def _transcription(model: str, briefing: ModelBriefing) -> Table:
    transcription: Table = {"model": model}
    # ISO 639-1: "en-KE" is "en".
    languages = list(dict.fromkeys(tag.split("-")[0].lower() for tag in briefing.languages))
    if len(languages) == 1:
        transcription["language"] = languages[0]
    elif languages and model in _TAKES_KEYWORDS:
        transcription["languages"] = languages
    if not briefing.vocabulary:
        return transcription
    names = list(briefing.vocabulary[:_MOST_KEYWORDS])
    if model in _TAKES_KEYWORDS:
        transcription["keywords"] = names
    elif model not in _TAKES_NO_PROMPT:
        transcription["prompt"] = f"Expect these names: {', '.join(names)}."
    return transcription


def _turn_detection(options: RealtimeOptions) -> Table | None:
    if not options.server_vad:
        return None
    detection: Table = {
        "type": options.turn_detection,
        "create_response": True,
        "interrupt_response": options.interrupts,
    }
    if options.turn_detection == "semantic_vad":
        detection["eagerness"] = options.eagerness
    else:
        detection["threshold"] = options.vad_threshold
        detection["prefix_padding_ms"] = options.prefix_padding_ms
        detection["silence_duration_ms"] = options.silence_duration_ms
    return detection


def _voice(profile: ModelProfile) -> str:
    return profile.voice or (DEFAULT_VOICE if is_at_openai(profile) else "")


def _tool(tool: ToolForModel) -> Table:
    return {
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
    }
