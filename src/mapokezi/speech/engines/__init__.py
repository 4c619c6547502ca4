"""What an engine must do, however it does it, and how one is found by name.

Audio is S16LE mono PCM at 16 kHz everywhere. Engines never download anything: what they need is
in their package or in a folder that the operator names. A class loads its weights when it is
made; importing its module costs nothing, so that the server can say what it offers.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from mapokezi.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class EngineAbout:
    """What an engine is, for those who ask the server."""

    name: str
    version: str
    maker: str
    url: str
    languages: tuple[str, ...] = ()


class VoiceDetector(Protocol):
    """Tells voice from other sound. It has a state: one for every stream."""

    about: ClassVar[EngineAbout]
    chunk_bytes: ClassVar[int]
    """How much audio it judges at a time."""

    def probability(self, chunk: bytes) -> float:
        """How likely it is, 0 to 1, that the next ``chunk_bytes`` hold voice."""
        ...

    def reset(self) -> None:
        """Forget the stream so far."""
        ...


class Recogniser(Protocol):
    """Writes down what was said. Made with ``folder``: a model folder, or empty."""

    about: ClassVar[EngineAbout]

    def transcribe(self, pcm: bytes) -> str:
        """Write down one utterance; empty if nothing was made out."""
        ...


class Synthesiser(Protocol):
    """Speaks. Made with ``voice``: a voice's name, or a model file."""

    about: ClassVar[EngineAbout]

    @staticmethod
    def sentences(text: str) -> list[str]:
        """Cut a text where it may be spoken in pieces. Needs nothing loaded."""
        ...

    def speak(self, sentence: str) -> bytes:
        """Speak one sentence. The same sentence gives the same bytes."""
        ...


class SentenceEncoder(Protocol):
    """Finds the meanings of texts. Made with ``folder``: a model folder, or empty."""

    about: ClassVar[EngineAbout]

    def meanings(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Find a row of numbers, one long, for each text.

        The nearer two meanings, by the product of their rows, the more alike are the texts.
        """
        ...


def find_engine(name: str) -> Any:
    """Find an engine's class by ``module:class``; nothing is loaded yet.

    Raises:
        ConfigurationError: If there is no such module or class.
    """
    module_name, _, class_name = name.partition(":")
    try:
        return getattr(importlib.import_module(module_name), class_name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigurationError(f"speech engine {name!r}: {error}") from None
