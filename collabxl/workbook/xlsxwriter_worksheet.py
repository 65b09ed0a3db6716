"""XlsxWriter's worksheet, taught to take our formulas as they are and to write one for a whole column but once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from xlsxwriter.worksheet import CellBlankTuple, CellFormulaTuple, CellStringTuple

from collabxl.ooxml import a1
from collabxl.text import escape
from collabxl.workbook.paint import ensure
from collabxl.workbook.xlsxwriter_workbook import PlainWorksheet

NOT_AVAILABLE = "#N/A"
"""What a formula shows that has no number to draw."""


class FormulaWorksheet(PlainWorksheet):
    """A worksheet that takes our formulas as they are, and writes its cells without asking what else they may be.

    XlsxWriter searches every formula for some thirty functions of newer Excels, which costs most of the time of a
    workbook; ours use none of them (a test makes sure). A formula waits in the table as it will stand in the part.
    """

    def __init__(self) -> None:
        super().__init__()
        self._shared = 0
        self._looks: dict[Any, str] = {None: ""}

    def fill_down(
        self, first: int, column: int, formula: str, values: Iterable[Any], looks: Iterable[Any] = ()
    ) -> None:
        """Write one formula, as it stands in the first row, with its results and looks into the rows from ``first`` on.

        It is written once and shared by the cells below, as Excel does. Excel shares no formula that names another
        sheet; ours name columns instead.
        """
        listed = list(values)
        if not listed:
            return
        last = first + len(listed) - 1
        area = a1.range_address((first, column), (last, column))
        follower = f'<f t="shared" si="{self._shared}"/>'
        told = f'<f t="shared" ref="{area}" si="{self._shared}">{self._spell(formula)}</f>'
        for row, (value, look) in enumerate(zip_longest(listed, looks), first):
            self.table[row - 1][column - 1] = CellFormulaTuple(told if row == first else follower, look, value)
        for row in (first, last):
            ensure(self._check_dimensions(row - 1, column - 1))
        self._shared += 1

    def _spell(self, formula: str) -> str:
        return escape.content(formula.removeprefix("="))

    def _write_formula(self, row: int, col: int, formula: str, cell_format: Any = None, value: Any = 0) -> Any:
        if self._check_dimensions(row, col):
            return -1  # as XlsxWriter says it
        self.table[row][col] = CellFormulaTuple(f"<f>{self._spell(formula)}</f>", cell_format, value)
        return 0

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        del expand_future_functions
        return formula.removeprefix("=")

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        """Write a cell in the format it was given; our rows and columns have none of their own."""
        spot = f'<c r="{a1.column_letters(col + 1)}{row + 1}"{self._look(cell.format)}'
        if isinstance(cell, CellFormulaTuple):
            kind, shown = _result(cell.value, "NA()" in cell.formula)
            self.fh.write(f"{spot}{kind}>{cell.formula}<v>{shown}</v></c>")
        elif isinstance(cell, CellBlankTuple):
            self.fh.write(f"{spot}/>")
        elif isinstance(cell, CellStringTuple):
            self.fh.write(f'{spot} t="s"><v>{cell.string}</v></c>')
        else:
            super()._write_cell(row, col, cell)

    def _look(self, style: Any) -> str:
        if style not in self._looks:
            self._looks[style] = f' s="{style._get_xf_index()}"'
        return self._looks[style]

    def _get_range_data(self, *area: int) -> list[Any]:
        """What is blank or not available is no point of a chart; XlsxWriter would draw 0."""
        return [None if value in ("", NOT_AVAILABLE) else value for value in super()._get_range_data(*area)]


@lru_cache(8192, typed=True)
def _result(value: Any, may_lack: bool) -> tuple[str, Any]:
    """Return type and spelling of a result; a text is one, even if it is empty or somebody typed #REF!."""
    match value:
        case bool():
            return ' t="b"', int(value)
        case str():
            kind = "e" if may_lack and value == NOT_AVAILABLE else "str"
            return f' t="{kind}"', escape.content(PlainWorksheet._escape_control_characters(value))
        case float() if value.is_integer():
            return "", int(value)
        case _:
            return "", value
