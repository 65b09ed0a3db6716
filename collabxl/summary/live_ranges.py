"""Where a live summary looks: ranges of the hidden sheet, and its own hidden columns with what charts draw."""

from __future__ import annotations

from functools import cache

from collabxl.formulas import formula_fields, layout
from collabxl.formulas.formula_fields import STATES
from collabxl.formulas.helper_sheet import FIGURES, plan
from collabxl.ooxml import a1
from collabxl.schema.columns import Column, Sheet
from collabxl.schema.sheets import STANDARD, Tasks, Workings
from collabxl.summary.view import View
from collabxl.text import Lang
from collabxl.workbook.grid import Box

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


def whole(sheet: type[Sheet], field: str, lang: Lang) -> str:
    """Return the range of a field's prepared rows in the hidden sheet."""
    return _whole(sheet.meta.key, field, lang)


@cache
def _whole(key: str, field: str, lang: Lang) -> str:
    sheet = STANDARD.sheet(key)
    at = plan(lang).number(sheet, field)
    area = a1.span((layout.FIRST, at), (layout.last(sheet), at), fixed=True)
    return f"{a1.quoted(Workings.meta.title.to(lang))}!{area}"


def figure(name: str, lang: Lang) -> str:
    """Return the cell of the hidden sheet with what there is once a workbook."""
    at = next(number for number, (known, _) in enumerate(plan(lang).figures, 1) if known == name)
    return f"{a1.quoted(Workings.meta.title.to(lang))}!${a1.letters(at)}${FIGURES}"


def form(field: Column, lang: Lang) -> str:
    """Return the formula of what the form says in a field, empty if it is not there."""
    return f'IFERROR({formula_fields.tidy(formula_fields.of_form(field, lang))},"")'


def states(lang: Lang) -> str:
    """Return the range with the numbers of the states that tasks are in."""
    return whole(Tasks, "state", lang)


def state_is(state: str, lang: Lang) -> str:
    """Return the condition that a task is in one of STATES, over all rows."""
    return f"({states(lang)}={STATES.index(state) + 1})"


def alive(lang: Lang) -> str:
    """Return the condition that a task is there and not cancelled, over all rows."""
    return f"({states(lang)}>0)*({states(lang)}<>{STATES.index('cancelled') + 1})"


def department_labels() -> Box:
    """Return where the departments and the rest of them stand in the table."""
    return Box(TOP, 2, TOP + MOST_DEPARTMENTS, 2)


def click(view: View, column: Column, place: str, label: str) -> str:
    """Return the formula of a link to a column's cell in the row at a place among the prepared ones."""
    target = (view.link(column, 1) or "").removesuffix("1")
    return f'HYPERLINK("#{target}"&({place}+{layout.FIRST - 1}),{label})' if target else label


def share(part: int, total: int) -> int:
    """Return a share in whole per cent, halves rounded up as spreadsheets do; 0 of nothing."""
    return (200 * part + total) // (2 * total) if total else 0


def share_of(part: str, total: str) -> str:
    """Return the formula of ``share``."""
    return f"IF({total}=0,0,INT((200*{part}+{total})/(2*{total})))"
