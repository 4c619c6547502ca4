"""The callers' words, made before anything is measured and kept on disk from run to run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from mapokezi.audio.formats import FULL_SCALE, pcm_of
from mapokezi.emulator.caller_voice import VoiceShift, prepare_lines

KEPT = Path("var") / "bench" / "words"
RATE_HZ = 8_000


def words(texts: Iterable[str], shift: VoiceShift | None = None) -> dict[str, bytes]:
    """Speak texts with the caller's voice: S16LE mono at 8 kHz, each synthesised once ever."""
    voice = shift or VoiceShift()
    wanted = list(dict.fromkeys(texts))
    KEPT.mkdir(parents=True, exist_ok=True)
    places = {text: KEPT / f"{_key(text, voice)}.pcm" for text in wanted}
    missing = [text for text in wanted if not places[text].is_file()]
    for text, pcm in prepare_lines(missing, voice).items():
        places[text].write_bytes(pcm)
    return {text: places[text].read_bytes() for text in wanted}


def silence(ms: float) -> bytes:
    """Nothing, for a while."""
    return bytes(round(ms * RATE_HZ / 1000) * 2)


def joined(parts: Iterable[bytes | int]) -> bytes:
    """Join sounds, and pauses given in milliseconds."""
    return b"".join(silence(part) if isinstance(part, int) else part for part in parts)


def trimmed(pcm: bytes, quiet_dbfs: float = -45.0) -> bytes:
    """Cut the silence off both ends, so that a pause put in is as long as it says."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float64)
    window = RATE_HZ // 100
    whole = len(samples) // window
    power = (samples[: whole * window].reshape(whole, window) ** 2).mean(axis=1)
    loud = np.flatnonzero(power > FULL_SCALE**2 * 10 ** (quiet_dbfs / 10))
    if not len(loud):
        return pcm
    return pcm[int(loud[0]) * window * 2 : (int(loud[-1]) + 1) * window * 2]


def cough(seed: int, length_ms: int = 280, peak: float = 0.5) -> bytes:
    """Make a cough: a burst of noise with a sharp start, a dip, and a softer second push.

    The envelope is that of a voluntary cough (explosive phase of some 50 ms, intermediate phase,
    a weak voiced end); the noise is shaped by two broad formants.
    """
    rng = np.random.default_rng(seed)
    count = RATE_HZ * length_ms // 1000
    at_s = np.arange(count) / RATE_HZ
    burst = np.exp(-at_s / 0.045) * np.minimum(1.0, at_s / 0.004)
    tail = 0.28 * np.exp(-(((at_s - 0.16) / 0.055) ** 2))
    spectrum = np.fft.rfft(rng.standard_normal(count))
    hz = np.fft.rfftfreq(count, 1 / RATE_HZ)
    shape = np.exp(-(((hz - 600) / 450) ** 2)) + 0.6 * np.exp(-(((hz - 1_900) / 900) ** 2))
    noise = np.fft.irfft(spectrum * shape, count)
    sound = noise * (burst + tail)
    return pcm_of(sound / np.abs(sound).max() * peak * FULL_SCALE)


def _key(text: str, voice: VoiceShift) -> str:
    return hashlib.sha256(f"{voice.pitch}:{voice.formants}:{text}".encode()).hexdigest()[:24]
