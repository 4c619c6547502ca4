"""Has the caller finished? Judged by their words, for how long to wait after their voice stops.

A pause says little: people pause for 0.4 to 1.2 s inside a sentence to find a name, and not much
longer when they have finished. Their words say more. "My name is" is not the end of anything;
"yes" is, when we asked yes or no. So the wait is short after what is surely complete and long
after what is surely not, and in between it leans towards patience the more, the more likely
people are to go on: after "I'd like to leave a message" comes for whom. Most of all, the fewer
words there are, the more likely more will follow: of what people said before a pause inside
their sentence, and which could have been a whole sentence, two thirds had six words or fewer.

Punctuation is worth little: moonshine tiny writes a full stop after almost anything ("I need
to.", "It's about.") and a question mark after any sentence that begins like a question. Only a
trailing comma, hyphen or "..." is telling.

What is measured here is silence from the end of the voice, in milliseconds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from mapokezi.conversation.words import is_yes_or_no, words_of


class Expectation(StrEnum):
    """What we asked for, if anything: it tells what a complete answer looks like."""

    ANYTHING = "anything"
    YES_NO = "yes_no"
    NAME = "name"
    NUMBER = "number"
    REASON = "reason"
    SPELLING = "spelling"
    TIME = "time"


class Ending(Enum):
    """How finished a turn sounds."""

    SETTLED = auto()
    """An answer to what was asked; a goodbye; "please" at the end."""
    ANSWERED = auto()
    """An answer to what was asked to which people like to add: a bare "yes", two names."""
    ASKED = auto()
    """A whole question."""
    STATED = auto()
    """A whole statement."""
    BRIEF = auto()
    """A whole question or statement of few words, and so maybe but the beginning of one."""
    OPENED = auto()
    """A whole sentence after which people go on: a greeting, "I have a question"."""
    UNCLEAR = auto()
    """A word or two, or nothing that was recognised."""
    BROKEN_OFF = auto()
    """It cannot end so: "my name is", half a phone number, letters being spelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitSettings:
    """How long to wait after each ending, in milliseconds of silence.

    With 0.2 to 0.3 s for the answer to be found, spoken and played, these give a response gap of
    about 1 s at the middle and under 1.8 s nearly always.
    """

    settled_ms: int = 580
    answered_ms: int = 820
    asked_ms: int = 770
    stated_ms: int = 860
    brief_ms: int = 1220
    unclear_ms: int = 1100
    opened_ms: int = 1300
    broken_off_ms: int = 1450

    def after(self, ending: Ending) -> int:
        """Give the wait after an ending."""
        return {
            Ending.SETTLED: self.settled_ms,
            Ending.ANSWERED: self.answered_ms,
            Ending.ASKED: self.asked_ms,
            Ending.STATED: self.stated_ms,
            Ending.BRIEF: self.brief_ms,
            Ending.UNCLEAR: self.unclear_ms,
            Ending.OPENED: self.opened_ms,
            Ending.BROKEN_OFF: self.broken_off_ms,
        }[ending]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NEVER_LAST = _set(
    "a an the my your his her our their and or but because cause so if that's who's to for of "
    "about with from at by is are was were am it's its i'm im i'd i'll i've we're we'd he's she's "
    "they're there's what's where's when's how's um uh er erm ah mr mrs ms dr mister doctor "
    "miss madam called named regarding concerning than as plus between every some any whose which "
    "until till into onto be very really just like its' don't didn't can't couldn't would could "
    "can will should shall might must i we they he she has have had wants want need needs tell "
    "ask asking if whether when while where why how na ya wa kwa ni lakini see meet get give buy "
    "sell find sue bought sold lost signed filed sent received arrested bring wondering trying "
    "reach book use change speak"
)
"""A statement does not end with these. A question may: "who is it for?"."""

_NEVER_LAST_ASKED = _set(
    "a an the my your his her our their and or but because if um uh er mr mrs ms dr mister doctor "
    "i'm it's some any every than as between which can could would i we they tell"
)
_THINKING = (
    ("i", "mean"),
    ("you", "know"),
    ("let", "me", "see"),
    ("let", "me", "think"),
    ("know", "that"),
    ("say", "that"),
    ("sure", "that"),
    ("confirm", "that"),
)
"""What is said while looking for the next words, and what only a sentence can follow."""
_PREPOSITIONS = _set("in on with for to about from of at by near around during since under behind")
_BEFORE_INFINITIVE = _set("like want need have wanted trying possible able going came calling")
_ENOUGH = _set(
    "come go talk ask pay call leave stay wait help do understand say try apply start move begin"
)
"""Verbs that can end a sentence; after "to", "I", "we" or "you" most others want an object."""
_ASKING = _set("what what's when where where's who who's why how which whose")
_AUXILIARIES = _set(
    "is are was were do does did can could will would shall should may has have am isn't don't "
    "doesn't can't couldn't aren't"
)
_SMALL = _AUXILIARIES | _ASKING | _set("you i we they he she it there this that your do the a me")
_NAMING = _SMALL | _set("my name name's it's i'm am and yes it call called this surname first last")
_NAMES_FOLLOW = _set("is it's name's i'm am called surname")
_LEADING_IN = _set("and but so okay ok well um uh ah hello hi yes no sorry please good morning")
_CLOSING = _set("please thanks bye goodbye thank asante kwaheri tafadhali")
_GREETING = _set(
    "hello hi hey hallo good morning afternoon evening day there how are you sir madam habari "
    "jambo sasa niaje shikamoo hujambo yeah yes um uh oh okay ok i"
)
_HAILING = _set("hello hi hey hallo morning afternoon evening habari jambo sasa shikamoo i okay ok")
_REQUEST = _set(
    "want need like calling call looking can could please tell ask know put leave speak talk "
    "interested trying wondering understand take let repeat wrong correct right all later back "
    "thanks know fine"
)
"""A statement with one of these asks for something; without, it leads up to what is asked."""
_LEADS_ON = _set(
    "message question problem issue appointment case matter enquiry inquiry lawyer advocate "
    "someone somebody person back call letter help land calling booking complaint query "
    "consultation yesterday documents landlord him her them"
)
_ASKED_LEADS_ON = _set("him her them documents take takes")
"""A question that ends so says more: "how long does it take" to do what."""
_ON_WHICH_DAY = _set("open opened closed working available around")
"""A short question that ends so is mostly about a day, which follows: "are you open" on Friday."""
_ANSWERING = _set("yes yeah yep no nope ok okay sure correct right ndiyo hapana sawa")
_FEW_TO_ANSWER = 3
_FEW_WORDS = 6
_CLOSES = _set("it that now there here right correct")
"""After few words these are mostly the last: "how much is it", "that is right"."""
_OBJECT_FOLLOWS = _set("about for regarding with concerning")
"""Once one of these was said, a sentence that ends in "case" or "lawyer" says about what."""
_DAY_OR_TIME = re.compile(
    r"\b(mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(today|tomorrow|tonight|morning|afternoon"
    r"|evening|noon|midday|weekend|o'clock|am|pm|a\.m|p\.m)\b|\b\d{1,2}([:.]\d{2})?\b"
)
_DIGIT_WORDS = {
    "zero": 1,
    "oh": 1,
    "o": 1,
    "nought": 1,
    "one": 1,
    "two": 1,
    "three": 1,
    "four": 1,
    "five": 1,
    "six": 1,
    "seven": 1,
    "eight": 1,
    "nine": 1,
}
_WHOLE_NUMBER_DIGITS = frozenset({9, 10, 12})
"""Of a Kenyan number without its zero, with it, and with 254."""
_TRAILING_OFF = re.compile(r"(\.\.\.|\u2026|[,;:\u2013\u2014-])\s*$")


def ending_of(text: str, expectation: Expectation = Expectation.ANYTHING) -> Ending:
    """Judge how finished a turn sounds.

    Args:
        text: The whole turn so far, as recognised.
        expectation: What we had asked for.
    """
    words = words_of(text)
    if not words:
        return Ending.UNCLEAR
    expected = _as_expected(text, words, expectation)
    if expected is not None:
        return expected
    if _TRAILING_OFF.search(text):
        return Ending.OPENED if is_yes_or_no(text) else Ending.BROKEN_OFF
    if _digits_at_end(words) in range(3, 9) and expectation is not Expectation.TIME:
        return Ending.BROKEN_OFF
    if _is_spelling(words):
        return Ending.BROKEN_OFF
    if any(words[-len(tail) :] == tail for tail in _THINKING):
        return Ending.BROKEN_OFF
    if words[-1] == "please" and all(word in _SMALL for word in words[:-1]):
        return Ending.BROKEN_OFF
    if words[-1] in _CLOSING or words[-2:] == ("thank", "you"):
        return Ending.SETTLED
    if _is_question(text, words):
        return _ending_of_question(words)
    return _ending_of_statement(words, expectation)


def _as_expected(text: str, words: Sequence[str], expectation: Expectation) -> Ending | None:
    """Judge an answer to what was asked; None if it is none, or needs the general rules."""
    if expectation is Expectation.YES_NO and is_yes_or_no(text):
        is_no = words[0] in {"no", "nope", "hapana", "not"}
        goes_on = (is_no and len(words) < 3) or _TRAILING_OFF.search(text)
        # To a bare "yes" people like to add "that is right"; what has two words is whole.
        return Ending.ANSWERED if goes_on or len(words) == 1 else Ending.SETTLED
    if expectation is Expectation.YES_NO and words[:2] == ("no", "not"):
        return Ending.OPENED  # "no, not Kibe": what it is instead follows
    if expectation is Expectation.NUMBER:
        return _ending_of_number(words)
    if expectation is Expectation.SPELLING:
        return _ending_of_spelling(words)
    if expectation is Expectation.TIME and not _TRAILING_OFF.search(text):
        clock = re.search(r"\d|o'clock|noon|midday|\b[ap]m\b", text.lower())
        if words[-1] in _NEVER_LAST and words[-1] != "am":
            return Ending.BROKEN_OFF
        if clock:
            return Ending.SETTLED
        return Ending.OPENED if _DAY_OR_TIME.search(text.lower()) else None
    if expectation is Expectation.NAME and words[-1] not in _NEVER_LAST:
        return _ending_of_name(text, words)
    return None


def _ending_of_name(text: str, words: Sequence[str]) -> Ending | None:
    """Judge a name: one name is usually followed by another."""
    names = [word for word in _after_naming(words) if word not in _NAMING]
    if _TRAILING_OFF.search(text) or len(names) < 2:
        return Ending.OPENED
    if len(names) == 2:
        return Ending.ANSWERED
    return Ending.SETTLED if len(names) == 3 else None


def _after_naming(words: Sequence[str]) -> Sequence[str]:
    """Leave out what leads in to a name: "on this side it's Samuel"."""
    named_at = max((at for at, word in enumerate(words) if word in _NAMES_FOLLOW), default=-1)
    return words[named_at + 1 :]


def _ending_of_number(words: Sequence[str]) -> Ending | None:
    digits = digits_in(words)
    if digits in _WHOLE_NUMBER_DIGITS:
        return Ending.ANSWERED
    return Ending.BROKEN_OFF if digits else None


def _ending_of_spelling(words: Sequence[str]) -> Ending:
    letters = sum(len(word) for word in words if len(word) <= 2)
    return Ending.OPENED if letters >= 3 and len(words[-1]) <= 2 else Ending.BROKEN_OFF


def _ending_of_question(words: Sequence[str]) -> Ending:
    if words[-1] in _NEVER_LAST_ASKED or all(word in _SMALL for word in words):
        return Ending.BROKEN_OFF
    if words[-1] in _PREPOSITIONS and words[0] not in _ASKING and "in" not in words[-1:]:
        return Ending.BROKEN_OFF
    if len(words) <= 3 and words[0] in _AUXILIARIES and words[1] in {"the", "your", "there"}:
        return Ending.BROKEN_OFF
    if len(words) <= 3 and words[-1] in {"is", "are", "do", "with", "does"}:
        return Ending.BROKEN_OFF
    if _wants_object(words) and words[0] not in {"what", "which", "who", "where"}:
        return Ending.BROKEN_OFF
    if words[-1] in _ASKED_LEADS_ON or (words[-1] == "me" and len(words) < 5):
        return Ending.OPENED
    if len(words) <= 4 and words[0] in _AUXILIARIES and words[-1] in _ON_WHICH_DAY:
        return Ending.OPENED
    if len(words) < 3:
        return Ending.UNCLEAR
    return Ending.BRIEF if _is_brief(words) else Ending.ASKED


def _is_brief(words: Sequence[str]) -> bool:
    """Tell whether there are so few words that more may follow.

    A day or an hour closes them, and what is said with a preposition: "can I pay by M-Pesa".
    """
    closes = words[-1] in _CLOSES or _DAY_OR_TIME.search(words[-1])
    is_filled = any(word in _PREPOSITIONS for word in words[1:-1])
    return len(words) <= _FEW_WORDS and not closes and not is_filled


def _ending_of_statement(words: Sequence[str], expectation: Expectation) -> Ending:
    last = words[-1]
    if _wants_object(words):
        return Ending.BROKEN_OFF
    asked_about = any(word in _ASKING for word in words[1:-1]) and last in _PREPOSITIONS
    if (last in _NEVER_LAST or last in _PREPOSITIONS) and not asked_about:
        return Ending.BROKEN_OFF
    if len(words) <= 5 and all(word in _GREETING for word in words):
        return Ending.OPENED if any(word in _HAILING for word in words) else Ending.UNCLEAR
    if last in _LEADS_ON and not any(word in _OBJECT_FOLLOWS for word in words):
        return Ending.OPENED
    if expectation is Expectation.REASON:
        return Ending.OPENED
    # What is no answer to what was asked is judged as if nothing had been asked.
    is_answer = expectation is not Expectation.ANYTHING and (
        words[0] in _ANSWERING or len(words) < _FEW_TO_ANSWER
    )
    if not is_answer and (len(words) == 1 or _has_more_coming(words)):
        return Ending.OPENED  # one word is mostly a greeting that the recogniser did not know
    if len(words) <= 2:
        return Ending.UNCLEAR
    return Ending.BRIEF if _is_brief(words) and not is_answer else Ending.STATED


def _wants_object(words: Sequence[str]) -> bool:
    """Tell whether the last word is a verb whose object is missing: "I'd like to register"."""
    if len(words) < 3 or words[-1] in _ENOUGH | _SMALL:
        return False
    if words[-2] == "to":
        return words[-3] in _BEFORE_INFINITIVE
    return words[-2] in {"i", "we"} and words[-3] in _AUXILIARIES


def _has_more_coming(words: Sequence[str]) -> bool:
    """Tell whether a statement leads up to something: "my brother passed away"."""
    if words[0] in {"tell", "please"} and len(words) <= 4:
        return True
    if "something" in words[:4] or words[:2] == ("one", "thing"):
        return True
    return len(words) >= 2 and not any(word in _REQUEST for word in words)


def _is_question(text: str, words: Sequence[str]) -> bool:
    if text.rstrip().endswith("?"):
        return True
    rest = list(words)
    while len(rest) > 2 and rest[0] in _LEADING_IN:
        rest.pop(0)
    return rest[0] in _ASKING or rest[0] in _AUXILIARIES


def digits_in(words: Sequence[str]) -> int:
    """Count the digits that a number's words stand for: ``07 double two`` is four."""
    total, times = 0, 1
    for word in words:
        if word in {"double", "triple"}:
            times = 2 if word == "double" else 3
            continue
        total += _digits_of(word) * times
        times = 1
    return total


def _digits_of(word: str) -> int:
    if word.isdigit():
        return len(word)
    if re.fullmatch(r"o\d+", word):
        return len(word)
    return _DIGIT_WORDS.get(word, 0)


def _digits_at_end(words: Sequence[str]) -> int:
    """Count the digits of the number with which the words end."""
    start = len(words)
    while start and (_digits_of(words[start - 1]) or words[start - 1] in {"double", "triple"}):
        start -= 1
    before = words[start - 1] if start else ""
    if before in {"of", "in", "by", "until", "since", "year"} or len(words) - start == 1 == start:
        return 0
    return digits_in(words[start:])


def _is_spelling(words: Sequence[str]) -> bool:
    """Tell whether the words end in letters being spelled."""
    letters = [word for word in words[-2:] if len(word) == 1 and word.isalpha()]
    return len(letters) == 2
