"""Engines that cost nothing and fail when told to, for a speech process of the tests.

They are found as ``trial_engines:Class`` by way of PYTHONPATH. What the recogniser does stands in
the file that TRIAL_ORDER names: a text, which is then what was said, or ``!`` to raise.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

import numpy as np

from mapokezi.audio.formats import samples_in
from mapokezi.speech.engines import EngineAbout
from mapokezi.voice.protocols.scripted import murmur

_ABOUT = EngineAbout("trial", "1.0", "nobody", "https://example.com", ("en",))
_LOUD = 500
"""Of 32,768: a murmur is ten times as loud, an empty line a tenth."""


class Recogniser:
    """Has always heard the same."""

    about: ClassVar = _ABOUT

    def __init__(self, folder: str = "") -> None:
        pass

    def transcribe(self, pcm: bytes) -> str:
        order = Path(os.environ["TRIAL_ORDER"]).read_text(encoding="utf-8")
        if order == "!":
            raise RuntimeError("the recogniser has lost its mind")
        return order


class Synthesiser:
    """Murmurs."""

    about: ClassVar = _ABOUT

    def __init__(self, voice: str = "") -> None:
        pass

    @staticmethod
    def sentences(text: str) -> list[str]:
        return [text]

    def speak(self, sentence: str) -> bytes:
        return murmur(sentence)


class Detector:
    """Takes what is loud for voice."""

    about: ClassVar = _ABOUT
    chunk_bytes: ClassVar[int] = 1_024

    def probability(self, chunk: bytes) -> float:
        return 0.9 if int(np.abs(samples_in(chunk).astype(np.int32)).max()) > _LOUD else 0.01

    def reset(self) -> None:
        pass
