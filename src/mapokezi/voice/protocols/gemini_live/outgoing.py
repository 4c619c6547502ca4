"""What is sent to the server: UTF-8 JSON, one top-level key each, names in camelCase.

Shapes: the captures in the contract's page of November 2026, and `google.genai.types` of 3.4.0
(``LiveClientMessage``), against which the tests parse every one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import pybase64

from mapokezi.voice.profile import ModelBriefing, ToolForModel
from mapokezi.voice.protocols.gemini_live.schema import declared
from mapokezi.voice.protocols.gemini_live.settings import GeminiSettings
from mapokezi.voice.session import NOT_UNDERSTOOD, PastTurn

_AUDIO_HEAD = b'{"realtimeInput":{"audio":{"mimeType":"audio/pcm;rate=16000","data":"'
_AUDIO_TAIL = b'"}}}'
_ENCODER = msgspec.json.Encoder(enc_hook=str)
_ROLES = {"caller": "user", "receptionist": "model"}
_MOST_VOCABULARY = 200
"""Names beyond this bias a recogniser to nothing."""
_LOST_WORDS = (
    "[From the office: the caller's last words were lost on the line. Ask the caller kindly to say "
    "that again.]"
)
NUDGE = b'{"realtimeInput":{"text":" "}}'
"""Starts a generation that was asked for and did not start; newer models need it at times."""


def audio(pcm: bytes | bytearray) -> bytes:
    """Give the message for caller sound: S16LE mono at 16 kHz, Gemini's own rate."""
    return b"".join((_AUDIO_HEAD, pybase64.b64encode(pcm), _AUDIO_TAIL))


def setup(
    settings: GeminiSettings,
    briefing: ModelBriefing,
    instructions: str,
    *,
    handle: str = "",
    has_history: bool = False,
) -> bytes:
    """Give the first message of a connection.

    Args:
        settings: The profile's.
        briefing: The office's.
        instructions: The system instruction.
        handle: Of the session that goes on; empty for a new one.
        has_history: Whether the conversation so far follows as client content, before the caller.
    """
    made: dict[str, Any] = {
        "model": settings.model,
        "generationConfig": _generation(settings),
        "realtimeInputConfig": {
            "automaticActivityDetection": {
                "disabled": False,
                "startOfSpeechSensitivity": settings.start_sensitivity,
                "endOfSpeechSensitivity": settings.end_sensitivity,
                "prefixPaddingMs": settings.prefix_padding_ms,
                "silenceDurationMs": settings.silence_duration_ms,
            },
            "activityHandling": "START_OF_ACTIVITY_INTERRUPTS",
            "turnCoverage": "TURN_INCLUDES_ONLY_ACTIVITY",
        },
        "inputAudioTranscription": _hints(settings, briefing),
        "outputAudioTranscription": {},
        "sessionResumption": {"handle": handle} if handle else {},
        "contextWindowCompression": {
            "triggerTokens": settings.compression_trigger_tokens,
            "slidingWindow": {"targetTokens": settings.compression_target_tokens},
        },
    }
    if instructions:
        made["systemInstruction"] = {"parts": [{"text": instructions}]}
    if briefing.tools:
        made["tools"] = [{"functionDeclarations": [_declaration(one) for one in briefing.tools]}]
    if not settings.is_vertex:
        if has_history:
            made["historyConfig"] = {"initialHistoryInClientContent": True}
        if briefing.labels:
            made["labels"] = _labels(briefing.labels)
    return _ENCODER.encode({"setup": made})


def history(turns: Iterable[PastTurn], *, is_vertex: bool) -> bytes:
    """Give the conversation so far, which asks for no reply.

    Vertex does not know ``historyConfig``; there ``turnComplete`` would start a generation.
    """
    contents: list[dict[str, Any]] = []
    for turn in turns:
        role = _ROLES.get(turn.speaker, "user")
        text = _LOST_WORDS if turn.text == NOT_UNDERSTOOD else turn.text
        if not contents and role == "model":
            contents.append({"role": "user", "parts": [{"text": "(The telephone rings.)"}]})
        if contents and contents[-1]["role"] == role:
            contents[-1]["parts"].append({"text": text})
        else:
            contents.append({"role": role, "parts": [{"text": text}]})
    return _ENCODER.encode({"clientContent": {"turns": contents, "turnComplete": not is_vertex}})


def content(text: str, *, role: str = "user", asks: bool = True) -> bytes:
    """Give words that are no sound of the caller's. They cut short what is being generated.

    Args:
        text: The words.
        role: ``user``, or ``model`` for what was said in the model's name.
        asks: Whether the model is to go on from here.
    """
    turn = {"role": role, "parts": [{"text": text}]}
    return _ENCODER.encode({"clientContent": {"turns": [turn], "turnComplete": asks}})


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """The result of a tool as the server wants it."""

    vendor_id: str
    """Empty on Vertex, which may send none and must not get an invented one back."""
    name: str
    result: Mapping[str, Any]
    scheduling: str = ""
    """For tools that the talk does not wait for."""


def in_json(result: Mapping[str, Any]) -> str:
    """Write a tool's result as it stands in a text."""
    return _ENCODER.encode(result).decode()


def tool_response(answers: Iterable[ToolAnswer]) -> bytes:
    """Give the message that answers tool calls."""
    responses = []
    for answer in answers:
        response: dict[str, Any] = {"name": answer.name, "response": dict(answer.result)}
        if answer.vendor_id:
            response["id"] = answer.vendor_id
        if answer.scheduling:
            # The SDK's types have it beside the response, the vendor's guide within it.
            response["scheduling"] = answer.scheduling
            response["response"]["scheduling"] = answer.scheduling
        responses.append(response)
    return _ENCODER.encode({"toolResponse": {"functionResponses": responses}})


def _generation(settings: GeminiSettings) -> dict[str, Any]:
    generation: dict[str, Any] = {"responseModalities": ["AUDIO"]}
    if settings.temperature is not None:
        generation["temperature"] = settings.temperature
    speech: dict[str, Any] = {}
    if settings.voice:
        speech["voiceConfig"] = {"prebuiltVoiceConfig": {"voiceName": settings.voice}}
    if settings.language_code:
        speech["languageCode"] = settings.language_code
    if speech:
        generation["speechConfig"] = speech
    if settings.thinking_level:
        generation["thinkingConfig"] = {"thinkingLevel": settings.thinking_level}
    return generation


def _hints(settings: GeminiSettings, briefing: ModelBriefing) -> dict[str, Any]:
    if not settings.has_transcription_hints:
        return {}
    hints: dict[str, Any] = {}
    languages = settings.transcription_languages or briefing.languages
    if languages:
        hints["languageCodes"] = list(languages)
    vocabulary = list(dict.fromkeys(name.strip() for name in briefing.vocabulary if name.strip()))
    if vocabulary:
        hints["customVocabulary"] = vocabulary[:_MOST_VOCABULARY]
    return hints


def _declaration(tool: ToolForModel) -> dict[str, Any]:
    declaration: dict[str, Any] = {
        "name": tool.name,
        "description": tool.description,
        # On 3.8 the default is NON_BLOCKING, and the model then talks while a tool runs.
        "behavior": "NON_BLOCKING" if tool.is_slow else "BLOCKING",
    }
    parameters = declared(tool.parameters)
    if parameters is not None:
        declaration["parameters"] = parameters
    return declaration


def _labels(labels: Mapping[str, str]) -> dict[str, str]:
    """Write labels as Google Cloud allows them: lower case, digits, dashes, 63 characters."""
    return {
        key: "".join(c if c.isalnum() or c in "_-" else "-" for c in value.lower())[:63]
        for key, value in labels.items()
    }
