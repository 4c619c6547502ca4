"""The model's tool calls: each told once, each answered once, on the connection that it came over.

The server's own ids may repeat within a call, and Vertex may send none; ours are new for the
whole call. Calls without an id can only be told apart by their order, so those that came in one
message are answered in one message, in that order.

A call whose connection is lost while the tool runs cannot be answered any more, and must not be
made again: its result is told to the next connection in words (`ToolCallBook.late`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mapokezi.voice.events import ToolCalled
from mapokezi.voice.profile import ToolForModel
from mapokezi.voice.protocols.gemini_live.incoming import FunctionCall
from mapokezi.voice.protocols.gemini_live.outgoing import ToolAnswer


@dataclass(slots=True, eq=False)
class _Call:
    tool_call_id: str
    vendor_id: str
    name: str
    batch: list[_Call] = field(default_factory=list, repr=False)
    result: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class CallsTaken:
    """What is to be done about one message with tool calls."""

    proposals: tuple[ToolCalled, ...]
    refusals: tuple[ToolAnswer, ...]
    """To be sent at once: calls of tools that there are not."""
    talk_waits: bool
    """Whether the model is silent until they are answered."""


class ToolCallBook:
    """The calls that are open on the connection in use."""

    def __init__(self, prefix: str, tools: tuple[ToolForModel, ...], scheduling: str) -> None:
        """Begin with none; ``scheduling`` goes with the answers of slow tools."""
        self._prefix = prefix
        self._tools = {tool.name: tool for tool in tools}
        self._scheduling = scheduling
        self._nth = 0
        self._open: dict[str, _Call] = {}
        self._lost: dict[str, _Call] = {}
        """Those that run on, and whose connection is gone."""

    @property
    def any_open(self) -> bool:
        """Whether the model waits for a result."""
        return bool(self._open)

    @property
    def any_lost(self) -> bool:
        """Whether a tool still runs whose connection is gone."""
        return bool(self._lost)

    def take(self, calls: list[FunctionCall]) -> CallsTaken:
        """Take in the calls of one message; one that is still open is not told again."""
        proposals: list[ToolCalled] = []
        refusals: list[ToolAnswer] = []
        batch: list[_Call] = []
        talk_waits = False
        for wire_call in calls:
            vendor_id, name = wire_call.id or "", wire_call.name or ""
            if vendor_id and any(call.vendor_id == vendor_id for call in self._open.values()):
                continue
            self._nth += 1
            call = _Call(f"{self._prefix}f{self._nth}", vendor_id, name, batch)
            refusal = self._refusal(name, wire_call.args)
            if refusal and vendor_id:
                refusals.append(ToolAnswer(vendor_id, name or "unknown", refusal))
                continue
            if not vendor_id:
                batch.append(call)
            if refusal:
                call.result = refusal
                continue
            self._open[call.tool_call_id] = call
            talk_waits = talk_waits or not self._tools[name].is_slow
            proposals.append(ToolCalled(call.tool_call_id, name, wire_call.args or {}))
        if batch and all(call.result is not None for call in batch):
            refusals += self._answers_of(batch)
        return CallsTaken(tuple(proposals), tuple(refusals), talk_waits)

    def answer(self, tool_call_id: str, result: Mapping[str, Any]) -> tuple[ToolAnswer, ...]:
        """Take in a result; give what can be sent now. Nothing for a call that is not open."""
        call = self._open.pop(tool_call_id, None)
        if call is None:
            return ()
        call.result = result
        if call.vendor_id:
            return (self._answer_of(call),)
        if any(one.result is None for one in call.batch):
            return ()
        return self._answers_of(call.batch)

    def withdraw(self, vendor_ids: list[str]) -> tuple[str, ...]:
        """Take in the server's cancellation; give our ids of those that were open."""
        wanted = set(vendor_ids) - {""}
        gone = tuple(key for key, call in self._open.items() if call.vendor_id in wanted)
        for key in gone:
            del self._open[key]
        return gone

    def late(self, tool_call_id: str) -> str:
        """Take in that a call has its result after its connection was lost.

        Returns:
            The tool's name; empty if it is no such call.
        """
        call = self._lost.pop(tool_call_id, None)
        return "" if call is None else call.name

    def name_of(self, tool_call_id: str) -> str:
        """Give the name of the tool of a call that is open; empty if it is not."""
        call = self._open.get(tool_call_id)
        return "" if call is None else call.name

    def is_silent(self, name: str) -> bool:
        """Whether the model is to say nothing of a tool's result."""
        tool = self._tools.get(name)
        return tool is not None and tool.is_slow and self._scheduling == "SILENT"

    def lose(self) -> None:
        """Their connection is gone; the deeds go on."""
        self._lost |= self._open
        self._open.clear()

    def forget(self) -> None:
        """There will be no further connection."""
        self._open.clear()
        self._lost.clear()

    def _refusal(self, name: str, args: object) -> Mapping[str, Any] | None:
        if name not in self._tools:
            known = ", ".join(self._tools) or "none"
            return {"status": "failed", "error": f"there is no tool of this name; known: {known}"}
        if args is not None and not isinstance(args, dict):
            return {"status": "failed", "error": "the arguments must be an object"}
        return None

    def _answers_of(self, batch: list[_Call]) -> tuple[ToolAnswer, ...]:
        return tuple(self._answer_of(call) for call in batch)

    def _answer_of(self, call: _Call) -> ToolAnswer:
        tool = self._tools.get(call.name)
        scheduling = self._scheduling if tool is not None and tool.is_slow else ""
        return ToolAnswer(call.vendor_id, call.name or "unknown", call.result or {}, scheduling)
