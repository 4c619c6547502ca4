"""What makes a call urgent, and what is never answered: found by rules, without any model."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from mapokezi.receptionist.words import plain, stem

ALWAYS_URGENT = (
    "emergency",
    "someone is dying",
    "is dying",
    "not breathing",
    "unconscious",
    "heart attack",
    "bleeding",
    "ambulance",
    "there is a fire",
    "is on fire",
    "robbed us",
    "with a gun",
    "kill me",
    "kill myself",
    "suicide",
)
"""Words that are urgent in any office."""

_NOT_URGENT = re.compile(
    r"\b(?:not|no|is not|it is not|nothing)(?: an?| really| so| that)*(?: very)? (?:emergency"
    r"|urgent"
    r"|an emergency)\b|\bnot (?:in )?(?:an )?(?:emergency|hurry)\b"
)
_GENERAL_QUESTION = re.compile(
    r"^(?:(?:hello|hi|yes|okay|so|and|please) )*(?:do you|can you|could you|are you able|"
    r"what if|what happens|how do|how does|how much|what do you|which lawyer|who)\b"
    r"(?!.*\b(?:my (?:brother|sister|son|daughter|husband|wife|father|mother|friend|child|house)|"
    r"i am|he is|she is|they are|we are|has been|have been|now)\b)"
)


class UrgentWords:
    """The office's urgent words, with those of any office."""

    def __init__(self, words: tuple[str, ...]) -> None:
        """Prepare the words; ``words`` are the office's own."""
        self._phrases = tuple(
            tuple(stem(word) for word in plain(phrase).split())
            for phrase in (*words, *ALWAYS_URGENT)
            if phrase.strip()
        )

    def found_in(self, said: str) -> bool:
        """Say whether plain text ``said`` tells of something urgent that is happening.

        A general question (``do you handle accidents``) or a denial is not urgent.
        """
        if _NOT_URGENT.search(said) or _GENERAL_QUESTION.match(said):
            return False
        words = [stem(word) for word in said.split()]
        return any(_runs_through(phrase, words) for phrase in self._phrases)


def _runs_through(phrase: tuple[str, ...], words: list[str]) -> bool:
    size = len(phrase)
    return any(
        all(_same(a, b) for a, b in zip(phrase, words[at : at + size], strict=True))
        for at in range(len(words) - size + 1)
    )


def _same(phrase_word: str, word: str) -> bool:
    if phrase_word == word:
        return True
    return (
        len(phrase_word) >= 6 and phrase_word[0] == word[:1] and fuzz.ratio(phrase_word, word) >= 86
    )


_PRIVATE = re.compile(
    r"\b(?:(?:his|her|their|private|personal) (?:\w+ )?(?:number|mobile|phone|address|cell)|"
    r"where does (?:he|she) live|home address)\b"
)
_KINDS = (
    (
        "advice",
        re.compile(
            r"\b(?:should i (?!bring|carry|come|get|go|call|take|pay|wear|send|park|drop|give)"
            r"|what should i do|can i sue|do i have a case|is it (?:legal|illegal|lawful|"
            r"allowed)|what are my rights|my chances|will (?:i|we|he|she|they) (?:win|lose)|"
            r"am i allowed|what does the law say|advise me|your (?:legal )?(?:advice|opinion)|"
            r"am i (?:guilty|liable)|can (?:they|he|she|my \w+) (?:evict|fire|sack|arrest) )\b"
        ),
    ),
    (
        "medical",
        re.compile(
            r"\b(?:what (?:medicine|drug|dose)|should i take|is it serious|diagnos|my results|"
            r"test results|how many tablets)\b"
        ),
    ),
    (
        "fee",
        re.compile(
            r"\b(?:how much|what (?:do|would|will) (?:you|it|that) (?:charge|cost)|what is the "
            r"(?:price|cost|fee)|discount|lower the (?:price|fee)|cheaper|quotation|quote)\b"
        ),
    ),
    ("private", _PRIVATE),
    ("client", re.compile(r"\b(?:one of your clients?|your other clients?|is \w+ your client)\b")),
)
_TOPIC_WORDS = {
    "advice": ("advice", "advise", "opinion", "outcome"),
    "medical": ("medical", "diagnos", "results", "medicine", "treatment"),
    "fee": ("fee", "price", "cost", "discount", "charge"),
    "private": ("private", "personal", "number", "address"),
    "client": ("client", "patient", "customer"),
}


class ForbiddenTopics:
    """What the office never answers, by kinds that its topics name."""

    def __init__(self, topics: tuple[str, ...]) -> None:
        """Prepare the topics as the office names them."""
        named = " ".join(topics).lower()
        self._keeps_private = any(word in named for word in _TOPIC_WORDS["private"])
        self._kinds = tuple(
            pattern for kind, pattern in _KINDS if any(word in named for word in _TOPIC_WORDS[kind])
        )

    def is_private(self, said: str) -> bool:
        """Say whether plain text asks for somebody's own number or address."""
        return self._keeps_private and bool(_PRIVATE.search(said))

    def asked_in(self, said: str) -> bool:
        """Say whether plain text asks for what may not be answered."""
        return any(pattern.search(said) for pattern in self._kinds)
