"""The ways of the phone platform, as this deployment has seen them.

Much of the platform's contract is not known: which fields its posts have, what its stream's first
message holds, whether verbs behind a stream are run. Each first call tells some of it. What is
kept is counts of forms and names; never a number, a name of somebody, an id or a value. So it can
be sent to others, by ``mapokezi doctor --report``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

LEFT_OUT = "(left out)"
"""Stands for a word that could be somebody's."""
_WORD = re.compile(r"[A-Za-z][A-Za-z_.:/-]{0,39}")
_MOST_TOPICS = 100
_MOST_WORDS = 80
"""Of a topic; the longest body seen has some fifteen fields."""
_ENOUGH = 1_000
"""So often seen, a word is not counted any further: nothing more is learned of it."""


def plain_word(text: object) -> str:
    """A word of a program's vocabulary, such as a field's name or a state.

    Whatever could be a number, an address, a sentence or a name with a blank in it is left out.
    """
    word = str(text)
    return word if _WORD.fullmatch(word) else LEFT_OUT


class PlatformHabits:
    """What was seen, how often. Not safe to be used from several threads."""

    def __init__(self, seen: Mapping[str, Mapping[str, int]] | None = None) -> None:
        """Go on from what was seen before."""
        self._seen = {topic: dict(words) for topic, words in (seen or {}).items()}
        self.has_news = False
        """Whether there is anything that whoever keeps it has not kept; theirs to put back."""

    @property
    def seen(self) -> dict[str, dict[str, int]]:
        """By topic and word, how often; at most a thousand times is counted."""
        return {topic: dict(words) for topic, words in self._seen.items()}

    def knows(self, topic: str, word: str) -> bool:
        """Whether a word was seen so often that nothing more is learned of it."""
        return self._seen.get(topic, {}).get(word, 0) >= _ENOUGH

    def note(self, topic: str, word: str) -> None:
        """Count a word of our own for what was seen."""
        words = self._seen.get(topic)
        if words is None:
            if len(self._seen) >= _MOST_TOPICS:
                return
            words = self._seen[topic] = {}
        count = words.get(word, 0)
        if count >= _ENOUGH or (not count and len(words) >= _MOST_WORDS):
            return
        words[word] = count + 1
        self.has_news = True

    def note_theirs(self, topic: str, word: object) -> None:
        """Count a word of the platform's, unless it could be somebody's."""
        self.note(topic, plain_word(word))

    def add(self, seen: Mapping[str, Mapping[str, int]]) -> None:
        """Put what another process has seen to this."""
        for topic, words in seen.items():
            mine = self._seen.setdefault(topic, {})
            for word, count in words.items():
                mine[word] = mine.get(word, 0) + count
