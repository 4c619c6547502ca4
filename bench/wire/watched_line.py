"""``mapokezi line``, which tells on SIGUSR1 what it holds: run by `bench.wire.line`."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import signal
import sys
import threading
import tracemalloc
from collections import Counter
from pathlib import Path

import uvloop

from mapokezi.app.line import run_line
from mapokezi.cli.settings import start_role
from mapokezi.config import Settings
from mapokezi.line.precedence import go_first, keep_to_one_thread, keep_what_stays

_MOST = 60


def look(folder: Path) -> None:
    """Write down what is held just now: tasks, objects, memory."""
    gc.collect()
    objects = (
        gc.get_objects()
    )  # those that were there before the first call are frozen, and not in it
    kinds = Counter(f"{type(one).__module__}.{type(one).__qualname__}" for one in objects)
    told = {
        "tasks": sorted(task.get_coro().__qualname__ for task in asyncio.all_tasks()),  # type: ignore[union-attr]
        "threads": threading.active_count(),
        "objects": len(objects),
        "blocks": sys.getallocatedblocks(),
        "kinds": dict(kinds.most_common(_MOST)),
    }
    if tracemalloc.is_tracing():
        taken = tracemalloc.take_snapshot().statistics("lineno")
        told["traced_kb"] = sum(one.size for one in taken) // 1024
        told["places"] = {str(one.traceback): one.size // 1024 for one in taken[:_MOST]}
    partial = folder / "look.part"
    partial.write_text(json.dumps(told), encoding="utf-8")
    partial.replace(folder / "look.json")


def main() -> None:
    """Run the line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("config", type=Path)
    parser.add_argument("--traces", action="store_true")
    told = parser.parse_args()
    settings: Settings = start_role(told.config)
    go_first()
    keep_to_one_thread()

    def is_built(_line: object) -> None:
        if told.traces:
            tracemalloc.start()
        keep_what_stays()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, look, settings.data_folder)

    uvloop.run(run_line(settings, is_built))


if __name__ == "__main__":
    main()
