"""Engines that do as they are told, well or badly: for what real ones do once a year.

They are found by ``wild_engines:Class`` in the server and in its worker processes, whose
PYTHONPATH the ``wild`` fixture sets.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from mapokezi.speech.engines import EngineAbout

_ABOUT = EngineAbout("wild", "1.0", "nobody", "https://example.com", ("en",))


class WildSynthesiser:
    """Speaks a text that is cut at each ``|``; some sentences are orders."""

    about: ClassVar = _ABOUT

    def __init__(self, voice: str = "") -> None:
        if voice == "missing":
            raise FileNotFoundError("no such voice")
        if voice == "never loads":
            time.sleep(600)

    @staticmethod
    def sentences(text: str) -> list[str]:
        return [part for part in text.split("|") if part]

    def speak(self, sentence: str) -> bytes:
        """Obey; otherwise give 100 bytes for each letter. What was begun stands in a file."""
        with Path(os.environ["WILD_LOG"]).open("a", encoding="utf-8") as diary:
            diary.write(f"{sentence}\n")
        order, _, value = sentence.partition(" ")
        if order == "sleep":
            time.sleep(float(value))
        elif order == "raise":
            raise RuntimeError(value)
        elif order == "die":
            os._exit(3)
        elif order == "long":
            return bytes(int(value))
        elif order == "pid":
            return os.getpid().to_bytes(4, "little")
        elif order == "niceness":
            return os.nice(0).to_bytes(4, "little")
        elif order == "environment":
            return os.environ.get(value, "").encode()
        return sentence.encode() * 100


class WildRecogniser:
    """Tells how many bytes it was given."""

    about: ClassVar = _ABOUT

    def __init__(self, folder: str = "") -> None:
        pass

    def transcribe(self, pcm: bytes) -> str:
        with Path(os.environ["WILD_LOG"]).open("a", encoding="utf-8") as diary:
            diary.write(f"{len(pcm)} bytes\n")
        return f"{len(pcm)} bytes"


class WildEncoder:
    """Tells how many letters a text has, and its first; some texts are orders."""

    about: ClassVar = _ABOUT

    def __init__(self, folder: str = "") -> None:
        pass

    def meanings(self, texts: Sequence[str]) -> NDArray[np.float32]:
        with Path(os.environ["WILD_LOG"]).open("a", encoding="utf-8") as diary:
            diary.write(f"{len(texts)} texts\n")
        if "3200 bytes" in texts or "raise" in texts:
            raise RuntimeError("no meaning")
        rows = [(len(text), ord(text[0])) for text in texts]
        return np.array(rows, dtype=np.float32)


class WildDetector:
    """Takes a chunk for voice if its first sample is not 0."""

    about: ClassVar = _ABOUT
    chunk_bytes: ClassVar[int] = 1_024

    def probability(self, chunk: bytes) -> float:
        return 0.9 if chunk[0] or chunk[1] else 0.01

    def reset(self) -> None:
        pass
