"""How the pieces in which words come are put together.

A piece may begin inside a word (*Hel*, *lo*), so that nothing is put between two of them as a rule.
But some models begin a further sentence of a turn without a space, as if nothing had gone before:
*Shall I take a message?* and *Goodbye.*
"""

from __future__ import annotations

import re

_ENDED = re.compile(r"(?:[?!\u2026]|(?<=[^\W\d_]{2})\.)[\"')\]\u201d\u2019]*$")
"""A sentence is over: a full stop behind one letter is one of an abbreviation."""
_OPENING = "\"'([\u201c\u2018\u00bf\u00a1"
_NEAR_END = 8


def apart(before: str, piece: str) -> str:
    """Give a piece as it follows what has come before: with a space, where a new sentence begins.

    Args:
        before: All that has come of the turn so far, or its last words.
        piece: What comes now.
    """
    begins = piece.lstrip(_OPENING)
    is_new = begins[:1].isupper() and _ENDED.search(before[-_NEAR_END:]) is not None
    return f" {piece}" if is_new else piece
