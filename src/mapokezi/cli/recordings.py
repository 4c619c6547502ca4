"""``mapokezi recordings``: the sound of calls, compressed and sealed; its keys."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mapokezi.calls import CallId
from mapokezi.cli.settings import ConfigOption, load_for_work
from mapokezi.config import Settings
from mapokezi.errors import MapokeziError
from mapokezi.records.audit import Deed
from mapokezi.records.kept_recording import Copy, KeptRecording

if TYPE_CHECKING:
    from mapokezi.app.keeping import Keeping

app = typer.Typer(help="The sound of calls: sealed, saved, its keys.", no_args_is_help=True)


@app.command("new-key")
def new_key() -> None:
    """Draw a key for recordings, and print it. Keep it where the recordings are not."""
    from mapokezi.stores.seal_keys import SealKey

    key = SealKey.draw()
    print(key.written())
    print(f"key id {key.key_id}; MAPOKEZI_RECORDING_KEYS takes it", file=sys.stderr)


@app.command("status")
def status(config: ConfigOption = None) -> None:
    """Say how many recordings each key has sealed, and which keys are at hand."""
    asyncio.run(_status(load_for_work(config)))


@app.command("seal")
def seal(config: ConfigOption = None) -> None:
    """Compress and seal what is still a plain sound file; the desk does it after each call."""
    kept, failed = asyncio.run(_seal(load_for_work(config)))
    print(f"kept: {kept}" + (f"; not kept: {failed}" if failed else ""))
    if failed:
        raise typer.Exit(1)


@app.command("rotate")
def rotate(config: ConfigOption = None) -> None:
    """Seal all recordings anew by the first key, so that older keys can be thrown away."""
    done, key_id = asyncio.run(_rotate(load_for_work(config)))
    print(f"sealed anew by {key_id}: {done}")


@app.command("save")
def save(
    call_id: Annotated[str, typer.Argument(help="The call's id, or `last`.")],
    file: Annotated[Path, typer.Argument(help="Where to; it must not exist.")],
    config: ConfigOption = None,
    platform: Annotated[
        bool, typer.Option("--platform", help="The phone platform's own recording.")
    ] = False,
) -> None:
    """Write a call's recording into a file, opened."""
    copy = Copy.PLATFORM if platform else Copy.OURS
    about = asyncio.run(_save(load_for_work(config), call_id, file, copy))
    print(f"{file}: {about}")


async def _status(settings: Settings) -> None:
    from mapokezi.app.keeping import keyring_of
    from mapokezi.stores.database import open_for_reading

    keys = keyring_of(settings, draw=False)
    async with open_for_reading(settings.database_url) as records:
        counts = await records.recordings.count_by_key()
    held = [key.key_id for key in keys]
    for place, key_id in enumerate(held):
        seals = ", seals" if not place else ""
        print(f"{key_id}  at hand{seals}  recordings: {counts.pop(key_id, 0)}")
    for key_id, count in sorted(counts.items()):
        what = "not sealed" if not key_id else "lost" if key_id in keys.lost else "MISSING"
        print(f"{key_id or '-' * 16}  {what}  recordings: {count}")


async def _seal(settings: Settings) -> tuple[int, int]:
    from mapokezi.aftercall.recording_keeping import Kept, RecordingNotReady, keep_recording
    from mapokezi.app.keeping import keeping_opened

    done = failed = 0
    async with keeping_opened(settings) as keeping:
        older = None
        while True:
            page = await keeping.records.calls.page(older_than=older, limit=200)
            for call in page.calls:
                if call.recording is None or not (settings.data_folder / call.recording).exists():
                    continue
                try:
                    came = await keep_recording(call.call_id, keeping.keeping)
                except RecordingNotReady:
                    continue
                except MapokeziError as error:
                    print(f"{call.call_id}: {error}", file=sys.stderr)
                    failed += 1
                else:
                    done += isinstance(came, Kept)
            older = page.older
            if older is None:
                return done, failed


async def _rotate(settings: Settings) -> tuple[int, str]:
    from mapokezi.aftercall.rotating import rotate_keys
    from mapokezi.app.keeping import keeping_opened

    async with keeping_opened(settings) as keeping:
        first = keeping.keys.first.key_id
        done = await rotate_keys(keeping.keeping)
        await keeping.note(Deed.ROTATED_KEYS, recordings=done, key=first)
    return done, first


async def _save(settings: Settings, wanted: str, file: Path, copy: Copy) -> str:
    from mapokezi.app.keeping import keeping_opened
    from mapokezi.stores.kept_files import open_kept

    async with keeping_opened(settings) as keeping:
        call_id = CallId(wanted)
        if wanted == "last":
            page = await keeping.records.calls.page(limit=1)
            call_id = page.calls[0].call_id if page.calls else call_id
        kept = await _kept(keeping, call_id, copy)
        await keeping.note(Deed.SAVED_RECORDING, call_id)
        with open_kept(settings.data_folder, kept, keeping.keys) as content:
            _write(content, file)
        return f"{kept.media_type}, {content.size_bytes} bytes"


async def _kept(keeping: Keeping, call_id: CallId, copy: Copy) -> KeptRecording:
    from mapokezi.aftercall.recording_keeping import Kept, keep_recording

    for one in await keeping.records.recordings.of_call(call_id):
        if one.copy is copy:
            return one
    if copy is Copy.OURS:
        came = await keep_recording(call_id, keeping.keeping)
        if isinstance(came, Kept):
            return came.recording
    raise MapokeziError(f"there is no such recording of the call {call_id}")


def _write(content: object, file: Path) -> None:
    from mapokezi.aftercall.caller_export import copy_content
    from mapokezi.stores.sealed_files import PlainFile

    assert isinstance(content, PlainFile)
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            copy_content(content, out)
    except OSError as error:
        raise MapokeziError(f"{file} cannot be written: {error.strerror}") from None
