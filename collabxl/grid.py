"""Plain paper between those who compose and those who write: cells with values, style names and links."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import NamedTuple

Value = str | int | float | dt.date | None


class Cell(NamedTuple):
    """One cell: what it shows, the name of its style, and where a click leads (``Sheet!A1`` of the same workbook)."""

    value: Value
    style: str = "body"
    link: str | None = None


class Box(NamedTuple):
    """A rectangle of cells, both ends included, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int


class Edit(NamedTuple):
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
    merged: list[Box] = field(default_factory=list)
    bars: list[Box] = field(default_factory=list)
    """Where shares from 0 to 1 are shown as bars in their cells."""

    def put(self, row: int, column: int, cell: Cell, *, across: int = 1, down: int = 1) -> None:
        """Put a cell; ``across`` and ``down`` merge it with its neighbours."""
        self.cells[row, column] = cell
        for beside in range(across):
            for below in range(down):
                self.cells.setdefault((row + below, column + beside), Cell(None, cell.style))
        if across > 1 or down > 1:
            self.merged.append(Box(row, column, row + down - 1, column + across - 1))

    @property
    def last(self) -> tuple[int, int]:
        """The last row and column in use."""
        return max(row for row, _ in self.cells), max(column for _, column in self.cells)
