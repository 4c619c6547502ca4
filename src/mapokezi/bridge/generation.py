"""One answer of a chat model, while it comes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from mapokezi.bridge.checked_words import CheckedWords
from mapokezi.voice.protocols.chat_completions.answer import AnswerEvent, ChatAnswer
from mapokezi.voice.protocols.chat_completions.talk import Talk
from mapokezi.voice.protocols.chat_completions.tool_calls import ProposedTool


@dataclass(slots=True, eq=False)
class Generation:
    """One answer of the model's, while it comes."""

    talk: Talk
    """What it answers."""
    answer: ChatAnswer
    turn_id: str = ""
    may_call: bool = True
    tries: int = 1
    is_live: bool = False
    """Whether it is spoken; else what it brings is kept."""
    kept: list[AnswerEvent] = field(default_factory=list)
    task: asyncio.Task[None] | None = None
    limit: asyncio.Timeout | None = None
    due: float = 0.0
    item_id: str = ""
    said: list[str] = field(default_factory=list)
    tools: tuple[ProposedTool, ...] = ()
    checked: CheckedWords | None = None
    """What it says, judged; None until it has said something."""
    objections: int = 0
    """How many answers on the same words were withheld before this one."""

    @property
    def so_far(self) -> Talk:
        """The talk with what was said of this answer."""
        return self.talk.said(self.item_id, " ".join(self.said), self.tools)

    def must_come_by(self, due: float) -> None:
        """Set the instant by which the next of it must come."""
        self.due = due
        if self.limit is not None and not self.limit.expired():
            self.limit.reschedule(due)

    def stop(self) -> None:
        """Let go of the model's answer: the connection is closed, and the model stops."""
        if self.task is not None:
            self.task.cancel()
