"""Takes out of what was said that which nobody should keep: card numbers, ids, secret codes.

A card's number is known by itself: 13 to 19 digits that a scheme gives out, with the check digit
of ISO/IEC 7812 (Luhn). It is taken out of everything that is stored, telephone numbers' own
fields apart. An id (a national id, a passport, a taxpayer's PIN) and a secret code (a PIN, a
card's security code, a one-time password) are known by the words before them, and are taken out of
transcripts; in a message for the staff an id may be the very thing that the caller wanted passed
on, and stays.

Digits are read as callers say them and as recognisers write them: ``4111 1111``, ``four one one
one``, ``double one``, ``forty-one eleven``, ``nne moja moja moja``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

CARD, ID, CODE = "[card number]", "[id number]", "[secret code]"
"""What stands in their place."""

_UNITS = {
    **dict.fromkeys(("zero", "oh", "nought", "sifuri"), "0"),
    **dict.fromkeys(("one", "moja"), "1"),
    **dict.fromkeys(("two", "mbili"), "2"),
    **dict.fromkeys(("three", "tatu"), "3"),
    **dict.fromkeys(("four", "nne"), "4"),
    **dict.fromkeys(("five", "tano"), "5"),
    **dict.fromkeys(("six", "sita"), "6"),
    **dict.fromkeys(("seven", "saba"), "7"),
    **dict.fromkeys(("eight", "nane"), "8"),
    **dict.fromkeys(("nine", "tisa"), "9"),
}
_TEENS = {
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
    "thirteen": "13",
    "fourteen": "14",
    "fifteen": "15",
    "sixteen": "16",
    "seventeen": "17",
    "eighteen": "18",
    "nineteen": "19",
}
_TENS = {
    "twenty": "2",
    "thirty": "3",
    "forty": "4",
    "fifty": "5",
    "sixty": "6",
    "seventy": "7",
    "eighty": "8",
    "ninety": "9",
}
_TIMES = {"double": 2, "triple": 3, "treble": 3}
_WORD = re.compile(
    r"\d+|\b(?:"
    + "|".join(sorted((*_UNITS, *_TEENS, *_TENS, *_TIMES), key=len, reverse=True))
    + r")\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s,.;:/_\-\u2010-\u2015]*")
"""What may stand between two digits of one number."""
_PAUSED = re.compile(
    r"(?:[\s,.;:/_\-\u2010-\u2015]|\b(?:and|then|next|um|uh|er|na|halafu|kisha)\b)*", re.IGNORECASE
)
"""The same of one that is told in pieces; what is no card's number is none with these either."""

_SHORTEST_CARD, _LONGEST_CARD = 13, 19
# Who gives out which numbers, and how long they are: ISO/IEC 7812 as the schemes publish it.
# Without it one telephone number in ten, said twice, would be taken for a card.
_SCHEMES = (
    (re.compile(r"4"), {13, 16, 19}),  # Visa
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), {16}),  # Mastercard
    (re.compile(r"3[47]"), {15}),  # American Express
    (re.compile(r"3(?:0[0-5]|[689])"), {14}),  # Diners Club
    (re.compile(r"35(?:2[89]|[3-8])"), {16, 17, 18, 19}),  # JCB
    (re.compile(r"6(?:011|4[4-9]|5)|62"), {16, 17, 18, 19}),  # Discover, UnionPay, Verve
    (re.compile(r"5(?:0|[6-8])|6[0378]"), {13, 14, 15, 16, 17, 18, 19}),  # Maestro, Verve
)
_PHONE = re.compile(r"(?:254|0)?(?:7|1)\d{8}|\d{15,}")
"""A Kenyan number, which an id is not."""
_TAX_PIN = re.compile(r"\b[AP][\s-]?(?:\d[\s-]?){9}[A-Z]\b", re.IGNORECASE)
"""Of the Kenya Revenue Authority: A (a person's) or P (a firm's), nine digits, a letter."""
_FILLING = (
    r"(?:\W|\b(?:is|was|it's|its|number|no|num|card|code|of|the|my|ni|ya|yangu|nambari|namba)\b)*"
)
_ID_WORDS = re.compile(
    r"\b(?:id|i\.d|identity|identification|passport|alien|huduma|nhif|nssf|sha|kitambulisho"
    r"|pasipoti|birth certificate|driving licen[cs]e)\b" + _FILLING,
    re.IGNORECASE,
)
_CODE_WORDS = re.compile(
    r"\b(?:pin|cvv|cvc|cv2|security code|otp|one[- ]time (?:password|code)|password|passcode"
    r"|nambari ya siri|neno la siri|pini)\b" + _FILLING,
    re.IGNORECASE,
)
_PASSPORT = re.compile(r"[A-Z]{1,2}[\s-]?(?=\d)", re.IGNORECASE)
_ID_DIGITS, _CODE_DIGITS = range(6, 15), range(3, 9)
_A_NUMBER_ALONE = 6
"""Figures in one word that are a number of their own, not a part of the one before."""


@dataclass(frozen=True, slots=True)
class _Token:
    """A word or figure that stands for digits."""

    digits: str
    begin: int
    end: int


def without_cards(text: str) -> str:
    """A text without card numbers."""
    return _replaced(text, _cards(text))


def redacted(text: str) -> str:
    """A text without card numbers, ids and secret codes."""
    cards = list(_cards(text))
    taken = [(begin, end) for begin, end, _ in cards]
    others = [
        found
        for found in _by_words(text)
        if not any(begin < found[1] and found[0] < end for begin, end in taken)
    ]
    return _replaced(text, [*cards, *others])


def redacted_together(texts: Sequence[str]) -> list[str]:
    """Texts that follow one another, without what is spread over several of them.

    A card's number is told in pieces, a turn each: no piece of it is a card's number by itself.

    Args:
        texts: Turns of one speaker, in their order.

    Returns:
        As many texts.
    """
    joined = "\n".join(texts)
    starts = [0]
    for text in texts:
        starts.append(starts[-1] + len(text) + 1)
    found: list[list[tuple[int, int, str]]] = [[] for _ in texts]
    for begin, end, mark in _cards(joined):
        for place in range(bisect_right(starts, begin) - 1, bisect_right(starts, end - 1)):
            first = max(begin, starts[place]) - starts[place]
            last = min(end, starts[place + 1] - 1) - starts[place]
            found[place].append((first, last, mark))
    return [redacted(_replaced(text, here)) for text, here in zip(texts, found, strict=True)]


def _replaced(text: str, found: Iterable[tuple[int, int, str]]) -> str:
    parts: list[str] = []
    at = 0
    for begin, end, mark in sorted(found):
        if begin < at:
            continue
        parts += [text[at:begin], mark]
        at = end
    return "".join([*parts, text[at:]]) if parts else text


def _cards(text: str) -> Iterator[tuple[int, int, str]]:
    for run in _runs(text, between=_PAUSED):
        first = 0
        while first < len(run):
            last = _card_from(text, run, first)
            if last is None:
                first += 1
            else:
                yield run[first].begin, run[last].end, CARD
                first = last + 1


def _card_from(text: str, run: Sequence[_Token], first: int) -> int | None:
    """Which token ends the card number that begins with one; None if none does."""
    if text[run[first].begin - 1 : run[first].begin] == "+":
        return None  # a telephone number in its full form
    digits = ""
    longest: int | None = None
    for place in range(first, len(run)):
        digits += run[place].digits
        if len(digits) > _LONGEST_CARD:
            break
        if len(digits) >= _SHORTEST_CARD and _is_card(digits):
            longest = place
    return longest


def _is_card(digits: str) -> bool:
    known = any(scheme.match(digits) and len(digits) in sizes for scheme, sizes in _SCHEMES)
    return known and _checks(digits)


def _checks(digits: str) -> bool:
    """The check digit of ISO/IEC 7812: every second digit from the right counts twice."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _by_words(text: str) -> Iterator[tuple[int, int, str]]:
    """What the words before it tell to be an id or a secret code."""
    for found in _TAX_PIN.finditer(text):
        yield found.start(), found.end(), ID
    for words, sizes, mark in ((_ID_WORDS, _ID_DIGITS, ID), (_CODE_WORDS, _CODE_DIGITS, CODE)):
        for cue in words.finditer(text):
            begin = cue.end()
            letters = _PASSPORT.match(text, begin) if mark is ID else None
            at = letters.end() if letters else begin
            run = next(_runs(text, at), None)
            if run is None or run[0].begin != at:
                continue
            said = _one_number(run, sizes.start)
            digits = "".join(token.digits for token in said)
            if len(digits) in sizes and not (mark is ID and _PHONE.fullmatch(digits)):
                yield begin, said[-1].end, mark


def _one_number(run: Sequence[_Token], least: int) -> Sequence[_Token]:
    """The first number of a run: an id may be followed by a telephone number at once."""
    size = 0
    for place, token in enumerate(run):
        if size >= least and len(token.digits) >= _A_NUMBER_ALONE:
            return run[:place]
        size += len(token.digits)
    return run


def _runs(text: str, at: int = 0, between: re.Pattern[str] = _BETWEEN) -> Iterator[list[_Token]]:
    """The numbers of a text: digits with nothing of meaning between them."""
    run: list[_Token] = []
    for token in _tokens(text, at):
        if run and not between.fullmatch(text, run[-1].end, token.begin):
            yield run
            run = []
        run.append(token)
    if run:
        yield run


def _tokens(text: str, at: int) -> Iterator[_Token]:
    times: re.Match[str] | None = None
    tens: _Token | None = None
    for found in _WORD.finditer(text, at):
        word = found[0].lower()
        if tens is not None:
            joined = _UNITS.get(word, "0")
            if joined != "0" and _BETWEEN.fullmatch(text, tens.end, found.start()):
                yield _Token(tens.digits[0] + joined, tens.begin, found.end())
                tens = None
                continue
            yield tens
            tens = None
        if word in _TIMES:
            times = found
            continue
        count, begin = 1, found.start()
        if times is not None and _BETWEEN.fullmatch(text, times.end(), begin):
            count, begin = _TIMES[times[0].lower()], times.start()
        times = None
        if word in _TENS:
            tens = _Token(_TENS[word] + "0", begin, found.end())
        else:
            digits = _UNITS.get(word) or _TEENS.get(word) or word
            yield _Token(digits[:1] * (count - 1) + digits, begin, found.end())
    if tens is not None:
        yield tens
