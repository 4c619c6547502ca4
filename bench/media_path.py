"""What the media path costs: processor time of the line a call and second, by calls at once.

The voice follows a script, so neither recogniser nor synthesis is in it; the recording, the echo
and key detectors, the playout and the records are. Beside the line stands a relay in C
(``relay/relay.c``) that sends every message back as it came: as many calls at the same time, over
an emulator of its own, so that a machine that changes its speed does so for both.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median

from bench.figures import Figure, Load, Measured, load_average
from bench.many_calls import SCRIPT, calls_up
from bench.process import Cost
from bench.stage import EMULATOR, FOLDER, Stage, stage

CALLS = (1, 10, 20)
WINDOWS = 7
WINDOW_S = 5.0
_SOURCE = Path(__file__).with_name("relay") / "relay.c"

_SPARE_S = 12.0
"""The first side's calls are up for so much longer: the other's are dialled after them."""
_REMARK = (
    "Process time, both in the same seconds. The relay keeps no record and no recording, finds"
    " neither echo nor keys, tracks no playout: it is the floor of receiving and sending."
)

Window = tuple[float, ...]
"""Milliseconds a call-second of the line and, if it is there, of the relay."""


async def measure() -> Measured:
    """Take the figures, line and relay in the same seconds."""
    before = load_average()
    relay = built_relay()
    async with AsyncExitStack() as stack:
        sides = [
            await stack.enter_async_context(
                stage(
                    "media-path", VOICE_KIND="script", VOICE_SCRIPT=str(SCRIPT), LINE_MAX_CALLS="40"
                )
            )
        ]
        if relay is not None:
            beside = stage("media-path-relay", place=1, roles=(EMULATOR,), stand_in=relay)
            sides.append(await stack.enter_async_context(beside))
        taken = {count: await _windows(sides, count) for count in CALLS}
    return Measured(
        "media_path",
        "Processor time of the line, scripted voice, beside a relay in C",
        [figure for count in CALLS for figure in _figures(count, taken[count])],
        Load(before, load_average()),
        remarks=(_REMARK if relay is not None else "No C compiler was there: no relay beside it.",),
        details={"windows": taken},
    )


def built_relay() -> Path | None:
    """Compile the relay; None if there is no compiler.

    Raises:
        CalledProcessError: It does not compile.
    """
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    FOLDER.mkdir(parents=True, exist_ok=True)
    program = FOLDER.absolute() / "relay"
    subprocess.run([compiler, "-O2", "-o", str(program), str(_SOURCE)], check=True)
    return program


async def _windows(sides: list[Stage], count: int) -> list[Window]:
    """Have so many calls up on each side, and look at both again and again."""
    pids = [side.line_pid() for side in sides]
    taken: list[Window] = []
    async with AsyncExitStack() as stack:
        for side in sides:
            block = calls_up(side, count, WINDOWS * WINDOW_S + _SPARE_S)
            await stack.enter_async_context(block)
        for _ in range(WINDOWS):
            before = [Cost.of(pid) for pid in pids]
            await asyncio.sleep(WINDOW_S)
            after = [Cost.of(pid) for pid in pids]
            taken.append(
                tuple(
                    end.cpu_ms_per_call_second(begin, count)
                    for begin, end in zip(before, after, strict=True)
                )
            )
    return taken


def _figures(count: int, windows: list[Window]) -> list[Figure]:
    what = f"{count} calls at once" if count > 1 else "one call"
    ours = round(median(window[0] for window in windows), 2)
    found = [Figure(f"{what}: line, median of {len(windows)}", ours, "ms a call-s")]
    if len(windows[0]) > 1:
        relays = round(median(window[1] for window in windows), 3)
        ratio = round(median(window[0] / window[1] for window in windows), 1)
        found += [
            Figure(f"{what}: relay in C", relays, "ms a call-s"),
            Figure(f"{what}: line to relay, median of the ratios", ratio, "times"),
        ]
    return found
