"""Where changes wait that the database would not take: a file of JSON lines beside it.

A line is ``{"kind": "SaveTurn", "change": {...}}``. The file is read back at the next start, and
by the running program once the database works again. What cannot be carried out even then is
moved to a file ``*.refused`` for the operator, never thrown away. The files hold what callers
said: they are readable by their owner only, and belong into no bug report.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import msgspec

from mapokezi.records.changes import Change
from mapokezi.stores.dialects import to_json

KINDS: dict[str, type[Change]] = {kind.__name__: kind for kind in get_args(Change)}


@dataclass(frozen=True, slots=True)
class SpilledLine:
    """A line of the file, and the change that it holds."""

    text: str
    change: Change | None
    """None if the line cannot be read: a kill may have cut it."""


def encode(change: Change) -> str:
    """A change as one line, without its end. Values that JSON does not know become text."""
    body = msgspec.to_builtins(change, enc_hook=_plain)
    return to_json({"kind": type(change).__name__, "change": body})


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)


def decode(line: str) -> Change | None:
    """The change of a line; None if it holds none that this program knows."""
    try:
        content: Any = json.loads(line)
        kind = KINDS[content["kind"]]
        return msgspec.convert(content["change"], kind)
    except (ValueError, KeyError, TypeError):  # msgspec's ValidationError is a ValueError
        return None


class SpillFile:
    """The file. Its methods wait for the disk: call them from a thread, one at a time."""

    def __init__(self, path: Path) -> None:
        """Use the file at ``path``, which need not exist.

        Beside it may stand ``*.reading``, what is being read back, and ``*.refused``.
        """
        self._path = path
        self._reading = path.with_name(path.name + ".reading")
        self._refused = path.with_name(path.name + ".refused")

    @property
    def exists(self) -> bool:
        """Whether anything waits."""
        return self._path.exists() or self._reading.exists()

    def append(self, changes: Sequence[Change]) -> list[Change]:
        """Add changes, and return when the disk has them.

        Returns:
            Those that no line can hold: values that contain themselves.

        Raises:
            OSError: the disk would not take them; then it has none of them.
        """
        lines: list[str] = []
        unfit: list[Change] = []
        for change in changes:
            try:
                lines.append(encode(change))
            except (ValueError, TypeError, RecursionError):
                unfit.append(change)
        _append_lines(self._path, lines)
        return unfit

    def read(self) -> list[SpilledLine]:
        """Everything that waits, the oldest first. It goes on waiting until `forget`.

        Raises:
            OSError: the files cannot be read.
        """
        if self._path.exists():
            if self._reading.exists():  # killed while reading back: join them in order
                _append_lines(self._reading, _lines_of(self._path))
                self._path.unlink()
            else:
                self._path.rename(self._reading)
        if not self._reading.exists():
            return []
        return [SpilledLine(line, decode(line)) for line in _lines_of(self._reading)]

    def refuse(self, lines: Sequence[SpilledLine]) -> None:
        """Put lines aside for the operator.

        Raises:
            OSError: the disk would not take them.
        """
        if lines:
            _append_lines(self._refused, [line.text for line in lines])

    def forget(self) -> None:
        """Throw away what was read: it is in the database, or was refused."""
        self._reading.unlink(missing_ok=True)


def _lines_of(path: Path) -> list[str]:
    text = path.read_text(encoding="ascii", errors="backslashreplace")
    return [line for line in text.split("\n") if line.strip()]


def _append_lines(path: Path, lines: Sequence[str]) -> None:
    """Append whole lines, all or none, and wait for the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        end = os.lseek(file, 0, os.SEEK_END)
        # A line that a kill has cut must not swallow the next one.
        torn = end > 0 and os.pread(file, 1, end - 1) != b"\n"
        text = ("\n" if torn else "") + "".join(f"{line}\n" for line in lines)
        try:
            _write_all(file, text.encode("ascii"))
            os.fsync(file)
        except OSError:
            os.ftruncate(file, end)
            raise
    finally:
        os.close(file)


def _write_all(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
