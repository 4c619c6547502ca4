"""Whether a price that is claimed rests on anything."""

from __future__ import annotations

import re

from mapokezi.receptionist.spoken_claims.grounds import FactInFull, Grounds
from mapokezi.receptionist.spoken_claims.prices import Price, prices_in
from mapokezi.receptionist.spoken_claims.sentence import Said, content_of, plain_claim
from mapokezi.receptionist.words import listed, stem

_ASKS_PRICE = re.compile(
    r"\b(?:how much|costs?|charges?|fees?|prices?|pay|rates?|deposit|discount|shillings?|bob)\b"
)
_OFFICE_SAYS = re.compile(
    r"\b(?:our|we|the) (?:\w+ ){0,3}(?:fees?|charges?|prices?|rates?|consultations?)\b"
    r"|\bwe (?:only |just |usually )?(?:charge|ask for|take)\b|\b(?:it|that|this) (?:will |would )?"
    r"(?:only |just )?(?:costs?|be|is)\b|\byou (?:will |would |only |can |just )*(?:have to"
    r" |need to )?pay\b"
    r"|\b(?:i|we) (?:can|could|will|would) (?:\w+ )?(?:give|offer|do|let|make)\b"
)
_CLEARLY_LESS = 0.5
_NO_PRICE = "I have no such price to give you. Our people can tell you."
_PRICE_STEMS = frozenset(
    stem(word)
    for word in listed(
        """
    cost costs costing charge charges charged fee fees price prices priced pay pays paying payable
    deposit rate rates discount quote amount total shilling shillings bob kes percent thousand
    hundred dollars free only much per one two three four five six seven eight nine ten eleven
    twelve fifteen twenty thirty forty fifty
    """
    )
)


def false_price(said: Said, before: str, grounds: Grounds) -> str | None:
    """Give what is so, if a sentence claims a price that rests on nothing.

    Args:
        said: the sentence.
        before: what the same item said just before it, plain.
        grounds: what is known.
    """
    asked = _ASKS_PRICE.search(grounds.last_words) is not None
    claimed = prices_in(said.plain, asked=asked)
    if not claimed or said.is_question:
        return None
    subject = _subject(said, before, grounds)
    for price in claimed:
        if _is_callers(price, said, subject, grounds):
            continue
        wrong = _judged(price, subject, grounds)
        if wrong is not None:
            return wrong
    return None


def _subject(said: Said, before: str, grounds: Grounds) -> dict[str, float]:
    """Find the facts that a price is said of: by the sentence, else by what led to it."""
    for text in (said.plain, f"{before} {said.plain}", grounds.last_words):
        topic = grounds.truth.topic(content_of(text) - _PRICE_STEMS)
        if topic:
            return topic
    return {}


def _is_callers(price: Price, said: Said, subject: dict[str, float], grounds: Grounds) -> bool:
    """Say whether the caller has named the amount, and it is given back as theirs."""
    theirs = any(price.can_be(one) for one in prices_in(grounds.all_words, asked=True))
    if not theirs or (price.value == 0 and not said.is_read_back):
        return False
    priced = any(each.prices and each.fact.id in subject for each in grounds.truth.facts)
    says_it_is_ours = _OFFICE_SAYS.search(said.plain) is not None
    return (
        said.is_read_back and not says_it_is_ours
        if priced
        else (said.is_read_back or not says_it_is_ours)
    )


def _judged(price: Price, subject: dict[str, float], grounds: Grounds) -> str | None:
    facts = grounds.truth.facts
    fitting = [each for each in facts if any(price.can_be(p) for p in each.prices)]
    best = max(subject, key=subject.__getitem__, default="")
    if fitting:
        near = max((subject.get(each.fact.id, 0.0) for each in fitting), default=0.0)
        if not best or near > _CLEARLY_LESS * subject[best]:
            return None
    about = grounds.truth.fact(best)
    if about is not None and about.prices:
        return _sentences_with_prices(about)
    looked = [grounds.truth.fact(of) for of in reversed(grounds.looked_up[-2:])]
    if not subject and looked and looked[0] is not None and looked[0].prices:
        return _sentences_with_prices(looked[0])
    return _NO_PRICE


def _sentences_with_prices(fact: FactInFull) -> str:
    sentences = re.split(r"(?<=[.!?]) +(?=[A-Z])", fact.fact.answer.strip())
    kept = [one for one in sentences if prices_in(plain_claim(one), asked=True)]
    return " ".join(kept) or fact.fact.answer
