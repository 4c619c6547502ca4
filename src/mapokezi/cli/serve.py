"""``mapokezi serve``: the three roles, started, watched, and stopped in the right order."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import structlog

from mapokezi.cli.settings import ConfigOption, start_role

log = structlog.get_logger("mapokezi.serve")

ROLES = ("speech", "line", "desk")
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 15.0
_GOOD_RUN_S = 30.0
"""A role that ran this long starts again at once; one that keeps dying waits ever longer."""


def serve(config: ConfigOption = None) -> None:
    """Answer calls: start the line, the speech process and the desk, and watch over them."""
    settings = start_role(config)
    asyncio.run(Supervisor(config, drain_limit_s=settings.line.drain_limit_s).run())


class Supervisor:
    """Keeps the roles running, each in a process of its own.

    The line is told to stop first and given its time to drain; the others are needed until then.
    """

    def __init__(self, config: Path | None, *, drain_limit_s: float) -> None:
        self._config = config
        self._drain_limit_s = drain_limit_s
        self._stopping = asyncio.Event()
        self._processes: dict[str, asyncio.subprocess.Process] = {}

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT."""
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signum, self._stopping.set)
        watches = {role: asyncio.create_task(self._watch(role)) for role in ROLES}
        await self._stopping.wait()
        log.info("stopping", waits_for="calls in progress")
        await self._stop("line", within_s=self._drain_limit_s + 30.0)
        await asyncio.gather(self._stop("desk", within_s=10.0), self._stop("speech", within_s=10.0))
        for watch in watches.values():
            watch.cancel()
        await asyncio.gather(*watches.values(), return_exceptions=True)
        log.info("stopped")

    async def _watch(self, role: str) -> None:
        loop = asyncio.get_running_loop()
        pause = _FIRST_PAUSE_S
        while not self._stopping.is_set():
            began = loop.time()
            process = await self._start(role)
            if self._stopping.is_set():
                process.terminate()
            code = await process.wait()
            if self._stopping.is_set():
                return
            if loop.time() - began > _GOOD_RUN_S:
                pause = _FIRST_PAUSE_S
            log.error("role_died", role=role, exit_code=code, starts_again_in_s=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    async def _start(self, role: str) -> asyncio.subprocess.Process:
        command = [sys.executable, "-m", "mapokezi", role]
        if self._config is not None:
            command += ["--config", str(self._config)]
        # A session of its own: Ctrl-C reaches this process alone, which stops the roles in order.
        process = await asyncio.create_subprocess_exec(
            *command, start_new_session=True, env={**os.environ, "MAPOKEZI_SUPERVISED": "1"}
        )
        self._processes[role] = process
        log.info("role_started", role=role, pid=process.pid)
        return process

    async def _stop(self, role: str, *, within_s: float) -> None:
        process = self._processes.get(role)
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), within_s)
        except TimeoutError:
            log.error("role_killed", role=role, waited_s=within_s)
            process.kill()
            await process.wait()
