"""How the documents are written: Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def section(heading: str, lines: Iterable[str]) -> Iterator[str]:
    """Write a section; its lines end with an empty one."""
    yield f"## {heading}"
    yield ""
    yield from lines


def cell(text: str) -> str:
    """Write a text for a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """Write a table of Markdown; nothing if it has no rows."""
    written = ["| " + " | ".join(map(cell, row)) + " |" for row in rows]
    if not written:
        return []
    head = [*headings]
    return [f"| {' | '.join(head)} |", "|" + "---|" * len(head), *written, ""]


def joined(lines: Iterable[str]) -> str:
    """Write the lines of a document."""
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"
