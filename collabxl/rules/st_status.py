"""ST: status, progress and actual dates against each other, in one row and between the two sheets."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from collabxl.reading.frame_columns import object_array
from collabxl.rules.engine.frames import truly_empty, wbs
from collabxl.rules.engine.predicates import is_alive, is_open, is_overdue
from collabxl.rules.engine.rule import ERROR, INFO, WARNING, EveryColumn, PerHit, rule
from collabxl.rules.matching.names import TaskNames
from collabxl.schema.settings import Limits
from collabxl.schema.sheets import Progress, Tasks
from collabxl.schema.vocabularies import STATUS
from collabxl.text import t


@rule(
    "ST501",
    ERROR,
    "basic",
    at=Progress.progress,
    title=t("已完成但不到100%", "Done below 100%"),
    message=t("状态是已完成，进度只有 {progress:%}", "Done, but progress is only {progress:%}"),
    why=t("完成率会算错。", "The share done comes out wrong."),
    fix=t("把进度改为 100%，或把状态改回进行中", "Make it 100 %, or set the status back to in progress"),
    formula="AND({status}={status.done},ISNUMBER({progress}),{progress}<1)",
    example="""
        progress
        | task | status | progress | finds    |
        | T001 | done   | 0.9      | progress |
        | T002 | done   | 1        |          |
        | T003 | done   |          |          |
    """,
)
def done_below_full(progress: pd.DataFrame) -> pd.DataFrame:
    return progress[(progress.status == "done") & (progress.progress < 1)]


@rule(
    "ST502",
    WARNING,
    "standard",
    at=Progress.status,
    title=t("100%但未完成", "100% but not done"),
    message=t("进度已是 100%，状态还不是已完成", "Progress is 100 %, but the status is not done"),
    why=t("做完的任务还挂着，后面的人以为还要等。", "Others wait for what is finished already."),
    fix=t("把状态改为已完成，或更正进度", "Set it to done, or correct the progress"),
    formula="AND({progress}=1,{status.known},{open})",
    example="""
        progress
        | task | status      | progress | finds  |
        | T001 | in_progress | 1        | status |
        | T002 | done        | 1        |        |
        | T003 | cancelled   | 1        |        |
    """,
)
def full_but_not_done(progress: pd.DataFrame) -> pd.DataFrame:
    return progress[(progress.progress == 1) & progress.status.notna() & is_open(progress.status)]


@rule(
    "ST503",
    WARNING,
    "standard",
    at=Progress.finished,
    title=t("已完成缺完成日期", "Done without finish"),
    message=t("状态是已完成，没有填实际完成", "Done, but there is no actual finish"),
    why=t("没有实际完成日期，就不知道是否按时。", "Nobody can tell whether it was in time."),
    fix=t("填实际完成日期", "Fill in the actual finish"),
    formula='AND({status}={status.done},{finished}="")',
    example="""
        progress
        | task | status | finished   | finds    |
        | T001 | done   |            | finished |
        | T002 | done   | 2024-07-10 |          |
    """,
)
def done_without_finish(progress: pd.DataFrame, misfits: pd.DataFrame) -> pd.DataFrame:
    return truly_empty(progress[(progress.status == "done") & progress.finished.isna()], misfits, Progress.finished)


@rule(
    "ST504",
    ERROR,
    "basic",
    at=Progress.status,
    title=t("有完成日期但未完成", "Finished but not done"),
    message=t("实际完成填了 {finished}，状态却不是已完成", "It has an actual finish ({finished}), but is not done"),
    why=t("状态和日期必须说同一件事。", "Status and dates must tell the same story."),
    fix=t("把状态改为已完成；还没完成就把日期写到“预计完成”", "Set it to done, or move the date to “Expected finish”"),
    formula="AND(ISNUMBER({finished}),{status.known},{status}<>{status.done})",
    example="""
        progress
        | task | status      | finished   | finds  |
        | T001 | in_progress | 2024-07-10 | status |
        | T002 | done        | 2024-07-10 |        |
    """,
)
def finished_but_not_done(progress: pd.DataFrame) -> pd.DataFrame:
    return progress[progress.finished.notna() & progress.status.notna() & (progress.status != "done")]


@rule(
    "ST505",
    WARNING,
    "standard",
    at=Progress.started,
    title=t("开始了缺开始日期", "Started without start"),
    message=t("任务已经开始，没有填实际开始", "It has begun, but there is no actual start"),
    why=t("没有实际开始日期，工期和预测都算不准。", "Durations and forecasts need it."),
    fix=t("填实际开始日期", "Fill in the actual start"),
    formula='AND({started}="",OR({status}={status.in_progress},AND(N({progress})>0,OR({status}={status.blocked},{status}={status.delayed}))))',
    example="""
        progress
        | task | status      | progress | started    | finds   |
        | T001 | in_progress | 0.2      |            | started |
        | T002 | delayed     | 0.2      |            | started |
        | T003 | delayed     | 0        |            |         |
        | T004 | in_progress | 0.2      | 2024-07-10 |         |
    """,
)
def started_without_start(progress: pd.DataFrame, misfits: pd.DataFrame) -> pd.DataFrame:
    begun = (progress.status == "in_progress") | (
        progress.status.isin(["blocked", "delayed"]) & (progress.progress > 0)
    )
    return truly_empty(progress[begun & progress.started.isna()], misfits, Progress.started)


@rule(
    "ST506",
    ERROR,
    "basic",
    at=Progress.progress,
    title=t("未开始却有进度", "Progress before start"),
    message=t("状态是未开始，进度却是 {progress:%}", "Not started, but progress is {progress:%}"),
    why=t("两者只有一个是对的。", "Only one of the two can be right."),
    fix=t("更新状态，或把进度改为 0%", "Update the status, or set progress to 0 %"),
    formula="AND({status}={status.not_started},ISNUMBER({progress}),{progress}>0)",
    example="""
        progress
        | task | status      | progress | finds    |
        | T001 | not_started | 0.3      | progress |
        | T002 | not_started | 0        |          |
        | T003 | in_progress | 0.3      |          |
    """,
)
def progress_before_start(progress: pd.DataFrame) -> pd.DataFrame:
    return progress[(progress.status == "not_started") & (progress.progress > 0)]


@rule(
    "ST507",
    ERROR,
    "basic",
    at=Tasks.status,
    title=t("两表状态不一致", "Status disagrees"),
    message=t("这里是{status}，进度跟踪表是{now_status}", "{status} here, but {now_status} in the progress sheet"),
    why=t("同一个任务两种说法，汇总不知道信谁。", "One task, two stories: the summary cannot tell which is true."),
    fix=t("以最新的为准，两边改成一致", "Make both say what is true now"),
    formula="AND({status.known},SUMPRODUCT(({status.list}={now.status})*1)>0,{status}<>{now.status})",
    example="""
        tasks
        | id   | name | status      | finds  |
        | T001 | A    | not_started | status |
        | T002 | B    | done        |        |
        progress
        | task | status      | updated    |
        | T001 | in_progress | 2024-07-10 |
        | T002 | done        | 2024-07-10 |
    """,
)
def status_disagrees(tasks_now: pd.DataFrame) -> pd.DataFrame:
    both = tasks_now[tasks_now.status.notna() & tasks_now.now_status.notna()]
    found = both[both.status.astype(object) != both.now_status.astype(object)]
    return found.assign(now_status=object_array(STATUS.title_of(key) for key in found.now_status))


@rule(
    "ST508",
    WARNING,
    "standard",
    at=Progress.updated,
    title=t("久未更新", "Stale update"),
    message=t("{age} 天没有更新（上次 {updated}）", "Not updated for {age} {age:day|days} (last on {updated})"),
    why=t("进度要每日更新，久不更新等于没人管。", "Progress is to be updated daily."),
    fix=t("更新进度和更新日期", "Update the progress and its date"),
    formula="AND({newest}=1,OR({status}={status.in_progress},{status}={status.blocked},{status}={status.delayed}),ISNUMBER({updated}),{today}-N({updated})>{stale_days})",
    example="""
        today 2024-08-01
        tasks
        | id   | name |
        | T001 | A    |
        | T002 | B    |
        | T003 | C    |
        progress
        | task | status      | updated    | finds   |
        | T001 | in_progress | 2024-07-20 | updated |
        | T002 | in_progress | 2024-07-25 |         |
        | T003 | not_started | 2024-07-01 |         |
    """,
)
def stale_update(latest_progress: pd.DataFrame, today: dt.date, limits: Limits) -> pd.DataFrame:
    running = latest_progress[latest_progress.status.isin(["in_progress", "blocked", "delayed"])]
    age = (pd.Timestamp(today) - running.updated).dt.days
    stale: pd.DataFrame = running.assign(age=age)[age > limits.stale_days]
    return stale


@rule(
    "ST509",
    ERROR,
    "basic",
    at=PerHit(),
    title=t("任务不存在", "Progress of unknown task"),
    message=t("“{word}”不在任务分工表里", "“{word}” is not in the tasks sheet"),
    why=t("这一行进度对不上任何任务。", "This progress belongs to no task."),
    fix=t("{advice}", "{advice}"),
    formula='AND({task}<>"",{of}=0)',
    formula_columns=EveryColumn(lambda column: column is Progress.task),
    example="""
        tasks
        | id   | name |
        | T001 | A    |
        progress
        | task | updated    | finds |
        | T009 | 2024-07-10 | task  |
        | T001 | 2024-07-10 |       |
    """,
)
def progress_of_unknown_task(progress_with_task: pd.DataFrame, task_names: TaskNames) -> pd.DataFrame:
    lost = progress_with_task[
        (progress_with_task.of_at < 0) & (progress_with_task.task.notna() | progress_with_task.task_name.notna())
    ]
    by_id = lost.task.notna()
    words = lost.task.where(by_id, lost.task_name)
    near = [task_names.suggest(wb, word) for wb, word in zip(wbs(lost).tolist(), words, strict=True)]
    advice = (
        t(f"是不是“{names[0]}”？请写任务分工表里的编号", f"Is it “{names[0]}”? Write its ID")
        if names
        else t("写任务分工表里的编号", "Write an ID of the tasks sheet")
        for names in near
    )
    return lost.reset_index().assign(
        sheet=Progress.meta.key,
        key=np.where(by_id, Progress.task.key, Progress.task_name.key),
        word=words.array,
        advice=object_array(advice),
    )


@rule(
    "ST510",
    INFO,
    "standard",
    at=Tasks.name,
    title=t("没有进度", "Task without progress"),
    message=t("进度跟踪表里没有这个任务", "It has no row in the progress sheet"),
    why=t("没有进度的任务没人知道做到哪了。", "Nobody knows how far it is."),
    fix=t("在进度跟踪表加一行", "Add a row to the progress sheet"),
    example="""
        tasks
        | id   | name | status      | finds |
        | T001 | A    | in_progress |       |
        | T002 | B    | in_progress | name  |
        | T003 | C    | cancelled   |       |
        progress
        | task | updated    |
        | T001 | 2024-07-10 |
    """,
)
def task_without_progress(tasks_now: pd.DataFrame, progress: pd.DataFrame) -> pd.DataFrame:
    in_use = np.isin(wbs(tasks_now), np.unique(wbs(progress)))
    return tasks_now[in_use & ~tasks_now.tracked & is_alive(tasks_now.status) & tasks_now["name"].notna()]


@rule(
    "ST511",
    WARNING,
    "standard",
    at=Tasks.status,
    title=t("逾期未标延期", "Late not marked"),
    message=t("{due} 已到期，状态没有标为延期", "Due {due} and not done, but not marked as delayed"),
    why=t("标为延期，大家才知道要协调。", "Marked, others know that help is needed."),
    fix=t("确认后改为延期，或更新为已完成", "Mark it delayed, or done if it is"),
    formula="AND(ISNUMBER({due}),{due}<{today},{status.known},{open},{status}<>{status.delayed})",
    example="""
        today 2024-08-01
        tasks
        | name | due        | status      | finds  |
        | A    | 2024-07-30 | in_progress | status |
        | B    | 2024-07-30 | delayed     |        |
        | C    | 2024-07-30 | done        |        |
    """,
)
def late_not_marked(tasks: pd.DataFrame, today: dt.date) -> pd.DataFrame:
    late = is_overdue(tasks, today)
    return tasks[late & tasks.status.notna() & (tasks.status != "delayed")]


@rule(
    "ST512",
    INFO,
    "standard",
    at=Tasks.status,
    title=t("未逾期却标延期", "Marked late on time"),
    message=t("标为延期，但 {due} 还没有到", "Marked as delayed, but it is not due before {due}"),
    why=t("改过期限的任务还挂着延期，真正延期的就不显眼了。", "What is really late no longer stands out."),
    fix=t("按新期限做就改回进行中；做不完就填预计完成", "Set it back to in progress, or give the expected finish"),
    example="""
        today 2024-08-01
        tasks
        | id   | name | due        | status  | finds  |
        | T001 | A    | 2024-08-10 | delayed | status |
        | T002 | B    | 2024-07-20 | delayed |        |
        | T003 | C    | 2024-08-10 | delayed |        |
        progress
        | task | status  | expected   | updated    |
        | T003 | delayed | 2024-08-15 | 2024-07-30 |
    """,
)
def marked_late_on_time(tasks_now: pd.DataFrame, today: dt.date) -> pd.DataFrame:
    in_time = (tasks_now.due >= pd.Timestamp(today)) & ~(tasks_now.now_expected > tasks_now.due)
    return tasks_now[(tasks_now.status == "delayed") & in_time]
