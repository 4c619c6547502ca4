"""The words of an utterance, brought to one plain form before anything is understood.

A small telephone recogniser writes the same speech in many ways (``I'd like``, ``10:30``,
``M. Pesa``); what differs only in writing is made equal here, once.
"""

from __future__ import annotations

import re
from functools import lru_cache


def listed(text: str) -> list[str]:
    """Give the words of a list that is written as text, for it reads better so."""
    return text.split()


_CONTRACTIONS = (
    ("can't", "cannot"),
    ("won't", "will not"),
    ("shan't", "shall not"),
    ("n't", " not"),
    ("let's", "let us"),
    ("'m", " am"),
    ("'re", " are"),
    ("'ll", " will"),
    ("'ve", " have"),
    ("'d", " would"),
)
_IS_AFTER = re.compile(r"\b(what|where|when|who|how|that|it|he|she|there|here|why|name|number)'s\b")
_POSSESSIVE = re.compile(r"'s\b")
_DOTTED = re.compile(r"\b([a-z])\.\s?(?=[a-z]\b)")
_PAYMENT = re.compile(
    r"\b(?:m|em|am|n|an|in)[ .-]{0,2}(?:pes(?:a|ar|er)|peca|pisa|paisa|pas(?:er|ser|sa)|pacer)\b"
    r"|\bm[ .-]{0,2}pesas\b|\bmpe[cs](?:a|er)\b|\bempe[cs]a\b|\bimpeccer\b|\bm[ .-]{0,2}(?:pecer"
    r"|pecsa|patter|passeur)\b"
    r"|\bempath[ay]?\b"
)
_AM_PM = re.compile(r"\b([ap])\.?\s?m\b\.?")
_DROP = re.compile(r"[^a-z0-9+:. ]")
_LONE_DOT = re.compile(r"(?<!\d)\.|\.(?!\d)|(?<!\d):|:(?!\d)")
_SAME = (
    (re.compile(r"\b(?:good morning|good afternoon|good evening)\b"), "hello"),
    (re.compile(r"\bany ?time\b"), "any time"),
    (re.compile(r"\bgood bye\b|\bbye bye\b"), "goodbye"),
    (re.compile(r"\bcall ?back\b"), "call back"),
    (re.compile(r"\btail number\b"), "till number"),
    (re.compile(r"\bpay bill\b"), "paybill"),
    (re.compile(r"\bclothing (?=for lunch|early|at \w|time)"), "closing "),
    (re.compile(r"(?<=the )feed (?=to (?:see|sit|meet|speak|talk)\b)"), "fee "),
    (re.compile(r"\babout the least\b"), "about the lease"),
    (re.compile(r"\bby what is (?:that|up|app)\b"), "by whatsapp"),
    (re.compile(r"\bto (?:foamy|foam me|phony)\b"), "to phone me"),
    (
        re.compile(
            r"^(?:that is|app|axe?|asks|asked) (?=(?:\w+ +){1,3}to (?:call|ring|phone|give) )"
        ),
        "ask ",
    ),
    (re.compile(r"\bok\b"), "okay"),
    (re.compile(r"\bto morrow\b"), "tomorrow"),
    (re.compile(r"\bany one\b"), "anyone"),
    (
        re.compile(
            r"(?:^|(?<=\bjust )|(?<=\bonly )|(?<=simply )|(?<=please )|(?<=kindly ))in form\b"
        ),
        "inform",
    ),
    (re.compile(r"^(?:hell|tail)(?= \w+(?: \w+)? that\b)"), "tell"),
    (
        re.compile(r"^hell ?(?=(?:doctor|dr|mr|mrs|miss|madam|wakili|nurse|sister)\b)"),
        "tell ",
    ),
    (re.compile(r"\bsome one\b"), "someone"),
    (re.compile(r"\byou (?:people|guys|all|folks)\b"), "you"),
    (re.compile(r"\b(?:wanna|want a)(?= (?:know|speak|talk|see|leave|come|book)\b)"), "want to"),
)


@lru_cache(maxsize=512)
def plain(text: str) -> str:
    """Give ``text`` in lower case, without contractions and punctuation, single-spaced.

    Digits keep ``:`` and ``.`` between them; ``+`` stays.
    """
    low = text.lower().replace("\u2019", "'").replace("`", "'")
    low = _PAYMENT.sub("mpesa", low)
    low = _IS_AFTER.sub(r"\1 is", low)
    for short, long in _CONTRACTIONS:
        low = low.replace(short, long)
    low = _POSSESSIVE.sub("", low)
    low = _AM_PM.sub(r"\1m", low)
    low = _DOTTED.sub(r"\1 ", low).replace("'", "").replace("&", " and ")
    low = _LONE_DOT.sub(" ", _DROP.sub(" ", low))
    for pattern, same in _SAME:
        low = pattern.sub(same, low)
    return " ".join(low.split())


_SENTENCE_END = re.compile(r"(?!(?<=\b[A-Za-z])\.\s[A-Za-z]\b)[.?!;](?=\s|$)")
"""Not between single letters: the officers of the D. C. I. are those of the DCI."""


@lru_cache(maxsize=512)
def sentences_of(text: str) -> tuple[str, ...]:
    """Cut a recogniser's text at its full stops and question marks; plain sentences."""
    parts = (plain(part) for part in _SENTENCE_END.split(text))
    return tuple(part for part in parts if part)


_FILLERS = frozenset(
    listed(
        """
    um uh er erm ah eh hmm mm oh well so like actually basically just please kindly hi hello hey
    you know i mean
    """
    )
)
_LEADING = frozenset(
    listed(
        """
    um uh er erm ah eh hmm mm oh well so hi hello hey and okay yes yeah
    """
    )
)


def without_fillers(said: str) -> str:
    """Drop the words that carry nothing from plain text's beginning: ``um, hello, so ...``."""
    words = said.split()
    while len(words) > 1 and words[0] in _LEADING:
        words.pop(0)
    return " ".join(words)


def words_of_weight(said: str) -> list[str]:
    """Give plain text's words without fillers."""
    return [word for word in said.split() if word not in _FILLERS]


_ENDINGS = ("ments", "ment", "ings", "ing", "ies", "ers", "er", "ed", "es", "s", "e")


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """Cut a word's ending, crudely: ``charges``, ``charged``, ``charging`` become ``charg``."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            cut = word[: -len(ending)]
            return cut + "y" if ending == "ies" else cut
    for ending in ("ally", "al", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 5:
            return word[: -len(ending)]
    return word
