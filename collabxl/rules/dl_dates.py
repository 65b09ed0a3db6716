"""DL: dates against each other, against the project's period and against today."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collabxl.reading.frame_columns import object_array
from collabxl.rules.engine.driving_paths import DrivingPaths, cause_text
from collabxl.rules.engine.frames import by_workbook, repeat_day, wbs
from collabxl.rules.engine.predicates import days_until_due, is_due_soon, is_open, is_overdue, is_past
from collabxl.rules.engine.rule import ERROR, INFO, WARNING, EveryColumn, rule
from collabxl.scheduling.calendar import WorkingDays
from collabxl.scheduling.critical_path import Plan
from collabxl.scheduling.slippage import Slippage
from collabxl.schema.columns import Column
from collabxl.schema.settings import Limits
from collabxl.schema.sheets import Progress, Tasks
from collabxl.text import Text, t


@rule(
    "DL401",
    ERROR,
    "basic",
    at=Tasks.due,
    title=t("逾期", "Overdue"),
    message=t("{due} 到期，{aside}", "Due {due}: {aside}"),
    why=t("逾期要发延期预警，说明原因和补救措施。", "A late task needs a warning with a reason and a remedy."),
    fix=t("更新状态，或与发起部门确认新的截止日期", "Update its status, or agree on a new due date"),
    extra_args=("days",),
    reminds="overdue",
    formula="AND(ISNUMBER({due}),{due}<{today},{open})",
    example="""
        today 2024-08-01
        tasks
        | name | due        | status      | finds |
        | A    | 2024-07-30 | in_progress | due   |
        | B    | 2024-07-30 | done        |       |
        | C    | 2024-08-01 | not_started |       |
        | D    | 2024-07-30 |             | due   |
    """,
)
def overdue(tasks: pd.DataFrame, today: dt.date, working_days: WorkingDays) -> pd.DataFrame:
    late = tasks[is_overdue(tasks, today)]
    return describe_lateness(
        late.assign(days=working_days.between(wbs(late), late.due.to_numpy(), repeat_day(today, late)))
    )


def describe_lateness(late: pd.DataFrame) -> pd.DataFrame:
    """Return rows with how late they are in words; until the first working day after its due none is an error."""
    aside = (
        t("已逾期 {days} 个工作日", "{days} working {days:day|days} late").filled(days=many)
        if many
        else t("下一个工作日起算逾期", "late from the next working day on")
        for many in late.days.tolist()
    )
    return late.assign(aside=object_array(aside), severity=late_severity(late.days))


def late_severity(days: pd.Series[Any]) -> NDArray[Any]:
    """Return the severity of rows that are so many working days late: none is late that no working day has passed."""
    return object_array(None if many else WARNING for many in days.tolist())


@rule(
    "DL402",
    WARNING,
    "standard",
    at=Tasks.due,
    title=t("快到期", "Due soon"),
    message=t(
        "还剩 {days} 个工作日（{due}），进度 {share:%}",
        "{days} working {days:day|days} left (due {due}), {share:%} done",
    ),
    why=t("提前提醒，还来得及协调。", "Told in time, there is still something to be done."),
    fix=t("抓紧完成，或提前说明可能延期", "Get it done, or say early that it will be late"),
    reminds="soon",
    formula="IF(ISNUMBER({soon.order}),{now.share}<{line},FALSE)",
    example="""
        today 2024-08-01
        tasks
        | id   | name | due        | start      | status      | finds |
        | T001 | A    | 2024-08-05 | 2024-07-25 | in_progress | due   |
        | T002 | B    | 2024-08-05 | 2024-07-25 | in_progress |       |
        | T003 | C    | 2024-08-20 | 2024-07-25 | in_progress |       |
        | T004 | D    | 2024-08-05 | 2024-07-25 | done        |       |
        | T005 | E    | 2024-08-05 | 2024-08-05 | not_started |       |
        | T006 | F    | 2024-08-05 |            | not_started | due   |
        progress
        | task | progress | updated    |
        | T001 | 0.2      | 2024-08-01 |
        | T002 | 0.9      | 2024-08-01 |
    """,
)
def due_soon(tasks_now: pd.DataFrame, today: dt.date, working_days: WorkingDays, limits: Limits) -> pd.DataFrame:
    left = days_until_due(tasks_now, repeat_day(today, tasks_now), working_days)
    ahead = tasks_now.assign(days=left)[is_due_soon(left, limits.due_soon_days)]
    now, due, start = repeat_day(today, ahead), ahead.due.to_numpy(), ahead.start.to_numpy()
    whole = working_days.between(wbs(ahead), start, due)
    gone = working_days.between(wbs(ahead), start, now)
    line = np.where((whole > 0) & ~np.isnat(start), np.clip(gone / np.maximum(whole, 1), 0, 1), 1)
    line[start >= now] = 0
    return ahead[ahead.share.to_numpy() < line]


@rule(
    "DL403",
    WARNING,
    "standard",
    at=EveryColumn(lambda column: column in (Tasks.start, Tasks.due)),
    title=t("超出时间周期", "Outside the period"),
    message=t("{value} 不在项目周期 {first} 到 {last} 内", "{value} is outside the project's {first} to {last}"),
    why=t("任务排到项目之外，说明计划或周期有一个不对。", "Either the plan or the period is wrong."),
    fix=t("改日期，或修改项目的时间周期", "Change the date or the project's period"),
    formula="AND(ISNUMBER({cell}),ISNUMBER({period.first}),ISNUMBER({period.last}),{period.first}<={period.last},OR({cell}<{period.first},{cell}>{period.last}))",
    example="""
        project
        | field  | value                 |
        | period | 2024-07-01~2024-09-30 |
        tasks
        | name | start      | due        | finds |
        | A    | 2024-06-20 | 2024-07-10 | start |
        | B    | 2024-09-20 | 2024-10-08 | due   |
        | C    | 2024-07-01 | 2024-09-30 |       |
    """,
)
def outside_period(rows: pd.DataFrame, column: Column, period: pd.DataFrame) -> pd.DataFrame:
    first, last = by_workbook(rows, period["first"]), by_workbook(rows, period["last"])
    value = rows[column.key]
    outside = ((value < first) | (value > last)) & (first <= last)
    found = rows[outside]
    return found.assign(value=value[outside], first=first[outside], last=last[outside])


@rule(
    "DL404",
    ERROR,
    "basic",
    at=Tasks.due,
    title=t("截止早于开始", "Due before start"),
    message=t("截止日期 {due} 早于计划开始 {start}", "Due {due} is before the planned start {start}"),
    why=t("时间倒置的任务会让工期统计出错。", "A task that ends before it starts breaks every duration."),
    fix=t("改到 {start} 或之后，或提前计划开始", "Move it to {start} or later, or start earlier"),
    formula="AND(ISNUMBER({due}),ISNUMBER({start}),{due}<{start})",
    example="""
        tasks
        | name | start      | due        | finds |
        | A    | 2024-07-10 | 2024-07-01 | due   |
        | B    | 2024-07-01 | 2024-07-01 |       |
        | C    | 2024-07-01 |            |       |
    """,
)
def start_after_due(tasks: pd.DataFrame) -> pd.DataFrame:
    return tasks[tasks.due < tasks.start]


@rule(
    "DL405",
    ERROR,
    "basic",
    at=Progress.finished,
    title=t("完成早于开始", "Finished before start"),
    message=t("实际完成 {finished} 早于实际开始 {started}", "Finished on {finished}, before it started on {started}"),
    why=t("两个日期有一个写错了。", "One of the two is wrong."),
    fix=t("改正写错的日期", "Mend the wrong one"),
    formula="AND(ISNUMBER({finished}),ISNUMBER({started}),{finished}<{started})",
    example="""
        progress
        | task | started    | finished   | finds    |
        | T001 | 2024-07-10 | 2024-07-05 | finished |
        | T002 | 2024-07-10 | 2024-07-10 |          |
        | T003 |            | 2024-07-10 |          |
    """,
)
def finish_before_start(progress: pd.DataFrame) -> pd.DataFrame:
    return progress[progress.finished < progress.started]


@rule(
    "DL406",
    ERROR,
    "basic",
    at=EveryColumn(lambda column: column in (Progress.started, Progress.finished)),
    title=t("{column}在未来", "{column} in the future"),
    message=t("{value} 还没有到（今天 {today}）", "{value} has not come yet (today is {today})"),
    why=t("实际日期只能是已经发生的。", "What really happened lies in the past."),
    fix=t("改成真实日期；还没做完就写在“预计完成”", "Give the real date; what is expected goes into “Expected finish”"),
    formula="AND(ISNUMBER({cell}),{cell}>{today})",
    example="""
        today 2024-08-01
        progress
        | task | started    | finished   | finds    |
        | T001 | 2024-07-10 | 2024-08-05 | finished |
        | T002 | 2024-08-02 |            | started  |
        | T003 | 2024-07-10 | 2024-08-01 |          |
    """,
)
def actual_in_future(rows: pd.DataFrame, column: Column, today: dt.date) -> pd.DataFrame:
    value = rows[column.key]
    return rows.assign(value=value, today=today)[value > pd.Timestamp(today)]


@rule(
    "DL407",
    WARNING,
    "standard",
    at=Tasks.status,
    title=t("未按时开始", "Not started in time"),
    message=t("计划 {start} 开始，至今未开始", "Planned to start on {start}, not started yet"),
    why=t("开始晚了，多半完成也晚。", "What starts late mostly ends late."),
    fix=t("开始后更新状态，或重排计划开始", "Start it and update the status, or plan it anew"),
    formula="AND(ISNUMBER({start}),{start}<{today},{status}={status.not_started})",
    example="""
        today 2024-08-01
        tasks
        | name | start      | status      | finds  |
        | A    | 2024-07-30 | not_started | status |
        | B    | 2024-07-30 | in_progress |        |
        | C    | 2024-08-01 | not_started |        |
    """,
)
def not_started_in_time(tasks: pd.DataFrame, today: dt.date) -> pd.DataFrame:
    return tasks[(tasks.status == "not_started") & (tasks.start < pd.Timestamp(today))]


@rule(
    "DL408",
    INFO,
    "strict",
    at=Tasks.due,
    title=t("截止日期是休息日", "Due on a day off"),
    message=t("{due} 休息，没有人收", "Nobody works on {due}"),
    why=t("定在休息日，实际不是提前就是拖到下一个工作日。", "In fact it will be handed over the day before or after."),
    fix=t("改到 {earlier} 或 {later}", "Move it to {earlier} or {later}"),
    example="""
        today 2024-08-01
        tasks
        | name | due        | status | finds |
        | A    | 2024-08-10 |        | due   |
        | B    | 2024-08-11 |        |       |
        | C    | 2024-08-13 |        | due   |
        | D    | 2024-08-10 | done   |       |
        calendar
        | date       | kind |
        | 2024-08-11 | work |
        | 2024-08-13 | off  |
    """,
)
def due_on_day_off(tasks: pd.DataFrame, working_days: WorkingDays) -> pd.DataFrame:
    dated = np.flatnonzero(is_open(tasks.status) & tasks.due.notna())
    found = tasks.take(dated[~working_days.is_worked(wbs(tasks)[dated], tasks.due.to_numpy()[dated])])
    before = working_days.position(wbs(found), found.due.to_numpy())
    earlier, later = (working_days.day(wbs(found), before + step).astype("datetime64[s]") for step in (0, 1))
    return found.assign(earlier=earlier, later=later)


@rule(
    "DL409",
    ERROR,
    "basic",
    at=Tasks.due,
    title=t("里程碑延误", "Milestone late"),
    message=t("{advice}", "{advice}"),
    why=t("里程碑是对外承诺的时间点。", "Others rely on the day of a milestone."),
    fix=t(
        "协调前面的任务赶上，或与发起部门确认新的日期",
        "Have what comes before it done sooner, or agree on a new date",
    ),
    extra_args=("forecast", "path"),
    example="""
        today 2024-08-01
        tasks
        | id   | name | due        | start      | milestone | after | status      | finds |
        | T001 | A    | 2024-08-09 | 2024-08-01 |           |       | in_progress |       |
        | T002 | B    | 2024-08-07 |            | 是        | T001  | not_started | due   |
        | T003 | C    | 2024-07-30 |            | 是        |       | not_started | due   |
        | T004 | D    | 2024-08-12 |            | 是        | T001  | not_started |       |
        | T005 | E    | 2024-07-30 |            | 是        |       | done        |       |
    """,
)
def milestone_late(
    planned_tasks: pd.DataFrame,
    slippage: Slippage,
    driving_paths: DrivingPaths,
    today: dt.date,
    working_days: WorkingDays,
) -> pd.DataFrame:
    passed = (planned_tasks.is_open & is_past(planned_tasks.due, today)).to_numpy(bool)
    at = np.flatnonzero(planned_tasks.milestone.to_numpy(bool) & (passed | slippage.is_late))
    found = planned_tasks.take(at)
    driven = [driving_paths.down_to(place) for place in at.tolist()]
    gone = working_days.between(wbs(found), found.due.to_numpy(), repeat_day(today, found))
    advice = (
        _overdue_text(due, late) if is_passed else _forecast_text(forecast, due, cause_text(drive, 0))
        for is_passed, due, late, forecast, drive in zip(
            passed[at], found.due, gone, found.forecast, driven, strict=True
        )
    )
    return found.assign(
        advice=object_array(advice),
        path=object_array(drive.path for drive in driven),
        severity=object_array(WARNING if each else None for each in passed[at] & (gone == 0)),
    )


def _overdue_text(due: pd.Timestamp, late: int) -> Text:
    if not late:
        return t(f"里程碑 {due:%Y-%m-%d} 到期，还没有达成", f"Due {due:%Y-%m-%d}, and not reached yet")
    says = t("里程碑 {due} 到期，已晚 {late} 个工作日", "Due {due}: {late} working {late:day|days} late")
    return says.filled(due=due.date(), late=late)


def _forecast_text(forecast: pd.Timestamp, due: pd.Timestamp, why: Text) -> Text:
    return t(
        f"里程碑预计 {forecast:%Y-%m-%d} 才能达成，晚于 {due:%Y-%m-%d}{why.zh}",
        f"It will be reached on {forecast:%Y-%m-%d}, after {due:%Y-%m-%d}{why.en}",
    )


@rule(
    "DL410",
    WARNING,
    "standard",
    at=Tasks.due,
    title=t("预测延期", "Forecast late"),
    message=t("预测 {forecast} 完成，晚于截止日期 {due}{aside}", "Will be finished on {forecast}, after {due}{aside}"),
    why=t(
        "按现在的进度赶不上截止日期，提前说还来得及协调。",
        "As things stand it is not done in time; told now, that can change.",
    ),
    fix=t("加快进度，或提前商定新的截止日期", "Speed things up, or agree on a new due date early"),
    extra_args=("path",),
    reminds="forecast",
    example="""
        today 2024-08-01
        tasks
        | id   | name | start      | due        | after | status      | finds |
        | T001 | A    | 2024-07-22 | 2024-07-31 | -     | in_progress |       |
        | T002 | B    | 2024-08-01 | 2024-08-05 | T001  | not_started | due   |
        | T003 | C    | 2024-08-06 | 2024-08-07 | T002  | not_started |       |
        | T004 | D    |            | 2024-08-30 | T003  | not_started |       |
        progress
        | task | status      | progress | updated    |
        | T001 | in_progress | 0.5      | 2024-08-01 |
    """,
)
def forecast_late(planned_tasks: pd.DataFrame, slippage: Slippage, driving_paths: DrivingPaths) -> pd.DataFrame:
    """A slip is told where it arises and at the first task it makes late; the rest of the chain is counted there.

    One that comes from another workbook is told once in every workbook it reaches, at the first task it makes late.

    Milestones are DL409's. See ``collabxl.scheduling.slippage``.
    """
    at = np.flatnonzero(slippage.is_reported & ~planned_tasks.milestone.to_numpy(bool))
    driven = [driving_paths.down_to(place) for place in at.tolist()]
    hanging = slippage.dependents[at].tolist()
    aside = (cause_text(drive, hangers) for drive, hangers in zip(driven, hanging, strict=True))
    return planned_tasks.take(at).assign(path=object_array(drive.path for drive in driven), aside=object_array(aside))


@rule(
    "DL411",
    WARNING,
    "standard",
    at=Tasks.due,
    title=t("截止日期太紧", "Due too tight"),
    message=t(
        "就算现在全力开始，前置任务加上它还要 {needed} 个工作日，到 {due} 差 {days} 个",
        "If all began today, the work up to here would take {needed} working {needed:day|days}, {days} too "
        "many for {due}",
    ),
    why=t("时间从一开始就不够，催也没有用。", "There is not enough time, however hard people try."),
    fix=t("推迟截止日期，或减少、并行前面的工作", "Move the due date, or do less, or do it side by side"),
    example="""
        today 2024-08-01
        tasks
        | id   | name | start      | due        | after | status      | finds |
        | T001 | A    | 2024-08-01 | 2024-08-14 | -     | not_started |       |
        | T002 | B    | 2024-08-15 | 2024-08-19 | T001  | not_started |       |
        | T003 | C    | 2024-08-08 | 2024-08-09 | T001  | not_started | due   |
        | T004 | D    | 2024-08-12 | 2024-08-12 | T003  | not_started |       |
    """,
)
def due_too_tight(planned_tasks: pd.DataFrame, plan: Plan, slippage: Slippage) -> pd.DataFrame:
    """What a predecessor's own lateness takes away is left to DL401, DP313 and DL410."""
    at = np.flatnonzero(slippage.shortfall)
    return planned_tasks.take(at).assign(
        days=slippage.shortfall[at], needed=(plan.earliest_finish - plan.today + 1)[at]
    )
