"""``python -m bench``: take all figures; ``python -m bench NAME ...``: take some."""

from __future__ import annotations

import argparse
import asyncio
import inspect
import sys
from importlib import import_module
from pathlib import Path

from bench.figures import Measured
from bench.page import write_section
from bench.stage import FOLDER

MEASURES = (
    "first_word",
    "response_gap",
    "barge_in",
    "echo",
    "names",
    "clerk",
    "clerk_known",
    "trades",
    "utterances",
    "load",
    "events",
    "media_path",
    "bridge",
    "our_share",
    "inventions",
    "asking_for_a_person",
    "urgency",
    "hand_offs",
    "recording_keeping",
    "told",
    "soak",
)


def take(name: str) -> Measured:
    """Take the figures of one measure, and keep them as JSON in the bench folder."""
    measure = import_module(f"bench.{name}").measure
    print(f"{name} ...", file=sys.stderr)
    found = asyncio.run(measure()) if inspect.iscoroutinefunction(measure) else measure()
    assert isinstance(found, Measured)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.json").write_text(found.as_json() + "\n", encoding="utf-8")
    return found


def main() -> int:
    """Take figures, print them, and fail if a bar was missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASURES))
    chosen = parser.parse_args().names
    if unknown := set(chosen) - set(MEASURES):
        parser.error(f"no such measure: {', '.join(sorted(unknown))}")
    if not Path("examples/law-office").is_dir():
        parser.error("run it in the repository's own folder")
    found = []
    for name in chosen or MEASURES:
        found.append(take(name))
        print(found[-1].markdown() + "\n", flush=True)
        write_section(found[-1])
    return 0 if all(each.passes for each in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
