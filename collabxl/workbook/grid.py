"""Plain paper between those who compose and those who write: cells with values and formulas, styles, links, charts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Value = str | int | float | dt.date | None


SIGNED = (3, 1)
"""The cell in which a sheet of ours bears its marker (ooxml/own_sheet.py looks there)."""


class Cell(NamedTuple):
    """One cell: what it shows, the names of its styles, and where a click leads (``Sheet!A1`` of the same workbook).

    A cell with a ``formula`` shows ``value`` until a program computes it anew; such a value is text or a number.
    """

    value: Value
    style: str = "body"
    link: str | None = None
    formula: str | None = None


class GridRange(NamedTuple):
    """A rectangle of cells, both ends included, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int


class Condition(NamedTuple):
    """Cells that take on a style while a formula, written for the first of them, is true; the first such one wins."""

    box: GridRange
    formula: str
    style: str


class Series(NamedTuple):
    """One row of a chart's legend: its name, the cells with its numbers, and its colour, or one for each number."""

    name: str
    values: GridRange
    colours: tuple[str, ...]
    ink: str = "white"
    dashed: bool = False
    has_markers: bool = False


class Chart(NamedTuple):
    """A chart over a box of cells that draws numbers of its own sheet; ``alt_text`` is for who cannot see it."""

    kind: Literal["bars", "ring", "lines"]
    box: GridRange
    categories: GridRange
    series: tuple[Series, ...]
    alt_text: str


class CellEdit(NamedTuple):
    """One cell of an existing sheet to be written: what it says now and what it is to say, None for nothing."""

    sheet: str
    row: int
    column: int
    new: Value
    old: Value = None
    like: tuple[int, int] | None = None
    """The cell of the same sheet whose look it takes, where it is not to keep its own."""

    @property
    def spot(self) -> tuple[int, int]:
        """Row and column, both from 1."""
        return self.row, self.column


@dataclass
class Grid:
    """One sheet on paper."""

    title: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    merged_ranges: list[GridRange] = field(default_factory=list)
    bars: list[GridRange] = field(default_factory=list)
    """Where shares from 0 to 1 are shown as bars in their cells."""
    charts: list[Chart] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    hidden_columns: tuple[int, int] | None = None
    """The first and last of the columns that only charts and formulas look at."""
    print_areas: list[GridRange] = field(default_factory=list)
    """What is printed, each on pages of its own; all there is if none is named."""
    pages_tall: int = 0
    """How many pages of one width it is printed on, 0 for as many as it takes."""
    margins: tuple[float, float, float, float] = (0.35, 0.35, 0.45, 0.5)
    """Of the printed page, in inches: left, right, top, bottom."""
    locked: bool = False
    """Whether the sheet is protected against accidents; no password."""

    def put_marker(self, marker: str) -> None:
        """Let the sheet bear our marker in a cell, where nobody sees it and every program keeps it."""
        self.cells.setdefault(SIGNED, Cell(marker, "unseen"))

    def put(self, row: int, column: int, cell: Cell, *, across: int = 1, down: int = 1) -> None:
        """Put a cell; ``across`` and ``down`` merge it with its neighbours."""
        self.cells[row, column] = cell
        for beside in range(across):
            for below in range(down):
                self.cells.setdefault((row + below, column + beside), Cell(None, cell.style))
        if across > 1 or down > 1:
            self.merged_ranges.append(GridRange(row, column, row + down - 1, column + across - 1))

    @property
    def last(self) -> tuple[int, int]:
        """The last row and column in use."""
        return max(row for row, _ in self.cells), max(column for _, column in self.cells)
