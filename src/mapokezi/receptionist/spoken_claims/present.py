"""Verbs in the present tense without an auxiliary: *he calls you at four*, *we accept that*.

Said of what is always so, they are the facts of an office, and there are many. So only those verbs
are read that may promise something, and only behind a subject that can do it.
"""

from __future__ import annotations

from mapokezi.receptionist.spoken_claims.assertions import PEOPLE
from mapokezi.receptionist.spoken_claims.auxiliaries import ADVERBS
from mapokezi.receptionist.words import listed

_OF_A_THING = frozenset({"it", "that", "this"})
_DEEDS = listed(
    """
    accept act agree approve arrange arrive authorise authorize book bring call collect come
    confirm cover deliver drop expect file fix get give go grant handle happen hold keep leave meet
    move owe pass pay phone pick reach refund remain represent reserve return ring see send settle
    sign sort stand start stay stop take visit wait want waive withdraw allow permit think believe
    reckon advise insist draft write file lodge submit process review prepare push finish complete
    win
    fight defend protect secure guarantee ensure register transfer stamp print ship post email text
    inform notify tell remind update answer reply respond check look find make do begin open close
    show reflect carry qualify count clear
    offer provide assign allocate schedule plan promise follow drive travel join appear deal work
    help
    """
)
_THEIR_OWN = frozenset(
    listed("go move stay stand remain stop come show reflect carry qualify count clear")
)
"""What a thing of the caller's can do: *your refund goes out today*."""


def _of_third_person(verb: str) -> str:
    if verb.endswith(("ss", "sh", "ch", "x", "o")):
        return f"{verb}es"
    return f"{verb[:-1]}ies" if verb.endswith("y") and verb[-2] not in "aeiou" else f"{verb}s"


ONE_DOES = {_of_third_person(verb): verb for verb in (*_DEEDS, "say")}
"""*calls* is *call*, of somebody."""
_ALONE = frozenset(listed("he she somebody someone"))
"""Behind these stands nothing but a verb, whatever it is."""
_NO_VERBS = frozenset(listed("is was has does as this his us always perhaps besides yes less"))
_OF_MANY = frozenset(_DEEDS)
_OF_HOURS = frozenset({"start", "stop", "arrive", "leave", "open", "close", "begin"})
"""What an office does by the clock."""
_ONE = frozenset(listed("he she who somebody someone"))
_MANY = frozenset(listed("i we you they"))
_THE_FIRM = frozenset({"office", "firm"})
_BARE = frozenset(
    listed(
        """
    to do does did can could will would shall should may might must let what how when where why
    help
    """
    )
)
"""Before a subject, or in its place: then it is a question, or no tense."""


def present_of(words: tuple[str, ...], at: int, names: frozenset[str]) -> str | None:
    """Give the base of the verb that a word is in the present tense; None if it is none.

    Args:
        words: of a clause.
        at: where the word stands.
        names: of the office's people.
    """
    place = at - 1
    while place >= 0 and words[place] in ADVERBS and words[place] not in {"all", "both"}:
        place -= 1
    if place < 0 or (place and words[place - 1] in _BARE):
        return None
    word, before = words[at], words[place]
    if words[at + 1 : at + 2] == ("not",):
        return None
    if word in _OF_MANY:
        is_of_hours = word in _OF_HOURS and before in {"i", "we"}
        return word if before in _MANY and not is_of_hours else None
    base = ONE_DOES.get(word)
    if base is None and before in _ALONE and word.endswith("s") and word not in _NO_VERBS:
        return word[:-1]
    if base is None:
        return None
    if before in _THE_FIRM:
        return None if base in _OF_HOURS else base
    if before in _ONE or before in names or before in PEOPLE:
        return base
    is_theirs = "your" in words[max(0, place - 2) : place] or before in _OF_A_THING
    is_theirs = is_theirs and base in _THEIR_OWN
    return base if is_theirs or base == "happen" else None
