"""Digits: telephone numbers, tills and paybills, spelled words; in English, Swahili and both.

``read(say(x)) == x``. The spoken forms suit the local voice (digits in groups with commas); the
reading forms are those that recognisers write: ``0722-123-456``, ``Plus 254722900111.``, ``oh seven
double two``, ``zero seven twenty two``, ``sifuri saba mbili mbili``.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

from mapokezi.receptionist.spoken.english import TEN_VALUES, TENS, UNITS, VALUES
from mapokezi.receptionist.spoken.swahili import TEN_VALUES as SWAHILI_TENS
from mapokezi.receptionist.spoken.swahili import UNITS as SWAHILI_UNITS
from mapokezi.receptionist.spoken.swahili import VALUES as SWAHILI_VALUES
from mapokezi.receptionist.spoken.types import Language, NumberRead
from mapokezi.receptionist.words import plain
from mapokezi.units import E164

_DIGIT_WORDS = {
    **{word: str(value) for word, value in VALUES.items() if value < 10},
    "oh": "0",
    "o": "0",
    "nought": "0",
    "naught": "0",
    "nil": "0",
    "won": "1",
    "to": "2",
    "too": "2",
    "tree": "3",
    "for": "4",
    "fore": "4",
    "ate": "8",
    "niner": "9",
    "both": "0",
    "sero": "0",
    "hero": "0",
}
_SURE_DIGITS = frozenset(VALUES) | frozenset(TEN_VALUES) | {"oh", "double", "triple", "plus"}
_TIMES = {"double": 2, "triple": 3, "treble": 3}
_LINKS = frozenset({"and", "then", "dash", "plus", "the", "it", "is", "a"})

_SWAHILI = {word: UNITS[value] for word, value in SWAHILI_VALUES.items()}
_SWAHILI |= {word: TENS[value // 10] for word, value in SWAHILI_TENS.items() if value > 10}
_SWAHILI |= {f"kumi na {word}": UNITS[10 + value] for value, word in enumerate(SWAHILI_UNITS)}
_SWAHILI |= {"kumi": UNITS[10]}
_UNIT = rf"(?:{'|'.join(SWAHILI_UNITS)})"
_SWAHILI_WORD = re.compile(
    rf"\b(?:kumi na {_UNIT}|(?:{'|'.join(_SWAHILI)}))\b(?: na(?= {_UNIT}\b))?"
)
"""With the *na* between tens and units, which English does without."""


_CORRECTS = re.compile(
    r"\b(?:no|know|oh no|wait|sorry|pole|hapana|rather|actually|i mean|i meant|correction"
    r"|not that|start again|start over|let me (?:start|begin|repeat)(?: again| it)?)\b"
)
_WHOLE_DIGITS = {"0": 10, "2": 12}
"""How many digits a number has, by its first."""
_LIKELIEST_WHOLE = 9


def read_digits(text: str) -> str:
    """Read the digits in ``text``: the longest run, in order, whatever their grouping.

    Words that may be something else (``to``, ``for``, ``oh``) count only between digits. Where the
    caller puts a digit right in mid-sentence (``three three two, no wait, three three four``) the
    later ones stand.
    """
    said = re.sub(r"\bo(?=\d)", "0", plain(re.sub(r"[-/,:;.()]", " ", text)))
    said = _SWAHILI_WORD.sub(lambda word: _SWAHILI[word[0].removesuffix(" na")], said)
    before, *corrections = (_longest_run(part) for part in _CORRECTS.split(said))
    for after in corrections:
        before = _put_right(before, after)
    return before


def _put_right(before: str, after: str) -> str:
    """Put the digits said last in the place of those that they correct."""
    if not before or not after:
        return before or after
    whole = _WHOLE_DIGITS.get(before[0], _LIKELIEST_WHOLE)
    kept = whole - len(after)
    if kept <= 0:
        return after
    if kept >= len(before):  # not whole yet: a group was said again
        kept = max(0, len(before) - len(after))
    return before[:kept] + after


def _longest_run(text: str) -> str:
    best, run = "", ""
    repeat = 1
    words = text.replace("+", " plus ").split()
    for place, word in enumerate(words):
        if word in _TIMES:
            repeat = _TIMES[word]
            continue
        after = words[place + 1] if place + 1 < len(words) else ""
        if word == "hundred" and run:
            run += "00"
            continue
        got = _digits_of(word, after, bool(run))
        if got is None:
            if word not in _LINKS:
                best, run = max(best, run, key=len), ""
        elif word in TEN_VALUES and after in _DIGIT_WORDS and _DIGIT_WORDS[after] != "0":
            run += got[0]
        else:
            run += got * repeat if len(got) == 1 else got[0] * (repeat - 1) + got
        repeat = 1
    return max(best, run, key=len)


def _digits_of(word: str, after: str, running: bool) -> str | None:
    if word.isdecimal():
        return word
    if word in TEN_VALUES:
        return str(TEN_VALUES[word])
    if word in VALUES:
        return str(VALUES[word])
    if word in _DIGIT_WORDS and (running or _is_digit(after)):
        return _DIGIT_WORDS[word]
    return None


def _is_digit(word: str) -> bool:
    return word.isdecimal() or word in _SURE_DIGITS


def has_digits(text: str) -> bool:
    """Say whether there are at least two digits in ``text``, in any writing."""
    return len(read_digits(text)) >= 2


_INTERNATIONAL_DIGITS = 11
"""So many and more are a number of another country as soon as its length is right there: which of
its ranges are in use is not for us to know, and the caller hears it read back."""


@lru_cache(maxsize=256)
def read_phone(digits: str, country: str = "KE") -> NumberRead:
    """Make a telephone number of digits that were heard, as a caller in ``country`` says them."""
    digits = "".join(c for c in digits if c.isdecimal())
    if country == "KE":
        national = _kenyan(digits)
        if national is not None:
            return NumberRead(E164(f"+254{national}"), digits)
        short = len(digits) < (12 if digits.startswith("254") else 10)
        if digits[:1] == "0" or digits.startswith("254"):
            return NumberRead(None, digits, too_short=short)
    for text in (f"+{digits}", digits):
        try:
            parsed = phonenumbers.parse(text, country)
        except phonenumbers.NumberParseException:
            continue
        international = text.startswith("+") and len(digits) >= _INTERNATIONAL_DIGITS
        if phonenumbers.is_valid_number(parsed) or (
            international and phonenumbers.is_possible_number(parsed)
        ):
            form = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
            return NumberRead(E164(form), digits)
    return NumberRead(None, digits, too_short=len(digits) < 9)


def _kenyan(digits: str) -> str | None:
    """Give the nine national digits if ``digits`` are a Kenyan number in any of its forms."""
    for lead in ("254", "0", ""):
        rest = digits[len(lead) :]
        if digits.startswith(lead) and len(rest) == 9 and rest[0] in "71":
            return rest
        if digits.startswith(lead) and lead and rest[:1] in "2456" and 7 <= len(rest) <= 9:
            return rest if len(rest) == 9 else None
    return None


def say_digits(digits: str, language: Language = Language.ENGLISH) -> str:
    """Say digits in groups that can be followed: ``0 7 2 2, 1 2 3, 4 5 6``.

    In Swahili they are written out, since who speaks them knows figures in English only.
    """
    if len(digits) == 10 and digits.startswith("0"):
        groups = [digits[:4], digits[4:7], digits[7:]]
    else:
        first = len(digits) % 3 or 3
        if digits.startswith("0") or (first == 1 and len(digits) > 3):
            first = 4
        groups = [digits[:first]] + [digits[at : at + 3] for at in range(first, len(digits), 3)]
    return ", ".join(_say_group(group, language) for group in groups)


def _say_group(group: str, language: Language) -> str:
    if language is Language.SWAHILI:
        return " ".join(SWAHILI_UNITS[int(digit)] for digit in group)
    return " ".join(group)


def say_phone(number: E164, language: Language = Language.ENGLISH) -> str:
    """Say a telephone number: as in Kenya if it is Kenyan, else with ``plus`` and its country."""
    if number.startswith("+254"):
        return say_digits(f"0{number[4:]}", language)
    return f"plus {say_digits(number[1:], language)}"


def say_ending(number: E164, language: Language = Language.ENGLISH) -> str:
    """Say the last three digits, by which a caller knows their own number."""
    return _say_group(number[-3:], language)


def say_letters(word: str) -> str:
    """Spell a word: ``O, T, I, E, N, O``."""
    return ", ".join(letter.upper() for letter in word if letter.isalpha())
