"""DP, continued: what a task waits for, held against when it is due, how far it is and whether it is late."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from collabxl.reading.frame_columns import iter_rows, object_array
from collabxl.rules.engine.frames import cell_values, collapse_rows, wbs
from collabxl.rules.engine.predicates import is_alive, is_open, is_past
from collabxl.rules.engine.rule import ERROR, WARNING, rule
from collabxl.rules.matching.cycles import Chains
from collabxl.rules.matching.names import TaskNames
from collabxl.scheduling.calendar import WorkingDays
from collabxl.scheduling.critical_path import Plan
from collabxl.schema.sheets import Tasks
from collabxl.text import LANGS, Text, format_value, t


@rule(
    "DP307",
    ERROR,
    "basic",
    at=Tasks.due,
    title=t("截止早于前置任务", "Due before predecessor"),
    message=t(
        "截止日期 {due} 早于前置任务（{chain}）的 {before_due}",
        "Due {due} is before its predecessor's {before_due} ({chain})",
    ),
    why=t("前面的任务还没到期，后面的不可能先完成。", "It cannot be finished before the task it waits for."),
    fix=t(
        "改到 {earliest} 或之后，或请前置部门提前",
        "Move it to {earliest} or later, or have the predecessor done earlier",
    ),
    example="""
        tasks
        | id   | name | due        | after | finds |
        | T001 | A    | 2024-07-20 | -     |       |
        | T002 | B    | 2024-07-10 | T001  | due   |
        | T003 | C    | 2024-07-20 | T001  |       |
    """,
)
def due_before_predecessor(active_links: pd.DataFrame, task_names: TaskNames) -> pd.DataFrame:
    wrong = active_links[is_alive(active_links.status) & (active_links.due < active_links.before_due)]
    hits = wrong.sort_values(["before_due", "to_at"]).drop_duplicates("from_at", keep="last")
    tasks, befores = hits.from_at.tolist(), hits.to_at.tolist()
    chains, due = Chains(dict(zip(tasks, befores, strict=True))), dict(zip(befores, hits.before_due, strict=True))
    return hits.assign(
        chain=object_array(" → ".join(chains.path(at, task_names.label)) for at in tasks),
        earliest=np.array([due[chains.first(at)[0]] for at in tasks], dtype="datetime64[s]"),
    )


@rule(
    "DP308",
    WARNING,
    "standard",
    at=Tasks.status,
    title=t("前置任务未完成就开始", "Started before predecessor"),
    message=t("{advice}", "{advice}"),
    why=t("在没定下来的东西上动手，很可能要返工。", "Work on what is not settled yet is often done twice."),
    fix=t("等 {before} 完成，或更正状态和日期", "Wait for {before}, or correct the status or the date"),
    extra_args=("token",),
    formula="OR(AND(OR({status}={status.in_progress},{status}={status.done}),{before.open}),{before.later})",
    example="""
        tasks
        | id   | name | status      | after | finds  |
        | T001 | A    | in_progress | -     |        |
        | T002 | B    | in_progress | T001  | status |
        | T003 | C    | not_started | T001  |        |
    """,
)
def started_before_predecessor(active_links: pd.DataFrame) -> pd.DataFrame:
    waiting = active_links.status.isin(["in_progress", "done"]) & is_open(active_links.before_status)
    early = active_links.now_started < active_links.before_now_finished
    held, late = (
        active_links[waiting],
        active_links[early & ~waiting].sort_values("before_now_finished", ascending=False),
    )
    kinds = (
        (collapse_rows(each, "before", "token"), says) for each, says in ((held, _open_text), (late, _early_start_text))
    )
    told = [each.assign(advice=object_array(map(says, iter_rows(each)))) for each, says in kinds if len(each)]
    return pd.concat(told) if told else held


def _open_text(link: Any) -> Text:
    zh, en = (format_value(link.before, lang) for lang in LANGS)
    return t(f"前置任务 {zh} 还没有完成", f"Its predecessor {en} is still open")


def _early_start_text(link: Any) -> Text:
    zh, en = (format_value(link.before, lang) for lang in LANGS)
    started, finished = link.now_started.date(), link.before_now_finished.date()
    return t(
        f"实际开始 {started} 早于前置任务 {zh} 的实际完成 {finished}",
        f"Started {started}, before its predecessor {en} was finished on {finished}",
    )


@rule(
    "DP309",
    ERROR,
    "basic",
    at=Tasks.status,
    title=t("前置任务未完成就完成", "Done before predecessor"),
    message=t("已完成，但前置任务 {before} 还没有完成", "Done, although its predecessor {before} is still open"),
    why=t(
        "要么状态填早了，要么前置任务的状态没更新。",
        "Either this is not done yet or the other's status is out of date.",
    ),
    fix=t("核对两个任务的状态", "Check the status of both tasks"),
    formula="AND({status}={status.done},{before.open})",
    example="""
        tasks
        | id   | name | status      | after | finds  |
        | T001 | A    | in_progress | -     |        |
        | T002 | B    | done        | T001  | status |
        | T003 | C    | done        | -     |        |
    """,
)
def done_before_predecessor(active_links: pd.DataFrame) -> pd.DataFrame:
    return collapse_rows(active_links[(active_links.status == "done") & is_open(active_links.before_status)], "before")


@rule(
    "DP310",
    WARNING,
    "standard",
    at=Tasks.after,
    title=t("前置任务已取消", "Cancelled predecessor"),
    message=t("前置任务 {before} 已取消", "Its predecessor {before} is cancelled"),
    why=t("等一个不会再做的任务，或者少了它的交付物。", "It waits for what will never come, or lacks what it needs."),
    fix=t("删掉这个依赖，或换成替代的任务", "Drop the dependency or name what takes its place"),
    example="""
        tasks
        | id   | name | status      | after | finds |
        | T001 | A    | cancelled   | -     |       |
        | T002 | B    | not_started | T001  | after |
    """,
)
def cancelled_predecessor(resolved_links: pd.DataFrame) -> pd.DataFrame:
    return collapse_rows(
        resolved_links[~is_alive(resolved_links.before_status) & is_open(resolved_links.status)], "before"
    )


@rule(
    "DP313",
    WARNING,
    "standard",
    at=Tasks.after,
    title=t("被逾期任务耽误", "Blocked by late"),
    message=t("前置任务 {before} 逾期未完成{aside}", "Its predecessor {before} is overdue{aside}"),
    why=t("越早去催，越少耽误。", "The sooner somebody asks, the less is lost."),
    fix=t("联系{advice}，定下新的完成日期", "Call {advice} and agree on a new date"),
    extra_args=("days", "department"),
    example="""
        today 2024-08-01
        tasks
        | id   | name | department | due        | after | status      | finds |
        | T001 | A    | 市场部     | 2024-07-30 | -     | in_progress |       |
        | T002 | B    | IT部       | 2024-08-09 | T001  | not_started | after |
        | T003 | C    | IT部       | 2024-08-12 | T002  | not_started |       |
        | T004 | D    | IT部       | 2024-07-30 | T001  | done        |       |
    """,
)
def blocked_by_late(
    resolved_links: pd.DataFrame, planned_tasks: pd.DataFrame, plan: Plan, working_days: WorkingDays, today: dt.date
) -> pd.DataFrame:
    """The days are those by which a task can begin later than planned, or than the day after its predecessor's due."""
    late = (planned_tasks.is_open & is_past(planned_tasks.due, today)).to_numpy(bool)
    felt = resolved_links[late[resolved_links.to_at] & planned_tasks.is_open.to_numpy(bool)[resolved_links.from_at]]
    found: pd.DataFrame = felt.drop_duplicates(["from_at", "to_at"])
    task, before = (planned_tasks.take(found[at].to_numpy()) for at in ("from_at", "to_at"))
    end = np.maximum(plan.early_finish[found.to_at], plan.today[found.to_at])
    start = task.start.where(task.start.notna(), before.due.to_numpy()).to_numpy()
    day_before = np.subtract(start, np.timedelta64(1, "D"))
    planned_end = np.maximum(working_days.position(wbs(found), day_before), plan.due[found.to_at])
    pushed = found.assign(days=np.maximum(end - planned_end, 0), department=before.department.array)
    told = collapse_rows(pushed.sort_values("days", ascending=False, kind="stable"), "before", "department")
    aside = (
        t("，会把这个任务推迟 {days} 个工作日", " and pushes it by {days} working {days:day|days}").filled(days=many)
        if many
        else t("，还没有耽误这个任务", ", but does not push it yet")
        for many in told.days.tolist()
    )
    return told.assign(aside=object_array(aside), advice=object_array(map(_contacts_to_call, told.department)))


def _contacts_to_call(department: Any) -> list[Any]:
    """Return whom to call of one department or of several; nobody's tasks have an owner all the same."""
    return [each if isinstance(each, str) else t("它的负责人", "its owner") for each in cell_values(department)]
