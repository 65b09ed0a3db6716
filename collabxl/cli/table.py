"""A table for a terminal, its columns as wide as what a character really takes up.

rich measures, cuts and pads; its Table is not for this: it cannot draw a line of its own under each head.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len, chop_cells, set_cell_size

from collabxl.text.printable import clean

WIDEST = 28
_MORE = "…"


def table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], *, indent: str = "  ", widest: int = WIDEST
) -> Iterator[str]:
    """Return a head and rows as lines; what is wider than ``widest`` is cut, and control characters are shown."""
    cells = [[_truncate(clean(cell), widest) for cell in row] for row in (heads, *rows)]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    lines = [indent + "  ".join(map(set_cell_size, row, widths)).rstrip() for row in cells]
    yield lines[0]
    yield indent + "  ".join("─" * width for width in widths)
    yield from lines[1:]


def _truncate(text: str, widest: int) -> str:
    return text if cell_len(text) <= widest else chop_cells(text, widest - 1)[0] + _MORE
