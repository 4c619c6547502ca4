"""Which of the office's facts a caller asks for: the nearest of the examples, or honestly none.

Each fact's examples, its title and its answer's rare words are compared with what was heard, by
the words they share (weighted by how telling a word is, equal meanings made equal, misspellings
forgiven) and by their letters. No model, no training: an office's own examples decide.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from mapokezi.receptionist.concepts import concepts_of_stem
from mapokezi.receptionist.words import listed, plain, stem, words_of_weight

_STOP = frozenset(
    listed(
        """
    a an the of to in on at for from with and or is are am be been was were do does did can
    could would will shall should may might i you your yours my me we our us it its he she they
    this that there here what which who how when if any some have has had need want like please
    tell ask know give get let about just also so one not no yes by as into out up go going call
    calling called wanted wondering inquire enquire question information hello hi office okay
    find take make way help thing things him her his them their am asking
    """
    )
)
_JOINED = (
    ("how much", "price"),
    ("land rover", "car"),
    ("p o box", "pobox postal"),
    ("p.o. box", "pobox postal"),
    ("po box", "pobox postal"),
    ("e mail", "email"),
    ("pay bill", "paybill"),
    ("how do i get", "direction"),
    ("how to get", "direction"),
    ("get there", "direction there"),
    ("get to", "direction"),
)


@lru_cache(maxsize=1024)
def telling_words(said: str) -> tuple[str, ...]:
    """Give the stems of plain text that carry its meaning, each with its group of meaning."""
    for joined, put in _JOINED:
        said = said.replace(joined, put)
    words = [word for word in words_of_weight(said) if word not in _STOP]
    return tuple(stem(word) for word in words)


@dataclass(frozen=True, slots=True)
class Example:
    """One way of asking, prepared."""

    of: str
    words: tuple[str, ...]
    marks: frozenset[str]
    """The words and the concepts they stand for."""
    length: float
    """Of its letters, three at a time, as a vector."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """What an utterance is nearest to."""

    of: str
    """The fact's id, or empty if there are no examples."""
    score: float
    """0 to 1."""
    margin: float
    """By how much it is nearer than the next."""
    next_of: str = ""
    """What it is nearest to after that."""
    next_score: float = 0.0

    @property
    def is_sure(self) -> bool:
        """Whether to answer at once."""
        return self.score >= SURE_SCORE and self.margin >= SURE_MARGIN

    @property
    def is_certain(self) -> bool:
        """Whether it was asked for almost as the office has written it."""
        return self.score >= CERTAIN_SCORE and self.margin >= SURE_MARGIN

    @property
    def is_likely(self) -> bool:
        """Whether the caller probably asked for it."""
        return self.score >= LIKELY_SCORE

    @property
    def is_one_of_two(self) -> bool:
        """Whether the caller probably asked for one of two that cannot be told apart."""
        return self.score >= LIKELY_SCORE <= self.next_score and self.margin < SURE_MARGIN


CERTAIN_SCORE = 0.9
SURE_SCORE = 0.52
"""Below it, development utterances were as often something else."""
SURE_MARGIN = 0.05
LIKELY_SCORE = 0.46
_SAME_MEANING = 0.75
"""What another word of the same concept counts."""


def _letters_of(said: str) -> Counter[str]:
    padded = f" {said} "
    return Counter(padded[at : at + 3] for at in range(len(padded) - 2))


def _length(letters: Counter[str]) -> float:
    return math.sqrt(sum(count * count for count in letters.values())) or 1.0


def nearest_of(scores: dict[str, float]) -> Nearest:
    """Rank scores."""
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    if not ranked:
        return Nearest("", 0.0, 0.0)
    (of, score), (next_of, next_score) = ranked[0], (ranked[1] if len(ranked) > 1 else ("", 0.0))
    return Nearest(of, score, score - next_score, next_of, next_score)


def _marks_of(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(words).union(*map(concepts_of_stem, words))


class Examples:
    """Examples of utterances with what each stands for."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        """Prepare examples from pairs of what they stand for and their text."""
        self._examples: list[Example] = []
        self._by_letters: dict[str, list[tuple[int, int]]] = {}
        for of, text in pairs:
            said = plain(text)
            letters = _letters_of(said)
            words = telling_words(said)
            for part, count in letters.items():
                self._by_letters.setdefault(part, []).append((len(self._examples), count))
            self._examples.append(Example(of, words, _marks_of(words), _length(letters)))
        by_owner: dict[str, set[str]] = {}
        for example in self._examples:
            for word in example.words:
                by_owner.setdefault(word, set()).add(example.of)
        owners = len({example.of for example in self._examples}) or 1
        self._weights = {
            word: 0.35 + math.log((1 + owners) / len(seen)) for word, seen in by_owner.items()
        }
        self._unknown_weight = 0.6 + math.log(1 + owners) * 0.45
        self._known = tuple(self._weights)

    def nearest(self, said: str) -> Nearest:
        """Find what plain text ``said`` is nearest to."""
        return nearest_of(self.scores(said))

    def scores(self, said: str) -> dict[str, float]:
        """Give how near plain text is to everything that has examples, 0 to 1."""
        words = tuple(self._nearest_known(word) for word in telling_words(said))
        marks = _marks_of(words)
        letters = _letters_of(said)
        length = _length(letters)
        best: dict[str, float] = {}
        for example, shared in zip(self._examples, self._shared_letters(letters), strict=True):
            score = 0.28 * shared / (length * example.length)
            if not marks.isdisjoint(example.marks):
                score += 0.72 * self._overlap(words, example.words)
            best[example.of] = max(best.get(example.of, 0.0), score)
        return best

    def _shared_letters(self, letters: Counter[str]) -> list[int]:
        """Give for each example how much of the letters it shares."""
        shared = [0] * len(self._examples)
        for part, count in letters.items():
            for place, its_count in self._by_letters.get(part, ()):
                shared[place] += count * its_count
        return shared

    def _nearest_known(self, word: str) -> str:
        """Right a misheard word to one that the examples use, if it is near enough."""
        if word in self._weights or len(word) < 5:
            return word
        best, best_score = word, 83.0
        for known in self._known:
            if abs(len(known) - len(word)) <= 2 and known[0] == word[0]:
                score = fuzz.ratio(word, known)
                if score > best_score:
                    best, best_score = known, score
        return best

    def _weight(self, word: str) -> float:
        return self._weights.get(word, self._unknown_weight)

    def _overlap(self, heard: tuple[str, ...], example: tuple[str, ...]) -> float:
        """Give the weighted share of words in common, 0 to 1 (their harmonic mean both ways)."""
        if not heard or not example:
            return 0.0
        covered = sum(self._weight(word) * _best_meaning(word, example) for word in heard)
        matched = sum(self._weight(word) * _best_meaning(word, heard) for word in example)
        recall = covered / sum(self._weight(word) for word in heard)
        precision = matched / sum(self._weight(word) for word in example)
        if not recall or not precision:
            return 0.0
        return 2 * recall * precision / (recall + precision)


def _best_meaning(word: str, among: tuple[str, ...]) -> float:
    if word in among:
        return 1.0
    meant = concepts_of_stem(word)
    if meant and any(meant & concepts_of_stem(other) for other in among):
        return _SAME_MEANING
    return 0.0
