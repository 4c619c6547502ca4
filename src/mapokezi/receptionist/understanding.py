"""What kind of thing a caller says, and how sure that is.

An utterance is read by the examples of all that callers say (`mapokezi.receptionist.examples`).
Whom it names, which day, what the message is, is settled elsewhere by rules; so is what answers a
question of ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from mapokezi.receptionist.examples import Example, fact_examples, general_examples
from mapokezi.receptionist.forbidden import closed_kinds
from mapokezi.receptionist.kinds import PEOPLE, Kind
from mapokezi.receptionist.likeness import WordIndex
from mapokezi.receptionist.meanings import Meaning, Meanings
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.reading import Reader, Reading
from mapokezi.receptionist.swahili import in_english
from mapokezi.receptionist.topics import adopted
from mapokezi.receptionist.turned_down import TurnedDown, turned_down
from mapokezi.receptionist.words import plain, sentences_of

_SURE = (0.22, 0.07)
_SURE_BY_WORDS = (0.3, 0.13)
"""Score and margin above which fewer than one of fifty utterances, by authors none of whose were
among the examples, was taken wrongly; with its meaning, and by words alone."""
_SURE_FROM_SWAHILI = ((0.35, 0.09), (0.28, 0.15))
"""The same for what was put into English word by word, either of them: of the deeds done upon
less, two of five were wrong, and next to none upon more."""
LIKELY_SCORE = 0.17
"""Below it, asking "is it about ...?" was in vain more often than not."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that an utterance may be."""

    kind: Kind
    fact: str = ""
    """The fact's id if it asks for one."""

    @property
    def key(self) -> str:
        """It in one word, as states and tables keep it."""
        return f"{self.kind}:{self.fact}"

    @classmethod
    def of_key(cls, key: str) -> Choice:
        """Give the choice of a key."""
        kind, _, fact = key.partition(":")
        return cls(Kind(kind), fact)


@dataclass(frozen=True, slots=True)
class Understood:
    """What an utterance probably is."""

    best: Choice
    score: float = 0.0
    margin: float = 0.0
    """By how much it is likelier than the next."""
    next: Choice | None = None
    next_score: float = 0.0
    by_meaning: bool = False
    """Whether its meaning was known."""
    from_swahili: bool = False
    """Whether it was put into English first."""
    in_doubt: bool = False
    """Whether to be connected was both turned down and asked for."""

    @property
    def kind(self) -> Kind:
        """What kind of thing it is, if it is that likely."""
        return self.best.kind if self.is_likely else Kind.OTHER

    @property
    def fact(self) -> str:
        """The fact that it asks for."""
        return self.best.fact

    @property
    def is_sure(self) -> bool:
        """Whether to act upon it at once."""
        score, margin = _SURE if self.by_meaning else _SURE_BY_WORDS
        if self.in_doubt and self.best.kind in PEOPLE:
            return False
        if self.from_swahili and self.best.kind not in _HARMLESS:
            return any(
                self.score >= max(score, at_least) and self.margin >= max(margin, before)
                for at_least, before in _SURE_FROM_SWAHILI
            )
        return self.score >= score and self.margin >= margin

    @property
    def is_likely(self) -> bool:
        """Whether it is worth asking whether it is that."""
        return self.score >= LIKELY_SCORE


_ABOUT_PEOPLE = frozenset({*PEOPLE, Kind.MATTER, Kind.WHO_DEALS})
_HARMLESS = frozenset(
    {Kind.GREETING, Kind.THANKS, Kind.REPEAT, Kind.WAIT, Kind.BACKCHANNEL, Kind.IDENTITY}
)
"""After which nothing was done or told that might be wrong."""
_LEADING_IN = frozenset({Kind.GREETING, Kind.THANKS, Kind.BACKCHANNEL, Kind.INTRODUCTION})
"""What comes before a wish and casts no doubt on it."""
_TOLD = 0.45
"""How likely it is a message at least, if somebody is to be told something ..."""
_BESIDES_TOLD = 0.5
"""... and the share of what it is about."""
_ASKS_WHO = re.compile(
    r"\bwho (?:[a-z]+ ){0,2}?(?:deals?|handles?|manages?|attends?|takes? care|looks? after"
    r"|(?:is|are) (?:in charge|responsible|concerned))\b"
)
_BESIDES_WHO = 0.6
"""The share of a fact where it is asked who deals with something."""
_NOT_PASSED_ON = frozenset({Kind.MESSAGE, Kind.URGENT, Kind.ANSWER, Kind.GOODBYE, Kind.WAIT})
_UNKNOWN = Choice(Kind.UNKNOWN)
_FORBIDDEN = Choice(Kind.FORBIDDEN)
_CONCERNED = Choice(Kind.CONCERNED)
"""Stands above a matter that was told along with the wish to speak to somebody about it."""


class Understanding:
    """What one office's callers mean."""

    def __init__(self, office: Office, meanings: Meanings | None = None) -> None:
        """Learn from the examples; takes about half a second by words, and as much by meaning.

        What was learned is kept for the next one that is made of the same.
        """
        facts = tuple(fact_examples(office))
        closed = closed_kinds(office.forbidden_topics)
        by_words = _by_words(facts, office.forbidden_asked_as, closed)
        self._reader = _by_meaning(by_words, meanings) if meanings else by_words

    def of(self, text: str, meaning: Meaning | None = None) -> Understood:
        """Understand what was said.

        Args:
            text: as the recogniser wrote it.
            meaning: of the text, if it is known.
        """
        said, text = text, in_english(text)
        besides = turned_down(plain(text))
        sentences = sentences_of(text)
        if besides.rest:
            sentences = (*sentences, besides.rest)
        reading = self._reader.read(text, meaning, sentences)
        read = self._weighed(reading, besides, asks_who=_ASKS_WHO.search(plain(text)) is not None)
        return replace(read, from_swahili=text != said)

    def _weighed(self, reading: Reading, besides: TurnedDown, *, asks_who: bool) -> Understood:
        """Add up what leads to the same, so that it does not stand in its own way."""
        together: dict[str, float] = {}
        first: dict[str, Choice] = {}
        for key, score in reading.ranked:
            choice = Choice.of_key(key)
            group = "people" if choice.kind in _ABOUT_PEOPLE else key
            share = score * _share_of(choice.kind, besides)
            if asks_who and choice.kind is Kind.FACT:
                share *= _BESIDES_WHO
            wants_message = besides.tells or besides.asks_message
            if choice.kind is Kind.MESSAGE and wants_message:
                share = max(share, _TOLD)
            together[group] = together.get(group, 0.0) + share
            if share or choice.kind not in PEOPLE:
                first.setdefault(group, choice)
        wants_talk = not besides.talk and first["people"].kind is Kind.MATTER
        if wants_talk and reading.score_of(_CONCERNED.key) >= _SURE[0]:
            first["people"] = _CONCERNED
        ranked = sorted(together.items(), key=lambda item: -item[1])
        (best, score), *others = ranked
        after, after_score = next(
            (group, share) for group, share in others if first[group].kind not in _LEADING_IN
        )
        return Understood(
            first[best],
            score,
            score - after_score,
            first[after],
            after_score,
            reading.by_meaning,
            in_doubt=besides.unclear,
        )


def _share_of(kind: Kind, besides: TurnedDown) -> float:
    """Say how much of a likelihood is left, for what was turned down or told to be passed on."""
    if besides.talk and kind in PEOPLE:
        return 0.0
    if besides.message and kind is Kind.MESSAGE:
        return 0.0
    return _BESIDES_TOLD if besides.tells and kind not in _NOT_PASSED_ON else 1.0


@lru_cache(maxsize=8)
def _by_words(
    facts: tuple[Example, ...], forbidden: tuple[str, ...], closed: frozenset[str]
) -> Reader:
    """Teach a reader the general examples and an office's own; its labels are choices' keys.

    Args:
        facts: the office's ways of asking for its facts.
        forbidden: the office's ways of asking for what it never answers.
        closed: the kinds that it never answers.
    """
    wishes, topics, never = map(general_examples, ("wishes", "topics", "forbidden"))
    fact_of = _facts_of_topics(facts)
    taught = [
        *((each.text, Choice(Kind(each.label))) for each in wishes),
        *((each.text, fact_of.get(each.label, _UNKNOWN)) for each in topics),
        *((each.text, _FORBIDDEN if each.label in closed else _UNKNOWN) for each in never),
        *((each.text, Choice(Kind.FACT, each.label)) for each in facts),
        *((text, _FORBIDDEN) for text in forbidden),
    ]
    return Reader([text for text, _ in taught], [choice.key for _, choice in taught])


@lru_cache(maxsize=8)
def _by_meaning(by_words: Reader, meanings: Meanings) -> Reader:
    return by_words.with_meanings(meanings)


def _facts_of_topics(facts: tuple[Example, ...]) -> dict[str, Choice]:
    """Give the fact that stands for each topic of which the office has told something."""
    if not facts:
        return {}
    topics = general_examples("topics")
    index = WordIndex([each.text for each in topics])
    alike = np.stack([index.to(each.text) for each in facts])
    labels = [each.label for each in topics]
    found = adopted(alike, labels, [each.label for each in facts])
    return {topic: Choice(Kind.FACT, fact) for topic, fact in found.items()}
