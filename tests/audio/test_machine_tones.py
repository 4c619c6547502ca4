"""Machines are known by their tones, on bad lines too; voices, keys and tunes are none."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapokezi.audio.formats import (
    FULL_SCALE,
    decode_mu_law,
    encode_mu_law,
    ms_of,
    pcm_of,
    samples_in,
)
from mapokezi.audio.machine_tones import Machine, MachineTones
from mapokezi.audio.resample import resampled
from mapokezi.audio.tones import DTMF_KEYS, beep, dtmf, ringback, silence, tone

Sound = npt.NDArray[np.float64]


def fax(bursts: int = 3, hz: float = 1100, on_ms: float = 500, off_ms: float = 3000) -> bytes:
    return (tone(hz, on_ms) + silence(off_ms)) * bursts


def modem(bursts: int = 3, off_ms: float = 1800) -> bytes:
    return (tone(1300, 600) + silence(off_ms)) * bursts


def answer(hz: float = 2100, ms: float = 3300) -> bytes:
    return tone(hz, ms) + silence(500)


def turned_answer() -> bytes:
    """As V.8 has it: the phase turned every 450 ms, the level swaying 15 times a second."""
    at = np.arange(16 * 3300) / 16_000
    turned = (at // 0.45) % 2 * np.pi
    sway = 1 + 0.2 * np.sin(2 * np.pi * 15 * at)
    return pcm_of(6000 * sway * np.sin(2 * np.pi * 2100 * at + turned)) + silence(500)


def announcing(
    low: float = 950, middle: float = 1400, high: float = 1800, ms: float = 330, gap_ms: float = 0
) -> bytes:
    parts = [tone(hz, ms) + silence(gap_ms) for hz in (low, middle, high)]
    return b"".join(parts) + silence(800)


def on_the_line(pcm: bytes, louder_db: float = 0.0, snr_db: float = 60.0, seed: int = 1) -> bytes:
    """Change the level (a tone's is -15 dBFS), add noise so far under it, code as mu-law at 8 kHz.

    The beginning falls somewhere in the 160 ms that are looked at together.
    """
    sound = samples_in(resampled(pcm, 16_000, 8_000)).astype(float) * 10 ** (louder_db / 20)
    noise = FULL_SCALE * 10 ** ((-15 + louder_db - snr_db) / 20)
    rng = np.random.default_rng(seed)
    sound = np.pad(sound, (int(rng.integers(0, 1280)), 0))
    noisy = pcm_of(sound + rng.normal(0, noise, len(sound)))
    return resampled(decode_mu_law(encode_mu_law(noisy)), 8_000, 16_000)


def heard(pcm: bytes, chunk: int = 5120) -> tuple[Machine | None, float]:
    """What is told, and after how many seconds."""
    tones = MachineTones()
    for at in range(0, len(pcm), chunk):
        if (machine := tones.feed(pcm[at : at + chunk])) is not None:
            return machine, ms_of(at + chunk) / 1000
    return None, 0.0


@pytest.mark.parametrize(
    ("pcm", "machine", "within_s"),
    [
        (fax(), Machine.FAX, 4.5),
        (fax(hz=1064), Machine.FAX, 4.5),
        (fax(hz=1136), Machine.FAX, 4.5),
        (fax(on_ms=430, off_ms=2600), Machine.FAX, 4.0),
        (fax(on_ms=570, off_ms=3400), Machine.FAX, 5.0),
        (modem(), Machine.MODEM, 3.5),
        (modem(off_ms=1500), Machine.MODEM, 3.5),
        (answer(), Machine.MODEM, 2.5),
        (answer(2225), Machine.MODEM, 2.5),
        (turned_answer(), Machine.MODEM, 2.5),
        (announcing(), Machine.ANNOUNCEMENT, 1.6),
        (announcing(914, 1371, 1777, 276, 20), Machine.ANNOUNCEMENT, 1.6),
        (announcing(985, 1429, 1777, 380), Machine.ANNOUNCEMENT, 1.8),
    ],
)
@pytest.mark.parametrize(("louder_db", "snr_db"), [(0, 60), (10, 15), (-18, 20)])
def test_machines_are_known_soon_on_good_lines_and_bad_ones(
    pcm: bytes, machine: Machine, within_s: float, louder_db: float, snr_db: float
) -> None:
    found, after_s = heard(on_the_line(pcm, louder_db, snr_db, seed=len(pcm) % 97))
    assert found is machine
    assert after_s <= within_s + 0.16


@pytest.mark.parametrize("late_ms", range(0, 160, 20))
def test_it_does_not_matter_where_among_what_is_looked_at_together_a_tone_begins(
    late_ms: int,
) -> None:
    for pcm in (fax(2, on_ms=430), announcing(ms=280)):
        assert heard(silence(500 + late_ms) + pcm)[0] is not None


def test_a_phase_that_turns_breaks_no_answer() -> None:
    for seed in range(24):
        assert heard(on_the_line(turned_answer(), -5, 30, seed))[0] is Machine.MODEM


def test_our_greeting_coming_back_from_the_line_hides_no_fax() -> None:
    rng = np.random.default_rng(2)
    greeting = rng.normal(0, 1, 16 * 14_000) * np.repeat(rng.uniform(0, 1, 140), 1600)
    echo = greeting * FULL_SCALE * 10 ** (-42 / 20)
    whole = samples_in(fax(4))
    mixed = whole + echo[: len(whole)]
    assert heard(pcm_of(mixed))[0] is Machine.FAX


def test_it_is_told_once() -> None:
    tones = MachineTones()
    told = [tones.feed(fax(1)) for _ in range(6)]
    assert [one for one in told if one] == [Machine.FAX]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 9000), max_size=30), st.sampled_from([fax(2), announcing()]))
def test_splitting_changes_nothing(cuts: list[int], pcm: bytes) -> None:
    pcm += silence(500)
    tones, at, found = MachineTones(), 0, None
    for cut in (*cuts, len(pcm)):
        found = tones.feed(pcm[at : at + cut]) or found
        at += cut
    assert found is heard(pcm)[0]
    assert found is not None


@pytest.mark.parametrize(
    "pcm",
    [
        fax(1),
        fax(off_ms=1000),
        fax(off_ms=6000),
        fax(on_ms=200),
        fax(hz=1000),
        fax(hz=1200),
        tone(1100, 20_000),
        modem(off_ms=4000),
        answer(ms=1500),
        answer(2000),
        answer(2400),
        announcing(1800, 1400, 950),
        announcing(gap_ms=300),
        announcing(950, 1400, 1400),
        announcing(ms=120),
        tone(950, 330) + tone(1400, 330) + silence(900),
    ],
)
def test_what_is_only_like_it_is_none(pcm: bytes) -> None:
    assert heard(pcm + silence(1000))[0] is None


def test_a_tone_that_comes_again_amid_other_sound_is_a_tune() -> None:
    rng = np.random.default_rng(6)
    between = pcm_of(rng.normal(0, 3000, 16 * 3000))
    assert heard((tone(1100, 500) + between) * 4)[0] is None
    other = tone(523, 1000) + tone(659, 1000) + tone(784, 1000)
    assert heard((tone(1100, 500) + other) * 4)[0] is None
    assert heard((tone(1075, 500) + silence(3000)) + tone(1125, 500) + silence(3000))[0] is None


@pytest.mark.parametrize("off_ms", [300.0, 1000.0, 3000.0])
def test_our_own_tones_and_keys_are_none(off_ms: float) -> None:
    keys = "".join(DTMF_KEYS)
    pressed = b"".join(dtmf(key, 500) + silence(off_ms) for key in keys)
    assert heard(pressed)[0] is None
    assert heard(ringback(30_000))[0] is None
    assert heard(ringback(30_000, on_ms=500, off_ms=off_ms))[0] is None
    assert heard((beep() + silence(off_ms)) * 8)[0] is None


def tune(seed: int, seconds: float, *, pure: bool) -> bytes:
    """Notes of a scale, some of them those of machines, held for as long as notes are."""
    rng = np.random.default_rng(seed)
    notes = 440 * 2 ** (np.array([0, 4, 7, 12, 13, 16, 18, 19, 20, 24, 27]) / 12)
    parts: list[Sound] = []
    length = 0
    while length < seconds * 16_000:
        at = np.arange(int(16_000 * rng.choice([0.25, 0.5, 0.6, 1.0]))) / 16_000
        hz = float(rng.choice(notes))
        harmonics = 1 if pure else 4
        note = sum(
            (np.sin(2 * np.pi * hz * n * at) / n**2 for n in range(1, harmonics + 1)),
            start=np.zeros(len(at)),
        )
        bass = 0.4 * np.sin(2 * np.pi * float(rng.choice(notes)) / 4 * at)
        parts.append(note + bass * (not pure))
        length += len(at)
    return pcm_of(np.concatenate(parts) * 5000)


@pytest.mark.parametrize("pure", [True, False])
def test_music_on_hold_is_none(pure: bool) -> None:
    for seed in range(3):
        assert heard(tune(seed, 40, pure=pure))[0] is None


def test_noise_is_none() -> None:
    rng = np.random.default_rng(4)
    for level in (300, 5000):
        assert heard(pcm_of(rng.normal(0, level, 16_000 * 30)))[0] is None
    rumble = np.cumsum(rng.normal(0, 1, 16_000 * 30))
    assert heard(pcm_of((rumble - rumble.mean()) * 20))[0] is None
