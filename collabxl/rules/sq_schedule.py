"""SQ: the quality of the schedule and its buffers.

The limits are those of the DCMA 14-point assessment (US Defense Contract Management Agency, 2005; see R. Winter, DCMA
14-Point Schedule Assessment, 2011) and of critical chain buffer management (see ``collabxl.scheduling.buffers``).
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from collabxl.reading.frame_columns import object_array
from collabxl.rules.engine.frames import derived_frame, row_numbers, wbs
from collabxl.rules.engine.rule import ERROR, INFO, WARNING, PerHit, rule
from collabxl.rules.matching.names import TaskNames
from collabxl.scheduling.buffers import BufferStatus, buffer_status, leads_to
from collabxl.scheduling.calendar import WorkingDays
from collabxl.scheduling.critical_path import Plan
from collabxl.scheduling.slippage import Slippage
from collabxl.schema.settings import Limits
from collabxl.schema.sheets import Tasks
from collabxl.text import t


@derived_frame
def buffers(planned_tasks: pd.DataFrame, plan: Plan) -> BufferStatus:
    """How the buffers of every workbook fare; by the position of the task."""
    done = np.where(planned_tasks.done, 1.0, planned_tasks.share.to_numpy(np.float64))
    return buffer_status(plan, planned_tasks.buffer.to_numpy(np.float64), done)


@rule(
    "SQ951",
    WARNING,
    "standard",
    at=Tasks.buffer,
    title=t("没有缓冲", "No buffer"),
    message=t(
        "{many} 个里程碑之前都没有留缓冲天数", "There is no buffer before any of {many} {many:milestone|milestones}"
    ),
    why=t(
        "没有缓冲，任何一个任务拖一天，里程碑就晚一天。",
        "Without one, every day lost is lost for good.",
    ),
    fix=t(
        "在里程碑或它前面的任务上留出几个工作日",
        "Keep some working days in reserve at the milestone or at what leads to it",
    ),
    in_copies=False,
    example="""
        tasks
        | id   | name | due        | milestone | buffer | after | status      | finds  |
        | T001 | A    | 2024-08-09 |           |        | -     | not_started |        |
        | T002 | B    | 2024-08-16 | 是        |        | T001  | not_started |        |
        | T003 | C    | 2024-08-30 | 是        |        | T002  | not_started | buffer |
        | T004 | D    | 2024-08-30 |           | 2      | T003  | not_started |        |
    """,
)
def no_buffer(planned_tasks: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """It is told once a workbook, at the milestone that is due last."""
    goals = planned_tasks.milestone.to_numpy(bool) & planned_tasks.is_open.to_numpy(bool)
    kept = leads_to(plan, goals) & (planned_tasks.buffer > 0).to_numpy(bool)
    bare: pd.DataFrame = planned_tasks[goals & ~np.isin(wbs(planned_tasks), wbs(planned_tasks)[kept])]
    if bare.empty:
        return bare
    wb = wbs(bare)
    order = np.lexsort((row_numbers(bare), bare.due.to_numpy("datetime64[D]").astype(np.int64), wb))
    last = order[np.append(np.diff(wb[order]) != 0, True)]
    return bare.take(last).assign(many=np.unique(wb, return_counts=True)[1])


@rule(
    "SQ952",
    WARNING,
    "standard",
    at=Tasks.buffer,
    title=t("缓冲消耗过快", "Buffer burning"),
    message=t(
        "{buffer} 天缓冲已用掉 {used} 天（{share:.0%}），前面的工作完成了 {done:.0%}",
        "{used} of {buffer} days of the buffer are used ({share:.0%}); the work before it is {done:.0%} done",
    ),
    why=t(
        "缓冲用得比工作完成得快，照这样到不了头就用完了。",
        "The reserve goes faster than the work gets done; it will not last to the end.",
    ),
    fix=t("现在就赶回进度；用过三分之二就要动用补救方案", "Catch up now; past two thirds, carry out the recovery plan"),
    in_copies=False,
    example="""
        today 2024-08-01
        tasks
        | id   | name | start      | due        | buffer | milestone | after | status      | finds  |
        | T001 | A    | 2024-07-22 | 2024-08-02 |        |           | -     | in_progress |        |
        | T002 | B    |            | 2024-08-16 | 10     | 是        | T001  | not_started | buffer |
        | T003 | C    |            | 2024-08-14 | 3      | 是        | T001  | not_started |        |
        | T004 | D    |            | 2024-08-12 | 3      | 是        | T001  | not_started | buffer |
        | T005 | E    | 2024-08-05 | 2024-08-16 | 2      |           | -     | not_started |        |
        progress
        | task | status      | progress | updated    |
        | T001 | in_progress | 0.4      | 2024-08-01 |
    """,
)
def buffer_burning(planned_tasks: pd.DataFrame, buffers: BufferStatus, today: dt.date, limits: Limits) -> pd.DataFrame:
    """What is overdue has no buffer left, and is DL401's."""
    share = buffers.used / planned_tasks.buffer.to_numpy(np.float64)
    past = share > limits.buffer_used
    wrong = (past | (buffers.burn_rate > limits.burn_rate)) & (planned_tasks.due >= pd.Timestamp(today)).to_numpy(bool)
    severity = object_array(ERROR if each else WARNING for each in past[wrong])
    hits: pd.DataFrame = planned_tasks[wrong]
    return hits.assign(used=buffers.used[wrong], share=share[wrong], done=buffers.done[wrong], severity=severity)


@rule(
    "SQ953",
    ERROR,
    "standard",
    at=Tasks.due,
    title=t("浮动时间为负", "Negative float"),
    message=t(
        "浮动时间 -{days} 个工作日：{held} {held_due} 到期，它最迟 {latest} 就得完成，预测却是 {forecast}",
        "Float −{days} working {days:day|days}: for {held}, due {held_due}, it must be done by {latest}; "
        "forecast {forecast}",
    ),
    why=t(
        "它自己的截止日期定得比后面的任务允许的晚，按现在的计划后面一定延误。",
        "Its own due date allows more than what waits for it can bear; by this plan that will be late.",
    ),
    fix=t("把它提前，或推迟 {held} 的截止日期", "Have it done earlier, or move the due date of {held}"),
    in_copies=False,
    example="""
        today 2024-08-01
        tasks
        | id   | name | start      | due        | after | status      | finds |
        | T001 | A    | 2024-08-01 | 2024-08-14 | -     | not_started | due   |
        | T002 | B    | 2024-08-12 | 2024-08-13 | T001  | not_started |       |
        | T003 | C    | 2024-08-14 | 2024-08-15 | T002  | not_started |       |
        | T004 | D    | 2024-08-15 | 2024-08-16 | T001  | not_started |       |
    """,
)
def negative_float(
    planned_tasks: pd.DataFrame, plan: Plan, slippage: Slippage, task_names: TaskNames, working_days: WorkingDays
) -> pd.DataFrame:
    """It is told once a driving chain, at its first task, if that would be in time for itself but not for the chain.

    A task that is late by its own due date is told by DL401 or DL410, and so is what it holds up.
    """
    at = np.flatnonzero(slippage.pull_forward)
    found, held = planned_tasks.take(at), slippage.endangered_task[at]
    latest = working_days.day(wbs(found), (plan.early_finish - slippage.pull_forward)[at]).astype("datetime64[s]")
    return found.assign(
        days=slippage.pull_forward[at],
        held=object_array(task_names.label(each) for each in held.tolist()),
        held_due=planned_tasks.due.to_numpy()[held],
        latest=latest,
    )


@rule(
    "SQ954",
    INFO,
    "strict",
    at=Tasks.name,
    title=t("任务过长", "Long task"),
    message=t(
        "计划 {duration} 个工作日，超过 {most} 个",
        "It is planned to take {duration} working {duration:day|days}, over {most}",
    ),
    why=t("太长的任务看不出进展，也估不准。", "Nobody can tell how far a long task is, or when it will end."),
    fix=t("拆成几个能单独交付的任务", "Split it into tasks that hand over something each"),
    in_copies=False,
    example="""
        tasks
        | name | start      | due        | status      | finds |
        | A    | 2024-07-01 | 2024-08-30 | in_progress | name  |
        | B    | 2024-07-01 | 2024-08-29 | in_progress |       |
        | C    | 2024-07-01 | 2024-12-31 | done        |       |
    """,
)
def long_task(planned_tasks: pd.DataFrame, limits: Limits) -> pd.DataFrame:
    found = planned_tasks[planned_tasks.is_open & (planned_tasks.duration > limits.long_task_days)]
    return found.assign(most=limits.long_task_days)


@rule(
    "SQ955",
    WARNING,
    "standard",
    at=Tasks.status,
    title=t("关键任务没有进度", "Critical task without progress"),
    message=t("在关键路径上，进度跟踪表里却没有它", "It is on the critical path, but has no row in the progress sheet"),
    why=t(
        "它晚一天，整个项目就晚一天。",
        "A day lost here is lost for the whole project.",
    ),
    fix=t("在进度跟踪表加一行，每周更新", "Add a row to the progress sheet and keep it up to date"),
    in_copies=False,
    example="""
        today 2024-08-01
        tasks
        | id   | name | start      | due        | after | status      | finds  |
        | T001 | A    | 2024-07-29 | 2024-08-09 | -     | in_progress | status |
        | T002 | B    | 2024-07-29 | 2024-08-02 | -     | in_progress |        |
        | T003 | C    | 2024-08-12 | 2024-08-16 | T001  | not_started |        |
        | T004 | D    | 2024-07-22 | 2024-07-31 | -     | done        |        |
        progress
        | task | status | progress | updated    |
        | T004 | done   | 1        | 2024-07-31 |
    """,
)
def critical_task_without_progress(planned_tasks: pd.DataFrame, plan: Plan, progress: pd.DataFrame) -> pd.DataFrame:
    """Of tasks that have begun or are to begin today; a project that keeps no progress sheet has none to compare."""
    in_use = np.isin(wbs(planned_tasks), np.unique(wbs(progress)))
    at_work = ~plan.is_waiting | (plan.early_start == plan.today)
    found: pd.DataFrame = planned_tasks[in_use & planned_tasks.critical & ~planned_tasks.tracked & at_work]
    return found


@rule(
    "SQ956",
    INFO,
    "strict",
    at=PerHit(),
    title=t("执行指数偏低", "Low execution index"),
    message=t(
        "到今天应完成 {planned} 个任务，实际完成 {done} 个，执行指数 {index:.2f}",
        "{planned} {planned:task was|tasks were} to be done by today, {done} {done:is|are}: a baseline "
        "execution index of {index:.2f}",
    ),
    why=t("明显低于 1，说明整个项目落后于计划。", "Well below 1, the project as a whole is behind its plan."),
    fix=t("先清掉逾期的任务，或重排计划", "Finish what is overdue first, or plan anew"),
    scope="workbook",
    in_copies=False,
    example="""
        today 2024-08-01
        tasks
        | name | due        | 状态!       |
        | A    | 2024-07-20 | done        |
        | B    | 2024-07-30 | in_progress |
        | C    | 2024-08-30 | not_started |
        | D    | 2024-07-30 | cancelled   |
    """,
)
def bei_low(planned_tasks: pd.DataFrame, sheets: pd.DataFrame, today: dt.date, limits: Limits) -> pd.DataFrame:
    """Tasks done, early ones among them, over tasks due by today: check 14 of the DCMA assessment."""
    wanted = (planned_tasks.is_open | planned_tasks.done) & (planned_tasks.due <= pd.Timestamp(today))
    by_book = pd.DataFrame(
        {"wb": wbs(planned_tasks), "planned": wanted.to_numpy(int), "done": planned_tasks.done.to_numpy(int)}
    )
    totals = by_book.groupby("wb", as_index=False).sum()
    totals["index"] = totals.done / totals.planned.where(totals.planned > 0)
    low = totals[totals["index"] < limits.execution_index]
    place = sheets[sheets.sheet == Tasks.meta.key][["wb", "sheet", "header"]]
    return low.merge(place, on="wb").rename(columns={"header": "row"}).assign(key=Tasks.status.key)
