"""A whole new workbook: every sheet of the declaration, in its order, painted and named."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from collabxl.formulas.helper_sheet import fingerprint
from collabxl.formulas.row_values import FormulaResults
from collabxl.schema.sheets import STANDARD, Conflicts, Guide, Lists, Project, Schedule, Summary, Workings
from collabxl.text import Lang
from collabxl.workbook.content import Content
from collabxl.workbook.grid import Grid
from collabxl.workbook.guide import write_guide
from collabxl.workbook.helper_sheet import define_column_names, write_helper_sheet
from collabxl.workbook.lists import write_lists
from collabxl.workbook.paint import ensure, paint
from collabxl.workbook.prepared_rows import Excerpt
from collabxl.workbook.schedule import write_schedule
from collabxl.workbook.sheets import PaintContext, write_form, write_rows
from collabxl.workbook.theme import ThemeFormats
from collabxl.workbook.xlsxwriter_workbook import PlainWorkbook
from collabxl.workbook.xlsxwriter_worksheet import FormulaWorksheet

PROGRAM = "collabxl"


@dataclass(frozen=True)
class Order:
    """What is to be built: content and language, what formulas show, and who the workbook is."""

    content: Content
    lang: Lang
    today: dt.date
    summary: Grid
    formula_results: FormulaResults
    identity: Mapping[str, str] = field(default_factory=dict)
    """The custom properties, by their names after ``collabxl.``"""
    marker: str = ""
    """The hidden name that tells the summary sheet is ours."""
    critical: frozenset[str] = frozenset()
    """The 编号 of the tasks on the critical path."""
    excerpt: Excerpt | None = None
    """What makes it a department's copy; None for a whole workbook."""


_OWN_WRITERS = {Guide: write_guide, Schedule: write_schedule, Project: write_form}
"""The sheets that are no tables of rows."""


def assemble(order: Order) -> bytes:
    """Return a new workbook as bytes."""
    content = io.BytesIO()
    book = PlainWorkbook(content)
    styles = ThemeFormats(book)
    told = order.content.project.get(Project.status_date.key)
    day = told if isinstance(told, dt.date) else order.today
    paper = PaintContext(
        styles=styles,
        lang=order.lang,
        content=order.content,
        formula_results=order.formula_results,
        day=day,
        critical=order.critical,
        excerpt=order.excerpt,
    )
    sheets = {
        sheet: ensure(book.add_worksheet(sheet.meta.title.to(order.lang), FormulaWorksheet))
        for sheet in STANDARD.sheets
        if sheet is not Conflicts
    }
    for sheet, target in sheets.items():
        if sheet is Summary:
            paint(order.summary, book, target, styles)
        elif sheet is Lists:
            write_lists(book, target, order.lang, day, order.formula_results.limits)
            target.hide()
        elif sheet is Workings:
            write_helper_sheet(target, order.formula_results, styles, order.excerpt)
            define_column_names(book, order.lang)
            target.hide()
        elif sheet in _OWN_WRITERS:
            _OWN_WRITERS[sheet](target, paper)
        else:
            write_rows(target, sheet, paper)
    sheets[Project].activate()
    _name(book, order)
    book.close()
    return content.getvalue()


def _name(book: Any, order: Order) -> None:
    name = str(order.content.project.get(Project.name.key) or "")
    made = dt.datetime.combine(order.today, dt.time())
    book.set_properties({"title": name, "author": PROGRAM, "comments": "", "created": made})
    for key, value in {**order.identity, "formulas": fingerprint(order.lang)}.items():
        ensure(book.set_custom_property(f"{PROGRAM}.{key}", value, "text"))
    if order.marker:
        title = Summary.meta.title.to(order.lang)
        ensure(book.define_name(f"'{title}'!{order.marker}", f"='{title}'!$A$1"))
    for key, text in (order.excerpt.names if order.excerpt else {}).items():
        ensure(book.define_name(key, f'="{text}"'))
        book.defined_names[-1][-1] = True  # hidden, which XlsxWriter has no word for
