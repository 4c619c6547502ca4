"""Finding where a word begins, to take up speech again after a pause."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mapokezi.audio.formats import (
    BYTES_PER_SAMPLE,
    FULL_SCALE,
    SAMPLE_RATE_HZ,
    samples_in,
    samples_of,
)


@dataclass(frozen=True, slots=True)
class WordStartSettings:
    """What counts as the gap before a word."""

    look_back_ms: int = 600
    """A word or two: a listener does not mind hearing that much again."""
    gap_ms: int = 35
    """Shorter quiet is a closure inside a word (p, t, k: mostly below 30 ms when spoken fast)."""
    below_loud_db: float = 24.0
    """Quiet is this far under the loud parts of the speech just heard."""
    loud_over_ms: int = 2000
    """How much of the speech tells how loud it is."""
    lead_in_ms: int = 20
    """How much of the gap is kept before the word, so that its soft onset is not clipped."""


_WINDOW_MS = 5
_SILENCE_POWER = (10 ** (-70 / 20)) ** 2


def word_start(
    pcm: bytes | bytearray,
    cut: int,
    rate_hz: int = SAMPLE_RATE_HZ,
    settings: WordStartSettings | None = None,
) -> int:
    """Find the start of the word that a cut fell into.

    Args:
        pcm: An item's sound, S16LE mono, at least up to the cut.
        cut: Where it was cut, in samples.
        rate_hz: The sound's rate.
        settings: What counts as a gap.

    Returns:
        Where to take up again, in samples, not after ``cut``: a little before the end of the
        last quiet gap, or the item's start if that is no further back than is looked; else the
        cut itself.
    """
    chosen = settings or WordStartSettings()
    window = samples_of(_WINDOW_MS, rate_hz)
    look_back = samples_of(chosen.look_back_ms, rate_hz)
    first = max(0, cut - max(look_back, samples_of(chosen.loud_over_ms, rate_hz)))
    sound = samples_in(bytes(pcm[first * BYTES_PER_SAMPLE : cut * BYTES_PER_SAMPLE]))
    count = min(len(sound) // window, look_back // window)
    at_start = 0 if cut <= look_back else cut
    if not count:
        return at_start
    # Windows are laid so that the last ends at the cut.
    whole = sound[len(sound) % window :].astype(np.float32) / FULL_SCALE
    power = np.square(whole).reshape(-1, window).mean(axis=1)
    loud = float(np.quantile(power, 0.9))
    quiet = power[-count:] < max(loud * 10 ** (-chosen.below_loud_db / 10), _SILENCE_POWER)
    needed = -(-chosen.gap_ms // _WINDOW_MS)
    run = 0
    for back, is_quiet in enumerate(quiet[::-1]):
        run = run + 1 if is_quiet else 0
        if run == needed:
            gap_end = cut - (back + 1 - needed) * window
            return gap_end if gap_end == cut else gap_end - samples_of(chosen.lead_in_ms, rate_hz)
    return at_start
