"""A tutorial of ``docs/tutorial`` as somebody would do it: its files, commands and clicks.

A block of code is done by what stands above it: "Put this into `FILE`" writes a file, "In `FILE`
change these lines" changes each line by its key, ``sh`` is typed. A line that begins with
``- Press`` or ``- Write`` is done in the browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class WriteFile:
    """A file gets these contents."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangeLines:
    """Lines of a file are replaced, each by its key."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class TypeCommand:
    """A command at the terminal."""

    line: str


@dataclass(frozen=True, slots=True)
class PressButton:
    """A button, a link or a fold of the desk's page."""

    words: str


@dataclass(frozen=True, slots=True)
class FillIn:
    """A field of the desk's page, by the beginning of its label."""

    label: str
    text: str


Step = WriteFile | ChangeLines | TypeCommand | PressButton | FillIn

_PUT = re.compile(r"Put this into `([^`]+)`")
_CHANGE = re.compile(r"In `([^`]+)` change these lines")
_PRESS = re.compile(r"^- Press \*\*(.+?)\*\*")
_WRITE = re.compile(r"^- Write (.+?) into \*\*(.+?)\*\*")


def steps_of(page: str) -> Iterator[Step]:
    """Give what a tutorial tells to do, in order.

    Raises:
        ValueError: If a block of code stands there of which nothing tells what to do with it.
    """
    lines = iter(page.splitlines())
    above = ""
    for line in lines:
        if line.startswith("```"):
            language = line.removeprefix("```")
            block = list(iter(lambda: next(lines), "```"))
            yield from _steps_of_block(language, block, above)
        elif pressed := _PRESS.match(line):
            yield PressButton(pressed[1])
        elif written := _WRITE.match(line):
            texts = re.findall(r"`([^`]+)`", written[1])
            yield FillIn(written[2], "\n".join(texts))
        elif line.strip():
            above = line


def _steps_of_block(language: str, block: list[str], above: str) -> Iterator[Step]:
    text = "".join(f"{line}\n" for line in block)
    if language == "sh":
        yield from (TypeCommand(line) for line in block)
    elif put := _PUT.search(above):
        yield WriteFile(put[1], text)
    elif change := _CHANGE.search(above):
        yield ChangeLines(change[1], text)
    else:
        raise ValueError(f"nobody is told what to do with this block: {text}")


def write(step: WriteFile | ChangeLines, folder: Path) -> None:
    """Do to a file what a step says.

    Raises:
        ValueError: If a line that is to be changed does not stand there once.
    """
    path = folder / step.path
    if isinstance(step, WriteFile):
        path.write_text(step.text, encoding="utf-8")
        return
    text = path.read_text(encoding="utf-8")
    for line in step.text.splitlines():
        key, escaped = line.partition(" = ")[0], line.replace("\\", r"\\")
        text, count = re.subn(rf"(?m)^{re.escape(key)} = .*$", escaped, text)
        if count != 1:
            raise ValueError(f"{step.path} has {count} lines that begin with {key}")
    path.write_text(text, encoding="utf-8")
