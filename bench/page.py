"""Writes figures into ``docs/reference/performance.md``, each measure between its own markers."""

from __future__ import annotations

from pathlib import Path

from bench.figures import Measured

PAGE = Path("docs/reference/performance.md")


def write_section(measured: Measured) -> None:
    """Put a measure's figures in the place of those that stand there, or behind all others.

    Raises:
        ValueError: If the section's end is missing.
    """
    text = PAGE.read_text(encoding="utf-8")
    begin = f"<!-- {measured.name}: written by `python -m bench {measured.name}`, not by hand -->"
    end = f"<!-- end of {measured.name} -->"
    section = f"{begin}\n\n{measured.markdown()}\n\n{end}"
    head, found, rest = text.partition(begin)
    if not found:
        PAGE.write_text(f"{text.rstrip()}\n\n{section}\n", encoding="utf-8")
        return
    _, closed, tail = rest.partition(end)
    if not closed:
        raise ValueError(f"{PAGE}: the section {measured.name} has lost its end")
    PAGE.write_text(f"{head}{section}{tail}", encoding="utf-8")
