"""XlsxWriter's worksheet, taught to take our formulas as they are and to write one for a whole column but once."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import Any

from xlsxwriter.worksheet import CellFormulaTuple, Worksheet

from collabxl import address
from collabxl.build.paint import sure

NOT_AVAILABLE = "#N/A"
"""What a formula shows that has no number to draw."""


class Painted(Worksheet):  # type: ignore[misc]
    """A worksheet that takes our formulas as they are.

    XlsxWriter searches every formula for some thirty functions of newer Excels, which costs most of the time of a
    workbook; ours use none of them (a test makes sure).
    """

    _shared = 0

    def fill_down(
        self, first: int, column: int, formula: str, values: Iterable[Any], looks: Iterable[Any] = ()
    ) -> None:
        """Write one formula, as it stands in the first row, with its results and looks into the rows from ``first`` on.

        It is written once and shared by the cells below, as Excel does. Excel shares no formula that names another
        sheet; ours name columns instead.
        """
        listed = list(values)
        area = address.span((first, column), (first + len(listed) - 1, column))
        follower = _Shared("", f'si="{self._shared}"')
        told = _Shared(formula.removeprefix("="), f'ref="{area}" {follower.mark}')
        for row, (value, look) in enumerate(zip_longest(listed, looks), first):
            sure(self.write_formula(row - 1, column - 1, told if row == first else follower, look, value))
        self._shared += 1

    def _write_formula(self, row: int, col: int, formula: str, cell_format: Any = None, value: Any = 0) -> Any:
        if self._check_dimensions(row, col):
            return -1  # as XlsxWriter says it
        told = formula if isinstance(formula, _Shared) else formula.removeprefix("=")
        self.table[row][col] = CellFormulaTuple(told, cell_format, value)
        return 0

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        del expand_future_functions
        return formula.removeprefix("=")

    def _xml_formula_element(self, formula: str, result: Any, attributes: list[tuple[str, Any]]) -> None:
        """Write a cell's formula with its result; a text is one, even if it is empty or somebody typed #REF!."""
        typed = [pair for pair in attributes if pair not in (("t", "e"), ("t", "str"))]
        shown = self._escape_data(int(result) if isinstance(result, float) and result.is_integer() else result)
        if isinstance(result, str):
            is_error = result == NOT_AVAILABLE and "NA()" in formula
            typed.append(("t", "e" if is_error else "str"))
            shown = self._escape_control_characters(shown)
        cell = "".join(f' {name}="{value}"' for name, value in typed)
        shared = f' t="shared" {formula.mark}' if isinstance(formula, _Shared) else ""
        told = f"<f{shared}>{self._escape_data(formula)}</f>" if formula else f"<f{shared}/>"
        self.fh.write(f"<c{cell}>{told}<v>{shown}</v></c>")

    def _get_range_data(self, *area: int) -> list[Any]:
        """What is blank or not available is no point of a chart; XlsxWriter would draw 0."""
        return [None if value in ("", NOT_AVAILABLE) else value for value in super()._get_range_data(*area)]


class _Shared(str):
    """A formula that other cells share, or, empty, the mark of one that shares it."""

    def __new__(cls, formula: str, mark: str) -> _Shared:
        made = super().__new__(cls, formula)
        made.mark = mark
        return made

    mark: str
