"""The words of Wyoming that this program uses, imported in the one way that warns nobody."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    # wyoming.audio imports audioop, which Python 3.11 and 3.12 call deprecated; on 3.13 the
    # package brings its own. Goes when the package no longer tries audioop first.
    warnings.simplefilter("ignore", DeprecationWarning)
    import wyoming.audio  # noqa: F401  the others import it

from wyoming.asr import Transcribe, Transcript
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import AsrModel, AsrProgram, Attribution, Info, TtsProgram, TtsVoice
from wyoming.tts import Synthesize, SynthesizeVoice
from wyoming.vad import VoiceStarted, VoiceStopped

__all__ = [
    "AsrModel",
    "AsrProgram",
    "Attribution",
    "Error",
    "Event",
    "Info",
    "Synthesize",
    "SynthesizeVoice",
    "Transcribe",
    "Transcript",
    "TtsProgram",
    "TtsVoice",
    "VoiceStarted",
    "VoiceStopped",
]
