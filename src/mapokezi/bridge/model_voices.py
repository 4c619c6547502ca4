"""The voices of an office that has chosen voice models: its list in order, the clerk behind it.

Which models a call may use is settled once, when it arrives: those of the office's list, or of
the server's if it has none, that no breaker keeps new calls off. A socket may be opened before
the media socket comes, for a call that a *signed* callback has announced; it is closed if the
media never comes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol

import structlog

from mapokezi.bridge import clock
from mapokezi.bridge.call_in_progress import CallInProgress
from mapokezi.bridge.cascade_memory import CascadeMemory
from mapokezi.bridge.chat_voice import ChatModel, ForCall
from mapokezi.bridge.model_dialling import Dialler, SocketOwner
from mapokezi.bridge.model_parts import ModelParts
from mapokezi.bridge.model_socket import ModelSession
from mapokezi.bridge.models import Model, Trial
from mapokezi.bridge.office_meanings import meaning_of
from mapokezi.bridge.speaking import SentenceSounds, Speaking
from mapokezi.bridge.voices import LocalVoices, Voices
from mapokezi.calls import CallId, OfficeId
from mapokezi.receptionist.meanings import Meaning, Meanings
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.pronunciation import Pronunciation
from mapokezi.receptionist.tools import END_CALL, tools_for
from mapokezi.receptionist.turns import Sentence
from mapokezi.speech.client import SpeechClient
from mapokezi.speech.seams import SpeechToText
from mapokezi.voice.breaker import BreakerState
from mapokezi.voice.profile import ModelBriefing, ToolForModel
from mapokezi.voice.session import SessionBriefing, VoiceSession
from mapokezi.voice.watchdog import Watchdog
from mapokezi.voice.wire import OpenSocket

log = structlog.get_logger("mapokezi.bridge.voices")

_EARLY_FOR_S = 20.0
"""A media socket comes within 2 s of its document or not at all; a slow one may take 10."""


class Dials(Protocol):
    """What dials: `mapokezi.bridge.model_dialling.Dialler`."""

    async def dial(
        self, order: OpenSocket, owner: SocketOwner, *, host: str, proxy: str | None = None
    ) -> None:
        """Open a connection; ``owner`` is told when it is open."""


@dataclass(slots=True)
class _CallsModels:
    """What is known of one call."""

    names: tuple[str, ...]
    sessions: int = 0
    rung: int = -1
    trial: Trial | None = None
    early: ModelSession | None = None
    early_timer: asyncio.TimerHandle | None = None
    memories: dict[int, CascadeMemory] = field(default_factory=dict)
    """Of the rungs that are chat models."""


@dataclass(slots=True)
class EarlyCounts:
    """How sockets fared that were opened before the media came."""

    opened: int = 0
    used: int = 0
    in_vain: int = 0
    """The media socket never came."""
    not_opened: int = 0
    """There were too many at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVoicesSettings:
    """Which models answer, and how many may be dialled early."""

    default: Sequence[str] = ()
    """For offices that name none."""
    most_early: int = 10
    """At once, of calls whose media socket has not come: each is paid for from its opening on."""
    most_second_hearings: int = 10
    """At once, calls in which our own recogniser listens beside the model."""
    hears_all: bool = False
    """Whether it writes down what the model writes down too."""


class ModelVoices:
    """Makes the voice sessions of every call; see `mapokezi.bridge.voices.Voices`."""

    def __init__(
        self,
        models: Mapping[str, Model | ChatModel],
        local: Voices,
        speech: SpeechClient,
        settings: ModelVoicesSettings | None = None,
        dialler: Dials | None = None,
    ) -> None:
        """Take the server's models.

        Args:
            models: By their profiles' names.
            local: The clerk.
            speech: Says what a model should say and does not.
            settings: The order, the limits.
            dialler: Opens sockets.
        """
        self._models = models
        self._local = local
        self._speech = speech
        self._lent: set[CallId] = set()
        """The calls in which our own recogniser listens beside the model."""
        self._settings = settings or ModelVoicesSettings()
        self._dialler: Dials = dialler or Dialler()
        self._sounds = SentenceSounds()
        self._briefings: dict[OfficeId, ModelBriefing] = {}
        self._calls: dict[CallId, _CallsModels] = {}
        self.early = EarlyCounts()

    async def prepare(self, speech: SpeechClient) -> None:
        """Prepare the clerk, who tells what the offices' sentences mean.

        Raises:
            MapokeziError: If the speech process cannot, just now.
        """
        await self._local.prepare(speech)

    async def take(self, office: Office) -> None:
        """Have the clerk take up an office that was changed; models are briefed by each call."""
        await self._local.take(office)

    def tell_meanings(self, told: Callable[[Office, Meanings], None]) -> None:
        """Tell what the offices' sentences mean, once the clerk has learned it."""
        if isinstance(self._local, LocalVoices):
            self._local.learned = told

    async def meaning_of(self, text: str) -> Meaning | None:
        """Find what a model's question means; None if that cannot be had in time."""
        return await meaning_of(self._speech, text)

    def ear_for(self, call: CallInProgress) -> SpeechToText | None:
        """Lend a call our own recogniser, to listen beside its model; None if too many have it."""
        models = [self._models[name] for name in self._of(call).names]
        listen = any(not isinstance(model, ChatModel) for model in models)
        if not listen or len(self._lent) >= self._settings.most_second_hearings:
            return None
        self._lent.add(call.call_id)
        return self._speech

    @property
    def hears_all(self) -> bool:
        """Whether it writes down what models write down too."""
        return self._settings.hears_all

    def rungs(self, call: CallInProgress) -> int:
        """Give how many voices a call may go through, the clerk included."""
        return len(self._of(call).names) + 1

    def expect(self, call: CallInProgress, briefing: SessionBriefing) -> None:
        """Open the first model's socket for a call whose media has yet to come."""
        known = self._of(call)
        if not known.names or known.early is not None or known.sessions:
            return
        model = self._models[known.names[0]]
        if isinstance(model, ChatModel):
            return  # there is nothing to open before the caller has said something
        waiting = sum(other.early is not None for other in self._calls.values())
        if waiting >= self._settings.most_early:
            self.early.not_opened += 1
            return
        trial = self._trial(known, 0)
        if trial is None:
            return
        session = self._model_session(call, known, model, trial)
        self.early.opened += 1
        known.early = session
        session.begin(briefing)
        loop = asyncio.get_running_loop()
        known.early_timer = loop.call_later(_EARLY_FOR_S, self._not_claimed, known)

    def open(self, call: CallInProgress, rung: int) -> VoiceSession | None:
        """Make the session of a rung; None if there is none, or its model is not to be tried."""
        known = self._of(call)
        if known.trial is not None and rung > known.rung:
            known.trial.failed("it was replaced in a call")
        if rung == 0 and (early := self._claim(known)) is not None:
            self.early.used += 1
            return early
        known.rung, known.trial = rung, None
        if rung >= len(known.names):
            return self._local.open(call, rung - len(known.names))
        trial = self._trial(known, rung)
        if trial is None:
            return None
        model = self._models[known.names[rung]]
        if isinstance(model, ChatModel):
            return self._chat_session(call, known, model, trial)
        return self._model_session(call, known, model, trial)

    async def close(self) -> None:
        """Give back the connections that are kept between calls."""
        for model in self._models.values():
            if isinstance(model, ChatModel):
                await model.close()

    def forget(self, call: CallInProgress) -> None:
        """The call is over."""
        self._lent.discard(call.call_id)
        known = self._calls.pop(call.call_id, None)
        if known is not None:
            self._not_claimed(known)
        self._local.forget(call)

    def health(self) -> Mapping[str, Any]:
        """What `/healthz` tells of the models."""
        return {
            "models": {name: model.health() for name, model in self._models.items()},
            "early_models": asdict(self.early),
            "second_hearings": len(self._lent),
        }

    def _of(self, call: CallInProgress) -> _CallsModels:
        known = self._calls.get(call.call_id)
        if known is None:
            now, chosen = clock.monotonic(), call.office.models
            names = self._settings.default if chosen is None else chosen
            known = self._calls[call.call_id] = _CallsModels(
                tuple(
                    name
                    for name in names
                    if self._models[name].breaker.state(now) is not BreakerState.OPEN
                )
            )
        return known

    def _trial(self, known: _CallsModels, rung: int) -> Trial | None:
        """Begin with a model; None if its breaker keeps calls off it."""
        breaker = self._models[known.names[rung]].breaker
        if not breaker.take(clock.monotonic()):
            return None
        known.rung, known.trial = rung, Trial(breaker)
        known.sessions += 1
        return known.trial

    def _chat_session(
        self, call: CallInProgress, known: _CallsModels, model: ChatModel, trial: Trial
    ) -> VoiceSession:
        memory = known.memories.get(known.rung)
        if memory is None:
            pronounce = Pronunciation(call.office).of
            memory = known.memories[known.rung] = model.memory(known.rung, pronounce)
        parts = ForCall(self._speech, self._sounds, memory, self._briefing(call.office), trial)
        return model.session(parts, call.office.voices.get(model.profile.name, ""))

    def _model_session(
        self, call: CallInProgress, known: _CallsModels, model: Model, trial: Trial
    ) -> ModelSession:
        briefing = self._briefing(call.office)
        pronounce = Pronunciation(call.office).of
        voice = call.office.voices.get(model.profile.name, model.profile.voice)
        profile = replace(model.profile, voice=voice)

        async def dial(order: OpenSocket, owner: SocketOwner) -> None:
            await self._dialler.dial(order, owner, host=model.host, proxy=model.proxy)

        return ModelSession(
            ModelParts(
                name=model.profile.name,
                protocol=model.make(profile, briefing, f"m{known.sessions}-"),
                dial=dial,
                mouth=lambda tell: _Mouth(Speaking(self._speech, self._sounds, tell, pronounce)),
                watchdog=Watchdog(tells_words=model.tells_words, is_asked=True),
                verdict=trial,
                is_elsewhere=model.is_elsewhere,
            )
        )

    def _briefing(self, office: Office) -> ModelBriefing:
        found = self._briefings.get(office.id)
        if found is None:
            found = self._briefings[office.id] = briefing_for(office)
        return found

    def _claim(self, known: _CallsModels) -> ModelSession | None:
        early, known.early = known.early, None
        if known.early_timer is not None:
            known.early_timer.cancel()
            known.early_timer = None
        return early

    def _not_claimed(self, known: _CallsModels) -> None:
        early = self._claim(known)
        if early is not None:
            self.early.in_vain += 1
            early.close()


class _Mouth:
    """The local voice, for the few sentences of ours that have no sound of their own yet."""

    def __init__(self, speaking: Speaking) -> None:
        self._speaking = speaking

    def say(self, item_id: str, text: str) -> None:
        """Have it said."""
        self._speaking.say(item_id, [Sentence(text)])

    def stop(self) -> None:
        """Fall silent."""
        self._speaking.stop()


def briefing_for(office: Office) -> ModelBriefing:
    """Tell a model of an office's tools, and of the names that its callers will say."""
    names = [office.name, *(word for one in office.people for word in (one.name, *one.aliases))]
    return ModelBriefing(
        tools=tuple(
            ToolForModel(
                tool.name,
                tool.description,
                tool.parameters,
                tool.is_slow,
                is_last=tool.name == END_CALL,
            )
            for tool in tools_for(office)
        ),
        vocabulary=tuple(dict.fromkeys(names)),
        labels={"office": office.id},
    )
