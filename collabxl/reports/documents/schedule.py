"""《协同进度计划表》: the tasks along the calendar, the milestones with their forecasts, and how the buffers fare."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from collabxl.reports.documents.blocks import (
    Block,
    Document,
    Paragraph,
    Picture,
    Section,
    TableCell,
    Tiles,
    number_sections,
)
from collabxl.reports.documents.charts import Gantt, GanttBar
from collabxl.reports.documents.key_figures import headlines
from collabxl.reports.documents.material import Material, TaskRow
from collabxl.reports.documents.words import (
    EVER,
    NOTHING,
    ListingColumn,
    RequestedPeriod,
    as_of,
    by_due_date,
    document_of,
    listing,
    number_text,
    share_text,
    state_cell,
)
from collabxl.schema.serials import from_serial, to_serial
from collabxl.schema.sheets import Progress, Tasks
from collabxl.text import Lang, t
from collabxl.workbook.gantt import bar_start, buffer_start, done_until

BARS_A_PICTURE = 22
"""As many as stand on a page below a heading."""
_OVERVIEW = t("总览", "Overview")
_TIMELINE = t("时间轴", "Timeline")
_MILESTONES = t("里程碑与缓冲", "Milestones and buffers")
_TASKS = t("任务清单", "Tasks")
_FORECAST = t("预测", "Forecast")
_REACHED = t("● 已达成", "● reached")
_LATE = t("▲ 晚于截止", "▲ after its due date")
_IN_TIME = t("○ 来得及", "○ in time")
_UNKNOWN = t("？无法预测", "? no forecast")
_USED, _LEFT = t("已用", "Used"), t("剩余", "Left")
_CHAIN = t("关键路径：{chain}", "Critical path: {chain}")
_CRITICAL = t("关键", "Critical")
_PICTURE = t(
    "甘特图，第 {part} / {parts} 幅：{first} 到 {last} 的 {count} 个任务，今天是 {today}。同样的内容见后面的任务清单",
    "Gantt chart {part} of {parts}: {count} {count:task|tasks} from {first} to {last}, today being "
    "{today}. The list of tasks below "
    "tells the same",
)
_UNDRAWN = t(
    "另有 {count} 个任务没有截止日期，画不上时间轴。", "Tasks without a due date, which cannot be drawn: {count}."
)
_LEGEND = (
    ("bar_done", t("已完成部分", "done")),
    ("bar_rest", t("未完成部分", "to do")),
    ("bar_buffer", t("缓冲（斜线）", "buffer (hatched)")),
    ("bar_tail", t("预测超期部分", "forecast beyond due")),
    ("milestone", t("里程碑", "milestone")),
    ("critical", t("关键任务（深色边）", "critical (dark edge)")),
    ("today", t("统计日", "as of")),
)


@dataclass(frozen=True)
class ScheduleFacts:
    """What the schedule says."""

    project: str
    lead: str
    day: dt.date
    first: dt.date
    last: dt.date
    finish: dt.date | None
    chain: tuple[str, ...]
    tasks: tuple[TaskRow, ...]

    @property
    def key_tasks(self) -> list[TaskRow]:
        """The milestones that are not cancelled, and the open tasks with a buffer, by their due dates."""
        return by_due_date(
            task
            for task in self.tasks
            if (task.milestone and task.state != "cancelled") or (task.buffer and task.is_open)
        )


def document(made_of: Material, asked: RequestedPeriod = EVER) -> Document:
    """Return the schedule of one workbook; it tells of the whole project, whatever is ``asked``."""
    numbers, lang = made_of.numbers, made_of.lang
    facts = ScheduleFacts(
        project=numbers.name,
        lead=numbers.lead,
        day=made_of.day,
        first=numbers.start,
        last=numbers.end,
        finish=numbers.finish,
        chain=numbers.chain,
        tasks=made_of.tasks,
    )
    sections = (
        Section("overview", _OVERVIEW.to(lang), tuple(_overview(made_of, facts, lang))),
        Section("milestones", _MILESTONES.to(lang), (_milestones(facts, lang),)),
        Section("timeline", _TIMELINE.to(lang), tuple(_timeline(facts, lang))),
        Section("tasks", _TASKS.to(lang), (_tasks(facts, lang),)),
    )
    about = as_of(made_of, forecasts=True)
    return document_of("schedule", made_of, facts, about=about, sections=number_sections(sections, lang), wide=True)


def _overview(made_of: Material, facts: ScheduleFacts, lang: Lang) -> list[Block]:
    tiles: list[Block] = [Tiles(headlines(made_of))]
    chain = Paragraph(_CHAIN.fill(lang, {"chain": " → ".join(facts.chain)}))
    return [*tiles, chain] if facts.chain else tiles


def _timeline(facts: ScheduleFacts, lang: Lang) -> list[Block]:
    living = [task for task in facts.tasks if task.state != "cancelled"]
    bars = [bar for task in living if (bar := _bar(task))]
    undrawn = Paragraph(_UNDRAWN.fill(lang, {"count": len(living) - len(bars)}), "note")
    notes: list[Block] = [undrawn] if len(living) > len(bars) else []
    if not bars:
        return notes or [Paragraph(NOTHING.to(lang), "note")]
    first = min(facts.first, *(bar.first for bar in bars))
    last = max(facts.last, *(bar.forecast or bar.due for bar in bars), *(bar.due for bar in bars))
    words = tuple((key, text.to(lang)) for key, text in _LEGEND)
    count = math.ceil(len(bars) / BARS_A_PICTURE)
    size = math.ceil(len(bars) / count)
    said = {"parts": count, "first": first, "last": last, "today": facts.day}
    pictures = []
    for at in range(count):
        part = tuple(bars[at * size : (at + 1) * size])
        says = _PICTURE.fill(lang, {**said, "part": at + 1, "count": len(part)})
        pictures.append(Picture(Gantt(part, first, last, facts.day, words), says))
    return [*pictures, *notes]


def _bar(task: TaskRow) -> GanttBar | None:
    """Return a task as 进度计划 draws it; None without a due date."""
    if task.due is None:
        return None
    first, due = bar_start(task.start, task.due), to_serial(task.due)
    reserve = buffer_start(task.due, task.buffer)
    return GanttBar(
        label=" ".join(filter(None, [task.id, task.name])),
        first=from_serial(first),
        due=task.due,
        done=from_serial(done_until(first, due, 1.0 if task.state == "done" else task.share)),
        reserve=from_serial(reserve) if reserve is not None else None,
        forecast=task.forecast if task.is_open else None,
        milestone=task.milestone,
        critical=task.critical,
    )


def _milestones(facts: ScheduleFacts, lang: Lang) -> Block:
    return listing(
        facts.key_tasks,
        lang,
        ListingColumn(Tasks.name, 3.6, _task_name),
        ListingColumn(Tasks.owner, 1.2),
        ListingColumn(Tasks.due, 1.3),
        ListingColumn(_FORECAST, 1.3, lambda task: task.end),
        ListingColumn(Tasks.status, 1.7, lambda task: _outlook(task, lang)),
        ListingColumn(Tasks.buffer, 1.1, lambda task: number_text(task.buffer)),
        ListingColumn(_USED, 0.8, _buffer_use),
        ListingColumn(_LEFT, 0.8, lambda task: number_text(None if task.used is None else task.buffer - task.used)),
    )


def _task_name(task: TaskRow) -> str:
    return f"◆ {task.label}" if task.milestone else task.label


def _outlook(task: TaskRow, lang: Lang) -> TableCell:
    """Return whether a task was or will be finished in time."""
    if task.state == "done":
        return TableCell(_REACHED.to(lang), "done")
    if task.forecast is None or task.due is None:
        return TableCell(_UNKNOWN.to(lang), "soon")
    return TableCell(_LATE.to(lang), "late") if task.forecast > task.due else TableCell(_IN_TIME.to(lang), "white")


def _buffer_use(task: TaskRow) -> str | TableCell:
    """Return how many days of a buffer are used, marked if none is left."""
    is_gone = bool(task.buffer) and task.used is not None and task.used >= (task.buffer or 0)
    return TableCell(f"▲ {number_text(task.used)}", "late") if is_gone else number_text(task.used)


def _tasks(facts: ScheduleFacts, lang: Lang) -> Block:
    return listing(
        facts.tasks,
        lang,
        ListingColumn(Tasks.id, 0.8),
        ListingColumn(Tasks.name, 3.4, _task_name),
        ListingColumn(Tasks.owner, 1.2),
        ListingColumn(Tasks.department, 1.4),
        ListingColumn(Tasks.start, 1.3),
        ListingColumn(Tasks.due, 1.3),
        ListingColumn(_FORECAST, 1.3, lambda task: task.forecast),
        ListingColumn(Progress.progress, 1, lambda task: share_text(task.share)),
        ListingColumn(Tasks.status, 1.4, lambda task: state_cell(task.state, lang)),
        ListingColumn(_CRITICAL, 0.8, lambda task: "●" if task.critical else ""),
    )
