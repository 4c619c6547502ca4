"""A chat model as a rung of a call's ladder: the model, with ears and a voice around it.

Voice activity is always found on this machine. Who writes the words down, and who speaks, is the
profile's choice: this machine's speech process, a Wyoming server, or an OpenAI-compatible one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from mapokezi.bridge.cascade_memory import CascadeMemory
from mapokezi.bridge.cascade_parts import CascadeParts
from mapokezi.bridge.cascade_session import CascadeSession
from mapokezi.bridge.chat_client import Asks, ChatClient
from mapokezi.bridge.chat_mind import ChatMind
from mapokezi.bridge.generating import ChatParts
from mapokezi.bridge.models import Trial, health_of
from mapokezi.bridge.speaking import SentenceSounds
from mapokezi.bridge.watched_voice import WatchedVoice
from mapokezi.speech.client import SpeechClient
from mapokezi.speech.http_service import HttpService, ServiceSettings
from mapokezi.speech.http_speech import HttpSpeaker, HttpSpeechSettings
from mapokezi.speech.http_transcription import HttpTranscriber, TranscriptionSettings
from mapokezi.speech.seams import SpeechToText, TextToSpeech
from mapokezi.speech.settings import ClientSettings
from mapokezi.voice.breaker import Breaker
from mapokezi.voice.events import UsageReported
from mapokezi.voice.profile import ModelBriefing, ModelProfile
from mapokezi.voice.protocols.chat_completions.options import ChatOptions, base_url, options_of

_HTTP = ("http", "https")


@dataclass(frozen=True, slots=True)
class ForCall:
    """What a session of a chat model takes from its call."""

    local: SpeechClient
    """This machine's ears and voice."""
    local_sounds: SentenceSounds
    """What that voice has said before."""
    memory: CascadeMemory
    """Of the call, and of this model in it."""
    briefing: ModelBriefing
    """The office's tools and names."""
    trial: Trial
    """Who wants to know how it fares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatModel:
    """One profile of a chat model, tried and found right; for all calls of the line."""

    profile: ModelProfile
    options: ChatOptions
    client: Asks
    recogniser: SpeechToText | None = None
    """None: this machine's."""
    voice: TextToSpeech | None = None
    """None: this machine's."""
    services: tuple[HttpService, ...] = ()
    """Whose connections are to be given back."""
    is_elsewhere: bool = True
    """Whether what callers say, or its words, leave this machine and its network for it."""
    sounds: SentenceSounds = field(default_factory=SentenceSounds)
    """Of ``voice``."""
    breaker: Breaker = field(default_factory=Breaker)
    in_voices: dict[str, tuple[TextToSpeech, SentenceSounds]] = field(default_factory=dict)
    """Other voices of the same server that offices have chosen, by name."""

    @property
    def host(self) -> str:
        """The host (and port, if named) that the profile's key is bound to."""
        return urlsplit(base_url(self.profile)).netloc

    def health(self) -> Mapping[str, Any]:
        """What `/healthz` tells of it."""
        return health_of(self.breaker)

    async def close(self) -> None:
        """Give the connections back."""
        for service in self.services:
            await service.close()

    def memory(self, rung: int, pronounce: Callable[[str], str]) -> CascadeMemory:
        """Begin what outlives its sessions in one call."""
        # The spellings are for the local voice; another one says names in its own way.
        spell = pronounce if self.voice is None else str
        return CascadeMemory(f"c{rung}-", spell)

    def spoken_by(
        self, local: SpeechClient, local_sounds: SentenceSounds, own_voice: str = ""
    ) -> tuple[TextToSpeech, SentenceSounds]:
        """Give the voice and what it has said before.

        Args:
            local: This machine's, for a profile without another.
            local_sounds: What that one has said before.
            own_voice: The office's choice; empty for the profile's own.
        """
        if self.voice is None:
            return local, local_sounds
        if not own_voice or own_voice == self.profile.voice:
            return self.voice, self.sounds
        known = self.in_voices.get(own_voice)
        if known is None:
            if isinstance(self.voice, HttpSpeaker):
                voice: TextToSpeech = self.voice.in_voice(own_voice)
            else:
                voice = SpeechClient(self.options.tts_url, ClientSettings(voice=own_voice))
            known = self.in_voices[own_voice] = (voice, SentenceSounds())
        return known

    def session(self, call: ForCall, own_voice: str = "") -> CascadeSession:
        """Make a session.

        Args:
            call: What is the call's.
            own_voice: The office's choice; empty for the profile's own.
        """
        made: list[CascadeSession] = []

        def used(units: Mapping[str, int], model: str) -> None:
            made[0].tell(UsageReported(units, model))

        recogniser = self.recogniser or call.local
        voice, sounds = self.spoken_by(call.local, call.local_sounds, own_voice)
        if isinstance(recogniser, HttpTranscriber):
            recogniser = recogniser.for_call(call.briefing.vocabulary, used)
        if isinstance(voice, HttpSpeaker):
            voice = voice.for_call(used)
        if voice is not call.local:
            voice = WatchedVoice(voice)
        parts = ChatParts(
            name=self.profile.name,
            model=self.profile.model,
            options=self.options,
            client=self.client,
            briefing=call.briefing,
        )
        session = CascadeSession(
            CascadeParts(
                name=self.profile.name,
                detector=call.local,
                recogniser=recogniser,
                voice=voice,
                sounds=sounds,
                memory=call.memory,
                mind=lambda outlet: ChatMind(parts, outlet),
                trial=call.trial,
                has_own_words=True,
                is_elsewhere=self.is_elsewhere,
            )
        )
        made.append(session)
        return session


def chat_model_of(
    profile: ModelProfile, *, proxy: str | None = None, keys: Mapping[str, str] | None = None
) -> ChatModel:
    """Make a profile ready; nothing is opened yet.

    Args:
        profile: The operator's.
        proxy: Through which all HTTP of this profile goes.
        keys: Of the servers that ``stt_url`` and ``tts_url`` name, under ``stt`` and ``tts``. One
            at the very address of the model has the model's key.

    Raises:
        ConfigurationError: Names the profile and the key that is wrong.
    """
    options = options_of(profile)
    servers = _Servers(profile, proxy, keys or {})
    return ChatModel(
        profile=profile,
        options=options,
        client=ChatClient(servers.at(base_url(profile))),
        recogniser=_recogniser(options, servers),
        voice=_voice(options, profile.voice, servers),
        services=tuple(servers.made.values()),
    )


class _Servers:
    """The HTTP servers of one profile, one pool of connections for each address."""

    def __init__(self, profile: ModelProfile, proxy: str | None, keys: Mapping[str, str]) -> None:
        self._profile = profile
        self._proxy = proxy
        self._keys = keys
        self.made: dict[str, HttpService] = {}

    def at(self, url: str, role: str = "") -> HttpService:
        """Give the server at an address, with the key that is for it."""
        url = url.rstrip("/")
        if url not in self.made:
            is_own = url == base_url(self._profile)
            self.made[url] = HttpService(
                ServiceSettings(
                    base_url=url,
                    key=self._profile.key if is_own else self._keys.get(role, ""),
                    headers=self._profile.headers if is_own else (),
                    proxy=self._proxy,
                )
            )
        return self.made[url]


def _recogniser(options: ChatOptions, servers: _Servers) -> SpeechToText | None:
    if not options.stt_url:
        return None
    model, language = options.stt_model, options.stt_language
    if not options.stt_url.startswith(_HTTP):
        return SpeechClient(options.stt_url, ClientSettings(recogniser=model, language=language))
    wanted = TranscriptionSettings(language=language)
    if model:
        wanted = replace(wanted, model=model)
    return HttpTranscriber(servers.at(options.stt_url, "stt"), wanted)


def _voice(options: ChatOptions, name: str, servers: _Servers) -> TextToSpeech | None:
    if not options.tts_url:
        return None
    if not options.tts_url.startswith(_HTTP):
        return SpeechClient(options.tts_url, ClientSettings(voice=name))
    wanted = HttpSpeechSettings(rate_hz=options.tts_rate)
    if options.tts_model:
        wanted = replace(wanted, model=options.tts_model)
    if name:
        wanted = replace(wanted, voice=name)
    return HttpSpeaker(servers.at(options.tts_url, "tts"), wanted)
