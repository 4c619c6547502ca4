"""One conversation, from the media's opening to its close: who speaks, when.

No input or output, no clock. The bridge tells it what happens (`Conversation.receive`), does what
it asks (`Conversation.effects`), and wakes it when it wants (`Conversation.next_timer`,
`Conversation.handle_timer`). The phases and the theory are in `mapokezi.conversation.states`.

The order of things that the bridge may rely on: effects are to be done in the order given; what
an effect brings about (`LineQueued`, `PlayoutDropped`, `ToolResult`) is told by `receive`, at
once or later, and brings further effects. Events of a voice session that `OpenVoice` replaced
must not be passed on any more. Item ids must be new for the whole call, so a bridge that opens
several sessions sets them apart.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from mapokezi.audio.playout import PlayoutFinished, PlayoutStarted
from mapokezi.calls import Outcome, Termination, TerminationReason, TerminationResult
from mapokezi.conversation.barge_in import Judgement, Manner, Saying, Verdict, Why
from mapokezi.conversation.deadlines import Deadlines
from mapokezi.conversation.effects import (
    AnswerTool,
    CallOffHandOff,
    CloseCall,
    CloseForHandOff,
    DisregardTurn,
    Effect,
    Line,
    OpenVoice,
    PassDigit,
    RunTool,
)
from mapokezi.conversation.inputs import (
    CallerHungUp,
    ConversationInput,
    DrainRequested,
    EchoNoticed,
    EndRequested,
    HandOffSettled,
    HearingBegan,
    KeyPressed,
    LineQueued,
    MediaOpened,
    PlayoutDropped,
    ToolResult,
)
from mapokezi.conversation.items import ItemKind
from mapokezi.conversation.listening import Listening
from mapokezi.conversation.outcome import OutcomeFacts, outcome_of
from mapokezi.conversation.parting import Parting
from mapokezi.conversation.reply_wait import Owed, ReplyWait
from mapokezi.conversation.settings import ConversationSettings
from mapokezi.conversation.silence import Silence, Stir
from mapokezi.conversation.speaking import Speaking
from mapokezi.conversation.states import Phase, Step, next_phase
from mapokezi.conversation.timeline import Moment, Seconds, Timeline
from mapokezi.conversation.tool_calls import (
    END_CALL,
    HAND_OVER,
    TAKE_MESSAGE,
    TIMED_OUT,
    ToolCalls,
)
from mapokezi.conversation.transcript import Transcript
from mapokezi.conversation.voice_ladder import VoiceLadder
from mapokezi.conversation.words import words_of
from mapokezi.voice import events as voice
from mapokezi.voice.session import PastTurn


class Conversation:
    """The machine of one call. Not thread-safe, not re-entrant."""

    def __init__(self, settings: ConversationSettings | None = None) -> None:
        """Begin with a call whose media is not open."""
        self._settings = settings or ConversationSettings()
        self._phase = Phase.WAITING
        self._effects: list[Effect] = []
        self._deadlines: Deadlines[_Alarm] = Deadlines()
        self._timeline = Timeline()
        self._floor = Floor(self._settings, self._effects.append, self._timeline)
        self._ladder = VoiceLadder(self._settings.voice_rungs, self._settings.voice_open_s)
        self._tools = ToolCalls(self._settings.tool_s)
        self._last_words = LastWords()
        self._termination: Termination | None = None
        self._may_stay = False
        self._warning_due = False
        self._opened_at: float | None = None
        self._message_id: str | None = None
        self._talked = False
        self._key_pressed = False
        self._on = self._table()
