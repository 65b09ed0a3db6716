"""MT: what meetings decided, and whether it is done."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from collabxl.calendar import WorkingDays
from collabxl.rules.names import Names
from collabxl.rules.relate import day, named, untold, wbs
from collabxl.rules.rule import ERROR, rule
from collabxl.schema.standard import Minutes
from collabxl.text import t


@rule(
    "MT801",
    ERROR,
    "basic",
    at=Minutes.owner,
    title=t("待办缺责任人", "Action without owner"),
    says=t("待办事项没有责任人", "The action has no owner"),
    why=t("没有责任人的待办没人会做。", "What is nobody's is not done."),
    fix=t("写明由谁来做", "Say who does it"),
    formula='AND(TRIM({action}&"")<>"",TRIM({owner}&"")="")',
    example="""
        minutes
        | topic | action   | owner | finds |
        | 周会  | 申请资源 |       | owner |
        | 周会  | 申请资源 | 张三  |       |
        | 周会  |          |       |       |
    """,
)
def action_without_owner(minutes: pd.DataFrame) -> pd.DataFrame:
    return minutes[minutes.action.notna() & minutes.owner.isna()]


@rule(
    "MT802",
    ERROR,
    "basic",
    at=Minutes.due,
    title=t("待办缺期限", "Action without deadline"),
    says=t("待办事项没有完成期限", "The action has no deadline"),
    why=t("没有期限的待办会一直拖下去。", "Without a deadline it is put off for ever."),
    fix=t("写明什么时候做完", "Say until when"),
    formula='AND(TRIM({action}&"")<>"",TRIM({due}&"")="")',
    example="""
        minutes
        | topic | action   | due        | finds |
        | 周会  | 申请资源 |            | due   |
        | 周会  | 申请资源 | 2024-08-01 |       |
    """,
)
def action_without_deadline(minutes: pd.DataFrame, misfits: pd.DataFrame) -> pd.DataFrame:
    return untold(minutes[minutes.action.notna() & minutes.due.isna()], misfits, Minutes.due)


@rule(
    "MT803",
    ERROR,
    "basic",
    at=Minutes.due,
    title=t("待办逾期", "Action overdue"),
    says=t("{due} 到期，已逾期 {days} 个工作日", "Due {due}: {days} working day(s) late"),
    why=t("会上定的事没有按时做。", "What the meeting agreed on was not done in time."),
    fix=t("更新完成情况，或在下次会上确认新期限", "Update it, or agree on a new deadline"),
    formula='AND(TRIM({action}&"")<>"",ISNUMBER({due}),{due}<{today},{status}<>{status.done})',
    example="""
        today 2024-08-01
        minutes
        | topic | action   | due        | status | finds |
        | 周会  | 申请资源 | 2024-07-30 | open   | due   |
        | 周会  | 申请资源 | 2024-07-30 | done   |       |
        | 周会  | 申请资源 | 2024-08-01 | open   |       |
    """,
)
def action_overdue(minutes: pd.DataFrame, today: dt.date, days: WorkingDays) -> pd.DataFrame:
    late = minutes[minutes.action.notna() & (minutes.due < pd.Timestamp(today)) & (minutes.status != "done")]
    return late.assign(days=days.between(wbs(late), late.due.to_numpy(), day(today, late)))


@rule(
    "MT806",
    ERROR,
    "basic",
    at=Minutes.task,
    title=t("关联任务不存在", "Action of unknown task"),
    says=t("“{token}”不在任务分工表里", "“{token}” is not in the tasks sheet"),
    why=t("对不上任务，待办就和计划脱节。", "The action is cut off from the plan."),
    fix=t("写任务分工表里的编号", "Write an ID of the tasks sheet"),
    example="""
        tasks
        | id   | name |
        | T001 | A    |
        minutes
        | topic | task | finds |
        | 周会  | T009 | task  |
        | 周会  | T001 |       |
    """,
)
def action_of_unknown_task(minutes: pd.DataFrame, directory: Names) -> pd.DataFrame:
    found = named(minutes, Minutes.task.key, directory)
    return found[found.how == "unknown"]
