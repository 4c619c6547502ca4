"""What callers hear, put together: the voices, and the sentences that stand as sound."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from mapokezi.app.models import dialler_of, models_of
from mapokezi.bridge.model_voices import ModelVoices, ModelVoicesSettings
from mapokezi.bridge.office_meanings import OfficeMeanings
from mapokezi.bridge.phrase_book import PhraseBook, prepare_patiently
from mapokezi.bridge.recorded_speech import recorded_speech
from mapokezi.bridge.voices import LocalVoices, ScriptVoices, Voices
from mapokezi.calls import OfficeId
from mapokezi.config import Settings
from mapokezi.errors import ConfigurationError
from mapokezi.receptionist.office import Office
from mapokezi.speech.client import SpeechClient
from mapokezi.voice.script_file import Script, ScriptError


@dataclass(frozen=True, slots=True)
class Sounds:
    """The voices that answer, each office's own sentences, and who makes words into sound."""

    data_folder: Path
    speech: SpeechClient
    voices: Voices
    books: dict[OfficeId, PhraseBook]

    @classmethod
    def of(cls, settings: Settings, offices: Mapping[OfficeId, Office]) -> Sounds:
        """Put it together. This takes a second an office, whose clerk learns what it knows.

        Raises:
            ConfigurationError: If the kind of voice is unknown, a model profile cannot be used, or
                the script cannot be read.
        """
        speech = SpeechClient(settings.speech_address)
        voices = voices_of(settings, speech, offices.values())
        folder = settings.data_folder
        books = {office.id: _phrase_book(folder, office) for office in offices.values()}
        return cls(folder, speech, voices, books)

    @property
    def models(self) -> ModelVoices | None:
        """The voices, if they may be models."""
        return self.voices if isinstance(self.voices, ModelVoices) else None

    def are_whole(self) -> bool:
        """Whether each office has all its sentences as sound."""
        return all(book.is_whole for book in self.books.values())

    def preparing(self) -> Iterator[Coroutine[Any, Any, None]]:
        """Give what makes sound of all that is said before anybody asks."""
        for book in self.books.values():
            yield prepare_patiently(book.prepare, self.speech)
        yield self.prepare_voices()

    async def prepare_voices(self) -> None:
        """Have the voices ready, however long the speech process is away."""
        await prepare_patiently(self.voices.prepare, self.speech, "voice")

    async def take(self, office: Office) -> None:
        """Take up an office that was changed, once it has all its sentences as sound."""
        book = await asyncio.to_thread(_phrase_book, self.data_folder, office)
        await prepare_patiently(book.prepare, self.speech)
        await self.voices.take(office)
        self.books[office.id] = book

    async def close(self) -> None:
        """Let go of the models' sockets."""
        if self.models is not None:
            await self.models.close()


def _phrase_book(data_folder: Path, office: Office) -> PhraseBook:
    recorded = recorded_speech(data_folder, office)
    return PhraseBook(office, data_folder / "phrases", recorded)


def voices_of(settings: Settings, speech: SpeechClient, offices: Iterable[Office]) -> Voices:
    """The voices that answer.

    Raises:
        ConfigurationError: If the kind is unknown, a model profile cannot be used, or the script
            cannot be read.
    """
    match settings.voice.kind:
        case "local":
            return _local_voices(settings, speech, offices)
        case "script":
            return _script_voices(Path(settings.voice.script))
        case kind:
            raise ConfigurationError(f"voice.kind: {kind!r} is neither local nor script")


def _local_voices(
    settings: Settings, speech: SpeechClient, offices: Iterable[Office]
) -> ModelVoices:
    """The clerk, behind whatever models the operator has chosen."""
    local = LocalVoices(
        speech,
        offices,
        OfficeMeanings(settings.data_folder / "meanings"),
        partial(recorded_speech, settings.data_folder),
    )
    models = models_of(settings)
    order = ModelVoicesSettings(
        default=settings.voice.models,
        most_early=settings.voice.early_models,
        most_second_hearings=settings.voice.second_hearings,
        hears_all=settings.voice.second_hearing_of_all,
    )
    return ModelVoices(models, local, speech, order, dialler_of(models))


def _script_voices(path: Path) -> ScriptVoices:
    try:
        return ScriptVoices(Script.parse(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigurationError(f"voice.script: {path}: {error.strerror}") from None
    except ScriptError as error:
        raise ConfigurationError(f"voice.script: {path}: {error}") from None
