"""The picture beside the figures: CPU and latency by the number of calls, as SVG."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path
from statistics import median

from bench.bridge.bridges import OURS, OURS_OPENAI, OURS_TLS, RELAY, RELAY_OPENAI
from bench.bridge.runs import Run

PICTURE = Path("docs/reference/bridge.svg")
_COLOURS = {
    RELAY: "#777777",
    RELAY_OPENAI: "#b5b5b5",
    OURS: "#0b6e4f",
    OURS_TLS: "#6bbf9b",
    OURS_OPENAI: "#2f7fb5",
    "node": "#c98a00",
    "websockets": "#b3432b",
    "pipecat": "#5b3f8c",
}
_WIDTH, _HEIGHT = 760, 340
_LEFT, _TOP, _INNER, _TALL, _APART = 52, 44, 290, 230, 370
_CALLS = (10, 20, 50, 100, 150, 200)

Value = Callable[[Run], float]


def write_plot(runs: Sequence[Run], path: Path = PICTURE) -> None:
    """Draw what was measured; nothing if nothing was."""
    if runs:
        path.write_text(plot_of(runs), encoding="utf-8")


def plot_of(runs: Sequence[Run]) -> str:
    """Draw both panels and the legend."""
    names = [name for name in _COLOURS if any(one.bridge == name for one in runs)]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
        ' font-family="sans-serif" font-size="11" fill="#222">'
    )
    parts = [
        head,
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        *_panel(0, "CPU, ms a call and second", runs, names, lambda one: one.cpu_ms),
        *_panel(1, "latency p99, ms", runs, names, lambda one: one.told["lat_p99"]),
        *_legend(names),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _panel(
    place: int, title: str, runs: Sequence[Run], names: Iterable[str], value: Value
) -> Iterable[str]:
    left = _LEFT + place * _APART
    known = [value(one) for one in runs if value(one) > 0]
    low, high = _decades(known or [1.0])
    yield f'<text x="{left}" y="{_TOP - 14}" font-weight="bold">{escape(title)}</text>'
    for tick in _ticks(low, high):
        y = _y(tick, low, high)
        yield f'<path d="M{left} {y:.1f}h{_INNER}" stroke="#e4e4e4"/>'
        yield f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>'
    for calls in _CALLS:
        x = _x(calls, left)
        yield f'<text x="{x:.1f}" y="{_TOP + _TALL + 16}" text-anchor="middle">{calls}</text>'
    yield (
        f'<text x="{left + _INNER / 2}" y="{_TOP + _TALL + 32}" text-anchor="middle">calls</text>'
    )
    for name in names:
        points = [
            (_x(calls, left), _y(middle, low, high))
            for calls, middle in _medians(runs, name, value)
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        colour = _COLOURS[name]
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        for x, y in points:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'


def _medians(runs: Iterable[Run], name: str, value: Value) -> list[tuple[int, float]]:
    found: dict[int, list[float]] = {}
    for one in runs:
        if one.bridge == name and value(one) > 0:
            found.setdefault(one.calls, []).append(value(one))
    return [(calls, median(values)) for calls, values in sorted(found.items())]


def _decades(values: Sequence[float]) -> tuple[float, float]:
    low, high = math.log10(min(values)), math.log10(max(values) * 1.01)
    return 10 ** math.floor(low), 10 ** math.ceil(high)


def _ticks(low: float, high: float) -> list[float]:
    decades = round(math.log10(high / low))
    every = [low * 10**n * step for n in range(decades) for step in (1, 2, 5)]
    return [*every, high]


def _x(calls: int, left: float) -> float:
    first, last = math.log(_CALLS[0]), math.log(_CALLS[-1])
    return left + _INNER * (math.log(calls) - first) / (last - first)


def _y(value: float, low: float, high: float) -> float:
    return _TOP + _TALL * (1 - math.log(value / low) / math.log(high / low))


def _legend(names: Sequence[str]) -> Iterable[str]:
    for place, name in enumerate(names):
        x = 10 + place * 94
        yield f'<rect x="{x}" y="{_HEIGHT - 20}" width="14" height="4" fill="{_COLOURS[name]}"/>'
        yield f'<text x="{x + 20}" y="{_HEIGHT - 13}">{escape(name)}</text>'
