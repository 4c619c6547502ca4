"""Puts on the audit trail who looks at what on the desk.

A visitor is known by a few digits that follow from their cookie: the same for one visit, and no
way back to the cookie. A player asks for a recording in many parts, and a page is opened again
after each button, so the same deed of one visit counts once in ten minutes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from urllib.parse import unquote

from starlette.requests import Request

from mapokezi.bridge import clock
from mapokezi.desk.door import COOKIE
from mapokezi.desk.forms import WHO
from mapokezi.records.audit import AuditEntry, Deed
from mapokezi.records.changes import NoteDeed
from mapokezi.records.ports import RecordKeeper

_ONCE_IN_S = 600.0
_MOST_REMEMBERED = 2_000
_LONGEST_NAME = 40


class DeskTrail:
    """Writes the deeds of the desk's visitors down."""

    def __init__(self, keeper: RecordKeeper, now: Callable[[], float] = clock.monotonic) -> None:
        """Give entries to ``keeper``; ``now`` is in monotonic seconds."""
        self._keeper = keeper
        self._now = now
        self._noted: dict[tuple[str, Deed, str], float] = {}

    def note(self, visitor: str | None, deed: Deed, subject: str = "", *, called: str = "") -> None:
        """A visitor does something. Never waits and never fails.

        Args:
            visitor: Their cookie.
            deed: What they do.
            subject: A call's id; empty: many.
            called: The name that they gave on the tasks' page; nobody has checked it.
        """
        who = f"desk {label_of(visitor)} {' '.join(called.split())[:_LONGEST_NAME]}".rstrip()
        key, now = (who, deed, subject), self._now()
        if now - self._noted.get(key, -_ONCE_IN_S) < _ONCE_IN_S:
            return
        while len(self._noted) >= _MOST_REMEMBERED:
            del self._noted[next(iter(self._noted))]
        self._noted.pop(key, None)
        self._noted[key] = now
        entry = AuditEntry(clock.new_id("aud"), clock.wall(), who, deed, subject)
        self._keeper.put(NoteDeed(entry))


def label_of(visitor: str | None) -> str:
    """A visit's name in the trail: ``3f9a2c``."""
    return hashlib.sha256((visitor or "").encode()).hexdigest()[:6]


def note(request: Request, deed: Deed, subject: str = "") -> None:
    """Note what the visitor of a request does."""
    trail: DeskTrail = request.app.state.trail
    called = unquote(request.cookies.get(WHO, ""))
    trail.note(request.cookies.get(COOKIE), deed, subject, called=called)
