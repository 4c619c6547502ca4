"""The tools that an answer calls, put together from their pieces.

OpenAI numbers the calls of an answer (``index``), and tells id and name with the first piece.
Others leave the index out, number all of them 0 and tell them apart by their ids, tell the whole
name with each piece, leave the id out, or send the arguments as an object.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from mapokezi.voice.protocols.chat_completions.chunks import ToolCallDelta

_MOST_CALLS = 8
_MOST_ARGUMENTS = 16_384
"""Characters. A message for the staff has some hundred."""


@dataclass(frozen=True, slots=True)
class ProposedTool:
    """One tool call of an answer that is complete."""

    call_id: str
    """The server's, or one of ours if it told none; unique within the answer."""
    name: str
    arguments: Mapping[str, Any] | None
    """None: they are no JSON object, so that it must not be run."""
    raw: str
    """The arguments as JSON text, to be shown to the model again."""


@dataclass(slots=True)
class _Growing:
    index: int | None
    call_id: str = ""
    name: str = ""
    arguments: str = ""


class GrowingToolCalls:
    """The calls of one answer while it streams."""

    def __init__(self) -> None:
        """Begin with none."""
        self._calls: list[_Growing] = []

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._calls)

    def add(self, deltas: Iterable[ToolCallDelta]) -> None:
        """Take in pieces.

        Raises:
            ValueError: There are more calls, or longer ones, than any conversation needs.
        """
        for delta in deltas:
            self._grow(self._meant_by(delta), delta)

    def whole(self) -> tuple[ProposedTool, ...]:
        """Give them, the answer being complete."""
        proposed: list[ProposedTool] = []
        seen: set[str] = set()
        for place, call in enumerate(self._calls):
            call_id = call.call_id if call.call_id and call.call_id not in seen else f"call_{place}"
            while call_id in seen:
                call_id += "_"
            seen.add(call_id)
            arguments = _read_arguments(call.arguments)
            raw = call.arguments if arguments is not None and call.arguments.strip() else "{}"
            proposed.append(ProposedTool(call_id, call.name.strip(), arguments, raw))
        return tuple(proposed)

    def _meant_by(self, delta: ToolCallDelta) -> _Growing:
        names_new = bool(delta.id) and all(call.call_id != delta.id for call in self._calls)
        if delta.index is not None:
            same = [call for call in self._calls if call.index == delta.index]
            # The same number with another id and a name of its own is another call.
            is_other = bool(same and names_new and same[-1].call_id and _name_of(delta))
            if same and not is_other:
                return same[-1]
        elif delta.id and not names_new:
            return next(call for call in self._calls if call.call_id == delta.id)
        elif self._calls and not names_new and not (_name_of(delta) and self._calls[-1].arguments):
            return self._calls[-1]
        if len(self._calls) >= _MOST_CALLS:
            raise ValueError("too many tool calls in one answer")
        self._calls.append(_Growing(delta.index))
        return self._calls[-1]

    def _grow(self, call: _Growing, delta: ToolCallDelta) -> None:
        call.call_id = call.call_id or delta.id or ""
        name = _name_of(delta)
        if name and name != call.name and not call.arguments:
            call.name += name
        arguments = delta.function.arguments if delta.function is not None else None
        if isinstance(arguments, str):
            call.arguments += arguments
        elif arguments is not None:
            call.arguments = msgspec.json.encode(arguments).decode()
        if len(call.arguments) > _MOST_ARGUMENTS:
            raise ValueError("arguments of a tool call without an end")


def _name_of(delta: ToolCallDelta) -> str:
    return (delta.function.name if delta.function is not None else None) or ""


def _read_arguments(text: str) -> Mapping[str, Any] | None:
    if not text.strip():
        return {}
    try:
        read = msgspec.json.decode(text)
        if isinstance(read, str):  # encoded twice
            read = msgspec.json.decode(read)
    except msgspec.DecodeError:
        return None
    return read if isinstance(read, dict) else None
