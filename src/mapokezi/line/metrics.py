"""What the line counts, in a registry of its own, and the loop's lag."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from mapokezi.audio.underruns import Underruns

METRICS_CONTENT_TYPE = CONTENT_TYPE_LATEST

_LAG_SAMPLE_S = 0.02
"""A frame's length: a loop that is late by one is heard."""
_SHORT_MS = (0.5, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 40, 50, 75, 100, 200, 500, 1000, 2000)
"""Fine where the bars are: 5 and 10 ms for the loop, 50 ms for a webhook."""
_SHORT_BUCKETS = tuple(ms / 1000 for ms in _SHORT_MS)


class LineMetrics:
    """The line's metrics. Each name is listed in the reference."""

    def __init__(self) -> None:
        """Start all of them at nothing."""
        self.registry = CollectorRegistry()
        self.loop_lag_s = self._times(
            "mapokezi_loop_lag_seconds", "How late the event loop was for a timer"
        )
        self.webhook_s = self._times(
            "mapokezi_webhook_seconds", "From a callback's whole body to its answer", "post"
        )
        self.posts = self._counter("mapokezi_posts", "Posts of the platform", "post")
        self.events = self._counter("mapokezi_events", "Events of the platform", "kind")
        self.refusals = self._counter(
            "mapokezi_refusals", "Posts, calls and media sockets turned away", "reason"
        )
        self.calls = self._gauge("mapokezi_calls_in_progress", "Calls in progress")
        self.media_sockets = self._gauge("mapokezi_media_sockets", "Media sockets that are open")
        self.media_ends = self._counter(
            "mapokezi_media_ends", "Media sockets that have ended", "reason"
        )
        self.underruns = self._counter(
            "mapokezi_underruns", "Times the caller's playout ran dry within an item", "late"
        )
        for late in ("line", "voice"):
            self.underruns.labels(late)
        self.drains = self._gauge("mapokezi_draining", "1 while no new calls are taken")

    def _times(self, name: str, says: str, *labels: str) -> Histogram:
        return Histogram(name, says, labels, buckets=_SHORT_BUCKETS, registry=self.registry)

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(name, says, labels, registry=self.registry)

    def _gauge(self, name: str, says: str) -> Gauge:
        return Gauge(name, says, registry=self.registry)

    def count_underruns(self, told: Underruns) -> None:
        """Count those of a call that is over."""
        self.underruns.labels("line").inc(told.by_line)
        self.underruns.labels("voice").inc(told.by_voice)

    def watch_calls(self, count: Callable[[], int]) -> None:
        """Read the number of calls in progress when the metrics are asked for."""
        self.calls.set_function(count)

    def exposition(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self.registry)


async def sample_loop_lag(metrics: LineMetrics) -> None:
    """Measure how late the loop is, for ever; to be cancelled."""
    observe = metrics.loop_lag_s.observe
    while True:
        asked = time.monotonic()
        await asyncio.sleep(_LAG_SAMPLE_S)
        observe(max(0.0, time.monotonic() - asked - _LAG_SAMPLE_S))
