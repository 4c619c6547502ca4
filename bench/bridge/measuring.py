"""The measure: all bridges in turn, again and again, and what is compared.

A machine's speed drifts by a third within minutes, and a call costs less the more there are, for
one waking then serves many sockets. So only the same number of calls is compared, and only with
the relay's run just beside it: ratios are taken in each round, and of them the median.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.bridge.bridges import OURS, OURS_OPENAI, OURS_TLS, RELAY, RELAY_OPENAI, greeting_s
from bench.bridge.comparing import figures_of
from bench.bridge.plot import write_plot
from bench.bridge.programs import Programs, prepared
from bench.bridge.runs import Run, run
from bench.figures import Load, Measured, load_average

TRIED: dict[str, Mapping[int, int]] = {
    RELAY: {10: 2, 50: 1, 100: 5, 150: 2, 200: 1},
    OURS: {10: 5, 50: 1, 100: 5, 150: 2, 200: 1},
    OURS_TLS: {100: 5},
    RELAY_OPENAI: {100: 3},
    OURS_OPENAI: {100: 3},
    "node": {10: 1, 50: 1, 100: 1, 200: 1},
    "websockets": {10: 1, 50: 1, 100: 2},
    "pipecat": {10: 5, 20: 1},
}
"""With how many calls each is tried, and in how many rounds at most: in five wherever something is
claimed, in fewer where it only stands beside; together less than a quarter of an hour. One that
failed its callers with fewer calls is not tried with more."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is done: an official run, or less of it by the environment."""

    rounds: int = 5
    seconds: float = 5.0
    calls: tuple[int, ...] = (10, 20, 50, 100, 150, 200)
    bridges: tuple[str, ...] = tuple(TRIED)

    @classmethod
    def read(cls) -> Plan:
        """Read ``BENCH_BRIDGE_ROUNDS``, ``_SECONDS``, ``_CALLS`` and ``_BRIDGES``."""
        told = {key: os.environ.get(f"BENCH_BRIDGE_{key}", "") for key in _READERS}
        return cls(**{key.lower(): _READERS[key](text) for key, text in told.items() if text})


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";"))


_READERS: dict[str, Callable[[str], Any]] = {
    "ROUNDS": int,
    "SECONDS": float,
    "CALLS": lambda text: tuple(map(int, _listed(text))),
    "BRIDGES": _listed,
}


async def measure() -> Measured:
    """Take the figures, and write the picture beside the page."""
    before = load_average()
    plan, programs, greeting = Plan.read(), prepared(), await greeting_s()
    taken: list[list[Run]] = []
    for calls in plan.calls:
        taken += await _rounds(plan, programs, greeting, calls, taken)
    runs = [one for round_ in taken for one in round_]
    write_plot(runs)
    return Measured(
        "bridge",
        "The bridge to a voice model: CPU, latency and memory beside other bridges",
        list(figures_of(taken)),
        Load(before, load_average()),
        remarks=_remarks(plan, programs),
        details={"runs": [one.as_dict() for one in runs]},
    )


async def _rounds(
    plan: Plan, programs: Programs, greeting: float, calls: int, before: Sequence[Sequence[Run]]
) -> list[list[Run]]:
    """Take all rounds of one number of calls; each begins where the one before has ended."""
    tried = {
        name: min(plan.rounds, TRIED[name][calls])
        for name in plan.bridges
        if calls in TRIED[name] and not _has_failed(name, before)
    }
    rounds: list[list[Run]] = []
    for number in range(max(tried.values(), default=0)):
        taken = []
        names = [name for name, times in tried.items() if number < times]
        for name in names if number % 2 == 0 else reversed(names):
            found = await run(name, programs, greeting, calls, plan.seconds)
            if found is not None:
                taken.append(found)
                print(line_of(found), file=sys.stderr, flush=True)
        rounds.append(taken)
    return rounds


def _has_failed(name: str, rounds: Iterable[Sequence[Run]]) -> bool:
    """Whether a bridge has failed its callers in every round of some number of calls."""
    fared: dict[int, list[bool]] = {}
    for one in (one for round_ in rounds for one in round_ if one.bridge == name):
        fared.setdefault(one.calls, []).append(one.told["rx_ratio"] > 0.5)
    return any(not any(each) for each in fared.values())


def line_of(one: Run) -> str:
    """Say in a line how a run was."""
    told = one.told
    return (
        f"  {one.calls:4} calls  {one.bridge:10}  {one.cpu_ms:6.2f} ms a call-s"
        f"  p50 {told['lat_p50']:6.2f}  p99 {told['lat_p99']:7.2f} ms"
        f"  gap p99 {told['gap_p99']:6.1f}"
        f"  rx {told['rx_ratio']:.3f}  lost {told['lost']}/{told['bursts']}"
        f"  {one.pss_kb:5.0f} kB a call{'' if one.is_whole else '  NOT WHOLE'}  {one.kept or ''}"
    )


def _remarks(plan: Plan, programs: Programs) -> tuple[str, ...]:
    how = (
        f"{plan.rounds} rounds of {plan.seconds:g} s each where something is claimed, 1 to 3 where"
        " not; medians; ratios are of the same round."
        " One core for the bridge, the other for callers and model. The line has all on: signed"
        " webhook, media token, echo and key detectors, recording, playout, conversation,"
        " transcript, watchdog, records; the others bridge and nothing else."
    )
    latency = (
        "Latency is from a caller's frame to the message that brings it back, by way of a model"
        " that answers at once; the line sends sound in steps of 80 ms, as the media module wants"
        " it, and the model's sound is laid out so that a step is whole when a burst is in it."
    )
    missing = (f"Not there: {what}." for what in programs.missing)
    return ("![CPU and latency by calls](bridge.svg)", how, latency, *missing)
