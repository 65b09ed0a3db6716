"""Formulas that stand in many rows: computed once for all the rows in which the cells that they read say the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

from collabxl.ooxml.areas import Spot
from collabxl.recalculation.faults import FormulaError
from collabxl.recalculation.values import Value


class CellRead(NamedTuple):
    """A cell that a formula read: on which sheet, how many rows below its own, and in which column."""

    sheet: str
    down: int
    column: int


Trace = dict[CellRead, Value | FormulaError]
"""What a formula read in one row, in that order: what it reads next follows from what it has read."""


class _Step(NamedTuple):
    """What is read next, and how it goes on for each value that stood there: to another step, or to a result."""

    read: CellRead
    onward: dict[Hashable, Any]


class RepeatedFormulas:
    """What formulas showed, by what they had read."""

    def __init__(self) -> None:
        self._first: dict[Hashable, Any] = {}

    def found(
        self, formula: Hashable, row: int, seen: Callable[[str, Spot], Value | FormulaError]
    ) -> Value | FormulaError:
        """Return what a formula shows in a row; None, which none shows, if it has not yet read the same."""
        step: Any = self._first.get(formula)
        while type(step) is _Step:
            (sheet, down, column), onward = step
            step = onward.get(_key(seen(sheet, (row + down, column))))
        found: Value | FormulaError = step
        return found

    def keep(self, formula: Hashable, trace: Trace, result: Value | FormulaError) -> None:
        """Remember what a formula showed after it had read all that."""
        steps, at = self._first, formula
        for read, value in trace.items():
            step = steps.setdefault(at, _Step(read, {}))
            steps, at = step.onward, _key(value)
        steps[at] = result


def _key(value: Value | FormulaError) -> Hashable:
    """Return what tells a value from any other: TRUE is not 1, and errors are the same by their codes."""
    if type(value) is bool:
        return bool, value
    return (FormulaError, value.code) if isinstance(value, FormulaError) else value
