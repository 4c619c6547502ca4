"""Which of an office's facts stands for which of the topics that any office is asked about.

The general examples know many ways of asking where the office is, and an office has one fact that
tells it, under a name of its own. A topic belongs to a fact if the office's own ways of asking for
the fact are, most of them, more like that topic's than like any other's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from mapokezi.receptionist.likeness import Floats

_MOST = 0.5
"""The share of a fact's examples that must be like a topic's, for the topic to be its own."""
_FEWEST = 2
_ALIKE = 0.45
"""An example less like a topic than that only shares some words with it."""


def adopted(alike: Floats, topics: Sequence[str], facts: Sequence[str]) -> dict[str, str]:
    """Say for each topic that a fact stands for which one does.

    Args:
        alike: how alike the facts' examples (rows) are to the topics' examples (columns).
        topics: what each column is an example of.
        facts: what each row is an example of.
    """
    if not topics or not facts:
        return {}
    counts = Counter(facts)
    votes = Counter[tuple[str, str]]()
    for fact, row in zip(facts, alike, strict=True):
        nearest = int(np.argmax(row))
        if row[nearest] >= _ALIKE:
            votes[topics[nearest], fact] += 1
    found: dict[str, str] = {}
    for (topic, fact), count in votes.most_common():
        if count >= max(_FEWEST, _MOST * counts[fact]):
            found.setdefault(topic, fact)
    return found
