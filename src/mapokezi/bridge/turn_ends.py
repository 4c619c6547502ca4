"""Where the caller's turns end, in a cascade: the endpointer driven, and its stretches recognised.

The endpointer (`mapokezi.conversation.endpointing`) is pure; here are its timer and the tasks that
have what it asks for written down. What it finds is given on to the session.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from mapokezi.bridge import clock
from mapokezi.bridge.caller_sound import CallerSound
from mapokezi.bridge.errands import Errands
from mapokezi.bridge.listening import Listening
from mapokezi.bridge.recognition import Recognition
from mapokezi.conversation.completeness import Expectation
from mapokezi.conversation.endpointing import (
    CancelTranscription,
    Endpointer,
    EndTurn,
    NoTurn,
    Rejoin,
    TextIsLate,
    Transcribe,
    TurnHeard,
)

TurnFound = TurnHeard | TextIsLate | NoTurn | EndTurn | Rejoin
"""What is found out about a turn."""

Guard = Callable[..., None]
"""Does something, given a function and its arguments; a fault in it is the session's end."""


class TurnEnds:
    """Finds the turns of one session.

    Args:
        sound: The caller's.
        listening: Knows whether it is loud just now.
        recognition: Has sound written down.
        errands: What is begun and not waited for; cancelled when the session closes.
        found: Told what is found, from within `follow`.
        guard: Does what a timer or a task of this brings about.
    """

    def __init__(
        self,
        sound: CallerSound,
        listening: Listening,
        recognition: Recognition,
        errands: Errands,
        found: Callable[[TurnFound], None],
        guard: Guard,
    ) -> None:
        self._sound = sound
        self._listening = listening
        self._recognition = recognition
        self._errands = errands
        self._found = found
        self._guard = guard
        self._endpointer = Endpointer()
        self._timer: asyncio.TimerHandle | None = None
        self._transcriptions: dict[str, asyncio.Task[None]] = {}
        self._closed = False

    def hearing_began(self) -> None:
        """The first of the caller's sound is here."""
        self._endpointer.hearing_began(clock.monotonic())

    def voice(self, is_voice: bool, at_ms: int) -> None:
        """A voice began or paused; `follow` is to be called next."""
        if is_voice:
            self._endpointer.voice_started(at_ms, clock.monotonic())
        else:
            self._endpointer.voice_stopped(at_ms, clock.monotonic())

    def expect(self, expectation: Expectation) -> None:
        """The caller was asked for something."""
        self._endpointer.expect(expectation)

    def settle(self) -> None:
        """From here on a voice is a new turn; `follow` may be called next."""
        self._endpointer.reply_heard(clock.monotonic())

    def disregard(self) -> None:
        """Forget what was just uttered; what follows from that is told later."""
        self._endpointer.disregard(clock.monotonic())
        self._arm_timer()

    def follow(self) -> None:
        """Tell what was found, have recognised what is to be, set the timer."""
        for effect in self._endpointer.effects():
            if self._closed:
                return
            match effect:
                case Transcribe():
                    task = self._errands.run(self._transcribe(effect))
                    self._transcriptions[effect.segment_id] = task
                case CancelTranscription():
                    if begun := self._transcriptions.pop(effect.segment_id, None):
                        begun.cancel()
                case _:
                    self._found(effect)
        self._arm_timer()

    def close(self) -> None:
        """End: nothing is told any more."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()

    def _arm_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self._endpointer.next_timer()
        if due is not None and not self._closed:
            self._timer = asyncio.get_running_loop().call_at(due, self._guard, self._timer_due)

    def _timer_due(self) -> None:
        self._timer = None
        self._endpointer.handle_timer(clock.monotonic(), is_loud=self._listening.is_loud())
        self.follow()

    async def _transcribe(self, wanted: Transcribe) -> None:
        pcm = self._sound.between(wanted.start_ms, wanted.end_ms)
        text = await self._recognition.write_down(pcm)
        self._transcriptions.pop(wanted.segment_id, None)
        if not self._closed:
            self._guard(self._written_down, wanted.segment_id, text)

    def _written_down(self, segment_id: str, text: str | None) -> None:
        now = clock.monotonic()
        if text is None:
            self._endpointer.transcription_failed(segment_id, now)
        else:
            is_loud = self._listening.is_loud()
            self._endpointer.transcribed(segment_id, text, now, is_loud=is_loud)
        self.follow()
