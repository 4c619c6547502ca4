"""A person and an emergency by rule, where a voice model does not see to them.

Models are told to call ``want_person`` and ``report_urgency``. If one does not, the caller's own
words decide: urgent words, when the model has had its time; a person who was asked for, when it
has had less, or has been asked a second time. A model that asks back ("whom would you like to
speak to?") is seeing to it, once. Each is done once a call, and a caller whom the model has tried
to pass on has to ask twice: a caller is not passed on against a refusal.

Key 0 is a person at any moment and as often as it is pressed, unless further keys follow: a number
is typed then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mapokezi.receptionist.asking_for_a_person import AskingForAPerson
from mapokezi.receptionist.not_recorded import refuses_recording
from mapokezi.receptionist.tools import HAND_OFFS, REPORT_URGENCY, STOP_RECORDING, WANT_PERSON
from mapokezi.receptionist.urgency import Urgency, UrgentWords

_DANGER_S = 2.0
"""So long has a model to see to it itself, from the moment at which the words are known."""
_URGENT_S = 4.0
"""The same where nobody is in danger."""
_FIRST_S = 4.0
"""A model that calls the tool does so before or right behind its first sentence."""
_AGAIN_S = 3.0
_KEY_S = 2.0
"""Who types a number presses the next key sooner."""
_KEY = "key"


@dataclass(frozen=True, slots=True)
class Wish:
    """A tool that is called in the model's stead."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Waiting:
    wish: Wish
    at: float
    said_at: float
    asked_back_counts: bool = False
    """Whether a question of the model's is an answer to it."""


class SecondWay:
    """What one caller has asked for, and whether the model has seen to it."""

    def __init__(self, urgent: UrgentWords, asking: AskingForAPerson) -> None:
        """Begin with nothing asked for."""
        self._urgent = urgent
        self._asking = asking
        self._times_asked = 0
        self._is_seen_to = False
        self._asked_back_at = self._last_key_at = float("-inf")
        self._waiting: dict[str, _Waiting] = {}
        self._is_guess = False
        """Whether the urgency that waits stands in an unfinished transcript only."""
        self._is_reported = False
        """Whether the model has reported one."""
        self._done: set[str] = set()

    def caller_said(self, text: str, now: float, said_at: float | None = None) -> None:
        """Take in what a recogniser has written of a turn of the caller's.

        Args:
            text: The turn.
            now: The monotonic clock.
            said_at: When the turn was over, if that was earlier.
        """
        over_at = now if said_at is None else said_at
        if refuses_recording(text):
            self._wait_for(Wish(STOP_RECORDING, {}), now + _FIRST_S, over_at)
        if (urgency := self._urgent.heard_in(text)) is not None:
            self._tell_of(urgency, text, over_at)
            return
        self._not_so_after_all()
        if (asked := self._asking.heard_in(text)) is not None:
            self._times_asked += 1
            reason = "The caller asked for a person."
            wish = Wish(WANT_PERSON, {"who": asked.person_id or asked.department, "reason": reason})
            if self._times_asked > 1:
                self._waiting.pop(WANT_PERSON, None)
                self._wait_for(wish, now + _AGAIN_S, over_at)
            elif not self._is_seen_to and self._asked_back_at < over_at:
                self._wait_for(wish, now + _FIRST_S, over_at, asked_back_counts=True)

    def caller_is_saying(self, text: str, now: float) -> None:
        """Take in what is written so far of a turn that goes on: the whole of it each time.

        What cannot wait does not wait for its end. The rest of the turn may take it back: "there
        was a fire" goes on "last year".
        """
        urgency = self._urgent.heard_in(text)
        if urgency is None:
            self._not_so_after_all()
        elif REPORT_URGENCY not in self._waiting:
            self._tell_of(urgency, text, now)
            self._is_guess = True

    def hears_urgency(self, text: str) -> bool:
        """Say whether there is something in a caller's words that cannot wait."""
        return self._urgent.heard_in(text) is not None

    def caller_was_overheard(self, text: str, said_at: float) -> None:
        """Take in what our own recogniser makes of a turn whose words are known already.

        Only what is urgent counts: of the rest the model knows, or it was told before.
        """
        if not self._is_reported and (urgency := self._urgent.heard_in(text)) is not None:
            self._tell_of(urgency, text, said_at)

    def _tell_of(self, urgency: Urgency, text: str, said_at: float) -> None:
        """Wait for the model from when it was said: what is heard late is done at once."""
        waits_s = _DANGER_S if urgency is Urgency.DANGER else _URGENT_S
        before = self._waiting.pop(REPORT_URGENCY, None)
        at = said_at + waits_s if before is None else min(before.at, said_at + waits_s)
        self._is_guess = False
        self._wait_for(Wish(REPORT_URGENCY, {"what": text}), at, said_at)

    def _not_so_after_all(self) -> None:
        if self._is_guess:
            self._is_guess = False
            self._waiting.pop(REPORT_URGENCY, None)

    def model_said(self, text: str, now: float) -> None:
        """Take in a piece of what the model says."""
        if "?" in text:
            self._asked_back_at = now
            waiting = self._waiting.get(WANT_PERSON)
            if waiting is not None and waiting.asked_back_counts and waiting.said_at <= now:
                del self._waiting[WANT_PERSON]

    def key_pressed(self, digit: str, now: float) -> None:
        """Take in a key of the caller's."""
        is_first = now - self._last_key_at > _KEY_S
        self._last_key_at = now
        self._waiting.pop(_KEY, None)
        if digit == "0" and is_first:
            wish = Wish(WANT_PERSON, {"who": "", "reason": "The caller pressed 0."})
            self._waiting[_KEY] = _Waiting(wish, now + _KEY_S, now)

    def tool_called(self, name: str) -> None:
        """The model has called a tool."""
        self._is_reported = self._is_reported or name == REPORT_URGENCY
        if name == STOP_RECORDING:
            self._waiting.pop(name, None)
            self._done.add(name)
        if name in HAND_OFFS:
            self._times_asked = 0
            self._is_seen_to = True
            self._waiting.clear()

    def _wait_for(
        self, wish: Wish, at: float, said_at: float, *, asked_back_counts: bool = False
    ) -> None:
        if wish.name not in self._done:
            waiting = _Waiting(wish, at, said_at, asked_back_counts)
            self._waiting.setdefault(wish.name, waiting)

    def next_timer(self) -> float | None:
        """Give the instant at which something is to be done in the model's stead."""
        return min((each.at for each in self._waiting.values()), default=None)

    def due(self, now: float) -> tuple[Wish, ...]:
        """Take what is to be done now."""
        due = [key for key, each in self._waiting.items() if each.at <= now]
        self._done.update(key for key in due if key != _KEY)
        return tuple({each.wish.name: each.wish for each in map(self._waiting.pop, due)}.values())
