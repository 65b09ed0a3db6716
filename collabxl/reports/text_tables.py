"""Tables of words: aligned for a terminal by what a character really takes up, and as Markdown."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table
from rich.text import Text as Words

from collabxl.text.printable import clean


def align_table(header: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Return a table in lines of at most ``width`` columns; cells that are too long go on in the next line."""
    table = Table(box=MARKDOWN)
    for head in header:
        table.add_column(Words(clean(head)), overflow="fold")
    for row in rows:
        table.add_row(*(Words(clean(cell)) for cell in row))
    paper = io.StringIO()
    Console(file=paper, width=width, color_system=None, legacy_windows=False).print(table)
    yield from filter(None, (line.rstrip() for line in paper.getvalue().splitlines()))


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Return a table in Markdown, one line a row."""
    yield _line(header)
    yield _line(["---"] * len(header))
    for row in rows:
        yield _line([escape_markdown(cell) for cell in row])


def escape_markdown(text: str) -> str:
    """Return a text that Markdown shows as it is, also within a table."""
    return "".join(f"\\{letter}" if letter in "\\`*_|<>[]#~" else letter for letter in clean(text))


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
