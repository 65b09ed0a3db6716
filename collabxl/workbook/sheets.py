"""The sheets people fill in: rows made ready in advance, and the project's form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from collabxl.formulas import layout
from collabxl.formulas.auto_columns import auto_formula
from collabxl.formulas.evaluator import moment_serial
from collabxl.formulas.row_values import FormulaResults
from collabxl.formulas.sheet_values import SheetValues
from collabxl.schema.columns import Column, Sheet
from collabxl.schema.kinds import Choice, Id, Number, Percent, YesNo
from collabxl.schema.sheets import Project
from collabxl.text import Lang
from collabxl.workbook import sheet_frame
from collabxl.workbook.conditions import RowFacts, automatic_values
from collabxl.workbook.content import YES_NO, Content, Value
from collabxl.workbook.formats import condition, conditions, number_format, state_format
from collabxl.workbook.header_figures import write_figures
from collabxl.workbook.paint import ensure, write
from collabxl.workbook.prepared_rows import Excerpt, PreparedRows, prepared_rows
from collabxl.workbook.sheet_frame import FOUND
from collabxl.workbook.text_fit import ONE_LINE, height, width
from collabxl.workbook.theme import ThemeFormats
from collabxl.workbook.validation import validation

_FORM = {"zh": (17, 48, 25, 30), "en": (23, 46, 28, 32)}
"""The widths of the form's four columns."""


class PaintContext(NamedTuple):
    """What every sheet of one workbook is painted with."""

    styles: ThemeFormats
    lang: Lang
    content: Content
    formula_results: FormulaResults
    """What the formulas show."""
    day: dt.date
    """The day of the workbook's figures."""
    critical: frozenset[str] = frozenset()
    """The 编号 of the tasks that no delay can be made up for."""
    excerpt: Excerpt | None = None
    """What is open in a department's copy; None for a whole workbook, where everything is."""

    def prepared_rows(self, of: type[Sheet]) -> PreparedRows:
        """Return which rows of a sheet are open."""
        return prepared_rows(of, self.excerpt)


def write_rows(sheet: Any, of: type[Sheet], paper: PaintContext) -> None:
    """Paint a sheet of rows: title, figures, hints, header, prepared rows, validations and formats."""
    columns, part = of.meta.columns, paper.prepared_rows(of)
    sheet_frame.paint_band(sheet, of, len(sheet_frame.printed_columns(of)), paper.styles, paper.lang)
    write_figures(sheet, of, paper.formula_results, paper.styles, paper.lang)
    sheet_frame.paint_header(sheet, of, paper.styles, paper.lang)
    plain = _CellFormats(paper.styles)
    looks: dict[Column, list[Any]] = {column: [] for column in columns}
    filled, cells = paper.content.rows.get(of.meta.key, ()), SheetValues(paper.formula_results, of)
    for place, row in enumerate(part.rows):
        is_open = part.is_open(row)
        known = filled[place] if place < len(filled) else {}
        facts = RowFacts(known, automatic_values(paper.formula_results, of, row) if known else {})
        sheet.set_row(row - 1, _height(facts, columns, paper.lang) if known else ONE_LINE)
        for column in columns:
            state = state_format(column, cells, row, paper.lang) if known else {}
            style = plain.with_state(column, is_open, state) if state else plain[column, is_open]
            if isinstance(column.kind, Id):
                write(sheet, row, layout.column_number(column), part.id_at(row), style)
            else:
                _cell(sheet, (row, column, style), facts, paper)
            looks[column].append(style)
    _formulas(sheet, of, looks, paper)
    _rules(sheet, of, paper)
    sheet_frame.protect(sheet, of, part)
    sheet_frame.set_up_row_pages(sheet, of, len(filled), paper.lang)


def write_form(sheet: Any, paper: PaintContext) -> None:
    """Paint the project's form: one row a field."""
    heads, lang = Project.meta.form_headers, paper.lang
    assert heads is not None
    widths = _FORM[lang]
    sheet_frame.paint_band(sheet, Project, len(heads), paper.styles, lang)
    sheet.set_row(sheet_frame.STRIP - 1, 6)
    sheet.set_row(sheet_frame.STRIP, 6)
    for number, (title, wide) in enumerate(zip(heads, widths, strict=True), 1):
        sheet.set_column(number - 1, number - 1, wide)
        ensure(sheet.write_string(layout.HEADER - 1, number - 1, title.title.to(lang), paper.styles("head")))
    for field in Project.meta.columns:
        _field(sheet, field, paper)
    end = layout.field_row(Project.meta.columns[-1])
    sheet.freeze_panes(layout.HEADER, 1)
    sheet_frame.lock(sheet, [f"B{layout.FIRST}:B{end}"] if paper.prepared_rows(Project).is_form else [])
    sheet.set_portrait()
    sheet_frame.set_up_page(sheet, end, len(heads), lang, pages=1)


def _field(sheet: Any, field: Column, paper: PaintContext) -> None:
    row, lang, styles = layout.field_row(field), paper.lang, paper.styles
    value = cell_value(paper.content.project.get(field.key), field, lang)
    texts = ["" if value is None else str(value), field.help.to(lang), field.example.to(lang) if field.example else ""]
    sheet.set_row(row - 1, max(32, height(zip(texts, _FORM[lang][1:], strict=True)) + 6))
    name = styles("machine", bold=field.required, indent=1, font_color="ink")
    ensure(sheet.write_string(row - 1, 0, field.title.to(lang), name))
    look = {**number_format(field.kind), "align": "left", "indent": 1}
    style = "input" if paper.prepared_rows(Project).is_form else "machine"
    state = state_format(field, SheetValues(paper.formula_results, Project), row, lang)
    write(sheet, row, layout.column_number(field), value, styles(style, **{**look, **state}))
    for number, text in enumerate(texts[1:], layout.column_number(field) + 1):
        ensure(sheet.write_string(row - 1, number - 1, text, styles("machine", indent=1, font_size=9)))
    cell = (row - 1, layout.column_number(field) - 1, row - 1, layout.column_number(field) - 1)
    accepted = validation(field, lang)
    if accepted:
        ensure(sheet.data_validation(*cell, accepted))
    for seen in conditions(field, styles, lang):
        ensure(sheet.conditional_format(*cell, seen))


class _CellFormats(dict[tuple[Column, bool], Any]):
    """How the cells of a column look in no state, in rows that are open and in others; each made when first needed."""

    def __init__(self, styles: ThemeFormats) -> None:
        super().__init__()
        self._styles = styles

    def __missing__(self, where: tuple[Column, bool]) -> Any:
        self[where] = self.with_state(*where, {})
        return self[where]

    def with_state(self, column: Column, is_open: bool, state: Mapping[str, Any]) -> Any:
        """Return the format of cells in a state, which wins over what is plain."""
        on_one_line = {"text_wrap": False} if column.key == FOUND else {}  # the last column: what is long runs on
        name = "input" if column.is_typed and is_open else "machine"
        return self._styles(name, **{**number_format(column.value_kind), **on_one_line, **state})


def _height(facts: RowFacts, columns: tuple[Column, ...], lang: Lang) -> float:
    texts = ((facts[column], column) for column in columns if column.key != FOUND)
    return height((text, width(column, lang)) for text, column in texts if isinstance(text, str))


def _cell(sheet: Any, spot: tuple[int, Column, Any], facts: RowFacts, paper: PaintContext) -> None:
    row, column, style = spot
    number = layout.column_number(column)
    if column.is_typed and not facts.row:
        sheet.write_blank(row - 1, number - 1, None, style)
        return
    if column.is_typed:
        write(sheet, row, number, cell_value(facts[column], column, paper.lang), style)
        return
    sheet.write_blank(row - 1, number - 1, None, style)


def _formulas(sheet: Any, of: type[Sheet], looks: Mapping[Column, Sequence[Any]], paper: PaintContext) -> None:
    """Fill the automatic columns; a value that is given for one stands as if somebody had typed over the formula."""
    filled = dict(enumerate(paper.content.rows.get(of.meta.key, ()), layout.FIRST))
    for column in of.meta.columns:
        formula = auto_formula(column, paper.lang)
        number, rows = layout.column_number(column), paper.prepared_rows(of).rows
        if formula is None or not rows:
            continue
        instead = {row: known[column.key] for row, known in filled.items() if known.get(column.key) is not None}
        first = next((row for row in rows if row not in instead), rows[-1])  # the cells below share what stands there
        below = range(first, rows[-1] + 1)
        values, its_looks = (
            (paper.formula_results.value_of(column, row) for row in below),
            looks[column][first - layout.FIRST :],
        )
        sheet.fill_down(first, number, formula, values, its_looks)
        for row, value in instead.items():
            write(sheet, row, number, cell_value(value, column, paper.lang), looks[column][row - layout.FIRST])


def cell_value(value: Value, column: Column, lang: Lang) -> str | float | dt.date | None:
    """Return a value as it stands in the cell: words in the workbook's language, days and numbers as they are."""
    match column.value_kind:
        case Choice(words) if isinstance(value, str) and value in words.keys:
            return words.title_of(value).to(lang)
        case YesNo() if isinstance(value, bool):
            return YES_NO[value].to(lang)
        case Number() | Percent() if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        case _:
            return value


def formula_result(value: Value, column: Column, lang: Lang) -> str | float:
    """Return a value as a formula's result: days as serial numbers, nothing as the empty text."""
    result = cell_value(value, column, lang)
    if isinstance(result, dt.date):
        return moment_serial(result)
    return "" if result is None else result


def _rules(sheet: Any, of: type[Sheet], paper: PaintContext) -> None:
    for closed in sheet_frame.locked_areas(of, paper.prepared_rows(of)):
        grey = paper.styles.mark(font_color="grey", bg_color="machine")
        ensure(sheet.conditional_format(closed, condition("TRUE", grey)))
    for column in of.meta.columns:
        number, end = layout.column_number(column), layout.last_row(of)
        area = (layout.FIRST - 1, number - 1, end - 1, number - 1)
        accepted = validation(column, paper.lang) if column.is_typed else None
        if accepted:
            ensure(sheet.data_validation(*area, accepted))
        for seen in conditions(column, paper.styles, paper.lang):
            ensure(sheet.conditional_format(*area, seen))
