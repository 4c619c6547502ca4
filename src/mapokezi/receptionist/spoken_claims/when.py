"""Of what a sentence says when it is: of the office's hours, of a service, of an event, of now.

A sentence is cut into stretches, each about one of these. A stretch that does not say of what it
speaks goes on with the last one, else with what the caller has asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from mapokezi.receptionist.spoken_claims.grounds import FactInFull, Grounds
from mapokezi.receptionist.spoken_claims.sentence import Said, content_of
from mapokezi.receptionist.spoken_claims.spans import spans_in
from mapokezi.receptionist.spoken_claims.times import (
    VAGUE_DAYS,
    WHEN_STEMS,
    TimeSaid,
    days_in,
    times_in,
)


class Of(Enum):
    """What a stretch tells the time of."""

    OFFICE = auto()
    SERVICE = auto()
    """Something that a fact tells the hours of."""
    EVENT = auto()
    """Whatever happens once, or is somebody's."""
    NOW = auto()
    UNTOLD = auto()


@dataclass(frozen=True)
class Stretch:
    """Some pieces of a sentence that speak of one thing."""

    of: Of
    said: Said
    fact: FactInFull | None = None
    """Of a service: the fact that tells its hours."""


_ASKS_NOW = re.compile(
    r"\b(?:what|which) (?:is the |is |the )?(?:time|date|day)(?: of the (?:week"
    r"|month))?(?: is it| is"
    r" today| now| today| are we)|^(?:and |so )?what(?: is)?(?: the)? (?:time|date|day)$"
    r"|\b(?:date|day) today\b|\btoday (?:date|what)\b"
)
_ONLY_A_DAY = re.compile(
    r"^(?:(?:no|yes|so|well|actually) )*(?:it is|today it is|that is|we are on) (?:a |on"
    r" )?(?:mon|tues|wednes"
    r"|thurs|fri|satur|sun)day(?: the [a-z0-9 ]+)?(?: today)?$"
)
_IS_NOW = re.compile(r"\b(?:right |just )?now\b|\bthe time is\b|\btoday is\b|\bdate is\b")
_OPENING = re.compile(
    r"\b(?:open(?:s|ed|ing|ings)?|reopen(?:s|ing)?|clos(?:e|es|ed|ing)|shut|hours|lunch|lunchtime"
    r"|round the clock|24 hours|twenty four hours|doors?|resume[sd]?|weekends?|holidays?|office"
    r" day|working day|knock off|around the clock|break)\b"
)
_WE_ARE = re.compile(
    r"\b(?:we|us|the office|our office|the reception|there is (?:always )?(?:someone"
    r"|somebody|nobody"
    r"|no one)|nobody|no one|somebody|someone|everyone|everybody|people|staff|team)\b"
    r"|\b(?:you|anyone) (?:can|may|could|will) (?:\w+ )?(?:come|drop|pass|walk|find|visit"
    r"|call|reach)"
    r"|\b(?:come|drop|pass by|pop in|walk in)\b"
)
_HAPPENS = re.compile(
    r"\b(?:appointments?|meetings?|hearings?|mention(?:ed)?|court|judge?ments?|rulings?|verdict"
    r"|deadlines?|slots?|an opening|openings|results?|documents?|papers|titles?|search|files?|case"
    r"|cases|session|interview|seminar|consultations?|visits?|due|ready|delivered|collect"
    r"|see(?:ing)? (?:you|him|her|them|mr|mrs|ms|miss|madam|the)|meet(?:s|ing)?|vacant|deadline"
    r"|expires?|takes? place|room (?:on|at|for)|refund|payment|invoice|receipt|contract|leave"
    r"|trial|bail|bond|certificate|application|take you|call you"
    r"|have you (?:in|down)|space|gap|judge|starts? (?:on|at) time|summons|notice|statement"
    r"|agreement|report|delivery|order|test|surgery|viewing|class|training|check in|check out)\b"
)
_YOURS = re.compile(r"\byour (?!time\b|best\b|convenience\b|id\b|car\b|way\b)\w+")
_SOMEBODY = re.compile(
    r"\b(?:he|she|his|her|hers|him|the (?:lawyer|advocate|clerk|partner|doctor|manager|judge"
    r"|registrar|magistrate)|mr|mrs|ms|miss|madam|wakili)\b"
)
_LIKE_ONE_OF_US = re.compile(r"\b(?:we|our|us)\b")
_LEAST_SERVICE = 0.3


def stretches_of(said: Said, grounds: Grounds) -> tuple[Stretch, ...]:
    """Cut a sentence into stretches; empty if it tells no time at all."""
    known = grounds.stretches
    if len(known) > _MOST_KNOWN:
        known.clear()
    found: tuple[Stretch, ...] | None = known.get(said.text)
    if found is None:
        found = known[said.text] = tuple(_stretches(said, grounds))
    return found


_MOST_KNOWN = 64
_ONLY_DAY_WORDS = 2
_A_DAY = 1440
_HALF_A_DAY = 12
_BARE_RANGE = re.compile(r"\b[a-z]+ to [a-z]+$")
"""Of days, if days were spoken of: *usually it is three to five*."""


def _stretches(said: Said, grounds: Grounds) -> list[Stretch]:
    found: list[Stretch] = []
    waiting: list[str] = []
    of_days = any(span.most >= _A_DAY for span in spans_in(said.plain))
    for whole in said.pieces:
        piece = _BARE_RANGE.sub("", whole) if of_days else whole
        if _OF_ME.search(piece) and not _LIKE_ONE_OF_US.search(piece):
            continue
        of, fact = _of_piece(piece, grounds, found[-1] if found else None)
        tells = _tells(piece, grounds)
        if of is Of.UNTOLD and len(piece.split()) <= _ONLY_DAY_WORDS and not times_in(piece):
            tells = False  # "Saturday, nine to one"
        if of is None or (of is Of.UNTOLD and not tells):
            waiting.append(piece)
            continue
        if found and not waiting and found[-1].of is of and found[-1].fact is fact:
            joined = Said(f"{found[-1].said.text}, {piece}")
            found[-1] = Stretch(of, joined, fact)
            continue
        found.append(Stretch(of, Said(", ".join((*waiting, piece))), fact))
        waiting = []
    if waiting and found:
        last = found[-1]
        found[-1] = Stretch(last.of, Said(", ".join((last.said.text, *waiting))), last.fact)
    return found


def _tells(piece: str, grounds: Grounds) -> bool:
    return bool(times_in(piece) or days_in(piece, grounds.today) or VAGUE_DAYS.search(piece))


def _of_piece(
    piece: str, grounds: Grounds, last: Stretch | None
) -> tuple[Of | None, FactInFull | None]:
    """Say of what a piece tells the time; None if it tells none."""
    opening = _OPENING.search(piece) is not None
    tells = _tells(piece, grounds)
    if not (tells or opening):
        return (Of.OFFICE if _WE_ARE.search(piece) and _SAYS_THERE.search(piece) else None), None
    if _is_of_now(piece, grounds) and (last is None or last.of is Of.NOW or _IS_NOW.search(piece)):
        return Of.NOW, None
    names_event = _HAPPENS.search(piece) or _YOURS.search(piece) or _is_of_somebody(piece, grounds)
    fact = _service_of(piece, grounds, is_office=opening or bool(_WE_ARE.search(piece)))
    if fact is not None and not _is_of_somebody(piece, grounds):
        return Of.SERVICE, fact
    if opening and _is_of_somebody(piece, grounds) and not _LIKE_ONE_OF_US.search(piece):
        opening = False
    if opening and not (_IN_PERSON.search(piece) and names_event):
        return Of.OFFICE, None
    if names_event:
        return Of.EVENT, None
    if _WE_ARE.search(piece):
        return Of.OFFICE, None
    if last is not None and (last.of is not Of.NOW or not times_in(piece)):
        return last.of, last.fact
    return _by_question(grounds), None


_OF_ME = re.compile(r"\b(?:i am (?:here|available|on)|i (?:answer|take calls)|this line)\b")
_SAYS_THERE = re.compile(r"\b(?:straight through|non ?stop|no break|without a break)\b")
_IN_PERSON = re.compile(r"\b(?:an opening|openings|open slots?|open (?:on|at) (?:his|her))\b")


def _is_of_now(piece: str, grounds: Grounds) -> bool:
    if _OPENING.search(piece) or _WORKS.search(piece):
        return False
    if _IS_NOW.search(piece):
        return not _LIKE_ONE_OF_US.search(piece) or "we are on" in piece or "we have" in piece
    if _ASKS_NOW.search(grounds.last_words):
        return True
    if _ONLY_A_DAY.search(piece) and _by_question(grounds) is not Of.EVENT:
        return not times_in(piece)
    return (
        re.fullmatch(r"(?:\w+ )?(?:today )?(?:it is|we are on) .*(?: today)?", piece) is not None
        and bool(re.search(r"\btoday\b", piece))
    ) or _is_bare_clock(piece, grounds)


_WORKS = re.compile(r"\b(?:work|working|start|starts|here|there|available)\b")


def _is_bare_clock(piece: str, grounds: Grounds) -> bool:
    """Say whether a piece is only *it is ten in the morning*, which nobody asked of an event."""
    times = times_in(piece)
    if not times or not re.match(r"(?:so |well )?it is ", piece) or days_in(piece, grounds.today):
        return False
    now = grounds.local_now
    return len(times) == 1 and times[0].at.hour % 12 == now.hour % 12


def _is_of_somebody(piece: str, grounds: Grounds) -> bool:
    if _SOMEBODY.search(piece):
        return True
    return grounds.truth.names_anybody(piece)


def _service_of(piece: str, grounds: Grounds, *, is_office: bool) -> FactInFull | None:
    """Give the fact with hours of its own that a piece speaks of."""
    topic = grounds.truth.topic(content_of(piece) - WHEN_STEMS)
    best = grounds.truth.fact(max(topic, key=topic.__getitem__, default=""))
    if best is not None and best.times and topic[best.fact.id] >= _LEAST_SERVICE:
        return best
    if is_office and not _FIRST_COME.search(piece):
        return None
    asked = grounds.truth.fact(grounds.looked_up[-1]) if grounds.looked_up else None
    return asked if asked is not None and asked.times else None


_FIRST_COME = re.compile(r"\b(?:you can come|without an appointment|walk in)\b")
_ASKED_OF_HOURS = re.compile(
    r"\b(?:open|opened|close|closed|closing|opening|hours|working|work|start|until when|till when"
    r"|come|pass by|drop|find you|find people|lunch|break|saturdays?|sundays?|full day|weekends?"
    r"|late|early|what time)\b"
)
_ASKED_OF_EVENT = re.compile(
    r"\b(?:he|she|her|him|my (?!home|way)\w+|mention|hearing|court|judge?ment|appointment|meeting"
    r"|see (?:a|the|mr|mrs)|ready|results?|slot|space|papers|documents)\b"
)


def _by_question(grounds: Grounds) -> Of:
    words = grounds.last_words
    if _ASKED_OF_EVENT.search(words) or _HAPPENS.search(words) or _is_of_somebody(words, grounds):
        return Of.EVENT
    return Of.OFFICE if _ASKED_OF_HOURS.search(words) else Of.UNTOLD


_COMES_AT = re.compile(
    r"\b(?:come|drop|pass|visit|walk in|pop)\b[^,]*? (?:at|around|about|before|after|by) $"
)
_NOT_ON = re.compile(r"\b(?:not|except|never|but not)(?: on| for)? $")


def same_when(said: Said, fact: FactInFull, grounds: Grounds) -> bool:
    """Say whether a fact tells the same days and times."""
    known, plain = days_in(fact.plain, grounds.today), said.plain
    claimed = [
        day for day in days_in(plain, grounds.today) if not _NOT_ON.search(plain[: day.first])
    ]
    weekdays = {number for day in known for number in day.weekdays}
    dates = {day.day for day in known}
    return all(
        any(one.can_be(other.at) for other in fact.times)
        or (_COMES_AT.search(plain[: one.first]) is not None and _is_between(one, fact))
        for one in times_in(plain)
    ) and all(
        day.day in dates if day.is_date else weekdays.issuperset(day.weekdays) for day in claimed
    )


def _is_between(one: TimeSaid, fact: FactInFull) -> bool:
    """Say whether a time lies between the first and the last that a fact tells."""
    edges = sorted(other.at for other in fact.times)
    other = one.at.replace(hour=(one.at.hour + _HALF_A_DAY) % (2 * _HALF_A_DAY))
    may_be = (one.at,) if one.half_known else (one.at, other)
    return len(edges) > 1 and any(edges[0] <= at <= edges[-1] for at in may_be)
