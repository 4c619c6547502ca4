"""A sentence cut into the pieces of words that a BERT model knows, by its ``vocab.txt``.

The rules are those of the uncased BERT tokenizer (Devlin et al., google-research/bert,
``tokenization.py``): lower case without accents, punctuation and Chinese signs stand alone, a word
is cut greedily from its longest known beginning. The package that does this elsewhere brings a
client for downloads with it, which this program must not have.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

_LONGEST_WORD = 100
"""A longer one is unknown as a whole, as in the model's own ``tokenizer.json``."""
_CHINESE = ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2CEAF), (0xF900, 0xFAFF))


class WordPiece:
    """The pieces of one model."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        """Take the pieces in the order of their numbers.

        Raises:
            KeyError: The signs for begin, end and unknown are not among them.
        """
        self._numbers = {piece: number for number, piece in enumerate(vocabulary)}
        self._begin, self._end, self._unknown = (
            self._numbers[sign] for sign in ("[CLS]", "[SEP]", "[UNK]")
        )

    def numbers_of(self, text: str, most: int) -> list[int]:
        """The numbers of a text's pieces, between those of begin and end; ``most`` in all."""
        found = [number for word in _words(text) for number in self._pieces(word)]
        return [self._begin, *found[: most - 2], self._end]

    def _pieces(self, word: str) -> list[int]:
        if len(word) > _LONGEST_WORD:
            return [self._unknown]
        found: list[int] = []
        at = 0
        while at < len(word):
            mark = "##" if at else ""
            for end in range(len(word), at, -1):
                number = self._numbers.get(mark + word[at:end])
                if number is not None:
                    break
            else:
                return [self._unknown]
            found.append(number)
            at = end
        return found


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFD", text)
    return "".join(_spaced(sign) for sign in plain).lower().split()


def _spaced(sign: str) -> str:
    """One sign as it is to be cut: alone, part of a word, a space, or nothing."""
    if sign.isascii() and sign.isalnum():
        return sign
    if sign in "\t\n\r":
        return " "
    kind = unicodedata.category(sign)
    if kind.startswith("C") or kind == "Mn" or sign == "\ufffd":
        return ""
    if kind == "Zs":
        return " "
    is_ascii_sign = sign.isascii() and not sign.isalnum()
    if is_ascii_sign or kind.startswith("P") or _is_chinese(ord(sign)):
        return f" {sign} "
    return sign


def _is_chinese(code: int) -> bool:
    return any(first <= code <= last for first, last in _CHINESE)
