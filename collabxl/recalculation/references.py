"""What formulas compute with where they refer to cells: places instead of values, arguments that may be in error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import numpy as np

from collabxl.ooxml.a1 import LAST_ROW
from collabxl.recalculation.faults import FormulaError, UnsupportedFormula
from collabxl.recalculation.range_functions import count_if, is_number
from collabxl.recalculation.values import Value, Values, as_number, range_array, to_list


class Reference(NamedTuple):
    """Cells of one sheet, both ends included."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    @property
    def single(self) -> bool:
        """Whether it is one cell."""
        return self.top == self.bottom and self.left == self.right


class ReferenceLookup(Protocol):
    """Where a formula finds what it refers to."""

    def value(self, sheet: str, row: int, column: int) -> Value:
        """Return what a cell shows; FormulaError if that is an error."""

    def near(self, sheet: str, row: int, down: int, column: int) -> Value:
        """Return what a cell shows that stands so many rows below the formula's own."""

    def beside(self, area: Reference, row: int) -> Any:
        """Return what a range shows in the place that is numbered as the formula's own row."""

    def placed(self, moving: Any) -> Any:
        """Return what is another thing in every row: the formula follows from where it stands."""

    def area(self, reference: Reference) -> Values:
        """Return what the cells of a range show, row by row."""

    def name(self, word: str, sheet: str) -> Any:
        """Return what a defined name stands for where ``sheet`` is the formula's own: a Reference or a value."""

    def require(self, sheet: str) -> None:
        """Raise UnsupportedFormula for a sheet that is not there."""

    def today(self) -> float:
        """Return the day that counts as today."""


def dereference(cells: ReferenceLookup, found: Any) -> Any:
    """Return what a reference shows where a formula computes with arrays, and any value as it is."""
    if not isinstance(found, Reference):
        return found
    if found.single:
        return cells.value(found.sheet, found.top, found.left)
    if found.bottom == LAST_ROW:
        raise UnsupportedFormula("a whole column where its blanks count")
    return cells.area(found)


def single_value(cells: ReferenceLookup, found: Any) -> Any:
    """Return what a reference to one cell shows, and any value as it is."""
    if isinstance(found, np.ndarray) or (isinstance(found, Reference) and not found.single):
        raise UnsupportedFormula("a range where one value is wanted")
    return dereference(cells, found)


def spread_cells(cells: ReferenceLookup, found: Any) -> Any:
    """Return the cells of a reference as a range, be it but one, and any value as it is."""
    return cells.area(found) if isinstance(found, Reference) else found


def one_cell(value: Callable[[], Any]) -> Values:
    """Return the range of one cell, which may be in error."""
    return range_array([keep_error(value)])


def keep_error(value: Callable[[], Any]) -> Any:
    """Return a value, or the error that it is."""
    try:
        return value()
    except FormulaError as fault:
        return fault


def refuse_range() -> Any:
    """Refuse a range where one value is wanted: which of its cells is meant follows from how a program was told."""
    raise UnsupportedFormula("a range where one value is wanted")


def as_reference(found: Any) -> Reference:
    """Return the place that a name stands for."""
    if not isinstance(found, Reference):
        raise UnsupportedFormula("a name that is no place")
    return found


def bounded_reference(sheet: str, top: int, left: int, bottom: int, right: int) -> Reference:
    """Return the range between two cells, whichever is told first."""
    return Reference(sheet, min(top, bottom), min(left, right), max(top, bottom), max(left, right))


def join_references(first: Reference, last: Reference) -> Reference:
    """Return the range from one place to another."""
    if first.sheet != last.sheet:
        raise UnsupportedFormula("a range over several sheets")
    top, left = min(first.top, last.top), min(first.left, last.left)
    return Reference(first.sheet, top, left, max(first.bottom, last.bottom), max(first.right, last.right))


def index_reference(area: Reference, row: Any, column: Any = None) -> Reference:
    """Return one cell of a range by its place there."""
    high, wide = area.bottom - area.top + 1, area.right - area.left + 1
    down, across = int(as_number(row)), int(as_number(column)) if column is not None else 1
    if column is None and wide > 1:
        if high > 1:
            raise UnsupportedFormula("a whole row of a range")
        down, across = 1, down
    if down < 0 or across < 0 or down > high or across > wide:
        raise FormulaError("#REF!" if down >= 0 and across >= 0 else "#VALUE!")
    if not down or not across:
        raise UnsupportedFormula("a whole row or column of a range")
    at = area.top + down - 1, area.left + across - 1
    return Reference(area.sheet, *at, *at)


def row_of(cells: ReferenceLookup, area: Reference, *, arrays: bool) -> Any:
    """Return the row of a cell, or those of a range where a formula computes with arrays."""
    cells.require(area.sheet)
    if area.single:
        return area.top
    if not arrays or area.bottom == LAST_ROW:
        raise UnsupportedFormula("the rows of a range")
    return range_array(range(area.top, area.bottom + 1))


def column_of(cells: ReferenceLookup, area: Reference, *, arrays: bool) -> Any:
    """Return the column of a cell."""
    cells.require(area.sheet)
    if not area.single:
        raise UnsupportedFormula("the columns of a range" if arrays else "a range where one value is wanted")
    return area.left


def count_fitting(cells: ReferenceLookup, area: Reference, criterion: Callable[[], Any]) -> float:
    """Return how many cells of a range fit a criterion: COUNTIF."""
    try:
        wanted = criterion()
    except FormulaError:
        raise UnsupportedFormula("a criterion in error") from None
    size = (area.bottom - area.top + 1) * (area.right - area.left + 1)
    return count_if(cells.area(area), size, wanted)


def raise_error(code: str) -> Any:
    """Raise the error that a formula names."""
    raise FormulaError(code)


def if_error(wanted: Callable[[], Any], instead: Callable[[], Any]) -> Any:
    """Return a value, or another one where it is an error: IFERROR."""
    try:
        found = wanted()
    except FormulaError:
        return instead()
    if isinstance(found, np.ndarray):
        raise UnsupportedFormula("errors in a range")
    return found


def is_numeric(argument: Callable[[], Any]) -> Any:
    """Return whether a value is a number, which an error is not: ISNUMBER."""
    try:
        return is_number(argument())
    except FormulaError:
        return False


def is_of(kind: type) -> Callable[[Callable[[], Any]], Any]:
    """Return what tells whether a value is of a kind, which an error is not: ISTEXT, ISLOGICAL."""

    def is_kind(argument: Callable[[], Any]) -> Any:
        found = keep_error(argument)
        if isinstance(found, np.ndarray):
            return range_array((isinstance(cell, kind) for cell in to_list(found)), found.shape)
        return isinstance(found, kind)

    return is_kind


def is_error(argument: Callable[[], Any]) -> Any:
    """Return whether a value is an error: ISERROR."""
    try:
        found = argument()
    except FormulaError:
        return True
    if isinstance(found, np.ndarray):
        raise UnsupportedFormula("errors in a range")
    return False
