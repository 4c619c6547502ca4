"""Parting with the caller: a goodbye, or "I'm connecting you", and what they may still say to it.

The course of the call decides that we part, and what follows once our last words were heard.
"""

from __future__ import annotations

from mapokezi.calls import Termination, TerminationReason
from mapokezi.conversation.barge_in import Manner
from mapokezi.conversation.effects import Line
from mapokezi.conversation.floor import Floor
from mapokezi.conversation.last_words import SETTLE_S, LastWords
from mapokezi.conversation.settings import ConversationSettings


class Parting:
    """Our last words to the caller, while they are being said."""

    def __init__(self, settings: ConversationSettings, floor: Floor) -> None:
        """Begin with no thought of parting."""
        self._settings = settings
        self._floor = floor
        self._last_words = LastWords()
        self._line_id = ""
        """Of a line of ours whose length is not known yet."""
        self.termination: Termination | None = None
        """What the call comes to when the goodbye was heard; None before a hand-off."""
        self.may_stay = False
        """Whether the goodbye is taken back if the caller has something to add."""

    @property
    def is_own_goodbye(self) -> bool:
        """Whether it is a goodbye of the receptionist's own will: farewells want no answer."""
        if not self.may_stay or self.termination is None:
            return False
        return self.termination.reason is TerminationReason.RECEPTIONIST_SAID_GOODBYE

    def connect(self, now: float) -> None:
        """Let the caller hear that they are being connected."""
        self.may_stay = False
        self._floor.manner, self._floor.only_stop_words = Manner.PARTING, True
        self._last_words.begin(
            now,
            cap_s=self._settings.hand_off_cap_s,
            grace_s=self._settings.hand_off_line_s,
            begun=self._floor.speaking.begun,
            spoken=False,
        )

    def say_goodbye(
        self, termination: Termination, now: float, *, line: Line | None, may_stay: bool
    ) -> None:
        """Say goodbye, or let the voice finish saying it.

        Args:
            termination: What the call comes to then.
            now: The instant.
            line: A sentence of ours; None if the voice says it.
            may_stay: Whether the caller may keep us.
        """
        floor = self._floor
        self.termination, self.may_stay = termination, may_stay
        floor.manner = Manner.PARTING if may_stay else Manner.FINAL
        floor.only_stop_words = False
        floor.nothing_owed(now)
        if line is not None:
            long_rest = floor.speaking.unheard_ms(now) > self._settings.finish_sentence_s * 1000
            if long_rest or floor.speaking.is_streaming or floor.speaking.is_paused:
                floor.cut(now, "goodbye")
            self._line_id = floor.speaking.line(line, now)
        self._last_words.begin(
            now,
            cap_s=self._settings.goodbye_cap_s,
            grace_s=self._settings.goodbye_grace_s,
            begun=floor.speaking.begun,
            spoken=floor.speaking.is_pending,
        )

    def make_final(self) -> None:
        """Nothing that the caller adds keeps us any more."""
        self.may_stay = False
        self._floor.manner = Manner.FINAL

    def put_off(self) -> None:
        """Be in the middle of a conversation, whatever was before."""
        self.stop_waiting()
        self.termination = None
        self.may_stay = False
        self._floor.manner, self._floor.only_stop_words = Manner.TALKING, False

    def stop_waiting(self) -> None:
        """The words were heard, or do not matter any more."""
        self._last_words.clear()

    def settle(self, now: float) -> None:
        """Learn how far our words have come, and whether the caller is heard over them."""
        floor = self._floor
        self._allow_for_line(now)
        heard_over_us = self.may_stay and floor.listening.is_voice_on
        if heard_over_us:
            self._last_words.be_patient()
        self._last_words.update(
            now,
            is_pending=floor.speaking.is_pending or heard_over_us,
            begun=floor.speaking.begun,
        )

    def _allow_for_line(self, now: float) -> None:
        """A line of ours may be longer than any goodbye should be, and is heard out."""
        line = self._floor.speaking.item(self._line_id)
        if line is not None and line.complete:
            self._line_id = ""
            self._last_words.allow(now + self._floor.speaking.unheard_ms(now) / 1000 + SETTLE_S)

    def next_timer(self) -> float | None:
        """Give the instant at which the last words are over."""
        return self._last_words.next_timer()

    def is_over(self, now: float) -> bool:
        """Tell whether the last words were heard, or will not be."""
        return self._last_words.are_over(now)
