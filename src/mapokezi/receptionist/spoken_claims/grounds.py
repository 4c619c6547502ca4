"""What a claim may rest on: the office's own data, what was done, the caller's own words."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from mapokezi.receptionist.emergency_numbers import emergency_numbers
from mapokezi.receptionist.hours import local_time
from mapokezi.receptionist.office import Fact, Office, PriceSaid
from mapokezi.receptionist.opening_notices import notices_of, text_of
from mapokezi.receptionist.spoken_claims.clauses import Reader
from mapokezi.receptionist.spoken_claims.kinds import Deed
from mapokezi.receptionist.spoken_claims.numbers import rows_in
from mapokezi.receptionist.spoken_claims.present import ONE_DOES
from mapokezi.receptionist.spoken_claims.prices import Price, prices_in
from mapokezi.receptionist.spoken_claims.sentence import Said, content_of, plain_claim
from mapokezi.receptionist.spoken_claims.spans import Span, spans_in
from mapokezi.receptionist.spoken_claims.times import VAGUE_DAYS, TimeSaid, days_in, times_in
from mapokezi.receptionist.spoken_claims.verbs import (
    is_gerund,
    is_participle,
    is_past,
    verb_of,
    verbs,
)
from mapokezi.receptionist.urgency import UrgentWords
from mapokezi.receptionist.words import plain, stem

_LEAST_TOPIC = 0.15
"""A sentence with less of it in any fact is about none of them."""
_MOST_CALLER_TURNS = 40
_MOSTLY = 0.66
"""With so much of a sentence's stems in a fact, the fact says it."""
_FEWEST_TOLD = 2
_TELLING = verbs("tell ask say request instruct advise inform")
"""Verbs of which one may stand for another where somebody's words are given back."""
_SENTENCE = re.compile(r"[^.?!;]+[.?!;]?")
_WITH_COUNTRY = re.compile(r"254(?=[17]\d{8})")
"""How a Kenyan number begins that is told from abroad; at home it begins with 0."""


@dataclass(frozen=True)
class FactInFull:
    """A fact, prepared for being compared with what is said."""

    fact: Fact
    plain: str
    stems: frozenset[str]
    times: tuple[TimeSaid, ...]
    rows: tuple[str, ...]
    spans: tuple[Span, ...]
    prices: tuple[Price, ...]
    priced: frozenset[str]
    """The stems of what its prices are said of."""

    @property
    def words(self) -> frozenset[str]:
        """The words of its answer and title."""
        return frozenset(self.plain.split())


class OfficeTruth:
    """An office's own data, prepared once for all its calls."""

    def __init__(self, office: Office) -> None:
        """Prepare it."""
        self.office = office
        self.facts = tuple(_in_full(fact) for fact in office.facts)
        self.only_from = frozenset(
            one.id for one in office.prices or () if one.say is PriceSaid.FROM
        )
        """The facts whose price may be said as the lowest alone."""
        seen = Counter(stem for each in self.facts for stem in each.stems)
        self._weights = {stem: math.log(1 + len(self.facts) / n) for stem, n in seen.items()}
        self._unknown = math.log(1 + len(self.facts)) if self.facts else 1.0
        self.own_rows = tuple(
            "".join(sign for sign in number if sign.isdecimal()) for number in office.numbers
        )
        self.plain_name = plain(office.name)
        self.place_words = frozenset(
            word for each in self.facts if _TELLS_PLACE.search(each.plain) for word in each.words
        )
        self.names = frozenset(_names_of(office))
        self.reader = Reader(self.names)
        own = (office.greeting, text_of(notices_of(office)), office.goodbye)
        self.own_stems = tuple(content_of(plain_claim(text)) for text in own)
        self.urgent = UrgentWords(office.urgent_words)
        people = [word for one in office.people for word in (one.name, one.role, *one.aliases)]
        known = [office.name, *people, *(each.plain for each in self.facts)]
        self.told_stems = frozenset().union(*(each.stems for each in self.facts))
        self.of_people = frozenset(
            stem(word)
            for text in (
                office.name,
                *people,
                *(f"{' '.join(one.departments)} {' '.join(one.subjects)}" for one in office.people),
            )
            for word in plain_claim(text).split()
        )
        self.words = frozenset(word for text in known for word in plain_claim(text).split())

    def topic(self, stems: frozenset[str]) -> dict[str, float]:
        """Give how much of what stems are about stands in each fact, 0 to 1."""
        total = sum(self._weights.get(stem, self._unknown) for stem in stems)
        if not total:
            return {}
        shares = {
            each.fact.id: sum(self._weights[stem] for stem in stems & each.stems) / total
            for each in self.facts
        }
        return {of: share for of, share in shares.items() if share >= _LEAST_TOPIC}

    def names_anybody(self, said: str) -> bool:
        """Say whether plain text names somebody of the office."""
        return bool(self.names & set(said.replace(self.plain_name, "").split()))

    def fact(self, fact_id: str) -> FactInFull | None:
        """Give a fact by its id."""
        return next((each for each in self.facts if each.fact.id == fact_id), None)


_TELLS_PLACE = re.compile(
    r"\b(?:next to|opposite|behind|near|beside|across from|floor|road|street|avenue|stage|basement"
    r"|building|house|plaza|gate|entrance|route|po box)\b"
)
_NO_NAMES = frozenset({"the", "a", "our"})
_THIRD = frozenset({"he", "she", "they"})
_OF_OFFICE = re.compile(
    r"\b(?:lawyers?|advocates?|wakili|clerk|manager|you|your|colleague|office)\b"
)
_ONLY_WANTED = re.compile(
    r"\b(?:if|whether|want(?:ed)?|would like|wish|need(?:ed)?|please|kindly|wondering|find out"
    r"|to know|check(?:ing)?|confirm|asking|hoping|hope|tell me|make sure|get|have"
    r" (?:it|this|that|my \w+))\b"
)
"""From there on it is what the caller would have, not what they tell."""
_ASKS = re.compile(
    r"^(?:(?:so|and|but|okay|hello|please) )*(?:is|are|was|were|do|does|did|have|has|had|will|would"
    r"|could|can|may|shall|should|what|which|when|where|who|whom|how|why|so you)\b"
)


_WHERE = "where you are"
_UNKNOWN_PLACE = "I do not have that address. Please do not go by it."


def nearest_answer(said: Said, grounds: Grounds, about: str = "") -> str:
    """Give the fact that tells what the sentence was about."""
    for text in (about, said.plain, grounds.last_words, _WHERE):
        topic = grounds.truth.topic(content_of(plain(text))) if text else {}
        found = grounds.truth.fact(max(topic, key=topic.__getitem__)) if topic else None
        if found is not None:
            return found.fact.answer
    return _UNKNOWN_PLACE


def _names_of(office: Office) -> tuple[str, ...]:
    """Give the names of the office's people, whole and in parts, plain."""
    names = [plain(name) for one in office.people for name in (one.name, *one.aliases)]
    roles = [plain(one.role.split(",", 1)[0].split(" for ", 1)[0]) for one in office.people]
    parts = [name.split()[0] for name in names] + [name.split()[-1] for name in (*names, *roles)]
    return tuple(dict.fromkeys(part for part in parts if part not in _NO_NAMES))


def sentences_of_answer(fact: Fact) -> list[str]:
    """Cut a fact's answer into its sentences."""
    return re.split(r"(?<=[.!?]) +(?=[A-Z])", fact.answer.strip())


def _in_full(fact: Fact) -> FactInFull:
    answer = plain_claim(fact.answer)
    asked = " ".join((fact.title, *fact.asked_as))
    dear = " ".join(
        plain_claim(one) for one in sentences_of_answer(fact) if prices_in(plain_claim(one))
    )
    return FactInFull(
        fact=fact,
        plain=f"{answer} {plain_claim(fact.title)}",
        stems=content_of(answer) | content_of(plain_claim(asked)),
        times=times_in(answer),
        rows=tuple(row.digits for row in rows_in(answer) if len(row.digits) > 1),
        spans=spans_in(answer),
        prices=prices_in(answer),
        priced=content_of(dear) | content_of(plain_claim(asked)),
    )


@dataclass
class Grounds:
    """What is known in one call."""

    truth: OfficeTruth
    now_wall: datetime
    """The wall clock, aware; moved on by the watch."""
    caller_number: str = ""
    looked_up: list[str] = field(default_factory=list)
    """Ids, in the order in which they were asked for."""
    caller_turns: list[str] = field(default_factory=list)
    """What the caller said, plain, latest last."""
    keys: str = ""
    """The keys that the caller pressed."""
    deeds: set[Deed] = field(default_factory=set)
    rung: str = ""
    """Who is rung in the hand-off that runs, by the directory's name."""
    given: list[str] = field(default_factory=list)
    """What a message holds that was saved: its fields, plain."""
    to_say: list[str] = field(default_factory=list)
    """What tools have given to be said, plain: figures said in these very words are right."""
    answers: list[frozenset[str]] = field(default_factory=list)
    """The same, in stems."""
    opened: list[frozenset[str]] = field(default_factory=list)
    """Of these, what was told or done of an earlier message, once its caller had proven theirs."""
    stretches: dict[str, Any] = field(default_factory=dict, repr=False)
    """What sentences tell the time of, by their words; forgotten with every turn."""
    declared: list[str] = field(default_factory=list)
    """What the caller has told, and not asked, sentence by sentence, plain."""
    question: str = ""
    """What they asked last, plain; empty once they have said anything else."""
    stated: set[str] = field(default_factory=set)
    """The verbs in which the caller has told what was done."""

    @property
    def today(self) -> date:
        """The office's own date."""
        return local_time(self.truth.office.hours, self.now_wall).date()

    @property
    def local_now(self) -> datetime:
        """The office's own clock."""
        return local_time(self.truth.office.hours, self.now_wall)

    @property
    def last_words(self) -> str:
        """What the caller said last, plain."""
        return self.caller_turns[-1] if self.caller_turns else ""

    @property
    def all_words(self) -> str:
        """All that the caller said, and what was written down of it, plain."""
        return " ".join((*self.caller_turns, *self.given))

    def caller_said(self, text: str) -> None:
        """Take in what the caller said."""
        self.stretches.clear()
        self.caller_turns.append(plain_claim(text))
        del self.caller_turns[:-_MOST_CALLER_TURNS]
        self.question = ""
        for sentence in _SENTENCE.findall(text):
            said = plain(sentence)
            if sentence.endswith("?") or _ASKS.search(said):
                self.question = said
            else:
                self.declared.append(plain_claim(sentence))
                told = (
                    word
                    for word in _ONLY_WANTED.split(said, maxsplit=1)[0].split()
                    if is_participle(word) or is_past(word) or word in ONE_DOES
                )
                self.stated.update(verb_of(ONE_DOES.get(word, word)) for word in told)

    def is_told(self, stems: frozenset[str], *, by_tools_only: bool = False) -> bool:
        """Say whether the office has told, or a tool has answered, what the stems say.

        Args:
            stems: of what is said.
            by_tools_only: whether it is a deed, which no fact of the office's can tell of.
        """
        if len(stems) < _FEWEST_TOLD:
            return False
        told = [*self.answers]
        if not by_tools_only:
            told += (*(each.stems for each in self.truth.facts), *self.truth.own_stems)
        return max((len(stems & each) for each in told), default=0) >= _MOSTLY * len(stems)

    def was_opened(self, stems: frozenset[str]) -> bool:
        """Say whether a sentence tells what a tool has told or done of an earlier message."""
        return any(len(stems & each) >= _MOSTLY * len(stems) > 0 for each in self.opened)

    def knows(self, words: frozenset[str]) -> bool:
        """Say whether words are all of one fact, of the office's people, or the caller's own.

        Args:
            words: plain; none of them everyday.
        """
        left = frozenset(stem(word) for word in words) - self._told_stems() - self.truth.of_people
        return left <= self.truth.told_stems

    @property
    def names(self) -> frozenset[str]:
        """The names of the office's people, plain."""
        return self.truth.names

    def caller_told(self, words: frozenset[str]) -> bool:
        """Say whether the caller has said all of the words in telling of something."""
        return frozenset(stem(word) for word in words) <= self._told_stems()

    def _told_stems(self) -> frozenset[str]:
        told = (*self.declared, *self.given)
        return frozenset(stem(word) for text in told for word in text.split())

    def caller_declared(self, word: str) -> bool:
        """Say whether the caller has told of having something."""
        have = re.compile(
            rf"\bi (?:have|had) (?:\w+ ){{0,3}}{re.escape(word)}\b|\bmy {re.escape(word)}\b"
        )
        told = (_ONLY_WANTED.split(text, maxsplit=1)[0] for text in self.declared)
        return any(have.search(text) for text in told)

    def caller_speaks_of(self, pronoun: str) -> bool:
        """Say whether *he*, *she* or *they* is somebody of whom the caller has just told.

        Nobody of the office's: the caller has named none of them, and has asked nothing.
        """
        words = self.last_words
        return (
            pronoun in _THIRD
            and not self.question
            and pronoun in words.split()
            and not (self.truth.names_anybody(words) or _OF_OFFICE.search(words))
        )

    def caller_stated(self, verb: str) -> bool:
        """Say whether the caller has told that something was done, by a verb's name."""
        return verb in self.stated or (verb in _TELLING and not _TELLING.isdisjoint(self.stated))

    def is_given_back(self, stems: frozenset[str]) -> bool:
        """Say whether the caller has told, in one sentence, nearly all that stems say."""
        told = (len(stems & content_of(text)) for text in self.declared)
        return max(told, default=0) >= max(_FEWEST_TOLD, _MOSTLY * len(stems))

    def caller_does(self, verb: str) -> bool:
        """Say whether the caller has told that something is being done, by a verb's name."""
        words = (word for text in self.declared for word in text.split())
        return any(is_gerund(word) and verb_of(word) == verb for word in words)

    def office_digits(self) -> str:
        """Give the digits that the office has told: its numbers, its facts, its fixed sentences."""
        office = self.truth.office
        numbers = [*self.truth.own_rows]
        numbers += [f"0{number[3:]}" for number in numbers if number.startswith("254")]
        numbers += [row for each in self.truth.facts for row in each.rows]
        own = (office.greeting, text_of(notices_of(office)), office.goodbye)
        numbers += [row.digits for text in own for row in rows_in(plain_claim(text))]
        return "|".join((*numbers, *emergency_numbers(office)))

    def caller_digits(self) -> str:
        """Give the digits that are the caller's: their number, what they said, typed or left."""
        caller = "".join(sign for sign in self.caller_number if sign.isdecimal())
        told = [row.digits for words in self.caller_turns for row in rows_in(words)]
        saved = [row.digits for words in self.given for row in rows_in(words)]
        numbers = [caller, *told, "".join(told), self.keys, *saved]
        return "|".join((*numbers, *(_WITH_COUNTRY.sub("0", number) for number in numbers)))

    def told_digits(self) -> str:
        """Give the digits that the caller has told or typed, to be put together piece by piece."""
        told = [row.digits for words in self.caller_turns for row in rows_in(words)]
        return "|".join((*told, self.keys))

    def is_callers_when(self, said: str, *, declared_only: bool = False) -> bool:
        """Say whether all days and times in plain text are the caller's own.

        Args:
            said: plain.
            declared_only: whether what the caller has only asked about does not count.
        """
        words = self.declared if declared_only else [*self.caller_turns, *self.declared]
        words = [*words, *self.given]
        times = [time for text in words for time in times_in(text)]
        days = [day for text in words for day in days_in(text, self.today)]
        weekdays = {number for day in days for number in day.weekdays}
        dates = {day.day for day in days}
        if not all(any(one.can_be(known.at) for known in times) for one in times_in(said)):
            return False
        for day in days_in(said, self.today):
            is_named = day.day is not None and day.day in dates
            if not is_named and (day.is_date or not weekdays.issuperset(day.weekdays)):
                return False
        vague = {match[0] for match in VAGUE_DAYS.finditer(said)}
        return all(any(one in text for text in words) for one in vague)
