"""Writes figures into ``docs/reference/performance.md``, each measure between its own markers.

At the page's top stands a table of what is claimed, made of the sections each time one is
written: every figure that has to be something and, of a measure that has no such, all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Measured

PAGE = Path("docs/reference/performance.md")
SUMMARY = (
    "<!-- all of it: made of the sections below, not by hand -->",
    "<!-- end of all of it -->",
)
_HEAD = ("| Measure | Figure | Measured | Bar | | Command |", "|---|---|---:|---:|---|---|")
_SECTION = re.compile(
    r"<!-- (?P<name>\w+): written by .*? -->\n(?P<body>.*?)<!-- end of (?P=name) -->", re.DOTALL
)


def write_section(measured: Measured, page: Path = PAGE) -> None:
    """Put a measure's figures in the place of those that stand there, or behind all others.

    Raises:
        ValueError: If the end of a section, or of the table at the top, is missing.
    """
    text = page.read_text(encoding="utf-8")
    begin = f"<!-- {measured.name}: written by `python -m bench {measured.name}`, not by hand -->"
    end = f"<!-- end of {measured.name} -->"
    body = f"\n\n{measured.markdown()}\n\n"
    if begin not in text:
        text = f"{text.rstrip()}\n\n{begin}{end}\n"
    text = _between(text, begin, end, body)
    rows = "\n".join([*_HEAD, *_summary_rows(text)])
    page.write_text(_between(text, *SUMMARY, f"\n\n{rows}\n\n"), encoding="utf-8")


def _between(text: str, begin: str, end: str, body: str) -> str:
    head, found, rest = text.partition(begin)
    _, closed, tail = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"the page has lost {begin if not found else end}")
    return f"{head}{begin}{body}{end}{tail}"


def _summary_rows(text: str) -> Iterator[str]:
    for section in _SECTION.finditer(text):
        name, body = section["name"], section["body"]
        title = next(line for line in body.splitlines() if line.startswith("### "))[4:]
        cells = [
            [cell.strip() for cell in line.strip("|").split("|")]
            for line in body.splitlines()
            if line.startswith("| ") and not line.startswith("| Figure |")
        ]
        claimed = [row for row in cells if row[2]] or cells
        for what, value, bar, mark in claimed:
            yield f"| {title} | {what} | {value} | {bar} | {mark} | `python -m bench {name}` |"
            title = ""
