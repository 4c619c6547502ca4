"""What kind of call it is, by what the caller says it is about, and what is asked besides."""

from __future__ import annotations

from mapokezi.receptionist.likeness import Likeness
from mapokezi.receptionist.office import CallType, Office, Question

KIND = "kind"
"""Under which a message tells what kind of call it was."""
_SURE = 0.35
"""How like one of its ways of asking a matter must be ..."""
_MARGIN = 0.08
"""... and how much likelier than one of any other kind: to ask nothing more is the lesser evil."""


class CallTypes:
    """The kinds of call of an office, prepared for being recognised."""

    def __init__(self, office: Office) -> None:
        """Prepare the ways in which callers put their matters."""
        self._types = {one.id: one for one in office.call_types}
        ways = [(one.id, way) for one in office.call_types for way in (*one.asked_as, one.name)]
        self._of = [type_id for type_id, _ in ways]
        self._likeness = Likeness([way for _, way in ways]) if ways else None

    def get(self, type_id: str) -> CallType | None:
        """Give a kind by its id."""
        return self._types.get(type_id)

    def of(self, matter: str) -> CallType | None:
        """Find which kind of call a matter belongs to; None if that is not plain."""
        if self._likeness is None or not matter.strip():
            return None
        best: dict[str, float] = {}
        for type_id, alike in zip(self._of, self._likeness.to(matter), strict=True):
            best[type_id] = max(best.get(type_id, 0.0), float(alike))
        first, *others = sorted(best, key=best.__getitem__, reverse=True)
        if best[first] < _SURE or (others and best[first] - best[others[0]] < _MARGIN):
            return None
        return self._types[first]


def questions_of(office: Office) -> tuple[Question, ...]:
    """Give what is asked in any call of an office: for a message, then by kind of call."""
    own = tuple(question for one in office.call_types for question in one.questions)
    return (*office.message_questions, *own)
