"""Twenty calls at once on the line, while the machine has other things to do.

The twenty follow a script. Beside them run a call with the local voice (on a second line that
shares the first one's speech process, since a line has one kind of voice) and queries over 100,000
calls in the first line's database. Loop lag and webhook times are the line's own histograms, so
their percentiles are known to a bucket; underruns are its own count, and beside them stands how
often a caller's telephone had nothing to play.
"""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import exposition
from bench.figures import Figure, Load, Measured, load_average
from bench.many_calls import SCRIPT, calls_up
from bench.process import Cost
from bench.response_gap import POLITE, read_calls
from bench.ringing import ring_and_read
from bench.stage import FOLDER, Stage, stage
from bench.store_queries import fill
from mapokezi.emulator.callers import CallerLine, ScriptedCaller
from mapokezi.stores.database import DatabaseSettings, open_database

CALLS = 20
FOR_S = 60.0
STORED = 100_000
_STORE = "hundred-thousand"


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
            roles=("line", "emulator"),
            SPEECH_ADDRESS=up.settings.speech_address,
        ) as local,
    ):
        figures, details = await _under_load(up, local)
    return Measured(
        "load",
        f"{CALLS} calls at once, a local call and queries beside",
        figures,
        Load(before, load_average()),
        remarks=("Percentiles of lag and webhook are upper bounds of the histogram's buckets.",),
        details=details,
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


async def _under_load(up: Stage, local: Stage) -> tuple[list[Figure], dict[str, Any]]:
    pid = up.line_pid()
    idle = Cost.of(pid)
    asked: dict[str, Any] = {}
    text_before = await up.metrics()  # the webhooks that open the calls count
    async with calls_up(up, CALLS, FOR_S) as heard:
        with _querying(up.settings.database_url, asked):
            lag_before, began = await up.metrics(), Cost.of(pid)
            talk = asyncio.create_task(_local_call(local))
            await asyncio.sleep(FOR_S)
            lag_after, ended = await up.metrics(), Cost.of(pid)
    text_after = await up.metrics()
    gaps = await talk
    lag = exposition.since(
        *(exposition.histogram(t, "mapokezi_loop_lag_seconds") for t in (lag_before, lag_after))
    )
    webhook = exposition.since(
        *(exposition.histogram(t, "mapokezi_webhook_seconds") for t in (text_before, text_after))
    )
    underruns = exposition.counter(text_after, "mapokezi_underruns")
    figures = [
        Figure("calls answered", len(heard), "", f">= {CALLS}"),
        Figure("loop lag of the line, p99", _ms(exposition.bound_of(lag, 0.99)), "ms", "<= 10"),
        Figure("loop lag within 10 ms", exposition.share_within(lag, 0.01), "%"),
        Figure("webhook, p99", _ms(exposition.bound_of(webhook, 0.99)), "ms", "<= 50"),
        Figure("underruns", underruns, "", "<= 0"),
        Figure(
            "20 ms frames that a telephone missed, all calls",
            sum(call.missing_frames for call in heard),
        ),
        Figure(
            "CPU of the line", round(ended.cpu_ms_per_call_second(began, CALLS), 2), "ms a call-s"
        ),
        Figure(
            "memory of the line, a call",
            round((ended.resident_kb - idle.resident_kb) / CALLS),
            "KiB",
        ),
        Figure("queries over 100,000 calls, rounds", asked.get("rounds"), "", ">= 1"),
        Figure("local call beside: turns answered", len(gaps), "", ">= 1"),
    ]
    return figures, {"lag": lag, "webhook": webhook, "local_gaps_ms": gaps, "queries": asked}


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
