"""The proposals of a voice: each is run once and answered once, whatever happens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

END_CALL = "end_call"
TAKE_MESSAGE = "take_message"

MOST_IN_A_ROW = 16
"""So many calls, and not a word to the caller in between: models repeat a call that brings them
nothing two to five times, and look up what they need together."""

TIMED_OUT: Mapping[str, Any] = {"status": "failed", "reason": "no result in time"}


_FOUND = ("facts", "hours", "people")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_LONGEST = 300


def came_of(result: Mapping[str, Any]) -> dict[str, str]:
    """Give what the record keeps of a result: its status, its reason, the ids of what was found.

    What a caller or a model has said, a reason holds in quotes: that is left out.
    """
    ids = [
        str(one["id"])
        for part in _FOUND
        for one in result.get(part, ())
        if isinstance(one, Mapping) and "id" in one
    ]
    told = {
        "status": str(result.get("status", "")),
        "why": _QUOTED.sub("...", str(result.get("reason", ""))),
        "found": ", ".join(ids),
    }
    return {key: value[:_LONGEST] for key, value in told.items() if value}


@dataclass(slots=True)
class _Open:
    name: str
    due: float


class ToolCalls:
    """Those that are under way, and the ids that were ever seen."""

    def __init__(self, timeout_s: float) -> None:
        """Begin with none; each gets ``timeout_s`` seconds."""
        self._timeout_s = timeout_s
        self._open: dict[str, _Open] = {}
        self._seen: set[str] = set()
        self._in_a_row = 0
        self.have_served = False
        """Whether a tool has told the caller, or done for them, what they rang for."""

    @property
    def are_endless(self) -> bool:
        """Whether the voice calls one after the other and says nothing."""
        return self._in_a_row > MOST_IN_A_ROW

    @property
    def any_open(self) -> bool:
        """Whether a tool is running."""
        return bool(self._open)

    def begin(self, tool_call_id: str, name: str, now: float) -> bool:
        """Take in a proposal; False if its id was seen before."""
        if tool_call_id in self._seen:
            return False
        self._seen.add(tool_call_id)
        self._in_a_row += 1
        self._open[tool_call_id] = _Open(name, now + self._timeout_s)
        return True

    def was_called(self, tool_call_id: str) -> bool:
        """Tell whether there ever was such a proposal."""
        return tool_call_id in self._seen

    def finish(self, tool_call_id: str, result: Mapping[str, Any] | None = None) -> bool:
        """Take in a result; False if nobody waits for it any more."""
        self.have_served = self.have_served or (result or {}).get("served") is True
        return self._open.pop(tool_call_id, None) is not None

    def spoke(self) -> None:
        """The voice says something: what it called before that was good for something."""
        self._in_a_row = 0

    def forget_open(self) -> None:
        """The session that waits for the answers is gone."""
        self._open.clear()
        self._in_a_row = 0

    def next_timer(self) -> float | None:
        """Give the instant at which the next one is late."""
        return min((call.due for call in self._open.values()), default=None)

    def take_late(self, now: float) -> tuple[str, ...]:
        """Take out the ids of those that are late."""
        late = tuple(key for key, call in self._open.items() if call.due <= now)
        for key in late:
            del self._open[key]
        return late
