"""The frame that all sheets for filling in share: band, hints, header, protection, print set-up."""

from __future__ import annotations

from typing import Any

from collabxl.formulas import layout
from collabxl.ooxml import a1
from collabxl.schema.columns import Column, Ref, Refs, Sheet
from collabxl.schema.kinds import Choice, Day, Number, Percent, YesNo
from collabxl.schema.sheets import Calendar, Contacts, Minutes, Progress, Project, Risks, Tasks, Waivers
from collabxl.text import Lang, Text, format_number, t
from collabxl.workbook.paint import ensure
from collabxl.workbook.prepared_rows import PreparedRows
from collabxl.workbook.text_fit import width
from collabxl.workbook.theme import ThemeFormats

STRIP = layout.HEADER - 2
"""The row of the figures, between band and header; hints stand below it."""
FOUND = Tasks.found.key
ROWS_PRINTED, ROWS_SPARE = 20, 3
"""At least so many rows of a numbered sheet are printed, and so many blank ones below the last filled."""
_NARROW = 100
"""A sheet less wide than this is printed upright."""
_NOT_SYNCED = t("还没有同步过", "Not synced yet")
_ABOUT = {
    Project: t(
        "发起部门填写一次，协同负责人确认；白底填写",
        "Filled in once by the initiating department, confirmed by the lead",
    ),
    Tasks: t(
        "白底填写 · 灰底自动 · 新任务填在下一个空行（编号已印好）· 不做了就把状态改为“已取消”，不要删行",
        "Fill in white cells, grey ones fill themselves · new tasks in the next blank row · "
        "set dropped tasks to Cancelled, delete no rows",
    ),
    Progress: t(
        "每周更新进度和日期 · 填任务编号，名称、部门、计划完成自动带出 · 延期必须写原因、补救措施和预计完成",
        "Update weekly · type the task's ID, grey cells fill themselves · a delay needs reason, remedy and new date",
    ),
    Minutes: t(
        "一行一条结论或待办；同一次会议的几行，日期和主题每行都写",
        "One decision or action a row; several rows of one meeting all bear its date and topic",
    ),
    Risks: t(
        "可能性 × 影响程度 = 风险等级，自动判定 · 高风险必须有应对方案和责任人",
        "Probability × impact gives the level by itself · a high risk needs a response and an owner",
    ),
    Contacts: t(
        "每个参与部门一行；下拉里的部门名称从这里来",
        "One row a department; the drop-downs take its name from here",
    ),
    Calendar: t(
        "放假的日子填“休”，调休上班的周末填“班”；其余按周一到周五算",
        "Holidays, and weekends that are worked; otherwise Monday to Friday",
    ),
    Waivers: t(
        "写明原因和期限的问题不再计为不合格，过期重新计",
        "What is listed here with its reason does not fail until its day is past",
    ),
}
_MUST, _MAY, _AUTO, _LIST, _DATE, _SEVERAL, _IF_LATE = (
    t("必填", "required"),
    t("选填", "optional"),
    t("自动", "automatic"),
    t("下拉", "pick"),
    t("日期", "date"),
    t("多个用、隔开", "several: commas"),
    t("延期必填", "if late"),
)
_PROTECTED = {
    "autofilter": True,
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}
"""What protection leaves to people. Sorting it does not: the printed 编号 are locked and would not go along."""


def paint_band(sheet: Any, of: type[Sheet], columns: int, styles: ThemeFormats, lang: Lang) -> None:
    """Paint the band across a sheet: its title and what it is for."""
    texts = (of.meta.title, styles("title", font_size=15)), (_ABOUT[of], styles("subtitle"))
    for row, (text, style) in enumerate(texts):
        ensure(sheet.merge_range(row, 0, row, columns - 1, text.to(lang), style))
        for beyond in range(columns, len(of.meta.columns) if of.meta.id else columns):
            sheet.write_blank(row, beyond, None, style)
    for row, height in enumerate((30, 20, 20, 16, 32)):
        sheet.set_row(row, height)
    sheet.hide_gridlines(2)
    sheet.set_zoom(90)


def paint_header(sheet: Any, of: type[Sheet], styles: ThemeFormats, lang: Lang) -> None:
    """Paint widths, hints and header words of a sheet of rows."""
    for column in of.meta.columns:
        at = layout.column_number(column) - 1
        sheet.set_column(at, at, width(column, lang))
        ensure(sheet.write_string(layout.HEADER - 2, at, _hint(column).to(lang), styles("hint")))
        style = styles("head" if column.is_typed else "head_automatic")
        ensure(sheet.write_string(layout.HEADER - 1, at, column.title.to(lang), style))
        if column.key == FOUND:
            note = _NOT_SYNCED.to(lang)
            ensure(sheet.write_comment(layout.HEADER - 1, at, note, {"author": "collabxl"}))


def _hint(column: Column) -> Text:
    if not column.is_typed:
        return _AUTO
    if column in (Progress.delay_reason, Progress.remedy, Progress.expected):
        return _IF_LATE
    match column.kind:
        case Number(low, high) if column.required:
            ends = f"{format_number(low)}–{format_number(high)}"
            return Text(ends, ends)
        case Percent():
            return t("0–100%", "0–100%")
        case Refs():
            return _SEVERAL
        case _ if column.required:
            return _MUST
        case Choice() | YesNo() | Ref():
            return _LIST
        case Day():
            return _DATE
        case _:
            return _MAY


def protect(sheet: Any, of: type[Sheet], part: PreparedRows) -> None:
    """Freeze, filter and lock a sheet of rows, all but the cells of its part that people fill in."""
    end = layout.last_row(of)
    sheet.freeze_panes(layout.HEADER, 2)
    sheet.autofilter(layout.HEADER - 1, 0, end - 1, len(of.meta.columns) - 1)
    rows = [part.open_rows] if part.open_rows else []
    areas = [
        a1.range_address((top, first), (low, last)) for top, low in rows for first, last in layout.input_blocks(of)
    ]
    lock(sheet, areas)


def locked_areas(of: type[Sheet], part: PreparedRows) -> list[str]:
    """Return the areas of rows that are only to be read: all that stand before the open ones."""
    top = part.open_rows[0] if part.open_rows else part.rows.stop
    return [a1.range_address((layout.FIRST, 1), (top - 1, len(of.meta.columns)))] if top > layout.FIRST else []


def lock(sheet: Any, areas: list[str]) -> None:
    """Protect a sheet without a password; people may edit the areas even where a paste has locked their cells."""
    sheet.protect("", _PROTECTED)
    for number, area in enumerate(areas, 1):
        ensure(sheet.unprotect_range(area, f"input{number}"))


def set_up_page(sheet: Any, rows: int, columns: int, lang: Lang, *, pages: int = 0) -> None:
    """Set up an A4 page, so many rows and columns on one page across and ``pages`` down, 0 for as many as it takes."""
    sheet.set_paper(9)
    sheet.set_margins(0.35, 0.35, 0.45, 0.5)
    sheet.fit_to_pages(1, pages)
    sheet.print_area(0, 0, rows - 1, columns - 1)
    page = t("第 &P / &N 页", "Page &P of &N").to(lang)
    on = t("打印于 &D", "Printed on &D").to(lang)
    sheet.set_footer(f"&L&8&A&C&8{page}&R&8{on}")


def set_up_row_pages(sheet: Any, of: type[Sheet], filled: int, lang: Lang) -> None:
    """Set up the pages of a sheet of rows: its header on each, some blank rows below the filled."""
    shown = printed_columns(of)
    if sum(width(column, lang) for column in shown) < _NARROW:
        sheet.set_portrait()
    else:
        sheet.set_landscape()
    sheet.repeat_rows(layout.HEADER - 2, layout.HEADER - 1)
    least = ROWS_PRINTED if of.meta.id else 0
    last = min(layout.HEADER + max(least, filled + ROWS_SPARE), layout.last_row(of))
    set_up_page(sheet, last, len(shown), lang)


def printed_columns(of: type[Sheet]) -> list[Column]:
    """Return the columns that go to paper: all but what sync finds, which 汇总 prints."""
    return [column for column in of.meta.columns if column.key != FOUND]
