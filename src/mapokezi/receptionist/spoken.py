"""Numbers, telephone numbers, spelled words and money, as they are said and as they are heard.

``read(say(x)) == x`` for each pair. The spoken forms suit the local voice (digits in groups with
commas); the reading forms are those that recognisers write: ``0722-123-456``, ``Plus
254722900111.``, ``oh seven double two``, ``zero seven twenty two``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

from mapokezi.receptionist.words import listed, plain
from mapokezi.units import E164, Money

_UNITS = listed(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen seventeen eighteen nineteen
    """
)
_TENS = listed(
    """
    _ _ twenty thirty forty fifty sixty seventy eighty ninety
    """
)
_VALUES = {word: value for value, word in enumerate(_UNITS)}
_TEN_VALUES = {word: 10 * value for value, word in enumerate(_TENS) if word != "_"}
_SCALES = ((1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand"))


def say_number(number: int) -> str:
    """Say a whole number from zero to below a trillion: ``three thousand five hundred``."""
    if not 0 <= number < 10**12:
        raise ValueError(f"number out of what is spoken: {number}")
    parts: list[str] = []
    for scale, word in _SCALES:
        if number >= scale:
            parts += [say_number(number // scale), word]
            number %= scale
    if number >= 100:
        parts += [_UNITS[number // 100], "hundred"]
        number %= 100
    if number >= 20:
        parts.append(_TENS[number // 10])
        number %= 10
        if not number:
            return " ".join(parts)
    if number or not parts:
        parts.append(_UNITS[number])
    return " ".join(parts)


def read_number(text: str) -> int | None:
    """Read a whole number in words or figures, or None if ``text`` is anything else."""
    words = re.sub(r"(?<=\d),(?=\d{3})", "", text.lower()).replace("-", " ").replace(",", " ")
    total = part = 0
    seen = False
    for word in words.split():
        if word in {"and", "a"}:
            continue
        if word.isdecimal():
            part += int(word)
        elif word in _VALUES or word in _TEN_VALUES:
            part += _VALUES.get(word, 0) + _TEN_VALUES.get(word, 0)
        elif word == "hundred":
            part = max(part, 1) * 100
        elif word in {"thousand", "million", "billion"}:
            scale = next(size for size, name in _SCALES if name == word)
            total, part = total + max(part, 1) * scale, 0
        else:
            return None
        seen = True
    return total + part if seen else None


def say_money(amount: Money) -> str:
    """Say an amount in shillings: ``three thousand five hundred shillings and fifty cents``."""
    whole, cents = divmod(amount.minor, 100)
    unit = "shilling" if whole == 1 else "shillings"
    said = f"{say_number(whole)} {unit}"
    return f"{said} and {say_number(cents)} cents" if cents else said


_MONEY = re.compile(
    r"^(?:kes|ksh|kenya shillings|bob)?\.? ?(?P<whole>.+?) ?(?:shillings?|bob|/=|kes|ksh)?"
    r"(?:(?<=shilling)|(?<=shillings)|(?<=bob)) and (?P<cents>.+) cents?$"
)
_WHOLE = re.compile(r"^(?:kes|ksh|kenya shillings)?\.? ?(.+?) ?(?:shillings?|bob|/=|kes|ksh)?$")


def read_money(text: str) -> Money | None:
    """Read an amount in Kenya shillings, or None."""
    said = " ".join(text.lower().strip(" .").split())
    with_cents = _MONEY.match(said)
    cents = 0
    if with_cents:
        said, cents = with_cents["whole"], read_number(with_cents["cents"]) or 0
    whole = _WHOLE.match(said)
    value = read_number(whole[1]) if whole else None
    return None if value is None else Money(value * 100 + cents)


_DIGIT_WORDS = {
    **{word: str(value) for word, value in _VALUES.items() if value < 10},
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
_SURE_DIGITS = frozenset(_VALUES) | frozenset(_TEN_VALUES) | {"oh", "double", "triple", "plus"}
_TIMES = {"double": 2, "triple": 3, "treble": 3}
_LINKS = frozenset({"and", "then", "dash", "plus", "the", "it", "is", "a"})


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
        elif word in _TEN_VALUES and after in _DIGIT_WORDS and _DIGIT_WORDS[after] != "0":
            run += got[0]
        else:
            run += got * repeat if len(got) == 1 else got[0] * (repeat - 1) + got
        repeat = 1
    return max(best, run, key=len)


def _digits_of(word: str, after: str, running: bool) -> str | None:
    if word.isdecimal():
        return word
    if word in _TEN_VALUES:
        return str(_TEN_VALUES[word])
    if word in _VALUES:
        return str(_VALUES[word])
    if word in _DIGIT_WORDS and (running or _is_digit(after)):
        return _DIGIT_WORDS[word]
    return None


def _is_digit(word: str) -> bool:
    return word.isdecimal() or word in _SURE_DIGITS


def has_digits(text: str) -> bool:
    """Say whether there are at least two digits in ``text``, in any writing."""
    return len(read_digits(text)) >= 2


@dataclass(frozen=True, slots=True)
class NumberRead:
    """What was made of a telephone number."""

    number: E164 | None
    """Set if the digits are a whole and possible number."""
    digits: str
    """All digits that were heard, to be gone on with or read back."""
    too_short: bool = False


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


def say_digits(digits: str) -> str:
    """Say digits in groups that can be followed: ``0 7 2 2, 1 2 3, 4 5 6``."""
    if len(digits) == 10 and digits.startswith("0"):
        groups = [digits[:4], digits[4:7], digits[7:]]
    else:
        first = len(digits) % 3 or 3
        if digits.startswith("0") or (first == 1 and len(digits) > 3):
            first = 4
        groups = [digits[:first]] + [digits[at : at + 3] for at in range(first, len(digits), 3)]
    return ", ".join(" ".join(group) for group in groups)


def say_phone(number: E164) -> str:
    """Say a telephone number: as in Kenya if it is Kenyan, else with ``plus`` and its country."""
    if number.startswith("+254"):
        return say_digits(f"0{number[4:]}")
    return f"plus {say_digits(number[1:])}"


def say_ending(number: E164) -> str:
    """Say the last three digits, by which a caller knows their own number."""
    return " ".join(number[-3:])


def say_letters(word: str) -> str:
    """Spell a word: ``O, T, I, E, N, O``."""
    return ", ".join(letter.upper() for letter in word if letter.isalpha())
