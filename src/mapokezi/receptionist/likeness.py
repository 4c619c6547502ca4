"""How alike two things that callers say are: by their words, and by what they mean.

By words: the stems, the pairs of neighbours and the runs of letters that both have, each weighing
the more the fewer utterances have it, so that a word misheard in part still counts. By meaning:
the angle between the rows that the speech process has found. Each alone is mistaken where the
other is not (rare words of the trade; a thing put in quite other words), so the two are mixed.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Sequence
from copy import copy
from functools import lru_cache
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from mapokezi.receptionist.meanings import Meaning, Meanings
from mapokezi.receptionist.swahili import in_english
from mapokezi.receptionist.words import plain, stem

Floats = NDArray[np.float32]
Places = NDArray[np.int64]

_WORD = 1.0
_PAIR = 0.6
_RUN = 0.25
_RUN_LETTERS = 4
"""What a word, a pair of neighbours and a run of letters count."""
_BY_WORDS = 0.35
"""The share of the words in the mixture."""
_STEEPNESS = 3.0
"""How fast a likeness by meaning falls with the angle."""


@lru_cache(maxsize=64)
def _parts_of(said: str) -> tuple[tuple[str, float], ...]:
    """Give what plain text consists of, each part with what it counts."""
    stems = [stem(word) for word in said.split()]
    padded = f" {said} "
    runs = ("~" + padded[at : at + _RUN_LETTERS] for at in range(len(padded) - _RUN_LETTERS + 1))
    counts = {
        _WORD: Counter(stems),
        _PAIR: Counter(" ".join(pair) for pair in pairwise(stems)),
        _RUN: Counter(runs),
    }
    return tuple(
        (part, weight * count) for weight, found in counts.items() for part, count in found.items()
    )


def _compared(text: str) -> str:
    """Give a text as it is compared: plain, and in English what is Swahili."""
    return plain(in_english(text))


class WordIndex:
    """Texts prepared for finding how alike others are to each of them by words.

    Every part of a text has a run of entries, one for each text that it is in, in three arrays for
    all parts together: two arrays a part would take four times the room, for 20,000 parts.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        """Prepare the texts."""
        self._count = len(texts)
        each = [_parts_of(_compared(text)) for text in texts]
        seen = Counter(part for parts in each for part, _ in parts)
        self._place = {part: place for place, part in enumerate(seen)}
        self._weights = array(
            "d", (math.log((1 + self._count) / (1 + count)) + 0.3 for count in seen.values())
        )
        self._unknown = math.log(1 + self._count)
        self._begins = array("i", accumulate(seen.values(), initial=0))
        self._rows, self._counts = self._entries(each)

    def _entries(self, each: Sequence[tuple[tuple[str, float], ...]]) -> tuple[Places, Floats]:
        free = self._begins[:-1]
        rows = array("q", bytes(8 * self._begins[-1]))
        counts = array("f", bytes(4 * self._begins[-1]))
        for row, parts in enumerate(each):
            length = self._length(parts)
            for part, count in parts:
                place = self._place[part]
                rows[free[place]] = row
                counts[free[place]] = count * self._weights[place] / length
                free[place] += 1
        return np.frombuffer(rows, np.int64), np.frombuffer(counts, np.float32)

    def _weight(self, part: str) -> float:
        place = self._place.get(part)
        return self._unknown if place is None else self._weights[place]

    def _length(self, parts: tuple[tuple[str, float], ...]) -> float:
        squares = ((count * self._weight(part)) ** 2 for part, count in parts)
        return math.sqrt(sum(squares)) or 1.0

    def to(self, text: str) -> Floats:
        """Give how alike ``text`` is to each of the texts, 0 to 1."""
        parts = _parts_of(_compared(text))
        length, begins = self._length(parts), self._begins
        alike = np.zeros(self._count, dtype=np.float32)
        for part, count in parts:
            place = self._place.get(part)
            if place is not None:
                begin, end = begins[place], begins[place + 1]
                weight = count * self._weights[place] / length
                alike[self._rows[begin:end]] += self._counts[begin:end] * weight
        return alike

    def among(self) -> Floats:
        """Give how alike the texts are to one another."""
        alike = np.zeros((self._count, self._count), dtype=np.float32)
        for begin, end in pairwise(self._begins):
            rows, counts = self._rows[begin:end], self._counts[begin:end]
            alike[np.ix_(rows, rows)] += np.outer(counts, counts)
        return alike


def mixed(by_words: Floats, cosines: Floats) -> Floats:
    """Mix the likeness by words with that by meaning.

    Args:
        by_words: 0 to 1.
        cosines: of the angles between the meanings.
    """
    by_meaning = np.exp(_STEEPNESS * (cosines - 1))
    both: Floats = _BY_WORDS * by_words + (1 - _BY_WORDS) * by_meaning
    return both


class Likeness:
    """Texts prepared for finding how alike others are to each of them, by all that is known."""

    def __init__(self, texts: Sequence[str], meanings: Meanings | None = None) -> None:
        """Prepare the texts; without the meanings of all of them the words alone decide."""
        self._texts = tuple(texts)
        self._words = WordIndex(texts)
        self._meanings = meanings.of(texts) if meanings else None

    @property
    def has_meanings(self) -> bool:
        """Whether the meanings of the texts are known."""
        return self._meanings is not None

    def with_meanings(self, meanings: Meanings) -> Likeness:
        """Give the same with the meanings known, if there is one of every text."""
        likeness = copy(self)
        likeness._meanings = meanings.of(self._texts)
        return likeness

    def among(self) -> Floats:
        """Give how alike the texts are to one another, a row and a column for each."""
        by_words = self._words.among()
        if self._meanings is None:
            return by_words
        return mixed(by_words, self._meanings @ self._meanings.T)

    def to(self, text: str, meaning: Meaning | None = None) -> Floats:
        """Give how alike ``text`` is to each of the texts."""
        by_words = self._words.to(text)
        if meaning is None or self._meanings is None:
            return by_words
        return mixed(by_words, self._meanings @ meaning)
