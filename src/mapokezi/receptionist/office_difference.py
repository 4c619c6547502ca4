"""What differs between two versions of an office, in lines that its people can read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from mapokezi.receptionist.office import Office

_NAMED_BY = ("id", "slot", "name", "way", "number")
"""What entries of a list are known by, so that one put in between changes no other."""
_NOT_TOLD = frozenset({"id", "version", "worked_on_abroad"})
_LINES_MOVE = "source"
"""Where a fact stands in its file: changed by every line above it."""
_LONGEST_VALUE = 80


def difference(before: Office | None, after: Office) -> tuple[str, ...]:
    """Give what differs, a line for each value: ``hours.week.monday: 08:00 -> 09:00``.

    Args:
        before: the version before; None if there was none.
        after: the version that followed it.
    """
    if before is None:
        return (f"{len(after.people)} people, {len(after.facts)} facts",)
    old, new = _values(before), _values(after)
    lines = []
    for path in sorted({*old, *new}):
        if path not in new:
            lines.append(f"{path}: {old[path]} taken away")
        elif path not in old:
            lines.append(f"{path}: {new[path]} added")
        elif old[path] != new[path]:
            lines.append(f"{path}: {old[path]} -> {new[path]}")
    return tuple(lines)


def _values(office: Office) -> dict[str, str]:
    found: dict[str, str] = {}
    tree = msgspec.to_builtins(office)
    for key, value in tree.items():
        if key not in _NOT_TOLD:
            _walk(key, value, found)
    return found


def _walk(path: str, value: Any, found: dict[str, str]) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key != _LINES_MOVE:
                _walk(f"{path}.{key}", inner, found)
    elif isinstance(value, list | tuple) and any(isinstance(one, Mapping) for one in value):
        for place, one in enumerate(value, start=1):
            names = (one[key] for key in _NAMED_BY if one.get(key))
            _walk(f"{path}[{next(names, place)}]", one, found)
    elif value not in (None, "", [], ()):
        found[path] = _short(value)


def _short(value: Any) -> str:
    if isinstance(value, list | tuple):
        text = ", ".join(map(str, value))
    elif isinstance(value, bool):
        text = "true" if value else "false"
    else:
        text = str(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 3]}..."
