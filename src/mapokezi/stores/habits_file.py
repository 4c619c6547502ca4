"""What a line process has seen of the platform's ways, in a small file beside the database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import msgspec

_PREFIX = "learned-"


def habits_file(folder: Path, node: str) -> Path:
    """Where a node keeps it."""
    return folder / f"{_PREFIX}{node}.json"


def read_habits(path: Path) -> dict[str, dict[str, int]]:
    """Read a file; nothing if there is none, or none that can be read: it is no record."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, int]])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return {}


def read_all_habits(folder: Path) -> list[dict[str, dict[str, int]]]:
    """Read the files of all nodes that have run with a data folder."""
    return [read_habits(path) for path in sorted(folder.glob(f"{_PREFIX}*.json"))]


def write_habits(path: Path, seen: Mapping[str, Mapping[str, int]]) -> None:
    """Put a file in the place of the one before, whole.

    Raises:
        OSError: The disk does not take it.
    """
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(seen, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    beside.replace(path)
