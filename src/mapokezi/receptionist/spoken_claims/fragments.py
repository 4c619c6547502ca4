"""A transcript that comes in pieces, cut anywhere, put together into sentences.

A sentence is complete when its full stop is followed by a space or by the item's end, for a piece
may end in ``five.`` and go on with ``30``. Titles and the letters of abbreviations end nothing.
"""

from __future__ import annotations

import re

from mapokezi.voice.joining import apart

_END = re.compile(r"[.?!\u2026]+[\"')\]\u201d\u2019]*(?=\s)|\n+|;(?=\s)")
_NO_END = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|no|tel|ext|adv|hon|ksh|kes|sh|approx|etc|vs|e\.g|i\.e)"
    r"|(?:^|[\s.])[a-z])$",
    re.IGNORECASE,
)
"""What stands before a full stop that ends nothing. A single letter is one of an abbreviation."""
_HALF_OF_DAY = re.compile(r"\b[ap]\.\s?m$", re.IGNORECASE)
_SIGNS = ".?!\u2026;\"')]\u201d\u2019"
"""What may end a sentence once a space follows it."""
_NEAR_END = 12
"""Letters before a full stop that tell whether it ends anything."""
_LONGEST = 400
"""Letters. Somebody who talks on without a stop is judged all the same."""


class Fragments:
    """The words of one item of speech, as they come."""

    def __init__(self) -> None:
        """Begin with none."""
        self._rest = ""
        self._looked = 0
        """Before that letter nothing ends."""

    def feed(self, text: str) -> list[str]:
        """Take a further piece; give the sentences that are complete by it."""
        self._rest += apart(self._rest, text)
        found: list[str] = []
        while (at := self._first_end()) is not None:
            found.append(self._rest[:at].strip())
            self._rest, self._looked = self._rest[at:], 0
        return [sentence for sentence in found if sentence]

    def end(self) -> list[str]:
        """No more will come; give what is left."""
        left = self.feed("\n")
        rest, self._rest, self._looked = self._rest.strip(), "", 0
        return [*left, rest] if rest else left

    def _first_end(self) -> int | None:
        for match in _END.finditer(self._rest, self._looked):
            before = self._rest[max(0, match.start() - _NEAR_END) : match.start()]
            is_stop = match[0].startswith(".")
            if is_stop and _HALF_OF_DAY.search(before):
                after = self._rest[match.end() :].lstrip()
                if not after:
                    self._looked = match.start()
                    return None  # "from nine a.m." may go on with "to one"
                if not after[0].isupper():
                    continue
            elif is_stop and _NO_END.search(before):
                continue
            return match.end()
        self._looked = len(self._rest.rstrip(_SIGNS))
        if len(self._rest) > _LONGEST:
            comma = self._rest.rfind(", ", 0, _LONGEST)
            return comma + 1 if comma > 0 else _LONGEST
        return None
