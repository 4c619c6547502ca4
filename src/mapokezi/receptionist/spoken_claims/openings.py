"""What a sentence says of opening: groups of days, each with what is claimed of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import time
from enum import Enum, auto

from mapokezi.receptionist.hours import read_day
from mapokezi.receptionist.spoken import WEEKDAYS
from mapokezi.receptionist.spoken_claims.grounds import Grounds
from mapokezi.receptionist.spoken_claims.sentence import Said
from mapokezi.receptionist.spoken_claims.times import DaySaid, TimeSaid, days_in, times_in

_SAYS_OPEN = re.compile(
    r"\b(?P<never>not(?! (?:know|sure))|never|nor|nobody|no one|cannot(?! (?:see|say|tell|know"
    r"|check|promise|confirm)))(?: \w+){0,3}? (?:open|closed?|work"
    r"|working|here"
    r"|there|in|around|available|operate|come|find)(?:s|d|ing)?\b"
    r"|\b(?P<closes>(?:closes?|closing|(?<!is )(?<!are )(?<!be )shuts?|knock(?:s|ing)?"
    r" off|finish(?:es)?|wind(?:s|ing)? up"
    r"|wrap(?:s|ping)? up|latest)(?: up| down)?(?: time)?(?: is)?(?: at| by)?)\b(?!"
    r" (?:the|your|a|an"
    r"|to)\b)"
    r"|\b(?P<closed>closed(?! (?:then|at night|by then|overnight|at that))|shut"
    r"|not available|(?<!after )(?<!from )(?<!before )lunch"
    r"|break|away|(?<!not a )(?<!not a public )holiday|resting|nobody|no one|out of (?:the )?office"
    r"|off (?:on|that|this|for))\b"
    r"|\b(?P<open>open(?:s|ed|ing)?|reopen(?:s|ing)?|working|business hours|office hours|our hours"
    r"|hours are|available|here|there(?! is| are| will)|operate|operating|resume|resumes"
    r"|back|as usual|normal|find"
    r"|come|drop|pass by|visit|walk in|earliest|someone|somebody)\b(?! (?:a|an|the|your|to"
    r"|account|file)\b)"
    r"|\b(?P<work>works?|starts?|be in|are in)\b(?! (?:a|an|your|with)\b)"
)
_FIRST_OPEN = re.compile(
    r"\b(?:back|reopen(?:s|ing)?|resumes?|open (?:up )?again|return|starts? (?:again|work)"
    r"|new year we (?:start|open|begin))\b"
)
_FIRST_CLOSED = re.compile(
    r"\b(?:break|holidays?|closure|vacation) (?:will )?(?:starts?|begins?)\b"
    r"|\b(?:closes?|breaks?|closing|breaking) (?:for|up)? ?(?:christmas|the"
    r" (?:holidays?|year|break))"
)
_AFTER_DAY = re.compile(r"\bafter (?:the )?(?:\d|\w+ (?:of|day)\b)")
_CLOSES_ON = re.compile(
    r"\bwe (?:will )?(?:close|shut|break)(?: down| up| off)?(?: for (?:the )?\w+)? on\b"
)
_LAST_OPEN = re.compile(
    r"\blast (?:working |open |business )?day\b|\bopen (?:up to|until|till) (?:the"
    r" )?(?=\w+ (?:of )?(?:january|february|march|april|may|june|july|august|september"
    r"|october|november|december))"
)
_POINT = re.compile(
    r"\b(?:come|drop|pass|visit|find (?:us|people|someone|somebody)|walk in"
    r"|swing)\b[^,]*? (?:at|around"
    r"|about|by|before|after|past|like)(?: about| around| like)? ?$"
)
_EXCEPT = (
    r" (?:with|except|apart from|excluding|minus) (?=(?:for |a |an |the |our )*(?:lunch|break"
    r"|hour))"
)
_SUITS = re.compile(
    r" ?(?:or (?:later|after|so) )?(?:is|would be|will be) (?:fine|better|best|okay|good"
    r"|alright|all right|no problem|perfect)\b"
)
_BOUND = re.compile(r"\b(?:before|after) ?$")
_NOT_AT = re.compile(r"\bnot (?:at|from|until|till|before) ?$")
_OF_BREAK = re.compile(r"\b(?:lunch|break)\b")
_NEXT_WEEK = re.compile(r"\b(?:next|this|the coming) week\b(?! ?end)")
_NOW = re.compile(r"\b(?:now|at the moment|currently|right now|already|just now|presently)\b")
ROUND_THE_CLOCK = re.compile(
    r"\b(?:twenty four|24) hours\b(?! (?:ago|before|after|notice|in advance|later))"
    r"|\ba?round the clock\b|\ball (?:day|night)\b"
)
_UNTIL = re.compile(r"\b(?:until|till|up to)(?: about| around)? ?$")
_MIDNIGHT = time(0)


class Edge(Enum):
    """What a day is to a closure."""

    NONE = auto()
    FIRST_CLOSED = auto()
    LAST_OPEN = auto()
    CLOSES = auto()
    """The last open, or the first closed."""
    FIRST_OPEN = auto()
    LAST_CLOSED = auto()


@dataclass(frozen=True)
class Group:
    """Some days, and what is claimed of them."""

    days: tuple[DaySaid, ...] = ()
    is_open: bool | None = None
    times: tuple[TimeSaid, ...] = ()
    ends: bool = False
    """Whether a single time is when it closes."""
    now: bool = False
    edge: Edge = Edge.NONE
    is_point: bool = False
    """Whether a single time is one at which somebody may come."""


def is_round_the_clock(pair: tuple[TimeSaid, TimeSaid]) -> bool:
    """Say whether two times, from and to, are a whole day."""
    return all(one.half_known and one.at == _MIDNIGHT for one in pair)


def groups_in(said: Said, grounds: Grounds) -> list[Group]:
    """Cut a sentence into groups of days with what is claimed of each."""
    found: list[Group] = []
    carried = Group()
    for piece in _pieces_of(said):
        carried = replace(carried, days=days_in(piece, grounds.today) or carried.days)
        for group in _of_piece(piece, carried, grounds):
            if found and not group.days and group.times and not found[-1].times:
                found.pop()  # "Monday to Friday, from eight to one" is one group
            carried = replace(group, days=group.days or carried.days)
            found.append(carried)
    days = _asked_days(grounds)
    of_break = _OF_BREAK.search(grounds.last_words) is not None
    return [
        group if group.days or group.now else replace(group, days=days)
        for group in (_said_of_opening(group, of_break=of_break) for group in found)
        if group.is_open is not None
    ]


def _said_of_opening(group: Group, *, of_break: bool) -> Group:
    """Take times of which nothing is said, in a sentence about hours, for those asked about."""
    if group.is_open is not None or not group.times:
        return group
    return replace(group, is_open=not of_break)


def _pieces_of(said: Said) -> list[str]:
    cut = (
        r" and (?=(?:we are |it is |is |are )?(?:closed|open|on|from|mondays?|tuesdays?|wednesdays?"
    )
    cut += r"|close|closes|closing|shut|opens|start|starts|finish|reopen|back|come back|then again"
    cut += r"|thursdays?|fridays?|saturdays?|sundays?|weekends?|holidays?|public)\b)"
    pieces: list[str] = []
    for piece in said.pieces:
        for part in re.split(f"{cut}|{_EXCEPT}", piece):
            is_list = pieces and not times_in(pieces[-1]) and _only_days(part)
            if is_list and _ends_with_day(pieces[-1]):
                pieces[-1] += f" and {part}"
            else:
                pieces.append(part)
    return pieces


def _only_days(piece: str) -> bool:
    words = set(piece.split()) - {"and", "on", "the", "all", "public", "except", "as", "well"}
    return bool(words) and all(
        any(word.removesuffix("s") == day for day in (*WEEKDAYS, "holiday", "weekend"))
        for word in words
    )


def _ends_with_day(piece: str) -> bool:
    last = piece.rsplit(maxsplit=1)[-1].removesuffix("s") if piece.split() else ""
    return last in {*WEEKDAYS, "holiday", "weekend", "tomorrow", "today"}


def _of_piece(piece: str, carried: Group, grounds: Grounds) -> list[Group]:
    days = _days_of(piece, grounds)
    times = tuple(one for one in times_in(piece) if not _NOT_AT.search(piece[: one.first]))
    states = [(match.start(), *_state(match)) for match in _SAYS_OPEN.finditer(piece)]
    if ROUND_THE_CLOCK.search(piece):
        times = (
            TimeSaid(_MIDNIGHT, True, 0, 0),
            TimeSaid(_MIDNIGHT, True, len(piece), len(piece)),
        )
        states = states or [(0, True, False)]
    is_of_break = not times and not days and _OF_BREAK.search(piece)
    if is_of_break or not (states or times):
        return []
    whole = Group(
        now=_NOW.search(piece) is not None,
        edge=_edge_of(piece) if any(day.is_date for day in days) else Edge.NONE,
    )
    groups: list[Group] = []
    for span_days, first, last in _spans_of_days(days, times, len(piece)):
        own = [state for state in states if first <= state[0] < last]
        own = own or [state for state in states if state[0] < last]
        is_open, ends = (own[-1][1], own[-1][2]) if own else (carried.is_open, False)
        own_times = tuple(one for one in times if first <= one.first < last or not days)
        group = replace(whole, days=span_days, is_open=is_open, times=own_times, ends=ends)
        if len(own_times) == 1:
            group = _of_one_time(group, piece, own[0][0] if own else None)
        elif len(own_times) == _A_PAIR and _is_rejoined(piece, own_times):
            groups.append(replace(group, times=own_times[:1], ends=True))
            group = replace(group, times=own_times[1:], ends=False)
        groups.append(group)
    return groups


_A_PAIR = 2
_NO_HOLIDAY = re.compile(r"\b(?:not|no) (?:a )?(?:public )?holiday\b")
_MAY_NAME_A_DAY = re.compile(r"day\b|\b(?:eve|christmas|xmas|new year|easter|eid|idd|holidays?)\b")


def _days_of(piece: str, grounds: Grounds) -> tuple[DaySaid, ...]:
    """Give the days that a piece names: by the calendar, by a holiday, or as a week."""
    days = days_in(piece, grounds.today)
    if _NO_HOLIDAY.search(piece):
        days = tuple(day for day in days if not day.is_holidays)
    if days:
        return days
    if _MAY_NAME_A_DAY.search(piece):
        holiday = read_day(grounds.truth.office.hours, piece, grounds.today)
        if holiday is not None and holiday.called == holiday.day.isoformat():
            return (DaySaid((holiday.day.weekday(),), holiday.day, False, 0, 0),)
    if _NEXT_WEEK.search(piece):
        return (DaySaid((0, 1, 2, 3, 4), None, False, 0, 0),)
    return ()


def _of_one_time(group: Group, piece: str, says_at: int | None) -> Group:
    """Say what a single time is: when it opens or closes, or one at which somebody may come.

    Args:
        group: with the one time.
        piece: in which it stands.
        says_at: where it says that it is open or closed, in letters; None if it does not.
    """
    only = group.times[0]
    before = piece[: only.first]
    if _UNTIL.search(before):
        group = replace(group, ends=True)
    is_at = says_at is not None and before.endswith("at ") and only.after <= says_at
    if is_at or _POINT.search(before) or _SUITS.match(piece, only.after):
        return replace(group, is_point=True, is_open=group.is_open if says_at is not None else True)
    bound = _BOUND.search(before)
    if group.is_open is False and bound:
        return replace(group, is_open=True, ends=bound[0].startswith("after"))
    return group


def _is_rejoined(piece: str, times: tuple[TimeSaid, ...]) -> bool:
    """Say whether it is until one time, and from the other again."""
    between = piece[times[0].after : times[1].first]
    return _UNTIL.search(piece[: times[0].first]) is not None and " from " in f"{between} "


def _edge_of(piece: str) -> Edge:
    if _FIRST_OPEN.search(piece) and _AFTER_DAY.search(piece):
        return Edge.LAST_CLOSED
    if _FIRST_CLOSED.search(piece):
        return Edge.FIRST_CLOSED
    if _CLOSES_ON.search(piece):
        return Edge.CLOSES
    if _LAST_OPEN.search(piece):
        return Edge.LAST_OPEN
    return Edge.FIRST_OPEN if _FIRST_OPEN.search(piece) else Edge.NONE


def _state(match: re.Match[str]) -> tuple[bool, bool]:
    """Give whether it says open, and whether a time with it is when the office closes."""
    if match["never"]:
        return ("clos" in match[0], False)
    if match["closes"]:
        return (True, True)
    return (match["open"] is not None or match["work"] is not None, False)


def _spans_of_days(
    days: tuple[DaySaid, ...], times: tuple[TimeSaid, ...], length: int
) -> list[tuple[tuple[DaySaid, ...], int, int]]:
    """Say which stretch of a piece belongs to which days: those that follow one another are one."""
    if not days:
        return [((), 0, length)]
    merged: list[list[DaySaid]] = [[days[0]]]
    for day in days[1:]:
        if any(merged[-1][-1].after <= one.first < day.first for one in times):
            merged.append([day])
        else:
            merged[-1].append(day)
    times_first = bool(times) and times[0].first < days[0].first
    spans = []
    for place, group in enumerate(merged):
        if times_first:
            first = merged[place - 1][-1].after if place else 0
            last = group[-1].after if place + 1 < len(merged) else length
        else:
            first = group[0].first if place else 0
            last = merged[place + 1][0].first if place + 1 < len(merged) else length
        spans.append((tuple(group), first, last))
    return spans


def _asked_days(grounds: Grounds) -> tuple[DaySaid, ...]:
    """Give the day that the caller has just asked about."""
    hours, words = grounds.truth.office.hours, grounds.last_words
    named = days_in(words, grounds.today)
    if named:
        return named
    read = read_day(hours, words, grounds.today) if words else None
    if read is None or read.called == "today":
        return ()
    return (DaySaid((read.day.weekday(),), read.day, False, 0, 0),)
