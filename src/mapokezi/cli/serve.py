"""``mapokezi serve``: the three roles, started, watched, and stopped in the right order."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import structlog

from mapokezi.cli.settings import MOST_FAULT_BYTES, ConfigOption, start_role, supervised
from mapokezi.config import Settings
from mapokezi.errors import ConfigurationError

log = structlog.get_logger("mapokezi.serve")

_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 15.0
_GOOD_RUN_S = 30.0
"""A role that ran this long starts again at once; one that keeps dying waits ever longer."""
_LINE_ENDS_WITHIN_S = 60.0
"""Beyond the drain's limit: goodbyes (20 s), the platform's last posts (6), hang-ups under way
(10), records still to be written (10)."""
_OTHERS_END_WITHIN_S = 10.0


def serve(config: ConfigOption = None) -> None:
    """Answer calls: start the line, the speech process and the desk, and watch over them."""
    settings = start_role(config)
    supervisor = Supervisor(config, roles_of(settings), drain_limit_s=settings.line.drain_limit_s)
    asyncio.run(supervisor.run())


def roles_of(settings: Settings) -> tuple[str, ...]:
    """The roles to run: speech only if nobody else's speech server is used."""
    others = not settings.speech_address.startswith("unix:")
    return ("line", "desk") if others else ("speech", "line", "desk")


class Supervisor:
    """Keeps the roles running, each in a process of its own.

    A role that dies is started again, after ever longer pauses. One that cannot start at all,
    because a setting or an office file is wrong or a port is taken, ends everything: starting
    again would not mend it. The line is told to stop first and given its time to drain; the
    others are kept running until then.
    """

    def __init__(
        self, config: Path | None, roles: tuple[str, ...], *, drain_limit_s: float
    ) -> None:
        """Prepare; nothing runs yet.

        Args:
            config: The settings file that the roles are given.
            roles: Their names.
            drain_limit_s: How long the line waits for calls in progress.
        """
        self._config = config
        self._roles = roles
        self._line_ends_within_s = drain_limit_s + _LINE_ENDS_WITHIN_S
        self._stopping = asyncio.Event()
        self._unwanted: set[str] = set()
        self._processes: dict[str, asyncio.subprocess.Process] = {}

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT; a second one bids the callers goodbye at once.

        Raises:
            ConfigurationError: What a role could not start with.
        """
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signum, self._stop_asked)
        watches = [asyncio.create_task(self._watch(role)) for role in self._roles]
        told = asyncio.create_task(self._stopping.wait())
        await asyncio.wait([told, *watches], return_when=asyncio.FIRST_COMPLETED)
        self._stopping.set()
        log.info("stopping", waits_for="calls in progress")
        await self._stop("line", within_s=self._line_ends_within_s)
        others = [role for role in self._roles if role != "line"]
        await asyncio.gather(*(self._stop(role, _OTHERS_END_WITHIN_S) for role in others))
        for watch in watches:
            watch.cancel()
        faults = await asyncio.gather(*watches, return_exceptions=True)
        log.info("stopped")
        for fault in faults:
            if isinstance(fault, Exception):
                raise fault

    def _stop_asked(self) -> None:
        line = self._processes.get("line")
        if self._stopping.is_set() and line is not None and line.returncode is None:
            line.terminate()  # a second time: it does not wait for calls any longer
        self._stopping.set()

    async def _watch(self, role: str) -> None:
        """Keep one role running.

        Raises:
            ConfigurationError: It could not start.
        """
        loop = asyncio.get_running_loop()
        pause_s = _FIRST_PAUSE_S
        is_first = True
        while role not in self._unwanted:
            began = loop.time()
            process, told = await self._start(role)
            code = await process.wait()
            why = _what_was_told(told)
            if role in self._unwanted:
                return
            if why and is_first:
                raise ConfigurationError(why)
            is_first = False
            if loop.time() - began > _GOOD_RUN_S:
                pause_s = _FIRST_PAUSE_S
            log.error("role_died", role=role, exit_code=code, why=why, starts_again_in_s=pause_s)
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    async def _start(self, role: str) -> tuple[asyncio.subprocess.Process, int]:
        """Start a role; the second of the pair is a pipe, in which it tells what ended it."""
        command = [sys.executable, "-m", "mapokezi", role]
        if self._config is not None:
            command += ["--config", str(self._config)]
        ours, theirs = os.pipe()
        try:
            # A session of its own: Ctrl-C reaches this process alone, which stops the roles in
            # order.
            process = await asyncio.create_subprocess_exec(
                *command, start_new_session=True, env=supervised(theirs), pass_fds=(theirs,)
            )
        except BaseException:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
        self._processes[role] = process
        if role in self._unwanted:
            process.terminate()
        log.info("role_started", role=role, pid=process.pid)
        return process, ours

    async def _stop(self, role: str, within_s: float) -> None:
        self._unwanted.add(role)
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


def _what_was_told(pipe: int) -> str:
    """Read what a role that has ended left in its pipe, and close that."""
    try:
        os.set_blocking(pipe, False)
        return os.read(pipe, MOST_FAULT_BYTES).decode(errors="replace")
    except BlockingIOError:  # something that the role started has outlived it
        return ""
    finally:
        os.close(pipe)
