"""Speech synthesis by hibari-tts (one US English voice inside its package)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from mapokezi.audio.formats import pcm_of
from mapokezi.audio.resample import resampled
from mapokezi.errors import ConfigurationError
from mapokezi.speech.engines import EngineAbout

_SEED = 1
"""Of the noise in the voice: fixed, so that the same text gives the same bytes."""


class Hibari:
    """The voice: a sentence of 4 s takes 50 ms of one core here.

    Numbers and abbreviations are read as hibari reads them; whoever wants them read otherwise
    writes them out.
    """

    about: ClassVar = EngineAbout(
        name="hibari",
        version="0.2.1",
        maker="maureesewilliams",
        url="https://huggingface.co/maureesewilliams/hibari",
        languages=("en-US",),
    )

    def __init__(self, voice: str = "heart") -> None:
        hibari = _package()
        from hibari.voices import voice_path  # noqa: PLC0415

        model = voice if voice.endswith(".onnx") else ""
        try:
            # Asked here because the class itself would download a voice that is not at hand.
            path = model or voice_path(voice, download_missing=False)
        except (ValueError, FileNotFoundError) as error:
            raise ConfigurationError(f"speech synthesis: voice {voice!r}: {error}") from None
        if not Path(path).is_file():
            raise ConfigurationError(f"speech synthesis: there is no voice {path}")
        self._voice: Any = hibari.Hibari(voice="heart" if model else voice, model=path)
        self._voice("Ready.", seed=_SEED)  # loads its lexicon now and not in the first call

    @staticmethod
    def sentences(text: str) -> list[str]:
        """Cut a text into sentences; "Dr. Otieno" and "J. K. Ndung'u" stay whole."""
        found: list[str] = _package().Hibari.split_sentences(text)
        return found

    def speak(self, sentence: str) -> bytes:
        """Speak one sentence; nothing to be spoken (a lone full stop) gives no bytes."""
        sound = self._voice(sentence, seed=_SEED)
        return resampled(pcm_of(sound * 32_767.0), self._voice.sample_rate, 16_000)


def _package() -> Any:
    try:
        import hibari  # noqa: PLC0415
    except ImportError as error:
        raise ConfigurationError(
            f"speech synthesis needs the local-voice extra: pip install 'mapokezi[local-voice]' "
            f"({error})"
        ) from None
    return hibari
