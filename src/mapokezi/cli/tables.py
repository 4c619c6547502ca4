"""Tables on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table


def print_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()
) -> None:
    """Print a table, each row whole on however narrow a terminal.

    Args:
        headings: One a column.
        rows: Their cells, as they are: nothing in them is markup.
        right: The columns that are set to the right: amounts.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, heading in enumerate(headings):
        table.add_column(heading, no_wrap=True, justify="right" if place in right else "left")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    console = Console(highlight=False)
    wide = console.options.update_width(10_000)
    needed = Measurement.get(console, wide, table)
    console.width = max(console.width, needed.maximum)
    console.print(table)
