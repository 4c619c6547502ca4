"""Amounts, tills and paybills found in what a caller said, in English, Swahili and both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mapokezi.receptionist.spoken.digits import read_digits
from mapokezi.receptionist.spoken.swahili import NUMBER_WORDS, read_words, words_of_number
from mapokezi.receptionist.spoken.types import Read
from mapokezi.units import Money

_CURRENCY = frozenset(
    {"shilling", "shillings", "shilingi", "bob", "ksh", "kshs", "kes", "sh", "shs", "shiling"}
)
_CENTS = frozenset({"cents", "cent", "senti"})
_INNER = frozenset({"na", "and", "a"})
_NOT_BEFORE = frozenset({"kenya", "kenyan", "of"})
_LEAST_UNMARKED = 100
"""A number without a currency is taken for an amount from here on, and then as unsure."""


@dataclass(frozen=True, slots=True)
class _Run:
    first: int
    end: int
    read: Read[int]


def _runs(words: list[str]) -> Iterator[_Run]:
    """Find the numbers in a text's words, each as long as it goes."""
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and (_is_number(words[end]) or (end > at and words[end] in _INNER)):
            end += 1
        while end > at and words[end - 1] in _INNER:
            end -= 1
        if words[at] in _INNER or end == at:
            at += 1
            continue
        read = read_words(words[at:end])
        if read is not None:
            first = at - 1 if at and words[at - 1] == "a" else at
            is_sure = read.is_sure or first < at  # "a hundred", "a thousand"
            yield _Run(first, end, Read(read.value, is_sure))
        at = max(end, at + 1)


def _is_number(word: str) -> bool:
    return word in NUMBER_WORDS or word[:1].isdecimal()


def read_amounts(text: str) -> tuple[Read[Money], ...]:
    """Find the amounts in a text: ``1,500 shilling``, *elfu moja mia tano*, ``two hundred bob``.

    Without a word for the currency a number from a hundred on may be an amount, and is unsure.
    """
    words = words_of_number(text.replace("/=", " shillings "))
    runs = list(_runs(words))
    amounts: list[Read[Money]] = []
    for run in runs:
        if _are_cents(words, run):
            if amounts:
                before = amounts.pop()
                sure = before.is_sure and run.read.is_sure
                amounts.append(Read(Money(before.value.minor + run.read.value), sure))
            continue
        marked = _is_marked(words, run)
        if marked or run.read.value >= _LEAST_UNMARKED:
            amounts.append(Read(Money(run.read.value * 100), marked and run.read.is_sure))
    return tuple(amounts)


def read_numbers(text: str) -> tuple[Read[int], ...]:
    """Find the whole numbers in a text, each as long as it goes."""
    return tuple(run.read for run in _runs(words_of_number(text)))


def _are_cents(words: list[str], run: _Run) -> bool:
    before = words[run.first - 1] if run.first else ""
    return before == "senti" or words[run.end : run.end + 1] in (["cents"], ["cent"])


def _is_marked(words: list[str], run: _Run) -> bool:
    before = words[run.first - 1] if run.first else ""
    after = [word for word in words[run.end : run.end + 2] if word not in _NOT_BEFORE]
    return before in _CURRENCY or (bool(after) and after[0] in _CURRENCY)


def read_money(text: str) -> Money | None:
    """Read an amount that is all of ``text``, its currency said or not; None if there is more."""
    words = words_of_number(text.replace("/=", " shillings "))
    rest = [word for word in words if word not in {*_CURRENCY, *_CENTS, *_INNER, "kenya"}]
    found = read_amounts(text if any(word in _CURRENCY for word in words) else f"{text} bob")
    if len(found) != 1 or not all(map(_is_number, rest)):
        return None
    return found[0].value


@dataclass(frozen=True, slots=True)
class Account:
    """A number to which money is sent by M-Pesa."""

    kind: str
    """``till`` or ``paybill``."""
    digits: str


_KINDS = (
    ("paybill", re.compile(r"\b(?:pay ?bill|pable|payble|payable|pay bell|paybil)\b")),
    ("till", re.compile(r"\b(?:till|tail|tell) (?:number|no|namba|nambari)\b|\bbuy goods\b")),
)
_LENGTHS = range(5, 8)
"""Tills and paybills of Kenya have five to seven digits."""


def read_account(text: str) -> Read[Account] | None:
    """Find a till or paybill number: ``Payble 400200``, *till namba tano mbili mbili* ..."""
    low = text.lower()
    found = next(((kind, match) for kind, way in _KINDS if (match := way.search(low))), None)
    if found is None:
        return None
    kind, match = found
    digits = read_digits(text[match.end() :])
    if not digits:
        return None
    is_sure = len(digits) in _LENGTHS and match[0] in {"paybill", "pay bill", "till number"}
    return Read(Account(kind, digits), is_sure)
