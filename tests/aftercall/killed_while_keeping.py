"""Kills the keeping of a recording at each of its deeds on the disk; run by its test.

A process that has everything loaded makes a copy of itself for each place. The copy keeps a
recording and is killed (SIGKILL) as it is about to open, rename or remove its so-manieth file in
the data folder; another copy then looks what is left, and does the work again.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from tests.aftercall.keeping_stage import KeepingStage, keeping_stage, sound

from mapokezi.aftercall.recording_keeping import Kept, keep_recording
from mapokezi.audio.wav import wav_bytes
from mapokezi.calls import CallId

CALL = CallId("c-000000")
PCM = sound(1.5)
PLAIN = wav_bytes(PCM, 16_000, 2)
MOST = 400


def in_a_copy(work: Callable[[], Awaitable[None]]) -> int:
    """Run something in a copy of this process; gives how that ended, as `os.waitpid` has it."""
    pid = os.fork()
    if pid == 0:
        try:
            asyncio.run(work())  # type: ignore[arg-type]
        except BaseException:  # noqa: BLE001
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1]


async def prepared(folder: Path) -> None:
    async with keeping_stage(folder) as stage:
        await stage.recorded(pcm=PCM)


def killed_at(folder: Path, place: int) -> int:
    async def keep() -> None:
        async with keeping_stage(folder) as stage:
            recordings = str(folder / "recordings")
            left = place

            def hook(event: str, arguments: tuple[Any, ...]) -> None:
                nonlocal left
                if event not in {"open", "os.rename", "os.remove"}:
                    return
                if str(arguments[0]).startswith((recordings, str(folder / "mapokezi.db"))):
                    left -= 1
                    if left < 0:
                        os.kill(os.getpid(), signal.SIGKILL)

            sys.addaudithook(hook)
            await keep_recording(CALL, stage.parts)

    return in_a_copy(keep)


def looked_at(folder: Path) -> int:
    async def look() -> None:
        async with keeping_stage(folder) as stage:
            kept = await stage.kept()
            is_plain = stage.plain().exists() and stage.plain().read_bytes() == PLAIN
            assert is_plain or (kept and stage.heard(kept[0]) == PCM), "the recording is lost"
            await kept_again(stage)

    return in_a_copy(look)


async def kept_again(stage: KeepingStage) -> None:
    done = await keep_recording(CALL, stage.parts)
    assert isinstance(done, Kept), done
    assert stage.heard(done.recording) == PCM
    left = [path.name for path in stage.plain().parent.iterdir()]
    assert left == ["c-000000.flac.sealed"], left


def main(folder: Path) -> int:
    """Kill at every place, one after the other; gives how many there were."""
    assert in_a_copy(lambda: prepared(folder / "whole")) == 0
    for place in range(MOST):
        copy = folder / f"killed-{place}"
        shutil.copytree(folder / "whole", copy)
        ended = killed_at(copy, place)
        if looked_at(copy) != 0:
            raise AssertionError(f"place {place}, ended by {ended}")
        shutil.rmtree(copy)
        if ended == 0:
            return place
        assert os.WIFSIGNALED(ended), f"place {place}: {ended}"
    raise AssertionError("it never came to an end")


if __name__ == "__main__":
    sys.stdout.write(f"{main(Path(sys.argv[1]))}\n")
