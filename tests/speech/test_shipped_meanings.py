"""The meanings that the program brings along, against the sentences and the encoder."""

from __future__ import annotations

import numpy as np
import pytest

from mapokezi.receptionist.examples import general_sentences
from mapokezi.speech.engines import find_engine
from mapokezi.speech.engines.minilm import MiniLm
from mapokezi.speech.settings import WorkerSettings
from mapokezi.speech.shipped_meanings import shipped_meanings

ABOUT = find_engine(WorkerSettings().encoder).about
ENCODER = f"{ABOUT.name} {ABOUT.version}"


def test_they_are_those_of_the_sentences_as_they_stand() -> None:
    assert tuple(shipped_meanings(ENCODER)) == general_sentences(), (
        "run: .venv/bin/python -m mapokezi.speech.shipped_meanings"
    )


def test_they_are_what_the_encoder_finds() -> None:
    shipped = shipped_meanings(ENCODER)
    some = list(shipped)[::40]
    found = MiniLm().meanings(some)
    kept = np.array([shipped[text] for text in some])
    assert np.linalg.norm(kept, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert (kept * found).sum(axis=1).min() > 0.9999


def test_to_another_encoder_they_are_of_no_use() -> None:
    assert shipped_meanings("another 1") == {}
