"""What a measure gives: figures, their bars, and where and when they were taken."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

import numpy as np


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure."""

    what: str
    value: float | int | str | None
    """None: there was nothing to measure."""
    unit: str = ""
    bar: str = ""
    """What it has to be: ``<= 350``; empty if nothing is asked of it."""

    @property
    def passes(self) -> bool | None:
        """Whether it is what it has to be; None if nothing is asked."""
        if not self.bar:
            return None
        sign, bound = self.bar.split()
        if not isinstance(self.value, int | float):
            return False
        return self.value <= float(bound) if sign == "<=" else self.value >= float(bound)


@dataclass(frozen=True, slots=True)
class Load:
    """How busy the machine was with other things; timings on a busy one are too high."""

    before: float
    after: float

    def __str__(self) -> str:
        """Say both."""
        return f"{self.before:.1f} before, {self.after:.1f} after"


@dataclass(frozen=True, slots=True)
class Measured:
    """All figures of one measure."""

    name: str
    """As in ``python -m bench NAME``."""
    title: str
    figures: Sequence[Figure]
    load: Load
    remarks: Sequence[str] = ()
    details: Mapping[str, object] = field(default_factory=dict)
    """For whoever looks closer; in the JSON only."""
    taken_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="minutes"))

    @property
    def passes(self) -> bool:
        """Whether no figure fails its bar."""
        return all(figure.passes is not False for figure in self.figures)

    def markdown(self) -> str:
        """Write a table."""
        rows = [f"### {self.title}", "", "| Figure | Measured | Bar | |", "|---|---:|---:|---|"]
        for figure in self.figures:
            value = "none" if figure.value is None else str(figure.value)
            bar = f"{figure.bar} {figure.unit}".strip() if figure.bar else ""
            mark = {None: "", True: "met", False: "**missed**"}[figure.passes]
            rows.append(f"| {figure.what} | {value} {figure.unit} | {bar} | {mark} |")
        rows += ["", f"`python -m bench {self.name}`, {self.taken_at}, {machine()},"]
        rows[-1] += f" load average {self.load}."
        rows += [f"{remark}" for remark in self.remarks]
        return "\n".join(rows)

    def as_json(self) -> str:
        """Give all of it on one line."""
        figures = [{**asdict(figure), "passes": figure.passes} for figure in self.figures]
        return json.dumps(
            {
                "name": self.name,
                "taken_at": self.taken_at,
                "machine": machine(),
                "load": asdict(self.load),
                "passes": self.passes,
                "figures": figures,
                "remarks": list(self.remarks),
                "details": dict(self.details),
            },
            default=str,
        )


def machine() -> str:
    """Say what kind of machine this is: never whose, or where."""
    return f"{os.cpu_count()} cores {platform.machine()}, Python {platform.python_version()}"


def load_average() -> float:
    """Say how many processes wanted a core during the last minute."""
    return os.getloadavg()[0]


def percentile(values: Sequence[float], share: float) -> float | None:
    """Give the value that ``share`` (0 to 1) of the values do not exceed (nearest rank)."""
    if not values:
        return None
    ranked = sorted(values)
    return ranked[max(0, int(np.ceil(share * len(ranked))) - 1)]


def percentiles_of(
    what: str, values: Sequence[float], unit: str, bars: Mapping[float, str] | None = None
) -> list[Figure]:
    """Give median and 95th percentile (or those that have bars) as figures."""
    bars = bars or {}
    shares = sorted({0.5, 0.95, *bars})
    return [
        Figure(f"{what}, p{share * 100:g}", percentile(values, share), unit, bars.get(share, ""))
        for share in shares
    ]


def share_of(part: int, whole: int) -> float:
    """Give a share in per cent, to a tenth."""
    return round(100 * part / whole, 1) if whole else 0.0
