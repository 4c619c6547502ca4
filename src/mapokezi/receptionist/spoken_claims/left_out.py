"""Clauses that leave out who, or the auxiliary: *Sent it*, *All booked*, *Case accepted*."""

from __future__ import annotations

from mapokezi.receptionist.spoken_claims.assertions import FINITE, PRONOUNS, Assertion, Subject
from mapokezi.receptionist.spoken_claims.auxiliaries import ADVERBS, OBJECTS, OWNERS, Tense
from mapokezi.receptionist.spoken_claims.verbs import is_gerund, is_participle, verb_of, verbs
from mapokezi.receptionist.words import listed

_BASES = frozenset(
    listed("let put read set cut come become run shut given got said heard provided")
)
"""What is as often no participle, or begins something else."""
_AFTER_DEED = frozenset(
    listed(
        """
        for on at you it and to in with by already now your the that this all from as under within
        until into over off
        """
    )
) | {""}
_SPOKEN_LEAD = frozenset(
    listed(
        """
    okay yes no alright right sure certainly great perfect good fine please well so thanks thank
    course of hold on moment then sawa haya and but asante
    """
    )
)
_WILL = frozenset(
    listed("do call ring send let get make book tell put pass see email text confirm arrange fix")
)
_OF_ONE_MORE = frozenset(listed("him her them us everyone everybody"))
_PRESENT = frozenset(listed("costs cost takes take lasts needs means goes starts begins can may"))
_NO_NOUN = frozenset(
    listed(
        """
    the a an your our his her their my this that as if when once until unless not never no to by
    from of and or but just only already also being been be get gets got has have had all both
    nothing nobody any for in on at with well so too very un than
    """
    )
)
_MOST_OF_HEADLINE = 8
_HEADLINES = verbs(
    "accept approve grant file lodge pay process refund waive cancel clear settle deliver sign"
    " stamp withdraw release sort fix arrange secure book confirm schedule reserve reschedule"
    " postpone send email dispatch post"
)
"""What is told without an auxiliary as in a headline: *case accepted*."""


_COME_ABOUT = frozenset(listed("done made received completed confirmed"))
_DEEDS = frozenset(
    listed(
        """
    payment payments money cheque deposit booking reservation cancellation transfer refund filing
    registration search update change approval booking application documents papers delivery
    """
    )
)
"""Nouns that are deeds: *cancellation done*."""


def with_subject(words: tuple[str, ...], people: frozenset[str]) -> tuple[str, ...]:
    """Put back the *I* that is left out: *Will do*, *Just sent it*, *Managed to get it*."""
    at = _first_word(words)
    if at >= len(words):
        return words
    word, after = words[at], words[at + 1] if at + 1 < len(words) else ""
    if word in {"will", "shall"}:
        is_left_out = after in _WILL
    elif word == "have":
        rest = [one for one in words[at + 1 : at + 4] if one not in ADVERBS]
        is_left_out = bool(rest) and is_participle(rest[0]) and after not in PRONOUNS
    elif is_participle(word) and (word not in _BASES or word == "got"):
        takes_object = after in OBJECTS | OWNERS | _OF_ONE_MORE or after in people
        is_left_out = takes_object or (word == "managed" and after == "to")
    else:
        return words
    return (*words[:at], "i", *words[at:]) if is_left_out else words


def without_subject(
    words: tuple[str, ...], people: frozenset[str], names: frozenset[str]
) -> Assertion | None:
    """Read a clause that leaves its subject out: *Transferring you now*, *All booked*."""
    at = _first_word(words)
    if at >= len(words):
        return None
    word, after = words[at], words[at + 1] if at + 1 < len(words) else ""
    rest, is_main = " ".join(words[at + 1 :]), not (FINITE & set(words[at + 1 :]))
    if is_gerund(word):
        has_object = after in OBJECTS or after in OWNERS or after in people
        if not has_object or not is_main or _PRESENT & set(words[at + 1 :]):
            return None  # "seeing her costs ..."
        return Assertion(Subject.WE, (), Tense.DOING, verb_of(word), rest, "")
    is_deed = is_participle(word) and word not in _BASES and word not in names
    if is_deed and after in _AFTER_DEED and is_main:
        return Assertion(Subject.IT, (), Tense.IS, verb_of(word), rest, "", is_passive=True)
    return _headline(words[at:])


def _headline(words: tuple[str, ...]) -> Assertion | None:
    """Read a noun with a participle: *case accepted*, *payment received this morning*."""
    if FINITE & set(words) or _PRESENT & set(words):
        return None
    for at in range(1, min(len(words), _MOST_OF_HEADLINE)):
        if words[at - 1] in PRONOUNS:
            return None
        is_deed = is_participle(words[at]) and verb_of(words[at]) in _HEADLINES
        is_deed = is_deed or (words[at] in _COME_ABOUT and words[at - 1] in _DEEDS)
        after = words[at + 1] if at + 1 < len(words) else ""
        if is_deed and after in _AFTER_DEED and words[at - 1] not in _NO_NOUN:
            who, rest = words[:at], " ".join(words[at + 1 :])
            return Assertion(
                Subject.THING, who, Tense.DONE, verb_of(words[at]), rest, "", is_passive=True
            )
    return None


def _first_word(words: tuple[str, ...]) -> int:
    at = 0
    while at < len(words) - 1 and (words[at] in _SPOKEN_LEAD or words[at] in ADVERBS):
        at += 1
    return at
