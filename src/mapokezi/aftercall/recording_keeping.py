"""Keeps a call's recording: compressed, sealed, verified, and only then the plain one removed.

The steps, and what a kill before each of them leaves:

1. The plain file is compressed and sealed beside it (`mapokezi.aftercall.recording_work`), and
   read back from the disk: FLAC sample by sample. A kill leaves the plain file, and at most a
   sealed one that nobody knows of and that the next attempt writes over.
2. The database is told where the sealed one is. A kill leaves both files, and the sealed one
   counts.
3. The plain file is removed. A kill before it leaves both; the next attempt only removes.

So the steps may be taken again from the first at any time, by whoever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

import structlog
from sqlalchemy import Connection

from mapokezi.aftercall.plain_sound import Form, PlainSound
from mapokezi.aftercall.recording_child import RecordingChild, RecordingNotKept
from mapokezi.aftercall.recording_orders import Compress, KeepCopy, Seal
from mapokezi.aftercall.recording_orders import Kept as Done
from mapokezi.audio.wav import WavError
from mapokezi.calls import CallId
from mapokezi.errors import MapokeziError
from mapokezi.records.call_record import CallRecord
from mapokezi.records.kept_recording import SUFFIXES, Copy, KeptRecording, recording_path
from mapokezi.records.ports import CallRecords
from mapokezi.stores.kept_files import KeptFileError, check_kept, inside
from mapokezi.stores.recordings import RecordingStore, save_recording
from mapokezi.stores.seal_keys import Keyring
from mapokezi.stores.sealed_files import Cipher, sync_folder
from mapokezi.units import Milliseconds

log = structlog.get_logger("mapokezi.aftercall.recording")

_T = TypeVar("_T")
SEALED_SUFFIX = ".sealed"
_UNFINISHED = ".part"
_WRITTEN_WITHIN_S, _LOOK_EVERY_S = 10.0, 0.25
"""The line's thread makes the file whole within a second of the call's end."""
_BEGUN_WITHIN = timedelta(minutes=1)
"""And begins it within a second of the call's answer, which may be after a short call's end."""


class RecordingNotReady(MapokeziError):  # noqa: N818 - in the words of the trade
    """The line is still writing the recording, or was killed and will make it whole when it
    starts. To be tried again."""


class Transacts(Protocol):
    """Runs work in a transaction of its own: `mapokezi.stores.record_writer.RecordWriter`."""

    async def transact(self, work: Callable[[Connection], _T]) -> _T:
        """Run it."""


@dataclass(frozen=True, slots=True)
class KeepingSettings:
    """In which form recordings are kept."""

    form: Form = Form.FLAC
    sealed: bool = True
    cipher: Cipher = Cipher.AES_256_GCM


@dataclass(frozen=True, slots=True)
class KeepingParts:
    """What recordings are kept with, put together by `mapokezi.app`."""

    calls: CallRecords
    recordings: RecordingStore
    writer: Transacts
    child: RecordingChild
    keys: Keyring
    data_folder: Path
    now: Callable[[], datetime]
    settings: KeepingSettings = KeepingSettings()


@dataclass(frozen=True, slots=True)
class Kept:
    """The recording is kept, and the plain one is gone."""

    recording: KeptRecording


@dataclass(frozen=True, slots=True)
class NothingToKeep:
    """There is no recording that could be kept."""

    why: str


async def keep_recording(call_id: CallId, parts: KeepingParts) -> Kept | NothingToKeep:
    """Bring a call's recording into its last form. Done twice it comes to the same.

    Raises:
        RecordingNotReady: It is not whole yet.
        RecordingNotKept: It could not be done; the plain recording is still there.
        SQLAlchemyError: The database did not take it; likewise.
    """
    found = await parts.calls.get(call_id)
    if found is not None and found.call.recording_refused is not None:
        await asyncio.to_thread(_remove_refused, parts.data_folder, found.call)
        return NothingToKeep("the caller did not want to be recorded")
    if found is None or found.call.recording is None:
        return NothingToKeep("the call was not recorded")
    if found.call.ended_at is None:
        raise RecordingNotReady("the call has not ended")
    plain = inside(parts.data_folder, found.call.recording)
    if plain is None:
        return NothingToKeep("its file lies outside the data folder")
    await _until_written(plain)
    kept = await _of_call(parts, call_id)
    if kept is None:
        made = await _compressed(parts, call_id, found.call.recording, plain)
        if isinstance(made, NothingToKeep):
            if parts.now() - found.call.ended_at < _BEGUN_WITHIN:
                raise RecordingNotReady("the line may not have begun the recording yet")
            return made
        kept = made
        await parts.writer.transact(partial(save_recording, kept=kept))
    await _remove_plain(parts, plain, kept)
    return Kept(kept)


async def keep_platform_copy(
    call_id: CallId, file: Path, media_type: str, parts: KeepingParts
) -> KeptRecording:
    """Keep the platform's own recording of a call as a second copy; ``file`` is removed then.

    Args:
        call_id: Of which call.
        file: The fetched file, under the data folder.
        media_type: What is in it: ``audio/wav``, ``audio/mpeg``.
        parts: What it is kept with.

    Raises:
        RecordingNotKept: It could not be done; the file is still there.
    """
    folder = Path("recordings") / f"{parts.now():%Y-%m}"
    found = await parts.calls.get(call_id)
    if found is not None:
        folder = Path("recordings") / f"{found.call.arrived_at:%Y-%m}"
    suffix = SUFFIXES.get(media_type, ".sound")
    seal = seal_of(parts, folder / f"{call_id}-{Copy.PLATFORM}{suffix}")
    Path(seal.path).parent.mkdir(parents=True, exist_ok=True)
    done = await parts.child.carry_out(KeepCopy(plain=str(file), seal=seal))
    kept = _record(parts, (call_id, Copy.PLATFORM), media_type, seal, done)
    await parts.writer.transact(partial(save_recording, kept=kept))
    await asyncio.to_thread(file.unlink, missing_ok=True)
    return kept


async def _until_written(plain: Path) -> None:
    """Wait a little for the line to finish the file."""
    part = plain.with_name(plain.name + _UNFINISHED)
    loop = asyncio.get_running_loop()
    until = loop.time() + _WRITTEN_WITHIN_S
    while await asyncio.to_thread(lambda: part.exists() and not plain.exists()):
        if loop.time() > until:
            raise RecordingNotReady("the line has not finished the recording")
        await asyncio.sleep(_LOOK_EVERY_S)


async def _of_call(parts: KeepingParts, call_id: CallId) -> KeptRecording | None:
    for one in await parts.recordings.of_call(call_id):
        if one.copy is Copy.OURS:
            return one
    return None


async def _compressed(
    parts: KeepingParts, call_id: CallId, relative: str, plain: Path
) -> KeptRecording | NothingToKeep:
    """The first step: compress, seal, verify."""
    try:
        sound = await asyncio.to_thread(PlainSound.of, plain)
    except FileNotFoundError:
        return NothingToKeep("its file is not there")
    except (OSError, WavError) as error:
        raise RecordingNotKept(str(error)) from None
    if not sound.frames:
        await asyncio.to_thread(plain.unlink, missing_ok=True)
        return NothingToKeep("there is no sound in it")
    settings = parts.settings
    seal = seal_of(parts, Path(relative).with_suffix(f".{settings.form.value}"))
    order = Compress(plain=str(plain), form=settings.form.value, seal=seal)
    done = await parts.child.carry_out(order)
    log.info(
        "recording_kept",
        call_id=call_id,
        length_ms=done.length_ms,
        size_bytes=done.size_bytes,
        sealed=bool(done.key_id),
    )
    return _record(parts, (call_id, Copy.OURS), settings.form.media_type, seal, done)


def _record(
    parts: KeepingParts, of: tuple[CallId, Copy], media_type: str, seal: Seal, done: Done
) -> KeptRecording:
    """What the database is told of a file that was sealed."""
    return KeptRecording(
        call_id=of[0],
        copy=of[1],
        path=str(Path(seal.path).relative_to(parts.data_folder)),
        media_type=media_type,
        length_ms=None if done.length_ms is None else Milliseconds(done.length_ms),
        size_bytes=done.size_bytes,
        sha256=done.sha256,
        key_id=done.key_id,
        kept_at=parts.now(),
    )


def seal_of(parts: KeepingParts, relative: Path) -> Seal:
    """Where a file is put, and how it is sealed."""
    if not parts.settings.sealed:
        return Seal(path=str(parts.data_folder / relative), name=relative.name)
    sealed = relative.with_name(relative.name + SEALED_SUFFIX)
    return Seal(
        path=str(parts.data_folder / sealed),
        name=sealed.name,
        key=parts.keys.first.written(),
        cipher=parts.settings.cipher.name,
    )


async def _remove_plain(parts: KeepingParts, plain: Path, kept: KeptRecording) -> None:
    """The last step. What is to stay is looked at once more: the rest of a kill may be old."""
    if not await asyncio.to_thread(plain.exists):
        return
    try:
        await asyncio.to_thread(check_kept, parts.data_folder, kept, parts.keys)
    except KeptFileError as error:
        raise RecordingNotKept(str(error)) from None
    await asyncio.to_thread(_unlink, plain)


def _remove_refused(data_folder: Path, call: CallRecord) -> None:
    """Remove what a kill has left between the caller's word and the removal by the line."""
    plain = data_folder / recording_path(call.call_id, call.arrived_at)
    for path in (plain, plain.with_name(plain.name + _UNFINISHED)):
        if path.exists():
            _unlink(path)


def _unlink(plain: Path) -> None:
    plain.unlink(missing_ok=True)
    sync_folder(plain.parent)
