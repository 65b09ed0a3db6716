"""What is read of a worksheet: the values of its cells, and what a value does not tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from collabxl.ooxml.areas import Spot

Raw = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta
"""One cell as the program stored it; an empty cell is the empty text."""

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
    valueless_formulas: frozenset[Spot] = frozenset()
    """Formulas that were never calculated."""
    external_formulas: Mapping[Spot, str] = {}
    """Formulas that reach outside the workbook: links, DDE, web calls."""
    merged: tuple[Range, ...] = ()
    """Merged ranges."""
    hidden_rows: frozenset[int] = frozenset()
    pictures: frozenset[Spot] = frozenset()
    """Cells that show a picture or a rich value instead of what they say: no errors, and no texts of people."""
    totals: tuple[Range, ...] = ()
    """The totals rows of the spreadsheet's own tables."""
    computed: ComputedCells = ComputedCells()
