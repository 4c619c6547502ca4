"""Where an office's recorded sentences are kept: a folder for each office and language.

A file is a sentence, or a piece of one, as WAV at 16 kHz; beside them stand in ``words.json`` the
words that each was recorded for. A file whose words have changed since is not played.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from mapokezi.audio.wav import WavError, wav_bytes, wav_sound
from mapokezi.calls import OfficeId

FOLDER = "language-packs"
_WORDS = "words.json"


def pack_folder(data_folder: Path, office_id: OfficeId, language: str) -> Path:
    """Where the recordings of an office in a language are."""
    return data_folder / FOLDER / office_id / language


def read_words(folder: Path) -> dict[str, str]:
    """Give what was recorded, by the files' names without ending; nothing if nothing was."""
    try:
        found = json.loads((folder / _WORDS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(words) for name, words in found.items()} if found else {}


def recorded_names(folder: Path, wanted: Mapping[str, str]) -> set[str]:
    """Give those of ``wanted`` that are recorded with just these words."""
    words = read_words(folder)
    return {
        name
        for name, text in wanted.items()
        if words.get(name) == text and (folder / f"{name}.wav").is_file()
    }


def read_pack(folder: Path, wanted: Mapping[str, str]) -> dict[str, bytes]:
    """Give the sounds of what is recorded, S16LE mono at 16 kHz, by their words.

    A file that cannot be read counts as not recorded: no call is to end for it.
    """
    sounds: dict[str, bytes] = {}
    for name in recorded_names(folder, wanted):
        try:
            _, pcm = wav_sound((folder / f"{name}.wav").read_bytes())
        except (OSError, WavError):
            continue
        sounds[wanted[name]] = pcm
    return sounds


def keep_recording(folder: Path, name: str, words: str, pcm: bytes) -> None:
    """Keep a recording that is fit to be played.

    Args:
        folder: Of the office and language.
        name: Of the file, without ending.
        words: What is said in it.
        pcm: S16LE mono at 16 kHz.

    Raises:
        OSError: The disk does not take it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = folder / f"{name}.part"
    partial.write_bytes(wav_bytes(pcm))
    partial.replace(folder / f"{name}.wav")
    known = {**read_words(folder), name: words}
    beside = folder / f"{_WORDS}.part"
    beside.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    beside.replace(folder / _WORDS)
