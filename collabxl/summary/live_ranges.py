"""Where a live summary looks: ranges of the hidden sheet, and its own hidden columns with what charts draw."""

from __future__ import annotations

from functools import cache

from collabxl.formulas import formula_fields, layout
from collabxl.formulas.formula_fields import STATES
from collabxl.formulas.helper_sheet import FIGURES, helper_sheet
from collabxl.ooxml import a1
from collabxl.schema.columns import Column, Sheet
from collabxl.schema.sheets import STANDARD, Tasks, Workings
from collabxl.summary.view import View
from collabxl.text import Lang
from collabxl.workbook.grid import GridRange

TOP = 10
"""The first row of what charts draw."""
MOST_DEPARTMENTS = 7
NUMBERS = 28
WEEK_WORDS, WEEK_DAYS, PLAN, ACTUAL, SCOPE = range(29, 34)
BARS = range(34, 39)
SPAN = 39
LATE_AT, SOON_AT, RISK_AT = range(40, 43)
"""The columns with the places, among the prepared rows, of the tasks and risks that are listed."""
RECORDED = 43
"""The column with how many more tasks, or fewer, the ledger knew as done than the cells tell."""
HIDDEN = (NUMBERS, RECORDED)
FIRST_DAY, LAST_DAY, FOUND_DEPARTMENTS = ((TOP + number, SPAN) for number in range(3))


def field_range(sheet: type[Sheet], field: str, lang: Lang) -> str:
    """Return the range of a field's prepared rows in the hidden sheet."""
    return _field_range(sheet.meta.key, field, lang)


@cache
def _field_range(key: str, field: str, lang: Lang) -> str:
    sheet = STANDARD.sheet(key)
    at = helper_sheet(lang).number(sheet, field)
    area = a1.range_address((layout.FIRST, at), (layout.last_row(sheet), at), fixed=True)
    return f"{a1.quote_sheet(Workings.meta.title.to(lang))}!{area}"


def figure_cell(name: str, lang: Lang) -> str:
    """Return the cell of the hidden sheet with what there is once a workbook."""
    at = next(number for number, (known, _) in enumerate(helper_sheet(lang).figures, 1) if known == name)
    return f"{a1.quote_sheet(Workings.meta.title.to(lang))}!${a1.column_letters(at)}${FIGURES}"


def form_formula(field: Column, lang: Lang) -> str:
    """Return the formula of what the form says in a field, empty if it is not there."""
    return f'IFERROR({formula_fields.tidy(formula_fields.form_field(field, lang))},"")'


def state_range(lang: Lang) -> str:
    """Return the range with the numbers of the states that tasks are in."""
    return field_range(Tasks, "state", lang)


def state_condition(state: str, lang: Lang) -> str:
    """Return the condition that a task is in one of STATES, over all rows."""
    return f"({state_range(lang)}={STATES.index(state) + 1})"


def alive_condition(lang: Lang) -> str:
    """Return the condition that a task is there and not cancelled, over all rows."""
    return f"({state_range(lang)}>0)*({state_range(lang)}<>{STATES.index('cancelled') + 1})"


def department_labels() -> GridRange:
    """Return where the departments and the rest of them stand in the table."""
    return GridRange(TOP, 2, TOP + MOST_DEPARTMENTS, 2)


def link_formula(view: View, column: Column, place: str, label: str) -> str:
    """Return the formula of a link to a column's cell in the row at a place among the prepared ones."""
    target = (view.link(column, 1) or "").removesuffix("1")
    return f'HYPERLINK("#{target}"&({place}+{layout.FIRST - 1}),{label})' if target else label


def percent_of(part: int, total: int) -> int:
    """Return a share in whole per cent, halves rounded up as spreadsheets do; 0 of nothing."""
    return (200 * part + total) // (2 * total) if total else 0


def percent_formula(part: str, total: str) -> str:
    """Return the formula of ``share``."""
    return f"IF({total}=0,0,INT((200*{part}+{total})/(2*{total})))"
