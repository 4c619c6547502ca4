"""Speech recognition by Moonshine tiny-en, from the moonshine-voice package (weights inside)."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from mapokezi.errors import ConfigurationError, MapokeziError
from mapokezi.speech.engines import EngineAbout

_PADDING = np.zeros(3_200, dtype=np.float32)
"""200 ms of silence on either side: without it first and last words are lost (measured)."""

_OPTIONS = {
    "vad_threshold": "0.0",  # what we send is one utterance: it must not be cut again
    "vad_max_segment_duration": "60",
    "return_audio_data": "false",  # else the audio comes back with the text, sample by sample
}


class RecogniserFailed(MapokeziError):  # noqa: N818  named as one says it
    """The recogniser's library reported an error."""


class Moonshine:
    """The recogniser: a utterance of 3 s takes 60 ms of one core here, one of 5 s 120 ms.

    The package's Python face takes a list of floats and copies it twice; `transcribe` calls the
    library beneath it with the samples where they are. That is a private way in
    (``Transcriber._lib``, ``._handle``, ``._parse_transcript``), used here only, and a test
    holds it to what the public face answers.
    """

    about: ClassVar = EngineAbout(
        name="moonshine-tiny",
        version="0.1.0",
        maker="Moonshine AI",
        url="https://github.com/moonshine-ai/moonshine",
        languages=("en",),
    )

    def __init__(self, folder: str = "") -> None:
        # One thread: it takes half the processor time of two and is faster, too (measured: 59 ms
        # against 150 ms for 3 s); the other core has a worker of its own.
        os.environ.setdefault("MOONSHINE_ORT_SINGLE_THREAD", "1")
        try:
            from moonshine_voice import get_model_path  # noqa: PLC0415
            from moonshine_voice.moonshine_api import ModelArch, TranscriptC  # noqa: PLC0415
            from moonshine_voice.transcriber import Transcriber  # noqa: PLC0415
        except ImportError as error:
            raise ConfigurationError(
                "speech recognition needs the local-voice extra: "
                f"pip install 'mapokezi[local-voice]' ({error})"
            ) from None
        path = Path(folder or get_model_path("tiny-en"))
        if not path.is_dir():
            raise ConfigurationError(f"speech recognition: there is no model folder {path}")
        self._pointer_type = ctypes.POINTER(TranscriptC)
        self.transcriber: Any = Transcriber(str(path), ModelArch.TINY, options=_OPTIONS)

    def transcribe(self, pcm: bytes) -> str:
        """Write down one utterance.

        Raises:
            RecogniserFailed: The library reported an error.
        """
        samples = padded(pcm)
        out = self._pointer_type()
        transcriber = self.transcriber
        code = transcriber._lib.moonshine_transcribe_without_streaming(
            transcriber._handle,
            samples.ctypes.data_as(ctypes.POINTER(ctypes.c_float)),
            len(samples),
            16_000,
            0,
            ctypes.byref(out),
        )
        if code != 0:
            raise RecogniserFailed(f"moonshine: error {code}")
        lines = transcriber._parse_transcript(out).lines
        return " ".join(line.text.strip() for line in lines if line.text.strip())


def padded(pcm: bytes) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """The utterance as floats with silence on either side."""
    speech = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / np.float32(32_768)
    return np.concatenate((_PADDING, speech, _PADDING))
