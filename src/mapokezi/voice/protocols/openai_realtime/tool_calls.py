"""The model's tool calls, from the item that proposes one to the result that answers it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from mapokezi.voice.events import ToolCalled
from mapokezi.voice.protocols.openai_realtime import client_messages as write
from mapokezi.voice.protocols.openai_realtime.gate import ResponseGate
from mapokezi.voice.protocols.openai_realtime.memory import NOTE, Memory
from mapokezi.voice.protocols.openai_realtime.outbox import Outbox, Purpose
from mapokezi.voice.protocols.openai_realtime.replies import Response
from mapokezi.voice.protocols.openai_realtime.server_messages import ItemInfo, ServerMessage

_NOT_AN_OBJECT = {"status": "failed", "reason": "the arguments are not a JSON object"}
_NOT_DONE = frozenset({"failed", "refused"})
_MOST_REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call that waits for its result."""

    connection: int
    call_id: str
    """The vendor's, of that connection."""
    name: str
    response_id: str


class ToolCalls:
    """All tool calls of one call's model."""

    def __init__(
        self,
        outbox: Outbox,
        gate: ResponseGate,
        memory: Memory,
        prefix: str,
        last_tools: Collection[str] = (),
    ) -> None:
        """Begin with none; after a result of ``last_tools`` the model may have nothing to say."""
        self._last_tools = last_tools
        self._outbox = outbox
        self._gate = gate
        self._memory = memory
        self._prefix = prefix
        self._count = 0
        self._open: dict[str, OpenCall] = {}
        self._written: dict[str, ItemInfo] = {}
        self._proposed: dict[tuple[str, str], None] = {}

    @property
    def is_idle(self) -> bool:
        """Whether no call waits for its result."""
        return not self._open

    def is_open(self, response_id: str) -> bool:
        """Whether a call of a response waits for its result."""
        return any(call.response_id == response_id for call in self._open.values())

    def written(self, message: ServerMessage) -> None:
        """The arguments are complete. They are so of a cancelled call too: nothing is run yet."""
        item_id = message.item_id or message.call_id or ""
        known = self._written.get(item_id)
        name = message.name or (known.name if known is not None else None)
        self._written[item_id] = ItemInfo(
            id=item_id, call_id=message.call_id, name=name, arguments=message.arguments
        )

    def announced(self, item: ItemInfo) -> None:
        """A call begins; the beta dialect tells its name here only."""
        self._written.setdefault(item.id or item.call_id or "", item)

    def completed(self, item: ItemInfo, response: Response, now: float) -> None:
        """Propose a call whose item is complete; once, however often that is told."""
        written = self._written.get(item.id or item.call_id or "")
        call_id = item.call_id or (written.call_id if written else None) or item.id or ""
        key = (response.response_id, call_id)
        if response.is_void or item.status not in {None, "completed"} or key in self._proposed:
            return
        self._proposed[key] = None
        if len(self._proposed) > _MOST_REMEMBERED:
            del self._proposed[next(iter(self._proposed))]
        response.brought = True
        name = item.name or (written.name if written else None) or ""
        arguments = item.arguments or (written.arguments if written else None)
        call = OpenCall(self._outbox.connection, call_id, name, response.response_id)
        self._propose(call, arguments or "{}", now)

    def response_done(self, message: ServerMessage, response: Response, now: float) -> None:
        """Propose what a completed response holds, for servers that tell of no item's end."""
        told = message.response
        for item in (told.output or []) if told is not None else []:
            if item.type == "function_call":
                self.completed(item, response, now)
        self._written.clear()

    def answer(self, tool_call_id: str, result: Mapping[str, Any], now: float) -> None:
        """Give a result to the model.

        A call that came over an older connection is unknown on this one: what it came to is told
        as a note, never as an answer.
        """
        call = self._open.pop(tool_call_id, None)
        if call is None:
            return
        output = msgspec.json.encode(result).decode()
        note = f"The tool {call.name} answered: {output}"
        if call.connection != self._outbox.connection:
            if self._gate.is_open:
                self._outbox.send(write.text_item(NOTE, note, ""), Purpose.ITEM)
        else:
            self._outbox.send(write.tool_output(call.call_id, output), Purpose.ITEM)
            self._gate.output_sent(call.call_id)
        self._memory.add(NOTE, note)
        if self.is_open(call.response_id):
            self._gate.hold(now)
        else:
            self._gate.release()
        is_last = call.name in self._last_tools and result.get("status") not in _NOT_DONE
        self._gate.owe(now, may_stay_quiet=is_last)

    def new_connection(self) -> None:
        """The vendor's ids end here; the deeds themselves go on."""
        self._written.clear()
        self._proposed.clear()

    def _propose(self, call: OpenCall, arguments: str, now: float) -> None:
        self._count += 1
        tool_call_id = f"{self._prefix}tool-{self._count}"
        self._open[tool_call_id] = call
        try:
            told = msgspec.json.decode(arguments, type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeError):
            self.answer(tool_call_id, _NOT_AN_OBJECT, now)
            return
        self._outbox.tell(ToolCalled(tool_call_id, call.name, told))
