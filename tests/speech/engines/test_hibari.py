"""The voice."""

from __future__ import annotations

import socket
from pathlib import Path

import numpy as np
import pytest

from mapokezi.errors import ConfigurationError
from mapokezi.speech.engines.hibari import Hibari


@pytest.fixture(scope="module")
def voice() -> Hibari:
    return Hibari()


def test_the_same_sentence_gives_the_same_bytes(voice: Hibari) -> None:
    once = voice.speak("How may I help you?")
    voice.speak("Something else.")
    assert voice.speak("How may I help you?") == once
    assert Hibari().speak("How may I help you?") == once


def test_it_is_sound_at_16_khz(voice: Hibari) -> None:
    samples = np.frombuffer(voice.speak("How may I help you today?"), "<i2").astype(float)
    assert 1.0 < len(samples) / 16_000 < 3.0
    assert 3_000 < np.abs(samples).max() <= 32_767
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    hz = np.fft.rfftfreq(len(samples), 1 / 16_000)
    assert spectrum[hz < 4_000].sum() > 0.9 * spectrum.sum()


def test_nothing_to_say_gives_no_bytes(voice: Hibari) -> None:
    assert voice.speak("") == b""


def test_titles_and_initials_do_not_end_a_sentence() -> None:
    text = "Good morning. Dr. Otieno is in. J. K. Mwangi is not!"
    assert Hibari.sentences(text) == ["Good morning.", "Dr. Otieno is in.", "J. K. Mwangi is not!"]


@pytest.mark.parametrize("voice_name", ["emma", "nobody", "/nowhere/voice.onnx"])
def test_a_voice_that_is_not_here_is_not_fetched(
    voice_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path))

    def no_network(*_: object, **__: object) -> None:
        raise AssertionError("something was to be downloaded")

    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    with pytest.raises(ConfigurationError, match="speech synthesis"):
        Hibari(voice=voice_name)
