"""An answer that comes clause by clause, let through as far as it rests on something.

A chat model's words are text before they are sound, so what it invents need never be heard. Each
clause is judged with what its sentence has said so far: one without a claim goes on at once. One
that seems false is held until its sentence is whole, for the rest may make it true ("five hundred,
you said?"); is it false then, the sentence is withheld, and with it whatever the answer says after
it, which builds on it.
"""

from __future__ import annotations

from collections.abc import Callable

from mapokezi.receptionist.spoken_claims import Correction

Objection = Callable[[str, str], Correction | None]
"""Takes a sentence, as far as it is known, and what was said before it; gives what is false."""

_CLOSERS = "\"'”’)]* "
_ENDS = (".", "!", "?", "…")


class CheckedWords:
    """One answer."""

    def __init__(self, objection: Objection) -> None:
        """Begin before its first word."""
        self._objection = objection
        self._before = self._sentence = ""
        self._held: list[str] = []
        self.withheld: Correction | None = None
        """The sentence that is not spoken, and what is so instead."""

    def feed(self, clause: str) -> list[str]:
        """Take a further clause; give what may be spoken now."""
        if self.withheld is not None:
            return []
        self._sentence = f"{self._sentence} {clause}".strip()
        self._held.append(clause)
        found = self._objection(self._sentence, self._before)
        is_whole = clause.rstrip(_CLOSERS).endswith(_ENDS)
        if found is not None and not is_whole:
            return []
        if found is not None:
            self._withhold(found)
            return []
        if is_whole:
            self._before, self._sentence = f"{self._before} {self._sentence}".strip(), ""
        may_speak, self._held = self._held, []
        return may_speak

    def end(self) -> list[str]:
        """Nothing more comes: judge what is held for the last time; give it if it may be spoken."""
        if not self._held or self.withheld is not None:
            return []
        found = self._objection(self._sentence, self._before)
        if found is not None:
            self._withhold(found)
        may_speak, self._held = self._held, []
        return may_speak

    def _withhold(self, found: Correction) -> None:
        self.withheld = found
        self._held.clear()
