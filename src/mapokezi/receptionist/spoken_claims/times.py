"""Days and times of day in a plain sentence, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, time
from functools import lru_cache

from mapokezi.receptionist.spoken import WEEKDAYS, read_date, read_time, say_ordinal
from mapokezi.receptionist.words import listed, stem

_HOUR = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_MINUTE = (
    r"(?:oh (?:one|two|three|four|five|six|seven|eight|nine)|ten|fifteen|(?:twenty|thirty|forty"
    r"|fifty)(?: five)?)"
)
_HALF = (
    r"(?: ?(?:am|pm)\b| in the (?:morning|afternoon|evening)| at night"
    r"| (?:this|tomorrow) (?:morning|afternoon|evening))"
)
_UNITS = (
    r"(?: (?:hundred|thousand|million|percent|shillings?|bob|kes|dollars?|minutes?|hours?|days?"
    r"|working|business|weeks?|months?|years?|people|persons?|of|or more|times?|floors?|rooms?"
    r"|lawyers?|advocates?|offices?|branches|documents?|copies|lines?|other|more|other)\b"
    r"|st\b|nd\b|rd\b|th\b| \d)"
)
_TIME = re.compile(
    rf"\b(?:half|quarter) past {_HOUR}\b(?:{_HALF})?"
    rf"|\b(?:five|ten|quarter|twenty|twenty five|\d{{1,2}})(?: minutes)? past {_HOUR}\b(?:{_HALF})?"
    rf"|\b(?:(?:five|ten|\d{{1,2}}) minutes|twenty|twenty five) to"
    rf" {_HOUR}\b(?!{_UNITS})(?:{_HALF})?"
    rf"|\bhalf {_HOUR}\b(?! (?:price|the|million|thousand|hundred))(?:{_HALF})?"
    rf"|^{_HOUR} (?=works|suits|is (?:fine|okay|good|alright|perfect|too))"
    rf"|\bquarter to {_HOUR}\b(?:{_HALF})?"
    rf"|\b\d{{1,2}}[:.]\d{{2}}\b(?! (?:million|thousand|percent))(?:{_HALF})?"
    rf"|\b{_HOUR} {_MINUTE}\b(?!{_UNITS})(?:{_HALF})?"
    rf"|\b{_HOUR} ?oclock\b(?:{_HALF})?"
    rf"|\b{_HOUR}{_HALF}"
    r"|\b(?:noon|midday|midnight)\b"
    rf"|(?<=\bfrom )(?:about )?{_HOUR}\b(?!{_UNITS})"
    rf"|(?<=\bat ){_HOUR}\b(?!{_UNITS})"
    rf"|(?<=\bby ){_HOUR}\b(?!{_UNITS})"
    rf"|(?<=\buntil ){_HOUR}\b(?!{_UNITS})"
    rf"|(?<=\btill ){_HOUR}\b(?!{_UNITS})"
    rf"|(?<=\bbefore ){_HOUR}\b(?!{_UNITS})"
    rf"|(?<=\bafter ){_HOUR}\b(?!{_UNITS})"
    rf"|(?<=\baround ){_HOUR}\b(?!{_UNITS})"
    rf"|(?<=\blike ){_HOUR}\b(?= in the)"
    rf"|(?<=\bpast ){_HOUR}\b(?!{_UNITS})"
    rf"|(?<=\bbetween ){_HOUR}\b(?!{_UNITS})"
    rf"|^{_HOUR} (?=on (?:week|mon|tues|wednes|thurs|fri|satur|sun)|is (?:the |our )?(?:earl|lat))"
    rf"|\b{_HOUR} (?=(?:to|until|till|through) {_HOUR}\b(?!{_UNITS}))"
)
_GOES_ON = re.compile(
    rf" (?:to|until|till|through|and) (?=(?:half past |quarter past )?{_HOUR}\b(?!{_UNITS}))"
)
_HALF_SIX = re.compile(r"^half (?!past )")
_DAYS = re.compile(r"\b(?:days|weeks|months|minutes)$")
_A_SPAN = re.compile(
    rf"(?: (?:and|to|or) {_HOUR})? (?:working |business |calendar )*(?:minutes?|days?"
    rf"|weeks?|months?|years?)\b"
)
_HOUR_ALONE = re.compile(
    rf"(?:\d{{1,2}}[:.]\d{{2}}\b|(?:half|quarter) past {_HOUR}\b|{_HOUR}\b(?:"
    rf" {_MINUTE}\b)?)(?:{_HALF})?"
)

WHEN_STEMS = frozenset(
    stem(word)
    for word in listed(
        """
    monday tuesday wednesday thursday friday saturday sunday today tomorrow weekdays weekday morning
    afternoon evening noon one two three four five six seven eight nine ten eleven twelve half past
    quarter oclock
    """
    )
)
"""What only tells when, and says nothing of what a sentence is about."""


@dataclass(frozen=True, slots=True)
class TimeSaid:
    """A time of day and where it stands, in letters."""

    at: time
    half_known: bool
    """Whether morning or afternoon was said."""
    first: int
    after: int

    def can_be(self, other: time) -> bool:
        """Say whether ``other`` may have been meant."""
        if self.half_known:
            return self.at == other
        same_hour = self.at.hour % 12 == other.hour % 12
        return same_hour and self.at.minute == other.minute


@lru_cache(maxsize=256)
def times_in(said: str) -> tuple[TimeSaid, ...]:
    """Find the times of day in plain text."""
    found: list[TimeSaid] = []
    at = 0
    while (match := _TIME.search(said, at)) is not None:
        at = match.end()
        before = len(found)
        _add(found, said, match.start(), at)
        while (on := _GOES_ON.match(said, at)) is not None or (
            said[at - 1 : at] == " " and (on := _GOES_ON.match(said, at - 1)) is not None
        ):
            hour = _HOUR_ALONE.match(said, on.end())
            if hour is None or (on[0] == " and " and not _is_range(said, match.start())):
                break
            at = hour.end()
            _add(found, said, on.end(), at)
        if _A_SPAN.match(said, at) or _of_days(said, match):
            del found[before:]  # "between three and five working days" is no time
    return tuple(found)


def _of_days(said: str, match: re.Match[str]) -> bool:
    """Say whether "three to five" is of days that were named, and of no clock."""
    is_bare = re.fullmatch(rf"{_HOUR} ?", match[0]) is not None
    return is_bare and _DAYS.search(said) is not None and said.startswith("to ", match.end())


def _is_range(said: str, at: int) -> bool:
    return said[:at].endswith("between ")


def _add(found: list[TimeSaid], said: str, first: int, after: int) -> None:
    words = said[first:after].strip()
    words = _HALF_SIX.sub("half past ", words)
    read = read_time(words) or read_time(f"at {words}")
    if read is not None:
        found.append(TimeSaid(read.at, read.half_known and not _bare(words), first, after))


def _bare(words: str) -> bool:
    """Say whether neither half of the day was named, so that six may be either."""
    if re.search(r"am$|pm$|morning|afternoon|evening|night|noon|midday|midnight", words):
        return False
    hour = re.match(r"\d{1,2}", words)
    return not (hour is not None and int(hour[0]) > 12)


_WEEKDAY = "|".join(WEEKDAYS)
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_ORDINALS = "|".join(
    sorted((say_ordinal(n).replace("-", " ") for n in range(1, 32)), key=len, reverse=True)
)
_DATE = (
    rf"(?:the )?(?:\d{{1,2}}(?:st|nd|rd|th)?|{_ORDINALS})(?: day)?(?: of)? (?:{_MONTHS})\b"
    rf"|(?:{_MONTHS}) (?:the )?(?:\d{{1,2}}(?:st|nd|rd|th)?|{_ORDINALS})\b"
)
_NTH = (
    rf"(?:(?<=day )|(?<=\bon )|(?<=\bby )|(?<=\bfrom )|(?<=\btill )|(?<=\buntil )"
    rf"|(?<=\bbefore )|(?<=\bafter )|(?<=\bis )|(?<=^))the"
    rf" (?:\d{{1,2}}(?:st|nd|rd|th)|{_ORDINALS})(?= (?:is|was|at|we|and|to|until|till|from|through"
    r"|between|as|this|next|in the (?:morning|afternoon|evening)|for|i|he|she|they|you|so"
    r"|because)\b|$)"
    rf"|(?<=day )(?:\d{{1,2}}(?:st|nd|rd|th))(?= |$)"
)
_DAY = re.compile(
    rf"\b(?P<range>(?:{_WEEKDAY})s? (?:to|through|till|until|thru) (?:{_WEEKDAY})s?)\b"
    rf"|\b(?P<date>{_DATE}|{_NTH})"
    rf"|\b(?P<weekday>{_WEEKDAY})s?\b"
    r"|\b(?P<weekdays>week ?days?)\b|\b(?P<weekend>week ?ends?)\b"
    r"|\b(?P<every>every ?day|daily|seven days(?: a week)?|all week|all days)\b"
    r"|\b(?P<after_tomorrow>day after tomorrow)\b|\b(?P<tomorrow>tomorrow)\b"
    r"|\b(?P<today>today|tonight)\b|\b(?P<holidays>(?:public |bank )?holidays?)\b"
)


@dataclass(frozen=True, slots=True)
class DaySaid:
    """A day, or several, and where it stands, in letters."""

    weekdays: tuple[int, ...]
    """0 is Monday; those that were named, or that ``day`` falls on."""
    day: date | None
    """The one day that is meant, if it is one."""
    is_holidays: bool
    first: int
    after: int
    is_date: bool = False
    """Whether it was named by its date."""


VAGUE_DAYS = re.compile(
    r"\b(?:(?:next|last|this|the coming|the following) (?:week|month|year|weekend)"
    r"|the week after(?: next)?|(?:the )?end of (?:the|this|next|that) (?:day|week|month|year)"
    r"|(?:the )?end of (?:january|february|march|april|may|june|july|august|september|october"
    r"|november|december)|(?:early|mid|late|in|by|to|until|till|from|since) (?:january"
    r"|february|march"
    r"|april|june|july|august|september|october|november|december)|(?:in|by|until|early"
    r"|mid|late) may"
    r"|this (?:morning|afternoon|evening)|yesterday|the other day|after lunch|before lunch"
    r"|(?:the )?same day|overnight|close of business|end of business)\b"
)
"""Days that cannot be told from a calendar, and are claims all the same."""


@lru_cache(maxsize=256)
def days_in(said: str, today: date) -> tuple[DaySaid, ...]:
    """Find the days in plain text, seen from ``today``."""
    found: list[DaySaid] = []
    for match in _DAY.finditer(said):
        day = _day_of(match, today)
        before = found[-1] if found else None
        follows = match["date"] and before and before.after + 1 == day.first
        if before and follows and before.weekdays == day.weekdays:
            day = replace(day, first=before.first)
            found.pop()  # "Friday the twenty-fifth" is one day
        found.append(day)
    return tuple(found)


def _day_of(match: re.Match[str], today: date) -> DaySaid:
    kind, first, after = match.lastgroup or "", match.start(), match.end()
    if kind == "range":
        begin, end = (_number_of(word) for word in (match[0].split()[0], match[0].split()[-1]))
        days = tuple((begin + step) % 7 for step in range((end - begin) % 7 + 1))
        return DaySaid(days, None, False, first, after)
    if kind in {"weekdays", "weekend", "every", "holidays"}:
        whole = {"weekdays": (0, 1, 2, 3, 4), "weekend": (5, 6), "holidays": ()}
        days = whole.get(kind, (0, 1, 2, 3, 4, 5, 6))
        return DaySaid(days, None, kind == "holidays", first, after)
    words = "day after tomorrow" if kind == "after_tomorrow" else match[0]
    if kind == "date":
        words = f"on the {words.removeprefix('the ')}"
    read = read_date(words, today)
    day = read.day if read else today
    return DaySaid((day.weekday(),), day, False, first, after, is_date=kind == "date")


def _number_of(word: str) -> int:
    return next(n for n, name in enumerate(WEEKDAYS) if word.startswith(name))
