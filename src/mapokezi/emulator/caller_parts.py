"""Parts that a reactive caller can play: what to say to which words of the receptionist.

A part hears words as a recogniser writes them off a telephone line, so it goes by phrases that
survive that, checks what is read back as a person would by ear, and says no and spells when it is
wrong. All lines of a part are known before the call.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

_DIGIT_WORDS = {
    "zero": "0",
    "oh": "0",
    "o": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "for": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
}
_TIMES = {"double": 2, "triple": 3}
_AROUND_A_NAME = r"\b(is|if) that (right|correct)|\b(i have|your name is|thank you)\b"

_ALIKE_SPOKEN = 0.66
"""How alike the sound of each part of a name and of what was heard must be, 0 to 1. From what
moonshine writes of ten Kenyan names said on the line: nine of ten are known again, and neither
another's name nor a name with one wrong part ever is. A caller who hears badly says no and spells,
which is the safe mistake."""
_THE_SAME = 0.85
"""How alike a name must be to what it is known to be heard as."""
_STRAY_LETTERS = 4
"""So many letters more may stand behind a spelled name: "is that right" becomes "a-s-a-t"."""
_CONSONANTS_COUNT = 0.6
"""How much of the likeness is that of the consonants alone; vowels suffer most on the way."""


def digits_in(words: str) -> str:
    """Read all digits out of a recogniser's words, in order: ``"0722, double three"``."""
    found = ""
    times = 1
    for token in re.findall(r"[a-z]+|\d", words.lower()):
        if token in _TIMES:
            times = _TIMES[token]
            continue
        digit = token if token.isdigit() else _DIGIT_WORDS.get(token, "")
        found += digit * times
        times = 1
    return found


def number_was_read(words: str, number: str) -> bool:
    """Tell whether a telephone number is among the digits that were read back.

    Args:
        words: what was heard.
        number: the number meant, in any form; its last nine digits count.
    """
    return re.sub(r"\D", "", number)[-9:] in digits_in(words)


def spelled_in(words: str) -> str:
    """Read the letters that were spelled one by one (three at least), in small letters."""
    runs = re.findall(r"\b(?:[A-Za-z][\s,.\-]+){2,}[A-Za-z]\b", words)
    return "".join(re.findall(r"[a-z]", " ".join(runs).lower()))


def name_was_read(words: str, name: str, heard_as: Sequence[str] = ()) -> bool:
    """Tell whether a name was read back, as far as an ear can tell on the telephone.

    Args:
        words: what was heard.
        name: the name meant.
        heard_as: what the name is known to be heard as when it is said rightly (see
            `mapokezi.emulator.caller_ear.ways_of_hearing`); then it must be as one of these.

    If all of the name was spelled, the letters are what counts; if a part of it, the letters and
    the sound of the rest.
    """
    letters = spelled_in(words)
    parts = re.findall(r"[a-z]+", name.lower())
    if letters:
        if "".join(parts) in letters:
            return True
        if parts[-1] not in letters or len(letters) > len(parts[-1]) + _STRAY_LETTERS:
            return False
        parts = parts[:-1]
        heard_as = [form.rsplit(" ", 1)[0] for form in heard_as]
    tokens = re.findall(r"[a-z']+", re.sub(_AROUND_A_NAME, " ", words.lower()))
    if heard_as:
        forms = [" ".join(parts), *heard_as]
        plain = [re.sub(r"[^a-z]", "", form.lower()) for form in forms]
        return any(_best_likeness(tokens, form, len(parts) + 4) >= _THE_SAME for form in plain)
    return all(_best_likeness(tokens, part) >= _ALIKE_SPOKEN for part in parts)


def _best_likeness(tokens: Sequence[str], part: str, longest: int = 4) -> float:
    """Find how alike a part of a name is to the words that sound most like it.

    A recogniser writes a name it does not know as up to four words: "and I am Bira".
    """
    meant = _sound(part)
    return max(
        (
            _alike_by_ear(_sound("".join(tokens[start : start + length])), meant)
            for length in range(1, longest + 1)
            for start in range(len(tokens) - length + 1)
        ),
        default=0.0,
    )


def _sound(letters: str) -> str:
    """Write a word roughly as it sounds: like consonants alike, vowels alike, nothing twice."""
    plain = letters.replace("ph", "f").replace("ch", "j").replace("sh", "s").replace("c", "k")
    table = str.maketrans("dbgvzqwyaeiou", "tpkfskuiaiiuu")
    return re.sub(r"(.)\1+", r"\1", plain.translate(table).replace("h", "").replace("'", ""))


def _alike_by_ear(one: str, other: str) -> float:
    """Compare two sounds by all of them and by their consonants."""
    hard, other_hard = re.sub("[aiu]", "", one), re.sub("[aiu]", "", other)
    consonants = _alike(hard, other_hard) if hard and other_hard else 0.0
    return (1 - _CONSONANTS_COUNT) * _alike(one, other) + _CONSONANTS_COUNT * consonants


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


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
    """How the caller hears the name when it is said rightly; see `name_was_read`."""
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
_IS_MARKED = r"not sure|unsure"
_ASKS_TO_GO_ON = r"go on|the rest|carry on|continue"
_ASKS_SPELLING = r"\bspell\b|letter by letter"
_ASKS_NUMBER = r"(number|reach you|call you (back )?on|digits?)"
_ASKS_NAME = r"(your|full|first|last|the) names?\b|who is calling|who am i|may i have your name"
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
        spelled = visitor.spelled or ", ".join(
            letter for letter in visitor.name.upper() if letter.isalpha()
        )
        digits = "0" + re.sub(r"\D", "", visitor.number)[-9:]
        apart = _spoken_digits(digits)
        name, again = visitor.said_name or visitor.name, visitor.said_number_again or apart
        self._lines = {
            "name": f"My name is {name}.",
            "name again": f"{name}.",
            "spelled": spelled,
            "number": visitor.said_number or apart,
            "number again": again,
            "reason": visitor.reason,
            "best time": visitor.best_time,
            "yes": "Yes, that is right.",
            "no": "No.",
            "no name": f"No. My name is {name}. I spell it. {spelled}",
            "no number": f"No. The number is {again}",
            "take it": "Yes, please.",
            "no more": "No, thank you. That is all.",
            "give up": "Never mind. Goodbye.",
            "farewell": "Thank you. Goodbye.",
        }
        self._digits = digits
        self._rests = [_spoken_digits(digits[place:]) for place in range(1, len(digits))]
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
        if re.search(_ASKS_IF_RIGHT, heard, re.IGNORECASE):
            return self._check(heard)
        if re.search(_IS_OVER, heard, re.IGNORECASE) and self._times:
            self._over = True
            return None
        question = _last_question(heard)
        for asked, kinds in (
            (_ASKS_MORE, ("no more",)),
            (_ASKS_SPELLING, ("spelled",)),
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
        return self._openings.pop(0) if self._openings else self._say(("farewell",))

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


_SPOKEN = {digit: word for word, digit in _DIGIT_WORDS.items() if word not in {"oh", "o", "for"}}


def _spoken_digits(digits: str) -> str:
    """Write digits as they are said one by one."""
    return ", ".join(_SPOKEN[digit] for digit in digits) + "."


def _last_question(heard: str) -> str:
    """Give the last sentence that asks, and what follows it; all of it if none does."""
    sentences = re.findall(r"[^.?!]+[.?!]*", heard)
    for place in range(len(sentences) - 1, -1, -1):
        if "?" in sentences[place]:
            return " ".join(sentences[place:])
    return " ".join(sentences[-2:]) if sentences else heard
