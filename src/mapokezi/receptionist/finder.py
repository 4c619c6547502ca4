"""Which of the office's facts a caller asks for, by what is meant as well as by the words.

Three things are weighed for each fact: how near the words are to one of its examples
(`mapokezi.receptionist.facts`), how much of what was said stands anywhere in the fact, its answer
included, and whether the topics of what was said (`mapokezi.receptionist.concepts`) are the
fact's own. Nothing is trained; an office's own examples and the thesaurus decide.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from mapokezi.receptionist.concepts import SURE, topics_of
from mapokezi.receptionist.facts import Examples, Nearest, nearest_of, telling_words
from mapokezi.receptionist.office import Fact
from mapokezi.receptionist.words import plain

_KEPT = 64
_NEAREST_EXAMPLE = 0.75
_WHOLE_FACT = 0.25
_IN_ANSWER = 0.6
"""What a word counts that stands only in the answer."""
_TOPIC = 0.62
"""How much of what is missing from certainty a topic that is the fact's own makes good."""
_OWN_TOPIC = 0.4
"""A topic that is in so much of a fact's examples is the fact's own."""
_STRANGE_TOPIC = 0.7
"""What is left of a score if what was said has a topic that no fact has."""
_OTHER_TOPIC = 0.8
"""What is left of a score if what was said has a topic of another fact."""
_NO_TOPIC = 0.8
"""What is left of a score if a fact has a topic and what was said has none."""
_WHOLE = 0.97
"""What the whole counts beside its sentences: the sentence that asks says it better."""
_OUT_OF_PLACE = 0.85
"""What a sentence counts whose topic is another than the whole's: ``what is the address`` means
another after ``I want to send an e-mail``."""


class FactFinder:
    """Finds the fact that words ask for."""

    def __init__(self, facts: Iterable[Fact], others: Iterable[tuple[str, str]] = ()) -> None:
        """Prepare the facts.

        Args:
            facts: of the office.
            others: examples of what is no fact, with what each stands for.
        """
        facts = tuple(facts)
        pairs = [(fact.id, text) for fact in facts for text in (*fact.asked_as, fact.title)]
        self._examples = Examples([*pairs, *others])
        self._topics = {fact.id: _topics_of_fact(fact) for fact in facts}
        self._owned = {topic for topics in self._topics.values() for topic in topics}
        self._bags = {fact.id: _bag(fact) for fact in facts}
        seen = Counter(word for bag in self._bags.values() for word in bag)
        self._weights = {word: math.log(1 + len(facts) / count) for word, count in seen.items()}
        self._unknown = math.log(1 + len(facts)) * 0.5
        self._nearest = lru_cache(maxsize=_KEPT)(self._find)

    def nearest(self, said: str, sentences: tuple[str, ...] = ()) -> Nearest:
        """Find the fact that was asked for.

        Args:
            said: all that was said, plain.
            sentences: the same cut at its full stops, each plain.
        """
        return self._nearest(said, sentences)  # kept: a turn asks for it several times

    def _find(self, said: str, sentences: tuple[str, ...]) -> Nearest:
        found = self._scores(said)
        if len(sentences) > 1:
            found = {of: score * _WHOLE for of, score in found.items()}
            meant = {topic for topic, strength in topics_of(said) if strength >= SURE}
            for sentence in sentences:
                alone = {topic for topic, _ in topics_of(sentence)}
                share = _OUT_OF_PLACE if meant and not meant & alone else 1.0
                for of, score in self._scores(sentence).items():
                    found[of] = max(found[of], score * share)
        return nearest_of(found)

    def _scores(self, said: str) -> dict[str, float]:
        topics = dict(topics_of(said))
        words = telling_words(said)
        return {
            of: self._with_topics(of, self._with_whole(of, near, words), topics)
            for of, near in self._examples.scores(said).items()
        }

    def _with_whole(self, of: str, near: float, words: tuple[str, ...]) -> float:
        if of not in self._bags:
            return near
        return max(
            near, _NEAREST_EXAMPLE * near + _WHOLE_FACT * self._share_in(words, self._bags[of])
        )

    def _with_topics(self, of: str, score: float, topics: dict[str, float]) -> float:
        own = self._topics.get(of, {})
        if not topics:
            return score * _NO_TOPIC if max(own.values(), default=0.0) >= 1 else score
        shared = max(
            (strength * own.get(topic, 0.0) for topic, strength in topics.items()), default=0.0
        )
        if shared:
            return 1 - (1 - score) * (1 - _TOPIC * shared)
        if of not in self._topics:
            return score * _OTHER_TOPIC if self._owned & topics.keys() else score
        return score * (_OTHER_TOPIC if self._owned & topics.keys() else _STRANGE_TOPIC)

    def _share_in(self, words: tuple[str, ...], bag: dict[str, float]) -> float:
        """Give the weighted share of the words that stand anywhere in a fact."""
        total = sum(self._weights.get(word, self._unknown) for word in words)
        if not total:
            return 0.0
        return sum(self._weights[word] * bag[word] for word in words if word in bag) / total


def _topics_of_fact(fact: Fact) -> dict[str, float]:
    """Give a fact's topics, each with how much it is the fact's own, 0 to 1."""
    counts: dict[str, float] = {}
    texts = (*fact.asked_as, fact.title)
    for text in texts:
        for topic, strength in topics_of(plain(text)):
            counts[topic] = counts.get(topic, 0.0) + strength
    return {topic: min(1.0, count / (len(texts) * _OWN_TOPIC)) for topic, count in counts.items()}


def _bag(fact: Fact) -> dict[str, float]:
    """Give all telling words of a fact, with what each counts."""
    bag = dict.fromkeys(telling_words(plain(fact.answer)), _IN_ANSWER)
    for text in (*fact.asked_as, fact.title):
        bag |= dict.fromkeys(telling_words(plain(text)), 1.0)
    return bag
