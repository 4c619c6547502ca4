"""Reading the line's metrics, as Prometheus would."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client.parser import text_string_to_metric_families


def histogram(text: str, name: str) -> dict[float, float]:
    """Give a histogram's counts up to each bound in seconds, its labels summed."""
    counts: dict[float, float] = {}
    for family in text_string_to_metric_families(text):
        if family.name != name:
            continue
        for sample in family.samples:
            if sample.name == f"{name}_bucket":
                bound = float(sample.labels["le"])
                counts[bound] = counts.get(bound, 0.0) + sample.value
    return dict(sorted(counts.items()))


def since(before: Mapping[float, float], after: Mapping[float, float]) -> dict[float, float]:
    """Give what was counted in between."""
    return {bound: count - before.get(bound, 0.0) for bound, count in after.items()}


def bound_of(counts: Mapping[float, float], share: float) -> float | None:
    """Give the bound in seconds that ``share`` of what was counted did not exceed; None of none.

    The histogram knows no more: the true value lies between this bound and the one below.
    """
    whole = max(counts.values(), default=0.0)
    return next((b for b, count in counts.items() if whole and count >= share * whole), None)


def share_within(counts: Mapping[float, float], bound_s: float) -> float | None:
    """Give the share, in per cent, of what did not exceed one of the histogram's bounds."""
    whole = max(counts.values(), default=0.0)
    return round(100 * counts[bound_s] / whole, 3) if whole else None


def counter(text: str, name: str, **labels: str) -> float:
    """Give a counter's value, summed over the labels that are not told."""
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        if family.name == name
        for sample in family.samples
        if sample.name == f"{name}_total" and labels.items() <= sample.labels.items()
    )
