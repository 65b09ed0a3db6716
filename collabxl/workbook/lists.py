"""The hidden sheet behind the drop-downs: one column a word list, each a named range, and the day of the figures."""

from __future__ import annotations

import datetime as dt
from typing import Any

from collabxl.formulas import layout
from collabxl.formulas.named_ranges import AS_OF, DEPARTMENTS, TASK_IDS, YES_NO, list_name
from collabxl.ooxml import a1
from collabxl.schema.serials import to_serial
from collabxl.schema.settings import Limits, limit_name
from collabxl.schema.sheets import STANDARD, Contacts, Lists, Project, Tasks
from collabxl.text import Lang
from collabxl.workbook.content import YES_NO as ANSWERS
from collabxl.workbook.paint import ensure


def write_lists(book: Any, sheet: Any, lang: Lang, day: dt.date, limits: Limits) -> None:
    """Fill the hidden sheet and define its names; ``day`` is the day of the figures."""
    title = a1.quote_sheet(Lists.meta.title.to(lang))
    lists = [(list_name(words), [word.title.to(lang) for word in words.words]) for words in STANDARD.word_lists()]
    lists.append((YES_NO, [word.to(lang) for word in ANSWERS.values()]))
    for column, (name, words) in enumerate(lists, 2):
        ensure(sheet.write_column(0, column - 1, words))
        area = a1.range_address((1, column), (len(words), column), fixed=True)
        ensure(book.define_name(name, f"={title}!{area}"))
    _write_limits(book, sheet, title, (len(lists) + 2, limits))
    asked = f"{a1.quote_sheet(Project.meta.title.to(lang))}!$B${layout.field_row(Project.status_date)}"
    style = book.add_format({"num_format": "yyyy-mm-dd"})
    ensure(sheet.write_formula(0, 0, f"=IF(ISNUMBER({asked}),{asked},TODAY())", style, to_serial(day)))
    sheet.set_column(0, 0, 12)
    ensure(book.define_name(AS_OF, f"={title}!$A$1"))
    contacts = a1.quote_sheet(Contacts.meta.title.to(lang))
    first, end = layout.FIRST, layout.last_row(Contacts)
    filled = f"MAX(1,COUNTA({contacts}!$A${first}:$A${end}))"
    area = f"{contacts}!$A${first}:INDEX({contacts}!$A${first}:$A${end},{filled})"
    ensure(book.define_name(DEPARTMENTS, f"={area}"))
    ensure(book.define_name(TASK_IDS, f"={layout.column_range(Tasks.id, lang)}"))


def _write_limits(book: Any, sheet: Any, title: str, told: tuple[int, Limits]) -> None:
    """Write the limits behind their names, from a column on: what formulas go by, and who reads the workbook."""
    column, limits = told
    for row, (key, value) in enumerate(limits.model_dump().items(), 1):
        ensure(sheet.write_string(row - 1, column - 1, limit_name(key)))
        ensure(sheet.write_number(row - 1, column, value))
        cell = a1.range_address((row, column + 1), (row, column + 1), fixed=True).partition(":")[0]
        ensure(book.define_name(limit_name(key), f"={title}!{cell}"))
