"""Claims of days and times at which something is to happen: a hearing, a visit, a return."""

from __future__ import annotations

import re

from mapokezi.receptionist.hours import local_time
from mapokezi.receptionist.spoken_claims.grounds import FactInFull, Grounds
from mapokezi.receptionist.spoken_claims.sentence import Said, content_of
from mapokezi.receptionist.spoken_claims.times import (
    WHEN_STEMS,
    DaySaid,
    TimeSaid,
    days_in,
    times_in,
)

_HAPPENS = re.compile(
    r"\b(?:appointments?|meetings?|hearings?|mention|court date|consultations?|visits?|slots?"
    r"|sessions?|interviews?|see (?:you|him|her|them|the lawyer)|meet(?:s|ing)? (?:you|with)"
    r"|expect(?:ing|s)? you|available|free|vacant|openings?|back (?:in|at|on|from|by|tomorrow"
    r"|today)|in (?:the )?(?:office|court)|come (?:in|by|over|at|on|to)|arrives?|returns?|returning"
    r"|ready|due|deadline|expires?|scheduled|set for|starts?|begins?|takes? place|will be"
    r"|is (?:on|at|in|out|away|here)|are (?:on|at))\b"
)
_OFFERS = re.compile(
    r"\b(?:would|could|shall|should|may|might|if|whether|what|which|when|prefer|works? for you"
    r"|suits?|for example|such as|cannot|not able|unable|do not know|not know)\b"
)
_RELATIVE = re.compile(r"today|tonight|tomorrow")
_WISH = re.compile(r"^(?:okay |thank you )*(?:have a|enjoy|happy|merry|good)\b")
_CLOCK = re.compile(r"\b(?:it is|it is now|the time is|today is|we have|now is)\b")
_NO_DATE = (
    "I have no calendar, so I cannot say when that is, and no time has been fixed. I can pass the "
    "question on."
)


def false_date(said: Said, grounds: Grounds) -> str | None:
    """Give what is so, if a sentence says when something is and that rests on nothing.

    Args:
        said: the sentence; that it does not tell the office's hours is known.
        grounds: what is known.
    """
    plain = said.plain
    if said.is_question or said.is_read_back or _OFFERS.search(plain):
        return None
    times, days = times_in(plain), days_in(plain, grounds.today)
    if not (times or days):
        return None
    fact = _fact_of(said, grounds)
    if fact is not None and _tells_when(fact, grounds):
        return None if _same_when(said, fact, grounds) else fact.fact.answer
    is_exact = bool(times) or any(not _RELATIVE.fullmatch(_words_of(day, plain)) for day in days)
    if not (is_exact or _HAPPENS.search(plain)) or _WISH.search(plain):
        return None
    if _CLOCK.search(plain) and _is_now(times, grounds):
        return None
    return None if _is_callers(said, grounds) else _NO_DATE


def _words_of(day: DaySaid, plain: str) -> str:
    return plain[day.first : day.after]


def _fact_of(said: Said, grounds: Grounds) -> FactInFull | None:
    """Give the fact that a sentence is about: by its words, else the one just looked up."""
    topic = grounds.truth.topic(content_of(said.plain) - WHEN_STEMS)
    best = max(topic, key=topic.__getitem__, default="")
    if not best and grounds.looked_up:
        best = grounds.looked_up[-1]
    return grounds.truth.fact(best)


def _tells_when(fact: FactInFull, grounds: Grounds) -> bool:
    return bool(fact.times or days_in(fact.plain, grounds.today))


def _is_now(times: tuple[TimeSaid, ...], grounds: Grounds) -> bool:
    now = local_time(grounds.truth.office.hours, grounds.now_wall)
    minutes = now.hour * 60 + now.minute
    return all(
        min(abs(one.at.hour * 60 + one.at.minute - each) for each in (minutes, minutes - 720)) <= 5
        or one.can_be(now.time().replace(second=0, microsecond=0))
        for one in times
    )


def _same_when(said: Said, fact: FactInFull, grounds: Grounds) -> bool:
    """Say whether a fact tells the same days and times."""
    known, claimed = days_in(fact.plain, grounds.today), days_in(said.plain, grounds.today)
    weekdays = {number for day in known for number in day.weekdays}
    dates = {day.day for day in known}
    return all(
        any(one.can_be(other.at) for other in fact.times) for one in times_in(said.plain)
    ) and all(
        day.day in dates if day.is_date else weekdays.issuperset(day.weekdays) for day in claimed
    )


_OWN_TO_CALLER = re.compile(r"\byour (?:hearing|case|mention|court date|matter)\b|\byou\b")


def _is_callers(said: Said, grounds: Grounds) -> bool:
    """Say whether it is the caller's own date, and no commitment of ours."""
    if not _OWN_TO_CALLER.search(said.plain) or _COMMITS.search(said.plain):
        return False
    theirs = grounds.caller_times()
    days = {n for day in days_in(said.plain, grounds.today) for n in day.weekdays}
    same_times = all(any(one.can_be(known.at) for known in theirs) for one in times_in(said.plain))
    return same_times and days <= grounds.caller_days()


_COMMITS = re.compile(
    r"\b(?:appointment|see you|expect(?:ing)? you|meet(?:ing)?|slot|scheduled|available|will be)\b"
)
