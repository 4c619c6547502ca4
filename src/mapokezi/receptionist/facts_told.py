"""Which facts a voice model's words rest on, of those that it was told beforehand."""

from __future__ import annotations

import re

from mapokezi.receptionist.office import Fact, Office
from mapokezi.receptionist.words import plain, stem

_SENTENCE = re.compile(r"[^.!?]*[.!?]+(?:[\"'”’)]+)?")
_LEAST_WORDS = 3
_SHARED = 0.5


class FactsTold:
    """Finds the facts in what is said, sentence by sentence as it comes."""

    def __init__(self, office: Office) -> None:
        """Take the facts that stand in the office's instructions, if any do."""
        told = office.facts if len(office.facts) <= office.facts_in_instructions else ()
        self._stems: list[tuple[Fact, frozenset[str]]] = [
            (fact, stems_of(fact.answer)) for fact in told
        ]
        self._item = self._text = ""

    def said(self, item_id: str, text: str) -> tuple[str, ...]:
        """Take further words of an item; give the facts that the sentences ended by it tell."""
        if not self._stems:
            return ()
        if item_id != self._item:
            self._item, self._text = item_id, ""
        self._text += text
        whole = [found[0] for found in _SENTENCE.finditer(self._text)]
        self._text = self._text[sum(map(len, whole)) :]
        facts = (self._fact_of(sentence) for sentence in whole)
        return tuple(dict.fromkeys(fact.id for fact in facts if fact is not None))

    def _fact_of(self, sentence: str) -> Fact | None:
        words = stems_of(sentence)
        if not self._stems or sentence.rstrip().endswith("?"):
            return None
        fact, stems = max(self._stems, key=lambda each: len(each[1] & words))
        return fact if rests_on(words, stems) else None


def rests_on(words: frozenset[str], source: frozenset[str]) -> bool:
    """Say whether a sentence has so many of a source's words that it tells it."""
    if len(words) < _LEAST_WORDS:
        return False
    return len(words & source) >= max(2, _SHARED * len(words))


def stems_of(text: str) -> frozenset[str]:
    """Give the stems of a text's words."""
    return frozenset(stem(word) for word in plain(text).split())
