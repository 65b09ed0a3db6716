"""The table of departments with a bar for each: every task is in one line, and in one piece of its bar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from collabxl.formulas import layout
from collabxl.schema.sheets import Contacts, Tasks
from collabxl.summary import live_ranges
from collabxl.summary.dashboard import ROWS, TABLE, Dashboard, TableHead, fixed_cell, fixed_range, text_literal
from collabxl.summary.live_ranges import (
    MOST_DEPARTMENTS,
    TOP,
    field_range,
    percent_formula,
    percent_of,
    state_condition,
)
from collabxl.summary.view import SummaryTask, View
from collabxl.text import Lang, t
from collabxl.workbook.grid import Chart, GridRange, Series

REST = t("其他/未填", "Others, none")
_TOTAL = t("合计", "Total")
_BARS = (
    (t("● 完成", "● Done"), ("done",), "done_solid", "white"),
    (t("◎ 进行", "◎ Active"), ("in_progress",), "running_solid", "white"),
    (t("▲ 逾期", "▲ Late"), ("overdue",), "late_solid", "white"),
    (t("○ 其余", "○ Others"), ("not_started", "blocked", "odd"), "waiting_solid", "ink"),
    (t("× 取消", "× Dropped"), ("cancelled",), "dropped_solid", "ink"),
)
"""What each piece of a bar counts: its words, its states, its colour and that of its number."""
_LAST = TOP + MOST_DEPARTMENTS
"""The row of the last line before the total."""


def top_departments(view: View) -> tuple[str, ...]:
    """Return the departments with a line of their own: the first ones, without formulas those with most tasks."""
    names = view.departments
    if view.live or len(names) <= MOST_DEPARTMENTS:
        return names[:MOST_DEPARTMENTS]
    sizes = Counter(task.department.casefold() for task in view.tasks)
    most = sorted(names, key=lambda name: -sizes[name.casefold()])[:MOST_DEPARTMENTS]
    return tuple(name for name in names if name in most)


def write_departments(paper: Dashboard) -> None:
    """Write one line a department, the rest and the total, and their bars."""
    view, row = paper.view, ROWS["charts"]
    paper.section(row, TABLE, paper.say(t("部门进度", "By department")))
    heads = [TableHead(Tasks.department.title, 2)]
    heads += [TableHead(words, style="column_center") for words in (t("任务", "Tasks"), t("完成率", "Done"))]
    heads += [TableHead(words, style="column_center") for words in (t("▲ 逾期", "▲ Late"), t("△ 临期", "△ Soon"))]
    heads += [TableHead(words, style=f"column_center ink_{colour}") for words, _, colour, _ in _BARS]
    paper.heads(row + 1, TABLE[0], heads)
    names = top_departments(view)
    for number in range(MOST_DEPARTMENTS + 1):
        _write_line(paper, TOP + number, number, names)
    _write_total(paper, _LAST + 1)
    box = GridRange(TOP, TABLE[1] - 4, _LAST, TABLE[1])
    pieces = tuple(
        Series(paper.say(words), GridRange(TOP, column, _LAST, column), (colour,), ink)
        for column, (words, _, colour, ink) in zip(live_ranges.BARS, _BARS, strict=True)
    )
    says = paper.say(
        t("各部门任务的堆叠条：完成、进行、逾期、其余、取消", "Stacked bars: tasks of each department by state")
    )
    paper.grid.charts.append(Chart("bars", box, live_ranges.department_labels(), pieces, says))


class _DepartmentLine(NamedTuple):
    """One line of the table: its tasks, and how formulas count those that meet a condition."""

    row: int
    number: int
    tasks: Sequence[SummaryTask]
    is_there: bool
    lang: Lang

    def count_formula(self, condition: str, column: int) -> str:
        """Return the formula of how many tasks of this line meet a condition; the rest is what no line above has."""
        found = fixed_cell(*live_ranges.FOUND_DEPARTMENTS)
        named = f"({field_range(Tasks, 'department', self.lang)}={fixed_cell(self.row, TABLE[0])})"
        above = f"-SUM({fixed_range(GridRange(TOP, column, self.row - 1, column))})" if self.row > TOP else ""
        mine, rest = f"SUMPRODUCT({condition}*{named})", f"SUMPRODUCT({condition}*1){above}"
        return f'IF({self.number}>{found},"",IF({self.number}={found},{rest},{mine}))'


def _write_line(paper: Dashboard, row: int, number: int, names: Sequence[str]) -> None:
    rest, found, lang = paper.say(REST), fixed_cell(*live_ranges.FOUND_DEPARTMENTS), paper.lang
    places, above = field_range(Contacts, "first", lang), layout.FIRST - 1
    named = f"INDEX({field_range(Contacts, 'department', lang)},SMALL({places},{number + 1})-{above})"
    label = names[number] if number < len(names) else rest if number == len(names) else ""
    formula = f'IF({number}<{found},{named},IF({number}={found},{text_literal(rest)},""))'
    paper.put(row, TABLE[0], label, "body", formula=formula, across=2)
    line = _DepartmentLine(row, number, _tasks_of(paper.view, names, number), number <= len(names), lang)
    _write_figures(paper, line)
    for column, (_, states, _, _) in zip(live_ranges.BARS, _BARS, strict=True):
        value = sum(task.state(paper.view.day) in states for task in line.tasks)
        condition = "+".join(state_condition(state, lang) for state in states)
        paper.put(row, column, value if line.is_there else "", formula=line.count_formula(f"({condition})", column))
    for column in range(TABLE[1] - 4, TABLE[1] + 1):
        paper.put(row, column, None)


def _write_figures(paper: Dashboard, line: _DepartmentLine) -> None:
    day, tasks, lang, first = paper.view.day, line.tasks, line.lang, TABLE[0] + 2
    late, near = (sum(task.state(day) == "overdue" for task in tasks), sum(task.is_due_soon for task in tasks))
    done, dropped = (fixed_cell(line.row, live_ranges.BARS[at]) for at in (0, len(_BARS) - 1))
    living = f"({fixed_cell(line.row, first)}-{dropped})"
    figures: list[tuple[int | float, str, str, str]] = [
        (len(tasks), line.count_formula(f"({live_ranges.state_range(lang)}>0)", first), "number_center", ""),
        (_done_share(tasks), f'IF({done}="","",{percent_formula(done, living)}/100)', "share_center", ""),
        (late, line.count_formula(state_condition("overdue", lang), first + 2), "number_center", "late"),
        (
            near,
            line.count_formula(f"ISNUMBER({field_range(Tasks, 'soon.order', lang)})", first + 3),
            "number_center",
            "soon",
        ),
    ]
    for column, (value, formula, style, mark) in enumerate(figures, first):
        look = f"{style} mark_{mark}" if mark and value and line.is_there else style
        paper.put(line.row, column, value if line.is_there else "", look, formula=formula)
        if mark:
            box = GridRange(line.row, column, line.row, column)
            paper.marks(box, (f"N({fixed_cell(line.row, column)})>0", f"mark_{mark}"), ("TRUE", "mark_plain"))


def _tasks_of(view: View, names: Sequence[str], number: int) -> list[SummaryTask]:
    if number < len(names):
        wanted = names[number].casefold()
        return [task for task in view.tasks if task.department.casefold() == wanted]
    known = {name.casefold() for name in names}
    return [task for task in view.tasks if task.department.casefold() not in known] if number == len(names) else []


def _done_share(tasks: Sequence[SummaryTask]) -> float:
    living = sum(task.is_alive for task in tasks)
    return percent_of(sum(task.status == "done" for task in tasks), living) / 100


def _write_total(paper: Dashboard, row: int) -> None:
    view = paper.view
    paper.put(row, TABLE[0], paper.say(_TOTAL), "total", across=2)
    sums = [f"SUM({fixed_range(GridRange(TOP, column, _LAST, column))})" for column in (4, 6, 7)]
    done, dropped = (
        f"SUM({fixed_range(GridRange(TOP, live_ranges.BARS[at], _LAST, live_ranges.BARS[at]))})"
        for at in (0, len(_BARS) - 1)
    )
    living = f"({fixed_cell(row, TABLE[0] + 2)}-{dropped})"
    values = [
        (len(view.tasks), sums[0], "total_number"),
        (_done_share(view.tasks), f"{percent_formula(done, living)}/100", "total_share"),
        (sum(task.state(view.day) == "overdue" for task in view.tasks), sums[1], "total_number"),
        (sum(task.is_due_soon for task in view.tasks), sums[2], "total_number"),
    ]
    for column, (value, formula, style) in zip(range(4, 8), values, strict=True):
        paper.put(row, column, value, f"{style} centered", formula=formula)
    for column in range(TABLE[1] - 4, TABLE[1] + 1):
        paper.put(row, column, None, "total")
    names = paper.view.departments
    contacts = field_range(Contacts, "first", paper.lang)
    paper.put(
        *live_ranges.FOUND_DEPARTMENTS,
        min(MOST_DEPARTMENTS, len(names)),
        formula=f"MIN({MOST_DEPARTMENTS},COUNT({contacts}))",
    )
