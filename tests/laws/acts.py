"""What people do to built workbooks with a program of their own, LibreOffice, and what other programs leave stale."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from collabxl.excel.live.libreoffice.office import desktop, uno
from collabxl.formulas import layout
from collabxl.ooxml import a1
from collabxl.ooxml.edit import set_cells
from collabxl.ooxml.package import Package
from collabxl.ooxml.sheet import worksheet_part as opened
from collabxl.ooxml.strings import SharedStrings
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.recalculation.sheets import CalculationSheet
from collabxl.schema.columns import Column, Sheet
from collabxl.schema.sheets import Minutes, Progress, Project, Risks, Schedule, Tasks
from tests.laws.dirty import random_value

SHEETS = (Tasks, Progress, Minutes, Risks)
Act = Callable[[Any, Random], None]
"""Something done to a document that is open in LibreOffice."""


def acted(path: Path, act: Act | None, chance: Random) -> None:
    """Let somebody open a workbook, do something to it and save it."""
    document = desktop().loadComponentFromURL(path.as_uri(), "_blank", 0, (prop("Hidden", True),))
    try:
        for sheet in document.Sheets:
            sheet.unprotect("")
        if act is not None:
            act(document, chance)
        document.storeToURL(path.as_uri(), (prop("FilterName", "Calc MS Excel 2007 XML"),))
    finally:
        document.close(True)


def prop(name: str, value: Any) -> Any:
    made = uno().createUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name, made.Value = name, value
    return made


def ascending(column: int, *, up: bool = True) -> tuple[Any, ...]:
    """Return how LibreOffice is told to sort by a column, counted from 0."""
    field = uno().createUnoStruct("com.sun.star.table.TableSortField")
    field.Field, field.IsAscending = column, up
    return (prop("SortFields", uno().Any("[]com.sun.star.table.TableSortField", (field,))),)


def sheet_of(document: Any, of: type[Sheet]) -> Any:
    return document.Sheets.getByName(of.meta.title.zh)


def insert_rows(document: Any, chance: Random) -> None:
    for of in chance.sample(SHEETS, 2):
        sheet_of(document, of).Rows.insertByIndex(chance.choice((1, 3, 5, 8, 60, 301)), chance.randint(1, 3))


def move_column(document: Any, chance: Random) -> None:
    of = chance.choice(SHEETS)
    sheet, columns = sheet_of(document, of), [layout.column_number(column) - 1 for column in of.meta.columns]
    source, target = chance.sample(columns, 2)
    sheet.Columns.insertByIndex(target, 1)
    source += source >= target
    area = sheet.getCellRangeByPosition(source, 0, source, 400).RangeAddress
    sheet.moveRange(sheet.getCellByPosition(target, 0).CellAddress, area)
    sheet.Columns.removeByIndex(source, 1)


def rename_sheets(document: Any, chance: Random) -> None:
    for of in chance.sample(SHEETS, 2):
        sheet_of(document, of).setName(f"2024年{of.meta.title.zh}")


def rename_headers(document: Any, chance: Random) -> None:
    words = ((Tasks.owner, "责任人"), (Progress.remedy, "解决措施"), (Risks.possibility, "概率"))
    for column, word in words:
        sheet_of(document, column.sheet).getCellByPosition(
            layout.column_number(column) - 1, layout.HEADER - 1
        ).setString(word)


def delete_sheets(document: Any, chance: Random) -> None:
    for title in chance.sample(("说明", "工作日历", "部门对接人", "豁免", Schedule.meta.title.zh, "计算"), 2):
        document.Sheets.removeByName(title)


def sort_rows(document: Any, chance: Random) -> None:
    of = chance.choice(SHEETS)
    area = sheet_of(document, of).getCellRangeByPosition(0, layout.HEADER, len(of.meta.columns) - 1, 60)
    area.sort(ascending(1, up=chance.random() < 0.5))


def type_below(document: Any, chance: Random) -> None:
    for of in SHEETS:
        for row in range(layout.last_row(of) + 1, layout.last_row(of) + chance.randint(2, 6)):
            for column in of.meta.columns:
                if column.required or column is of.meta.id:
                    _type(sheet_of(document, of), row, column, f"{column.key} {row}")


def type_formulas(document: Any, chance: Random) -> None:
    sheet = sheet_of(document, Tasks)
    for row in range(8, 20):
        cell = sheet.getCellByPosition(layout.column_number(Tasks.due) - 1, row - 1)
        before = a1.cell_address(row - 1, layout.column_number(Tasks.due))
        cell.setFormula(chance.choice((f"=WORKDAY({before};3)", f"={before}+2", f'=IF({before}="";"";{before})')))
    progress = sheet_of(document, Progress)
    progress.getCellByPosition(layout.column_number(Progress.note) - 1, 6).setFormula("=$任务分工表.B7")
    progress.getCellByPosition(layout.column_number(Progress.note) - 1, 7).setFormula("=COUNTA($任务分工表.B6:B305)")
    own = document.Sheets
    own.insertNewByName("我的", own.Count)
    own.getByName("我的").getCellByPosition(0, 0).setFormula("=SUM($任务分工表.L6:L40)")
    own.getByName("我的").getCellByPosition(0, 1).setFormula('=COUNTIF($任务分工表.I6:I305;"已完成")')


def type_errors(document: Any, chance: Random) -> None:
    for of in SHEETS:
        for column in chance.sample(of.meta.typed_columns, 3):
            cell = sheet_of(document, of).getCellByPosition(layout.column_number(column) - 1, chance.randint(5, 30))
            cell.setFormula(chance.choice(("=1/0", "=NA()", '="x"+1')))


def _type(sheet: Any, row: int, column: Column, words: str) -> None:
    sheet.getCellByPosition(layout.column_number(column) - 1, row - 1).setString(words)


ACTS: dict[str, Act | None] = {
    "saved": None,
    "rows inserted": insert_rows,
    "a column moved": move_column,
    "sheets renamed": rename_sheets,
    "headers renamed": rename_headers,
    "sheets deleted": delete_sheets,
    "rows sorted": sort_rows,
    "rows below": type_below,
    "own formulas": type_formulas,
    "errors": type_errors,
}


def stale(path: Path, chance: Random, *, of: tuple[type[Sheet], ...] = SHEETS) -> None:
    """Change cells as programs do that compute nothing: what formulas show is of before."""
    package = Package(path.read_bytes())
    book = WorkbookPart(package)
    there = {tab.title for tab in book.sheets}
    for sheet in of:
        if sheet.meta.title.zh not in there:
            continue
        held = CalculationSheet(opened(book, sheet.meta.title.zh), SharedStrings(book)).formulas
        spots = [
            (chance.randint(layout.FIRST, 40), layout.column_number(column)) for column in 3 * sheet.meta.typed_columns
        ]
        columns = {layout.column_number(column): column for column in sheet.meta.typed_columns}
        told = {spot: random_value(columns[spot[1]], chance) for spot in spots if spot not in held}
        set_cells(book, sheet.meta.title.zh, told, locked=True)
    if Project.meta.title.zh in there:
        lead = layout.field_row(Project.lead), layout.column_number(Project.lead)
        set_cells(book, Project.meta.title.zh, {lead: chance.choice(("李四", None))}, locked=True)
    path.write_bytes(package.save())


def day_told(path: Path, day: dt.date | None) -> None:
    """Tell another 数据日期, or none, so that today counts."""
    package = Package(path.read_bytes())
    spot = layout.field_row(Project.status_date), layout.column_number(Project.status_date)
    set_cells(WorkbookPart(package), Project.meta.title.zh, {spot: day}, locked=True)
    path.write_bytes(package.save())
