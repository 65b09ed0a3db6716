"""The hidden columns of a live summary: what every prepared row counts as, so that figures are short formulas."""

from __future__ import annotations

from collections.abc import Iterator

from collabxl import address
from collabxl.build import layout
from collabxl.build.lists import AS_OF
from collabxl.grid import Box
from collabxl.report.summary.paper import Paper, quoted, span
from collabxl.report.summary.view import HELD_UP, STATES, WEEK, Risk, Task
from collabxl.schema.column import Column, Sheet
from collabxl.schema.standard import Contacts, Progress, Risks, Tasks
from collabxl.schema.words import RISK_STATUS, STATUS
from collabxl.text import Lang

TOP = 10
"""The first row of what charts draw."""
MOST_DEPARTMENTS = 7
NUMBERS = 29
WEEK_WORDS, WEEK_DAYS, PLAN, ACTUAL, SCOPE = range(30, 35)
BARS = range(35, 40)
SLOTS, SPAN = 40, 41
STATUSES, DUES, STATE, SLOT, LATE_KEY, SOON_KEY, FINISHED = range(43, 50)
CONTACT, OPEN, SCORE, RESPONSE = range(50, 54)
LATE_AT, SOON_AT, RISK_AT = range(54, 57)
FIRST_DAY, LAST_DAY, FOUND_DEPARTMENTS = ((TOP + number, SPAN) for number in range(3))
_TIE = 100_000
"""Keys of equal days are told apart by their rows."""


def keys(column: int, sheet: type[Sheet] = Tasks) -> str:
    """Return the fixed range of a hidden column's prepared rows."""
    return span(Box(layout.FIRST, column, layout.last(sheet), column))


def state_is(state: str) -> str:
    """Return the condition that a task is in one of STATES, over all rows."""
    return f"({keys(STATE)}={STATES.index(state) + 1})"


def alive() -> str:
    """Return the condition that a task is there and not cancelled, over all rows."""
    return f'({keys(STATE)}<>"")*({keys(STATE)}<>{STATES.index("cancelled") + 1})'


def department_labels() -> Box:
    """Return where the departments and the rest of them stand in the table."""
    return Box(TOP, 2, TOP + MOST_DEPARTMENTS, 2)


def write_keys(paper: Paper) -> None:
    """Write the hidden columns, in a live summary only."""
    view = paper.view
    if not view.live:
        return
    tasks = {task.row: task for task in view.tasks}
    risks = {risk.row: risk for risk in view.risks}
    slots = {name.casefold(): number for number, name in enumerate(view.departments[:MOST_DEPARTMENTS], 1)}
    for row in range(layout.FIRST, layout.last(Tasks) + 1):
        values = _task_values(tasks.get(row), slots, view.day)
        formulas = _task_formulas(row, paper.lang)
        for column, formula, value in zip(range(STATUSES, FINISHED + 1), formulas, values, strict=True):
            paper.put(row, column, value, "body", formula=formula)
    for row in range(layout.FIRST, layout.last(Risks) + 1):
        formulas = _risk_formulas(row, paper.lang)
        for column, formula, value in zip((OPEN, SCORE, RESPONSE), formulas, _risk_values(risks.get(row)), strict=True):
            paper.put(row, column, value, formula=formula)
    _contact_keys(paper)


def _contact_keys(paper: Paper) -> None:
    """Write which rows of 部门对接人 are the first to name a department."""
    first, last = layout.FIRST, layout.last(Contacts)
    named = paper.view.contacts
    for row in range(first, last + 1):
        cell = there(Contacts.department, row, paper.lang)
        above = f"{there(Contacts.department, f'${first}', paper.lang)}:{layout.here(Contacts.department, row)}"
        earlier = f"SUMPRODUCT((TRIM({above})=TRIM({cell}))*1)"
        paper.put(row, CONTACT, row if row in named else "", formula=f'IF(TRIM({cell})="","",IF({earlier}=1,ROW(),""))')


def _task_values(task: Task | None, slots: dict[str, int], day: int) -> list[str | float]:
    if task is None:
        return [""] * 7
    state, due = task.state(day), task.due
    number = STATES.index(state) + 1
    key = due + task.row / _TIE if due is not None else ""
    status = task.said
    return [
        status,
        "" if due is None else due,
        number,
        slots.get(task.department.casefold(), 0),
        key if state == "overdue" else "",
        key if task.is_due_soon(day) else "",
        "" if task.finished is None else task.finished,
    ]


def _task_formulas(row: int, lang: Lang) -> Iterator[str]:
    status, due, state = (f"${address.letters(column)}{row}" for column in (STATUSES, DUES, STATE))
    named = "&".join(text(column, row, lang) for column in (Tasks.name, Tasks.owner, Tasks.department))
    words = {key: quoted(STATUS.title_of(key).to(lang)) for key in STATUS.keys}
    numbers = {name: number for number, name in enumerate(STATES, 1)}
    late = f"AND(ISNUMBER({due}),{due}<{AS_OF})"
    held = ",".join(f"{status}={words[key]}" for key in HELD_UP)
    yield text(Tasks.status, row, lang)
    yield day_of(Tasks.due, row, lang)
    yield (
        f'IF({named}&{status}&{due}="","",'
        f"IF({status}={words['done']},{numbers['done']},IF({status}={words['cancelled']},{numbers['cancelled']},"
        f"IF({late},{numbers['overdue']},IF({status}={words['in_progress']},{numbers['in_progress']},"
        f"IF({status}={words['not_started']},{numbers['not_started']},"
        f"IF(OR({held}),{numbers['blocked']},{numbers['odd']})))))))"
    )
    labels = span(department_labels())
    slots = span(Box(TOP, SLOTS, TOP + MOST_DEPARTMENTS, SLOTS))
    department = text(Tasks.department, row, lang)
    yield f'IF({state}="","",IF({department}="",0,SUMPRODUCT(({labels}={department})*{slots})))'
    yield f'IF({state}={numbers["overdue"]},{due}+ROW()/{_TIE},"")'
    ended = f"OR({state}={numbers['done']},{state}={numbers['cancelled']})"
    near = f"AND({due}>={AS_OF},{due}<={AS_OF}+{WEEK})"
    yield f'IF(OR({state}="",NOT(ISNUMBER({due})),{ended}),"",IF({near},{due}+ROW()/{_TIE},""))'
    ids, ends = whole(Progress.task, lang), whole(Progress.finished, lang)
    told = f"LOOKUP(2,1/(({ids}={there(Tasks.id, row, lang)})*ISNUMBER({ends})),{ends})"
    yield f'IF({state}={numbers["done"]},IFERROR(INT({told}),{due}),"")'


def _risk_values(risk: Risk | None) -> list[str | float]:
    return ["", "", ""] if risk is None else [1, risk.score + 1 - risk.row / 1000, int(risk.has_response)]


def _risk_formulas(row: int, lang: Lang) -> Iterator[str]:
    status, description = text(Risks.status, row, lang), text(Risks.description, row, lang)
    closed = quoted(RISK_STATUS.title_of("closed").to(lang))
    opened = f"${address.letters(OPEN)}{row}"
    cells = [there(column, row, lang) for column in (Risks.possibility, Risks.impact)]
    scaled = ",".join(f"ISNUMBER(MATCH({cell},{{1,2,3,4,5}},0))" for cell in cells)
    yield f'IF(OR({description}="",{status}={closed}),"",1)'
    yield f'IF({opened}="","",IF(AND({scaled}),{"*".join(cells)},0)+1-ROW()/1000)'
    yield f'IF({opened}="","",IF({text(Risks.response, row, lang)}="",0,1))'


def whole(column: Column, lang: Lang) -> str:
    """Return the range of a column's prepared cells as formulas read it."""
    return layout.whole(column, lang)


def there(column: Column, row: int | str, lang: Lang) -> str:
    """Return one cell of another sheet as formulas read it."""
    return f"{address.quoted(column.sheet.meta.title.to(lang))}!{layout.here(column, row)}"


def text(column: Column, row: int, lang: Lang) -> str:
    """Return the formula of a cell's text without outer blanks, empty for an error."""
    return f'IFERROR(TRIM({there(column, row, lang)}&""),"")'


def day_of(column: Column, row: int, lang: Lang) -> str:
    """Return the formula of a cell's day, empty where it holds none."""
    cell = there(column, row, lang)
    return f'IF(ISNUMBER({cell}),INT({cell}),"")'


def click(column: Column, place: str, label: str, lang: Lang) -> str:
    """Return the formula of a link to a column's cell in the row at a place among the prepared ones."""
    target = f"#{address.quoted(column.sheet.meta.title.to(lang))}!{address.letters(layout.at(column))}"
    return f"HYPERLINK({quoted(target)}&({place}+{layout.FIRST - 1}),{label})"


def form(field: Column, lang: Lang) -> str:
    """Return the formula of what the form says in a field."""
    cell = f"{address.quoted(field.sheet.meta.title.to(lang))}!$B${layout.row_of(field)}"
    return f'IFERROR(TRIM({cell}&""),"")'


def share(part: int, total: int) -> int:
    """Return a share in whole per cent, halves rounded up as spreadsheets do; 0 of nothing."""
    return (200 * part + total) // (2 * total) if total else 0


def share_of(part: str, total: str) -> str:
    """Return the formula of ``share``."""
    return f"IF({total}=0,0,INT((200*{part}+{total})/(2*{total})))"
