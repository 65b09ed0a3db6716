"""A workbook computed anew: whatever a formula of the file refers to is looked up there, and computed first."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from collabxl.errors import PackageError
from collabxl.ooxml.a1 import LAST_COLUMN, LAST_ROW
from collabxl.ooxml.areas import Spot
from collabxl.ooxml.cells import ErrorValue
from collabxl.ooxml.sheet import WorksheetPart, worksheet_part
from collabxl.ooxml.strings import SharedStrings
from collabxl.ooxml.workbook_part import WorkbookPart, parse_bool
from collabxl.recalculation.alternatives import agree
from collabxl.recalculation.compiler import Formula, compile_name
from collabxl.recalculation.faults import UNCOMPUTED, FormulaError, UnsupportedFormula
from collabxl.recalculation.references import Reference, dereference, index_reference
from collabxl.recalculation.repeats import CellRead, RepeatedFormulas, Trace
from collabxl.recalculation.sheets import CalculationSheet
from collabxl.recalculation.values import Value, Values, range_array
from collabxl.schema.serials import to_serial

Results = dict[str, dict[Spot, str | float | bool]]
"""What formulas show, by sheet title and cell."""
_MOST = 2_000_000
"""Cells of one range; a formula over more is left to the program."""


@dataclass(frozen=True)
class RecalculationScope:
    """What is to be computed anew, and as of which day: the formulas that collabxl wrote."""

    today: dt.date | None
    """None where it is not known: what asks for it is not computed then."""
    whole: frozenset[str] = frozenset()
    """The titles of sheets that are all ours."""
    parts: Mapping[str, tuple[int, frozenset[int]]] = field(default_factory=dict)
    """By title, of sheets that people fill in: the header's row and the columns below it that compute themselves."""
    read: frozenset[str] = frozenset()
    """The titles of sheets whose cells are read and checked, whoever computes them."""
    distrusts: bool = False
    """Whether nothing that a formula showed last counts: what cannot be computed anew is not known then."""

    @property
    def built(self) -> bool:
        """Whether collabxl built the workbook, whose formulas and those of people look at each other."""
        return bool(self.whole)

    def is_ours(self, title: str, spot: Spot) -> bool:
        """Return whether a formula in a cell is one that collabxl wrote."""
        if title in self.whole or self.distrusts:
            return True
        header, columns = self.parts.get(title, (0, frozenset()))
        return spot[0] < header or (spot[0] > header and spot[1] in columns)


class RecalculationEngine:
    """The formulas of one workbook, each computed when it is first asked for.

    Formulas of ours are always computed, and in a workbook of ours those of people; only TODAY() in one of theirs is
    left to programs, which compute it at once. Elsewhere one that people wrote is computed if it refers to a cell in
    ``changed``, or to one that shows something else than the file says, and otherwise shows what it did. What cannot be
    computed shows what it did as well; if it never showed anything, what follows from it is not known either.
    """

    def __init__(self, book: WorkbookPart, renewal: RecalculationScope, changed: Mapping[str, set[Spot]]) -> None:
        if any(parse_bool(node.attrs.get("date1904")) for node in book.doc.root.all("workbookPr")):
            raise UnsupportedFormula("days counted from 1904")
        if any(node.attrs.get("fullPrecision") in ("0", "false") for node in book.doc.root.all("calcPr")):
            raise UnsupportedFormula("numbers as precise as they are shown")
        self._book, self._renewal = book, renewal
        self._titles = {tab.title.casefold(): tab.title for tab in book.sheets if tab.kind == "worksheet"}
        self._order = [tab.title.casefold() for tab in book.sheets]
        self._strings = SharedStrings(book)
        self._parts: dict[str, WorksheetPart | None] = {}
        self._sheets: dict[str, CalculationSheet | None] = {}
        self._known: dict[str, dict[Spot, Value | FormulaError]] = {}
        self._areas: dict[Reference, tuple[Values, bool]] = {}
        self._names: dict[tuple[str, str], Any] = {}
        self._changed = {(title.casefold(), *spot) for title, spots in changed.items() for spot in spots}
        self._running: dict[tuple[str, int, int], None] = {}
        """What is being computed, each for the one before it."""
        self._circular: set[tuple[str, int, int]] = set()
        self._unknown: set[tuple[str, int, int]] = set()
        self._touched = self._volatile = False
        self._repeats = RepeatedFormulas()
        self._trace: Trace | None = None

    def changed_results(self) -> Results:
        """Return what formulas show otherwise than the file says, by sheet and cell."""
        found: Results = {}
        for key, title in self._titles.items():
            sheet = self._sheet(key) if self._computes(key) else None
            if sheet is None:
                continue
            for spot in sorted(spot for spot, told in sheet.formulas.items() if told):
                try:
                    shown = self._cell_value(key, spot)
                except UnsupportedFormula:
                    continue
                if not _is_same_value(shown, sheet.stored_results.get(spot)):
                    found.setdefault(title, {})[spot] = _writable_value(shown)
        return found

    def value_at(self, title: str, spot: Spot) -> Value | FormulaError:
        """Return what one cell shows; UnsupportedFormula if that is not known."""
        return self._cell_value(title.casefold(), spot)

    def today(self) -> float:
        """Return the day that counts as today."""
        self._volatile = True
        if self._renewal.today is None:
            raise UnsupportedFormula("today")
        return float(to_serial(self._renewal.today))

    def value(self, sheet: str, row: int, column: int) -> Value:
        """Return what a cell shows; FormulaError if that is an error."""
        found = self._cell_value(sheet, (row, column))
        if (sheet, row, column) in self._changed:
            self._touched = True
        if isinstance(found, FormulaError):
            raise found
        return found

    def near(self, sheet: str, row: int, down: int, column: int) -> Value:
        """Return what a cell shows so many rows below the formula's own; FormulaError if that is an error."""
        if self._trace is not None:
            trace, spot = self._trace, (row + down, column)
            trace.setdefault(CellRead(sheet, down, column), self._cell_value(sheet, spot))
        return self.value(sheet, row + down, column)

    def beside(self, area: Reference, row: int) -> Any:
        """Return what a range shows in the place that is numbered as the formula's own row."""
        if area.left == area.right and row <= area.bottom - area.top + 1:
            return self.near(area.sheet, row, area.top - 1, area.left)
        return dereference(self, index_reference(area, self.placed(row)))

    def placed(self, moving: Any) -> Any:
        """Return what is another thing in every row: the formula follows from its row, not only from what it reads."""
        self._trace = None
        return moving

    def area(self, reference: Reference) -> Values:
        """Return what the cells of a range show, row by row; whole columns as far down as any sheet reaches."""
        if reference not in self._areas:
            bottom = reference.bottom if reference.bottom < LAST_ROW else max(reference.top, self._bottom())
            across = range(reference.left, reference.right + 1)
            if (bottom - reference.top + 1) * len(across) > _MOST:
                raise UnsupportedFormula("so many cells")
            before, self._touched = self._touched, False
            spots = [(row, column) for row in range(reference.top, bottom + 1) for column in across]
            cells = range_array((self._cell_value(reference.sheet, spot) for spot in spots), (-1, len(across)))
            touched = self._touched or any((reference.sheet, *spot) in self._changed for spot in spots)
            self._areas[reference] = cells, touched
            self._touched = before
        cells, touched = self._areas[reference]
        self._touched |= touched
        return cells

    def name(self, word: str, sheet: str) -> Any:
        """Return what a defined name stands for: on the sheet itself, else in the workbook; FormulaError for none."""
        if (word, sheet) not in self._names:
            self._names[word, sheet] = self._name(word, sheet)
        return self._names[word, sheet]

    def _name(self, word: str, sheet: str) -> Any:
        meant = [name for name in self._book.names if name.name.casefold() == word.casefold()]
        own = [name for name in meant if name.scope is not None and self._order[name.scope : name.scope + 1] == [sheet]]
        chosen = next(iter(own), next((name for name in meant if name.scope is None), None))
        if chosen is None:
            raise UnsupportedFormula("a name that is none: of a table, or of a program's own")
        meaning = compile_name(chosen.text)
        found = agree(lambda: meaning(self, sheet, 0, 0))
        if isinstance(found, FormulaError):
            raise found
        return found

    def require(self, sheet: str) -> None:
        """Raise UnsupportedFormula for a sheet that is not there."""
        self._sheet(sheet)

    def _bottom(self) -> int:
        return max((sheet.bottom for key in self._titles if (sheet := self._sheet(key))), default=1)

    def _computes(self, key: str) -> bool:
        """Return whether a sheet has any formula; those of people may be large and have none."""
        sheet = self._open_sheet(key)
        return sheet is not None and sheet.scan.first(b"f", sheet.inner, sheet.close) is not None

    def _open_sheet(self, key: str) -> WorksheetPart | None:
        if key not in self._parts:
            try:
                self._parts[key] = worksheet_part(self._book, self._titles[key])
            except PackageError:
                self._parts[key] = None
        return self._parts[key]

    def _sheet(self, key: str) -> CalculationSheet | None:
        """Return a sheet's cells, None for one that cannot be read."""
        if key not in self._titles:
            raise UnsupportedFormula("a sheet that is not there")
        if key not in self._sheets:
            opened = self._open_sheet(key)
            try:
                self._sheets[key] = CalculationSheet(opened, self._strings) if opened else None
            except UnsupportedFormula:
                self._sheets[key] = None
        return self._sheets[key]

    def _cell_value(self, key: str, spot: Spot) -> Value | FormulaError:
        known = self._known.get(key)
        if known is None:
            sheet = self._sheet(key)
            known = self._known[key] = dict(sheet.constants) if sheet else {}
        if spot in known:
            return known[spot]
        sheet = self._sheets[key]
        if sheet is None:
            raise UnsupportedFormula("a sheet that cannot be read")
        if spot not in sheet.formulas:
            if not (1 <= spot[0] <= LAST_ROW and 1 <= spot[1] <= LAST_COLUMN):
                raise UnsupportedFormula("a cell beyond the sheet's end")
            return None
        if (key, *spot) in self._unknown:
            raise UnsupportedFormula("what is not known")
        try:
            known[spot] = self._compute_cell(key, spot, sheet)
        except UnsupportedFormula:
            self._unknown.add((key, *spot))
            raise
        return known[spot]

    def _compute_cell(self, key: str, spot: Spot, sheet: CalculationSheet) -> Value | FormulaError:
        told, place = sheet.formulas[spot], (key, *spot)
        stored = sheet.stored_results.get(spot)
        if told is None:
            return self._last(stored)
        if place in self._running:
            waiting = [*self._running]
            self._circular.update(waiting[waiting.index(place) :])
            raise UnsupportedFormula("a formula that follows from itself")
        ours = self._renewal.is_ours(self._titles[key], spot)
        self._running[place] = None
        before = self._touched, self._volatile, self._trace
        self._touched, self._volatile, self._trace = False, False, None
        try:
            result = self._repeated(told.formula, key, spot) if ours else self._result(told.formula, key, spot)
            if place in self._circular:
                raise UnsupportedFormula("a formula that follows from itself")
        except UNCOMPUTED:
            return self._last(stored)
        finally:
            del self._running[place]
            asked = self._touched or (self._renewal.built and not self._volatile)
            self._touched, self._volatile, self._trace = before
        if not ours and (not asked or _close(result, stored)):
            return stored
        if not _is_same_value(result, stored):
            self._changed.add(place)
        return result

    def _last(self, stored: Value | FormulaError) -> Value | FormulaError:
        """Return what a formula showed last, as far as that counts."""
        if self._renewal.distrusts or stored is None:
            raise UnsupportedFormula("what it showed last")
        return stored

    def _repeated(self, formula: Formula, key: str, spot: Spot) -> Value | FormulaError:
        """Return what a formula of ours shows: the same as in another row in which it has read the same."""
        row, column = spot
        known = self._repeats.found((key, column, formula), row, self._cell_value)
        if known is not None:
            return known
        self._trace = {}
        result = self._result(formula, key, spot)
        if self._trace is not None and (key, *spot) not in self._circular:
            self._repeats.keep((key, column, formula), self._trace, result)
        return result

    def _result(self, formula: Formula, key: str, spot: Spot) -> Value | FormulaError:
        found: Value | FormulaError = agree(lambda: _cell_result(formula(self, key, *spot)))
        return found


def _cell_result(shown: Any) -> Value:
    """Return what a formula's value shows in its cell: a blank is 0, a range is more than that."""
    if isinstance(shown, np.ndarray):
        raise UnsupportedFormula("a range as a result")
    if isinstance(shown, np.generic):
        shown = shown.item()
    if shown is None:
        return 0.0
    if isinstance(shown, str | bool):
        return shown
    if not math.isfinite(shown):
        raise UnsupportedFormula("a number that no cell holds")
    return float(shown)


def _is_same_value(shown: Value | FormulaError, stored: Value | FormulaError) -> bool:
    if isinstance(shown, FormulaError) and isinstance(stored, FormulaError):
        return shown.code == stored.code
    return type(shown) is type(stored) and shown == stored


def _close(shown: Value | FormulaError, stored: Value | FormulaError) -> bool:
    """Return whether programs may differ so: in the last digits of a number, or in which error it is."""
    if isinstance(shown, float) and isinstance(stored, float):
        return math.isclose(shown, stored, rel_tol=1e-9, abs_tol=1e-12)
    return (isinstance(shown, FormulaError) and isinstance(stored, FormulaError)) or _is_same_value(shown, stored)


def _writable_value(shown: Value | FormulaError) -> str | float | bool:
    if isinstance(shown, FormulaError):
        return ErrorValue(shown.code)
    assert shown is not None
    return shown


def recalculate(book: WorkbookPart, renewal: RecalculationScope, changed: Mapping[str, set[Spot]]) -> Results:
    """Return what formulas show otherwise than the file says, once ``changed`` cells have changed.

    Formulas that people wrote are among them if they follow from those cells; what cannot be computed here is not.
    """
    try:
        return RecalculationEngine(book, renewal, changed).changed_results()
    except UnsupportedFormula:
        return {}
