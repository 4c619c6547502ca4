"""A caller's part of plain rules, for whoever tests the callers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say when certain words are heard."""

    to: str
    """A regular expression, looked for in the words heard, capitals or not."""
    lines: tuple[str, ...]
    """The first time, the second, ...; the last one from then on."""


@dataclass(slots=True)
class RuledPart:
    """A part of plain rules: the first answer that fits is given.

    The part is over once ``farewell`` was said, or after ``max_turns`` lines.
    """

    answers: tuple[Answer, ...]
    otherwise: tuple[str, ...] = ()
    """Said one after another when no answer fits."""
    farewell: str = "Thank you. Goodbye."
    max_turns: int = 30
    _said: Counter[int] = field(default_factory=Counter)
    _over: bool = False

    def lines(self) -> Sequence[str]:
        """Everything that may be said."""
        return [line for one in self.answers for line in one.lines] + [
            *self.otherwise,
            self.farewell,
        ]

    def reply(self, heard: str) -> str | None:
        """Choose a line."""
        if self._over:
            return None
        for place, answer in enumerate(self.answers):
            if re.search(answer.to, heard, re.IGNORECASE):
                return self._say(place, answer.lines)
        if self._said[-1] < len(self.otherwise):
            return self._say(-1, self.otherwise)
        self._over = True
        return self.farewell

    @property
    def is_over(self) -> bool:
        """Whether the farewell was said."""
        return self._over

    def _say(self, place: int, lines: tuple[str, ...]) -> str:
        line = lines[min(self._said[place], len(lines) - 1)]
        self._said[place] += 1
        if self._said.total() >= self.max_turns or line == self.farewell:
            self._over = True
        return line
