"""When a caller's turn has ended, for a voice that has to find out by itself (the cascade).

The caller stops speaking. Have they finished? The `Endpointer` does not wait for a fixed silence:
180 ms after the voice stopped it has the turn transcribed on speculation, all of it, so that the
text is of one piece; and the text says how long to wait (`mapokezi.conversation.completeness`).

======= ================== ==================== ===================== =======================
state   voice starts       voice stops          timer                 text
======= ================== ==================== ===================== =======================
IDLE    → VOICE            -                    -                     -
VOICE   -                  → PAUSE              very long: commit     of a commit: kept
PAUSE   cancel the         -                    speculate: transcribe sets the wait; if that
        transcription;                          text late: say so     is over already, ends
        → VOICE                                 wait over: end the    the turn → ENDED
                                                turn → ENDED; but if
                                                it is loud: hold on
ENDED   confirm soon       before confirmed:    confirmed: rejoin     -
                           nothing              → VOICE
======= ================== ==================== ===================== =======================

Nothing is lost by ending too early: while our reply was not heard for about 250 ms (the cascade
says so by `reply_heard`), a voice that lasts makes the turn go on. Its reply is thrown away, and
what follows is transcribed together with what came before. A caller who was cut short once gets
more patience for the rest of the call.

A voice without words (a cough, a lorry) makes no turn. A long voice of which the recogniser makes
nothing, or one at which it fails twice, makes a turn with empty text: the caller did say something,
and must hear that it was not understood.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from mapokezi.conversation.completeness import Expectation, WaitSettings
from mapokezi.conversation.endpointing_effects import (
    CancelTranscription,
    EndpointerEffect,
    EndTurn,
    NoTurn,
    Rejoin,
    TextIsLate,
    Transcribe,
    TurnHeard,
)
from mapokezi.conversation.growing_turn import GrowingTurn, Segment
from mapokezi.conversation.hearing_clock import HearingClock

__all__ = [
    "CancelTranscription",
    "EndTurn",
    "Endpointer",
    "EndpointerEffect",
    "EndpointerSettings",
    "NoTurn",
    "Rejoin",
    "TextIsLate",
    "Transcribe",
    "TurnHeard",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointerSettings:
    """The measures of endpointing, in milliseconds of caller audio."""

    waits: WaitSettings = field(default_factory=WaitSettings)
    pre_roll_ms: int = 300
    """Sound before the edge that belongs to the first word: detectors notice late."""
    tail_ms: int = 150
    """Sound after the edge that belongs to the last word."""
    speculate_ms: int = 180
    """Silence before the turn is transcribed on speculation: most gaps between words are less."""
    late_ms: int = 1_000
    """After so much silence without text the caller is owed a sign; usually it is there in 400."""
    hold_ms: int = 60
    """While it is loud, a turn that is over is held open so long, ..."""
    most_holds: int = 3
    """... and again: the detector tells of a voice up to 125 ms after it began."""
    longest_wait_for_text_ms: int = 4_000
    """After so much silence the turn ends with what text there is."""
    rejoin_voice_ms: int = 120
    """A voice must last this long to open an ended turn again: not a cough."""
    rejoin_within_ms: int = 4_000
    """After this much silence a voice is a new turn, whatever was heard of our reply."""
    patience_ms: int = 200
    """Added to the waits each time the caller was cut short, ..."""
    most_patience_ms: int = 400
    """... up to this."""
    commit_ms: int = 25_000
    """A turn longer than this is transcribed in parts."""
    longest_voice_ms: int = 40_000
    """A voice without a pause is transcribed after so long, mid-word if need be."""
    longest_turn_ms: int = 120_000
    """A turn that is longer ends: a television, or somebody who must be answered in between."""
    wordless_ms: int = 1_200
    """A voice of this length without recognised words is answered all the same."""
    unrecognised_ms: int = 250
    """The same if it was not that no words were found, but that the recogniser failed."""
    tries: int = 2
    """How often a transcription is tried."""


class _State(Enum):
    IDLE = auto()
    VOICE = auto()
    PAUSE = auto()
    ENDED = auto()


class Endpointer:
    """Decides when a turn has ended. Sans I/O; ``now`` is monotonic seconds."""

    def __init__(self, settings: EndpointerSettings | None = None) -> None:
        """Begin in silence, expecting anything."""
        self._settings = settings or EndpointerSettings()
        self._clock = HearingClock()
        self._effects: list[EndpointerEffect] = []
        self._state = _State.IDLE
        self._turn: GrowingTurn | None = None
        self._turns = 0
        self._segments = 0
        self._segment: Segment | None = None
        self._voice_from_ms = 0
        self._voice_on = False
        self._stopped_at = 0.0
        self._speculate_at: float | None = None
        self._confirm_at: float | None = None
        self._long_voice_at: float | None = None
        self._ended_text = ""
        self._patience_ms = 0
        self._can_rejoin = False
        self.expectation = Expectation.ANYTHING

    def hearing_began(self, now: float) -> None:
        """The first sample of caller audio was fed at ``now``: position 0."""
        self._clock.begin(now)

    def expect(self, expectation: Expectation) -> None:
        """Learn what the caller was asked for; it holds until the next call of this."""
        self.expectation = expectation

    def effects(self) -> list[EndpointerEffect]:
        """Take the effects that have gathered, in order."""
        taken, self._effects = self._effects, []
        return taken

    def voice_started(self, at_ms: int, now: float) -> None:
        """A voice began at ``at_ms`` of the caller audio."""
        if self._voice_on:
            return
        started = self._clock.started(at_ms, now)
        self._voice_on = True
        self._voice_from_ms = at_ms
        self._long_voice_at = started + self._settings.longest_voice_ms / 1000
        if self._state is _State.ENDED and not self._may_rejoin(at_ms):
            self._state, self._turn = _State.IDLE, None
        if self._state is _State.IDLE:
            self._begin_turn(at_ms)
        elif self._state is _State.PAUSE:
            self._go_on()
        elif self._state is _State.ENDED:
            self._confirm_at = max(now, started + self._settings.rejoin_voice_ms / 1000)

    def voice_stopped(self, at_ms: int, now: float) -> None:
        """The voice paused at ``at_ms``."""
        if not self._voice_on:
            return
        self._voice_on = False
        self._long_voice_at = None
        voice_ms = max(0, at_ms - self._voice_from_ms)
        if self._state is _State.ENDED:
            self._confirm_at = None
            if voice_ms < self._settings.rejoin_voice_ms:
                return
            self._rejoin()
        turn = self._turn
        if self._state is not _State.VOICE or turn is None:
            return
        self._state = _State.PAUSE
        self._hold_until, self._holds = 0.0, 0
        turn.paused(at_ms, voice_ms)
        self._stopped_at = self._clock.stopped(at_ms, now)
        self._speculate_at = max(now, self._stopped_at + self._settings.speculate_ms / 1000)

    def transcribed(self, segment_id: str, text: str, now: float, *, is_loud: bool = False) -> None:
        """A stretch was recognised. Of one that was cancelled, nothing is taken.

        ``is_loud``: as of `handle_timer`.
        """
        segment, turn = self._segment, self._turn
        if segment is None or segment.segment_id != segment_id or turn is None:
            return
        self._segment = None
        if segment.is_commit:
            turn.keep(segment, text)
            return
        turn.take(segment, text, self.expectation, self._settings.commit_ms)
        if turn.text:
            self._effects.append(TurnHeard(turn.turn_id, turn.text, turn.started_ms, turn.ended_ms))
        self._end_if_due(now, is_loud=is_loud)

    def transcription_failed(self, segment_id: str, now: float) -> None:
        """A stretch could not be recognised: try again, then go on without."""
        segment, turn = self._segment, self._turn
        if segment is None or segment.segment_id != segment_id or turn is None:
            return
        self._segment = None
        if segment.tries < self._settings.tries:
            self._transcribe(
                turn, segment.end_ms, tries=segment.tries + 1, commit=segment.is_commit
            )
            return
        if segment.is_commit:
            return
        turn.do_without(self.expectation)
        self._end_if_due(now)

    def reply_heard(self, now: float) -> None:
        """Our reply has been heard for a while: from here on a voice is a new turn."""
        self._can_rejoin = False
        if self._state is _State.ENDED:
            self._state, self._turn, self._confirm_at = _State.IDLE, None, None
            if self._voice_on:
                self._begin_turn(self._voice_from_ms)

    def disregard(self, now: float) -> None:
        """Forget what was just uttered: it was a backchannel, or our own echo.

        A voice that goes on from here begins a turn of its own.
        """
        if self._state in {_State.IDLE, _State.ENDED}:
            return
        self._cancel()
        self._speculate_at = None
        if self._turn is not None:
            self._drop(self._turn)
        if self._voice_on:
            self._voice_from_ms = max(self._voice_from_ms, self._clock.at_ms(now))
            self._begin_turn(self._voice_from_ms)

    def next_timer(self) -> float | None:
        """Give the instant at which `handle_timer` is due, or None."""
        dues = (
            self._speculate_at,
            self._confirm_at,
            self._long_voice_at,
            self._late_at(),
            self._end_at(),
        )
        return min((due for due in dues if due is not None), default=None)

    def handle_timer(self, now: float, *, is_loud: bool = False) -> None:
        """Act on the deadlines that have come.

        Args:
            now: The present.
            is_loud: Whether the caller's sound is just now as loud as a voice. The detector, which
                knows better, may be about to say that they go on.
        """
        if self._speculate_at is not None and now >= self._speculate_at:
            self._speculate_at = None
            if self._turn is not None:
                self._transcribe(self._turn, self._turn.ended_ms + self._settings.tail_ms)
        if self._confirm_at is not None and now >= self._confirm_at:
            self._confirm_at = None
            self._rejoin()
        if self._long_voice_at is not None and now >= self._long_voice_at:
            self._commit_mid_voice(now)
        late_at, turn = self._late_at(), self._turn
        if late_at is not None and now >= late_at and turn is not None:
            turn.was_late = True
            self._effects.append(TextIsLate(turn.turn_id, turn.ended_ms))
        self._end_if_due(now, is_loud=is_loud)

    def _begin_turn(self, at_ms: int) -> None:
        self._turns += 1
        self._segment = None  # what is still being recognised is of an earlier turn
        start_ms = max(0, at_ms - self._settings.pre_roll_ms)
        self._turn = GrowingTurn(f"turn-{self._turns}", at_ms, start_ms)
        self._state = _State.VOICE

    def _go_on(self) -> None:
        """The pause was inside the turn."""
        self._cancel()
        self._speculate_at = None
        self._state = _State.VOICE

    def _may_rejoin(self, at_ms: int) -> bool:
        turn = self._turn
        if turn is None or not self._can_rejoin:
            return False
        return at_ms - turn.ended_ms <= self._settings.rejoin_within_ms

    def _rejoin(self) -> None:
        turn = self._turn
        if self._state is not _State.ENDED or turn is None:
            return
        settings = self._settings
        self._patience_ms = min(settings.most_patience_ms, self._patience_ms + settings.patience_ms)
        self._state = _State.VOICE
        turn.goes_on()
        self._effects.append(Rejoin(turn.turn_id, self._ended_text))

    def _transcribe(
        self, turn: GrowingTurn, end_ms: int, *, tries: int = 1, commit: bool = False
    ) -> None:
        self._segments += 1
        segment_id = f"segment-{self._segments}"
        self._segment = Segment(segment_id, end_ms, tries, commit)
        self._effects.append(Transcribe(segment_id, turn.segment_from_ms, end_ms))

    def _cancel(self) -> None:
        if self._segment is not None and not self._segment.is_commit:
            self._effects.append(CancelTranscription(self._segment.segment_id))
            self._segment = None

    def _commit_mid_voice(self, now: float) -> None:
        """Have a voice that does not pause transcribed up to here."""
        self._long_voice_at = now + self._settings.longest_voice_ms / 1000
        turn = self._turn
        if self._state is not _State.VOICE or turn is None:
            return
        here_ms = self._clock.at_ms(now)
        if here_ms - turn.started_ms >= self._settings.longest_turn_ms:
            self._cut_off(turn, here_ms)
        elif self._segment is None:
            self._transcribe(turn, here_ms, commit=True)

    def _cut_off(self, turn: GrowingTurn, here_ms: int) -> None:
        """End a turn that will not end."""
        turn.paused(here_ms, here_ms - self._voice_from_ms)
        turn.text = turn.committed
        self._segment = None
        self._voice_on = False
        self._long_voice_at = None
        self._end(turn)
        self._can_rejoin = False

    def _late_at(self) -> float | None:
        """When the caller has waited long for their words to be known."""
        turn, settings = self._turn, self._settings
        if self._state is not _State.PAUSE or turn is None or turn.has_text or turn.was_late:
            return None
        if turn.voiced_ms < settings.unrecognised_ms:
            return None
        return self._stopped_at + settings.late_ms / 1000

    def _drop(self, turn: GrowingTurn) -> None:
        """Forget a turn."""
        if turn.was_late:
            self._effects.append(NoTurn(turn.turn_id))
        self._state, self._turn = _State.IDLE, None

    def _end_at(self) -> float | None:
        """When the pause has lasted long enough, as far as the text is known."""
        turn = self._turn
        if self._state is not _State.PAUSE or turn is None:
            return None
        settings = self._settings
        if self._speculate_at is not None or not turn.has_text:
            return self._stopped_at + settings.longest_wait_for_text_ms / 1000
        wait_ms = turn.wait_ms(settings.waits, self._patience_ms)
        return max(self._stopped_at + wait_ms / 1000, self._hold_until)

    def _end_if_due(self, now: float, *, is_loud: bool = False) -> None:
        due = self._end_at()
        if due is None or now < due or self._turn is None:
            return
        if is_loud and self._holds < self._settings.most_holds:
            self._holds += 1
            self._hold_until = now + self._settings.hold_ms / 1000
            return
        self._end(self._turn)

    def _end(self, turn: GrowingTurn) -> None:
        self._cancel()
        self._speculate_at = None
        text = turn.whole_text
        settings = self._settings
        long_ms = settings.wordless_ms if turn.was_recognised else settings.unrecognised_ms
        if not text and turn.voiced_ms < long_ms:
            self._drop(turn)
            return
        self._state = _State.ENDED
        self._can_rejoin = True
        self._ended_text = text
        self._effects.append(EndTurn(turn.turn_id, text, turn.started_ms, turn.ended_ms))
