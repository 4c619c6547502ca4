"""The forms of English verbs: which word is a participle, which a gerund, and of which verb.

A verb is named by its base form without a final ``e``, so that no dictionary is needed to bring
``noting`` and ``note`` together. Regular forms are known by their endings; what only looks like one
is listed.
"""

from __future__ import annotations

import re
from functools import lru_cache

from mapokezi.receptionist.words import listed

_IRREGULAR = """
be was been; become became become; begin began begun; bring brought brought; build built built; buy
bought bought; catch caught caught; choose chose chosen; come came come; cut cut cut; deal dealt
dealt; do did done; draw drew drawn; drive drove driven; fall fell fallen; feel felt felt; fight
fought fought; find found found; fit fit fit; forget forgot forgotten; forgive forgave forgiven;
freeze froze frozen; get got got; get got gotten; give gave given; go went gone; grow grew grown;
hang hung hung; have had had; hear heard heard; hold held held; keep kept kept; know knew known; lay
laid laid; lead led led; learn learnt learnt; leave left left; lend lent lent; let let let; lose
lost lost; make made made; mean meant meant; meet met met; overcome overcame overcome; pay paid
paid; put put put; read read read; redo redid redone; resend resent resent; rewrite rewrote
rewritten; ring rang rung; rise rose risen; run ran run; say said said; see saw seen; seek sought
sought; sell sold sold; send sent sent; set set set; shake shook shaken; shut shut shut; show showed
shown; sit sat sat; speak spoke spoken; spell spelt spelt; spend spent spent; stand stood stood;
swear swore sworn; take took taken; teach taught taught; tell told told; think thought thought;
throw threw thrown; understand understood understood; undertake undertook undertaken; win won won;
withdraw withdrew withdrawn; write wrote written
"""
_NOT_PARTICIPLES = frozenset(
    listed(
        """
    need indeed hundred speed feed red bed shed seed weed deed bleed breed proceed succeed exceed
    embed united limited hurried tired kindred sacred naked wicked rugged aged third led
    scared worried pleased delighted excited interested afraid concerned advanced mixed used
    """
    )
)
_NOT_GERUNDS = frozenset(
    listed(
        """
    morning evening thing something nothing anything everything during king ring bring spring
    string sing wing being ceiling sibling shilling building parking wedding
    """
    )
)
_LEAST_GERUND = 5
_VOWELS = frozenset("aeiou")


def _named(base: str) -> str:
    return base.removesuffix("e") if len(base) > 2 else base


def _forms() -> tuple[dict[str, str], dict[str, str]]:
    past, participles = {}, {}
    for line in re.split(r";\s*", _IRREGULAR.strip()):
        base, then, done = line.split()
        past[then] = _named(base)
        participles[done] = _named(base)
    return past, participles


_PAST, _PARTICIPLES = _forms()
_PAST_OF = {
    base: then for base, then, _ in (line.split() for line in re.split(r";\s*", _IRREGULAR.strip()))
}


def verbs(text: str) -> frozenset[str]:
    """Give the names of the verbs whose base forms are listed in a text."""
    return frozenset(_named(word) for word in text.split())


def is_participle(word: str) -> bool:
    """Say whether a word can be a past participle."""
    return word in _PARTICIPLES or _is_regular_past(word)


def is_past(word: str) -> bool:
    """Say whether a word can be a past tense."""
    return word in _PAST or _is_regular_past(word)


@lru_cache(maxsize=512)
def past_of(base: str) -> str:
    """Give the past tense of a verb's base form."""
    known = _PAST_OF.get(base)
    if known:
        return known
    return f"{base}d" if base.endswith("e") else f"{base}ed"


def is_only_past(word: str) -> bool:
    """Say whether a word is a past tense and cannot be a participle: *threw*, *went*."""
    return word in _PAST and word not in _PARTICIPLES


def _is_regular_past(word: str) -> bool:
    return word.endswith("ed") and len(word) > 3 and word not in _NOT_PARTICIPLES


def is_gerund(word: str) -> bool:
    """Say whether a word can be a verb's form in ``ing``."""
    return word.endswith("ing") and len(word) >= _LEAST_GERUND and word not in _NOT_GERUNDS


@lru_cache(maxsize=2048)
def verb_of(word: str) -> str:
    """Give the name of the verb that a word is a form of."""
    known = _PARTICIPLES.get(word) or _PAST.get(word)
    if known:
        return known
    if word.endswith("ied"):
        return f"{word[:-3]}y"
    if word.endswith("ed") and _is_regular_past(word):
        return _single(word[:-2])
    if is_gerund(word):
        return _single(word[:-3])
    return _named(word)


def _single(root: str) -> str:
    """Undo the doubling before an ending: ``stopp`` is stop, ``call`` stays."""
    is_double = len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsz"
    if is_double and root[-1] not in _VOWELS:
        return root[:-1]
    if root.endswith(("cell", "bell", "trav", "diall", "enroll", "fulfill", "signall")):
        return root.removesuffix("l")
    return root.removesuffix("e") if len(root) > 2 else root
