"""A person and an emergency by rule, where a voice model does not see to them.

Models are told to call ``want_person`` and ``report_urgency``. If one does not, the caller's own
words decide: urgent words, when the model has had its time; "a person, please", when it was said
twice and nothing came of it. Once each a call: a caller is not passed on against a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mapokezi.receptionist.tools import HAND_OFFS, REPORT_URGENCY, WANT_PERSON
from mapokezi.receptionist.urgency import UrgentWords
from mapokezi.receptionist.words import plain, without_fillers

_URGENT_S = 8.0
"""The emergency number is out by then, said by the model or by us."""
_PERSON_S = 3.0
_SOMEBODY = (
    r"(?:an? |the |some |any )?(?:real |live |actual |human )*(?:person|human|human being|somebody"
    r"|someone|operator|agent|people|receptionist|representative)"
)
_WANTS_PERSON = re.compile(
    rf"^(?:i (?:want|need|would like|said|prefer) |give me |get me |can i have |please |just )*"
    rf"{_SOMEBODY}(?: please| now)*$"
    rf"|\b(?:speak|talk|connect me|put me through|transfer me|pass me)(?: directly)?"
    rf" (?:to|with|on to) {_SOMEBODY}\b(?! who | that )"
    r"|\b(?:mtu halisi|niongee na mtu|nataka mtu|kuongea na mtu)\b"
)
_TIMES_ASKED = 2


@dataclass(frozen=True, slots=True)
class Wish:
    """A tool that is called in the model's stead."""

    name: str
    arguments: Mapping[str, Any]


class SecondWay:
    """What one caller has asked for, and whether the model has seen to it."""

    def __init__(self, urgent: UrgentWords) -> None:
        """Begin with nothing asked for."""
        self._urgent = urgent
        self._asked = 0
        self._waiting: dict[str, tuple[float, Wish]] = {}
        self._done: set[str] = set()

    def caller_said(self, text: str, now: float) -> None:
        """Take in what the recogniser has written of a turn of the caller's."""
        said = plain(text)
        if self._urgent.found_in(said):
            self._wait_for(Wish(REPORT_URGENCY, {"what": text}), now + _URGENT_S)
        elif _WANTS_PERSON.search(without_fillers(said)):
            self._asked += 1
            if self._asked >= _TIMES_ASKED:
                reason = "The caller asked for a person."
                self._wait_for(Wish(WANT_PERSON, {"who": "", "reason": reason}), now + _PERSON_S)

    def tool_called(self, name: str) -> None:
        """The model has called a tool."""
        if name in HAND_OFFS:
            self._asked = 0
            self._waiting.clear()

    def _wait_for(self, wish: Wish, at: float) -> None:
        if wish.name not in self._done:
            self._waiting.setdefault(wish.name, (at, wish))

    def next_timer(self) -> float | None:
        """Give the instant at which something is to be done in the model's stead."""
        return min((at for at, _ in self._waiting.values()), default=None)

    def due(self, now: float) -> tuple[Wish, ...]:
        """Take what is to be done now."""
        found = tuple(wish for at, wish in self._waiting.values() if at <= now)
        for wish in found:
            self._done.add(wish.name)
            del self._waiting[wish.name]
        return found
