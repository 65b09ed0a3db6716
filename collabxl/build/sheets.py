"""The sheets people fill in: rows made ready in advance, and the project's form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from collabxl import address
from collabxl.build import layout
from collabxl.build.auto import auto_formula, auto_value
from collabxl.build.content import Content, Row, Value
from collabxl.build.formats import conditions, number_format
from collabxl.build.live_rules import check_formula
from collabxl.build.paint import sure, write
from collabxl.build.theme import Styles
from collabxl.build.validation import validation
from collabxl.schema.column import Column, Sheet
from collabxl.schema.kinds import Choice, Day, Id, Number, Percent, Ref, YesNo
from collabxl.schema.standard import Project, Tasks
from collabxl.text import Lang, Text, t

_HINT = t(
    "白底填写，灰底自动；一行一条，新内容填在下一个空行",
    "Fill in the white cells, grey ones fill themselves; one item a row, new ones in the next blank row",
)
_MUST, _MAY, _AUTO, _LIST, _DATE = (
    t("必填", "required"),
    t("选填", "optional"),
    t("自动", "automatic"),
    t("下拉", "pick"),
    t("日期", "date"),
)
FOUND = Tasks.found.key
_NOT_SYNCED = t("还没有同步过", "Not synced yet")
ROWS_PRINTED, ROWS_SPARE = 25, 5
"""At least so many rows are printed, and so many blank ones below the last filled."""
_PROTECTED = {
    "sort": True,
    "autofilter": True,
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}


class Paper(NamedTuple):
    """What every sheet of one workbook is painted with."""

    styles: Styles
    lang: Lang
    content: Content
    checks: Mapping[tuple[str, int], str]
    """What the live checks show, by sheet key and row."""


def write_rows(sheet: Any, of: type[Sheet], paper: Paper) -> None:
    """Paint a sheet of rows: title, hints, header, prepared rows, validations and formats."""
    columns = of.meta.columns
    _head(sheet, of, len(columns), paper)
    for column in columns:
        number = layout.at(column)
        sheet.set_column(number - 1, number - 1, column.width)
        sure(sheet.write_string(layout.HEADER - 2, number - 1, _hint(column).to(paper.lang), paper.styles("hint")))
        _title(sheet, layout.HEADER, number, column, paper)
    filled = paper.content.rows.get(of.meta.key, ())
    for place in range(layout.rows_of(of)):
        row = layout.FIRST + place
        known = filled[place] if place < len(filled) else {}
        sheet.set_row(row - 1, 20)
        for column in columns:
            _cell(sheet, row, column, known, paper)
    _rules(sheet, of, paper)
    _frame(sheet, of)
    _print(sheet, layout.HEADER + max(ROWS_PRINTED, len(filled) + ROWS_SPARE), len(columns))


def write_form(sheet: Any, paper: Paper) -> None:
    """Paint the project's form: one row a field."""
    heads = Project.meta.heads
    assert heads is not None
    _head(sheet, Project, len(heads), paper)
    for number, (head, width) in enumerate(zip(heads, (22, 58, 34, 40), strict=True), 1):
        sheet.set_column(number - 1, number - 1, width)
        sure(sheet.write_string(layout.HEADER - 1, number - 1, head.title.to(paper.lang), paper.styles("head")))
    for field in Project.meta.columns:
        row = layout.row_of(field)
        name = field.title.to(paper.lang)
        sheet.set_row(row - 1, 34)
        sure(sheet.write_string(row - 1, 0, name, paper.styles("machine", bold=field.required, indent=1)))
        _value(sheet, row, 2, paper.content.project.get(field.key), field, paper)
        sure(sheet.write_string(row - 1, 2, field.help.to(paper.lang), paper.styles("machine", indent=1)))
        example = field.example.to(paper.lang) if field.example else ""
        sure(sheet.write_string(row - 1, 3, example, paper.styles("machine", indent=1)))
        accepted = validation(field, paper.lang)
        if accepted:
            sure(sheet.data_validation(row - 1, 1, row - 1, 1, accepted))
    end = layout.row_of(Project.meta.columns[-1])
    sheet.freeze_panes(layout.HEADER, 1)
    sheet.protect("", _PROTECTED)
    sure(sheet.unprotect_range(f"B{layout.FIRST}:B{end}", "input"))
    sheet.set_portrait()
    _print(sheet, end, len(heads))


def _head(sheet: Any, of: type[Sheet], width: int, paper: Paper) -> None:
    title, hint = of.meta.title.to(paper.lang), _HINT.to(paper.lang)
    sure(sheet.merge_range(0, 0, 0, width - 1, title, paper.styles("title", font_size=14)))
    sure(sheet.merge_range(1, 0, 1, width - 1, hint, paper.styles("subtitle")))
    for row, height in enumerate((30, 20, 6, 16, 28)):
        sheet.set_row(row, height)
    sheet.hide_gridlines(2)


def _title(sheet: Any, row: int, number: int, column: Column, paper: Paper) -> None:
    style = "head" if column.typed else "head_automatic"
    sure(sheet.write_string(row - 1, number - 1, column.title.to(paper.lang), paper.styles(style)))
    if column.key == FOUND:
        sure(sheet.write_comment(row - 1, number - 1, _NOT_SYNCED.to(paper.lang), {"author": "collabxl"}))


def _hint(column: Column) -> Text:
    if not column.typed:
        return _AUTO
    if column.required:
        return _MUST
    match column.kind:
        case Choice() | YesNo() | Ref():
            return _LIST
        case Day():
            return _DATE
        case _:
            return _MAY


def _cell(sheet: Any, row: int, column: Column, known: Row, paper: Paper) -> None:
    number = layout.at(column)
    on_one_line = {"text_wrap": False} if column.key == FOUND else {}  # the last column: what is long runs on
    style = paper.styles("input" if column.typed else "machine", **number_format(column.value_kind), **on_one_line)
    if isinstance(column.kind, Id):
        printed = column.kind.pattern.format(row - layout.FIRST + 1)
        sure(sheet.write_string(row - 1, number - 1, printed, style))
        return
    if column.typed:
        _value(sheet, row, number, known.get(column.key), column, paper)
        return
    if column.key == "check":
        formula: str | None = check_formula(column.sheet, row, paper.lang)
        value: Value = paper.checks.get((column.sheet.meta.key, row), "")
    else:
        formula = auto_formula(column, row, paper.lang)
        value = auto_value(column, known, paper.content) if known else ""
    if formula is None:
        sheet.write_blank(row - 1, number - 1, None, style)
        return
    sure(sheet.write_formula(row - 1, number - 1, formula, style, shown(value, column, paper.lang)))


def _value(sheet: Any, row: int, number: int, value: Value, column: Column, paper: Paper) -> None:
    style = paper.styles("input", **number_format(column.kind))
    write(sheet, row, number, typed(value, column, paper.lang), style)


def typed(value: Value, column: Column, lang: Lang) -> str | float | dt.date | None:
    """Return a value as it stands in the cell: words in the workbook's language, days and numbers as they are."""
    match column.value_kind:
        case Choice(words) if isinstance(value, str) and value in words.keys:
            return words.title_of(value).to(lang)
        case YesNo() if isinstance(value, bool):
            return t("是" if value else "否", "Yes" if value else "No").to(lang)
        case Number() | Percent() if isinstance(value, int | float):
            return float(value)
        case _:
            return value


def shown(value: Value, column: Column, lang: Lang) -> str | float:
    """Return a value as a formula's result: days as serial numbers, nothing as the empty text."""
    result = typed(value, column, lang)
    if isinstance(result, dt.date):
        return (result - dt.date(1899, 12, 30)).days
    return "" if result is None else result


def _rules(sheet: Any, of: type[Sheet], paper: Paper) -> None:
    for column in of.meta.columns:
        number, end = layout.at(column), layout.last(of)
        area = (layout.FIRST - 1, number - 1, end - 1, number - 1)
        accepted = validation(column, paper.lang) if column.typed else None
        if accepted:
            sure(sheet.data_validation(*area, accepted))
        for condition in conditions(column, paper.styles, paper.lang):
            sure(sheet.conditional_format(*area, condition))


def _frame(sheet: Any, of: type[Sheet]) -> None:
    end, width = layout.last(of), len(of.meta.columns)
    sheet.freeze_panes(layout.HEADER, 2)
    sheet.autofilter(layout.HEADER - 1, 0, end - 1, width - 1)
    sheet.protect("", _PROTECTED)
    for number, (first, last) in enumerate(layout.runs(of), 1):
        area = address.span((layout.FIRST, first), (end, last))
        sure(sheet.unprotect_range(area, f"input{number}"))
    sheet.set_landscape()
    sheet.repeat_rows(layout.HEADER - 2, layout.HEADER - 1)


def _print(sheet: Any, rows: int, columns: int) -> None:
    sheet.set_paper(9)
    sheet.set_margins(0.35, 0.35, 0.45, 0.5)
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, rows - 1, columns - 1)
    sheet.set_footer("&L&A&R&P / &N")
