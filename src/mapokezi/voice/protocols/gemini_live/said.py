"""What was said so far in this session, to brief a fresh one with when a resumption fails.

The server keeps no truncated history: its own holds what it generated. Here stands what was
heard, as far as we were told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from mapokezi.voice.session import PastTurn

_MOST_TURNS = 80
"""Some ten minutes of talk; what is older has been acted on or was not important."""
_LONGEST_RESULT = 2_000
"""Characters: what a look-up finds is less."""


class Said:
    """The turns of both sides, in the order in which they began."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._turns: dict[str, PastTurn] = {}
        self._known: dict[str, PastTurn] = {}
        """As they stood when the server last gave a handle."""
        self._told = 0

    def brief(self, before: Iterable[PastTurn]) -> None:
        """Take in the conversation that the session was briefed with, as what came first."""
        earlier = {f"before {nth}": turn for nth, turn in enumerate(before)}
        self._turns = earlier | self._turns

    def caller(self, turn_id: str, text: str) -> None:
        """Take in the words of a caller's turn; they replace those of that turn before."""
        self._put(turn_id, PastTurn("caller", text))

    def ours(self, item_id: str, text: str) -> None:
        """Take in the words of an item; they replace those of that item before."""
        self._put(item_id, PastTurn("receptionist", text))

    def told(self, text: str) -> None:
        """Take in a sentence that was spoken for the model."""
        self._told += 1
        self._put(f"told {self._told}", PastTurn("receptionist", text))

    def keys(self, digits: str) -> None:
        """Take in keys that the caller pressed."""
        self._told += 1
        self._put(f"keys {self._told}", PastTurn("caller", f"(pressed the keys {digits})"))

    def answered(self, name: str, result: str) -> None:
        """Take in what came of a tool; ``result`` is JSON."""
        self._told += 1
        text = f"[From the office: the tool {name} answered: {result[:_LONGEST_RESULT]}]"
        self._put(f"told {self._told}", PastTurn("office", text))

    def is_kept(self) -> None:
        """The server can go on from here on another connection: it knows all of this."""
        self._known = dict(self._turns)

    def not_kept(self, without: Collection[str] = ()) -> list[PastTurn]:
        """Give what a session that is resumed does not know, but for items that wait to be said."""
        return [
            turn
            for key, turn in self._turns.items()
            if key not in without and self._known.get(key) != turn and turn.text.strip()
        ]

    def turns(self) -> list[PastTurn]:
        """Give those with words, the oldest first."""
        return [turn for turn in self._turns.values() if turn.text.strip()]

    def _put(self, key: str, turn: PastTurn) -> None:
        if key not in self._turns and len(self._turns) >= _MOST_TURNS:
            del self._turns[next(iter(self._turns))]
        self._turns[key] = turn
