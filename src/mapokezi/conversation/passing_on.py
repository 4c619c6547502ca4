"""Passing the caller on: what is said and awaited while it happens, whoever does it.

The course of the call decides the phase; the bridge does the passing on.
"""

from __future__ import annotations

from collections.abc import Callable

from mapokezi.conversation.barge_in import Manner
from mapokezi.conversation.effects import CallOffHandOff, CloseForHandOff, Effect, Line, TakeBack
from mapokezi.conversation.floor import Floor
from mapokezi.conversation.inputs import HandOffSettled
from mapokezi.conversation.limits import CallLimits
from mapokezi.conversation.timeline import Moment, Timeline
from mapokezi.conversation.voices import Voices


class PassingOn:
    """The hand-offs of one conversation."""

    def __init__(
        self,
        emit: Callable[[Effect], None],
        timeline: Timeline,
        floor: Floor,
        limits: CallLimits,
        voices: Voices,
    ) -> None:
        """Begin with none."""
        self._emit, self._timeline, self._floor = emit, timeline, floor
        self._limits, self._voices = limits, voices
        self.is_ringing = False
        """Whether somebody is rung for the caller while we stay with them."""
        self.talked = False
        """Whether the caller has spoken with a person."""

    def ring(self, now: float) -> None:
        """Somebody is rung, and we stay with the caller: silence of theirs is waiting."""
        self.is_ringing = True
        self._timeline.note(Moment.HAND_OFF_BEGUN, now)

    def call_off(self) -> None:
        """It is not to happen, or not any more."""
        self.is_ringing = False
        self._emit(CallOffHandOff())

    def stop_ringing(self) -> None:
        """The call is bid goodbye: nobody is rung for it any more."""
        if self.is_ringing:
            self.call_off()

    def aside(self, text: str, now: float) -> None:
        """Tell the caller how it stands."""
        self._floor.speaking.line(Line.ASIDE, now, text=text)

    def go_away(self, now: float) -> None:
        """From here on nothing is said until the caller is back."""
        self.is_ringing = False
        self._floor.cut(now, "hand_off")
        self._floor.nothing_owed(now)
        self._floor.manner = Manner.TALKING
        self._timeline.note(Moment.HAND_OFF_CLOSED, now)
        self._timeline.media(False, now)
        self._limits.away(now)
        self._voices.closed()
        self._emit(CloseForHandOff())

    def settled(self, event: HandOffSettled, now: float, *, is_with_us: bool) -> None:
        """It is over. A caller who stayed with us hears of it from the voice, which goes on.

        Args:
            event: What came of it.
            now: The instant.
            is_with_us: Whether the caller hears us.
        """
        self.talked |= event.talked
        was_ringing, self.is_ringing = self.is_ringing, False
        self._timeline.note(Moment.HAND_OFF_SETTLED, now, talked=int(event.talked))
        if was_ringing and is_with_us and event.tried and not event.talked:
            self._voices.opened_anew(now)
            self._emit(TakeBack(event.tried))
