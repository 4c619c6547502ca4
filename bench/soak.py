"""An hour of calls that do not all go well: what the line holds at its end, and at its beginning.

Fifty calls at a time, each some half a minute long, over media and model sockets of their own:
models that die, freeze, fall mute or hum; callers who hang up in mid-word; sockets that are cut or
never opened. The line's memory must be the same after it as before, and nothing may be left open.

Two looks are taken while no call is up, one after a warm-up of the same calls and one at the end.
Between them the line is only looked at from outside. A minute after a call its recording is
deleted, for an hour of fifty would fill a disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any

from bench import exposition
from bench.figures import Figure, Load, Measured, load_average, percentile
from bench.process import Cost
from bench.stage import FOLDER
from bench.wire.calls import SHARES, Lived, WireCall
from bench.wire.carrier import Carrier
from bench.wire.legs import Legs
from bench.wire.line import Ports, WireLine, line_up
from bench.wire.models import Models
from mapokezi.records.call_record import CallRecord

_SAMPLE_S = 5.0
_KEPT_S = 60.0
"""How long a recording stays."""
_REFUSED_SHARE = 0.02
"""Of the models' handshakes."""
_DRAINED_WITHIN_S = 90.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is done; less of it by the environment (``BENCH_SOAK_MINUTES``, ...)."""

    minutes: float = 60.0
    calls: int = 50
    warm_minutes: float = 17.0
    """Until the 2,000 calls are over that a line remembers, for posts that come late."""
    settles_s: float = 40.0
    """From the last call's end to the look: a call's cost is asked for until 36 s after it."""
    traces: bool = False

    @classmethod
    def read(cls) -> Plan:
        """Read ``BENCH_SOAK_MINUTES``, ``_CALLS``, ``_WARM_MINUTES`` and ``_TRACES``."""
        told = {key: os.environ.get(f"BENCH_SOAK_{key.upper()}", "") for key in _READERS}
        return cls(**{key: _READERS[key](text) for key, text in told.items() if text})


_READERS: Mapping[str, Any] = {
    "minutes": float,
    "calls": int,
    "warm_minutes": float,
    "traces": lambda text: text == "1",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """The line, seen from outside."""

    at_s: float
    resident_kb: int
    descriptors: int
    sockets: int

    @classmethod
    def of(cls, pid: int) -> Sample:
        """Look at it now."""
        links = []
        for one in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):
                links.append(str(one.readlink()))
        sockets = sum(link.startswith("socket:") for link in links)
        return cls(time.monotonic(), Cost.of(pid).resident_kb, len(links), sockets)


@dataclass(frozen=True, slots=True)
class Look:
    """The line with no call up, seen from outside and within."""

    outside: Sample
    within: Mapping[str, Any]


@dataclass
class Soaked:
    """What was seen."""

    plan: Plan
    lived: list[Lived] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    before: Look | None = None
    after: Look | None = None
    cpu_share: float = 0.0
    mean_calls: float = 0.0
    late_share: float = 0.0
    lag: dict[float, float] = field(default_factory=dict)
    records: Sequence[CallRecord] = ()
    errors: list[str] = field(default_factory=list)
    exit_code: int | None = None
    strangers: int = 0
    placed: int = 0
    """Calls in all, those of the warm-up too."""


async def measure() -> Measured:
    """Take the figures."""
    before, plan = load_average(), Plan.read()
    seen = await soak(plan, FOLDER.absolute() / "soak")
    fates = Counter(str(one.fate) for one in seen.lived)
    told = "; ".join(f"{fate}: {count}" for fate, count in sorted(fates.items()))
    minutes = f"{plan.minutes:g} minutes" if plan.minutes != 60 else "One hour"
    return Measured(
        "soak",
        f"{minutes} at {plan.calls} calls, with faults",
        figures_of(seen),
        Load(before, load_average()),
        remarks=(f"After {plan.warm_minutes:g} minutes of the same. {told}.",),
        details={
            "samples": [(s.at_s, s.resident_kb, s.descriptors, s.sockets) for s in seen.samples],
            "before": seen.before and seen.before.within,
            "after": seen.after and seen.after.within,
            "refused": Counter(one.refused for one in seen.lived if one.refused),
            "errors": seen.errors[:50],
        },
    )


async def soak(plan: Plan, folder: Path) -> Soaked:
    """Have the calls lived through with a line whose data are in a folder; give what was seen."""
    ports, carrier = Ports.free(), Carrier()
    rng = random.Random(20_261_122)
    models, legs, seen = Models(), Legs(), Soaked(plan)
    models.refuses = lambda: rng.random() < _REFUSED_SHARE
    await models.listen(ports.models)
    await carrier.listen(ports.carrier)
    legs.start()
    try:
        async with line_up(folder, ports, traces=plan.traces) as line:
            crowd = _Crowd(line, models, legs, rng, seen)
            await crowd.for_a_while(plan.warm_minutes * 60)
            seen.lived.clear()
            seen.before = await _look(line)
            began, lag = Cost.of(line.process.pid), await _lag(line)
            async with _sampling(line, seen):
                await crowd.for_a_while(plan.minutes * 60)
            ended = Cost.of(line.process.pid)
            seen.after = await _look(line)
            seen.lag = exposition.since(lag, await _lag(line))
            seen.cpu_share = ended.share_of_a_core(began)
            seen.mean_calls = crowd.busy_s / (ended.at_s - began.at_s)
            seen.placed = crowd.placed
            seen.records = await line.records(crowd.placed)
            seen.exit_code = await _stopped(line)
    finally:
        await legs.stop()
        await models.close()
        await carrier.close()
    seen.late_share = legs.late / max(1, legs.ticks)
    seen.strangers = models.strangers
    return seen


class _Crowd:
    """Callers, so many at a time."""

    def __init__(
        self, line: WireLine, models: Models, legs: Legs, rng: random.Random, seen: Soaked
    ) -> None:
        self._line, self._models, self._legs = line, models, legs
        self._rng, self._seen = rng, seen
        self.placed = 0
        self.busy_s = 0.0
        """Seconds of calls in the last while."""

    async def for_a_while(self, seconds: float) -> None:
        """Keep them calling, then let the last calls come to their end."""
        self.busy_s, until = 0.0, time.monotonic() + seconds
        async with asyncio.timeout(seconds + _DRAINED_WITHIN_S), asyncio.TaskGroup() as group:
            for place in range(self._seen.plan.calls):
                group.create_task(self._one_after_the_other(place, until))
        await asyncio.sleep(self._seen.plan.settles_s)

    async def _one_after_the_other(self, place: int, until: float) -> None:
        await asyncio.sleep(place * 0.1)
        fates, weights = list(SHARES), list(SHARES.values())
        while time.monotonic() < until:
            (fate,) = self._rng.choices(fates, weights)
            call = WireCall(self._line, self._models, self._legs, fate, self._rng)
            began = time.monotonic()
            self.placed += 1
            try:
                await call.live()
            except Exception as error:  # noqa: BLE001  told; the others go on
                call.lived.refused = f"{type(error).__name__}: {error}"
                self._seen.errors.append(f"{fate}: {call.lived.refused}")
            self.busy_s += time.monotonic() - began
            self._seen.lived.append(call.lived)
            await asyncio.sleep(self._rng.uniform(0.1, 0.5))


async def _look(line: WireLine) -> Look:
    within = await line.look()
    return Look(Sample.of(line.process.pid), within)


async def _lag(line: WireLine) -> dict[float, float]:
    text = (await line.http.get("/metrics")).text
    return exposition.histogram(text, "mapokezi_loop_lag_seconds")


@contextlib.asynccontextmanager
async def _sampling(line: WireLine, seen: Soaked) -> AsyncIterator[None]:
    async def sample() -> None:
        while True:
            seen.samples.append(Sample.of(line.process.pid))
            _delete_old(line.folder / "recordings")
            if len(seen.samples) % 12 == 0:
                told = seen.samples[-1]
                print(
                    f"  {len(seen.lived):6} calls  {told.resident_kb // 1024:5} MiB"
                    f"  {told.sockets:4} sockets",
                    file=sys.stderr,
                    flush=True,
                )
            await asyncio.sleep(_SAMPLE_S)

    task = asyncio.create_task(sample())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _delete_old(folder: Path) -> None:
    oldest = time.time() - _KEPT_S
    for path in folder.rglob("*.wav"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()


async def _stopped(line: WireLine) -> int | None:
    line.process.send_signal(signal.SIGTERM)
    for _ in range(200):
        if line.process.poll() is not None:
            break
        await asyncio.sleep(0.1)
    return line.process.poll()


# -- figures --


def figures_of(seen: Soaked) -> list[Figure]:
    """Compare the end with the beginning."""
    assert seen.before is not None
    assert seen.after is not None
    before, after = seen.before, seen.after
    waits = [wait for one in seen.lived for wait in one.waits_s]
    open_calls = sum(call.ended_at is None or call.outcome is None for call in seen.records)
    lag = exposition.bound_of(seen.lag, 0.99)
    unanswered = sum(one.unanswered for one in seen.lived)
    return [
        Figure("calls", len(seen.lived)),
        Figure("calls at a time, mean", round(seen.mean_calls, 1)),
        *_memory(seen, before, after),
        *_left(before, after),
        Figure("calls on record without an end or an outcome", open_calls, "", "<= 0"),
        Figure("calls not on record", max(0, seen.placed - len(seen.records)), "", "<= 0"),
        Figure("longest wait for a sound", round(max(waits, default=0.0), 2), "s", "<= 3"),
        Figure("the same, p99", round(percentile(waits, 0.99) or 0.0, 2), "s"),
        Figure("turns that no sound answered", unanswered, "", "<= 0"),
        Figure("calls that this measure could not live through", len(seen.errors), "", "<= 0"),
        Figure("exit code of the line, stopped at the end", seen.exit_code, "", "<= 0"),
        Figure("CPU of the line", round(seen.cpu_share, 1), "% of a core"),
        Figure("loop lag of the line, p99", None if lag is None else round(lag * 1000, 1), "ms"),
        Figure("20 ms frames that this measure sent late", round(100 * seen.late_share, 2), "%"),
    ]


def _memory(seen: Soaked, before: Look, after: Look) -> list[Figure]:
    first, last = _resident_kb(seen.samples)
    idle = before.outside.resident_kb, after.outside.resident_kb
    blocks = before.within["blocks"], after.within["blocks"]
    more = after.within["objects"] - before.within["objects"]
    return [
        Figure("memory, last twelfth of the time over the first", _grown(first, last), "%", "<= 5"),
        Figure("memory with no call up, end over beginning", _grown(*idle), "%", "<= 5"),
        Figure("the same, at the end", after.outside.resident_kb // 1024, "MiB"),
        Figure("blocks that Python holds, end over beginning", _grown(*blocks), "%"),
        Figure("objects that the collector knows, more at the end", more),
    ]


def _left(before: Look, after: Look) -> list[Figure]:
    tasks = left_of(before.within["tasks"], after.within["tasks"])
    sockets = after.outside.sockets - before.outside.sockets
    descriptors = after.outside.descriptors - before.outside.descriptors
    return [
        Figure("tasks left", len(tasks), "", "<= 0"),
        Figure("sockets left", sockets, "", "<= 0"),
        Figure("file descriptors left", descriptors, "", "<= 0"),
    ]


def left_of(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Give the tasks that are there at the end and were not before."""
    return sorted((Counter(after) - Counter(before)).elements())


def _resident_kb(samples: Sequence[Sample]) -> tuple[float, float]:
    """Give the means of the first and of the last twelfth, calls being up in both."""
    up = [one.resident_kb for one in samples[2:-2]] or [one.resident_kb for one in samples]
    part = max(1, len(up) // 12)
    return mean(up[:part]), mean(up[-part:])


def _grown(before: float, after: float) -> float:
    return round(100 * (after / before - 1), 2)
