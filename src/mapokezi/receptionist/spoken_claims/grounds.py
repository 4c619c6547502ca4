"""What a claim may rest on: the office's own data, what was done, the caller's own words."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from mapokezi.receptionist.hours import local_time
from mapokezi.receptionist.office import Fact, Office
from mapokezi.receptionist.spoken_claims.commitments import CommitmentWords
from mapokezi.receptionist.spoken_claims.kinds import Deed
from mapokezi.receptionist.spoken_claims.numbers import rows_in
from mapokezi.receptionist.spoken_claims.prices import Price, prices_in
from mapokezi.receptionist.spoken_claims.sentence import content_of, plain_claim
from mapokezi.receptionist.spoken_claims.times import TimeSaid, days_in, times_in
from mapokezi.receptionist.urgency import UrgentWords
from mapokezi.receptionist.words import plain

_LEAST_TOPIC = 0.15
"""A sentence with less of it in any fact is about none of them."""
_MOST_CALLER_TURNS = 40
_EMERGENCY = ("999", "112")
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
    prices: tuple[Price, ...]

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
        seen = Counter(stem for each in self.facts for stem in each.stems)
        self._weights = {stem: math.log(1 + len(self.facts) / n) for stem, n in seen.items()}
        self._unknown = math.log(1 + len(self.facts)) if self.facts else 1.0
        self.own_rows = tuple(
            "".join(sign for sign in number if sign.isdecimal()) for number in office.numbers
        )
        self.commitments = CommitmentWords(_names_of(office))
        self.urgent = UrgentWords(office.urgent_words)
        people = [word for one in office.people for word in (one.name, one.role, *one.aliases)]
        known = [office.name, *people, *(each.plain for each in self.facts)]
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

    def fact(self, fact_id: str) -> FactInFull | None:
        """Give a fact by its id."""
        return next((each for each in self.facts if each.fact.id == fact_id), None)


def _names_of(office: Office) -> tuple[str, ...]:
    """Give the names of the office's people, whole and in parts, plain."""
    names = [plain(name) for one in office.people for name in (one.name, *one.aliases)]
    parts = [part for name in names for part in (name, name.split()[0], name.split()[-1])]
    return tuple(dict.fromkeys(parts))


def _in_full(fact: Fact) -> FactInFull:
    answer = plain_claim(fact.answer)
    asked = " ".join((fact.title, *fact.asked_as))
    return FactInFull(
        fact=fact,
        plain=f"{answer} {plain_claim(fact.title)}",
        stems=content_of(answer) | content_of(plain_claim(asked)),
        times=times_in(answer),
        rows=tuple(row.digits for row in rows_in(answer) if len(row.digits) > 1),
        prices=prices_in(answer),
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
    given: list[str] = field(default_factory=list)
    """What a message holds that was saved: its fields, plain."""

    @property
    def today(self) -> date:
        """The office's own date."""
        return local_time(self.truth.office.hours, self.now_wall).date()

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
        self.caller_turns.append(plain_claim(text))
        del self.caller_turns[:-_MOST_CALLER_TURNS]

    def office_digits(self) -> str:
        """Give the digits that the office has told: its numbers, its facts, its fixed sentences."""
        office = self.truth.office
        numbers = [*self.truth.own_rows]
        numbers += [f"0{number[3:]}" for number in numbers if number.startswith("254")]
        numbers += [row for each in self.truth.facts for row in each.rows]
        own = (office.greeting, office.notice, office.goodbye)
        numbers += [row.digits for text in own for row in rows_in(plain_claim(text))]
        return "|".join((*numbers, *_EMERGENCY))

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

    def caller_days(self) -> set[int]:
        """Give the weekdays that the caller has named."""
        found = days_in(self.all_words, self.today)
        return {weekday for each in found for weekday in each.weekdays}

    def caller_times(self) -> tuple[TimeSaid, ...]:
        """Give the times that the caller has named."""
        turns = [time for words in self.caller_turns for time in times_in(words)]
        return (*turns, *(time for words in self.given for time in times_in(words)))
