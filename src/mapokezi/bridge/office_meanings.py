"""What an office's sentences mean, found once and kept on disk.

The clerk understands by comparing what a caller said with sentences that it knows: more than a
thousand that hold for any office, whose meanings are part of this program, and its office's own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
import numpy as np
import structlog

from mapokezi.errors import MapokeziError
from mapokezi.receptionist.meanings import Meaning
from mapokezi.speech.client import SpeechClient
from mapokezi.speech.shipped_meanings import shipped_meanings

log = structlog.get_logger("mapokezi.bridge.meanings")

_ASKED_AT_ONCE = 16
"""Sentences in one question, a tenth of a second of a core: a caller's words come between two."""


_QUESTION_S = 0.4
"""A model that looks something up is answered by words alone after this; it takes some 10 ms."""


async def meaning_of(speech: SpeechClient, text: str) -> Meaning | None:
    """Find what a text means; None if that cannot be had in time."""
    try:
        rows = await speech.meanings([text], _QUESTION_S)
    except MapokeziError as error:
        log.info("meaning_not_found", reason=str(error))
        return None
    found: Meaning = rows[0]
    return found


class _Kept(msgspec.Struct):
    """What stands in the file."""

    encoder: str
    """What found them: meanings of another make are of no use."""
    meanings: dict[str, bytes]
    """By the sentence; 32-bit floats, little-endian."""


class OfficeMeanings:
    """The meanings of the offices' sentences.

    Args:
        path: The file that they are kept in between starts.
    """

    def __init__(self, path: Path) -> None:
        """Begin without any."""
        self._path = path

    async def of(
        self, sentences: Iterable[str], speech: SpeechClient
    ) -> Mapping[str, Meaning] | None:
        """Find the meanings of sentences; None if the speech server finds none at all.

        Raises:
            MapokeziError: If the speech process cannot, just now; what it has found stays.
        """
        encoder = (await speech.check()).encoder
        if not encoder:
            return None
        wanted = list(dict.fromkeys(sentences))
        shipped = await asyncio.to_thread(shipped_meanings, encoder)
        kept = await asyncio.to_thread(_read, self._path, encoder)
        found = {text: kept[text] for text in wanted if text in kept and text not in shipped}
        # The longest last: texts of one length are worked on together.
        missing = sorted((text for text in wanted if text not in {*shipped, *found}), key=len)
        try:
            for at in range(0, len(missing), _ASKED_AT_ONCE):
                some = missing[at : at + _ASKED_AT_ONCE]
                rows = await speech.meanings(some)
                found.update((text, row.tobytes()) for text, row in zip(some, rows, strict=True))
        finally:
            if missing:
                await asyncio.to_thread(_write, self._path, _Kept(encoder, found))
        own = {text: np.frombuffer(row, "<f4") for text, row in found.items()}
        return {text: own[text] if text in own else shipped[text] for text in wanted}


def _read(path: Path, encoder: str) -> dict[str, bytes]:
    """What is on disk and was found by this encoder."""
    try:
        kept = msgspec.msgpack.decode(path.read_bytes(), type=_Kept)
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        log.warning("meanings_not_read", path=str(path), reason=str(error))
        return {}
    sizes = {len(meaning) for meaning in kept.meanings.values()}
    whole = len(sizes) <= 1 and all(size and size % 4 == 0 for size in sizes)
    return kept.meanings if whole and kept.encoder == encoder else {}


def _write(path: Path, kept: _Kept) -> None:
    """Keep them for the next start. A disk that will not have them is no reason not to answer."""
    partial = path.with_suffix(".part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial.write_bytes(msgspec.msgpack.encode(kept))
        partial.replace(path)
    except OSError as error:
        log.warning("meanings_not_kept", path=str(path), reason=error.strerror)
