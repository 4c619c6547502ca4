"""The telephone line: band, mu-law, noise, echo, packets. No event loop, no clock."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mapokezi.emulator.telephone_line import SILENCE, LineSettings, TelephoneLine

RATE_HZ = 8_000
Samples = np.ndarray[Any, np.dtype[np.float64]]


def sine(hz: float, ms: float, amplitude: float = 8000.0) -> bytes:
    at = np.arange(round(ms * RATE_HZ / 1000)) / RATE_HZ
    return (amplitude * np.sin(2 * np.pi * hz * at)).astype("<i2").tobytes()


def frames(pcm: bytes) -> list[bytes]:
    return [pcm[at : at + 320] for at in range(0, len(pcm), 320)]


def up(line: TelephoneLine, pcm: bytes) -> Samples:
    return samples(b"".join(line.toward_platform(frame) for frame in frames(pcm)))


def down(line: TelephoneLine, pcm: bytes) -> Samples:
    return samples(b"".join(line.toward_caller(frame) for frame in frames(pcm)))


def samples(pcm: bytes) -> Samples:
    return np.frombuffer(pcm, "<i2").astype(float)


def level_db(sound: Samples) -> float:
    return float(20 * np.log10(max(1e-9, np.sqrt(np.mean(sound**2))) / 32768))


@pytest.mark.parametrize("way", [up, down])
@pytest.mark.parametrize(
    ("hz", "least_db", "most_db"),
    [(50, -999, -35), (300, -8, -3), (1000, -0.6, 0.6), (3000, -0.6, 0.6), (3900, -999, -35)],
)
def test_the_band(way: Any, hz: float, least_db: float, most_db: float) -> None:
    sound = way(TelephoneLine(), sine(hz, 1000))[1600:]
    loss = level_db(sound) - level_db(samples(sine(hz, 1000)))
    assert least_db <= loss <= most_db


def test_mu_law_is_heard_as_noise_about_37_db_below_the_voice() -> None:
    # Not 1,000 Hz: it would meet the 8,000 samples in step and make no noise but harmonics.
    sent = sine(1013, 2000)
    sound = up(TelephoneLine(), sent)[2000:14000]
    at = np.arange(sound.size) / RATE_HZ
    both = np.stack((np.sin(2 * np.pi * 1013 * at), np.cos(2 * np.pi * 1013 * at)))
    fitted = both.T @ np.linalg.lstsq(both.T, sound, rcond=None)[0]
    noise_db = level_db(sound - fitted) - level_db(sound)
    assert -40 <= noise_db <= -34


def test_silence_stays_silence() -> None:
    assert not up(TelephoneLine(), SILENCE * 20).any()
    assert not down(TelephoneLine(), SILENCE * 20).any()


@pytest.mark.parametrize("wanted_dbfs", [-60.0, -50.0, -40.0])
def test_noise_has_the_level_that_was_asked_for(wanted_dbfs: float) -> None:
    sound = up(TelephoneLine(LineSettings(noise_dbfs=wanted_dbfs)), SILENCE * 200)[400:]
    assert level_db(sound) == pytest.approx(wanted_dbfs, abs=0.5)


def test_the_same_seed_gives_the_same_line() -> None:
    settings = LineSettings(noise_dbfs=-45, loss=0.1, jitter_ms=15, seed=7)
    sent = sine(700, 1000)
    first, again = up(TelephoneLine(settings), sent), up(TelephoneLine(settings), sent)
    assert np.array_equal(first, again)
    other = up(TelephoneLine(LineSettings(noise_dbfs=-45, loss=0.1, jitter_ms=15, seed=8)), sent)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("echo_db", [20.0, 30.0])
@pytest.mark.parametrize("echo_ms", [100.0, 250.0])
def test_our_voice_comes_back_weaker_and_later(echo_db: float, echo_ms: float) -> None:
    line = TelephoneLine(LineSettings(echo_db=echo_db, echo_ms=echo_ms))
    ours = sine(1000, 200) + SILENCE * 40
    heard, back = [], []
    for frame in frames(ours):
        back.append(samples(line.toward_platform(SILENCE)))
        heard.append(samples(line.toward_caller(frame)))
    ear, mouth = np.concatenate(heard), np.concatenate(back)
    loudest = np.abs(np.correlate(mouth, ear[:2400], "valid"))
    late_ms = float(np.argmax(loudest)) / RATE_HZ * 1000
    # The frame that is sent in a tick is heard after it: one tick, and the band's 6 ms.
    assert late_ms == pytest.approx(echo_ms + 6 + 20, abs=22)
    weaker = 20 * np.log10(np.abs(ear).max() / np.abs(mouth).max())
    assert weaker == pytest.approx(echo_db, abs=2.5)


def test_without_an_echo_nothing_comes_back() -> None:
    line = TelephoneLine()
    for frame in frames(sine(1000, 400)):
        line.toward_caller(frame)
        assert not samples(line.toward_platform(SILENCE)).any()


def test_packets_are_lost_at_the_rate_that_was_asked_for_and_concealed() -> None:
    line = TelephoneLine(LineSettings(loss=0.2, seed=3))
    sent = [sine(1000, 20, amplitude) for amplitude in range(2000, 12000, 10)]
    got = [samples(line.toward_caller(frame)) for frame in sent]
    clean_line = TelephoneLine(LineSettings(seed=3))
    clean = [samples(clean_line.toward_caller(frame)) for frame in sent]
    changed = sum(not np.array_equal(one, other) for one, other in zip(got, clean, strict=True))
    # The band's tail carries a lost frame into the next one, so about two are touched.
    assert 0.25 <= changed / len(sent) <= 0.45
    silent = sum(not frame.any() for frame in got[1:])
    assert silent <= 0.02 * len(sent), "concealed; only the third in a row is silent"


def test_jitter_costs_its_buffer_and_loses_what_is_later() -> None:
    line = TelephoneLine(LineSettings(jitter_ms=10, jitter_buffer_ms=40, seed=2))
    sound = up(line, SILENCE * 5 + sine(1000, 100) + SILENCE * 10)
    began = int(np.argmax(np.abs(sound) > 2000)) / RATE_HZ * 1000
    assert began == pytest.approx(100 + 40 + 6, abs=8)
