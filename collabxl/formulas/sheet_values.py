"""The cells of one sheet as its conditional formats and header figures see them, and what those come to."""

from __future__ import annotations

from collabxl.formulas import layout
from collabxl.formulas.evaluator import EvaluationError, Value, Values, as_number, as_truth, range_array
from collabxl.formulas.parser import compile_formula
from collabxl.formulas.row_values import FormulaResults
from collabxl.schema.columns import Column, Sheet


class SheetValues:
    """One sheet of a new workbook: what people filled in, and what the formulas beside it show."""

    def __init__(self, results: FormulaResults, of: type[Sheet]) -> None:
        self._results, self._of = results, of
        self._fields = {layout.field_row(field): field for field in of.meta.columns} if of.meta.form_headers else {}

    def value(self, row: int, column: int | str) -> Value:
        """Return what a cell of the sheet shows."""
        meant = self._column(row, column)
        return self._results.cell(meant, row) if meant else None

    def area(self, column: int | str, rows: tuple[int, int]) -> Values:
        """Return what the cells of one column show, those below the last filled row left out."""
        last = max(rows[0], min(rows[1], self._results.last_filled(self._of)))
        return range_array(self.value(row, column) for row in range(rows[0], last + 1))

    def name(self, word: str) -> Value | Values:
        """Return what a defined name stands for."""
        return self._results.name(word)

    def holds(self, condition: str, row: int) -> bool:
        """Return whether a condition, written for the first prepared row, holds in a row; one in error does not."""
        try:
            return as_truth(compile_formula(condition)(self, row))
        except EvaluationError:
            return False

    def count(self, formula: str) -> int:
        """Return what a formula over the rows counts."""
        return int(as_number(compile_formula(formula)(self, layout.FIRST)))

    def _column(self, row: int, number: int | str) -> Column | None:
        if self._fields:
            return self._fields.get(row)
        assert isinstance(number, int)
        return self._of.meta.columns[number - 1] if number <= len(self._of.meta.columns) else None
