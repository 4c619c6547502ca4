"""What a caller has told of themselves so far, whichever voice asked: each field, and how sure.

A voice that takes a call over must not ask again for what the caller has confirmed. A cloud model
keeps no list of it, so it is read from the talk as both sides heard it: what was asked for, what
was answered, what was read back, and whether the caller said yes. What is read back stands above
what the recogniser made of the caller's words, for that is what the caller said yes to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from rapidfuzz import fuzz

from mapokezi.receptionist.intake_name import keeps_name_back, name_given_unasked, name_words
from mapokezi.receptionist.intake_number import means_own_number
from mapokezi.receptionist.names_read_back import NameReader
from mapokezi.receptionist.office import Office, Question
from mapokezi.receptionist.slot_questions import (
    last_question,
    offers_own_number,
    reads_back,
    slots_asked_for,
)
from mapokezi.receptionist.spelling import looks_spelled, read_letters
from mapokezi.receptionist.spoken import read_digits, read_phone
from mapokezi.receptionist.waiting import asks_to_wait
from mapokezi.receptionist.words import plain, sentences_of, words_of_weight
from mapokezi.receptionist.yes_no import Answer, read_answer, without_correction_lead
from mapokezi.voice.session import NOT_UNDERSTOOD, KnownField, PastTurn

_LONGEST_VALUE = 300
_LONGEST_NAME_WORDS = 5
_WHOLE = frozenset({"name", "number"})
_READ_BACK_SHARE = 0.4
"""With so many of its words in what we said, a free text was read back."""
_WEIGHTY = 4
_A_NUMBER = 7
"""Fewer digits than that are no telephone number that was said unasked."""
_NO_ANSWER = re.compile(
    r"^(?:hold on|wait|just (?:a|one) (?:moment|minute|second)|one (?:moment|second)|hello$|pardon"
    r"|sorry|excuse me|i did not (?:hear|catch|get)|come again|repeat|say (?:that|it) again"
    r"|where|what|when|how|who|why|which|do you|does|can you|could you|are you|is there)\b"
)
"""It asks back, or asks something else."""
_LEAD = re.compile(
    r"^(?:(?:um|uh|well|so|yes|okay|please|hi|hello)[, ]+)*"
    r"(?:(?:it is|it's|that is|that's|this is) )?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the talk so far has brought."""

    fields: tuple[KnownField, ...] = ()
    question: str = ""
    """What the caller was asked last."""
    is_open: bool = True
    """Whether the caller has said nothing since."""
    was_answer: bool = False
    """Whether what the caller said last filled, confirmed or denied a field."""
    read_back: tuple[KnownField, ...] = ()
    """What an open question has read back, and wants a yes to."""
    has_confirmed_message: bool = False
    """Whether that was a yes to name and number read back together, as before saving a message."""


def gather(
    office: Office,
    questions: Sequence[Question],
    history: Iterable[PastTurn],
    caller_number: str | None = None,
) -> Gathered:
    """Read the talk so far.

    Args:
        office: Whose own numbers and people are nobody's answer.
        questions: What it asks for a message.
        history: Both sides' turns, as they were heard.
        caller_number: As the platform reports it.
    """
    reader = _Reader(office, questions, caller_number or "")
    for is_caller, turns in groupby(history, lambda turn: turn.speaker == "caller"):
        text = " ".join(turn.text for turn in turns)
        if is_caller:
            reader.caller_said("" if text.endswith(NOT_UNDERSTOOD) else text)
        else:
            reader.receptionist_said(text)
    return reader.gathered()


class _Reader:
    """Goes through the talk, turn by turn."""

    def __init__(self, office: Office, questions: Sequence[Question], caller_number: str) -> None:
        self._questions = questions
        self._names = NameReader(office)
        self._not_the_callers = {
            *office.numbers,
            *(one.mobile for one in office.people),
            office.reception,
        }
        self._caller_number = caller_number
        self._fields: dict[str, KnownField] = {}
        self._said = self._question = self._digits = ""
        self._asked: tuple[str, ...] = ()
        self._is_open = True
        self._was_answer = self._has_confirmed_message = False

    def gathered(self) -> Gathered:
        is_open_back = self._is_open and bool(self._said) and reads_back(self._question)
        back = self._read_back() if is_open_back else {}
        return Gathered(
            tuple(self._fields.values()),
            self._question,
            self._is_open,
            self._was_answer,
            tuple(KnownField(slot, value, is_confirmed=False) for slot, value in back.items()),
            self._has_confirmed_message,
        )

    def receptionist_said(self, text: str) -> None:
        self._said = text
        question = last_question(text)
        if question:
            self._question = question
            goes_on = bool(self._digits)  # "0733. And then?"
            asked = slots_asked_for(question, self._questions)
            self._asked = asked or (self._asked if goes_on else ())
            self._is_open = True

    def caller_said(self, text: str) -> None:
        """Take in a turn; empty if nobody knows what was said."""
        before = dict(self._fields)
        self._has_confirmed_message = False
        said = plain(text)
        if not said:
            self._was_answer = False
            return
        self._is_open = False
        asked_now = bool(last_question(self._said))
        is_read_back = asked_now and reads_back(self._question)
        answer = read_answer(said, sentences_of(text)) if is_read_back else Answer(yes=None)
        denied = is_read_back and self._answered(answer)
        is_aside = _NO_ANSWER.match(said) or asks_to_wait(said)
        if not (is_read_back and answer.yes) and not is_aside:
            self._take(text, without_correction_lead(answer.rest) if denied else said, denied)
        self._was_answer = self._fields != before or self._has_confirmed_message
        self._said = ""

    # -- a read-back --

    def _answered(self, answer: Answer) -> bool:
        """Take a yes or a no to what was read back; True if it was a no."""
        back = self._read_back()
        if answer.yes:
            for slot, value in back.items():
                self._put(slot, value, is_confirmed=True)
            self._has_confirmed_message = back.keys() >= _WHOLE
        elif answer.yes is False:
            if len(back) == 1:
                self._fields.pop(next(iter(back)), None)
                self._asked = tuple(back)
            for slot in back.keys() & self._fields.keys():
                self._put(slot, self._fields[slot].value, is_confirmed=False)
        return answer.yes is False

    def _read_back(self) -> dict[str, str]:
        """Find what the receptionist has just read back, by slot."""
        found: dict[str, str] = {}
        number = read_phone(read_digits(self._said)).number
        if number is not None and number not in self._not_the_callers:
            found["number"] = number
        elif self._caller_number and offers_own_number(self._said):
            found["number"] = self._caller_number
        heard = self._fields.get("name")
        name = self._names.find(self._said, heard.value if heard else "")
        if name:
            found["name"] = name
        words = set(plain(self._said).split())
        for slot, field in self._fields.items():
            if slot not in _WHOLE and _share(field.value, words) >= _READ_BACK_SHARE:
                found[slot] = field.value
        return found

    # -- an answer --

    def _take(self, text: str, said: str, is_denial: bool) -> None:
        """Take what fills a field: the one that was asked for, or what was told unasked."""
        self._take_number(said)
        if "name" in self._asked:
            self._take_name(said)
        elif not is_denial and "name" not in self._fields:
            self._put("name", name_given_unasked(said).title(), is_confirmed=False)
        free = [slot for slot in self._asked if slot not in _WHOLE]
        if len(self._asked) == 1 and free and not text.rstrip().endswith("?"):
            value = _LEAD.sub("", " ".join(text.split()), count=1).strip(" .")
            if len(value) > 2 or value.isdigit():
                self._put(free[0], value, is_confirmed=False)
                self._asked = ()

    def _take_number(self, said: str) -> None:
        is_asked = "number" in self._asked
        own = self._caller_number
        digits = read_digits(said)
        is_yes = offers_own_number(self._question) and read_answer(said).yes
        if is_asked and own and len(digits) < _A_NUMBER and (means_own_number(said) or is_yes):
            self._put("number", own, is_confirmed=True)
            return
        if not is_asked and len(digits) < _A_NUMBER:
            return
        number = read_phone(digits).number or read_phone(self._digits + digits).number
        self._digits = "" if number else self._digits + digits
        if number is not None and number not in self._not_the_callers:
            self._put("number", number, is_confirmed=False)

    def _take_name(self, said: str) -> None:
        if keeps_name_back(said):
            self._fields["name"] = KnownField("name", "", is_confirmed=True)
            return
        heard = self._fields.get("name")
        if looks_spelled(said):
            name = _with_letters(heard.value if heard else "", read_letters(said))
        else:
            name = name_words(said)
        if 0 < len(name.split()) <= _LONGEST_NAME_WORDS and len(name) > 1:
            self._put("name", name.title(), is_confirmed=False)

    def _put(self, slot: str, value: str, *, is_confirmed: bool) -> None:
        value = " ".join(value.split())[:_LONGEST_VALUE]
        known = self._fields.get(slot)
        if not value or (known is not None and known.value == value and known.is_confirmed):
            return
        self._fields[slot] = KnownField(slot, value, is_confirmed)


def _share(value: str, words: set[str]) -> float:
    """Give which share of a text's words of weight are among others."""
    own = [word for word in words_of_weight(plain(value)) if len(word) >= _WEIGHTY]
    return sum(word in words for word in own) / len(own) if own else 0.0


def _with_letters(name: str, letters: str) -> str:
    """Put a name that was spelled in the place of the one that it is likest to."""
    parts = name.lower().split()
    if len(parts) < 2 or not letters:
        return letters
    likest = max(range(len(parts)), key=lambda at: fuzz.ratio(parts[at], letters))
    return " ".join(letters if at == likest else part for at, part in enumerate(parts))


def fields_told(fields: Sequence[KnownField]) -> str:
    """Write the fields for a model's instructions; empty if there are none."""
    if not fields:
        return ""
    lines = ["Known of the caller (never ask again for what is confirmed)"]
    for field in fields:
        if not field.value:
            lines.append(f"- {field.slot}: the caller would rather not say")
        elif field.is_confirmed:
            lines.append(f"- {field.slot}: {field.value} (confirmed by the caller)")
        else:
            lines.append(f"- {field.slot}: {field.value} (heard, not confirmed: read it back)")
    return "\n".join(lines)
