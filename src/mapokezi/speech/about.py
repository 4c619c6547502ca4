"""What the speech server says of itself when a client asks (``describe`` -> ``info``)."""

from __future__ import annotations

from typing import Any

from mapokezi.speech.engines import EngineAbout, find_engine
from mapokezi.speech.settings import SpeechSettings
from mapokezi.speech.vocabulary import (
    AsrModel,
    AsrProgram,
    Attribution,
    Event,
    Info,
    TtsProgram,
    TtsVoice,
)


def describe(settings: SpeechSettings) -> Event:
    """Write the ``info`` event.

    Wyoming has no lists for voice activity detection and for meanings, so ours are under keys of
    our own, ``vad`` and ``meaning``; other readers pass over them.
    """
    recogniser: EngineAbout = find_engine(settings.worker.recogniser).about
    synthesiser: EngineAbout = find_engine(settings.worker.synthesiser).about
    detector: EngineAbout = find_engine(settings.voice_detector).about
    languages = list(recogniser.languages)
    program = AsrProgram(
        **_artifact(recogniser), models=[AsrModel(**_artifact(recogniser), languages=languages)]
    )
    voice = {**_artifact(synthesiser), "name": settings.worker.voice}
    voices = [TtsVoice(**voice, languages=list(synthesiser.languages))]
    info = Info(asr=[program], tts=[TtsProgram(**_artifact(synthesiser), voices=voices)]).event()
    info.data["vad"] = [{"name": detector.name, "version": detector.version}]
    if settings.worker.encoder:
        encoder: EngineAbout = find_engine(settings.worker.encoder).about
        info.data["meaning"] = [{"name": encoder.name, "version": encoder.version}]
    return info


def _artifact(about: EngineAbout) -> dict[str, Any]:
    return {
        "name": about.name,
        "attribution": Attribution(name=about.maker, url=about.url),
        "installed": True,
        "description": f"{about.name} {about.version}",
        "version": about.version,
    }
