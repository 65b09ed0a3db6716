"""MT: what meetings decided, and whether it is done."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from collabxl.reading.frame_columns import bool_array, object_array
from collabxl.rules.dl_dates import describe_lateness
from collabxl.rules.engine.frames import by_workbook, collapse_rows, named_tasks, repeat_day, truly_empty, wbs
from collabxl.rules.engine.rule import ERROR, INFO, WARNING, rule
from collabxl.rules.matching.names import TaskNames, normalize_name
from collabxl.rules.matching.wording import unexplained_absences
from collabxl.scheduling.calendar import WorkingDays
from collabxl.schema.settings import Limits
from collabxl.schema.sheets import Minutes
from collabxl.text import t, truncate_list


@rule(
    "MT801",
    ERROR,
    "basic",
    at=Minutes.owner,
    title=t("待办缺责任人", "Action without owner"),
    message=t("待办事项没有责任人", "The action has no owner"),
    why=t("没有责任人的待办没人会做。", "What is nobody's is not done."),
    fix=t("写明由谁来做", "Say who does it"),
    formula='AND({action}<>"",{owner}="")',
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
    message=t("待办事项没有完成期限", "The action has no deadline"),
    why=t("没有期限的待办会一直拖下去。", "Without a deadline it is put off for ever."),
    fix=t("写明什么时候做完", "Say until when"),
    formula='AND({action}<>"",{due}="")',
    example="""
        minutes
        | topic | action   | due        | finds |
        | 周会  | 申请资源 |            | due   |
        | 周会  | 申请资源 | 2024-08-01 |       |
    """,
)
def action_without_deadline(minutes: pd.DataFrame, misfits: pd.DataFrame) -> pd.DataFrame:
    return truly_empty(minutes[minutes.action.notna() & minutes.due.isna()], misfits, Minutes.due)


@rule(
    "MT803",
    ERROR,
    "basic",
    at=Minutes.due,
    title=t("待办逾期", "Action overdue"),
    message=t("{due} 到期，{aside}", "Due {due}: {aside}"),
    why=t("会上定的事没有按时做。", "What the meeting agreed on was not done in time."),
    fix=t("更新完成情况，或在下次会上确认新期限", "Update it, or agree on a new deadline"),
    extra_args=("days",),
    reminds="overdue",
    formula='AND({action}<>"",ISNUMBER({due}),{due}<{today},{status}<>{status.done})',
    example="""
        today 2024-08-01
        minutes
        | topic | action   | due        | status | finds |
        | 周会  | 申请资源 | 2024-07-30 | open   | due   |
        | 周会  | 申请资源 | 2024-07-30 | done   |       |
        | 周会  | 申请资源 | 2024-08-01 | open   |       |
    """,
)
def action_overdue(minutes: pd.DataFrame, today: dt.date, working_days: WorkingDays) -> pd.DataFrame:
    late = minutes[minutes.action.notna() & (minutes.due < pd.Timestamp(today)) & (minutes.status != "done")]
    return describe_lateness(
        late.assign(days=working_days.between(wbs(late), late.due.to_numpy(), repeat_day(today, late)))
    )


@rule(
    "MT804",
    WARNING,
    "standard",
    at=Minutes.decision,
    title=t("会议没有结论", "Meeting without decision"),
    message=t("这次会议没有记下结论或决议", "No decision of this meeting is noted"),
    why=t("没有结论的会，过后各说各的。", "Afterwards everybody remembers something else."),
    fix=t("写明定了什么；没定下来的，写明下次何时再议", "Say what was decided, or when it is taken up again"),
    example="""
        today 2024-08-01
        minutes
        | date       | topic    | action   | decision | finds    |
        | 2024-07-10 | 周例会   | 更新进度 |          | decision |
        | 2024-07-10 | 周例会   | 申请资源 |          |          |
        | 2024-07-17 | 周例会   | 更新进度 |          |          |
        | 2024-07-17 | 周例会   |          | 按期上线 |          |
        |            |          | 通知客户 |          |          |
        | 2024-08-05 | 评审会   |          |          |          |
    """,
)
def meeting_without_decision(minutes: pd.DataFrame, today: dt.date) -> pd.DataFrame:
    """A meeting is told on its first row.

    A meeting has several rows, an action each. One that names a date or a topic belongs to the meeting of both,
    wherever its rows stand; one that names neither goes on with the row above. Workbooks without an empty
    decision, nearly all, are left out before anything is sorted.
    """
    held = minutes[minutes.decision.isna().groupby(level="wb").transform("any").to_numpy(bool)].sort_index()
    begins = (held.date.notna() | held.topic.notna()).to_numpy(bool)
    topics = object_array(normalize_name(topic) if topic else "" for topic in held.topic)
    meetings = pd.DataFrame({"wb": wbs(held), "date": held.date.array, "topic": topics, "at": np.arange(len(held))})
    first = meetings[begins].groupby(["wb", "date", "topic"], dropna=False)["at"].transform("min")
    of = first.reindex(meetings.index).groupby(meetings.wb).ffill()
    decided = of[held.decision.notna().to_numpy(bool)]
    found = held.iloc[np.setdiff1d(first, decided.dropna()).astype(np.int64)]
    return found[~(found.date > pd.Timestamp(today))]


@rule(
    "MT805",
    WARNING,
    "standard",
    at=Minutes.date,
    title=t("久未开会", "Meeting gap"),
    message=t(
        "{last} 之后 {age} 天没有开会，还有 {open} 个任务没完成",
        "No meeting for {age} {age:day|days} since {last}; {open} {open:task is|tasks are} open",
    ),
    why=t("例会一停，卡点和延期就没人协调。", "Without meetings nobody clears what is in the way."),
    fix=t("开一次例会；开过了就补上纪要", "Hold one, or note the one that was held"),
    scope="workbook",
    in_copies=False,
    example="""
        today 2024-08-01
        project
        | field  | value                 |
        | period | 2024-07-01~2024-09-30 |
        tasks
        | name | status      |
        | A    | in_progress |
        minutes
        | date       | topic  | finds |
        | 2024-07-10 | 周例会 |       |
        | 2024-07-17 | 周例会 | date  |
        | 2024-08-05 | 评审会 |       |
    """,
)
def meeting_gap(
    minutes: pd.DataFrame,
    task_counts: pd.DataFrame,
    period: pd.DataFrame,
    misfits: pd.DataFrame,
    today: dt.date,
    limits: Limits,
) -> pd.DataFrame:
    """Find the last meeting of every open project; the days before the project begins do not count."""
    unread = misfits.wb[(misfits.sheet == Minutes.meta.key) & (misfits.key == Minutes.date.key) & misfits.better.isna()]
    held = minutes[(minutes.date <= pd.Timestamp(today)).to_numpy(bool) & ~np.isin(wbs(minutes), unread)]
    held = held.sort_index().sort_values("date", kind="stable")
    last = held[~pd.Index(wbs(held)).duplicated(keep="last")]
    last = last.assign(
        last=last.date, open=by_workbook(last, task_counts["open"]), first=by_workbook(last, period["first"])
    )
    since = last.date.where(~(last["first"] > last.date), last["first"])
    age = (pd.Timestamp(today) - since).dt.days
    gap: pd.DataFrame = last.assign(age=age)[(last.open > 0) & (age > limits.meeting_days)]
    return gap


@rule(
    "MT806",
    ERROR,
    "basic",
    at=Minutes.task,
    title=t("关联任务不存在", "Action of unknown task"),
    message=t("“{token}”不在任务分工表里", "“{token}” is not in the tasks sheet"),
    why=t("对不上任务，待办就和计划脱节。", "The action is cut off from the plan."),
    fix=t("写任务分工表里的编号", "Write an ID of the tasks sheet"),
    awaits_acceptance=True,
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
def action_of_unknown_task(minutes: pd.DataFrame, task_names: TaskNames) -> pd.DataFrame:
    found = named_tasks(minutes, Minutes.task.key, task_names)
    return collapse_rows(found[found.how == "unknown"], "token")


@rule(
    "MT807",
    INFO,
    "strict",
    at=Minutes.absent,
    title=t("缺席没写原因", "Absent without reason"),
    message=t("{names} 缺席，没有写原因", "Nothing tells why {names} did not come"),
    why=t("不知道为什么缺席，就不知道结论有没有人认。", "Nobody knows whether they stand by what was decided."),
    fix=t("在姓名后注明原因，如“李四（出差）”", "Give the reason behind the name, such as “Li (on leave)”"),
    example="""
        minutes
        | topic  | absent               | finds  |
        | 周例会 | 李四                 | absent |
        | 周例会 | 李四（出差）、王五   | absent |
        | 周例会 | 李四、王五请假       |        |
        | 周例会 | 李四：参加客户评审会 |        |
        | 周例会 | 无                   |        |
        | 周例会 | 全员到齐             |        |
    """,
)
def absent_without_reason(minutes: pd.DataFrame) -> pd.DataFrame:
    given = minutes[minutes.absent.notna()]
    names = [truncate_list(unexplained_absences(cell)) for cell in given.absent]
    return given.assign(names=object_array(names))[bool_array(names != [] for names in names)]
