"""The process that compresses and seals, seen from the desk: started when there is work."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys

import msgspec
import structlog

from mapokezi.aftercall.recording_orders import Kept, NotKept, Order
from mapokezi.errors import MapokeziError

log = structlog.get_logger("mapokezi.aftercall.recording")

_IDLE_S = 60.0
"""After so long without work it ends, and its 45 MB are free again."""
_LONGEST_S = 1_800.0
"""Of one recording: two hours of a call, on a machine that has almost no core to spare."""
_ANSWER_BYTES = 65_536


class RecordingNotKept(MapokeziError):  # noqa: N818 - in the words of the trade
    """A recording could not be brought into its last form; as it was it is still there."""


class RecordingChild:
    """Has recordings compressed and sealed, one after the other. Belongs to one event loop."""

    def __init__(self) -> None:
        """Nothing runs yet."""
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    async def carry_out(self, order: Order) -> Kept:
        """Have an order carried out.

        Raises:
            RecordingNotKept: It was not.
        """
        async with self._turn:
            try:
                found = await self._ask(order)
            except BaseException:
                await self._kill()  # its answer, if it still comes, must not be taken for another's
                raise
            self._rest()
        if isinstance(found, NotKept):
            raise RecordingNotKept(found.why)
        return found

    async def close(self) -> None:
        """End it, whatever it does; a recording that is begun is begun anew next time."""
        await self._kill()

    async def _ask(self, order: Order) -> Kept | NotKept:
        process = await self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(msgspec.json.encode(order) + b"\n")
            await process.stdin.drain()
            async with asyncio.timeout(_LONGEST_S):
                line = await process.stdout.readline()
        except TimeoutError:
            raise RecordingNotKept(f"it took longer than {_LONGEST_S:g} s") from None
        except OSError as error:
            raise RecordingNotKept(f"its process is gone: {type(error).__name__}") from None
        if not line:
            raise RecordingNotKept("its process has ended")
        found: Kept | NotKept = msgspec.json.decode(line, type=Kept | NotKept)
        return found

    async def _running(self) -> asyncio.subprocess.Process:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "mapokezi.aftercall.recording_work",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env=_bare_environment(),
                limit=_ANSWER_BYTES,
                start_new_session=True,  # see `step_back` there
            )
        return self._process

    def _rest(self) -> None:
        """End it after a while, unless more work comes."""
        process = self._process
        if process is None or process.stdin is None:
            return
        loop = asyncio.get_running_loop()
        self._idle = loop.call_later(_IDLE_S, process.stdin.close)

    async def _kill(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await process.wait()
        if process.stdin is not None:
            process.stdin.close()


def _bare_environment() -> dict[str, str]:
    """The environment without secrets, for which it has no use; nor for numpy's threads."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MAPOKEZI_", "SAUTIKIT_"))
    }
    return {**kept, "OPENBLAS_NUM_THREADS": "1"}
