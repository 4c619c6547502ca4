"""Which notices a caller has heard, to the word: by the clock of the playout, not of the queue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from mapokezi.audio.heard import Heard
from mapokezi.audio.playout import Playout
from mapokezi.bridge import clock
from mapokezi.bridge.call_keeping import CallKeeping
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.opening_notices import OpeningPart, needed_of, notices_of, text_of
from mapokezi.receptionist.urgency import Urgency, UrgentWords
from mapokezi.records.caller_notices import NoticeHeard

_AGAIN_AFTER_S = 15.0
"""Who cuts in on what is owed hears it again no sooner: an answer is what they wait for."""
_AGAIN_TO_BE_HEARD_S = 4.0
"""Before a voice that may not hear them yet does: nothing else goes on until then."""
_DANGER = UrgentWords(())
"""What tells of a danger is the same in every office."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where in an item's sound a part of the opening ends."""

    ends_ms: int
    part: OpeningPart


class NoticesHeard:
    """What one caller has been told of it.

    Args:
        office: Whose notices they are.
        keeping: The call's record.
    """

    def __init__(self, office: Office, keeping: CallKeeping) -> None:
        self._keeping = keeping
        self._needed = frozenset(needed_of(office))
        self._needs_no_notice = office.notices.voice_before
        self._wording = text_of(notices_of(office))
        self._item_id = ""
        self._marks: list[Mark] = []
        self._owed: tuple[OpeningPart, ...] = ()
        self._again_from = 0.0
        self._is_danger = False
        self._told: set[str] = set()
        self.all_heard: Callable[[], None] = lambda: None
        """Told once, when the caller has heard all that is needed."""

    @property
    def is_all_heard(self) -> bool:
        """Whether the caller has heard all that they need."""
        return self._needed <= self._told

    @property
    def may_hear(self) -> bool:
        """Whether a voice that is elsewhere may hear the caller."""
        return self._needs_no_notice or self.is_all_heard

    @property
    def is_due(self) -> bool:
        """Whether an item is being played with a notice in it that was not heard yet."""
        return bool(self._marks)

    @property
    def is_owed(self) -> bool:
        """Whether what is needed was cut short, and is to be said again."""
        return bool(self._owed)

    def begin(self, item_id: str, marks: Iterable[Mark]) -> None:
        """The opening, or what is owed of it, is in the playout under this id."""
        self._item_id, self._marks = item_id, list(marks)
        self._owed = ()

    def caller_said(self, text: str) -> None:
        """Learn what the caller has said: in danger, they are answered before anything is owed."""
        if self.is_owed and _DANGER.heard_in(text) is Urgency.DANGER:
            self._is_danger = True  # whatever else they say before they are answered

    def goes_before_reply(self) -> bool:
        """Say whether what is owed is to be heard before the reply that begins.

        It comes after the first reply to somebody in danger: that one has the emergency number.
        """
        lets_by, self._is_danger = self._is_danger, False
        return self.is_owed and not lets_by

    def say_again(self, now: float, *, is_kept_off: bool) -> tuple[OpeningPart, ...]:
        """Give what is owed, unless it was asked for just now; it is then about to be begun.

        Args:
            now: The instant.
            is_kept_off: Whether the voice in use may not hear the caller yet.
        """
        if now < self._again_from:
            return ()
        self._again_from = now + (_AGAIN_TO_BE_HEARD_S if is_kept_off else _AGAIN_AFTER_S)
        return self._owed

    def is_what_is_owed(self, text: str) -> bool:
        """Say whether a line has the words that are owed."""
        return self.is_owed and text == text_of(self._owed)

    def look(self, playout: Playout, now: float) -> None:
        """Look how far the caller has heard."""
        self._heard_up_to(playout.heard_ms(self._item_id, now))

    def finished(self, item_id: str) -> bool:
        """An item was heard to its end; True if it is the opening."""
        if not self._item_id or item_id != self._item_id:
            return False
        self._heard_up_to(self._marks[-1].ends_ms if self._marks else 0)
        self._over()
        return True

    def dropped(self, items: Iterable[Heard]) -> None:
        """Items were cut short."""
        for one in items:
            if one.item_id == self._item_id:
                self._heard_up_to(one.heard_ms)
                self._over()

    def _over(self) -> None:
        unheard, self._marks = self._marks, []
        self._item_id = ""
        if self.is_all_heard:
            self._keeping.notice_heard(self._wording)
            return
        missing = self._needed - self._told
        self._owed = tuple(mark.part for mark in unheard if missing.intersection(mark.part.notices))

    def _heard_up_to(self, heard_ms: int) -> None:
        if not self._marks or self._marks[0].ends_ms > heard_ms:
            return
        was_all = self.is_all_heard
        now, found = clock.wall(), []
        while self._marks and self._marks[0].ends_ms <= heard_ms:
            mark = self._marks.pop(0)
            at = now - timedelta(milliseconds=heard_ms - mark.ends_ms)
            part = mark.part
            found += [NoticeHeard(kind, part.text, part.language, at) for kind in part.notices]
        self._told.update(one.kind for one in found)
        if found:
            self._keeping.notices_heard(found)
        if self.is_all_heard and not was_all:
            self.all_heard()
