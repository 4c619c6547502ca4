"""A caller's name, from what a recogniser makes of it, or from its letters.

Evidence adds up: each time the caller says or spells the name, every reading is weighed against
all that was heard, and what the caller has denied is not offered again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from mapokezi.receptionist.misheard import misheard
from mapokezi.receptionist.names import (
    common_names,
    first_names,
    known_by_spelling,
    sounds_of_names,
)
from mapokezi.receptionist.sounds import hearing_cost, sound_of
from mapokezi.receptionist.spelling import letters_cost, rhyme_classes
from mapokezi.receptionist.words import listed

SURE_COST = 0.3
"""A heard form this near to a name is the name in nine of ten cases."""
FAR_COST = 1.1
"""Beyond this, what was heard is kept as it is written: it may be a name we do not know."""
_RARE = 0.16
_WORD_BREAK = 0.05
_MISHEARD = 0.25
_MISHEARD_BY_SEVERAL = 0.35
"""Above what is sure, so that the name is spelled when it is read back."""
_AS_WRITTEN = 1.0
_NEVER_A_NAME = 2.5
_NO_NAMES = frozenset(
    listed(
        """
    a an the and or of in on at to is it i you my for with not new no
    """
    )
)
_MAX_WORDS_IN_NAME = 3
_WHOLE_SPELLED = 0.2
_FAR_SPELLED = 0.5
_BOTH_SPELLED = 0.3
_TWO_NAMES = 8
"""Fewer letters than this are hardly a first and a family name."""
_FEW = 8
_SHORTLIST = 50


@dataclass(frozen=True, slots=True)
class NameGuess:
    """The best reading of a caller's name."""

    name: str
    """Empty if nothing could be made of it."""
    is_sure: bool
    """Whether it is in the gazetteer and was heard plainly; else it is read back spelled."""
    unsure_part: str = ""
    """The part of the name that is in doubt: ``last name``, ``first name`` or ``name``."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a caller has told of their name so far."""

    heard: tuple[str, ...] = ()
    """What was written each time the name was said; plain words."""
    spelled: tuple[str, ...] = ()
    """Letters, each time the name was spelled."""
    denied: tuple[str, ...] = ()
    """Whole names that the caller has denied."""


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    cost: float
    sure: bool


@lru_cache(maxsize=1024)
def _candidates(heard: str) -> tuple[tuple[float, str], ...]:
    """Give the gazetteer's names nearest to one word or more, with costs, the best first."""
    sound = sound_of(heard)
    if not sound or heard in _NO_NAMES:
        return ()
    known = known_by_spelling().get(heard.replace(" ", ""))
    sounds = sounds_of_names()
    near = process.extract(sound, sounds, scorer=fuzz.ratio, limit=_SHORTLIST)
    common = common_names()
    scored = [
        (hearing_cost(sounds[name], sound) + (0.0 if name in common else _RARE), name)
        for _, _, name in near
    ]
    written_for = misheard().get(heard, ())
    cost = _MISHEARD if len(written_for) == 1 else _MISHEARD_BY_SEVERAL
    scored += [(cost, name) for name in written_for]
    if known:
        scored.append((0.0, known))
    return tuple(sorted(scored)[:8])


@lru_cache(maxsize=512)
def _readings(words: tuple[str, ...]) -> tuple[tuple[float, tuple[_Part, ...]], ...]:
    """Give readings of the words as a sequence of names, cheapest first.

    A name may have been written as up to three words: ``a cheating oatmeal``.
    """
    if not words:
        return ((0.0, ()),)
    found: list[tuple[float, tuple[_Part, ...]]] = []
    for count in range(1, min(_MAX_WORDS_IN_NAME, len(words)) + 1):
        heard = " ".join(words[:count])
        for part in _parts(heard, count):
            weight = len(sound_of(heard)) or 1
            for rest_cost, rest in _readings(words[count:])[:4]:
                found.append((part.cost * weight + rest_cost, (part, *rest)))
    found.sort(key=lambda reading: reading[0])
    return tuple(found[:12])


def _holds_common_name(heard: str) -> bool:
    """Say whether a common name stands in several words: it is not heard as a part of another."""
    return any(known_by_spelling().get(word) in common_names() for word in heard.split())


def _parts(heard: str, count: int) -> list[_Part]:
    known = known_by_spelling().get(heard)
    if known in common_names():
        return [_Part(known, 0.0, sure=True)]
    if count > 1 and heard not in misheard() and _holds_common_name(heard):
        return []
    broken = _WORD_BREAK * (count - 1)
    parts = [
        _Part(name, cost + broken, cost <= SURE_COST)
        for cost, name in _candidates(heard)[:5]
        if cost <= FAR_COST
    ]
    if count == 1 and heard.isalpha():
        cost = _NEVER_A_NAME if heard in _NO_NAMES else _AS_WRITTEN
        parts.append(_Part(heard.capitalize(), cost, sure=False))
    return parts


def guess_name(evidence: Evidence) -> NameGuess:
    """Make the best name of all that was heard, or an empty one."""
    denied = {name.lower() for name in evidence.denied}
    if denied and not evidence.spelled and len(evidence.heard) > 1:
        corrected = guess_name(Evidence(evidence.heard[-1:]))
        if corrected.name and corrected.name.lower() not in denied:
            return corrected
    best: dict[tuple[str, ...], tuple[float, tuple[_Part, ...]]] = {}
    for heard in evidence.heard[-3:]:
        for cost, parts in _readings(tuple(heard.split()[:5])):
            names = tuple(part.name for part in parts)
            if parts and (names not in best or cost < best[names][0]):
                best[names] = (cost / len(heard.replace(" ", "")), parts)
    if evidence.spelled:
        return _spelled_name(evidence, [parts for _, parts in best.values()], denied)
    for _, parts in sorted(best.values(), key=lambda reading: reading[0]):
        name = " ".join(part.name for part in parts)
        if name.lower() not in denied:
            return _as_guess(parts)
    return NameGuess("", is_sure=False)


def _as_guess(parts: tuple[_Part, ...]) -> NameGuess:
    name = " ".join(part.name for part in parts)
    unsure = [place for place, part in enumerate(parts) if not part.sure]
    if not unsure:
        return NameGuess(name, is_sure=True)
    if len(parts) == 1 or len(unsure) == len(parts):
        return NameGuess(name, is_sure=False, unsure_part="name")
    doubt = "first name" if unsure[0] == 0 else "last name"
    return NameGuess(name, is_sure=False, unsure_part=doubt)


def _spelled_name(
    evidence: Evidence, heard: Iterable[tuple[_Part, ...]], denied: set[str]
) -> NameGuess:
    """Weigh the letters, and with them what was heard before, over all known names."""
    heard = list(heard)
    first, letters = _first_name_off(evidence)
    if first:
        rest = _spelled_name(Evidence(spelled=(letters,)), [], set())
        return NameGuess(f"{first} {rest.name}".strip(), rest.is_sure, rest.unsure_part)
    for parts in heard:
        name = " ".join(part.name for part in parts)
        if letters_cost(name.replace(" ", "").lower(), letters) < _WHOLE_SPELLED:
            return NameGuess(name, is_sure=True)
    words = [part for text in evidence.heard for part in _spans(text.split())]
    scored: list[tuple[float, str]] = []
    for name in _shortlist_by_letters(evidence.spelled[-2:]):
        spelled = min(letters_cost(name.lower(), each) for each in evidence.spelled[-2:])
        if spelled > _FAR_SPELLED:
            continue
        sound = sounds_of_names()[name]
        spoken = min((hearing_cost(sound, sound_of(word)) for word in words), default=0.5)
        scored.append((spelled + 0.25 * min(spoken, 1.2), name))
    scored.sort()
    if len(letters) >= _TWO_NAMES and (not scored or scored[0][0] > SURE_COST):
        both = _two_names(letters)
        if both and both.lower() not in denied:
            return NameGuess(both, is_sure=False, unsure_part="name")
    whole = [(cost, _into_whole(name, heard, letters)) for cost, name in scored[:6]]
    for cost, name in whole:
        literal = min(letters_cost(part.lower(), letters) for part in name.split())
        if literal == 0.0 or name.lower() not in denied:
            return NameGuess(name, is_sure=cost < 0.2 or literal == 0.0, unsure_part="name")
    literal_name = _into_whole(letters.capitalize(), heard, letters)
    if len(letters) < 2:
        return NameGuess("", is_sure=False, unsure_part="name")
    return NameGuess(literal_name, is_sure=False, unsure_part="name")


@cache
def _letter_classes() -> dict[str, str]:
    return {name: rhyme_classes(name.lower()) for name in sounds_of_names()}


def _shortlist_by_letters(spelled: tuple[str, ...]) -> set[str]:
    """Give the names whose letters, rhymes made equal, are nearest to those spelled."""
    return {
        name
        for letters in spelled
        for _, _, name in process.extract(
            rhyme_classes(letters), _letter_classes(), scorer=fuzz.ratio, limit=_SHORTLIST
        )
    }


def _first_name_off(evidence: Evidence) -> tuple[str, str]:
    """Take a first name that was plainly heard off the letters of the whole name.

    Gives the first name, or an empty string, and the letters that are left.
    """
    letters = evidence.spelled[-1]
    for heard in evidence.heard:
        word = heard.split()[0] if heard else ""
        name = known_by_spelling().get(word, "")
        if not name or len(letters) < len(word) + 3:
            continue
        cuts = range(len(word) - 1, len(word) + 2)
        cost, cut = min((letters_cost(word, letters[:at]), at) for at in cuts)
        if cost < _WHOLE_SPELLED * 2:
            return name, letters[cut:]
    return "", letters


@lru_cache(maxsize=64)
def _two_names(letters: str) -> str:
    """Cut letters into a first and a family name that are both known, or give nothing."""
    best, found = _BOTH_SPELLED, ""
    for cut in range(3, len(letters) - 2):
        first_cost, first = _nearest_spelled(letters[:cut])
        last_cost, last = _nearest_spelled(letters[cut:])
        cost = (first_cost * cut + last_cost * (len(letters) - cut)) / len(letters)
        if cost < best:
            best, found = cost, f"{first} {last}"
    return found


def _nearest_spelled(letters: str) -> tuple[float, str]:
    near = process.extract(rhyme_classes(letters), _letter_classes(), scorer=fuzz.ratio, limit=_FEW)
    return min((letters_cost(name.lower(), letters), name) for _, _, name in near)


def _into_whole(spelled: str, heard: Iterable[tuple[_Part, ...]], letters: str) -> str:
    """Put a spelled part into the name that was heard, if it belongs there."""
    best: tuple[float, str] = (9.0, spelled)
    first = first_names()
    for parts in heard:
        if len(parts) != 2:
            begins = parts[0].name if parts and parts[0].sure else ""
            far = letters_cost(begins.lower(), letters) > _FAR_SPELLED if begins else False
            if far and begins in first and begins != spelled:
                return f"{begins} {spelled}"
            continue
        for place, part in enumerate(parts):
            other = parts[1 - place]
            if not other.sure or (place == 1 and spelled in first):
                continue
            cost = hearing_cost(sound_of(spelled), sound_of(part.name))
            if cost < min(best[0], 1.6) and other.name != spelled:
                whole = (spelled, other.name) if place == 0 else (other.name, spelled)
                best = (cost, " ".join(whole))
    return best[1]


def _spans(words: list[str]) -> Iterable[str]:
    for first in range(len(words)):
        for last in range(first + 1, min(first + _MAX_WORDS_IN_NAME, len(words)) + 1):
            yield " ".join(words[first:last])
