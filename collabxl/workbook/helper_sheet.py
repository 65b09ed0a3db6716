"""计算 painted: the hidden sheet of a new workbook, and the names of whole columns that formulas use."""

from __future__ import annotations

from typing import Any

from collabxl.formulas import layout
from collabxl.formulas.helper_sheet import FIGURES, TITLES, named_columns
from collabxl.formulas.row_values import FormulaResults
from collabxl.ooxml import a1
from collabxl.text import Lang
from collabxl.workbook.paint import ensure
from collabxl.workbook.prepared_rows import Excerpt, prepared_rows
from collabxl.workbook.theme import ThemeFormats


def write_helper_sheet(sheet: Any, shown: FormulaResults, styles: ThemeFormats, excerpt: Excerpt | None = None) -> None:
    """Paint the hidden sheet: each formula once for its whole column, with what every row of it shows.

    Rows that nobody can fill in have no formulas: blank, they say the same to all others.
    """
    for at, ((name, formula), value) in enumerate(zip(shown.plan.figures, shown.figures(), strict=True)):
        ensure(sheet.write_string(TITLES - 1, at, name))
        ensure(sheet.write_formula(FIGURES - 1, at, formula, styles("machine", num_format="0"), value))
    for place in shown.plan.columns:
        ensure(sheet.write_string(layout.HEADER - 2, place.number - 1, f"{place.sheet.meta.key}.{place.field}"))
        rows = prepared_rows(place.sheet, excerpt).rows
        sheet.fill_down(layout.FIRST, place.number, place.formula, shown.column(place, rows))
    sheet.protect("")


def define_column_names(book: Any, lang: Lang) -> None:
    """Define the names of whole columns that formulas use."""
    for name, (sheet, column) in named_columns(lang).items():
        letters = a1.column_letters(column)
        title = a1.quote_sheet(sheet.meta.title.to(lang))
        ensure(book.define_name(name, f"={title}!${letters}:${letters}"))
