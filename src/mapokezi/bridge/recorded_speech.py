"""What an office has recorded in languages that the local voice cannot speak."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mapokezi.audio.recorded import joined
from mapokezi.receptionist.office import Office
from mapokezi.receptionist.pieces import piece_key, to_record
from mapokezi.receptionist.spoken import Language
from mapokezi.stores.language_packs import pack_folder, read_pack


class RecordedSpeech:
    """The recordings of one office.

    Args:
        sounds: By language and words, S16LE mono at 16 kHz.
    """

    def __init__(self, sounds: Mapping[Language, Mapping[str, bytes]] | None = None) -> None:
        self._sounds = {
            language: {piece_key(words): pcm for words, pcm in pieces.items()}
            for language, pieces in (sounds or {}).items()
        }

    def can_say(self, language: Language, pieces: tuple[str, ...]) -> bool:
        """Say whether pieces can be spoken: in English always, else if all are recorded."""
        if language is Language.ENGLISH:
            return True
        own = self._sounds.get(language, {})
        return bool(pieces) and all(piece in own for piece in pieces)

    def sound(self, language: Language, pieces: tuple[str, ...]) -> bytes | None:
        """Put the sound of a sentence together; None if a piece of it is not recorded."""
        own = self._sounds.get(language, {})
        if not pieces or not all(piece in own for piece in pieces):
            return None
        return joined([own[piece] for piece in pieces])

    def of_text(self, text: str) -> bytes | None:
        """Give the sound of a text of the office's own, in whichever language it is recorded."""
        for language in self._sounds:
            sound = self.sound(language, (piece_key(text),))
            if sound is not None:
                return sound
        return None


def recorded_speech(data_folder: Path, office: Office) -> RecordedSpeech:
    """Read what an office has recorded."""
    sounds = {
        language: read_pack(
            pack_folder(data_folder, office.id, language.value), to_record(language, office)
        )
        for language in Language
        if language is not Language.ENGLISH
    }
    return RecordedSpeech({language: pieces for language, pieces in sounds.items() if pieces})
