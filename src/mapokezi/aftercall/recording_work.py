"""Compressing and sealing, in a process of its own at the lowest priority.

``python -m mapokezi.aftercall.recording_work`` reads orders from its standard input, a JSON object
a line, and answers each with a line; it ends when its input does, so with the process that
started it. It runs only when nothing else wants a core (``SCHED_IDLE``), so that the telephone
line beside it never waits for it. Keys come with the orders and stand in no argument, no
environment and no file.
"""

from __future__ import annotations

import hashlib
import io
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from mapokezi.aftercall.plain_sound import Form, PlainSound, SoundNotKeptError
from mapokezi.aftercall.recording_orders import (
    Compress,
    KeepCopy,
    Kept,
    NotKept,
    Order,
    Reseal,
    Seal,
)
from mapokezi.aftercall.sound_coding import check_same, compress
from mapokezi.errors import MapokeziError
from mapokezi.stores.seal_keys import Keyring, SealKey
from mapokezi.stores.sealed_files import (
    BLOCK_BYTES,
    Cipher,
    Contents,
    PlainFile,
    Sealed,
    SealedFile,
    seal_file,
    write_plain,
)

_LOWEST = 19
"""Niceness."""
_SESSION = Path("/proc/self/autogroup")


def carry_out(order: Order) -> Kept:
    """Do what is ordered.

    Raises:
        MapokeziError, OSError: It could not be done; what stood before stands.
    """
    match order:
        case Compress():
            return _compress(order)
        case KeepCopy():
            with Path(order.plain).open("rb") as content:
                kept = _put(content, order.seal)
            _check_digest(order.seal, kept)
            return Kept(size_bytes=kept.size_bytes, sha256=kept.sha256, key_id=kept.key_id)
        case Reseal():
            return _reseal(order)


def _compress(order: Compress) -> Kept:
    sound, form = PlainSound.of(Path(order.plain)), Form(order.form)
    # Without a name from the start: the disk forgets it with this process.
    with tempfile.TemporaryFile(dir=Path(order.plain).parent) as compressed:
        file = cast("BinaryIO", compressed)
        compress(sound, form, file)
        file.seek(0)
        kept = _put(file, order.seal)
    with _opened(order.seal) as found:
        content = cast("BinaryIO", io.BufferedReader(Contents(found), BLOCK_BYTES))
        check_same(sound, form, content)
    _check_digest(order.seal, kept)
    return Kept(
        size_bytes=kept.size_bytes,
        sha256=kept.sha256,
        key_id=kept.key_id,
        length_ms=sound.length_ms,
    )


def _reseal(order: Reseal) -> Kept:
    path = Path(order.seal.path)
    keyring = Keyring(map(SealKey.read, (order.seal.key, *order.keys)))
    with SealedFile(path, order.seal.name, keyring) as old:
        wanted = keyring.first.key_id
        if old.key_id != wanted:
            content = cast("BinaryIO", io.BufferedReader(Contents(old), BLOCK_BYTES))
            fresh = path.with_name(path.name + ".fresh")
            kept = seal_file(
                content, fresh, order.seal.name, keyring.first, Cipher[order.seal.cipher]
            )
            aside = msgspec.structs.replace(order.seal, path=str(fresh))
            _check_digest(aside, kept)
            if kept.sha256 != order.sha256:
                raise SoundNotKeptError("the recording is not the one that was kept")
            fresh.replace(path)
    with SealedFile(path, order.seal.name, keyring) as now:
        return Kept(size_bytes=now.size_bytes, sha256=order.sha256, key_id=now.key_id)


def _put(content: BinaryIO, seal: Seal) -> Sealed:
    path = Path(seal.path)
    if not seal.key:
        return write_plain(content, path)
    return seal_file(content, path, seal.name, SealKey.read(seal.key), Cipher[seal.cipher])


def _opened(seal: Seal) -> PlainFile:
    if not seal.key:
        return PlainFile(Path(seal.path))
    return SealedFile(Path(seal.path), seal.name, Keyring([SealKey.read(seal.key)]))


def _check_digest(seal: Seal, kept: Sealed) -> None:
    """Read it back from the disk, every block."""
    digest = hashlib.sha256()
    with _opened(seal) as found:
        for at in range(0, found.size_bytes, BLOCK_BYTES):
            digest.update(found.read(at, BLOCK_BYTES))
        size = found.size_bytes
    if (size, digest.hexdigest()) != (kept.size_bytes, kept.sha256):
        raise SoundNotKeptError("the recording could not be read back as it was written")


def answer(line: bytes) -> Kept | NotKept:
    """Carry out an order that stands in a line; whatever goes wrong is told, not raised."""
    try:
        order: Order = msgspec.json.decode(line, type=Order)
        return carry_out(order)
    except MapokeziError as error:
        return NotKept(why=str(error))
    except OSError as error:
        return NotKept(why=error.strerror or type(error).__name__)
    except Exception as error:  # noqa: BLE001 - one bad recording must not end the others
        return NotKept(why=type(error).__name__)


def step_back() -> None:
    """Run only when nothing else wants a core; where that cannot be, at the lowest niceness.

    The disk, too, serves an idle task last (``ionice(1)``). Where the kernel shares the cores out
    among sessions (``sched(7)``, autogroup), idling counts within a session alone: so this process
    has one of its own, which is of the least weight.
    """
    os.setpriority(os.PRIO_PROCESS, 0, _LOWEST)
    if os.getsid(0) == os.getpid():
        with suppress(OSError):  # no such sharing out here
            _SESSION.write_text(str(_LOWEST), encoding="ascii")
    scheduler: Callable[..., None] | None = getattr(os, "sched_setscheduler", None)
    if scheduler is not None:
        try:
            scheduler(0, os.SCHED_IDLE, os.sched_param(0))
        except OSError:
            return


def main() -> None:
    """Carry out orders until there are no more."""
    step_back()
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(msgspec.json.encode(answer(line)) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
