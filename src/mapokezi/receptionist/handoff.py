"""Whom to ring when a caller is to be passed on, in which order, or why nobody is rung.

Everything that forbids a ring is looked at here, before anybody is rung: who is asked for, the
office's hours and each person's own, presence, other calls, the numbers themselves, the wallet,
the caps, the caller's number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time

from mapokezi.receptionist.after_hours import say_away, say_closed
from mapokezi.receptionist.barred_numbers import is_same_subscriber, why_barred
from mapokezi.receptionist.hours import local_time, open_at
from mapokezi.receptionist.office import Department, Office, Person, RingManner, Weekday
from mapokezi.receptionist.ring_order import (
    NoHandoff,
    Ring,
    RingNobody,
    RingPlan,
    RingRound,
)
from mapokezi.units import E164

__all__ = [
    "NOT_FROM_HERE",
    "JustNow",
    "NoHandoff",
    "Ring",
    "RingNobody",
    "RingPlan",
    "RingRound",
    "RingWish",
    "beyond_that",
    "is_same_subscriber",
    "plan_rings",
]

RECEPTION = "the reception"
"""What the office's own telephone is called where it is rung."""
_WEEK = tuple(Weekday)
_MOST_AT_ONCE = 5
"""More telephones than these do not ring at the same time: a leg each is paid for if two answer."""


@dataclass(frozen=True, slots=True)
class RingWish:
    """Whom the caller asks for."""

    person_id: str = ""
    department: str = ""
    """Used if no person is asked for; neither: anybody."""
    urgent: bool = False
    """Whether it cannot wait: then it is passed on at any hour, to the on-call person too."""


@dataclass(frozen=True, slots=True)
class JustNow:
    """What is known of the office's people and money at this moment."""

    away: frozenset[str] = frozenset()
    """Ids of people who have said that they are not to be rung."""
    engaged: frozenset[E164] = frozenset()
    """Numbers that ring, or talk, with another of our callers."""
    wallet_minor: int | None = None
    """What the platform's wallet held last; None: not known, and then it is tried."""
    is_capped: bool = False
    """Whether the caps on what calls may cost leave no room for a dialled leg."""


_NOT_TO_TELL = frozenset({NoHandoff.WALLET_EMPTY, NoHandoff.CAP_REACHED})
"""The office's own affairs: the caller hears only that it is not possible."""


def plan_rings(
    office: Office,
    wish: RingWish,
    caller_number: E164 | None,
    now_wall: datetime,
    *,
    not_again: Collection[E164] = (),
    just_now: JustNow | None = None,
) -> RingPlan | RingNobody:
    """Plan whom to ring.

    A person who is asked for is rung first, then their deputies; a department in its order; for
    anybody the office's order, then the reception; behind all of them, for what is urgent, the
    on-call people. A person without a number of their own is rung at the reception.

    Args:
        office: the office.
        wish: whom the caller asks for.
        caller_number: as claimed; None if withheld.
        now_wall: the wall clock, aware.
        not_again: who was rung in this call without anybody being able to tell what came of it:
            they may have spoken, and are not rung a second time.
        just_now: of people and money; nothing known if None.
    """
    planning = _Planning(office, wish, caller_number, now_wall, not_again, just_now or JustNow())
    return planning.forbidden() or planning.plan()


class _Planning:
    """One plan while it is made."""

    def __init__(
        self,
        office: Office,
        wish: RingWish,
        caller: E164 | None,
        now_wall: datetime,
        not_again: Collection[E164],
        just_now: JustNow,
    ) -> None:
        self._office, self._wish, self._caller = office, wish, caller
        self._now = now_wall
        self._here = local_time(office.hours, now_wall)
        self._is_open = open_at(office.hours, now_wall).is_open
        self._not_again, self._just_now = not_again, just_now
        self._by_id = {person.id: person for person in office.people}
        self._department = _department(office, wish.department)
        self._left_out: dict[str, NoHandoff] = {}
        self._rung: list[E164] = []

    # -- what forbids all of it --

    def forbidden(self) -> RingNobody | None:
        """Give what stands against ringing anybody at all."""
        wish, office = self._wish, self._office
        if wish.person_id and wish.person_id not in self._by_id:
            text = f"there is nobody with the id {wish.person_id!r}"
            return _nobody(NoHandoff.NO_SUCH_PERSON, text)
        if wish.department and not wish.person_id and self._department is None:
            text = f"there is no department named {wish.department!r}"
            return _nobody(NoHandoff.NO_SUCH_DEPARTMENT, text)
        if not wish.urgent and not self._is_open:
            text = "the office is closed; only urgent calls are passed on"
            return _nobody(NoHandoff.CLOSED, text, say=say_closed(office.hours, self._now))
        if office.hand_off.needs_caller_number and self._caller is None:
            text = "the caller withholds their number, and the office passes only others on"
            return _nobody(NoHandoff.CALLER_WITHHELD, text)
        wallet = self._just_now.wallet_minor
        if wallet is not None and wallet <= 0:
            return _nobody(NoHandoff.WALLET_EMPTY, "the platform's wallet is empty: top it up")
        if self._just_now.is_capped:
            return _nobody(NoHandoff.CAP_REACHED, "the caps leave no room for a dialled leg")
        return None

    # -- the plan --

    def plan(self) -> RingPlan | RingNobody:
        """Lay the rounds, leaving out whom nobody should ring."""
        rounds = [*self._asked_for(), *self._urgent(), *self._reception()]
        if not rounds:
            return self._nobody_left()
        return RingPlan(tuple(rounds), tuple(self._left_out.items()))

    def _asked_for(self) -> Iterable[RingRound]:
        person = self._by_id.get(self._wish.person_id)
        if person is not None:
            return self._one_by_one((person.id, *person.deputies))
        hand_off, department = self._office.hand_off, self._department
        if department is not None:
            order = department.order or [
                one.id for one in self._office.people if department.name in one.departments
            ]
            return self._in(department.ring or hand_off.ring, order, department.ring_seconds)
        if self._wish.urgent and hand_off.on_call:
            return ()
        return self._in(hand_off.ring, hand_off.order, 0)

    def _urgent(self) -> Iterable[RingRound]:
        if not self._wish.urgent:
            return ()
        hand_off = self._office.hand_off
        anybody = not (self._wish.person_id or self._wish.department)
        behind = hand_off.order if anybody and hand_off.on_call else ()
        return self._one_by_one((*hand_off.on_call, *behind))

    def _reception(self) -> Iterable[RingRound]:
        """Behind all others, unless one person is asked for who has a telephone of their own."""
        office = self._office
        asked = self._by_id.get(self._wish.person_id)
        if asked is not None and (asked.mobile is not None or not asked.takes_calls):
            return
        ring = self._checked("", RECEPTION, office.reception)
        if ring is not None:
            yield RingRound((ring,), office.hand_off.ring_seconds)

    def _in(self, manner: RingManner, order: Iterable[str], seconds: int) -> Iterable[RingRound]:
        if manner is RingManner.ONE_BY_ONE:
            return self._one_by_one(order, seconds)
        rings = [ring for one in order if (ring := self._of_person(one)) is not None]
        lots = [rings[at : at + _MOST_AT_ONCE] for at in range(0, len(rings), _MOST_AT_ONCE)]
        return [
            RingRound(tuple(lot), seconds or max(self._seconds(ring.person_id) for ring in lot))
            for lot in lots
        ]

    def _one_by_one(self, order: Iterable[str], seconds: int = 0) -> Iterable[RingRound]:
        return [
            RingRound((ring,), seconds or self._seconds(ring.person_id))
            for one in order
            if (ring := self._of_person(one)) is not None
        ]

    def _seconds(self, person_id: str) -> int:
        person = self._by_id.get(person_id)
        return (person.ring_seconds if person else 0) or self._office.hand_off.ring_seconds

    # -- one person --

    def _of_person(self, person_id: str) -> Ring | None:
        person = self._by_id.get(person_id)
        if person is None:
            return None
        if (why := self._why_not(person)) is not None:
            self._left_out[person.id] = why
            return None
        if person.mobile is None:
            is_asked = person.id == self._wish.person_id
            number = self._office.reception if is_asked else None
        else:
            number = person.mobile
        return self._checked(person.id, person.name, number, person.language)

    def _why_not(self, person: Person) -> NoHandoff | None:
        if not person.takes_calls:
            return NoHandoff.TAKES_NO_CALLS
        if person.id in self._just_now.away or say_away(person, self._office, self._now):
            return NoHandoff.AWAY
        is_on_call = self._wish.urgent and person.id in self._office.hand_off.on_call
        return None if is_on_call or self._is_their_time(person) else NoHandoff.NOT_NOW

    def _is_their_time(self, person: Person) -> bool:
        if _WEEK[self._here.weekday()] in person.not_on:
            return False
        return _is_between(self._here.time(), person.not_before, person.not_after)

    def _checked(
        self, person_id: str, name: str, number: E164 | None, language: str = ""
    ) -> Ring | None:
        why = self._why_not_rung(number)
        if why is not None or number is None:
            self._left_out.setdefault(person_id, why or NoHandoff.NO_NUMBER)
            return None
        if any(is_same_subscriber(number, other) for other in self._rung):
            return None
        self._rung.append(number)
        return Ring(person_id, name, number, language or self._office.telling.language)

    def _why_not_rung(self, number: E164 | None) -> NoHandoff | None:
        if number is None:
            return NoHandoff.NO_NUMBER
        if (barred := why_barred(number, self._office, self._caller)) is not None:
            return barred
        if number in self._not_again:
            return NoHandoff.RUNG_ALREADY
        return NoHandoff.ON_ANOTHER_CALL if number in self._just_now.engaged else None

    def _nobody_left(self) -> RingNobody:
        """Say why the one who was asked for is not rung, else why the first of the others."""
        wanted = self._wish.person_id
        who = wanted if wanted in self._left_out else next(iter(self._left_out), "")
        why = self._left_out.get(who, NoHandoff.NO_NUMBER)
        person = self._by_id.get(who)
        name = person.name if person is not None else RECEPTION
        others = ", ".join(f"{one or RECEPTION}: {other}" for one, other in self._left_out.items())
        is_anybody = not wanted and len(self._left_out) > 1
        say = "I cannot reach anybody just now." if is_anybody else ""
        if why is NoHandoff.AWAY and person is not None and not say:
            say = say_away(person, self._office, self._now)
        return _nobody(why, f"nobody can be rung ({others or why.value})", name, say)


def _department(office: Office, name: str) -> Department | None:
    """The department of that name; also one that only its people's entries mention."""
    wanted = name.casefold()
    if not wanted:
        return None
    for one in office.hand_off.departments:
        if one.name.casefold() == wanted:
            return one
    for person in office.people:
        for own in person.departments:
            if own.casefold() == wanted:
                return Department(name=own)
    return None


def _is_between(now: time, first: time | None, last: time | None) -> bool:
    now = now.replace(tzinfo=None)
    begins, ends = first or time.min, last or time.max
    if begins <= ends:
        return begins <= now <= ends
    return now >= begins or now <= ends


NOT_FROM_HERE = "I cannot put you through from here."
"""Where no way of passing a caller on may be used."""
_NOT_JUST_NOW = "I cannot put calls through just now."
_SAYS = {
    NoHandoff.NO_SUCH_PERSON: "I could not find that person.",
    NoHandoff.NO_SUCH_DEPARTMENT: "I could not find that department.",
    NoHandoff.CLOSED: "The office is closed at the moment.",
    NoHandoff.TAKES_NO_CALLS: "{who} is not taking calls.",
    NoHandoff.NO_NUMBER: "{who} cannot be reached by telephone.",
    NoHandoff.NOT_NOW: "{who} does not take calls at this hour.",
    NoHandoff.AWAY: "{who} is away at the moment.",
    NoHandoff.ON_ANOTHER_CALL: "{who} is on another call just now.",
    NoHandoff.RUNG_ALREADY: "I have rung {who} already.",
    NoHandoff.CALLER_WITHHELD: "I can only put calls through that show their number.",
    NoHandoff.WALLET_EMPTY: _NOT_JUST_NOW,
    NoHandoff.CAP_REACHED: _NOT_JUST_NOW,
}
"""Of all others: that it is not possible, and no more."""


def beyond_that(say: str) -> str:
    """Give what a refused hand-off tells the caller beyond that they are not put through.

    For a receptionist who has just said so: nobody is to hear it twice over.

    Args:
        say: What the caller is told of the refusal.
    """
    for known in (NOT_FROM_HERE, _NOT_JUST_NOW):
        say = say.replace(known, "")
    return " ".join(say.split())


def _nobody(why: NoHandoff, for_staff: str, who: str = RECEPTION, say: str = "") -> RingNobody:
    if not say or why in _NOT_TO_TELL:
        say = _SAYS.get(why, "I cannot reach {who} just now.").format(who=who)
    return RingNobody(why, f"{_upper(for_staff)}.", _upper(say))


def _upper(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
