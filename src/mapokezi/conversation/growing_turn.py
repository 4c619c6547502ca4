"""A caller's turn while it may still go on: where its voice was, and what is recognised of it."""

from __future__ import annotations

from dataclasses import dataclass

from mapokezi.conversation.completeness import Ending, Expectation, WaitSettings, ending_of


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of caller audio that is being recognised."""

    segment_id: str
    end_ms: int
    tries: int
    is_commit: bool
    """Whether its words are kept as they come: the part of a very long turn behind us."""


@dataclass(slots=True)
class GrowingTurn:
    """One turn, from its first voice to its end."""

    turn_id: str
    started_ms: int
    segment_from_ms: int
    """Where the part begins that is not committed yet."""
    ended_ms: int = 0
    voiced_ms: int = 0
    """How much voice there was in all."""
    committed: str = ""
    text: str = ""
    has_text: bool = False
    """Whether the text covers the voice up to the pause that goes on."""
    ending: Ending = Ending.UNCLEAR
    was_recognised: bool = False
    """Whether the recogniser has made something of it, be it no words."""
    was_late: bool = False
    """Whether `TextIsLate` was told of it."""

    def paused(self, at_ms: int, voice_ms: int) -> None:
        """The voice stopped at ``at_ms`` after having lasted ``voice_ms``."""
        self.ended_ms = at_ms
        self.voiced_ms += voice_ms
        self.has_text = False

    def goes_on(self) -> None:
        """It was taken for ended too early."""
        self.has_text = self.was_late = False

    def keep(self, segment: Segment, words: str) -> None:
        """Take in the words of a part that is behind us for good."""
        self.committed = _joined(self.committed, words)
        self.segment_from_ms = segment.end_ms

    def take(self, segment: Segment, words: str, expectation: Expectation, commit_ms: int) -> None:
        """Take in the words up to the pause; beyond ``commit_ms`` of them they are kept so."""
        self.text = _joined(self.committed, words)
        self.was_recognised = True
        self._weigh(expectation)
        if segment.end_ms - self.segment_from_ms > commit_ms:
            self.committed = self.text
            self.segment_from_ms = segment.end_ms

    def do_without(self, expectation: Expectation) -> None:
        """The recogniser has failed for good: what text there is must do."""
        self._weigh(expectation)

    def _weigh(self, expectation: Expectation) -> None:
        self.has_text = True
        self.ending = ending_of(self.text, expectation)

    def wait_ms(self, waits: WaitSettings, patience_ms: int) -> int:
        """How long a pause ends it, as far as its text tells.

        Args:
            waits: By how complete a turn seems.
            patience_ms: More of it for a caller who was cut short before.
        """
        wait_ms = waits.after(self.ending)
        if self.ending is Ending.SETTLED:
            return wait_ms
        return min(wait_ms + patience_ms, max(wait_ms, waits.broken_off_ms))

    @property
    def whole_text(self) -> str:
        """All its words, as far as they are known."""
        return self.text if self.has_text or self.text else self.committed


def _joined(before: str, after: str) -> str:
    return " ".join(part for part in (before.strip(), after.strip()) if part)
