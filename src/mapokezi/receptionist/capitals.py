"""The capitals of what a caller said, for what people are to read of it.

The rules work on plain words in lower case. A message that says "a plot in kiambu, i paid kra" is
read by a person: there, words have the capitals that they were heard with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_SENTENCE = re.compile(r"[^.?!;]+")
_WORD = re.compile(r"[^\W\d_](?:[\w'’-]*\w)?")


def capitals_heard(text: str) -> tuple[str, ...]:
    """Give the words that have capitals of their own, each once, in their order.

    The first word of a sentence tells nothing by its capital, unless it is all capitals: ``KRA``.
    """
    found: dict[str, None] = {}
    for sentence in _SENTENCE.findall(text):
        for nth, word in enumerate(_WORD.findall(sentence)):
            is_short_name = len(word) > 1 and word.isupper()
            if is_short_name or (nth > 0 and word[0].isupper()):
                found[word] = None
    return tuple(found)


def in_capitals(plain_words: str, capitals: Iterable[str]) -> str:
    """Give words in lower case the capitals of those that were heard with some; ``i`` is ``I``."""
    known = {word.lower(): word for word in capitals} | {"i": "I"}
    return _WORD.sub(lambda found: known.get(found[0], found[0]), plain_words)
