"""A table for a terminal, its columns as wide as what a character really takes up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

WIDEST = 28
_MORE = "…"


def table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], *, indent: str = "  ", widest: int = WIDEST
) -> Iterator[str]:
    """Return a head and rows as lines; what is wider than ``widest`` is cut, and control characters are shown."""
    from collabxl.printable import clean

    cells = [[_cut(clean(cell), widest) for cell in row] for row in (heads, *rows)]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    lines = [indent + "  ".join(map(_padded, row, widths)).rstrip() for row in cells]
    yield lines[0]
    yield indent + "  ".join("─" * width for width in widths)
    yield from lines[1:]


def _width(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)


def _cut(text: str, widest: int) -> str:
    if _width(text) <= widest:
        return text
    text = text[:widest]
    while _width(text) >= widest:
        text = text[:-1]
    return text + _MORE


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
