"""Takes out of what was said that which nobody should keep: card numbers, ids, secret codes.

A card's number is known by itself: 13 to 19 digits that a scheme gives out, with the check digit
of ISO/IEC 7812 (Luhn). It is taken out of everything that is stored, telephone numbers' own
fields apart. An id (a national id, a passport, a taxpayer's PIN) and a secret code (a PIN, a
card's security code, a one-time password) are known by the words around them, by the question
that they answer, or as the repetition of one, and are taken out of transcripts; in a message for
the staff an id may be the very thing that the caller wanted passed on, and stays. So does the code
by which M-Pesa confirms a payment: it is no secret, and by it the office finds the payment.

Digits are read as callers say them and as recognisers write them: `mapokezi.records.said_digits`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from mapokezi.calls import Speaker
from mapokezi.records.said_digits import HESITATED, PAUSED, DigitWord, runs

CARD, ID, CODE = "[card number]", "[id number]", "[secret code]"
"""What stands in their place."""

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
_DATE = re.compile(r"\d{1,2}([/.-])\d{1,2}\1\d{2,4}")
_TAX_PIN = re.compile(r"\b[AP]\d{9}[A-Z]\b", re.IGNORECASE)
"""Of the Kenya Revenue Authority: A (a person's) or P (a firm's), nine digits, a letter."""
_FILLING = (
    r"(?:\W|\b(?:is|was|are|be|it's|its|it|s|that's|number|numbers|no|num|card|code|of|the|my|your|his|her"
    r"|our|firm|company|business|wife|husband|client|please|so|well|yes|yeah|okay|ok|um|uh|er|erm|eh|ah|i|you|they|we|have|got|sent|told|gave|me"
    r"|that|which|ni|ya|za|cha|wa|la|na|yangu|changu|langu|yako|chako|yake|chake|nambari|namba"
    r"|tafadhali|ndio|ndiyo)\b)*"
)
_ID_WORD = (
    r"(?:ids?|i\.d|identity|identification|passport|alien|huduma|maisha|nhif|nssf|sha"
    r"|kitambulisho|vitambulisho|pasipoti|birth certificate|driving licen[cs]e)"
)
_ID_WORDS = re.compile(rf"\b{_ID_WORD}\b{_FILLING}", re.IGNORECASE)
_TAX_WORDS = re.compile(
    rf"\b(?:kra(?: pin)?|tax(?:payer'?s?)?(?: pin| number)|pin)\b{_FILLING}", re.IGNORECASE
)
_CODE_WORDS = re.compile(
    r"\b(?:pin|cvv|cvc|cv2|security code|otp|one[- ]time (?:password|code|pin)|password|passcode"
    r"|(?:verification|activation) code|code (?:that )?(?:they|you) (?:have )?sent"
    r"|(?:digits|numbers?) (?:at|on) (?:the|its) back"
    rf"|nam(?:ba|bari) (?:yangu )?ya siri|neno (?:langu )?la siri|pini)\b{_FILLING}",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"[ ,.]*\b(?:is|was|that's|ni|ndio|ndiyo|hiyo)\b{_FILLING}\b{_ID_WORD}\b", re.IGNORECASE
)
"""What follows an id that is told first: "29123456 is my ID"."""
_SMALL_WORDS = r"(?!(?:in|at|on|to|by|or|he|if|an|as|up|am|pm|go|do|so|is|it|ni|no|na|ya|of|ok)\b)"
_SPELLED = rf"(?:{_SMALL_WORDS}[A-Z]{{1,2}}\b(?:\s+(?:for|as in)\s+[A-Z]+\b)?[\s.,-]*){{1,2}}"
_LETTERS = re.compile(rf"{_SPELLED}|[A-Z]{{1,2}}-?(?=\d)", re.IGNORECASE)
"""With which a passport's and a taxpayer's number begin, spelled or not."""
_LETTERS_BEFORE = re.compile(rf"(?<!['’])\b(?:{_SPELLED}|[A-Z]{{1,2}}-?)$", re.IGNORECASE)
_LAST_LETTER = re.compile(r"[\s.,-]*\b[A-Z]\b(?:\s+(?:for|as in)\s+[A-Z]+\b)?", re.IGNORECASE)
_SENTENCES = re.compile(r"(?:(?<=[a-z\d\]][.?!])|(?<=[A-Z]{2}[.?!]))\s+")
"""Between them; the full stops of "I.D." end none."""
_A_NUMBER_ALONE = 6
"""Figures in one word that are a number of their own, not a part of the one before."""

_Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class _Sort:
    """Numbers that are known by the words before them."""

    mark: str
    words: re.Pattern[str]
    sizes: range
    """In digits."""
    may_have_letters: bool = False
    ends_in_a_letter: bool = False


_IDS = _Sort(ID, _ID_WORDS, range(6, 15), may_have_letters=True)
_TAXPAYERS = _Sort(ID, _TAX_WORDS, range(9, 10), may_have_letters=True, ends_in_a_letter=True)
_CODES = _Sort(CODE, _CODE_WORDS, range(3, 9))


def without_cards(text: str) -> str:
    """A text without card numbers."""
    return _replaced(text, _cards(text))


def redacted(text: str) -> str:
    """A text without card numbers, ids and secret codes."""
    return _replaced(text, _all_of(text))


def redacted_together(texts: Sequence[str]) -> list[str]:
    """Texts that follow one another, without what is spread over several of them.

    A number is told in pieces, a turn each: no piece of it is a card's number, or an id, by itself.

    Args:
        texts: Turns of one speaker, in their order.

    Returns:
        As many texts.
    """
    # Cards over what was said, the rest over what is left: an id that stands in one turn must not
    # grow into the next one.
    return _over([redacted(text) for text in _over(texts, _cards)], _by_words)


def redacted_conversation(turns: Sequence[tuple[Speaker, str]]) -> list[str]:
    """The turns of a call without card numbers, ids and secret codes.

    Besides what `redacted_together` finds, the number that answers a question for an id, and the
    repetition of an id that the other one has just told, are taken out.

    Args:
        turns: Who said what, in their order.

    Returns:
        As many texts.
    """
    left = [text for _, text in turns]
    for speaker in Speaker:
        places = [place for place, (who, _) in enumerate(turns) if who is speaker]
        texts = redacted_together([left[place] for place in places])
        for place, text in zip(places, texts, strict=True):
            left[place] = text
    for place in range(1, len(turns)):
        asker = turns[place - 1][0]
        if asker is not turns[place][0] and _expects_id(asker, left[place - 1]):
            left[place] = _replaced(left[place], _numbers_like_ids(left[place]))
    return left


def _expects_id(speaker: Speaker, text: str) -> bool:
    """Whether what the other one says to this may be an id without a word that tells so."""
    last = _SENTENCES.split(text.strip())[-1]
    if speaker is Speaker.RECEPTIONIST:
        return bool(_ID_WORDS.search(last)) or ID in last
    return ID in text


def _numbers_like_ids(text: str) -> Iterator[_Span]:
    for run in runs(text, between=HESITATED):
        said = _one_number(run, _IDS.sizes)
        if _is_id(text, said):
            begin = said[0].begin
            letters = _LETTERS_BEFORE.search(text[:begin])
            yield (letters.start() if letters else begin), said[-1].end, ID


def _over(texts: Sequence[str], search: Callable[[str], Iterable[_Span]]) -> list[str]:
    """Texts without what is found in all of them together."""
    joined = "\n".join(texts)
    starts = [0]
    for text in texts:
        starts.append(starts[-1] + len(text) + 1)
    found: list[list[_Span]] = [[] for _ in texts]
    for begin, end, mark in _apart(search(joined)):
        for place in range(bisect_right(starts, begin) - 1, bisect_right(starts, end - 1)):
            first = max(begin, starts[place]) - starts[place]
            last = min(end, starts[place + 1] - 1) - starts[place]
            if first < last:
                found[place].append((first, last, mark))
    return [_replaced(text, here) for text, here in zip(texts, found, strict=True)]


def _replaced(text: str, found: Iterable[_Span]) -> str:
    parts: list[str] = []
    at = 0
    for begin, end, mark in _apart(found):
        parts += [text[at:begin], mark]
        at = end
    return "".join([*parts, text[at:]]) if parts else text


def _apart(found: Iterable[_Span]) -> Iterator[_Span]:
    """Of spans that overlap the first one, and of those that begin together the longest."""
    at = 0
    for begin, end, mark in sorted(found, key=lambda span: (span[0], -span[1])):
        if begin >= at:
            yield begin, end, mark
            at = end


def _all_of(text: str) -> list[_Span]:
    cards = list(_cards(text))
    others = [
        found
        for found in _by_words(text)
        if not any(begin < found[1] and found[0] < end for begin, end, _ in cards)
    ]
    return [*cards, *others]


def _cards(text: str) -> Iterator[_Span]:
    for run in runs(text, between=PAUSED):
        first = 0
        while first < len(run):
            last = _card_from(text, run, first)
            if last is None:
                first += 1
            else:
                yield run[first].begin, run[last].end, CARD
                first = last + 1


def _card_from(text: str, run: Sequence[DigitWord], first: int) -> int | None:
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


def _by_words(text: str) -> Iterator[_Span]:
    """What the words before or behind it tell to be an id or a secret code."""
    for found in _TAX_PIN.finditer(text):
        yield found.start(), found.end(), ID
    for sort in (_IDS, _TAXPAYERS, _CODES):
        for cue in sort.words.finditer(text):
            span = _number_at(text, cue.end(), sort)
            if span is not None:
                yield span
    for run in runs(text, between=HESITATED):
        if _is_id(text, run) and _BEHIND.match(text, run[-1].end):
            yield run[0].begin, run[-1].end, ID


def _number_at(text: str, begin: int, sort: _Sort) -> _Span | None:
    """The number of a sort that begins at a place."""
    letters = _LETTERS.match(text, begin) if sort.may_have_letters else None
    at = letters.end() if letters else begin
    run = next(runs(text, at, HESITATED), None)
    if run is None or run[0].begin != at:
        return None
    said = _one_number(run, sort.sizes)
    size = sum(len(token.digits) for token in said)
    if size not in sort.sizes or (sort.mark is ID and not letters and _is_phone(said)):
        return None
    end = said[-1].end
    behind = _LAST_LETTER.match(text, end) if sort.ends_in_a_letter and letters else None
    return begin, behind.end() if behind else end, sort.mark


def _is_id(text: str, said: Sequence[DigitWord]) -> bool:
    size = sum(len(token.digits) for token in said)
    written = text[said[0].begin : said[-1].end]
    return size in _IDS.sizes and not _is_phone(said) and not _DATE.match(written)


def _is_phone(said: Sequence[DigitWord]) -> bool:
    return bool(_PHONE.fullmatch("".join(token.digits for token in said)))


def _one_number(run: Sequence[DigitWord], sizes: range) -> Sequence[DigitWord]:
    """The first number of a run: an id may be followed by a telephone number at once."""
    size = 0
    ends = []
    for place, token in enumerate(run):
        if size in sizes:
            ends.append(place)
            if len(token.digits) >= _A_NUMBER_ALONE or _is_phone(run[place:]):
                return run[:place]
        size += len(token.digits)
    if size in sizes or not ends:
        return run
    return run[: ends[-1]]  # too long for one: as much of it as may be one
