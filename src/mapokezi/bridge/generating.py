"""Asking a chat model and reading its answers, a task for each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass

import structlog

from mapokezi.bridge.chat_client import Asks
from mapokezi.bridge.errands import Errands
from mapokezi.bridge.generation import Generation
from mapokezi.errors import MapokeziError
from mapokezi.speech.http_service import HttpFailed
from mapokezi.voice.profile import ModelBriefing
from mapokezi.voice.protocols.chat_completions.answer import (
    AnswerEnded,
    AnswerEvent,
    AnswerFailed,
    ChatAnswer,
    TokensCounted,
)
from mapokezi.voice.protocols.chat_completions.options import ChatOptions
from mapokezi.voice.protocols.chat_completions.request import request_body, warm_up_body
from mapokezi.voice.protocols.chat_completions.talk import Talk

log = structlog.get_logger("mapokezi.bridge.chat")

_LIKELY_S = 10.0
"""How long an answer that was begun early may take; a turn is over or goes on long before."""
_WARM_UP_S = 30.0
"""For a server to load the model, and to read the instructions."""
_COUNT_S = 1.0
"""How long the count of tokens is waited for behind an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatParts:
    """What a chat mind is made of."""

    name: str
    """The profile's, for the log."""
    model: str
    """The server's name of the model."""
    options: ChatOptions
    client: Asks
    briefing: ModelBriefing


class Generating:
    """Begins the answers of one session, and tells what comes of each.

    Args:
        parts: The model, the office's tools.
        errands: Where the tasks run; whoever cancels them stops all of it.
        came: Told each event of an answer, in order; whether it is stale, the mind knows.
        counted: Told the tokens of an answer, stale or not: they are to be paid for.
    """

    def __init__(
        self,
        parts: ChatParts,
        errands: Errands,
        came: Callable[[Generation, AnswerEvent], None],
        counted: Callable[[Mapping[str, int]], None],
    ) -> None:
        self._parts = parts
        self._errands = errands
        self._came = came
        self._counted = counted
        self._names = tuple(tool.name for tool in parts.briefing.tools)
        self.instructions = ""
        """What the model is told before the talk."""

    def begin(
        self, talk: Talk, turn_id: str, *, may_call: bool = True, is_live: bool = False
    ) -> Generation:
        """Ask the model; the events of its answer follow.

        Args:
            talk: What it answers.
            turn_id: The caller's newest turn in it, if it answers one.
            may_call: Whether it may call tools.
            is_live: Whether the caller waits for it already.
        """
        parts, options = self._parts, self._parts.options
        answer = ChatAnswer(
            options.most_characters,
            begins_thinking=options.begins_thinking,
            tool_names=self._names,
        )
        generation = Generation(talk, answer, turn_id, may_call, is_live=is_live)
        tools = parts.briefing.tools
        body = request_body(parts.model, self.instructions, talk, tools, options, may_call=may_call)
        generation.task = self._errands.run(self._generate(generation, body))
        return generation

    async def warm_up(self) -> HttpFailed | None:
        """Have the instructions read before they are needed; give why it could not be done."""
        parts = self._parts
        tools, options = parts.briefing.tools, parts.options
        body = warm_up_body(parts.model, self.instructions, tools, options)
        try:
            async with asyncio.timeout(_WARM_UP_S), aclosing(parts.client.ask(body)) as pieces:
                async for _ in pieces:
                    pass
        except HttpFailed as error:
            log.warning("warm_up_failed", profile=parts.name, reason=str(error))
            return error
        except TimeoutError:
            log.warning("warm_up_failed", profile=parts.name, reason="it takes long")
        return None

    async def _generate(self, generation: Generation, body: bytes) -> None:
        options, loop = self._parts.options, asyncio.get_running_loop()
        longest_s = options.first_token_s if generation.is_live else _LIKELY_S
        generation.due = generation.due or loop.time() + longest_s
        try:
            async with (
                asyncio.timeout_at(generation.due) as generation.limit,
                aclosing(self._parts.client.ask(body)) as pieces,
            ):
                async for piece in pieces:
                    self._received(generation, generation.answer.feed(piece))
                    if generation.answer.is_over:
                        return
                self._received(generation, generation.answer.end())
        except TimeoutError:
            slow = AnswerFailed("the model did not answer in time", recoverable=False)
            self._received(generation, [slow])
        except HttpFailed as error:
            self._received(generation, [AnswerFailed(str(error), error.recoverable)])
        except MapokeziError as error:
            self._received(generation, [AnswerFailed(str(error))])
        except Exception as error:
            log.exception("generation_failed", profile=self._parts.name)
            self._received(generation, [AnswerFailed(type(error).__name__, recoverable=False)])
        finally:
            generation.limit = None

    def _received(self, generation: Generation, events: Iterable[AnswerEvent]) -> None:
        for event in events:
            if isinstance(event, TokensCounted):
                self._counted(event.units)
                continue
            if not isinstance(event, AnswerFailed):
                ended = isinstance(event, AnswerEnded)
                wait_s = _COUNT_S if ended else self._parts.options.stall_s
                generation.must_come_by(asyncio.get_running_loop().time() + wait_s)
            self._came(generation, event)
