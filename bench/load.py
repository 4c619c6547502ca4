"""Twenty calls at once on the line, while the machine has other things to do.

The twenty follow a script. Beside them run a call with the local voice (on a second line that
shares the first one's speech process, since a line has one kind of voice) and queries over 100,000
calls in the first line's database. Loop lag and webhook times are the line's own histograms, so
their percentiles are known to a bucket (1 to 2 ms wide up to 12 ms, 10 ms around 50); underruns
are its own count, and beside them stands how often a caller's telephone had nothing to play. All
of it shares the machine's cores, the callers and the phone platform too: what they take is told,
and how long the line waited for a core, so that its own delays can be told from theirs.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import exposition
from bench.figures import Figure, Load, Measured, load_average
from bench.many_calls import SCRIPT, calls_up
from bench.process import Cost
from bench.response_gap import POLITE, read_calls
from bench.ringing import ring_and_read
from bench.stage import EMULATOR, FOLDER, LINE, Stage, stage
from bench.store_queries import fill
from mapokezi.emulator.callers import CallerLine, ScriptedCaller
from mapokezi.emulator.phone_call import CallHeard
from mapokezi.stores.database import DatabaseSettings, open_database

CALLS = 20
FOR_S = 60.0
STORED = 100_000
_STORE = "hundred-thousand"
_LAG = "mapokezi_loop_lag_seconds"
_WEBHOOK = "mapokezi_webhook_seconds"


async def measure() -> Measured:
    """Take the figures."""
    before = load_average()
    store = await filled_store()
    async with (
        stage(
            "load",
            keep=store,
            VOICE_KIND="script",
            VOICE_SCRIPT=str(SCRIPT),
            LINE_MAX_CALLS="40",
        ) as up,
        stage(
            "load-local",
            place=1,
            roles=(LINE, EMULATOR),
            SPEECH_ADDRESS=up.settings.speech_address,
        ) as local,
    ):
        seen = await _under_load(up, local)
    return Measured(
        "load",
        f"{CALLS} calls at once, a local call and queries beside",
        _figures(seen),
        Load(before, load_average()),
        remarks=("Percentiles of lag and webhook are upper bounds of the histogram's buckets.",),
        details={
            "lag": seen.ended.counted_since(seen.began, _LAG),
            "webhook": seen.over.counted_since(seen.idle, _WEBHOOK),
            "local_gaps_ms": seen.gaps_ms,
            "queries": seen.asked,
        },
    )


async def filled_store() -> Path:
    """Make a database of 100,000 calls, once, and give its folder."""
    folder = FOLDER.absolute() / _STORE
    file = folder / "mapokezi.db"
    if not file.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        partial = folder.with_name(f"{_STORE}.part")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        settings = DatabaseSettings(
            url=f"sqlite:///{partial / 'mapokezi.db'}", spill_file=partial / "spilled.jsonl"
        )
        async with open_database(settings) as database:
            await fill(database, STORED, random.Random(20_261_122))
        partial.rename(folder)
    return folder


@dataclass(frozen=True, slots=True)
class _Look:
    """The line and those beside it, at one instant."""

    metrics: str
    line: Cost
    platform: Cost
    callers: Cost

    @classmethod
    async def at(cls, up: Stage) -> _Look:
        return cls(
            await up.metrics(),
            Cost.of(up.line_pid()),
            Cost.of(up.processes[EMULATOR].pid),
            Cost.of(os.getpid()),
        )

    def counted_since(self, before: _Look, name: str) -> dict[float, float]:
        """Give what a histogram has counted since an earlier look."""
        both = (exposition.histogram(look.metrics, name) for look in (before, self))
        return exposition.since(*both)


@dataclass(frozen=True, slots=True)
class _Seen:
    """All that the measure has seen."""

    idle: _Look
    began: _Look
    ended: _Look
    over: _Look
    """After the calls: underruns are counted when a call has ended."""
    heard: Sequence[CallHeard]
    gaps_ms: Sequence[int]
    """Of the call with the local voice."""
    asked: Mapping[str, Any]
    niceness: int
    """Of the line."""


async def _under_load(up: Stage, local: Stage) -> _Seen:
    asked: dict[str, Any] = {}
    idle = await _Look.at(up)
    async with calls_up(up, CALLS, FOR_S) as heard:
        with _querying(up.settings.database_url, asked):
            began = await _Look.at(up)
            talk = asyncio.create_task(_local_call(local))
            await asyncio.sleep(FOR_S)
            ended = await _Look.at(up)
    over = await _Look.at(up)
    niceness = os.getpriority(os.PRIO_PROCESS, up.line_pid())
    return _Seen(idle, began, ended, over, heard, await talk, asked, niceness)


def _figures(seen: _Seen) -> list[Figure]:
    lag = seen.ended.counted_since(seen.began, _LAG)
    webhook = seen.over.counted_since(seen.idle, _WEBHOOK)  # those that open the calls count
    missed = sum(call.missing_frames for call in seen.heard)
    return [
        Figure("calls answered", len(seen.heard), "", f">= {CALLS}"),
        Figure("loop lag of the line, p99", _ms(exposition.bound_of(lag, 0.99)), "ms", "<= 10"),
        Figure("loop lag within 10 ms", exposition.share_within(lag, 0.01), "%"),
        Figure("webhook, p99", _ms(exposition.bound_of(webhook, 0.99)), "ms", "<= 50"),
        Figure(
            "underruns", exposition.counter(seen.over.metrics, "mapokezi_underruns"), "", "<= 0"
        ),
        Figure("20 ms frames that a telephone missed, all calls", missed),
        *_costs(seen),
        Figure("queries over 100,000 calls, rounds", seen.asked.get("rounds"), "", ">= 1"),
        Figure("local call beside: turns answered", len(seen.gaps_ms), "", ">= 1"),
    ]


def _costs(seen: _Seen) -> list[Figure]:
    began, ended = seen.began, seen.ended
    line_ms = ended.line.cpu_ms_per_call_second(began.line, CALLS)
    grown_kb = ended.line.resident_kb - seen.idle.line.resident_kb
    platform = ended.platform.share_of_a_core(began.platform)
    callers = ended.callers.share_of_a_core(began.callers)
    waited = ended.line.share_waited(began.line)
    return [
        Figure("CPU of the line", round(line_ms, 2), "ms a call-s"),
        Figure("time that the line waited for a core", round(waited, 1), "%"),
        Figure("niceness of the line: below 0 if it may go first", seen.niceness),
        Figure("CPU of the phone platform of this measure", round(platform, 1), "% of a core"),
        Figure("CPU of the callers of this measure", round(callers, 1), "% of a core"),
        Figure("memory of the line, a call", round(grown_kb / CALLS), "KiB"),
    ]


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 1)


@contextmanager
def _querying(url: str, found: dict[str, Any]) -> Iterator[None]:
    """Ask the database beside, in a process of its own; what it says at its end is kept."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.querying", url], stdout=subprocess.PIPE
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)
        found.update(json.loads(out or b"{}"))


async def _local_call(local: Stage) -> list[int]:
    """Hold a call with the local voice; gives its response gaps."""
    lines = [CallerLine(u.text, u.pcm) for call in read_calls()[:2] for u in call]
    rung = await ring_and_read(local, ScriptedCaller(lines, POLITE))
    return list(rung.heard.timings().gaps_ms)
