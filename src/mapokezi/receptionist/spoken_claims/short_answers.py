"""Short answers: *Yes, he will* says all that the question asked.

The question is put as a statement, with the speakers changed over: *Will Mr. Otieno call me today?*
becomes *mr otieno will call you today*, and that is judged like any other sentence.
"""

from __future__ import annotations

import re

from mapokezi.receptionist.spoken_claims.verbs import is_gerund, is_participle, past_of
from mapokezi.receptionist.words import listed

_LEAD = (
    r"(?:(?:yes|yeah|yep|sure|certainly|absolutely|definitely|of course|indeed|oh|sawa|ndio|okay"
    r"|surely|right|exactly|correct|well) )*"
)
_TAIL = (
    r"(?: (?:yes|indeed|sir|madam|mum|congratulations|already|now|for sure|definitely|certainly"
    r"|of course|thank you|asante|dear|do not worry|no problem|no worries))*"
)
_SHORT = re.compile(
    rf"^{_LEAD}(?:i|we|he|she|it|they|you|that|(?:someone|somebody|one)(?: (?:of|from"
    rf"|in) (?:us|them"
    r"|(?:the|our) \w+))?|(?:mr|mrs|ms|miss|madam) \w+) "
    r"(?:certainly |surely |definitely |already |indeed |just |sure )?"
    rf"(?:will|shall|have|has|is|are|am|was|were|did|can)(?P<not> not)?{_TAIL}$"
)
_JUST_YES = re.compile(
    r"^(?:(?:yes|yeah|yep|certainly|absolutely|definitely|of course|indeed|exactly|correct|sure"
    rf"|that is (?:right|correct|so)) ?)+{_TAIL}$"
)
_QUESTION = re.compile(
    r"^(?:(?:and|so|but|okay|hello|please|sorry|then|well) )*"
    r"(?P<first>is|are|am|was|were|will|shall|have|has|did|can|could|would)"
    r" (?P<rest>.+)$"
)
_STATED = re.compile(r"^(?:so|then|and) (?:you|he|she|they|it) (?:have|has|will|are|is|did)\b")
"""*So you have booked me?*: a question by its tone."""
_PRONOUNS = frozenset(
    listed("i you he she it we they that this someone somebody anyone anybody everything")
)
_TITLES = frozenset(listed("mr mrs ms miss madam dr wakili"))
_OWNERS = frozenset(listed("my your the our his her their"))
_SWAPPED = {
    "i": "you",
    "me": "you",
    "my": "your",
    "mine": "yours",
    "you": "us",
    "your": "our",
    "anyone": "someone",
    "anybody": "somebody",
    "us": "you",
    "our": "your",
}
_AS_SUBJECT = {"i": "you", "you": "we", "we": "you", "anyone": "someone", "anybody": "somebody"}
_NO_MORE_SUBJECT = frozenset(
    listed("ready on in at still already now there here for with through safe okay done to")
)
_BEFORE_BASE = frozenset({"will", "shall", "did", "can", "could", "would"})
"""The word behind the subject is a verb's base form, which nothing marks."""
_MOST_OF_SUBJECT = 4
_AGREES_WITH = {"you": {"am": "are", "was": "were", "is": "are"}, "we": {"are": "are"}}


def as_statement(said: str, question: str) -> str | None:
    """Give what a short answer asserts, plain; None if it is none, or the question cannot be read.

    Args:
        said: the answer, plain.
        question: what the caller asked last, plain.
    """
    short = _SHORT.match(said)
    if (short is None and not _JUST_YES.match(said)) or (short and short["not"]):
        return None
    if _STATED.match(question):
        return _turned(question.split()[1:])
    match = _QUESTION.match(question)
    if match is None:
        return None
    first, words = match["first"], match["rest"].split()
    if short is None and first in {"can", "could", "would"}:
        return None  # "can you take a message?", "sure": nothing is done by that yet
    end = _end_of_subject(words, takes_more=first not in _BEFORE_BASE)
    if not 0 < end < len(words):
        return None
    subject = _turned_subject(words[:end])
    rest = _turned(words[end:])
    if first == "did":
        verb, _, after = rest.partition(" ")
        return f"{subject} {past_of(verb)} {after}".strip()
    first = {"shall": "will", "could": "can", "would": "will"}.get(first, first)
    first = _AGREES_WITH.get(subject, {}).get(first, first)
    return f"{subject} {first} {rest}"


def _end_of_subject(words: list[str], *, takes_more: bool) -> int:
    if words[0] in _PRONOUNS:
        return 1
    at = 0
    if words[0] in _OWNERS or words[0] in _TITLES:
        at = 1
    at += 1
    while takes_more and at < min(len(words) - 1, _MOST_OF_SUBJECT):
        word = words[at]
        if word in _NO_MORE_SUBJECT or is_participle(word) or is_gerund(word):
            break
        if words[0] in _TITLES or not _is_noun_like(words, at):
            break
        at += 1
    return at


def _is_noun_like(words: list[str], at: int) -> bool:
    """Say whether a further noun of the subject stands here: something of a deed comes later."""
    later = words[at + 1 : at + 3]
    return any(is_participle(word) or is_gerund(word) or word in _NO_MORE_SUBJECT for word in later)


def _turned_subject(words: list[str]) -> str:
    if len(words) == 1:
        return _AS_SUBJECT.get(words[0], words[0])
    return _turned(words)


def _turned(words: list[str]) -> str:
    turned = [_SWAPPED.get(word, word) for word in words]
    if words and words[0] in _AS_SUBJECT:
        turned[0] = _AS_SUBJECT[words[0]]
    return " ".join(turned)
