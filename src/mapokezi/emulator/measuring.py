"""Measuring a call in its sound: the two channels that the caller's telephone recorded.

Nothing here is taken from the receptionist's own clock or log. The caller's channel is what the
caller said into the telephone, the receptionist's what came out of its earpiece, both at 8 kHz and
in step; instants are milliseconds from the answer, which is where both begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mapokezi.audio.formats import FULL_SCALE, samples_in
from mapokezi.errors import MapokeziError

WINDOW_MS = 10
"""How finely sound is looked at."""
VOICE_DBFS = -45.0
"""What is louder is audible: synthesised speech on the line is at -25 to -15 dBFS, its softest
consonants near -45; the mu-law line's own silence is below -70."""
LONGEST_PAUSE_MS = 250
"""A pause up to this is part of the speech around it: the closure of a plosive, a breath."""
LONGEST_CLOSURE_MS = 100
"""A short sound no further than this from another may be a plosive of the same word."""
SHORTEST_SOUND_MS = 30
"""What is shorter, and stands alone, is a click."""
DIES_AWAY_MS = 60
"""What was playing before may be heard for so long: 12 ms of the line's filter (the ring-back
tone's end is that loud), and an instant is known to two frames of 20 ms, never too late."""


class HeardTooSoon(MapokeziError):  # noqa: N818 - in the words of the trade
    """A word was heard before what it answers: the instant or the sound is wrong."""

    def __init__(self, start_ms: int, opened_ms: int) -> None:
        """Keep both instants, in milliseconds from the answer."""
        self.start_ms, self.opened_ms = start_ms, opened_ms
        super().__init__(start_ms, opened_ms)

    def __str__(self) -> str:
        """Say both."""
        return (
            f"the first word, from {self.start_ms} ms on, was heard before the media stream"
            f" opened at {self.opened_ms} ms"
        )


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a call, in milliseconds from the answer."""

    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        """How long it is."""
        return self.end_ms - self.start_ms

    def holds(self, at_ms: int) -> bool:
        """Whether an instant lies within it; its end does not."""
        return self.start_ms <= at_ms < self.end_ms


@dataclass(frozen=True, slots=True)
class Timings:
    """What was measured in one call."""

    calls: int = 1
    first_word_ms: tuple[int, ...] = ()
    """From the answer (or the instant given instead) to the first audible word."""
    gaps_ms: tuple[int, ...] = ()
    """From the end of each of the caller's turns to the next audible sound of the receptionist."""
    turns: int = 0
    """How many turns the caller took, those that cut in apart."""
    cut_short: int = 0
    """In how many of them the receptionist began to speak before the caller had finished."""
    unanswered: int = 0
    """How many of them were followed by nothing of the receptionist's."""
    yields_ms: tuple[int, ...] = ()
    """From the caller's cutting in to the receptionist's falling silent."""
    longest_wait_ms: int = 0
    """The longest silence in which the caller waited for the receptionist."""
    longest_silence_ms: int = 0
    """The longest silence of both, whoever's turn it was."""
    caller_ms: int = 0
    receptionist_ms: int = 0
    both_ms: int = 0
    """Seconds of speech, of each alone and of both at once."""
    silent_ms: int = 0

    def as_dict(self) -> dict[str, object]:
        """Give the figures, with medians and 95th percentiles, for JSON."""
        return {
            "calls": self.calls,
            "first_word_ms": _summary(self.first_word_ms),
            "response_gap_ms": _summary(self.gaps_ms),
            "yield_ms": _summary(self.yields_ms),
            "turns": self.turns,
            "cut_short": self.cut_short,
            "unanswered": self.unanswered,
            "longest_wait_ms": self.longest_wait_ms,
            "longest_silence_ms": self.longest_silence_ms,
            "caller_ms": self.caller_ms,
            "receptionist_ms": self.receptionist_ms,
            "both_ms": self.both_ms,
            "silent_ms": self.silent_ms,
        }


def percentile(values: Sequence[int], share: float) -> int | None:
    """Give the value that ``share`` (0 to 1) of the values do not exceed; None of none.

    The nearest-rank form: always one of the values, never better than what was measured.
    """
    if not values:
        return None
    ranked = sorted(values)
    return ranked[max(0, int(np.ceil(share * len(ranked))) - 1)]


def voiced_spans(
    pcm: bytes,
    rate_hz: int,
    longest_pause_ms: int = LONGEST_PAUSE_MS,
    voice_dbfs: float = VOICE_DBFS,
) -> list[Span]:
    """Find where a channel is audible.

    Args:
        pcm: S16LE mono PCM.
        rate_hz: its sampling rate.
        longest_pause_ms: pauses up to this long are taken as part of the speech.
        voice_dbfs: what is louder is audible.
    """
    window = rate_hz * WINDOW_MS // 1000
    samples = samples_in(pcm).astype(np.float64)
    whole = len(samples) // window
    power = (samples[: whole * window].reshape(whole, window) ** 2).mean(axis=1)
    loud = power > FULL_SCALE**2 * 10 ** (voice_dbfs / 10)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(np.int8), [0]])))
    raw = [Span(int(s) * WINDOW_MS, int(e) * WINDOW_MS) for s, e in edges.reshape(-1, 2)]
    words = _joined(raw, min(longest_pause_ms, LONGEST_CLOSURE_MS))
    return _joined(
        [span for span in words if span.length_ms >= SHORTEST_SOUND_MS], longest_pause_ms
    )


def measure_call(
    caller: bytes,
    receptionist: bytes,
    rate_hz: int,
    turns: Sequence[Span] | None = None,
    opened_ms: int = 0,
    ended_ms: int | None = None,
) -> Timings:
    """Measure a call in its two channels.

    Args:
        caller: what the caller said, S16LE mono PCM from the answer on.
        receptionist: what the caller heard, of the same length.
        rate_hz: the sampling rate of both.
        turns: where the caller's turns lie, pauses within them included, if that is known (a
            scripted caller knows it); else a turn is what the caller says without the receptionist
            speaking in between and without a pause of 1.3 s.
        opened_ms: the instant that the first word is counted from.
        ended_ms: when the call was over; the end of the sound if None.

    Raises:
        HeardTooSoon: What would be the first word began before ``opened_ms``.
    """
    voices = voiced_spans(receptionist, rate_hz)
    own = voiced_spans(caller, rate_hz)
    taken = (
        [_voiced_part(turn, own) for turn in turns] if turns is not None else _turns(own, voices)
    )
    end_ms = ended_ms if ended_ms is not None else len(receptionist) * 500 // rate_hz
    polite = [turn for turn in taken if not _holding(voices, turn.start_ms)]
    cutting_in = [turn for turn in taken if _holding(voices, turn.start_ms)]
    gaps = [_gap_after(turn, voices, taken, end_ms) for turn in polite]
    first_ms = _first_word_ms(receptionist, rate_hz, opened_ms)
    both, only_caller, only_receptionist = _shares(own, voices)
    silences = _silences(own, voices, opened_ms, end_ms)
    return Timings(
        first_word_ms=() if first_ms is None else (first_ms,),
        gaps_ms=tuple(gap for gap in gaps if gap is not None and gap >= 0),
        turns=len(polite),
        cut_short=sum(_is_cut_short(turn, voices) for turn in polite),
        unanswered=sum(gap is None for gap in gaps),
        yields_ms=tuple(_yield_to(turn, voices) for turn in cutting_in),
        longest_wait_ms=max((s.length_ms for s, waits in silences if waits), default=0),
        longest_silence_ms=max((s.length_ms for s, _ in silences), default=0),
        caller_ms=only_caller,
        receptionist_ms=only_receptionist,
        both_ms=both,
        silent_ms=max(0, end_ms - both - only_caller - only_receptionist),
    )


def _summary(values: Sequence[int]) -> dict[str, object]:
    return {
        "count": len(values),
        "p50": percentile(values, 0.5),
        "p95": percentile(values, 0.95),
        "max": max(values, default=None),
        "all": list(values),
    }


def _joined(spans: list[Span], longest_pause_ms: int) -> list[Span]:
    """Join spans over short pauses."""
    joined: list[Span] = []
    for span in spans:
        if joined and span.start_ms - joined[-1].end_ms <= longest_pause_ms:
            joined[-1] = Span(joined[-1].start_ms, span.end_ms)
        else:
            joined.append(span)
    return joined


def _first_word_ms(receptionist: bytes, rate_hz: int, opened_ms: int) -> int | None:
    """Give the first word's start from the opening; what was heard out before it is none.

    Looked for in words, not in speech joined over pauses: what the platform said before would
    else be one with it.
    """
    words = voiced_spans(receptionist, rate_hz, LONGEST_CLOSURE_MS)
    heard = [
        word
        for word in words
        if word.start_ms >= opened_ms or word.end_ms > opened_ms + DIES_AWAY_MS
    ]
    if not heard:
        return None
    if heard[0].start_ms < opened_ms:
        raise HeardTooSoon(heard[0].start_ms, opened_ms)
    return heard[0].start_ms - opened_ms


def _voiced_part(turn: Span, own: Sequence[Span]) -> Span:
    """Cut a turn to what is audible of it: a sound file may begin and end with silence."""
    inside = [span for span in own if span.start_ms < turn.end_ms and span.end_ms > turn.start_ms]
    if not inside:
        return turn
    return Span(max(turn.start_ms, inside[0].start_ms), min(turn.end_ms, inside[-1].end_ms))


def _turns(own: Sequence[Span], voices: Sequence[Span]) -> list[Span]:
    """Put the caller's stretches of speech together to turns."""
    turns: list[Span] = []
    for span in own:
        last = turns[-1] if turns else None
        if (
            last is not None
            and span.start_ms - last.end_ms <= 1_300
            and not any(last.end_ms <= voice.start_ms < span.start_ms for voice in voices)
        ):
            turns[-1] = Span(last.start_ms, span.end_ms)
        else:
            turns.append(span)
    return turns


def _holding(spans: Sequence[Span], at_ms: int) -> Span | None:
    return next((span for span in spans if span.holds(at_ms)), None)


def _is_cut_short(turn: Span, voices: Sequence[Span]) -> bool:
    """Whether the receptionist began while the caller had more to say."""
    return any(turn.start_ms < voice.start_ms < turn.end_ms for voice in voices)


def _gap_after(
    turn: Span, voices: Sequence[Span], turns: Sequence[Span], end_ms: int
) -> int | None:
    """Give the gap after a turn; None if nothing came, -1 if it cannot be told.

    It cannot be told of a turn during whose end the receptionist was speaking, nor of the last
    turn if the call ended within two seconds of it (a goodbye).
    """
    if _holding(voices, turn.end_ms):
        return -1
    until_ms = min(
        (other.start_ms for other in turns if other.start_ms > turn.start_ms), default=end_ms
    )
    starts = [v.start_ms for v in voices if turn.end_ms <= v.start_ms < until_ms]
    if starts:
        return starts[0] - turn.end_ms
    return -1 if until_ms - turn.end_ms < 2_000 else None


def _yield_to(turn: Span, voices: Sequence[Span]) -> int:
    """How long the receptionist spoke on after the caller cut in."""
    voice = _holding(voices, turn.start_ms)
    return voice.end_ms - turn.start_ms if voice else 0


def _shares(own: Sequence[Span], voices: Sequence[Span]) -> tuple[int, int, int]:
    """Give the milliseconds of both, of the caller alone, of the receptionist alone."""
    both = sum(
        max(0, min(a.end_ms, b.end_ms) - max(a.start_ms, b.start_ms)) for a in own for b in voices
    )
    caller = sum(span.length_ms for span in own)
    receptionist = sum(span.length_ms for span in voices)
    return both, caller - both, receptionist - both


def _silences(
    own: Sequence[Span], voices: Sequence[Span], opened_ms: int, end_ms: int
) -> list[tuple[Span, bool]]:
    """Find where nobody speaks, and whether the caller is the one who waits.

    The caller waits before the first word, and after having spoken last.
    """
    found: list[tuple[Span, bool]] = []
    quiet_from, caller_was_last = opened_ms, True
    marked = [(span, True) for span in own] + [(span, False) for span in voices]
    for span, is_caller in sorted(marked, key=lambda each: each[0].start_ms):
        if span.start_ms > quiet_from:
            found.append((Span(quiet_from, span.start_ms), caller_was_last))
        if span.end_ms >= quiet_from:
            quiet_from, caller_was_last = span.end_ms, is_caller
    if end_ms > quiet_from:
        found.append((Span(quiet_from, end_ms), caller_was_last))
    return found
