"""The conversation as a chat model is shown it: what the caller said, and what they really heard.

A value that is never changed, so that a turn taken back costs nothing: the talk from before it
simply stands again. Roles alternate, the caller's first, because the templates of many models
refuse anything else; so what we have to tell the model beside the caller's words (a key, a
hand-off in vain) is told in brackets in the caller's place, and the instructions say so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mapokezi.voice.protocols.chat_completions.tool_calls import ProposedTool
from mapokezi.voice.session import NOT_UNDERSTOOD, PastTurn

CUT = "—"
"""Ends a turn of ours that the caller cut off."""
_MOST_ENTRIES = 120
"""A quarter of an hour's talk. More of it is a bill, and no memory that a small model has."""
_BRACKETS = str.maketrans("[]<>{}", "      ")


@dataclass(frozen=True, slots=True)
class CallerSaid:
    """A turn of the caller's."""

    text: str


@dataclass(frozen=True, slots=True)
class Noted:
    """Something that the model must know and nobody has said."""

    text: str


@dataclass(frozen=True, slots=True)
class WeSaid:
    """An answer of the model's, or a line of ours: the words that were heard, the tools called."""

    item_id: str
    text: str
    calls: tuple[ProposedTool, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolAnswered:
    """What came of a tool call of the answer before."""

    call_id: str
    name: str
    result: str
    """A JSON object."""


Entry = CallerSaid | Noted | WeSaid | ToolAnswered


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation so far, without the instructions."""

    entries: tuple[Entry, ...] = field(default=())

    @classmethod
    def of(cls, history: Iterable[PastTurn]) -> Talk:
        """Take up a conversation that another voice has led."""
        talk = cls()
        for turn in history:
            if turn.speaker != "caller":
                talk = talk.said("", turn.text)
            elif turn.text == NOT_UNDERSTOOD:
                talk = talk.noted("The caller said something that was not understood. Ask again.")
            else:
                talk = talk.heard(turn.text)
        return talk

    def heard(self, text: str) -> Talk:
        """The caller said something. Brackets are ours, so that words cannot pass for a note."""
        words = " ".join(text.translate(_BRACKETS).split())
        if not words:
            return self.noted("The caller said something that was not understood. Ask again.")
        return self._with(CallerSaid(words))

    def keyed(self, digits: str) -> Talk:
        """The caller pressed a key, or keyed a number in."""
        if digits == "0":
            return self.noted("The caller pressed the key 0: they want a person.")
        return self.noted(f"The caller keyed in {digits}.")

    def noted(self, text: str) -> Talk:
        """The model is to know something."""
        return self._with(Noted(text))

    def said(self, item_id: str, text: str, calls: tuple[ProposedTool, ...] = ()) -> Talk:
        """We said something, or call tools."""
        return self._with(WeSaid(item_id, text.strip(), calls)) if text.strip() or calls else self

    def answered(self, call_id: str, name: str, result: Mapping[str, Any]) -> Talk:
        """A tool has answered."""
        return self._with(ToolAnswered(call_id, name, json.dumps(result, ensure_ascii=False)))

    def cut(self, item_id: str, heard_text: str) -> Talk:
        """Of an answer only so much was heard."""
        heard = f"{heard_text.strip()} {CUT}".strip() if heard_text.strip() else ""
        entries = (
            replace(entry, text=heard)
            if isinstance(entry, WeSaid) and entry.item_id == item_id and item_id
            else entry
            for entry in self.entries
        )
        return Talk(tuple(one for one in entries if not _is_empty(one)))

    def messages(self) -> list[dict[str, Any]]:
        """Write it down as the interface has it, to stand behind the instructions."""
        messages: list[dict[str, Any]] = []
        for entry in self._newest():
            _add(messages, _message(entry))
        # Words of ours before the caller's first are the greeting; the instructions tell of it.
        while messages and messages[0]["role"] != "user":
            del messages[0]
        return messages

    def _with(self, entry: Entry) -> Talk:
        return Talk((*self.entries, entry))

    def _newest(self) -> tuple[Entry, ...]:
        kept = self.entries[-_MOST_ENTRIES:]
        first = next(
            (place for place, entry in enumerate(kept) if isinstance(entry, CallerSaid | Noted)), 0
        )
        return kept[first:]


def _is_empty(entry: Entry) -> bool:
    return isinstance(entry, WeSaid) and not entry.text and not entry.calls


def _message(entry: Entry) -> dict[str, Any]:
    match entry:
        case CallerSaid(text):
            return {"role": "user", "content": text}
        case Noted(text):
            return {"role": "user", "content": f"[desk: {text}]"}
        case ToolAnswered(call_id, _, result):
            return {"role": "tool", "tool_call_id": call_id, "content": result}
        case WeSaid(_, text, ()):
            return {"role": "assistant", "content": text}
        case WeSaid(_, text, calls):
            return {
                "role": "assistant",
                "content": text or None,
                "tool_calls": [
                    {
                        "id": call.call_id,
                        "type": "function",
                        "function": {"name": call.name, "arguments": call.raw},
                    }
                    for call in calls
                ],
            }


def _add(messages: list[dict[str, Any]], message: dict[str, Any]) -> None:
    """Add a message; one of the same side as the last, without tools, is joined to that."""
    last = messages[-1] if messages else {}
    is_same = last.get("role") == message["role"] in ("user", "assistant")
    if is_same and "tool_calls" not in last and "tool_calls" not in message:
        last["content"] = f"{last['content']}\n{message['content']}"
    elif is_same and "tool_calls" not in last and message["content"] is None:
        messages[-1] = {**message, "content": last["content"]}
    else:
        messages.append(message)
