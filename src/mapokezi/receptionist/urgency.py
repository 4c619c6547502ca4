"""What makes a call urgent: found by rules, without any model."""

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
    r"|\b(?:last (?:year|month)|(?:years?|months?) ago|in (?:19|20)\d\d)\b"
)
_GENERAL_QUESTION = re.compile(
    r"^(?:(?:hello|hi|yes|okay|so|and|please) )*(?:do you|can (?:you|they|he|she|my \w+|the police|"
    r"someone|somebody)|could you|are you able|what if|what happens|is it|if |"
    r"how do|how does|how much|what do you|which lawyer|who)\b"
    r"(?!.*\b(?:my (?:brother|sister|son|daughter|husband|wife|father|mother|friend|child|house)|"
    r"i am|he is|she is|they are|we are|has been|have been|now)\b)"
)
_POLICE = r"(?:police|policemen|officers?|cops?|askaris?|dci|detectives?)"
_COME = (
    r"(?:here|outside|at (?:my|our|the) (?:door|gate|house|home|place|shop|office|work)|(?:has"
    r"|have) "
    r"come|came|coming|arrived|inside|in (?:my|our) (?:house|compound|home))"
)
_FAMILIES = (
    (
        re.compile(r"arrest|custody|detain|police|locked up|\bcells?\b"),
        re.compile(
            r"\b(?:arrest(?:ed|ing|s)|under arrest|detained|detaining|in custody|behind bars|"
            r"locked (?:\w+ )?up|in (?:a |the )?(?:police )?cells?)\b"
            rf"|\b{_POLICE}\b.{{0,30}}\b(?:taken|took|taking|take|picked|grabbed|holding|held"
            rf"|dragged"
            rf"|raiding|searching|{_COME})\b"
            rf"|\b(?:taken|took|taking|picked up|held|holding|dragged)\b.{{0,30}}\b(?:{_POLICE}"
            rf"|cells?)\b"
        ),
    ),
    (
        re.compile(r"evict|auction|demolish"),
        re.compile(
            r"\bevicting\b|\bbeing (?:evicted|thrown out|kicked out)\b|\bevicted (?:us|me)\b"
            r"|\b(?:throwing|thrown|threw|kicking|kicked) (?:us|me|my \w+|our \w+|everything"
            r"|them) out(?:side)?"
            r"\b|\b(?:throwing|thrown|threw) out (?:my|our) (?:things|property|furniture|goods)\b"
            r"|\b(?:demolishing|bulldozers?|flattening)\b|\blocked (?:us|me) out\b"
            rf"|\bauctioneers?\b.{{0,40}}\b(?:taking|carrying|loading|removing|take|{_COME})\b"
            rf"|\b(?:taking|carrying|loading|{_COME})\b.{{0,40}}\bauctioneers?\b"
        ),
    ),
    (
        re.compile(r"accident|bleeding|injur"),
        re.compile(
            r"\b(?:just|now)\b.{0,30}\baccident\b|\baccident\b.{0,40}\b(?:just|now|bleeding"
            r"|trapped|"
            r"badly (?:hurt|injured))\b|\b(?:knocked|hit|run over) (?:down )?by an? (?:car|matatu"
            r"|bus|"
            r"lorry|boda ?boda|motorbike|vehicle)\b"
        ),
    ),
    (
        re.compile(""),
        re.compile(
            r"\b(?:threat\w*|going to|gonna|will|wants? to|trying to|tried to|coming to|says? he"
            r" will)\b"
            r".{0,25}\b(?:kill|stab|shoot|murder|burn|hurt)\b.{0,12}\b(?:me|us|him|her|my|them)\b"
            r"|\b(?:being beaten|beaten up)\b|\b(?:beating|strangling|attacking|attacked|stabbed"
            r"|shot|raped|raping) (?:me|us|her"
            r"|him|my"
            r" \w+|up)\b|\b(?:kidnapped|abducted|kidnapping)\b|\bbleeding\b|\b(?:unconscious"
            r"|collapsed)"
            r"\b|\b(?:in|my life is in) danger\b|\bhas a (?:gun|knife|panga)\b|\bbreak(?:ing)?"
            r" in(?:to)? (?:my|our)\b"
        ),
    ),
)
"""What office words a family of urgent things stands for, and how callers put such things; the
last family is urgent anywhere."""


class UrgentWords:
    """The office's urgent words, with those of any office."""

    def __init__(self, words: tuple[str, ...]) -> None:
        """Prepare the words; ``words`` are the office's own."""
        self._phrases = tuple(
            tuple(stem(word) for word in plain(phrase).split())
            for phrase in (*words, *ALWAYS_URGENT)
            if phrase.strip()
        )
        own = " ".join(words).lower()
        self._ways = tuple(way for cares, way in _FAMILIES if cares.search(own))

    def found_in(self, said: str) -> bool:
        """Say whether plain text ``said`` tells of something urgent that is happening.

        A general question (``do you handle accidents``) or a denial is not urgent.
        """
        if _NOT_URGENT.search(said) or _GENERAL_QUESTION.match(said):
            return False
        words = [stem(word) for word in said.split()]
        return any(way.search(said) for way in self._ways) or any(
            _runs_through(phrase, words) for phrase in self._phrases
        )


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
