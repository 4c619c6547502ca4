"""The caller's side of the floor: their voice, their turns, and whether they cut in."""

from __future__ import annotations

from mapokezi.conversation.barge_in import BargeIn, BargeInSettings, Judgement, Saying
from mapokezi.conversation.hearing_clock import HearingClock
from mapokezi.conversation.timeline import Moment, Timeline
from mapokezi.conversation.transcript import Transcript
from mapokezi.voice.events import (
    CallerHeard,
    CallerTurnEnded,
    CallerTurnRejoined,
    CallerVoiceStarted,
    CallerVoiceStopped,
)


class Listening:
    """What we know of the caller's voice just now."""

    def __init__(
        self,
        settings: BargeInSettings,
        timeline: Timeline,
        transcript: Transcript,
        stuck_s: float,
    ) -> None:
        """Begin with a caller who has not been heard."""
        self._timeline = timeline
        self._transcript = transcript
        self._stuck_s = stuck_s
        self._clock = HearingClock()
        self._ended: set[str] = set()
        self._stuck_at: float | None = None
        self.barge_in = BargeIn(settings)
        self.is_voice_on = False
        self.voice_since = 0.0
        """When the voice that is on, or was on last, began."""
        self.turn_id = ""
        """The turn of which words were heard last."""

    def began(self, now: float) -> None:
        """The voice session was fed its first sample."""
        self._clock.begin(now)

    def is_new(self, event: CallerHeard) -> bool:
        """Tell whether words are of a turn that is not over yet."""
        return event.turn_id not in self._ended

    @property
    def has_open_turn(self) -> bool:
        """Whether the caller has said something in a turn whose end nobody has told."""
        turn = self._transcript.caller_turn(self.turn_id)
        return bool(turn and turn.text and not turn.disregarded) and self.turn_id not in self._ended

    def replaced(self, now: float) -> None:
        """Another session listens from here on; nothing is known of the voice just now."""
        self._clock.forget()
        self._end_voice(now, now)

    def voice_started(self, event: CallerVoiceStarted, now: float) -> None:
        """A voice began."""
        at = self._clock.started(event.at_ms, now)
        self._stuck_at = now + self._stuck_s
        if self.is_voice_on:
            return
        self.is_voice_on = True
        self.voice_since = at
        self._timeline.note(Moment.CALLER_VOICE_STARTED, at)
        self._timeline.caller(True, at)
        self.barge_in.voice_started(at, now)

    def voice_stopped(self, event: CallerVoiceStopped, now: float) -> Judgement | None:
        """The voice paused."""
        if not self.is_voice_on:
            return None
        return self._end_voice(self._clock.stopped(event.at_ms, now), now)

    def heard(self, event: CallerHeard, saying: Saying, now: float) -> Judgement | None:
        """Words were recognised."""
        self.turn_id = event.turn_id
        if self.is_voice_on:
            self._stuck_at = now + self._stuck_s
        self._transcript.caller_heard(
            event.turn_id,
            event.text,
            self.instant_of(event.started_ms, now),
            self.instant_of(event.ended_ms, now),
            final=event.final,
        )
        if not self._is_of_suspect(event):
            return None
        return self.barge_in.heard(event.text, saying, now)

    def turn_ended(self, event: CallerTurnEnded, now: float) -> tuple[float, Judgement | None]:
        """A turn was taken for ended; give also the instant at which its voice stopped."""
        self._ended.add(event.turn_id)
        at = min(now, self.instant_of(event.at_ms, now))
        self._timeline.note(Moment.CALLER_TURN_ENDED, now, turn_id=event.turn_id)
        return at, self.barge_in.turn_ended()

    def rejoined(self, event: CallerTurnRejoined, now: float) -> None:
        """The turn goes on after all."""
        self._ended.discard(event.turn_id)
        self._transcript.rejoined(event.turn_id)
        self._timeline.note(Moment.CALLER_TURN_REJOINED, now, turn_id=event.turn_id)

    def disregard(self, now: float, why: str) -> str:
        """Mark the turn just heard as one that is not answered; give its id."""
        turn = self._transcript.caller_turn(self.turn_id)
        turn_id = "" if turn is None or self.turn_id in self._ended else self.turn_id
        if turn is not None and turn_id:
            turn.disregarded = True
        self._timeline.note(Moment.TURN_DISREGARDED, now, why=why, turn_id=turn_id)
        return turn_id

    def next_timer(self) -> float | None:
        """Give the instant at which the voice is not believed any more."""
        return self._stuck_at

    def handle_timer(self, now: float) -> None:
        """Take a voice that never stops for one whose end was lost."""
        if self._stuck_at is None or now < self._stuck_at:
            return
        self._timeline.note(Moment.CALLER_VOICE_GIVEN_UP, now)
        self._end_voice(now, now)

    def _end_voice(self, at: float, now: float) -> Judgement | None:
        self._stuck_at = None
        if not self.is_voice_on:
            return None
        self.is_voice_on = False
        self._timeline.note(Moment.CALLER_VOICE_STOPPED, at)
        self._timeline.caller(False, at)
        return self.barge_in.voice_stopped(at, now)

    def instant_of(self, at_ms: int, now: float) -> float:
        """Give the instant of a position in the caller's sound; ``now`` if it is not known."""
        at = self._clock.instant_of(at_ms) if at_ms else None
        return now if at is None else min(at, now)

    def _is_of_suspect(self, event: CallerHeard) -> bool:
        """Tell whether words are of the voice that came over us, not of the turn before it."""
        suspect_from = self.barge_in.suspect_from
        if suspect_from is None or event.turn_id in self._ended:
            return False
        ended_at = self._clock.instant_of(event.ended_ms) if event.ended_ms else None
        return ended_at is None or ended_at >= suspect_from
