"""Whether a price that is claimed rests on anything."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mapokezi.receptionist.spoken_claims.grounds import FactInFull, Grounds, sentences_of_answer
from mapokezi.receptionist.spoken_claims.numbers import amounts_in
from mapokezi.receptionist.spoken_claims.prices import Price, prices_in, says_at_least
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
_THEIR_STORY = re.compile(r"\b(?:your \w+|he|she|they) (?:has|have|had|is|was|were|\w+ed|left)\b")
_ONLY_ASKED = re.compile(r"\b(?:whether|asking (?:for|that|them|him|her|us|if))\b")
"""That something is waived is not said then."""
_CLEARLY_LESS = 0.5
_BARE = 1000
"""A caller's number that is as large is an amount, if it is given back as one."""
_MOST_OF_ONE = 30
"""Pieces of which somebody may reckon the price together."""
_NO_PRICE = "I have no such price to give you. Our people can tell you."
_PRICE_STEMS = frozenset(
    stem(word)
    for word in listed(
        """
    cost costs costing charge charges charged fee fees price prices priced pay pays paying payable
    house let correct deposit rate rates discount quote amount total shilling shillings
    bob kes percent thousand
    hundred dollars free only much per one two three four five six seven eight nine ten eleven
    twelve fifteen twenty thirty forty fifty
    """
    )
)


_LESS = frozenset(stem(word) for word in listed("half less lower cheaper free expensive"))
"""What is asked of a price, and not of a thing."""


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
        if not price.value and _ONLY_ASKED.search(said.plain):
            continue
        if _is_callers(price, said, subject, grounds):
            continue
        wrong = _judged(price, said, subject, grounds)
        if wrong is not None:
            return wrong
    return None


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a price is said of."""

    topic: Mapping[str, float]
    """How much of it stands in each fact."""
    is_named: bool
    """Whether it is told in any words, be they in no fact."""
    stems: frozenset[str] = frozenset()


def _subject(said: Said, before: str, grounds: Grounds) -> _Subject:
    """Find what a price is said of: by the sentence, else by what led to it."""
    is_named = False
    for text in (said.plain, f"{before} {said.plain}", grounds.last_words):
        stems = content_of(text) - _PRICE_STEMS
        topic = grounds.truth.topic(stems)
        if topic:
            return _Subject(topic, is_named=True, stems=stems)
        is_named = is_named or not all(stem.isdecimal() for stem in stems)
    return _Subject({}, is_named)


def _is_callers(price: Price, said: Said, subject: _Subject, grounds: Grounds) -> bool:
    """Say whether the caller has named the amount, and it is given back as theirs."""
    if not price.value and _THEIR_STORY.search(said.plain):
        declared = " ".join(grounds.declared)
        return any(not one.value for one in prices_in(declared))
    words = grounds.all_words
    theirs = any(price.can_be(one) for one in prices_in(words, asked=True)) or (
        price.value >= _BARE and any(one.value == price.value for one in amounts_in(words))
    )
    if not theirs or (price.value == 0 and not said.is_read_back):
        return False
    priced = any(each.prices and each.fact.id in subject.topic for each in grounds.truth.facts)
    says_it_is_ours = _OFFICE_SAYS.search(said.plain) is not None
    return (
        said.is_read_back and not says_it_is_ours
        if priced
        else (said.is_read_back or not says_it_is_ours)
    )


def _judged(price: Price, said: Said, subject: _Subject, grounds: Grounds) -> str | None:
    topic = subject.topic
    best = max(topic, key=topic.__getitem__, default="")
    counts = _counts(said, grounds)
    fitting = [
        each
        for each in grounds.truth.facts
        if _can_be_of(price, each, counts) and _is_said_as_allowed(said, each, grounds)
    ]
    if not price.value and subject.stems:
        fitting = [each for each in fitting if each.priced & subject.stems]
    elif not price.value:  # "you need not pay any deposit" is no word about parking
        fitting = [each for each in fitting if each.fact.id in grounds.looked_up]
    if _is_of_what_was_looked_up(said, fitting, grounds):
        return None
    if fitting:
        near = max(topic.get(each.fact.id, 0.0) for each in fitting)
        if (best and near > _CLEARLY_LESS * topic[best]) or not subject.is_named:
            return None
    about = grounds.truth.fact(best)
    if about is not None and about.prices:
        return _sentences_with_prices(about)
    looked = [grounds.truth.fact(of) for of in reversed(grounds.looked_up[-2:])]
    if not topic and looked and looked[0] is not None and looked[0].prices:
        return _sentences_with_prices(looked[0])
    return _NO_PRICE


def _is_of_what_was_looked_up(said: Said, fitting: Sequence[FactInFull], grounds: Grounds) -> bool:
    """Say whether a price is told of nothing else than the fact just looked up, nor asked of it."""
    dear = " ".join(piece for piece in said.pieces if prices_in(piece, asked=True))
    if grounds.truth.topic(content_of(dear) - _PRICE_STEMS):
        return False
    asked = content_of(grounds.last_words) - _PRICE_STEMS - _LESS
    looked_up = grounds.looked_up[-2:]
    return any(each.fact.id in looked_up and asked <= each.stems for each in fitting)


def _can_be_of(price: Price, fact: FactInFull, counts: frozenset[int]) -> bool:
    """Say whether a fact has a price, for one or for several."""
    for one in fact.prices:
        several = (replace(one, value=one.value * count) for count in counts)
        if price.can_be(one) or any(one.value and price.can_be(each) for each in several):
            return True
    return False


def _is_said_as_allowed(said: Said, fact: FactInFull, grounds: Grounds) -> bool:
    """Say whether a price that may be told as the lowest alone is told so."""
    return fact.fact.id not in grounds.truth.only_from or says_at_least(said.plain)


def _counts(said: Said, grounds: Grounds) -> frozenset[int]:
    """Give how many of something there may be, by the sentence and the caller."""
    found = (*amounts_in(said.plain), *amounts_in(grounds.last_words))
    return frozenset(each.value for each in found if 2 <= each.value <= _MOST_OF_ONE)


def _sentences_with_prices(fact: FactInFull) -> str:
    sentences = sentences_of_answer(fact.fact)
    kept = [one for one in sentences if prices_in(plain_claim(one), asked=True)]
    return " ".join(kept) or fact.fact.answer
