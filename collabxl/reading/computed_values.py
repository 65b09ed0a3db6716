"""Formulas of a file that asks to be computed: what they show is found anew, or not known; what they showed is not it.

Whoever writes a file without computing it leaves 0 in its formulas, and whoever edits one leaves what they showed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from collabxl.errors import FileError
from collabxl.ooxml.areas import Spot
from collabxl.ooxml.reader.cells import Raw
from collabxl.reading.source import Computation, Compute, SheetCells
from collabxl.schema.serials import from_serial

if TYPE_CHECKING:
    from collabxl.recalculation.engine import RecalculationEngine

MOST_COMPUTED = 50_000
"""Formulas of a workbook that are computed while it is read: as many as leave time for reading it."""
_NO_DAY = 2_958_466
"""The day after the last one that a spreadsheet has."""


class FormulaComputation:
    """The formulas of a workbook, opened once more when the first is asked for; ``gives_up`` computes none."""

    def __init__(self, content: bytes, *, gives_up: bool) -> None:
        self._content = content
        self._left = 0 if gives_up else MOST_COMPUTED
        self._engine: RecalculationEngine | None = None

    def of(self, title: str) -> Compute:
        """Return what computes the formulas of one worksheet."""
        return partial(self._shown, title)

    def _shown(self, title: str, spot: Spot) -> Computation | None:
        if not self._left:
            return None
        from collabxl.recalculation.faults import FormulaError, UnsupportedFormula

        self._left -= 1
        try:
            shown = self._opened().value_at(title, spot)
        except (UnsupportedFormula, FileError):  # FileError: a package that cannot be edited can be read all the same
            return None
        if isinstance(shown, FormulaError):
            return Computation(error=shown.code)
        return Computation("" if shown is None else shown)

    def _opened(self) -> RecalculationEngine:
        if self._engine is None:
            from collabxl.ooxml.package import Package
            from collabxl.ooxml.workbook_part import WorkbookPart
            from collabxl.recalculation.engine import RecalculationEngine, RecalculationScope

            self._engine = RecalculationEngine(
                WorkbookPart(Package(self._content)), RecalculationScope(None, distrusts=True), {}
            )
        return self._engine


def settle_formulas(cells: SheetCells, columns: Mapping[int, bool], header: int) -> tuple[SheetCells, frozenset[Spot]]:
    """Return cells whose formulas below a header show what they do once computed, and those of which that is unsure.

    The columns say whether they have days. What a formula that cannot be computed showed last stays where it may be
    true: not an error, and not the 0 of those who compute nothing.
    """
    if cells.compute is None:
        return cells, frozenset()
    errors, unsure = dict(cells.marks.errors), set()
    for spot in sorted(_formulas(cells, set(columns), header) - cells.marks.valueless_formulas - cells.marks.pictures):
        result = cells.compute(spot)
        raw = _at(cells, spot)
        failed = errors.pop(spot, None)
        if result is None:
            unsure.add(spot)
            _set_cell(cells, spot, "" if failed or _is_nothing(raw) else raw)
        elif result.error:
            errors[spot] = result.error
            _set_cell(cells, spot, "")
        else:
            _set_cell(cells, spot, _display_value(result.value, raw, is_day=columns[spot[1]]))
    return cells._replace(marks=cells.marks._replace(errors=errors)), frozenset(unsure)


def _formulas(cells: SheetCells, columns: set[int], header: int) -> set[Spot]:
    found = {(row, column) for column in columns for row in cells.marks.computed.spots.get(column, ())}
    for (top, left), (bottom, right) in cells.marks.computed.areas:
        rows = range(max(top, cells.top), min(bottom, cells.top + len(cells.rows) - 1) + 1)
        found.update((row, column) for column in columns & {*range(left, right + 1)} for row in rows)
    return {spot for spot in found if spot[0] > header and _lies_in(cells, spot)}


def _lies_in(cells: SheetCells, spot: Spot) -> bool:
    row, column = spot[0] - cells.top, spot[1] - cells.left
    return 0 <= row < len(cells.rows) and 0 <= column < len(cells.rows[row])


def _at(cells: SheetCells, spot: Spot) -> Raw:
    return cells.rows[spot[0] - cells.top][spot[1] - cells.left]


def _set_cell(cells: SheetCells, spot: Spot, value: Raw) -> None:
    """Put a value into a cell; its row is made anew, for empty ones may be one and the same."""
    row = list(cells.rows[spot[0] - cells.top])
    row[spot[1] - cells.left] = value
    cells.rows[spot[0] - cells.top] = row


def _display_value(value: Raw, raw: Raw, *, is_day: bool) -> Raw:
    """Return a computed value as the cell shows it: a number as a day where the last one was or would be one."""
    looks_like_one = isinstance(raw, dt.date | dt.time | dt.timedelta) or (is_day and isinstance(raw, str))
    if type(value) is float and looks_like_one and 1 <= value < _NO_DAY:
        return from_serial(value)
    return value


def _is_nothing(raw: Raw) -> bool:
    """Return whether a cell shows 0, be it as a day or a time: what stands in a formula that was never computed."""
    return raw in (0, dt.time(0), dt.timedelta(0), from_serial(0), dt.datetime.combine(from_serial(0), dt.time(0)))
