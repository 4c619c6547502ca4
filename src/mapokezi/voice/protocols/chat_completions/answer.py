"""One streamed answer, from the bytes of its body to clauses for the voice and tools to propose.

Events come in the order in which they are due: clauses as soon as they are whole, the tools when
the answer is complete, for half an answer must not do anything; then `AnswerEnded`, once; after it
at most the count of tokens, which servers send last.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from mapokezi.voice.protocols.chat_completions import sse
from mapokezi.voice.protocols.chat_completions.chunks import (
    Chunk,
    Delta,
    error_text,
    read_chunk,
    text_in,
)
from mapokezi.voice.protocols.chat_completions.clauses import ClauseSplitter
from mapokezi.voice.protocols.chat_completions.plain import plain
from mapokezi.voice.protocols.chat_completions.tool_calls import GrowingToolCalls, ProposedTool
from mapokezi.voice.protocols.chat_completions.unspeakable import SpokenPart

_DONE = b"[DONE]"
_LONGEST_BYTES = 4 << 20
"""Of a whole answer, thoughts and envelopes included: about ten thousand tokens."""
_SAME = 3
"""A sentence that comes so often in one answer is a model that goes round in circles."""
_UNFINISHED = "length"
_REFUSALS = frozenset({"content_filter", "error"})


@dataclass(frozen=True, slots=True)
class Clause:
    """Something to be spoken: the first clause, later a sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolsProposed:
    """What the answer asks to have done."""

    tools: tuple[ProposedTool, ...]


@dataclass(frozen=True, slots=True)
class AnswerEnded:
    """The answer is complete, or is taken for complete."""

    reason: str
    """The server's (``stop``, ``tool_calls``, ``length``), or ours: ``too long``, ``repeats``."""
    left_out: bool = False
    """Whether some of its text was control text or thoughts, which were not spoken."""


@dataclass(frozen=True, slots=True)
class AnswerFailed:
    """Nothing more can be had of this answer; no tool of it may be run."""

    reason: str
    """For the operator; never spoken."""
    recoverable: bool = True
    """Whether asking again may help."""


@dataclass(frozen=True, slots=True)
class TokensCounted:
    """What the server has counted, by kind of unit."""

    units: Mapping[str, int]


AnswerEvent = Clause | ToolsProposed | AnswerEnded | AnswerFailed | TokensCounted


class ChatAnswer:
    """Reads one answer. Cut anywhere, the same bytes give the same events.

    Args:
        most_characters: How much of it may be spoken.
        begins_thinking: Whether its text begins within a thought.
        tool_names: Names of the tools; a sentence that says one is not for the caller's ears.
    """

    def __init__(
        self,
        most_characters: int = 700,
        *,
        begins_thinking: bool = False,
        tool_names: Iterable[str] = (),
    ) -> None:
        self._most_characters = most_characters
        self._events: list[AnswerEvent] = []
        self._reader = sse.EventReader()
        self._spoken = SpokenPart(begins_thinking=begins_thinking)
        self._clauses = ClauseSplitter()
        self._calls = GrowingToolCalls()
        self._said: Counter[str] = Counter()
        self._characters = 0
        self._received_bytes = 0
        self._dropped = False
        names = "|".join(re.escape(name) for name in tool_names if "_" in name)
        self._names = re.compile(rf"(?<!\w)(?:{names})(?!\w)") if names else None
        self.has_ended = False
        """Whether `AnswerEnded` or `AnswerFailed` was given."""
        self.is_over = False
        """Whether nothing more will come, the count of tokens neither."""

    def feed(self, received: bytes) -> list[AnswerEvent]:
        """Take a piece of the body."""
        if self.is_over:
            return []
        self._received_bytes += len(received)
        if self._received_bytes > _LONGEST_BYTES:
            self._fail("an answer without an end")
        else:
            try:
                events = self._reader.feed(received)
            except sse.NotEvents as error:
                self._fail(str(error))
            else:
                self._take_all(events)
        return self._taken()

    def end(self) -> list[AnswerEvent]:
        """The body is over: complete, or because the connection broke."""
        if not self.is_over:
            self._take_all(self._reader.flush())
            if not self.has_ended:
                self._fail("the answer was broken off")
            self.is_over = True
        return self._taken()

    def _taken(self) -> list[AnswerEvent]:
        taken, self._events = self._events, []
        return taken

    def _take_all(self, events: Iterable[sse.Event]) -> None:
        for event in events:
            if self.is_over:
                return
            if event.data.strip() == _DONE:
                self._done()
                return
            try:
                chunk = read_chunk(event.data)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                told = error_text(event.data.decode("utf-8", "replace"))
                self._fail(told if event.is_error else f"malformed: {error}")
                return
            self._take(chunk, is_error=event.is_error)

    def _done(self) -> None:
        if not self.has_ended:
            self._end("stop")
        self.is_over = True

    def _take(self, chunk: Chunk, *, is_error: bool) -> None:
        if is_error or chunk.error is not None or chunk.object == "error":
            self._fail(error_text(chunk.error if chunk.error is not None else chunk.message))
            return
        for choice in chunk.choices or ():
            if choice.index or self.has_ended:
                continue
            delta = choice.delta or choice.message
            if delta is not None:
                self._grow(delta)
            if choice.finish_reason and not self.has_ended:
                self._end(choice.finish_reason)
        if chunk.usage is not None and (units := chunk.usage.units()) and self._is_last(chunk):
            self._events.append(TokensCounted(units))

    def _is_last(self, chunk: Chunk) -> bool:
        """Whether its count is the final one: some servers count along with each piece."""
        return self.has_ended or not chunk.choices

    def _grow(self, delta: Delta) -> None:
        if delta.tool_calls:
            try:
                self._calls.add(delta.tool_calls)
            except ValueError as error:
                self._fail(str(error))
                return
        text = text_in(delta.content) or (delta.refusal or "")
        if text:
            for clause in self._clauses.feed(self._spoken.feed(text)):
                self._say(clause)

    def _say(self, written: str) -> None:
        if self.has_ended:
            return
        text = plain(written)
        if self._names is not None and self._names.search(written):
            self._dropped = True
            return
        if not text:
            return
        self._said[text] += 1
        if self._said[text] >= _SAME:
            self._finish("repeats")
            return
        self._characters += len(text)
        self._events.append(Clause(text))
        if self._characters >= self._most_characters:
            self._finish("too long")

    def _end(self, reason: str) -> None:
        """The server says that it is complete."""
        self._spoken_rest(reason)
        if self.has_ended:
            return
        if reason in _REFUSALS and not self._characters:
            self._fail(f"the server ended the answer: {reason}")
        elif reason == _UNFINISHED and not self._characters:
            self._fail("the answer was cut before it said anything: max_tokens is too small")
        else:
            if self._calls and reason != _UNFINISHED:
                self._events.append(ToolsProposed(self._calls.whole()))
            self._finish(reason)

    def _spoken_rest(self, reason: str) -> None:
        rest = self._clauses.feed(self._spoken.flush())
        rest += self._clauses.flush(drop_unfinished=reason == _UNFINISHED)
        for clause in rest:
            self._say(clause)

    def _finish(self, reason: str) -> None:
        self.has_ended = True
        left_out = self._spoken.left_out or self._dropped
        self._events.append(AnswerEnded(reason, left_out))
        if reason in ("too long", "repeats"):
            self.is_over = True

    def _fail(self, reason: str) -> None:
        if not self.has_ended:
            self.has_ended = True
            self._events.append(AnswerFailed(reason))
        self.is_over = True
