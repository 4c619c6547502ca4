"""Swahili figures and days, put into English words, so that they are judged like any others.

Hours are counted from dawn: *saa nne* is ten o'clock.
"""

from __future__ import annotations

import re

from mapokezi.receptionist.spoken import say_number

_NUMBERS = {
    word: number
    for number, word in enumerate(
        ("moja", "mbili", "tatu", "nne", "tano", "sita", "saba", "nane", "tisa", "kumi"), 1
    )
}
_ONE = "|".join(_NUMBERS)
_IS_SWAHILI = re.compile(
    r"\b(?:juma\w+|alhamisi|ijumaa|kesho|leo|saa|elfu|mia|tuna\w+|tume\w+|hatu\w+|tuko|ofisi|wiki"
    r"|mwezi|bure|bei|ada)\b"
)
_HOUR = re.compile(rf"\bsaa (?P<ten>kumi na )?(?P<hour>{_ONE})(?: (?P<half>na nusu))?\b")
_THOUSANDS = re.compile(rf"\belfu (?P<number>{_ONE})\b")
_HUNDREDS = re.compile(rf"\bmia (?P<number>{_ONE})\b")
_WORDS = {
    "jumatatu": "monday",
    "jumanne": "tuesday",
    "jumatano": "wednesday",
    "alhamisi": "thursday",
    "ijumaa": "friday",
    "jumamosi": "saturday",
    "jumapili": "sunday",
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
    said = _THOUSANDS.sub(lambda match: f"{say_number(_NUMBERS[match['number']])} thousand", said)
    said = _HUNDREDS.sub(lambda match: f"{say_number(_NUMBERS[match['number']])} hundred", said)
    return _WORD.sub(lambda match: _WORDS[match[0]], said)


def _hour(match: re.Match[str]) -> str:
    counted = _NUMBERS[match["hour"]] + (_NUMBERS["kumi"] if match["ten"] else 0)
    hour = say_number((counted + _DAWN - 1) % 12 + 1)
    return f"half past {hour}" if match["half"] else f"{hour} oclock"
