"""Chains of auxiliaries (*has been*, *is going to*): the tense of a verb, and where it stands."""

from __future__ import annotations

from enum import StrEnum

from mapokezi.receptionist.spoken_claims.verbs import is_gerund, is_participle
from mapokezi.receptionist.words import listed


class Tense(StrEnum):
    """How it is said."""

    DONE = "done"
    """*has sent*, *sent*, *was sent*."""
    IS = "is"
    """*is sent*, *is ready*."""
    DOING = "doing"
    WILL = "will"
    CAN = "can"
    SAYS = "says"
    """*promises*."""
    HABIT = "habit"
    """*calls*."""


_PAST_BE = frozenset({"was", "were"})
ADVERBS = frozenset(
    listed(
        """
    now just already also still really all successfully officially definitely surely certainly
    personally kindly gladly probably actually then soon immediately hopefully always usually
    normally typically quickly simply finally duly both fully only even shortly automatically
    safely gone ahead right currently recently absolutely completely totally once
    """
    )
) - {"once", "gone", "right"}
_NO_VERB = frozenset(listed("the a an your our his her their my this that court work town you it"))
OWNERS = frozenset(listed("the your this that a an his her their our"))
OBJECTS = frozenset(listed("you it that this everything them him her these those"))
_PLACED = frozenset(listed("down in on"))
NOT = frozenset({"not", "never", "hardly", "neither", "nor"})


def chain_at(words: tuple[str, ...], at: int) -> tuple[list[str], bool, int]:
    """Give the auxiliaries from a word on, whether they are negated, and where the verb stands."""
    chain, negated, place = [words[at]], False, at + 1
    if chain[0] in {"going", "gonna"}:
        chain = ["will"]
        place += words[place : place + 1] == ("to",)
    if chain[0] == "been":
        chain = ["has", "been"]
    while place < len(words):
        word, after = words[place], words[place + 1 : place + 2]
        if word in NOT:
            negated = True
        elif word in {"be", "been", "being"} or (word == "have" and chain[-1] in {"will", "shall"}):
            chain.append(word)
        elif word in {"going", "about"} and after == ("to",) and is_verb_at(words, place + 2):
            chain, place = ["will"], place + 1
        elif word not in ADVERBS:
            break
        place += 1
    if (
        chain[-1] == "have"
        and len(chain) > 1
        and not is_participle("".join(words[place : place + 1]))
    ):
        chain.pop()  # "will have it deleted"
        place = max(at + 1, _place_of(words, "have", at))
    return chain, negated, place


def _place_of(words: tuple[str, ...], word: str, start: int) -> int:
    return next((n for n in range(start, len(words)) if words[n] == word), start)


def is_verb_at(words: tuple[str, ...], place: int) -> bool:
    """Say whether a verb can stand there, behind *to*."""
    return place < len(words) and words[place] not in _NO_VERB


def tense_of(chain: list[str]) -> Tense:
    if chain[0] in {"will", "shall"}:
        return Tense.WILL
    return Tense.DONE if chain[0] in {"have", "has", "was", "were"} else Tense.DOING


def reading_of(chain: list[str], main: str) -> tuple[Tense | None, bool]:
    """Say in which tense a verb stands behind auxiliaries, and whether it is passive."""
    first, has_be = chain[0], len(chain) > 1 and chain[-1] in {"be", "been", "being"}
    if first in {"will", "shall"}:
        if main in {"have", "get"}:
            return None, False
        return Tense.WILL, has_be and is_participle(main)
    if first in {"have", "has"}:
        if has_be:
            return (Tense.DONE, is_participle(main)) if main else (None, False)
        if main in {"got", "had", "gotten"} or not is_participle(main):
            return None, False
        return Tense.DONE, False
    if is_gerund(main):
        return (None, False) if first in _PAST_BE else (Tense.DOING, False)
    if is_participle(main):
        tense = Tense.DONE if first in _PAST_BE else Tense.IS
        return (Tense.DOING if "being" in chain else tense), True
    return (None, False) if first in _PAST_BE or "being" in chain else (Tense.IS, False)


def object_and_participle(words: tuple[str, ...], place: int, chain: list[str]) -> int | None:
    """Find what somebody has, or will have, done to something: *have this recording deleted*."""
    main = min(place, len(words) - 1)
    if place < len(words) and words[place] in {"have", "get", "got", "had", "gotten"}:
        place += 1
    will = chain[0] in {"will", "shall"}
    first = words[place] if place < len(words) else ""
    reach = 4 if first in OWNERS else 2 if first in OBJECTS else 1
    ends = range(place + 1, place + reach)
    place = min(place, len(words) - 1)
    for start in ends:
        end = start
        while end < len(words) and words[end] in ADVERBS:
            end += 1
        is_placed = words[place] in OBJECTS and words[end : end + 1] and words[end] in _PLACED
        is_placed = is_placed and words[end + 1 : end + 2] != ("front",)
        if is_placed or (end < len(words) and is_participle(words[end])):
            return end
    return main if will else None
