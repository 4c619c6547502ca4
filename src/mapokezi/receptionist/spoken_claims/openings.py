"""What a sentence says of opening: groups of days, each with what is claimed of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import time

from mapokezi.receptionist.hours import read_day
from mapokezi.receptionist.spoken_claims.grounds import Grounds
from mapokezi.receptionist.spoken_claims.sentence import Said
from mapokezi.receptionist.spoken_claims.times import DaySaid, TimeSaid, days_in, times_in
from mapokezi.receptionist.spoken_times import WEEKDAYS

SAYS_OPEN = re.compile(
    r"\b(?P<never>not|never|nor)(?: \w+){0,2}? (?:open|closed?)(?:s|d|ing)?\b"
    r"|\b(?P<closes>closes?|closing|shuts?)(?: time)?(?: is)?(?: at| by)?\b(?! (?:the|your"
    r"|a|an|to)\b)"
    r"|\b(?P<closed>closed|shut|not available|lunch|break)\b"
    r"|\b(?P<open>open(?:s|ed|ing)?|working|business hours|office hours|working hours|our hours"
    r"|hours are|available|here|operate|operating)\b(?! (?:a|an|the|your|to|account|file)\b)"
    r"|\b(?P<work>works?|starts?)\b(?! (?:a|an|the|your|with|on)\b)"
)
_NOW = re.compile(r"\b(?:now|at the moment|currently|right now|already|just now|presently)\b")
ROUND_THE_CLOCK = re.compile(
    r"\b(?:twenty four|24) hours\b(?! (?:ago|before|after|notice|in advance|later))"
    r"|\ba?round the clock\b|\ball (?:day|night)\b"
)
_UNTIL = re.compile(r"\b(?:until|till|up to)(?: about| around)? ?$")
_DAY_ENDS = time(23, 59)


@dataclass(frozen=True)
class Group:
    """Some days, and what is claimed of them."""

    days: tuple[DaySaid, ...] = ()
    is_open: bool | None = None
    times: tuple[TimeSaid, ...] = ()
    ends: bool = False
    """Whether a single time is when it closes."""
    now: bool = False


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
    return [
        group if group.days or group.now else replace(group, days=days)
        for group in (_said_of_opening(group) for group in found)
        if group.is_open is not None
    ]


def _said_of_opening(group: Group) -> Group:
    """Take times of which nothing is said, in a sentence about hours, for those of opening."""
    return replace(group, is_open=True) if group.is_open is None and group.times else group


def _pieces_of(said: Said) -> list[str]:
    cut = (
        r" and (?=(?:we are |it is |is |are )?(?:closed|open|on|from|mondays?|tuesdays?|wednesdays?"
    )
    cut += r"|thursdays?|fridays?|saturdays?|sundays?|weekends?|holidays?|public)\b)"
    pieces: list[str] = []
    for piece in said.pieces:
        for part in re.split(cut, piece):
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
    days = days_in(piece, grounds.today)
    holiday = None if days else read_day(grounds.truth.office.hours, piece, grounds.today)
    if holiday is not None and holiday.called == holiday.day.isoformat():
        days = (DaySaid((holiday.day.weekday(),), holiday.day, False, 0, 0),)
    times = times_in(piece)
    states = [(match.start(), *_state(match)) for match in SAYS_OPEN.finditer(piece)]
    if ROUND_THE_CLOCK.search(piece):
        times = (
            TimeSaid(time(0), True, 0, 0),
            TimeSaid(_DAY_ENDS, True, len(piece), len(piece)),
        )
        states = states or [(0, True, False)]
    if not states and not times:
        return []
    now = _NOW.search(piece) is not None
    spans = _spans_of_days(days, times, len(piece))
    groups = []
    for span_days, first, last in spans:
        own = [state for state in states if first <= state[0] < last] or [
            state for state in states if state[0] < last
        ]
        is_open, ends = (own[-1][1], own[-1][2]) if own else (carried.is_open, False)
        own_times = tuple(one for one in times if first <= one.first < last or not days)
        if len(own_times) == 1:
            ends = ends or _UNTIL.search(piece[: own_times[0].first]) is not None
        groups.append(Group(span_days, is_open, own_times, ends, now))
    return groups


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
