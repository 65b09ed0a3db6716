"""Where cells come from: the ``Source`` protocol that files, live Excel and tests fulfil.

A source knows cells and addresses; it never knows what they mean.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from collabxl.reading.coverage import Coverage

Raw = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta
"""One cell as the program stored it; an empty cell is the empty text."""

Spot = tuple[int, int]
"""(row, column), both from 1."""


Range = tuple[Spot, Spot]
"""First and last cell."""


class ComputedCells(NamedTuple):
    """Cells that are computed: rows by column where a formula stands, and what formulas fill as one."""

    spots: Mapping[int, Sequence[int]] = {}
    areas: tuple[Range, ...] = ()


class CellMarks(NamedTuple):
    """What a cell's value does not tell, by place."""

    errors: Mapping[Spot, str] = {}
    """Cells that show an error, with its name such as #REF!"""
    valueless: frozenset[Spot] = frozenset()
    """Formulas that were never calculated."""
    reaching: Mapping[Spot, str] = {}
    """Formulas that reach outside the workbook: links, DDE, web calls."""
    merged: tuple[Range, ...] = ()
    """Merged ranges."""
    hidden_rows: frozenset[int] = frozenset()
    pictures: frozenset[Spot] = frozenset()
    """Cells that show a picture or a rich value instead of what they say: no errors, and no texts of people."""
    totals: tuple[Range, ...] = ()
    """The totals rows of the spreadsheet's own tables."""
    computed: ComputedCells = ComputedCells()


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
