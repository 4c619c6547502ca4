"""Swahili figures and days, put into English words, so that they are judged like any others.

Hours are counted from dawn: *saa nne* is ten o'clock.
"""

from __future__ import annotations

import re

from mapokezi.receptionist.spoken import WEEKDAYS, say_number
from mapokezi.receptionist.spoken.swahili import TENS, UNITS, read_number
from mapokezi.receptionist.spoken.swahili_times import WEEKDAYS as SWAHILI_WEEKDAYS

_NUMBERS = {word: number for number, word in enumerate((*UNITS, TENS[1])) if number}
_ONE = "|".join(_NUMBERS)
_IS_SWAHILI = re.compile(
    r"\b(?:juma\w+|alhamisi|ijumaa|kesho|leo|saa|elfu|mia|tuna\w+|tume\w+|hatu\w+|tuko|ofisi|wiki"
    r"|mwezi|bure|bei|ada)\b"
)
_HOUR = re.compile(rf"\bsaa (?P<ten>kumi na )?(?P<hour>{_ONE})(?: (?P<half>na nusu))?\b")
_NUMBER_WORD = rf"(?:{'|'.join((*UNITS, *TENS[1:], 'mia', 'elfu', 'laki', 'milioni'))})"
_NUMBER = re.compile(
    rf"\b(?:{_NUMBER_WORD} )*(?:elfu|mia|laki|milioni)(?: (?:na )?{_NUMBER_WORD})*\b"
)
_WORDS = {
    **dict(zip(SWAHILI_WEEKDAYS, WEEKDAYS, strict=True)),
    "kesho kutwa": "day after tomorrow",
    "kesho": "tomorrow",
    "leo": "today",
    "wiki ijayo": "next week",
    "mwezi ujao": "next month",
    "tunafungua": "we open",
    "hatufungui": "we do not open",
    "tunafunga": "we close",
    "tumefunga": "we are closed",
    "tumefungua": "we are open",
    "tuko wazi": "we are open",
    "hatuko": "we are not open",
    "ofisi": "office",
    "mpaka": "until",
    "hadi": "until",
    "kutoka": "from",
    "shilingi": "shillings",
    "asubuhi": "in the morning",
    "mchana": "in the afternoon",
    "jioni": "in the evening",
    "usiku": "at night",
}
_WORD = re.compile(rf"\b(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))})\b")
_DAWN = 6


def in_english(said: str) -> str:
    """Put the Swahili figures, days and words of opening of plain text into English."""
    if not _IS_SWAHILI.search(said):
        return said
    said = _HOUR.sub(_hour, said)
    said = _NUMBER.sub(_number, said)
    return _WORD.sub(lambda match: _WORDS[match[0]], said)


def _number(match: re.Match[str]) -> str:
    number = read_number(match[0])
    return match[0] if number is None else say_number(number)


def _hour(match: re.Match[str]) -> str:
    counted = _NUMBERS[match["hour"]] + (_NUMBERS["kumi"] if match["ten"] else 0)
    hour = say_number((counted + _DAWN - 1) % 12 + 1)
    return f"half past {hour}" if match["half"] else f"{hour} oclock"
