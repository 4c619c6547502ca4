"""How sound is sent: the measures of `mapokezi.audio.playout`, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field

from mapokezi.audio.formats import FRAME_MS, SAMPLE_RATE_HZ, samples_of
from mapokezi.audio.word_start import WordStartSettings


@dataclass(frozen=True, slots=True)
class Measures:
    """The lengths of `PlayoutSettings` in samples."""

    frame: int
    prime: int
    first: int
    step: int
    low: int
    high: int
    delay: int
    quiet: int
    tail: int
    lead: int
    kept: int


@dataclass(frozen=True, slots=True)
class PlayoutSettings:
    """How sound is sent. The defaults rest on contract/media-module.md, section 3."""

    sample_rate_hz: int = SAMPLE_RATE_HZ
    prime_ms: int = 160
    """Zeros sent at open: the module's first threshold on an 8 kHz call."""
    first_ms: int = 160
    """The call's first utterance is not begun, and not left, shorter than this."""
    step_ms: int = 80
    """Sound goes out in such steps: the module's later threshold."""
    ahead_low_ms: int = 200
    """Topped up when no more than this is ahead of the ear."""
    ahead_high_ms: int = 400
    """Never further ahead: that much at most has to be taken back at a barge-in."""
    heard_after_ms: int = 20
    """From sending to the ear, and from ``killAudio`` to silence: 3 to 21 ms were measured."""
    quiet_after_kill_ms: int = 40
    """Nothing is sent for so long after ``killAudio``: up to 15 ms after it sound was lost."""
    tail_at_ms: int = 30
    """An item's tail shorter than a step, whose end is not told yet, goes out when no more than
    this is ahead of the ear: a voice model may be slow to say that it has finished."""
    lead_ms: int = 5
    """An item's first step may lack so much, which zeros before it make up: resampled sound is up
    to 3 ms shorter than what came, and waiting for the model's next piece costs 20 to 40."""
    kept_ms: int = 2_000
    """Of what was heard, for a pause to go back in: the search for a word's start looks at no
    more. A voice model may speak for minutes."""
    word_start: WordStartSettings = field(default_factory=WordStartSettings)

    def in_samples(self) -> Measures:
        """Give the lengths in samples."""
        lengths_ms = (
            FRAME_MS,
            self.prime_ms,
            self.first_ms,
            self.step_ms,
            self.ahead_low_ms,
            self.ahead_high_ms,
            self.heard_after_ms,
            self.quiet_after_kill_ms,
            self.tail_at_ms,
            self.lead_ms,
            self.kept_ms,
        )
        return Measures(*(samples_of(ms, self.sample_rate_hz) for ms in lengths_ms))
