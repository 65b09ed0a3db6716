"""进度计划: the tasks by their dates, in formulas over the tasks and progress sheets."""

from __future__ import annotations

from typing import Any

from collabxl import address
from collabxl.build import layout
from collabxl.build.content import Content, Row, Value
from collabxl.build.formats import number_format
from collabxl.build.paint import BAR, sure
from collabxl.build.sheets import ROWS_PRINTED, ROWS_SPARE, Paper, shown
from collabxl.schema.column import Column
from collabxl.schema.standard import Progress, Schedule, Tasks

SHOWN = (Tasks.id, Tasks.name, Tasks.owner, Tasks.department, Tasks.start, Tasks.due, Tasks.milestone, Tasks.status)


def write_schedule(sheet: Any, paper: Paper) -> None:
    """Paint the schedule: a formula for every prepared task."""
    title = Schedule.meta.title.to(paper.lang)
    sure(sheet.merge_range(0, 0, 0, len(SHOWN), title, paper.styles("title", font_size=14)))
    sheet.set_row(0, 30)
    sheet.hide_gridlines(2)
    for number, column in enumerate((*SHOWN, Progress.progress), 1):
        sheet.set_column(number - 1, number - 1, column.width)
        head = column.title.to(paper.lang)
        sure(sheet.write_string(layout.HEADER - 1, number - 1, head, paper.styles("head_automatic")))
    tasks = paper.content.rows.get(Tasks.meta.key, ())
    for place in range(layout.ROWS):
        row = layout.FIRST + place
        values = schedule_values(tasks[place] if place < len(tasks) else {}, paper.content)
        for number, column in enumerate(SHOWN, 1):
            _write(sheet, row, number, (column, values[number - 1], _same_row(column, row, paper)), paper)
        _write(sheet, row, len(SHOWN) + 1, (Progress.progress, values[-1], _share_of(row, paper)), paper)
    end = layout.last(Tasks)
    sure(sheet.conditional_format(layout.FIRST - 1, len(SHOWN), end - 1, len(SHOWN), BAR))
    sheet.freeze_panes(layout.HEADER, 2)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(layout.HEADER - 1)
    sheet.print_area(0, 0, layout.HEADER + max(ROWS_PRINTED, len(tasks) + ROWS_SPARE) - 1, len(SHOWN))


def schedule_values(task: Row, content: Content) -> list[Value]:
    """Return what the row of one task shows: its columns SHOWN and its share done, nothing without a name."""
    if task.get(Tasks.name.key) is None:
        return [None] * (len(SHOWN) + 1)
    share = content.shares.get(str(task.get(Tasks.id.key)).casefold(), 0.0) if task.get(Tasks.id.key) else None
    return [*(task.get(column.key) for column in SHOWN), share]


def _write(sheet: Any, row: int, number: int, cell: tuple[Column, Value, str], paper: Paper) -> None:
    column, value, formula = cell
    style = paper.styles("machine", **number_format(column.kind))
    sure(sheet.write_formula(row - 1, number - 1, formula, style, shown(value, column, paper.lang)))


def _same_row(column: Column, row: int, paper: Paper) -> str:
    tasks = address.quoted(Tasks.meta.title.to(paper.lang))
    name, cell = (f"{tasks}!{layout.here(each, row)}" for each in (Tasks.name, column))
    return f'=IF({name}="","",IF({cell}="","",{cell}))'


def _share_of(row: int, paper: Paper) -> str:
    ids, shares = (layout.whole(column, paper.lang) for column in (Progress.task, Progress.progress))
    return f'=IF($A{row}="","",IFERROR(LOOKUP(2,1/(({ids}=$A{row})*ISNUMBER({shares})),{shares}),0))'
