"""Numbers and money in English, as they are said and as they are heard; ``read(say(x)) == x``."""

from __future__ import annotations

import re

from mapokezi.receptionist.words import listed
from mapokezi.units import Money

UNITS = listed(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen seventeen eighteen nineteen
    """
)
TENS = listed(
    """
    _ _ twenty thirty forty fifty sixty seventy eighty ninety
    """
)
VALUES = {word: value for value, word in enumerate(UNITS)}
TEN_VALUES = {word: 10 * value for value, word in enumerate(TENS) if word != "_"}
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
        parts += [UNITS[number // 100], "hundred"]
        number %= 100
    if number >= 20:
        parts.append(TENS[number // 10])
        number %= 10
        if not number:
            return " ".join(parts)
    if number or not parts:
        parts.append(UNITS[number])
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
        elif word in VALUES or word in TEN_VALUES:
            part += VALUES.get(word, 0) + TEN_VALUES.get(word, 0)
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
