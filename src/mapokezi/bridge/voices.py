"""Which voice answers a call: the list that a call's rungs are taken from."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterable
from typing import Protocol

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.cascade_parts import CascadeParts
from mapokezi.bridge.cascade_session import CascadeSession
from mapokezi.bridge.clerk_memory import ClerkMemory
from mapokezi.bridge.clerk_mind import ClerkMind
from mapokezi.bridge.office_meanings import OfficeMeanings
from mapokezi.bridge.recorded_speech import RecordedSpeech
from mapokezi.bridge.script_session import ScriptSession
from mapokezi.bridge.speaking import SentenceSounds, spoken
from mapokezi.calls import CallId, OfficeId
from mapokezi.receptionist.clerk import Clerk
from mapokezi.receptionist.examples import sentences_of
from mapokezi.receptionist.meanings import Meanings
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.pronunciation import Pronunciation
from mapokezi.speech.client import SpeechClient
from mapokezi.voice.script_file import Script
from mapokezi.voice.session import VoiceSession

log = structlog.get_logger("mapokezi.bridge.voices")


class Voices(Protocol):
    """Makes voice sessions."""

    async def prepare(self, speech: SpeechClient) -> None:
        """Have made into sound what can be before any call.

        Raises:
            MapokeziError: If the speech process cannot, just now.
        """

    async def take(self, office: Office) -> None:
        """Take up an office that was changed, in the place of the one of its id.

        Calls that have a session keep theirs. What its sentences mean is found by `prepare`.
        """

    def open(self, call: CallInProgress, rung: int) -> VoiceSession | None:
        """Make the session of a rung for a call; None if the list has no such rung."""

    def forget(self, call: CallInProgress) -> None:
        """The call is over."""


class LocalVoices:
    """The clerk with this machine's ears and voice; the only rung.

    Args:
        speech: The speech process.
        offices: Those whose clerks shall understand by meaning, once `prepare` is done.
        meanings: Where the meanings of their sentences are had from.
        recorded: Gives what an office has recorded in languages that are not English.
    """

    def __init__(
        self,
        speech: SpeechClient,
        offices: Iterable[Office] = (),
        meanings: OfficeMeanings | None = None,
        recorded: Callable[[Office], RecordedSpeech] = lambda _office: RecordedSpeech(),
    ) -> None:
        self._speech = speech
        self.learned: Callable[[Office, Meanings], None] = lambda _office, _meanings: None
        """Told what an office's sentences mean, once that is known."""
        self._offices = tuple(offices)
        self._meanings = meanings
        self._recorded_of = recorded
        self._recorded: dict[OfficeId, RecordedSpeech] = {}
        self._sounds = SentenceSounds()
        # Learning takes the better part of a second: not in the first call.
        self._clerks: dict[OfficeId, Clerk] = {
            each.id: self._clerk_of(each) for each in self._offices
        }
        self._memories: dict[CallId, ClerkMemory] = {}

    async def prepare(self, speech: SpeechClient) -> None:
        """Teach the clerks what their offices' sentences mean; also those that are in a call.

        Until then they go by words alone. What they say is kept as sound when it is first spoken.
        """
        if self._meanings is None:
            return
        sentences = {office.id: sentences_of(office) for office in self._offices}
        found = await self._meanings.of(itertools.chain(*sentences.values()), speech)
        if found is None:
            log.warning("no_meanings", so="the clerk goes by words alone")
            return
        for office in self._offices:
            known = Meanings({text: found[text] for text in sentences[office.id]})
            self.learned(office, known)
            clerk = await asyncio.to_thread(Clerk, office, known, self._recorded[office.id].can_say)
            before, self._clerks[office.id] = self._clerks.get(office.id), clerk
            for memory in self._memories.values():
                if memory.clerk is before:
                    memory.clerk = clerk
        log.info("clerks_ready", sentences=len(found))

    async def take(self, office: Office) -> None:
        """Make the clerk of an office that was changed; it goes by words alone until `prepare`."""
        clerk = await asyncio.to_thread(self._clerk_of, office)
        self._offices = (*(one for one in self._offices if one.id != office.id), office)
        self._clerks[office.id] = clerk

    def _clerk_of(self, office: Office) -> Clerk:
        """Make the clerk of an office, with what it has recorded."""
        recorded = self._recorded[office.id] = self._recorded_of(office)
        return Clerk(office, can_say=recorded.can_say)

    def open(self, call: CallInProgress, rung: int) -> VoiceSession | None:
        """Make a session; a second one for the same call goes on where the first one was."""
        if rung > 0:
            return None
        memory = self._memories.get(call.call_id)
        if memory is None:
            clerk = self._clerks.get(call.office_id)
            if clerk is None:
                clerk = self._clerks[call.office_id] = self._clerk_of(call.office)
            pronounce = Pronunciation(call.office).of
            memory = self._memories[call.call_id] = ClerkMemory(
                clerk,
                call.caller,
                pronounce,
                self._recorded[call.office_id],
                call.known,
                only_messages=call.only_messages,
            )
        return clerk_session(self._speech, memory, self._sounds)

    def forget(self, call: CallInProgress) -> None:
        """Forget what the clerk knew of a call."""
        self._memories.pop(call.call_id, None)


def clerk_session(
    speech: SpeechClient, memory: ClerkMemory, sounds: SentenceSounds
) -> CascadeSession:
    """Make a session of the clerk with this machine's ears and voice."""
    return CascadeSession(
        CascadeParts(
            name="local",
            detector=speech,
            recogniser=speech,
            voice=speech,
            sounds=sounds,
            memory=memory.cascade,
            mind=lambda outlet: ClerkMind(memory, outlet),
        )
    )


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

    async def take(self, office: Office) -> None:
        """The script is the same for every office."""

    def open(self, call: CallInProgress, rung: int) -> VoiceSession | None:
        """Make a session."""
        if rung > 0:
            return None
        return ScriptSession(self._script, self._sounds, clock.new_id("script"))

    def forget(self, call: CallInProgress) -> None:
        """Nothing is remembered."""
