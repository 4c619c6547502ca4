"""Writes the figures into ``docs/reference/performance.md``, between two markers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.figures import Measured

PAGE = Path("docs/reference/performance.md")
BEGIN = "<!-- figures: written by `python -m bench`, not by hand -->"
END = "<!-- end of figures -->"
_NEW = f"""# Performance

What is claimed, and how it was measured. Sound is judged at the loudspeaker of the emulated
telephone, in its recording; words are made before a figure is taken; on a busy machine every time
comes out too long, so the load average stands beside the figures.

`make bench` takes all of them anew (about 50 minutes); one alone: `python -m bench NAME`.

{BEGIN}
{END}
"""


def write_page(measured: Sequence[Measured]) -> None:
    """Put the figures in the place of those that stand there."""
    text = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else _NEW
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE} has lost its markers")
    tables = "\n\n".join(each.markdown() for each in measured)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(f"{head}{BEGIN}\n\n{tables}\n\n{END}{tail}", encoding="utf-8")
