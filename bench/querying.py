"""Asks a database of calls what the desk asks, again and again until told to stop.

``python -m bench.querying URL``: run beside a measure, in a process of its own as the desk is.
Prints one line of JSON at its end: how often, and how long it took.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from datetime import date, timedelta

from bench.figures import percentile
from bench.store_queries import BEGAN, DAYS, NAIROBI
from mapokezi.records.lists import CallFilter, PageMark
from mapokezi.stores.database import open_for_reading


async def main(url: str) -> None:
    """Ask until SIGTERM."""
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    middle = PageMark(BEGAN + timedelta(days=DAYS / 2), "")
    last = date(2026, 10, 30)
    took_ms: list[float] = []
    async with open_for_reading(url) as database:
        while not stopped.is_set():
            began = time.perf_counter()
            await database.calls.page()
            await database.calls.page(CallFilter(), middle)
            await database.calls.counts_per_day(last - timedelta(89), last, NAIROBI)
            took_ms.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.5)
    print(json.dumps({"rounds": len(took_ms), "p50_ms": percentile(took_ms, 0.5)}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
