"""What may be said of prices: each rule as the fact that is told, and what goes beyond the rules.

A price is told like any other fact, word for word and with its source, by the clerk and by voice
models; so what checks a model's words (`mapokezi.receptionist.spoken_claims.price_claims`) knows it
as well. An office that has rules has told all of its prices in them: an amount in another of its
facts is an error of its files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from mapokezi.receptionist.office import Fact, Office, PriceRule, PriceSaid
from mapokezi.receptionist.spoken import say_money
from mapokezi.receptionist.spoken_claims.prices import Price, prices_in, says_at_least
from mapokezi.receptionist.spoken_claims.sentence import plain_claim

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_MONEY = frozenset({"kes", ""})
"""Units of what is a price here; a percentage is none."""
_MOST_IN_INSTRUCTIONS = 20


def fact_of(rule: PriceRule) -> Fact:
    """Give the fact by which a price is told."""
    of = rule.of[:1].upper() + rule.of[1:]
    if rule.amount is None:
        told = f"What {rule.of} costs, our people tell you."
    elif not rule.amount.minor:
        told = f"{of} costs nothing."
    else:
        lowest = "from " if rule.say is PriceSaid.FROM else ""
        told = f"{of} costs {lowest}{say_money(rule.amount)}."
    return Fact(
        id=rule.id,
        title=f"What {rule.of} costs",
        answer=f"{told} {rule.note}".strip(),
        asked_as=rule.asked_as,
        source=rule.source,
    )


def not_allowed(told: str, rules: Iterable[PriceRule]) -> str:
    """Give the first amount in a text that no rule allows to be said so; empty if there is none.

    Args:
        told: sentences of the office's own.
        rules: what may be said.
    """
    known = [(rule, Price(rule.amount.minor // 100, "kes")) for rule in rules if rule.amount]
    for sentence in _SENTENCE_END.split(told):
        claim = plain_claim(sentence)
        lowest = says_at_least(claim)
        for price in prices_in(claim):
            if not price.value or price.unit not in _MONEY:
                continue
            allowed = [rule for rule, known_price in known if price.can_be(known_price)]
            if not any(rule.say is PriceSaid.EXACT or lowest for rule in allowed):
                return f"{price.value:,}"
    return ""


def on_request(office: Office) -> frozenset[str]:
    """Give the facts that name no amount."""
    return frozenset(one.id for one in office.prices or () if one.say is PriceSaid.ON_REQUEST)


def instructions_about_prices(office: Office) -> str:
    """Say what a voice model may say of prices; empty if the office has no rules of them."""
    if office.prices is None:
        return ""
    rule = (
        "Say no other price, and never reckon, round, compare or discount one: our people tell it;"
        " offer a message."
    )
    if len(office.prices) > _MOST_IN_INSTRUCTIONS:
        return f"Prices: look_up gives those that may be said, in its words. {rule}"
    lines = [f"- {one.of}: {_as_allowed(one)}" for one in office.prices]
    return "\n".join([f"Prices. {rule}", *lines])


def _as_allowed(rule: PriceRule) -> str:
    if rule.amount is None:
        return "no amount"
    amount = say_money(rule.amount)
    return f'always with "from": from {amount}' if rule.say is PriceSaid.FROM else amount
