"""A small language for conversation tests: they read as scripts.

`Talk` plays the bridge: it owns the time, feeds the machine, does its effects on a model of the
playout that plays at true pace, and remembers all effects.
"""

from __future__ import annotations

from typing import TypeVar

from mapokezi.audio.playout import Heard, PlayoutFinished, PlayoutStarted
from mapokezi.conversation.effects import (
    BeginItem,
    DropPlayout,
    Effect,
    EndItem,
    GreetCaller,
    PausePlayout,
    QueueAudio,
    ResumePlayout,
    SpeakLine,
)
from mapokezi.conversation.inputs import (
    ConversationInput,
    LineQueued,
    MediaOpened,
    PlayoutDropped,
    ToolResult,
)
from mapokezi.conversation.machine import Conversation
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.voice.events import (
    CallerHeard,
    CallerTurnEnded,
    CallerVoiceStarted,
    CallerVoiceStopped,
    ReplyAudio,
    ReplyEnded,
    ReplyStarted,
    ReplyText,
    ToolCalled,
    VoiceReady,
)

AnyEffect = TypeVar("AnyEffect")

BEGAN = 1000.0
LINE_MS = 1000
EDGE_LAG_S = 0.1
STEP_S = 0.01


class ModelPlayout:
    """Plays queued items one after the other, at true pace."""

    def __init__(self) -> None:
        self.items: list[str] = []
        self.queued_ms: dict[str, float] = {}
        self.heard_ms: dict[str, float] = {}
        self.ended: set[str] = set()
        self.started: set[str] = set()
        self.is_paused = False

    def begin(self, item_id: str) -> None:
        self.items.append(item_id)
        self.queued_ms[item_id] = self.heard_ms[item_id] = 0.0

    def play(self, ms: float) -> list[tuple[str, str]]:
        told: list[tuple[str, str]] = []
        while self.items and not self.is_paused:
            item_id = self.items[0]
            if item_id not in self.started and self.queued_ms[item_id]:
                self.started.add(item_id)
                told.append(("started", item_id))
            part = min(ms, self.queued_ms[item_id] - self.heard_ms[item_id])
            self.heard_ms[item_id] += part
            ms -= part
            if self.heard_ms[item_id] < self.queued_ms[item_id] or item_id not in self.ended:
                break
            told.append(("finished", item_id))
            self.items.pop(0)
        return told

    def drop(self) -> tuple[Heard, ...]:
        told = tuple(
            Heard(item_id, int(self.heard_ms[item_id]), int(self.queued_ms[item_id]), False)
            for item_id in self.items
        )
        self.items = []
        self.is_paused = False
        return told


class Talk:
    """One conversation under test."""

    def __init__(self, settings: ConversationSettings | None = None) -> None:
        self.machine = Conversation(settings)
        self.playout = ModelPlayout()
        self.now = BEGAN
        self.effects: list[tuple[float, Effect]] = []
        self.turns = 0
        self.lines_fail = False

    @classmethod
    def opened(cls, settings: ConversationSettings | None = None) -> Talk:
        """A call that is greeted, the greeting heard."""
        talk = cls(settings)
        talk.tell(MediaOpened())
        talk.tell(VoiceReady("test"))
        talk.wait(LINE_MS / 1000 + 0.05)
        return talk

    def tell(self, event: ConversationInput) -> None:
        self.machine.receive(event, self.now)
        self._do_effects()

    def wait(self, seconds: float) -> None:
        """Let time pass, in steps of 10 ms, timers and playout running."""
        until = self.now + seconds
        while self.now < until - 1e-9:
            self.now = min(until, self.now + STEP_S)
            for what, item_id in self.playout.play(STEP_S * 1000):
                if what == "started":
                    self.tell(PlayoutStarted(item_id, self.now))
                else:
                    self.tell(PlayoutFinished(item_id, self.now))
            due = self.machine.next_timer()
            if due is not None and due <= self.now:
                self.machine.handle_timer(self.now)
                self._do_effects()

    @property
    def audio_ms(self) -> int:
        return round((self.now - BEGAN) * 1000)

    def voice_on(self) -> None:
        """The caller's voice begins now; the edge arrives a little later."""
        at_ms = self.audio_ms
        self.wait(EDGE_LAG_S)
        self.tell(CallerVoiceStarted(at_ms))

    def voice_off(self) -> None:
        at_ms = self.audio_ms
        self.wait(EDGE_LAG_S)
        self.tell(CallerVoiceStopped(at_ms))

    def utter(self, seconds: float) -> None:
        """A voice of this length, told of as it happens."""
        self.voice_on()
        self.wait(max(0.0, seconds - EDGE_LAG_S))
        self.voice_off()

    def heard(self, text: str, *, turn: str = "", final: bool = False) -> str:
        turn_id = turn or f"t{self.turns + 1}"
        self.tell(CallerHeard(turn_id, text, final))
        return turn_id

    def say(self, text: str, seconds: float = 1.0) -> str:
        """The caller says something that is taken for a turn; give its id."""
        self.utter(seconds)
        ended_ms = self.audio_ms - 100
        self.wait(0.5)
        self.turns += 1
        turn_id = f"t{self.turns}"
        self.tell(CallerHeard(turn_id, text, True, ended_ms - int(seconds * 1000), ended_ms))
        self.tell(CallerTurnEnded(turn_id, ended_ms))
        return turn_id

    def reply(
        self,
        text: str,
        seconds: float,
        *,
        item: str = "r1",
        to: str = "",
        facts: tuple[str, ...] = (),
    ) -> None:
        """The voice replies, all of its sound at once."""
        self.tell(ReplyStarted(item, to))
        self.tell(ReplyText(item, text, 0, facts))
        self.tell(ReplyAudio(item, bytes(int(seconds * 32_000) // 2 * 2)))
        self.tell(ReplyEnded(item))

    def tool(self, name: str, result: dict[str, object] | None = None, *, key: str = "c1") -> None:
        self.tell(ToolCalled(key, name, {}))
        if result is not None:
            self.tell(ToolResult(key, name, result))

    def of(self, kind: type[AnyEffect]) -> list[AnyEffect]:
        return [effect for _, effect in self.effects if isinstance(effect, kind)]

    def when(self, kind: type[Effect]) -> list[float]:
        """When effects of a kind came, in seconds since the call began."""
        return [round(at - BEGAN, 3) for at, effect in self.effects if isinstance(effect, kind)]

    def lines(self) -> list[str]:
        return [effect.line.value for effect in self.of(SpeakLine)]

    @property
    def is_audible(self) -> bool:
        return bool(self.playout.items) and not self.playout.is_paused

    def _do_effects(self) -> None:
        while effects := self.machine.effects():
            for effect in effects:
                self.effects.append((self.now, effect))
                self._do(effect)

    def _do(self, effect: Effect) -> None:
        playout = self.playout
        match effect:
            case GreetCaller(item_id) | SpeakLine(item_id):
                if self.lines_fail:
                    self.machine.receive(LineQueued(item_id, "", 0), self.now)
                    return
                playout.begin(item_id)
                playout.queued_ms[item_id] = LINE_MS
                playout.ended.add(item_id)
                self.machine.receive(LineQueued(item_id, f"({item_id})", LINE_MS), self.now)
            case BeginItem(item_id):
                playout.begin(item_id)
            case QueueAudio(item_id, pcm, rate):
                playout.queued_ms[item_id] += len(pcm) * 500 / rate
            case EndItem(item_id):
                playout.ended.add(item_id)
            case PausePlayout():
                playout.is_paused = True
            case ResumePlayout():
                playout.is_paused = False
            case DropPlayout():
                self.machine.receive(PlayoutDropped(playout.drop()), self.now)
            case _:
                pass
