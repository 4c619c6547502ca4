"""What a cascade is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mapokezi.bridge.cascade_memory import CascadeMemory
from mapokezi.bridge.mind import Mind, Outlet
from mapokezi.bridge.models import Trial
from mapokezi.bridge.speaking import SentenceSounds
from mapokezi.speech.client import SpeechClient
from mapokezi.speech.seams import SpeechToText, TextToSpeech


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeParts:
    """What a cascade is made of; `mapokezi.bridge.voices` and its like put it together."""

    name: str
    """As records have it: ``local``, or a profile's name."""
    detector: SpeechClient
    """Finds the caller's voice: the line's own speech server, wherever that is."""
    recogniser: SpeechToText
    voice: TextToSpeech
    sounds: SentenceSounds
    """Sentences of this voice that were spoken before."""
    memory: CascadeMemory
    mind: Callable[[Outlet], Mind]
    trial: Trial | None = None
    """Who wants to know how the session fares."""
    has_own_words: bool = False
    """Whether the mind finds its own words, so that what it says is to be checked."""
    is_elsewhere: bool = False
    """Whether what callers say leaves this machine and its network for the recogniser, the mind or
    the voice. A detector that is elsewhere says so itself."""
