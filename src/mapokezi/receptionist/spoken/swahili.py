"""Numbers and money in Swahili and in the mixture that Nairobi speaks; ``read(say(x)) == x``.

A Swahili number names the scale first and the count behind it: *elfu moja mia tano*, 1,500. So
*elfu kumi na mbili* could be 12,000 or 10,002; speakers mean the first, and turn the order round
for the second: *kumi elfu na mbili*. That is how it is said here, and how it is read.

English words may stand anywhere (*elfu five*, *two hundred na hamsini*), and so may figures as
recognisers write them (``1,500``, ``1.5 million``, ``5k``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from mapokezi.receptionist.spoken.english import TEN_VALUES as ENGLISH_TENS
from mapokezi.receptionist.spoken.english import VALUES as ENGLISH_VALUES
from mapokezi.receptionist.spoken.types import Read
from mapokezi.receptionist.words import listed
from mapokezi.units import Money

UNITS = listed("sifuri moja mbili tatu nne tano sita saba nane tisa")
TENS = listed("_ kumi ishirini thelathini arobaini hamsini sitini sabini themanini tisini")
VALUES = {word: value for value, word in enumerate(UNITS)} | {"sufuri": 0, "ziro": 0}
TEN_VALUES = {word: 10 * value for value, word in enumerate(TENS) if value} | {"arubaini": 40}
_SCALES = (
    (1_000_000_000, "bilioni"),
    (1_000_000, "milioni"),
    (100_000, "laki"),
    (1_000, "elfu"),
)
_SCALE_WORDS = {word: size for size, word in _SCALES} | {
    **dict.fromkeys(("alfu", "thao", "thau", "ngiri", "thousand", "k"), 1_000),
    **dict.fromkeys(("million", "milion", "m"), 1_000_000),
    "billion": 1_000_000_000,
}
_COUNT_BEHIND = frozenset({"bilioni", "milioni", "laki", "elfu", "alfu", "thao", "thau", "ngiri"})
"""Scales whose count may follow them; that of English ones always stands before."""
_HUNDREDS = frozenset({"mia", "soo"})
_ALL_TENS = {**ENGLISH_TENS, **TEN_VALUES}
_ALL_UNITS = {**{word: value for word, value in ENGLISH_VALUES.items() if value < 10}, **VALUES}
_TEENS = {word: value for word, value in ENGLISH_VALUES.items() if value >= 10}
_AND = frozenset({"na", "and"})
NUMBER_WORDS = frozenset(
    {*_ALL_TENS, *_ALL_UNITS, *_TEENS, *_SCALE_WORDS, *_HUNDREDS, "hundred", "nusu", "half"}
)
"""Words of which numbers are made, in either language; beside figures, ``na`` and ``and``."""


def say_number(number: int) -> str:
    """Say a whole number from zero to below a trillion: *elfu moja mia tano*."""
    if not 0 <= number < 10**12:
        raise ValueError(f"number out of what is spoken: {number}")
    parts: list[list[str]] = []
    rest = number
    for size, word in _SCALES:
        if rest >= size:
            parts.append([word, *_small(rest // size)])
            rest %= size
    if rest or not parts:
        parts.append(_small(rest))
    return " ".join(_joined(parts))


def _small(number: int) -> list[str]:
    """Words of a number below a thousand: *mia mbili ishirini na tano*."""
    words: list[str] = []
    hundreds, rest = divmod(number, 100)
    if hundreds:
        words = ["mia", UNITS[hundreds]]
    tens, units = divmod(rest, 10)
    if tens:
        words.append(TENS[tens])
    if units or not words:
        words += ["na", UNITS[units]] if words else [UNITS[units]]
    return words


def _joined(parts: list[list[str]]) -> list[str]:
    """Join the scales, the last one with *na* where it is short; turn round what would mislead."""
    words: list[str] = []
    for place, part in enumerate(parts):
        is_last = place == len(parts) - 1
        follows = [] if is_last else _led_in(parts[place + 1], place + 1 == len(parts) - 1)
        if len(part) > 1 and part[0] in _COUNT_BEHIND:
            count = part[1:]
            taken = _under_thousand([*count, *follows], 0)
            if taken is None or taken.end != len(count):
                part = [*count, part[0]]  # noqa: PLW2901
        words += _led_in(part, is_last) if place else part
    return words


def _led_in(part: list[str], is_last: bool) -> list[str]:
    """A part as it stands behind another: a last bare ten or unit is joined by *na*."""
    return ["na", *part] if is_last and len(part) == 1 else part


@dataclass(frozen=True, slots=True)
class _Taken:
    value: Fraction
    end: int


def words_of_number(text: str) -> list[str]:
    """Cut a text into the words and figures that a number may be made of."""
    low = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text.lower())
    low = re.sub(r"(?<=\d)(?=[km]\b)", " ", low)
    low = re.sub(r"(?<!\d)\.|\.(?!\d)", " ", low)
    return re.sub(r"[^a-z0-9.']+", " ", low).split()


def _figure(word: str) -> Fraction | None:
    return Fraction(word) if re.fullmatch(r"\d+(?:\.\d+)?", word) else None


def _unit(words: Sequence[str], at: int) -> int | None:
    word = words[at] if at < len(words) else ""
    if word.isdecimal() and 0 < int(word) < 10:
        return int(word)
    return _ALL_UNITS.get(word)


def _under_hundred(words: Sequence[str], at: int) -> _Taken | None:
    word = words[at] if at < len(words) else ""
    if word in _ALL_TENS:
        for behind in (at + 1, at + 2 if words[at + 1 : at + 2] == ["na"] else at + 1):
            unit = _unit(words, behind)
            if unit:
                return _Taken(Fraction(_ALL_TENS[word] + unit), behind + 1)
        return _Taken(Fraction(_ALL_TENS[word]), at + 1)
    value = _figure(word)
    if value is None and word in {**_ALL_UNITS, **_TEENS}:
        value = Fraction({**_ALL_UNITS, **_TEENS}[word])
    return None if value is None else _Taken(value, at + 1)


def _under_thousand(words: Sequence[str], at: int) -> _Taken | None:
    """Take a number below a thousand, as far as it goes; a lone figure may be any."""
    word = words[at] if at < len(words) else ""
    unit = _unit(words, at)
    if word in _HUNDREDS:
        count = _unit(words, at + 1)
        end = at + 2 if count else at + 1
        hundreds = count or 1
    elif words[at + 1 : at + 2] == ["hundred"] and (unit or word == "a"):
        hundreds, end = unit or 1, at + 2
    elif word == "hundred":
        hundreds, end = 1, at + 1
    else:
        return _under_hundred(words, at)
    link = end + 1 if end < len(words) and words[end] in _AND else end
    rest = _under_hundred(words, link)
    if rest is None or rest.value >= 100:
        return _Taken(Fraction(100 * hundreds), end)
    return _Taken(100 * hundreds + rest.value, rest.end)


def _half_at(words: Sequence[str], at: int) -> int:
    """How many words ``na nusu`` or ``and a half`` take here."""
    if list(words[at : at + 2]) == ["na", "nusu"]:
        return 2
    return 3 if list(words[at : at + 3]) == ["and", "a", "half"] else 0


def _scaled(words: Sequence[str], at: int) -> tuple[_Taken, int] | None:
    """Take one scale with its count, or what is below a thousand; and how great the scale is."""
    word = words[at] if at < len(words) else ""
    if word in _COUNT_BEHIND:
        size = _SCALE_WORDS[word]
        behind = _under_thousand(words, at + 1) or _Taken(Fraction(1), at + 1)
        half = _half_at(words, behind.end)
        value = size * (behind.value + Fraction(bool(half), 2))
        return _Taken(value, behind.end + half), size
    return _without_count(words, at) or _count_before(words, at)


def _without_count(words: Sequence[str], at: int) -> tuple[_Taken, int] | None:
    """Take ``a million``, ``thousand`` or *nusu milioni*."""
    share = Fraction(1)
    if words[at] in {"nusu", "half"}:
        share, at = Fraction(1, 2), at + 1
    if words[at : at + 1] == ["a"]:
        at += 1
    size = _SCALE_WORDS.get(words[at], 0) if at < len(words) else 0
    return (_Taken(share * size, at + 1), size) if size else None


def _count_before(words: Sequence[str], at: int) -> tuple[_Taken, int] | None:
    """Take ``three thousand``, *kumi elfu*, ``two and a half million``, or a number alone."""
    count = _under_thousand(words, at)
    if count is None:
        return None
    half = _half_at(words, count.end)
    end = count.end + half
    scale = _SCALE_WORDS.get(words[end]) if end < len(words) else None
    if scale is None:
        return count, 1
    behind = 0 if half else _half_at(words, end + 1)
    value = count.value + Fraction(bool(half or behind), 2)
    return _Taken(scale * value, end + 1 + behind), scale


def read_words(words: Sequence[str]) -> Read[int] | None:
    """Read a whole number that all of ``words`` make up, in either language or both."""
    total, last, at, doubtful = Fraction(0), 10**15, 0, not words
    while at < len(words):
        if at and words[at] in _AND:
            at += 1
        found = _scaled(words, at)
        if found is None or found[1] >= last:
            return None
        doubtful = doubtful or _is_doubtful(words[at : found[0].end])
        total, at, last = total + found[0].value, found[0].end, found[1]
    if not words or total.denominator != 1:
        return None
    return Read(int(total), is_sure=not doubtful)


def _is_doubtful(words: Sequence[str]) -> bool:
    """*elfu five hundred* may be 1,500; a lone ``hundred`` has lost what stood before it."""
    english_hundreds = words[0] in _COUNT_BEHIND and "hundred" in words
    return english_hundreds or words[0] in {"hundred", "thousand", "million", "billion", "k", "m"}


def read_number(text: str) -> int | None:
    """Read a whole number in Swahili words, mixed ones or figures; None if there is more in it."""
    read = read_words(words_of_number(text))
    return None if read is None else read.value


def say_money(amount: Money) -> str:
    """Say an amount in shillings: *shilingi elfu moja mia tano na senti hamsini*."""
    whole, cents = divmod(amount.minor, 100)
    said = f"shilingi {say_number(whole)}"
    return f"{said} na senti {say_number(cents)}" if cents else said
