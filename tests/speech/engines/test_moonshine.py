"""Moonshine through the library beneath its Python face."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapokezi.errors import ConfigurationError
from mapokezi.speech.engines.hibari import Hibari
from mapokezi.speech.engines.moonshine import Moonshine, RecogniserFailed, padded


@pytest.fixture(scope="module")
def moonshine() -> Moonshine:
    return Moonshine()


@pytest.mark.parametrize(
    "sentence", ["Yes.", "What time do you close on Saturday?", "I need to speak to a lawyer."]
)
def test_it_answers_as_the_public_face_does(moonshine: Moonshine, sentence: str) -> None:
    pcm = Hibari().speak(sentence)
    public = moonshine.transcriber.transcribe_without_streaming(padded(pcm).tolist())
    assert moonshine.transcribe(pcm) == " ".join(line.text for line in public.lines)
    assert moonshine.transcribe(pcm) == sentence


def test_a_long_utterance_is_not_cut(moonshine: Moonshine) -> None:
    text = "I would like to leave a message. It is about my land. Please call me back tomorrow."
    pause = bytes(32_000)
    pcm = pause.join(Hibari().speak(part) for part in Hibari.sentences(text))
    heard = moonshine.transcribe(pcm)
    for words in ("leave a message", "about my land", "call me back tomorrow"):
        assert words in heard


def test_the_librarys_error_is_raised() -> None:
    closed = Moonshine()
    handle = closed.transcriber._handle
    closed.transcriber._handle = 9_999
    with pytest.raises(RecogniserFailed, match="error"):
        closed.transcribe(bytes(32_000))
    closed.transcriber._handle = handle


def test_a_model_folder_that_is_not_there_is_a_setting_to_mend(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no model folder"):
        Moonshine(folder=str(tmp_path / "missing"))
