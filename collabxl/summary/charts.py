"""The ring of how tasks stand, and the work planned and done week by week; what they draw stands in hidden columns."""

from __future__ import annotations

import math
from typing import NamedTuple

from collabxl.formulas.formula_fields import STATES
from collabxl.formulas.named_ranges import AS_OF
from collabxl.schema.serials import from_serial
from collabxl.schema.sheets import Tasks
from collabxl.schema.vocabularies import STATUS
from collabxl.summary import live_ranges
from collabxl.summary.dashboard import RING, ROWS, TREND, Dashboard, fixed_cell, text_literal
from collabxl.summary.live_ranges import MOST_DEPARTMENTS, TOP, alive_condition, field_range, state_condition
from collabxl.summary.view import SummaryTask, View
from collabxl.text import t
from collabxl.workbook.grid import Chart, GridRange, Series
from collabxl.workbook.xlsxwriter_worksheet import NOT_AVAILABLE

MOST_POINTS = 27
TREND_LINES = (
    (t("任务总数", "All tasks"), "waiting_solid", True, False),
    (t("应完成", "Planned"), "running_solid", False, False),
    (t("已完成", "Done"), "done_solid", False, True),
)
"""The lines of the trend, in the order of a point's numbers: words, colour, whether dashed, whether marked."""
_LEGEND = RING[1] - 1
"""Where the words of the ring stand, each with its number."""
_BLOCKED, _DELAYED = (STATUS.title_of(key) for key in ("blocked", "delayed"))
STATE_WORDS = {
    "done": t("● 已完成", "● Done"),
    "in_progress": t("◎ 进行中", "◎ In progress"),
    "overdue": t("▲ 逾期", "▲ Overdue"),
    "not_started": t("○ 未开始", "○ Not started"),
    "blocked": t(f"□ {_BLOCKED.zh}/{_DELAYED.zh}", f"□ {_BLOCKED.en}, {_DELAYED.en.lower()}"),
    "cancelled": t("× 已取消", "× Cancelled"),
    "odd": t("？状态异常/未填", "? None or unknown"),
}
"""How a task stands, in words with a sign, by STATES."""
_COLOURS = ("done_solid", "running_solid", "late_solid", "waiting_solid", "paused_solid", "dropped_solid", "odd_solid")


def write_ring(paper: Dashboard) -> None:
    """Write how many tasks are in each state, all of them together being all tasks."""
    view = paper.view
    paper.section(ROWS["charts"], RING, paper.say(t("任务状态", "By status")))
    for at, state in enumerate(STATES):
        number = sum(task.state(view.day) == state for task in view.tasks)
        told, cell = paper.say(STATE_WORDS[state]), fixed_cell(TOP + at, live_ranges.NUMBERS)
        paper.put(TOP + at, live_ranges.NUMBERS, number, formula=f"SUMPRODUCT({state_condition(state, paper.lang)}*1)")
        shown = f"{text_literal(told + '　')}&{cell}"
        paper.put(TOP + at, _LEGEND, f"{told}　{number}", f"small_plain ink_{_COLOURS[at]}", formula=shown, across=2)
    end = TOP + len(STATES) - 1
    ring = Series(
        paper.say(Tasks.status.title), GridRange(TOP, live_ranges.NUMBERS, end, live_ranges.NUMBERS), _COLOURS
    )
    words = GridRange(TOP, _LEGEND, end, _LEGEND)
    says = paper.say(t("任务状态环形图", "Tasks by status as a ring"))
    paper.grid.charts.append(Chart("ring", _under((RING[0], _LEGEND - 1)), words, (ring,), says))


def write_trend(paper: Dashboard) -> None:
    """Write how many tasks were to be done, and were, by the end of each week, and how many there are."""
    view = paper.view
    paper.section(ROWS["charts"], TREND, paper.say(t("完成趋势（累计）", "Done over time")))
    points = trend(view)
    for at, point in enumerate(points):
        _write_point(paper, TOP + at, point, is_named=at % max(1, len(points) // 7) == 0)
    end, columns = TOP + len(points) - 1, (live_ranges.SCOPE, live_ranges.PLAN, live_ranges.ACTUAL)
    series = tuple(
        Series(paper.say(words), GridRange(TOP, column, end, column), (colour,), dashed=dashed, has_markers=marked)
        for (words, colour, dashed, marked), column in zip(TREND_LINES, columns, strict=True)
    )
    words = GridRange(TOP, live_ranges.WEEK_WORDS, end, live_ranges.WEEK_WORDS)
    says = paper.say(t("计划与实际累计完成任务数折线图", "Tasks planned and done so far, as lines over time"))
    paper.grid.charts.append(Chart("lines", _under(TREND), words, series, says))


def _under(zone: tuple[int, int]) -> GridRange:
    return GridRange(ROWS["charts"] + 1, zone[0], TOP + MOST_DEPARTMENTS + 1, zone[1])


class TrendPoint(NamedTuple):
    """How many tasks there are, were to be done by a day, and were done by it as far as anybody knows."""

    day: int
    living: int
    planned: int
    done: int
    dated: int
    """Those done as far as the cells alone tell."""


def trend(view: View) -> list[TrendPoint]:
    """Return the points of the trend; the last one is that of the project's end or later, weeks or more apart."""
    first, last = view.span
    weeks = math.ceil(max(7, last - first) / 7)
    step = 7 * math.ceil(weeks / (MOST_POINTS - 1))
    days = range(first, first + step * math.ceil(max(7, last - first) / step) + 1, step)
    living = [task for task in view.tasks if task.is_alive]
    return [_trend_point(view, living, day) for day in days]


def _trend_point(view: View, living: list[SummaryTask], day: int) -> TrendPoint:
    planned = sum(task.due is not None and task.due <= day for task in living)
    told = sum(task.finished is not None and task.finished <= day for task in living)
    done = sum(_is_done(view, task, day) for task in living)
    return TrendPoint(day, len(living), planned, done, told)


def _write_point(paper: Dashboard, row: int, point: TrendPoint, *, is_named: bool) -> None:
    view, cell = paper.view, fixed_cell(row, live_ranges.WEEK_DAYS)
    when = from_serial(point.day)
    words = f'MONTH({cell})&"/"&DAY({cell})' if is_named else None
    paper.put(row, live_ranges.WEEK_WORDS, f"{when.month}/{when.day}" if is_named else " ", formula=words)
    paper.put(
        row,
        live_ranges.WEEK_DAYS,
        point.day,
        "day",
        formula=f"{fixed_cell(*live_ranges.FIRST_DAY)}+{point.day - view.span[0]}",
    )
    days, ends = (field_range(Tasks, field, paper.lang) for field in ("due", "ended"))
    due = f"SUMPRODUCT({alive_condition(paper.lang)}*ISNUMBER({days})*({days}<={cell}))"
    paper.put(row, live_ranges.PLAN, point.planned, formula=due)
    counted = f"SUMPRODUCT(ISNUMBER({ends})*({ends}<={cell}))+{fixed_cell(row, live_ranges.RECORDED)}"
    done = point.done if point.day <= view.day else NOT_AVAILABLE if view.live else None
    paper.put(row, live_ranges.ACTUAL, done, formula=f"IF({cell}>{AS_OF},NA(),{counted})")
    paper.put(row, live_ranges.RECORDED, point.done - point.dated or None)
    paper.put(row, live_ranges.SCOPE, point.living, formula=f"SUMPRODUCT({alive_condition(paper.lang)})")


def _is_done(view: View, task: SummaryTask, day: int) -> bool:
    since = view.completion_days.get(task.row, task.finished)
    return task.finished is not None and since is not None and since <= day
