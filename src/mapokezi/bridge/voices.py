"""Which voice answers a call: the list that a call's rungs are taken from."""

from __future__ import annotations

from typing import Protocol

from mapokezi.bridge import clock
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.cascade_session import CascadeSession
from mapokezi.bridge.clerk_memory import ClerkMemory
from mapokezi.bridge.script_session import ScriptSession
from mapokezi.bridge.speaking import SentenceSounds, spoken
from mapokezi.calls import CallId, OfficeId
from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.pronunciation import Pronunciation
from mapokezi.speech.client import SpeechClient
from mapokezi.voice.script_file import Script
from mapokezi.voice.session import VoiceSession


class Voices(Protocol):
    """Makes voice sessions."""

    async def prepare(self, speech: SpeechClient) -> None:
        """Have made into sound what can be before any call.

        Raises:
            MapokeziError: If the speech process cannot, just now.
        """

    def open(self, call: CallInProgress, rung: int) -> VoiceSession | None:
        """Make the session of a rung for a call; None if the list has no such rung."""

    def forget(self, call: CallInProgress) -> None:
        """The call is over."""


class LocalVoices:
    """The clerk with this machine's ears and voice; the only rung."""

    def __init__(self, speech: SpeechClient) -> None:
        self._speech = speech
        self._sounds = SentenceSounds()
        self._clerks: dict[OfficeId, Clerk] = {}
        self._memories: dict[CallId, ClerkMemory] = {}

    async def prepare(self, speech: SpeechClient) -> None:
        """Nothing: sentences are kept as they are first spoken."""

    def open(self, call: CallInProgress, rung: int) -> VoiceSession | None:
        """Make a session; a second one for the same call goes on where the first one was."""
        if rung > 0:
            return None
        memory = self._memories.get(call.call_id)
        if memory is None:
            clerk = self._clerks.get(call.office_id)
            if clerk is None:
                clerk = self._clerks[call.office_id] = Clerk(call.office)
            pronounce = Pronunciation(call.office).of
            memory = self._memories[call.call_id] = ClerkMemory(clerk, call.caller, pronounce)
        return CascadeSession(self._speech, memory, self._sounds)

    def forget(self, call: CallInProgress) -> None:
        """Forget what the clerk knew of a call."""
        self._memories.pop(call.call_id, None)


class ScriptVoices:
    """A script for every call; the only rung.

    Args:
        script: What is said. A sentence without sound is murmured.
    """

    def __init__(self, script: Script) -> None:
        self._script = script
        self._sounds: dict[str, bytes] = {}

    async def prepare(self, speech: SpeechClient) -> None:
        """Have every sentence of the script spoken once, before it is needed."""
        for text in self._script.sentences():
            if text in self._sounds:
                continue
            self._sounds[text] = b"".join([piece async for piece in spoken(speech, text)])

    def open(self, call: CallInProgress, rung: int) -> VoiceSession | None:
        """Make a session."""
        if rung > 0:
            return None
        return ScriptSession(self._script, self._sounds, clock.new_id("script"))

    def forget(self, call: CallInProgress) -> None:
        """Nothing is remembered."""
