"""Prices in a plain sentence: what something costs, or that it costs nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mapokezi.receptionist.spoken_claims.numbers import Amount, amounts_in, rows_in
from mapokezi.receptionist.words import listed

_SHILLINGS = frozenset(listed("shilling shillings bob kes ksh"))
_OTHERS = {
    "dollars": "usd",
    "dollar": "usd",
    "usd": "usd",
    "euros": "eur",
    "euro": "eur",
    "pounds": "gbp",
    "pound": "gbp",
    "percent": "percent",
}
_COSTS = re.compile(
    r"\b(?:costs?|costing|charges?|charged|charging|fees?|prices?|priced|pay|pays|paying|payable"
    r"|deposit|retainer|rates?|discount|quote|quoted|amount|amounts|total|per hour|an hour"
    r"|up front|upfront|in advance|takes?|let you have|for only|only|as little as"
    r"|starts? (?:at|from)|goes for|half price)\b"
)
_FREE = re.compile(
    r"\b(?:free of charge|at no (?:extra |additional )?(?:cost|charge)|for free|free of cost"
    r"|without (?:any )?(?:charge|payment|paying|fees?)|(?:costs?|charges?|pays?) (?:you )?nothing"
    r"|(?:there (?:is|are)|at|with) no (?:\w+ )?(?:fees?|charges?|costs?)(?! (?:list|i can))"
    r"|no (?:consultation |booking |extra )?(?:fees?|charges?|costs?)(?: (?:at all|for)|$)"
    r"|(?:do|does|will|would|shall) not (?:be )?(?:charg(?:e|ed|ing)|cost(?:ing)?|bill(?:ed|ing)?)"
    r"(?: you)?(?: (?:anything|any fees?))?"
    r"|(?:do|does|will|would) not (?:have to |need to )?pay (?:anything|a (?:cent"
    r"|shilling|thing)|for)"
    r"|need not pay|nothing to pay|on the house|(?:is|are) on us|at our expense|gratis"
    r"|bure|bila malipo"
    r"|free of (?:any )?(?:charge|cost)|waiv(?:e|ed|es|ing)|complimentary|zero shillings)\b"
    r"|\b(?:is|are) (?:completely |totally |absolutely |always |also |actually )?free\b"
    r"(?! (?:to|at|on|from|until|till|after|before|today|tomorrow|now|of|for a|this|next))"
)
_TAKEN_BACK = re.compile(r"\b(?:not|cannot|never|unable|nothing|nobody)(?: \w+){0,3} $")
"""Before what would be free."""
_HALF_PRICE = re.compile(
    r"\b(?:half (?:the )?(?:price|fee|rate|amount|charge|cost)|half off|at half the"
    r"|(?:pays?|charged?|charges|for) (?:only |just )?half)\b"
)
_NOBODYS_TIME = re.compile(
    r"\b(?:he|she|you|i|they|who|lawyers?|advocates?|line) (?:is|are) free\b"
)
_NO_AMOUNT = frozenset(
    listed(
        """
    minute minutes hour hours day days week weeks month months year years am pm oclock people
    person persons floor floors working business times lawyers advocates copies kilometres km
    metres meters st nd rd th january february march april may june july august september october
    november december
    """
    )
)
_NOT_SO_MUCH = re.compile(r"\b(?:not|instead of|rather than|never)(?: for| kes| about)?$")
_EMERGENCY = (999, 112)
_AFTER_PRICE = frozenset(
    listed(
        "each for per sir madam only plus to or depending more all up upfront if then a an every"
    )
) | {""}
"""What may follow a bare number that is a price; nothing too."""
_LEAST_BARE = 50
"""A number without a currency is a price only if it is at least this much."""


@dataclass(frozen=True, slots=True)
class Price:
    """A price that is claimed."""

    value: int
    """0: it is free."""
    unit: str
    """``kes``, ``usd``, ``percent``; empty if none was named."""

    def can_be(self, other: Price) -> bool:
        """Say whether it is the same price."""
        return self.value == other.value and (
            not self.value or not self.unit or not other.unit or self.unit == other.unit
        )


_AT_LEAST = re.compile(
    r"\b(?:from|at least|not less than|no less than|starts?|starting|begins?|beginning|upwards?"
    r"|minimum|lowest|or (?:more|above|over)|and (?:more|above|up|over)|kuanzia|angalau)\b"
)


def says_at_least(said: str) -> bool:
    """Say whether plain text tells a price as the lowest that it may be."""
    return _AT_LEAST.search(said) is not None


def prices_in(said: str, *, asked: bool = False) -> tuple[Price, ...]:
    """Find the prices in plain text.

    Args:
        said: plain.
        asked: whether a price was just asked for, so that a bare number is one.
    """
    words = said.split()
    is_about_money = asked or _COSTS.search(said) is not None
    rows = [row for row in rows_in(said) if len(row.digits) >= 6]
    found = []
    for amount in amounts_in(said):
        unit = _unit_of(words, amount)
        if not unit and any(row.first < amount.after and amount.first < row.after for row in rows):
            continue
        after = words[amount.after] if amount.after < len(words) else ""
        if not unit and amount.value in _EMERGENCY:
            continue
        if _NOT_SO_MUCH.search(" ".join(words[: amount.first])) or words[
            amount.after : amount.after + 2
        ] == ["is", "not"]:
            continue
        is_bare = not unit and amount.value >= _LEAST_BARE and after not in _NO_AMOUNT
        is_meant = is_about_money or after in _AFTER_PRICE
        if unit or (is_bare and is_meant and not _is_named(words, amount)):
            found.append(Price(amount.value, unit))
    if _HALF_PRICE.search(said):
        found.append(Price(50, "percent"))
    frees = [one for one in _FREE.finditer(said) if not _TAKEN_BACK.search(said[: one.start()])]
    if frees and not _NOBODYS_TIME.search(said):
        found.append(Price(0, ""))
    return tuple(found)


def _unit_of(words: list[str], amount: Amount) -> str:
    near = words[max(0, amount.first - 1) : amount.first]
    near += words[amount.after : amount.after + 2]
    for word in near:
        if word in _SHILLINGS:
            return "kes"
        if word in _OTHERS:
            return _OTHERS[word]
    return ""


_DIALS = re.compile(r"\b(?:dial|press|ring|extension|calling)\b")
_NAMES_A_NUMBER = re.compile(
    r"\b(?:number|numbers|box|case|file|room|paybill|till|extension|ext|section|act|dial|press|ends"
    r"|ending|code|plot|title|flight|suite|account|on|and [02]\d*)(?: (?:is|in|with|on|of"
    r"|number))?$"
)


def _is_named(words: list[str], amount: Amount) -> bool:
    """Say whether a number is a name of something, or a year."""
    before = " ".join(words[max(0, amount.first - 3) : amount.first])
    if _DIALS.search(before):
        return True
    is_year = 1950 <= amount.value <= 2099 and words[amount.first].isdecimal()
    return is_year or _NAMES_A_NUMBER.search(before) is not None
