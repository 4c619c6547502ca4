"""A text that comes in pieces, cut anywhere, given out as the first clause and then as sentences.

Speech begins with the first clause, because the caller waits; after it there is time for whole
sentences, which a voice says better. A mark that may mean two things is decided when the letters
behind it are known: "No. 5" is one, "No. We do not." is two; "9.30", "KES 3,500", "0722, 123,
456", "Dr. Kamau", "9 a.m. to noon" are never cut. Which pieces the text came in makes no
difference.
"""

from __future__ import annotations

from enum import Enum, auto

_FIRST_CLAUSE = 12
"""Letters. A first clause that is shorter ("Yes,") is over before the next can be spoken."""
_LONGEST = 240
"""Letters. More without a stop is cut between two words."""
_CLOSERS = "\"'”’)]*_`»"
_SENTENCE_MARKS = ".!?…"
_CLAUSE_MARKS = ",;:—–"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NEVER_ENDS = _words(
    """
    mr mrs ms dr prof hon adv eng rev capt col gen sgt st mt e.g i.e vs cf approx p.o ltd co inc
    messrs
    """
)
_BEFORE_A_NUMBER = _words(
    """
    no nos tel ext fig ksh kshs kes ush tsh sh shs rs art sec para p pp vol lr plot cap reg ch jan
    feb mar apr jun jul aug sep sept oct nov dec floor flr rm
    """
)
"""End a sentence, unless a number follows."""
_BEFORE_SMALL = _words(
    "a.m p.m am pm etc rd ave blvd dept jr sr mon tue tues wed thu thur fri sat sun"
)
"""End a sentence, unless it goes on with a small letter or a number."""


class _Cut(Enum):
    YES = auto()
    NO = auto()
    WAIT = auto()
    """The letters behind it are needed."""


class ClauseSplitter:
    """Cuts one text. The clauses, put together, are the text but for the spaces between them."""

    def __init__(self) -> None:
        """Begin before the first letter."""
        self._text = ""
        self._looked_at = 0
        self._given = 0

    def feed(self, text: str) -> list[str]:
        """Take text; give the clauses that are complete with it."""
        self._text += text
        return self._cut(is_over=False)

    def flush(self, *, drop_unfinished: bool = False) -> list[str]:
        """The text is over: give the rest.

        Args:
            drop_unfinished: Whether a last clause is left out that has no end: the text was broken
                off in the middle. If it is all there is, it is given.
        """
        clauses = self._cut(is_over=True)
        rest, self._text, self._looked_at = self._text.strip(), "", 0
        if rest and not (drop_unfinished and (clauses or self._given)):
            clauses.append(rest)
        return clauses

    def _cut(self, *, is_over: bool) -> list[str]:
        clauses: list[str] = []
        while self._looked_at < len(self._text):
            at = self._looked_at
            decided = self._decide(at, is_over=is_over)
            if decided is _Cut.WAIT:
                break
            if decided is _Cut.YES:
                self._take(clauses, self._behind_closers(at + 1))
            elif at + 1 >= _LONGEST and self._text[:at].strip():
                self._take(clauses, self._word_end(at))
            else:
                self._looked_at += 1
        return clauses

    def _take(self, clauses: list[str], end: int) -> None:
        clause, self._text = self._text[:end].strip(), self._text[end:].lstrip(" \t\r\n\u00a0")
        self._looked_at = 0
        if clause:
            self._given += 1
            clauses.append(clause)

    def _decide(self, at: int, *, is_over: bool) -> _Cut:
        """Tell whether the text is cut behind the letter at a place."""
        mark = self._text[at]
        if mark == "\n":
            return self._at_line_end(at, is_over=is_over)
        if mark not in _SENTENCE_MARKS and (mark not in _CLAUSE_MARKS or self._given):
            return _Cut.NO
        behind = self._behind_closers(at + 1)
        if behind >= len(self._text):
            ends = is_over and mark in _SENTENCE_MARKS
            return _Cut.YES if ends else _Cut.NO if is_over else _Cut.WAIT
        if not self._text[behind].isspace() and mark != "—":
            return _Cut.NO
        if self._is_within_brackets(at):
            return _Cut.NO
        following = self._next_letter(behind)
        if not following and not is_over:
            return _Cut.WAIT
        if mark in _CLAUSE_MARKS:
            is_long = len(self._text[:at].strip()) >= _FIRST_CLAUSE
            return _Cut.YES if is_long and following and not following.isdigit() else _Cut.NO
        if mark in ".…":
            return _Cut.YES if self._is_full_stop(at, following) else _Cut.NO
        return _Cut.YES

    def _is_full_stop(self, at: int, following: str) -> bool:
        before = self._text[:at]
        if before[-1:].isdigit() and following.isdigit():
            return False
        if self._text[at] == "…" or before.endswith(".."):
            return not following.islower()
        words = before.split()
        word = words[-1].lstrip("\"'“‘([*_`").lower() if words and not before[-1:].isspace() else ""
        if not word or word in _NEVER_ENDS:
            return False
        if word in _BEFORE_A_NUMBER:
            return not following.isdigit()
        if word in _BEFORE_SMALL:
            return not (following.islower() or following.isdigit())
        is_list_mark = len(words) == 1 and word.isdigit() and len(word) <= 2
        is_initial = len(word) == 1 and word.isalpha() and word != "i"
        return not ((is_list_mark or is_initial) and following)

    def _at_line_end(self, at: int, *, is_over: bool) -> _Cut:
        before = self._text[:at].strip()
        following = self._next_letter(at + 1)
        if before[-1:].isdigit() and not following and not is_over:
            return _Cut.WAIT
        return _Cut.NO if before[-1:].isdigit() and following.isdigit() else _Cut.YES

    def _behind_closers(self, at: int) -> int:
        """Give the place behind quotes, brackets and emphasis that close with a mark."""
        while at < len(self._text) and self._text[at] in _CLOSERS:
            at += 1
        return at

    def _next_letter(self, at: int) -> str:
        """Give the next letter behind spaces and marks; empty if it has not come."""
        while at < len(self._text) and not self._text[at].isalnum():
            at += 1
        return self._text[at : at + 1]

    def _is_within_brackets(self, at: int) -> bool:
        before = self._text[: self._behind_closers(at + 1)]
        return before.count("(") > before.count(")") or before.count("[") > before.count("]")

    def _word_end(self, at: int) -> int:
        """Find the last gap between two words before a place, not within a number."""
        for place in range(at - 1, _LONGEST // 2, -1):
            if self._text[place].isspace():
                before, behind = self._text[:place].rstrip()[-1:], self._text[place:at].lstrip()
                if behind and not (before.isdigit() or behind[0].isdigit()):
                    return place
        return at
