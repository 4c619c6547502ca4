"""Swahili and mixed speech put into English, word by word, in about the English order.

No translation that anybody could be told: it is for finding what is wished, by examples, by a
language encoder and by rules that know English. What is not known stays as it was said, so names
and the English of mixed speech come through; what is English altogether comes back untouched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from mapokezi.receptionist.swahili.lexicon import lexicon
from mapokezi.receptionist.swahili.verbs import read_verb

_TOKEN = re.compile(r"[^\W_]+(?:['\u2019:.-][^\W_]+)*|[^\w\s]")
_POSSESSIVE = re.compile(
    r"(?:y|w|l|z|ch|vy|p|m|kw)(?P<whose>angu|ako|ake|etu|enu|enyu|ao)(?P<this>po)?"
)
_WHOSE = {
    "angu": "my",
    "ako": "your",
    "ake": "his",
    "etu": "our",
    "enu": "your",
    "enyu": "your",
    "ao": "their",
}
_CLASS = re.compile(r"(?:v|ny|mw|mi|me|ki|vi|ch|vy|wa|ma|ny|ji|m|n|w|l|y|z|j|k|p|u|i)?")
_ASKING = frozenset(
    {"where", "when", "what", "who", "which", "how many", "how", "why", "how much", "what time",
     "which day", "which days", "which date", "where are you", "what documents should I bring"}
)  # fmt: skip
_THESE = frozenset({"this", "that", "which", "every", "all", "other", "how many"})
_LEADS = frozenset(
    {"I want to ask", "please tell me", "I would like", "hello", "please", "sorry", "thank you",
     "", "and", "but", "if", "help me", "so", "okay", "yes", "no"}
)  # fmt: skip
_WITH = frozenset(
    {"speak", "talk", "connect me to", "meet", "meeting", "communicate", "problem", "appointment"}
)
_HOURS = {
    word: number
    for number, word in enumerate(
        ("moja", "mbili", "tatu", "nne", "tano", "sita", "saba", "nane", "tisa", "kumi"), start=1
    )
}
_ENGLISH_HOURS = (
    "twelve one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
)
_SHARE = 0.15
"""Fewer words of Swahili than this share are a greeting or a title in an English sentence."""
_SMOOTHED = (
    (re.compile(r"\b(can (?:I|you|he|we|they)|let me|please) to "), r"\1 "),
    (
        re.compile(
            r"\b(I would like|I need|we would like) (?=(?:change|cancel|book|get|leave|call)\b)"
        ),
        r"\1 to ",
    ),
    (re.compile(r"\bwho (?:is )?he (?!is\b)"), "who "),
    (re.compile(r"\bwith (?:and|with)\b"), "with"),
    (re.compile(r"\bto (?:with|and)\b"), "to"),
    (re.compile(r"\b(please) please\b"), r"\1"),
    (re.compile(r"\b(not (?:like|want|need))(?=,)"), r"\1 that one"),
    (re.compile(r"\b(of|at) (to|at)\b"), r"\2"),
    (re.compile(r"^[,;:. ]+"), ""),
)
_SHORTEST_BEGINNING = 4
"""Letters of a Swahili beginning, and of an English deed behind it, that are no accident."""
_OF = frozenset({"first", "second"})


@dataclass(frozen=True, slots=True)
class _Piece:
    english: str
    kind: str
    """``noun``, ``of`` (mine, big, this), ``asks``, ``verb``, ``word``, ``as_said``, ``stop``."""
    whom: str = ""
    is_swahili: bool = False


@lru_cache(maxsize=512)
def in_english(text: str) -> str:
    """Put the Swahili of what was said into English; what has none comes back as it is."""
    tokens = _TOKEN.findall(text)
    if not _is_in_swahili(tokens):
        return text
    said = _joined(_asking_first(_before_nouns(_pieces(tokens))))
    for pattern, better in _SMOOTHED:
        said = pattern.sub(better, said)
    return said


def _is_in_swahili(tokens: list[str]) -> bool:
    """Say whether enough of the words are surely Swahili for English not to be meant."""
    also = lexicon().also_english
    words = [token.lower() for token in tokens if token[0].isalnum()]
    sure = sum(
        1 + _is_built(word)
        for word in words
        if len(word) > 1 and word not in also and _is_swahili(word)
    )
    return sure > 0 and sure >= _SHARE * len(words)


@lru_cache(maxsize=4096)
def _is_swahili(word: str) -> bool:
    known = lexicon()
    if word in known.never:
        return False
    if word in known.words or word in known.nouns or (word,) in known.phrases:
        return True
    return _as_english_of(word) is None and (
        _POSSESSIVE.fullmatch(word) is not None or read_verb(word.replace("-", "")) is not None
    )


def _is_built(word: str) -> bool:
    """Say whether an English deed has a Swahili beginning, which no English has: *nimebook*."""
    return any(
        word.endswith(deed) and len(word) >= len(deed) + _SHORTEST_BEGINNING
        for deed in lexicon().english_verbs
        if len(deed) >= _SHORTEST_BEGINNING
    )


def _as_english_of(word: str) -> str | None:
    return word if word in lexicon().english_verbs else None


def _pieces(tokens: list[str]) -> list[_Piece]:
    found: list[_Piece] = []
    low = [token.lower().replace("\u2019", "'") for token in tokens]
    at = 0
    if low[:1] == ["si"] and low[1:2] and _asks_us(low[1]):
        at = 1  # *si uniunganishe*: a plea, and no denial
    while at < len(tokens):
        piece, used = _hour(low, at) or _phrase(low, at) or (_single(tokens[at], low[at]), 1)
        found.append(piece)
        at += used
    return found


def _asks_us(word: str) -> bool:
    """Say whether a word asks something of us: *uniunganishe*, *mnipee*, *tupush*."""
    return word.startswith(("uni", "mni", "utu", "mtu", "tu", "ni")) and _is_swahili(word)


def _hour(low: list[str], at: int) -> tuple[_Piece, int] | None:
    """Read ``saa tisa``: the hours are counted from dawn."""
    if low[at] != "saa" or at + 1 == len(low) or low[at + 1] not in _HOURS:
        return None
    number, used = _HOURS[low[at + 1]], 2
    if number == 10 and low[at + 2 : at + 3] == ["na"] and low[at + 3 : at + 4]:
        more = _HOURS.get(low[at + 3], 0)
        if more in {1, 2}:
            number, used = number + more, 4
    hour = _ENGLISH_HOURS[(number + 6) % 12 or 12]
    return _Piece(f"at {hour} o'clock", "word", is_swahili=True), used


def _phrase(low: list[str], at: int) -> tuple[_Piece, int] | None:
    known = lexicon()
    for length in range(min(known.longest, len(low) - at), 0, -1):
        english = known.phrases.get(tuple(low[at : at + length]))
        if english is not None:
            is_thing = tuple(low[at : at + length]) in known.noun_phrases
            kind = (
                "noun"
                if is_thing
                else "of"
                if english in _OF
                else "asks"
                if english in _ASKING
                else "word"
            )
            return _Piece(english, kind, is_swahili=True), length
    return None


def _single(said: str, low: str) -> _Piece:
    if not low[0].isalnum():
        return _Piece(said, "stop")
    english, kind, whom = _read(low)
    if not kind:
        return _Piece(said, "as_said")
    return _Piece(english, kind, whom, is_swahili=True)


@lru_cache(maxsize=4096)
def _read(low: str) -> tuple[str, str, str]:
    """Read one word; without a kind it is none that is known."""
    known = lexicon()
    if low in known.never:
        return "", "", ""
    if low in known.words:
        return known.words[low], _kind_of_word(known.words[low]), ""
    if low in known.nouns:
        return known.nouns[low], "noun", ""
    if whose := _POSSESSIVE.fullmatch(low):
        return _WHOSE[whose["whose"]], "of", ""
    if low.endswith("ni") and (low[:-2] in known.nouns):
        return f"at the {known.nouns[low[:-2]]}", "noun", ""
    if low in known.english_verbs:
        return "", "", ""
    if adjective := _adjective(low):
        return adjective, "of", ""
    if verb := read_verb(low.replace("-", "")):
        return verb.english, "verb", verb.whom
    if low.endswith("je") and (verb := read_verb(low.removesuffix("je"))):
        return f"how {verb.english}", "verb", verb.whom
    return "", "", ""


def _kind_of_word(english: str) -> str:
    if english in _THESE:
        return "of"
    return "asks" if english in _ASKING else "word"


def _adjective(low: str) -> str:
    known = lexicon().adjectives
    lead = _CLASS.match(low)
    return known.get(low, "") or known.get(low[lead.end() :] if lead else low, "")


def _before_nouns(pieces: list[_Piece]) -> list[_Piece]:
    """Put what is said of a thing before it: *kesi yangu* is my case."""
    found: list[_Piece] = []
    for place, piece in enumerate(pieces):
        after = pieces[place + 1].kind if place + 1 < len(pieces) else ""
        is_before = piece.english in {"this", "that"} and after in {"noun", "as_said"}
        if piece.kind != "of" or not found or is_before:
            found.append(piece)
            continue
        at = len(found)
        while at and found[at - 1].kind == "of":
            at -= 1
        is_thing = at and found[at - 1].kind in {"noun", "as_said"}
        if not is_thing:
            found.append(piece)
            continue
        if piece.english in {"which", "how many"}:
            found.insert(at - 1, _Piece("which", "of", is_swahili=True))
            continue
        found.insert(at - 1, piece)
    return found


def _asking_first(pieces: list[_Piece]) -> list[_Piece]:
    """Put what asks at the head of its clause: *mko wapi* is where are you."""
    found: list[_Piece] = []
    clause: list[_Piece] = []
    for piece in [*pieces, _Piece("", "end")]:
        if piece.kind in {"stop", "end"}:
            found += _turned(clause)
            clause = []
            if piece.kind == "stop":
                found.append(piece)
        else:
            clause.append(piece)
    return found


def _turned(clause: list[_Piece]) -> list[_Piece]:
    start = next((at for at, each in enumerate(clause) if each.english not in _LEADS), 0)
    for at, piece in enumerate(clause):
        asks = piece.kind == "asks" or (piece.english == "which" and piece.kind == "of")
        if asks and at > start:
            end = at + 1
            if piece.english == "which" and end < len(clause):
                end += 1
            return [*clause[:start], *clause[at:end], *clause[start:at], *clause[end:]]
    return clause


def _joined(pieces: list[_Piece]) -> str:
    words: list[str] = []
    before = ""
    for at, piece in enumerate(pieces):
        english = piece.english
        if english == "and" and before.rsplit(" ", maxsplit=1)[-1] in _WITH:
            english = "with"
        elif english == "and" and " be" in f" {before}" and piece.is_swahili:
            english = "by"
        after = pieces[at + 1] if at + 1 < len(pieces) else None
        if piece.whom and (after is None or after.kind in {"stop", "word", "verb"}):
            english = f"{english} {piece.whom}"
        if piece.kind == "stop" and words and piece.english in ".,?!;:":
            words[-1] += piece.english
        elif english:
            words.append(english)
        before = english
    return " ".join(words)
