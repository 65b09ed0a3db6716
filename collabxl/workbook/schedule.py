"""进度计划: the tasks along the calendar, in formulas over the tasks and progress sheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from collabxl.formulas import layout
from collabxl.formulas.formula_fields import EARLIEST, LATEST
from collabxl.formulas.named_ranges import AS_OF
from collabxl.ooxml import a1
from collabxl.schema.columns import Column
from collabxl.schema.kinds import Day
from collabxl.schema.serials import to_serial
from collabxl.schema.sheets import Calendar, Progress, Project, Schedule, Tasks
from collabxl.schema.vocabularies import ENDED, STATUS
from collabxl.text import Lang, t
from collabxl.workbook import gantt, sheet_frame, timeline
from collabxl.workbook.content import YES, Row, Value
from collabxl.workbook.formats import condition
from collabxl.workbook.gantt import DIAMOND, DOT, GanttTask, Moment
from collabxl.workbook.gantt_values import LEFT, column_of, gantt_task, scale_of, schedule_values
from collabxl.workbook.paint import BAR, ensure, write
from collabxl.workbook.sheets import PaintContext, formula_result
from collabxl.workbook.text_fit import width
from collabxl.workbook.theme import look
from collabxl.workbook.timeline import CELLS, CRITICAL, DUE, GRID, MILESTONE, SCALE, SHARE, START, STATUS_AT, Scale

NAME = 2
_WIDTHS = {1: 6.5, NAME: 24, 3: 10, START: 9.5, DUE: 11.5, SHARE: 8, MILESTONE: 5, CRITICAL: 5}
_CELL_WIDTH, _ROW = 2.2, 20
_READY = 60
"""So many rows of the grid at least can show ◆ and ／."""
_ONE_PAGE = 45
_DAY = "yy-mm-dd"
_ABOUT = t(
    "由任务分工表和进度跟踪表自动生成，不用填 · ／ 缓冲时间 · ◆ 里程碑 · ● 红框 = 关键路径：一处拖延，整个项目拖延",
    "Made from Tasks and Progress, nothing to fill in · ／ buffer · ◆ milestone · ● red edges: the critical path",
)
_FROM, _A_CELL = t("第一天，每格天数：", "First day, days a cell:"), t('0"天/格"', '0"d"')
_MARKS = (t("里程", "Mile"), t("关键", "Crit."))
_LEGEND = (
    ("gantt_finished", t("● 全部完成", "● finished")),
    ("gantt_done", t("● 完成部分", "● done part")),
    ("gantt_rest", t("○ 未完成", "○ to do")),
    ("gantt_buffer", t("／ 缓冲", "／ buffer")),
    ("gantt_late", t("▲ 逾期", "▲ overdue")),
    ("gantt_tail", t("▲ 拖到今天", "▲ until today")),
    ("gantt_milestone", t("◆ 里程碑", "◆ milestone")),
    ("gantt_today", Project.status_date.title),
)


def write_schedule(sheet: Any, paper: PaintContext) -> None:
    """Paint the schedule: a row of formulas for every prepared task, and bars by conditional formats."""
    tasks = dict(enumerate(paper.content.rows.get(Tasks.meta.key, ()), layout.FIRST))
    scale = scale_of(tasks, paper.day)
    values = timeline.header_values(scale, paper.content.rows.get(Calendar.meta.key, ()), paper.lang)
    _band(sheet, paper)
    _header(sheet, values, paper)
    offs = [bool(values[timeline.OFF, GRID + number]) for number in range(CELLS)]
    ready = max(_READY, len(tasks) + sheet_frame.ROWS_PRINTED)
    for number, row in enumerate(paper.prepared_rows(Tasks).rows):
        sheet.set_row(row - 1, _ROW)
        if number < ready:
            _cells(sheet, row, gantt_task(tasks.get(row, {}), paper.content, paper.critical), (paper, scale, offs))
    _side_columns(sheet, tasks, paper)
    _bars(sheet, paper)
    _marks(sheet, paper)
    sheet.freeze_panes(layout.HEADER, NAME)
    sheet_frame.lock(sheet, [])
    sheet.set_landscape()
    sheet.repeat_rows(SCALE - 1, layout.HEADER - 1)
    printed = layout.HEADER + max(sheet_frame.ROWS_PRINTED, len(tasks) + 1)
    sheet_frame.set_up_page(sheet, printed, GRID + CELLS - 1, paper.lang, pages=1 if len(tasks) <= _ONE_PAGE else 0)


def _band(sheet: Any, paper: PaintContext) -> None:
    """Paint the title, widths and, in the row of the scale, the legend."""
    styles, lang, last = paper.styles, paper.lang, GRID + CELLS - 1
    ensure(sheet.merge_range(0, 0, 0, last - 1, Schedule.meta.title.to(lang), styles("title", font_size=15)))
    ensure(sheet.merge_range(1, 0, 1, GRID - 2, _ABOUT.to(lang), styles("subtitle")))
    for row, height in enumerate((30, 20, 20, 16, 18)):
        sheet.set_row(row, height)
    sheet.hide_gridlines(2)
    sheet.set_zoom(90)
    for number in range(1, GRID):
        sheet.set_column(number - 1, number - 1, _WIDTHS.get(number) or width(column_of(number), lang))
    sheet.set_column(GRID - 1, last - 1, _CELL_WIDTH)
    sheet.set_column(last, last + 2, None, None, {"hidden": True})
    every = CELLS // len(_LEGEND)
    for number, (style, words) in enumerate(_LEGEND):
        first = GRID - 1 + number * every
        chip = styles(style, align="center", valign="vcenter", font_size=8, num_format="@")
        ensure(sheet.merge_range(SCALE - 1, first, SCALE - 1, first + every - 2, words.to(lang), chip))


def _header(sheet: Any, values: Mapping[tuple[int, int], str | float], paper: PaintContext) -> None:
    """Write header words, the scale, and above the grid days, months and days off, all but the words live."""
    styles, lang = paper.styles, paper.lang
    for number in range(1, GRID):
        title = column_of(number).title if number <= len(LEFT) else _MARKS[number - MILESTONE]
        head = styles("head_automatic")
        ensure(sheet.merge_range(timeline.MONTHS - 1, number - 1, layout.HEADER - 1, number - 1, title.to(lang), head))
        sheet.write_blank(SCALE - 1, number - 1, None, styles("strip"))
    says = styles("strip", align="right", bold=False, font_color="grey")
    ensure(sheet.merge_range(SCALE - 1, 0, SCALE - 1, START - 2, _FROM.to(lang), says))
    first = styles("strip", num_format="yyyy-mm-dd", align="center")
    ensure(sheet.merge_range(SCALE - 1, START - 1, SCALE - 1, START, "", first))
    looks = {
        (SCALE, START): first,
        (SCALE, SHARE): styles("strip", align="center", num_format=_A_CELL.to(lang)),
        (SCALE, timeline.FROM): styles("strip", num_format="0"),
    }
    by_row = {
        timeline.OFF: styles("subtitle", num_format=";;;", indent=0),
        timeline.MONTHS: styles("gantt_month"),
        layout.HEADER: styles("gantt_day"),
    }
    cells = timeline.scale_formulas()
    for column in range(GRID, GRID + CELLS):
        cells |= {(row, column): formula for row, formula in timeline.header_formulas(column, lang).items()}
    for (row, column), formula in cells.items():
        style = looks.get((row, column)) or by_row[row]
        ensure(sheet.write_formula(row - 1, column - 1, formula, style, values[row, column]))


def _side_columns(sheet: Any, tasks: Mapping[int, Row], paper: PaintContext) -> None:
    """Write the formulas before and behind the grid, and which tasks are critical."""
    rows = [tasks.get(row, {}) for row in paper.prepared_rows(Tasks).rows]
    values = [schedule_values(task, paper.content) for task in rows]
    for number, formula in _formulas(paper.lang).items():
        told = [formula_result(each[number], column_of(number), paper.lang) for each in values]
        looks = [
            paper.styles("schedule", **_look(number, each[number], task, paper))
            for task, each in zip(rows, values, strict=True)
        ]
        sheet.fill_down(layout.FIRST, number, formula, told, looks)
    mark = paper.styles("schedule", align="center", font_color="late_ink")
    for row, task in enumerate(rows, layout.FIRST):
        is_critical = task.get(Tasks.id.key) in {*paper.critical}
        write(sheet, row, CRITICAL, DOT if is_critical else None, mark)


def _formulas(lang: Lang) -> dict[int, str]:
    """Return the formulas of the first prepared row, by column."""
    found = {number: _same_row(column) for number, column in enumerate(LEFT, 1) if number != SHARE}
    found[SHARE] = _progress_formula()
    found[MILESTONE] = f'=IF($A{layout.FIRST}="","",IF({_task_cell(Tasks.milestone)}="{YES.to(lang)}","{DIAMOND}",""))'
    return found | gantt.formulas(layout.FIRST, _task_cell(Tasks.buffer))


def _look(number: int, value: Value, task: Row, paper: PaintContext) -> dict[str, Any]:
    """Return how a cell before the grid looks on the day of the figures."""
    formats = {
        START: _DAY,
        DUE: _DAY,
        SHARE: "0%",
        **dict.fromkeys((timeline.FROM, timeline.DONE, timeline.BUFFER), "0"),
    }
    plain: dict[str, Any] = {"indent": 1} if number == NAME else {"align": "center"}
    if number in formats:
        plain["num_format"] = formats[number]
    found: dict[str, Any] = {}
    is_open = task.get(Tasks.status.key) not in ENDED
    if number == DUE and is_open and isinstance(value, dt.date) and value < paper.day:
        found = look("mark_late", _DAY)
    elif number == STATUS_AT and value in STATUS.keys:
        found = look(f"status_{value}")
    return plain | {name: found[name] for name in ("font_color", "bg_color", "num_format") if name in found}


def _cells(sheet: Any, row: int, span: GanttTask | None, on: tuple[PaintContext, Scale, list[bool]]) -> None:
    """Paint the grid of one row as it is on the day of the figures, for programs without conditional formats."""
    paper, scale, offs = on
    today, style = to_serial(paper.day), "gantt_empty"
    for number in range(CELLS):
        if span:
            moment = Moment(scale.start + number * scale.step, scale.step, offs[number], today)
            style = gantt.cell_style(span, moment, paper.lang)
        sheet.write_string(row - 1, GRID + number - 1, " ", paper.styles(style))


def _bars(sheet: Any, paper: PaintContext) -> None:
    """Put the conditional formats on the grid and on the day above it that is the day of the figures."""
    styles, last = paper.styles, GRID + CELLS - 1
    grid = (layout.FIRST - 1, GRID - 1, layout.last_row(Tasks) - 1, last - 1)
    looks = [(bar.condition, bar.style) for bar in gantt.cell_formats(paper.lang)]
    for when, style in (*looks, ("TRUE", "gantt_empty")):
        mark = styles.mark(**{"num_format": "@", **look(style)})
        ensure(sheet.conditional_format(*grid, condition(when, mark)))
    day, step = f"{a1.column_letters(GRID)}${layout.HEADER}", timeline.fixed_cell(SHARE, SCALE)
    now = condition(f"AND({day}<={AS_OF},{day}+{step}>{AS_OF})", styles.mark(font_color="ink", bg_color="soon_solid"))
    ensure(sheet.conditional_format(layout.HEADER - 1, GRID - 1, layout.HEADER - 1, last - 1, now))


def _marks(sheet: Any, paper: PaintContext) -> None:
    """Put the conditional formats on the columns before the grid."""
    first, end, styles = layout.FIRST - 1, layout.last_row(Tasks) - 1, paper.styles
    status, due = (f"${a1.column_letters(column)}{layout.FIRST}" for column in (STATUS_AT, DUE))
    words = {key: f'{status}="{STATUS.title_of(key).to(paper.lang)}"' for key in STATUS.keys}
    still = ",".join(f"NOT({words[key]})" for key in ENDED)
    critical = f"${a1.column_letters(CRITICAL)}{layout.FIRST}"
    plain = {"font_color": "ink", "bg_color": "white"}
    rules: list[tuple[int, str, dict[str, Any]]] = [
        (DUE, f"AND(ISNUMBER({due}),{due}<{AS_OF},{still})", look("mark_late", _DAY)),
        (DUE, "TRUE", {**plain, "num_format": _DAY}),
        *((STATUS_AT, word, look(f"status_{key}")) for key, word in words.items()),
        (STATUS_AT, "TRUE", {**plain, "num_format": "@"}),
        (NAME, f'AND({critical}<>"",{still})', {"bold": True, "font_color": "ink"}),
        (NAME, words["cancelled"], look("row_cancelled")),
        (NAME, words["done"], look("row_done")),
        (CRITICAL, f'$A{layout.FIRST}=""', {"num_format": ";;;"}),
    ]
    for column, when, properties in rules:
        area = (first, column - 1, end, column - 1)
        ensure(sheet.conditional_format(*area, condition(when, styles.mark(**properties))))
    ensure(sheet.conditional_format(first, SHARE - 1, end, SHARE - 1, BAR))


def _task_cell(column: Column) -> str:
    return f"INDEX({Tasks.meta.key}.{column.key},ROW())"


def _same_row(column: Column) -> str:
    name, cell = _task_cell(Tasks.name), _task_cell(column)
    value = cell
    if isinstance(column.value_kind, Day):
        known = f"AND({cell}>={to_serial(EARLIEST)},{cell}<{to_serial(LATEST) + 1})"
        value = f'IF(ISNUMBER({cell}),IF({known},INT({cell}),""),{cell})'
    return f'=IF({name}="","",IF({cell}="","",{value}))'


def _progress_formula() -> str:
    ids, shares = (_prepared_range(column) for column in (Progress.task, Progress.progress))
    mine = f"$A{layout.FIRST}"
    return f'=IF({mine}="","",IFERROR(LOOKUP(2,1/(({ids}={mine})*ISNUMBER({shares})),{shares}),0))'


def _prepared_range(column: Column) -> str:
    """Return a column's prepared rows by its name, which stands for the whole column."""
    name = f"{column.sheet.meta.key}.{column.key}"
    return f"INDEX({name},{layout.FIRST}):INDEX({name},{layout.last_row(column.sheet)})"
