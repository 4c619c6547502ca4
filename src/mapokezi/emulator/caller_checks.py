"""What a caller's ear makes of what is read back: is it the number, is it the name?

Words come as a recogniser writes them off a telephone line. Numbers and spelled letters arrive
nearly always as they were said; names do not, and are compared by their sound.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

_DIGIT_WORDS = {
    "zero": "0",
    "oh": "0",
    "o": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "for": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
}
_TIMES = {"double": 2, "triple": 3}
_AROUND_A_NAME = r"\b(is|if) that (right|correct)|\b(i have|your name is|thank you)\b"

_ALIKE_SPOKEN = 0.66
"""How alike the sound of each part of a name and of what was heard must be, 0 to 1. From what
moonshine writes of ten Kenyan names said on the line: eight of ten are known again, and neither
another's name nor a name with one wrong part ever is. A caller who hears badly says no and spells,
which is the safe mistake."""
_THE_SAME = 0.9
"""How alike a name must be to what it is known to be heard as."""
_STRAY_LETTERS = 4
"""So many letters more may stand behind a spelled name: "is that right" becomes "a-s-a-t"."""
_CONSONANTS_COUNT = 0.6
"""How much of the likeness is that of the consonants alone; vowels suffer most on the way."""


def digits_in(words: str) -> str:
    """Read all digits out of a recogniser's words, in order: ``"0722, double three"``."""
    found = ""
    times = 1
    for token in re.findall(r"[a-z]+|\d", words.lower()):
        if token in _TIMES:
            times = _TIMES[token]
            continue
        digit = token if token.isdigit() else _DIGIT_WORDS.get(token, "")
        found += digit * times
        times = 1
    return found


def number_was_read(words: str, number: str) -> bool:
    """Tell whether a telephone number is among the digits that were read back.

    Args:
        words: what was heard.
        number: the number meant, in any form; its last nine digits count.
    """
    return re.sub(r"\D", "", number)[-9:] in digits_in(words)


def spelled_in(words: str) -> str:
    """Read the letters that were spelled one by one (three at least), in small letters."""
    runs = re.findall(r"\b(?:[A-Za-z][\s,.\-]+){2,}[A-Za-z]\b", words)
    return "".join(re.findall(r"[a-z]", " ".join(runs).lower()))


def name_was_read(words: str, name: str, heard_as: Sequence[str] = ()) -> bool:
    """Tell whether a name was read back, as far as an ear can tell on the telephone.

    Args:
        words: what was heard.
        name: the name meant.
        heard_as: what the name is known to be heard as when it is said rightly (see
            `mapokezi.emulator.caller_ear.ways_of_hearing`); then it must be as one of these.

    If all of the name was spelled, the letters are what counts; if a part of it, the letters and
    the sound of the rest.
    """
    letters = spelled_in(words)
    parts = re.findall(r"[a-z]+", name.lower())
    if letters:
        if "".join(parts) in letters:
            return True
        if parts[-1] not in letters or len(letters) > len(parts[-1]) + _STRAY_LETTERS:
            return False
        parts = parts[:-1]
        heard_as = [form.rsplit(" ", 1)[0] for form in heard_as]
    tokens = re.findall(r"[a-z']+", re.sub(_AROUND_A_NAME, " ", words.lower()))
    if heard_as:
        forms = [" ".join(parts), *heard_as]
        plain = [re.sub(r"[^a-z]", "", form.lower()) for form in forms]
        return any(_best_likeness(tokens, form, len(parts) + 4) >= _THE_SAME for form in plain)
    return all(_best_likeness(tokens, part) >= _ALIKE_SPOKEN for part in parts)


def _best_likeness(tokens: Sequence[str], part: str, longest: int = 4) -> float:
    """Find how alike a part of a name is to the words that sound most like it.

    A recogniser writes a name it does not know as up to four words: "and I am Bira".
    """
    meant = _sound(part)
    return max(
        (
            _alike_by_ear(_sound("".join(tokens[start : start + length])), meant)
            for length in range(1, longest + 1)
            for start in range(len(tokens) - length + 1)
        ),
        default=0.0,
    )


def _sound(letters: str) -> str:
    """Write a word roughly as it sounds: like consonants alike, vowels alike, nothing twice."""
    plain = letters.replace("ph", "f").replace("ch", "j").replace("sh", "s").replace("c", "k")
    table = str.maketrans("dbgvzqwyaeiou", "tpkfskuiaiiuu")
    return re.sub(r"(.)\1+", r"\1", plain.translate(table).replace("h", "").replace("'", ""))


def _alike_by_ear(one: str, other: str) -> float:
    """Compare two sounds by all of them and by their consonants."""
    hard, other_hard = re.sub("[aiu]", "", one), re.sub("[aiu]", "", other)
    consonants = _alike(hard, other_hard) if hard and other_hard else 0.0
    return (1 - _CONSONANTS_COUNT) * _alike(one, other) + _CONSONANTS_COUNT * consonants


def _alike(one: str, other: str) -> float:
    return fuzz.ratio(one, other) / 100


_SPOKEN = {digit: word for word, digit in _DIGIT_WORDS.items() if word not in {"oh", "o", "for"}}


def spoken_digits(digits: str) -> str:
    """Write digits as they are said one by one."""
    return ", ".join(_SPOKEN[digit] for digit in digits) + "."
