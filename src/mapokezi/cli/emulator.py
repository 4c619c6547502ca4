"""``mapokezi emulator``: the phone platform on this machine."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import Annotated

import typer

from mapokezi.cli.settings import ConfigOption, start_role
from mapokezi.emulator.callees import CalleeScript, DialOutcome
from mapokezi.errors import ConfigurationError

_WAYS = {
    "answer": CalleeScript(after_s=3.0, talk_s=6.0),
    "busy": CalleeScript(DialOutcome.BUSY, after_s=1.0),
    "no-answer": CalleeScript(DialOutcome.NO_ANSWER),
    "fail": CalleeScript(DialOutcome.FAILED, after_s=0.5),
}


def emulator(
    config: ConfigOption = None,
    callee: Annotated[
        list[str] | None,
        typer.Option(
            "--callee",
            help="How a number behaves when dialled: NUMBER=answer, busy, no-answer or fail. "
            "People of the offices answer unless told otherwise. May be given several times.",
        ),
    ] = None,
) -> None:
    """Be SautiKit on this machine: the offices' numbers ring the line, callers use /phone."""
    from mapokezi.app.emulator import run_emulator

    settings = start_role(config)
    asyncio.run(_until_told(run_emulator(settings, read_callees(callee or []))))


def read_callees(given: list[str]) -> dict[str, CalleeScript]:
    """Read ``NUMBER=WAY`` pairs.

    Raises:
        ConfigurationError: If one is not of that form.
    """
    callees = {}
    for pair in given:
        number, _, way = pair.partition("=")
        if way not in _WAYS or not number.startswith("+"):
            ways = ", ".join(_WAYS)
            raise ConfigurationError(
                f"--callee {pair}: write +254722000001=busy; the ways are {ways}"
            )
        callees[number] = _WAYS[way]
    return callees


async def _until_told(work: object) -> None:
    task = asyncio.ensure_future(work)  # type: ignore[call-overload]
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task
