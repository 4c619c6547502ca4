"""Claims of days and times at which something is to happen: a hearing, a visit, a return."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise

from mapokezi.receptionist.hours import hours_on, read_day
from mapokezi.receptionist.opening_spans import minutes_of
from mapokezi.receptionist.spoken import say_date, say_time
from mapokezi.receptionist.spoken_claims.grounds import FactInFull, Grounds
from mapokezi.receptionist.spoken_claims.hours_claims import lengths_of_day, suits_office
from mapokezi.receptionist.spoken_claims.sentence import Said, content_of
from mapokezi.receptionist.spoken_claims.spans import SPAN_STEMS, Span, spans_in
from mapokezi.receptionist.spoken_claims.times import (
    VAGUE_DAYS,
    WHEN_STEMS,
    DaySaid,
    days_in,
    times_in,
)
from mapokezi.receptionist.spoken_claims.when import Of, Stretch, same_when, stretches_of

_HAPPENS = re.compile(
    r"\b(?:appointments?|meetings?|hearings?|mention|court date|consultations?|visits?|slots?"
    r"|sessions?|interviews?|see (?:you|him|her|them|the lawyer)|meet(?:s|ing)? (?:you|with)"
    r"|expect(?:ing|s)? you|available|free|vacant|openings?|back (?:in|at|on|from|by|tomorrow"
    r"|today)|in (?:the )?(?:office|court)|come (?:in|by|over|at|on|to)|arrives?|returns?|returning"
    r"|ready|due|deadline|expires?|scheduled|set for|starts?|begins?|takes? place|will be"
    r"|is (?:on|at|in|out|away|here)|are (?:on|at))\b"
)
_OFFERS = re.compile(
    r"\bi (?:can|could) (?:also |only |just |still )?(?:ask|note|pass|leave|let|put|write|mention"
    r"|request|include|add|take)\b|"
    r"\b(?:(?:would|could|shall|should|may|might) (?:you|i|we|that|this|it suit)|would"
    r" you (?:like|prefer)"
    r"|if (?:you|that|it)|whether|ask (?:that|him|her|them|for)|for example|such as|no"
    r" idea|has been booked|i (?:said|meant))\b"
    r"|\b(?:cannot|not able|unable|(?:do|does|did|have|has|is|are|was) not|not know"
    r"|nothing)\b(?!.*\b(?:until|till"
    r"|before|earlier than)\b)"
    r"|^(?:\w+ )?(?:what|which|when)\b|^(?:no )?not (?:on|at|in)\b"
)
_RELATIVE = re.compile(r"today|tonight|tomorrow")
_ONLY_CALLS_A_DAY = re.compile(r"\b(?:is|falls on|being) (?:a |the )?(?:\w+day\b|\d|\w+th\b)")
_LEFT = re.compile(
    r"\b(?:left|still|you have|before we|clos\w+ in|open\w* in|until we|time until|more)\b"
)
_WISH = re.compile(r"^(?:okay |thank you )*(?:have a|enjoy|happy|merry|good)\b")
_OF_HOURS = re.compile(r"\b(?:lunch|break|open|saturdays?|sundays?|weekdays?|hours|close)\b")
_NEARLY_LEFT = 15
"""Minutes by which one may be wrong about how long the office is still open."""
_NEARLY_NOW = 12
"""Minutes by which one may be wrong about the time."""
_NOT_YOURS = "I did not have the day or the time right."
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
    if said.is_read_back and grounds.is_callers_when(said.plain):
        return None
    if _days_disagree(said, grounds):
        return _told_now(grounds)
    too_long = _false_span(said, grounds)
    if too_long is not None:
        return too_long
    for stretch in stretches_of(said, grounds):
        if said.is_read_back and stretch.of in {Of.EVENT, Of.UNTOLD} and _is_when(stretch, grounds):
            return None if grounds.is_callers_when(stretch.said.plain) else _NOT_YOURS
        if stretch.of is Of.NOW:
            wrong = None if _is_now(stretch.said, grounds) else _told_now(grounds)
        elif stretch.of is Of.EVENT:
            wrong = _false_event(stretch.said, grounds, is_event=True)
        elif stretch.of is Of.UNTOLD and _tells_of_something(stretch.said, grounds):
            wrong = _false_event(stretch.said, grounds, is_event=False)
        else:
            continue
        if wrong is not None:
            return wrong
    return None


def _tells_when_at(piece: str, grounds: Grounds) -> bool:
    return bool(times_in(piece) or days_in(piece, grounds.today) or VAGUE_DAYS.search(piece))


def _is_same_day(days: tuple[DaySaid, ...]) -> bool:
    """Say whether a date is called by its weekday, rightly."""
    return len(days) == 2 and days[0].weekdays == days[1].weekdays


def _is_when(stretch: Stretch, grounds: Grounds) -> bool:
    """Say whether a stretch has a day or a time, and asks for none."""
    plain = stretch.said.plain
    return bool(times_in(plain) or days_in(plain, grounds.today)) and not _OFFERS.search(plain)


def _days_disagree(said: Said, grounds: Grounds) -> bool:
    """Say whether *tomorrow is Friday*, and it is not."""
    days, plain = days_in(said.plain, grounds.today), said.plain
    return any(
        one.day != other.day
        and plain[one.after : other.first] in {" is ", " being ", " is a "}
        and _RELATIVE.fullmatch(_words_of(one, plain))
        for one, other in pairwise(days)
    )


def _is_no_such_date(days: tuple[DaySaid, ...]) -> bool:
    """Say whether a weekday stands just before a date that is another one."""
    return any(
        day.is_date and not before.is_date and before.after + 1 == day.first
        for before, day in pairwise(days)
    )


def _tells_of_something(said: Said, grounds: Grounds) -> bool:
    """Say whether what does not say of what it tells the time can be of nothing that we know."""
    if not times_in(said.plain) and re.search(r"\bbeing\b", said.plain):
        return False
    facts = grounds.truth.facts
    if not (times_in(said.plain) or days_in(said.plain, grounds.today)):
        return True
    if times_in(said.plain) and _is_now(said, grounds):
        return False
    is_of_a_fact = any(each.times and same_when(said, each, grounds) for each in facts)
    return not (is_of_a_fact or suits_office(said, grounds))


def _false_event(said: Said, grounds: Grounds, *, is_event: bool) -> str | None:
    plain = said.plain
    times, days = times_in(plain), days_in(plain, grounds.today)
    vague = {match[0] for match in VAGUE_DAYS.finditer(plain)}
    telling = " ".join(piece for piece in said.pieces if _tells_when_at(piece, grounds))
    if not (times or days or vague) or _OFFERS.search(telling):
        return None
    if _is_no_such_date(days):
        return _NO_DATE
    if not times and _ONLY_CALLS_A_DAY.search(plain) and _is_same_day(days):
        return None
    fact = _fact_of(said, grounds)
    if fact is not None and _tells_when(fact, grounds):
        return None if same_when(said, fact, grounds) else fact.fact.answer
    if _is_holidays(said, grounds):
        return None
    is_exact = bool(times or vague or is_event) or any(
        not _RELATIVE.fullmatch(_words_of(day, plain)) for day in days
    )
    if not (is_exact or _HAPPENS.search(plain)) or _WISH.search(plain):
        return None
    if vague and all(words in grounds.all_words for words in vague) and not (times or days):
        return None
    return None if _is_callers(said, grounds) else _NO_DATE


def _is_holidays(said: Said, grounds: Grounds) -> bool:
    """Say whether it tells only on which day a public holiday falls, and it does."""
    named = [day for day in days_in(said.plain, grounds.today) if day.is_date]
    if len(named) != 1:
        return False
    rest = said.plain[: named[0].first] + said.plain[named[0].after :]
    holiday = read_day(grounds.truth.office.hours, rest, grounds.today)
    return holiday is not None and holiday.day == named[0].day


def _false_span(said: Said, grounds: Grounds) -> str | None:
    """Give what is so, if a sentence says how long something takes and nobody has told it."""
    known = [span for each in _facts_with_spans(said, grounds) for span in each.spans]
    known += spans_in(grounds.all_words)
    asks_hours = f"{said.plain} {grounds.last_words}"
    lengths = lengths_of_day(grounds) if _OF_HOURS.search(asks_hours) else set()
    for span in spans_in(said.plain):
        lead = said.plain[max(0, span.first - 60) : span.first]
        if span.most in lengths or any(span.can_be(one) for one in known) or _OFFERS.search(lead):
            continue
        if _LEFT.search(said.plain) and _is_left_of_day(span, grounds):
            continue
        fact = _fact_of(said, grounds)
        return fact.fact.answer if fact is not None and fact.spans else _NO_DATE
    return None


def _facts_with_spans(said: Said, grounds: Grounds) -> list[FactInFull]:
    """Give the facts whose lengths of time a sentence may tell: those of which it speaks."""
    facts = [each for each in grounds.truth.facts if each.spans]
    for text in (said.plain, grounds.last_words):
        stems = content_of(text) - WHEN_STEMS - SPAN_STEMS
        if stems:
            return [each for each in facts if (each.stems - SPAN_STEMS) & stems]
    return facts


def _is_left_of_day(span: Span, grounds: Grounds) -> bool:
    """Say whether it is about so long until the office opens or closes."""
    now = grounds.local_now
    minutes = now.hour * 60 + now.minute
    edges = [
        edge
        for one in hours_on(grounds.truth.office.hours, grounds.today).openings
        for edge in minutes_of(one)
    ]
    told = [time.at for each in grounds.truth.facts for time in each.times]
    edges += [at.hour * 60 + at.minute for at in told]
    aheads = [edge - minutes for edge in edges]
    return any(ahead > 0 and abs(span.most - ahead) <= _NEARLY_LEFT for ahead in aheads)


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


def _is_now(said: Said, grounds: Grounds) -> bool:
    """Say whether the day and the time that it is said to be are those that it is."""
    now, plain = grounds.local_now, said.plain
    minutes = now.hour * 60 + now.minute
    ahead = {"tomorrow": 1}
    wanted = grounds.today + timedelta(days=ahead.get("tomorrow" if "tomorrow" in plain else "", 0))
    if any(day.day not in {None, wanted} for day in days_in(plain, grounds.today)):
        return False
    return all(
        min(abs(one.at.hour * 60 + one.at.minute - each) for each in (minutes, minutes - 720))
        <= _NEARLY_NOW
        or one.can_be(now.time().replace(second=0, microsecond=0))
        for one in times_in(plain)
    )


def _told_now(grounds: Grounds) -> str:
    now = grounds.local_now
    return f"it is {say_time(now.time())}, {say_date(now.date(), now.date())}."


_OWN_TO_CALLER = re.compile(
    r"\byour (?:hearing|case|mention|court date|matter)\b|\byou\b"
    r"|\bbest\b|\bthat is down\b|\bnoted?\b|\bput (?:that|it)\b|\bwritten\b|\bin the message\b"
)


def _is_callers(said: Said, grounds: Grounds) -> bool:
    """Say whether it is the caller's own date, and no commitment of ours."""
    if said.is_read_back:
        return grounds.is_callers_when(said.plain)
    if _COMMITS.search(said.plain):
        return grounds.is_callers_when(said.plain, declared_only=True)
    about = content_of(said.plain) - WHEN_STEMS
    is_of_theirs = any(about & content_of(text) for text in grounds.declared)
    if not about:  # "Friday at ten, right."
        return grounds.is_callers_when(said.plain, declared_only=True)
    if not (is_of_theirs or _OWN_TO_CALLER.search(said.plain)):
        return False
    is_yes = _YES.search(said.plain) is not None
    return grounds.is_callers_when(
        said.plain, declared_only=is_yes or not _NOTED.search(said.plain)
    )


_YES = re.compile(r"^(?:yes|yeah|exactly|correct|that is (?:right|correct)|indeed|sure)\b")
_NOTED = re.compile(r"\b(?:best|noted?|put|written|message|call|reach|ring|that is|so)\b")
_COMMITS = re.compile(
    r"\b(?:appointment|see you|expect(?:ing)? you|meet(?:ing)?|slot|scheduled|available|will be)\b"
)
