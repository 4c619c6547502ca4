"""The proposals of a voice: each is run once and answered once, whatever happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

END_CALL = "end_call"
TAKE_MESSAGE = "take_message"

TIMED_OUT: Mapping[str, Any] = {"status": "failed", "reason": "no result in time"}


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

    @property
    def any_open(self) -> bool:
        """Whether a tool is running."""
        return bool(self._open)

    def begin(self, tool_call_id: str, name: str, now: float) -> bool:
        """Take in a proposal; False if its id was seen before."""
        if tool_call_id in self._seen:
            return False
        self._seen.add(tool_call_id)
        self._open[tool_call_id] = _Open(name, now + self._timeout_s)
        return True

    def was_called(self, tool_call_id: str) -> bool:
        """Tell whether there ever was such a proposal."""
        return tool_call_id in self._seen

    def finish(self, tool_call_id: str) -> bool:
        """Take in a result; False if nobody waits for it any more."""
        return self._open.pop(tool_call_id, None) is not None

    def forget_open(self) -> None:
        """The session that waits for the answers is gone."""
        self._open.clear()

    def next_timer(self) -> float | None:
        """Give the instant at which the next one is late."""
        return min((call.due for call in self._open.values()), default=None)

    def take_late(self, now: float) -> tuple[str, ...]:
        """Take out the ids of those that are late."""
        late = tuple(key for key, call in self._open.items() if call.due <= now)
        for key in late:
            del self._open[key]
        return late
