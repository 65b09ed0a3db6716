"""Where cells come from: the ``Source`` protocol that files, live Excel and tests fulfil.

A source knows cells and addresses; it never knows what they mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, Protocol

from collabxl.ooxml.areas import Spot
from collabxl.ooxml.reader.cells import CellMarks, Raw
from collabxl.ooxml.reader.coverage import Coverage


class Title(NamedTuple):
    """A worksheet's name, its place in the workbook from 0, and whether it can be seen."""

    name: str
    order: int
    visible: bool = True


class Computation(NamedTuple):
    """What a formula shows once it is computed: a value, or an error with its name."""

    value: Raw = ""
    error: str | None = None


Compute = Callable[[Spot], Computation | None]
"""Returns what the formula in a cell shows, None where that cannot be told."""


class SheetCells(NamedTuple):
    """The filled part of one worksheet: ``rows`` start at cell (top, left)."""

    top: int
    left: int
    rows: list[list[Raw]]
    marks: CellMarks = CellMarks()
    coverage: Coverage = Coverage()
    compute: Compute | None = None
    """Of a file that asks to be computed: what its formulas show; what they showed last counts for nothing there."""


class Source(Protocol):
    """One workbook, closed or open, that can be read."""

    date1904: bool
    properties: Mapping[str, str]
    """The custom document properties."""

    def titles(self) -> list[Title]:
        """Return the worksheets in their order; chart and macro sheets are left out."""

    def cells(self, title: Title) -> SheetCells:
        """Return what stands in one worksheet."""

    def formulas(self, title: Title) -> Iterator[tuple[Spot | None, str]]:
        """Yield a worksheet's formulas that name words, with their cells; those of no cell without."""
