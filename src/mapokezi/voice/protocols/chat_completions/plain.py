"""From a written sentence to one that can be spoken: no markdown, no emojis, no addresses."""

from __future__ import annotations

import re
import unicodedata

_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)")
_ADDRESS = re.compile(
    r"<?\bhttps?://(?:www\.)?([^\s<>/]+)(?:/[^\s<>]*[^\s<>.,;:!?)])?/?>?", re.IGNORECASE
)
_NOTE = re.compile(r"\[(?:desk|note)\b[^\]]*\]?", re.IGNORECASE)
"""Our own notes to the model, which small ones write back."""
_LINE_MARK = re.compile(r"^\s*(?:#{1,6}\s+|>+\s*|[-*+•·‣▪◦–]\s+|\d{1,2}[.)]\s+(?=[^\W\d]))+")
_RULE = re.compile(r"^\s*\|?(?:\s*:?[-=_*]{3,}:?\s*\|?)+\s*$")
_HEADING_END = re.compile(r"\s+#+\s*$")
_EMPHASIS = re.compile(r"\*+|~~+|`+|(?<!\w)_+|_+(?!\w)")
_KEPT = frozenset("°№%&@+")
_EMPTY = re.compile(r"\(\s*\)|\[\s*\]|<\s*>|\"\s*\"")
_SPACE_BEFORE = re.compile(r"\s+([,.;:!?])")


def plain(written: str) -> str:
    """Give what is to be spoken of a clause; empty if nothing is.

    Args:
        written: A clause of the model's text; whether it begins a line is taken as given.
    """
    if _RULE.match(written):
        return ""
    text = _LINE_MARK.sub("", written, count=1)
    text = _LINK.sub(r"\1", text)
    text = _ADDRESS.sub(r"\1", text)
    text = _NOTE.sub(" ", text)
    text = _HEADING_END.sub("", text)
    text = _EMPHASIS.sub("", text)
    text = text.replace("|", ", ").replace("_", " ")
    text = "".join(_audible(letter) for letter in text)
    text = _EMPTY.sub(" ", text)
    text = _SPACE_BEFORE.sub(r"\1", " ".join(text.split()))
    return text.lstrip(" ,;:.!?)") if any(map(str.isalnum, text)) else ""


def _audible(letter: str) -> str:
    """Give a letter, a space for what separates, or nothing for what only decorates."""
    if letter.isalnum() or letter in _KEPT:
        return letter
    kind = unicodedata.category(letter)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    if kind in ("So", "Sk", "Cf", "Cs", "Co", "Cn") or letter in "\ufe0e\ufe0f\u20e3":
        return ""
    return letter
