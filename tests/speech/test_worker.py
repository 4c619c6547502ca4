"""What a worker does with a job, without a process."""

from __future__ import annotations

from typing import ClassVar

from mapokezi.speech.engines import EngineAbout
from mapokezi.speech.link import Heard, Raised, SpeakJob, Spoken, TranscribeJob
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


def test_each_job_has_its_answer() -> None:
    engines = Engines(Parrot(), Parrot())
    assert engines.do(TranscribeJob(b"good day")) == Heard("good day")
    assert engines.do(SpeakJob("good day")) == Spoken(b"good day")


def test_whatever_is_raised_is_an_answer() -> None:
    engines = Engines(Parrot(), Parrot())
    assert engines.do(SpeakJob("bad")) == Raised("KeyError", "'bad'")
    answer = engines.do(TranscribeJob(b"\xff"))
    assert isinstance(answer, Raised)
    assert answer.kind == "UnicodeDecodeError"
