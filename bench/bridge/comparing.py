"""What is compared: each bridge with the relay of the same round, and our line with the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from bench.bridge.bridges import OURS, OURS_OPENAI, OURS_TLS, RELAY, RELAY_OPENAI, floor_of
from bench.bridge.runs import BEARABLE_MS, Run
from bench.figures import Figure


@dataclass(frozen=True, slots=True)
class Pair:
    """A run, and the relay's of the same round."""

    run: Run
    relay: Run


def pairs_of(rounds: Iterable[Sequence[Run]], name: str, calls: int) -> list[Pair]:
    """Give a bridge's runs with those of the relay of its language beside them."""
    pairs = []
    floor = floor_of(name)
    for round_ in rounds:
        by_name = {one.bridge: one for one in round_ if one.calls == calls}
        if name in by_name and floor in by_name:
            pairs.append(Pair(by_name[name], by_name[floor]))
    return pairs


def figures_of(rounds: Sequence[Sequence[Run]]) -> Iterable[Figure]:
    """Compare; bars are those of the project's own plan."""
    runs = [one for round_ in rounds for one in round_]
    yield from _at_100(rounds)
    yield from _beside_pipecat(rounds)
    for calls in sorted({one.calls for one in runs}):
        for name in dict.fromkeys(one.bridge for one in runs):
            mine = [one for one in runs if one.bridge == name and one.calls == calls]
            if mine:
                yield from _of_one(name, calls, mine, pairs_of(rounds, name, calls))
    ours = [one for one in runs if one.bridge in (OURS, OURS_TLS, OURS_OPENAI)]
    not_whole = sum(not one.is_whole for one in ours)
    yield Figure("runs of the line in which a call, a record or a burst was lost", not_whole)


def _at_100(rounds: Sequence[Sequence[Run]]) -> Iterable[Figure]:
    for name, bar in ((OURS, "<= 3.0"), (OURS_TLS, "<= 3.8"), (OURS_OPENAI, "")):
        pairs = pairs_of(rounds, name, 100)
        if pairs:
            ratio = median(pair.run.cpu_ms / pair.relay.cpu_ms for pair in pairs)
            yield Figure(f"100 calls: CPU, {name} to relay", round(ratio, 2), "times", bar)
    pairs = pairs_of(rounds, OURS, 100)
    for key, bar in (("lat_p50", "<= 0.7"), ("lat_p99", "<= 6")):
        if pairs:
            added = median(pair.run.told[key] - pair.relay.told[key] for pair in pairs)
            what = f"100 calls: latency over the relay's, {key.removeprefix('lat_')}"
            yield Figure(what, round(added, 2), "ms", bar)
    secure = [pair.run.pss_kb for pair in pairs_of(rounds, OURS_TLS, 100)]
    if secure:
        yield Figure("100 calls: memory a call, TLS", round(median(secure)), "kB", "<= 600")


def _beside_pipecat(rounds: Sequence[Sequence[Run]]) -> Iterable[Figure]:
    runs = [one for round_ in rounds for one in round_]
    carried = _carried(runs, OURS)
    if carried is not None:
        yield Figure(f"calls on one core with p99 under {BEARABLE_MS:g} ms", carried, "", ">= 150")
    theirs = _carried(runs, "pipecat")
    if carried is None or theirs is None:
        return
    times = round(carried / theirs, 1) if theirs else f"{carried} to none"
    yield Figure("the same, to Pipecat's", times, "times", ">= 10" if theirs else "")
    ratios = [
        mine.cpu_ms / other.cpu_ms
        for round_ in rounds
        for mine in round_
        for other in round_
        if mine.bridge == OURS and other.bridge == "pipecat" and mine.calls == other.calls == 10
    ]
    if ratios:
        yield Figure("10 calls: CPU, line to Pipecat", round(median(ratios), 2), "times", "<= 0.25")


def _carried(runs: Iterable[Run], name: str) -> int | None:
    """Give the most calls that a bridge has carried in most rounds; None if it was not tried."""
    fared: dict[int, list[bool]] = {}
    for one in runs:
        if one.bridge == name:
            fared.setdefault(one.calls, []).append(one.is_borne)
    if not fared:
        return None
    return max((calls for calls, each in fared.items() if median(each) >= 1), default=0)


def _of_one(name: str, calls: int, runs: Sequence[Run], pairs: Sequence[Pair]) -> Iterable[Figure]:
    def middle(key: str) -> float:
        return float(median(one.told[key] for one in runs))

    what = f"{calls} calls, {name}"
    cpu = f"{median(one.cpu_ms for one in runs):.2f}"
    if pairs and name not in (RELAY, RELAY_OPENAI):
        cpu += f" ({median(p.run.cpu_ms / p.relay.cpu_ms for p in pairs):.1f} times the relay's)"
    yield Figure(f"{what}: CPU", cpu, "ms a call-s")
    yield Figure(
        f"{what}: latency p50 / p99", f"{middle('lat_p50'):.2f} / {middle('lat_p99'):.2f}", "ms"
    )
    gaps = f"{middle('gap_p50'):.0f} / {middle('gap_p99'):.0f}"
    yield Figure(f"{what}: between messages p50 / p99", gaps, "ms")
    lost = sum(one.told["lost"] for one in runs)
    bursts = sum(one.told["bursts"] for one in runs)
    yield Figure(
        f"{what}: sound back / bursts lost", f"{middle('rx_ratio'):.3f} / {lost} of {bursts}"
    )
    yield Figure(f"{what}: memory", round(median(one.pss_kb for one in runs)), "kB a call")
