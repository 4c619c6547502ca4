"""Parts that a reactive caller can play: what to say to which words of the receptionist.

A part hears words as a recogniser writes them off a telephone line, so it goes by phrases that
survive that, checks what is read back as a person would by ear, and says no and spells when it is
wrong. All lines of a part are known before the call.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from mapokezi.emulator.caller_checks import (
    digits_in,
    name_was_read,
    number_was_read,
    spelled_in,
    spoken_digits,
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who calls, and what for: all that a message asks."""

    name: str
    """As it is to be written."""
    number: str
    """In its full form."""
    said_name: str = ""
    """As it is said, if not as it is written."""
    spelled: str = ""
    """``M, A, R, Y. ...``; made of the name if empty."""
    said_number: str = ""
    """As it is first said; digit by digit if empty."""
    said_number_again: str = ""
    name_heard_as: tuple[str, ...] = ()
    """How the caller hears the name when it is said rightly; see
    `mapokezi.emulator.caller_checks.name_was_read`."""
    reason: str = "It is about an appointment."
    best_time: str = "Any time in the afternoon."
    openings: tuple[str, ...] = ("I would like to leave a message.",)
    """What the caller comes with, said one after another."""


_ASKS_MORE = r"anything else|something else|else (i|we) can"
_IS_OVER = r"good ?bye|bye now|have a (good|nice)|thank you for calling"
_ASKS_IF_RIGHT = (
    r"(is|was|if) (that|this|it|everything|all) (right|correct|ok)|(right|correct)\s*\?"
    r"|that right|at right|is your name|\bspelled"
    r"|did i (get|hear)|have i (got|understood)|shall i (send|save)"
)
_ASKS_YES_OR_NO = r"say (yes|no)|yes or no"
_IS_DONE = r"saved|passed? (it|this|that)? ?on|will (have|get) it|taken (your|the) message"
_IS_MARKED = r"not sure|unsure"
_ASKS_TO_GO_ON = r"go on|the rest|carry on|continue"
_ASKS_SPELLING = r"\bspell\b|letter by letter"
_ASKS_NUMBER = r"(number|reach you|call you (back )?on|digits?)"
_ASKS_NAME = r"(your|full|first|last|the) names?\b|who is calling|who am i|may i have your name"
_WANTS_NAME = r"(may|can|could) i have your .*\bname|your full name|what is your name"
"""A caller who hears no question mark hears this after "I can take a message" as well."""
_ASKS_TIME = r"good time|best time|what time|when (is|would|should|can|may)|time to call"
_ASKS_REASON = r"about|regarding|reason|what (is|shall|should).* message|concerning"
_OFFERS_MESSAGE = r"(take|leave) a message|pass .*(on|message)"
_ASKS_AGAIN = r"again|repeat|didn.?t (catch|hear|get|understand)|did not (catch|hear)|pardon|slowly"


class MessageLeaver:
    """The part of a caller who leaves a message: answers, checks, corrects, and says goodbye."""

    def __init__(self, visitor: Visitor, refusals: int = 4) -> None:
        """Take who calls; after so many refusals of what is read back the caller gives up."""
        self.visitor = visitor
        self._refusals_left = refusals
        self._openings = list(visitor.openings)
        self._times: Counter[str] = Counter()
        self._last = ""
        self._over = False
        digits = "0" + re.sub(r"\D", "", visitor.number)[-9:]
        self._lines = _lines_of(visitor, spoken_digits(digits))
        self._digits = digits
        self._rests = [spoken_digits(digits[place:]) for place in range(1, len(digits))]
        self._verdict = "yes"

    def lines(self) -> Sequence[str]:
        """Everything that may be said."""
        return [*self.visitor.openings, *self._lines.values(), *self._rests]

    @property
    def is_over(self) -> bool:
        """Whether the caller has nothing more to say."""
        return self._over

    def reply(self, heard: str) -> str | None:
        """Choose a line."""
        if self._over:
            return None
        line = self._choose(heard)
        if line is not None:
            self._last = line
        return line

    def _choose(self, heard: str) -> str | None:
        if re.search(_ASKS_YES_OR_NO, heard, re.IGNORECASE):
            return self._say(("yes" if self._verdict == "yes" else "no",))
        if re.search(_ASKS_TO_GO_ON, heard, re.IGNORECASE) and digits_in(heard):
            return self._go_on(digits_in(heard))
        if re.search(_ASKS_IF_RIGHT, heard, re.IGNORECASE) or spelled_in(heard):
            return self._check(heard)
        if re.search(_IS_OVER, heard, re.IGNORECASE) and self._times:
            self._over = True
            return None
        question = _last_question(heard)
        for asked, kinds in (
            (_ASKS_MORE, ("no more",)),
            (_ASKS_SPELLING, ("spelled",)),
            (_WANTS_NAME, ("name", "name again", "spelled")),
            (_OFFERS_MESSAGE, ("take it",)),
            (_ASKS_TIME, ("best time",)),
            (_ASKS_NUMBER, ("number", "number again")),
            (_ASKS_NAME, ("name", "name again", "spelled")),
            (_ASKS_REASON, ("reason",)),
        ):
            if re.search(asked, question, re.IGNORECASE):
                return self._next_opening_or(kinds)
        if re.search(_ASKS_AGAIN, heard, re.IGNORECASE) and self._last:
            return self._last
        if self._openings:
            return self._openings.pop(0)
        is_done = re.search(_IS_DONE, heard, re.IGNORECASE)
        return self._say(("farewell",) if is_done else ("pardon", "pardon", "give up"))

    def _next_opening_or(self, kinds: tuple[str, ...]) -> str:
        """While there is something left to ask, "anything else?" is the moment for it."""
        if kinds[0] in {"no more", "take it"} and self._openings:
            return self._openings.pop(0)
        return self._say(kinds)

    def _say(self, kinds: tuple[str, ...]) -> str:
        kind = kinds[min(self._times[kinds[0]], len(kinds) - 1)]
        self._times[kinds[0]] += 1
        self._over = kind in {"farewell", "give up"}
        return self._lines[kind]

    def _go_on(self, read: str) -> str:
        """Say the rest of the number, or all of it if what was read so far is wrong."""
        if self._digits.startswith(read) and read != self._digits:
            return self._rests[len(read) - 1]
        return self._say(("no number",))

    def _check(self, heard: str) -> str:
        """Say yes or no to what was read back, and mend what is wrong."""
        self._verdict = "yes"
        visitor, many_digits = self.visitor, len(digits_in(heard)) >= 7
        # Within a whole message the name is written less surely: then its bare sound will do.
        heard_as = () if many_digits else visitor.name_heard_as
        if many_digits and not number_was_read(heard, visitor.number):
            self._verdict = "no number"
        elif re.search(_IS_MARKED, heard, re.IGNORECASE):
            self._verdict = "yes"  # what is told to be unsure need not be put right once more
        elif self._mentions_name(heard) and not name_was_read(heard, visitor.name, heard_as):
            self._verdict = "no name"
        if self._verdict == "yes":
            return self._say(("yes",))
        self._refusals_left -= 1
        return self._say((self._verdict,) if self._refusals_left >= 0 else ("give up",))

    def _mentions_name(self, heard: str) -> bool:
        """Whether what is read back seems to be the name: it says so, or it is no number."""
        if re.search(r"\bname\b", heard, re.IGNORECASE) or spelled_in(heard):
            return True
        return self._times["name"] > 0 and not self._times["number"] and not digits_in(heard)


def _lines_of(visitor: Visitor, apart: str) -> dict[str, str]:
    """Give everything a visitor may say, by its kind; ``apart`` is the number digit by digit."""
    spelled = visitor.spelled or ", ".join(
        letter for letter in visitor.name.upper() if letter.isalpha()
    )
    name, again = visitor.said_name or visitor.name, visitor.said_number_again or apart
    return {
        "name": f"My name is {name}.",
        "name again": f"{name}.",
        "spelled": spelled,
        "number": visitor.said_number or apart,
        "number again": again,
        "reason": visitor.reason,
        "best time": visitor.best_time,
        "yes": "Yes, that is right.",
        "no": "No.",
        "pardon": "Sorry, could you say that again?",
        "no name": f"No. My name is {name}. I spell it. {spelled}",
        "no number": f"No. The number is {again}",
        "take it": "Yes, please.",
        "no more": "No, thank you. That is all.",
        "give up": "Never mind. Goodbye.",
        "farewell": "Thank you. Goodbye.",
    }


def _last_question(heard: str) -> str:
    """Give the last sentence that asks, and what follows it; all of it if none does."""
    sentences = re.findall(r"[^.?!]+[.?!]*", heard)
    for place in range(len(sentences) - 1, -1, -1):
        if "?" in sentences[place]:
            return " ".join(sentences[place:])
    return " ".join(sentences[-2:]) if sentences else heard
