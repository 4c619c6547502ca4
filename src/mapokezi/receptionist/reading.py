"""What an utterance stands for, read by examples of what others have said.

Kernel ridge regression (Saunders, Gammerman, Vovk 1998): for every label a weight for every
example, such that the weighted likenesses to the examples come near to 1 for those of the label
and to 0 for the others. It is solved in closed form, in well under a second for some thousand
examples, and asks for one multiplication a turn. The scores are near to shares of certainty.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np

from mapokezi.receptionist.likeness import Floats, Likeness
from mapokezi.receptionist.meanings import Meaning, Meanings

_RIDGE = 0.1
"""What an example's own likeness is raised by: it keeps single examples from being believed."""
_OF_SENTENCE = 0.4
"""The share of the plainest sentence in what is made of several."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an utterance stands for, the likeliest first."""

    ranked: tuple[tuple[str, float], ...]
    """Labels with their scores, about 0 to 1."""
    by_meaning: bool = False
    """Whether its meaning was known; by words alone the scores are less to be trusted."""

    @property
    def best(self) -> str:
        """The likeliest label; empty if there are no examples."""
        return self.ranked[0][0] if self.ranked else ""

    @property
    def score(self) -> float:
        """How likely that is."""
        return self.ranked[0][1] if self.ranked else 0.0

    @property
    def margin(self) -> float:
        """By how much it is likelier than the next."""
        return self.score - (self.ranked[1][1] if len(self.ranked) > 1 else 0.0)

    def score_of(self, label: str) -> float:
        """Give how likely a label is."""
        return next((score for each, score in self.ranked if each == label), 0.0)


class Reader:
    """Reads utterances by examples; made once for an office."""

    def __init__(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Learn to read by words.

        Args:
            texts: of the examples.
            labels: what each of them stands for.
        """
        self._columns = tuple(labels)
        self._labels = tuple(dict.fromkeys(labels))
        self._likeness = Likeness(texts)
        self._by_words = self._solved(self._likeness.among())
        self._by_both: Floats | None = None

    def with_meanings(self, meanings: Meanings) -> Reader:
        """Give a reader that goes by meaning as well; by words alone if one of them is missing."""
        likeness = self._likeness.with_meanings(meanings)
        if not likeness.has_meanings:
            return self
        reader = copy(self)
        reader._likeness = likeness
        reader._by_both = self._solved(likeness.among())
        return reader

    def _solved(self, alike: Floats) -> Floats:
        column = {label: place for place, label in enumerate(self._labels)}
        columns = np.array([column[label] for label in self._columns])
        wanted = np.zeros((len(columns), len(column)), dtype=np.float32)
        wanted[np.arange(len(columns)), columns] = 1
        counts = np.bincount(columns)
        alike[np.diag_indices_from(alike)] += _RIDGE / np.sqrt(counts.mean() / counts[columns])
        weights: Floats = np.linalg.solve(alike, wanted)
        return weights

    def read(
        self, text: str, meaning: Meaning | None = None, sentences: Sequence[str] = ()
    ) -> Reading:
        """Read what an utterance stands for.

        Args:
            text: what was said.
            meaning: of it, if it is known.
            sentences: the same cut at its full stops. Callers tell a story and then ask, so the
                sentence that is plainest by its words has a say of its own.
        """
        by_meaning = meaning is not None and self._by_both is not None
        if self._by_both is None or meaning is None:
            scores = self._likeness.to(text) @ self._by_words
        else:
            scores = self._likeness.to(text, meaning) @ self._by_both
        if len(sentences) > 1:
            each = np.stack([self._likeness.to(sentence) for sentence in sentences])
            plainest = (each @ self._by_words).max(axis=0)
            scores = (1 - _OF_SENTENCE) * scores + _OF_SENTENCE * plainest
        order = np.argsort(-scores)
        ranked = tuple((self._labels[at], float(scores[at])) for at in order)
        return Reading(ranked, by_meaning)
