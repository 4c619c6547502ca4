"""What a worker does with a job, without a process."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from mapokezi.speech.engines import EngineAbout
from mapokezi.speech.link import (
    Heard,
    MeaningsJob,
    Meant,
    Raised,
    SpeakJob,
    Spoken,
    TranscribeJob,
)
from mapokezi.speech.worker import Engines


class Parrot:
    """Hears and says the same; at ``bad`` it raises."""

    about: ClassVar = EngineAbout("parrot", "1", "", "")

    def transcribe(self, pcm: bytes) -> str:
        return pcm.decode()

    @staticmethod
    def sentences(text: str) -> list[str]:
        return [text]

    def speak(self, sentence: str) -> bytes:
        if sentence == "bad":
            raise KeyError(sentence)
        return sentence.encode()

    def meanings(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if "bad" in texts:
            raise KeyError("bad")
        return np.array([[len(text)] for text in texts], dtype=np.float32)


def test_each_job_has_its_answer() -> None:
    engines = Engines(Parrot(), Parrot(), Parrot())
    assert engines.do(TranscribeJob(b"good day")) == Heard("good day")
    assert engines.do(SpeakJob("good day")) == Spoken(b"good day")
    assert engines.do(MeaningsJob(("one", "three"))) == Meant(struct.pack("<2f", 3, 5))


def test_words_come_with_their_meaning_if_that_is_asked_for() -> None:
    engines = Engines(Parrot(), Parrot(), Parrot())
    asked = TranscribeJob(b"good day", with_meaning=True)
    assert engines.do(asked) == Heard("good day", struct.pack("<f", 8))
    assert engines.do(TranscribeJob(b"", with_meaning=True)) == Heard("")
    assert Engines(Parrot(), Parrot()).do(asked) == Heard("good day")


def test_words_are_not_lost_with_their_meaning() -> None:
    engines = Engines(Parrot(), Parrot(), Parrot())
    answer = engines.do(TranscribeJob(b"bad", with_meaning=True))
    assert answer == Heard("bad", fault="KeyError")


def test_without_an_encoder_there_are_no_meanings() -> None:
    answer = Engines(Parrot(), Parrot()).do(MeaningsJob(("one",)))
    assert isinstance(answer, Raised)
    assert answer.kind == "ConfigurationError"


def test_whatever_is_raised_is_an_answer() -> None:
    engines = Engines(Parrot(), Parrot())
    assert engines.do(SpeakJob("bad")) == Raised("KeyError", "'bad'")
    answer = engines.do(TranscribeJob(b"\xff"))
    assert isinstance(answer, Raised)
    assert answer.kind == "UnicodeDecodeError"
