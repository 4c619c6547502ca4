"""Seals recordings again by another key, one after the other, while they can be read throughout.

A recording that was sealed already is written anew in its place; one that was not gets a sealed
file beside it, and loses the plain one last. In either case the database follows the disk: after a
kill the file itself tells which key opens it, and the next run goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from mapokezi.aftercall.recording_child import RecordingNotKept
from mapokezi.aftercall.recording_keeping import SEALED_SUFFIX, KeepingParts
from mapokezi.aftercall.recording_orders import KeepCopy, Reseal, Seal
from mapokezi.records.kept_recording import KeptRecording
from mapokezi.stores.kept_files import inside
from mapokezi.stores.recordings import save_recording

_AT_ONCE = 100


async def rotate_keys(
    parts: KeepingParts, told: Callable[[KeptRecording], None] = lambda _kept: None
) -> int:
    """Seal again, by the first key, all that another key has sealed, or none has.

    Args:
        parts: What recordings are kept with.
        told: Called with each that is done.

    Returns:
        How many were sealed again.

    Raises:
        RecordingNotKept: One could not be; those before it are done.
        ConfigurationError: There is no key, or one is missing.
    """
    first = parts.keys.first
    lost = parts.keys.lost
    done = 0
    while True:
        found = await parts.recordings.sealed_otherwise(first.key_id, _AT_ONCE + len(lost))
        wanted = [one for one in found if one.key_id not in lost]
        if not wanted:
            return done
        for one in wanted:
            kept = await _sealed_again(parts, one)
            await parts.writer.transact(partial(save_recording, kept=kept))
            if one.path != kept.path:
                await asyncio.to_thread((parts.data_folder / one.path).unlink, missing_ok=True)
            told(kept)
            done += 1


async def _sealed_again(parts: KeepingParts, one: KeptRecording) -> KeptRecording:
    path = inside(parts.data_folder, one.path)
    if path is None:
        raise RecordingNotKept(f"{one.path} lies outside the data folder")
    if one.key_id:
        parts.keys.get(one.key_id)
        seal = _seal(parts, path)
        others = tuple(key.written() for key in parts.keys)
        order: Reseal | KeepCopy = Reseal(seal=seal, keys=others, sha256=one.sha256)
    else:
        seal = _seal(parts, path.with_name(path.name + SEALED_SUFFIX))
        order = KeepCopy(plain=str(path), seal=seal)
    done = await parts.child.carry_out(order)
    if done.sha256 != one.sha256:
        raise RecordingNotKept(f"{one.path} is not what was kept")
    relative = str(Path(seal.path).relative_to(parts.data_folder.resolve()))
    return replace(one, path=relative, key_id=done.key_id)


def _seal(parts: KeepingParts, path: Path) -> Seal:
    return Seal(
        path=str(path),
        name=path.name,
        key=parts.keys.first.written(),
        cipher=parts.settings.cipher.name,
    )
