"""DY: a delay demands a reason, a remedy and a new date (延期预警)."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pandas as pd

from collabxl.reading.frame_columns import bool_array, object_array
from collabxl.rules.engine.frames import derived_frame, repeat_day, wbs
from collabxl.rules.engine.past_values import value_histories
from collabxl.rules.engine.predicates import is_alive, is_open, is_past
from collabxl.rules.engine.rule import ERROR, WARNING, rule
from collabxl.rules.matching.wording import is_filler
from collabxl.scheduling.calendar import WorkingDays
from collabxl.schema.settings import Limits
from collabxl.schema.sheets import Progress, Tasks
from collabxl.text import t, truncate_list


@derived_frame
def delays(latest_progress: pd.DataFrame, today: dt.date, working_days: WorkingDays) -> pd.DataFrame:
    """The newest progress rows of tasks that are late: open past due or marked delayed, or finished after due.

    ``still`` tells those that are not finished yet, ``severity`` is less of those due since when nobody worked.
    """
    due = latest_progress.of_due.where(latest_progress.of_due.notna(), latest_progress.planned)
    alive = is_alive(latest_progress.status) & is_alive(latest_progress.of_status)
    still = alive & is_open(latest_progress.status) & (is_past(due, today) | (latest_progress.status == "delayed"))
    after = alive & (latest_progress.status == "done") & (latest_progress.finished > due)
    late = latest_progress.assign(late_due=due, still=still)[still | after]
    gone = working_days.between(wbs(late), late.late_due.to_numpy(), repeat_day(today, late))
    passed = (late.late_due < pd.Timestamp(today)).to_numpy(bool) & (late.status != "delayed").to_numpy(bool)
    just_due = late.still.to_numpy(bool) & passed & (gone == 0)
    return late.assign(severity=object_array(WARNING if each else None for each in just_due))


@rule(
    "DY601",
    ERROR,
    "basic",
    at=Progress.delay_reason,
    title=t("延期缺原因", "Delay without reason"),
    message=t("任务延期，没有说明原因", "The task is late, but no reason is given"),
    why=t("延期预警要求说明原因，才能对症协调。", "Only a known cause can be cured."),
    fix=t("写清楚具体原因", "Say what really caused it"),
    reminds="reason",
    formula='AND({late}>0,{delay_reason}="")',
    example="""
        today 2024-08-01
        tasks
        | id   | name | due        |
        | T001 | A    | 2024-07-20 |
        | T002 | B    | 2024-07-20 |
        | T003 | C    | 2024-08-20 |
        | T004 | D    | 2024-07-20 |
        progress
        | task | status      | finished   | delay_reason | updated    | finds        |
        | T001 | in_progress |            |              | 2024-07-30 | delay_reason |
        | T002 | delayed     |            | 接口未就绪   | 2024-07-30 |              |
        | T003 | in_progress |            |              | 2024-07-30 |              |
        | T004 | done        | 2024-07-25 |              | 2024-07-30 | delay_reason |
    """,
)
def delay_without_reason(delays: pd.DataFrame) -> pd.DataFrame:
    return delays[delays.delay_reason.isna()]


@rule(
    "DY602",
    ERROR,
    "basic",
    at=Progress.remedy,
    title=t("延期缺补救", "Delay without remedy"),
    message=t("任务延期，没有写补救措施", "The task is late, but nothing is said about how to catch up"),
    why=t("延期预警要求写明补救措施。", "A warning without a remedy changes nothing."),
    fix=t("写明谁在什么时候做什么", "Say who does what until when"),
    reminds="remedy",
    formula='AND({late.still},{remedy}="")',
    example="""
        today 2024-08-01
        tasks
        | id   | name | due        |
        | T001 | A    | 2024-07-20 |
        | T002 | B    | 2024-07-20 |
        | T003 | C    | 2024-07-20 |
        progress
        | task | status      | finished   | remedy     | updated    | finds  |
        | T001 | in_progress |            |            | 2024-07-30 | remedy |
        | T002 | delayed     |            | 加派一个人 | 2024-07-30 |        |
        | T003 | done        | 2024-07-25 |            | 2024-07-30 |        |
    """,
)
def delay_without_remedy(delays: pd.DataFrame) -> pd.DataFrame:
    return delays[delays.still & delays.remedy.isna()]


@rule(
    "DY603",
    WARNING,
    "standard",
    at=Progress.expected,
    title=t("延期缺新日期", "Delay without new date"),
    message=t("{advice}", "{advice}"),
    why=t("后面的部门要按新日期重新安排。", "Those who wait have to plan anew."),
    fix=t("填今天之后的预计完成日期", "Give an expected finish that is still to come"),
    reminds="date",
    formula='AND({late.still},OR({expected}="",AND(ISNUMBER({expected}),{expected}<{today})))',
    example="""
        today 2024-08-01
        tasks
        | id   | name | due        |
        | T001 | A    | 2024-07-20 |
        | T002 | B    | 2024-07-20 |
        | T003 | C    | 2024-07-20 |
        progress
        | task | status      | expected   | updated    | finds    |
        | T001 | in_progress |            | 2024-07-30 | expected |
        | T002 | delayed     | 2024-08-10 | 2024-07-30 |          |
        | T003 | delayed     | 2024-07-25 | 2024-07-30 | expected |
    """,
)
def delay_without_new_date(delays: pd.DataFrame, today: dt.date) -> pd.DataFrame:
    late = delays[delays.still]
    found = late[late.expected.isna() | (late.expected < pd.Timestamp(today))]
    none = t("任务延期，没有给出新的完成日期", "The task is late, but no new date is given")
    past = t("任务延期，预计完成的日期也已过去", "The task is late, and the date it was expected is past as well")
    return found.assign(advice=object_array(none if missing else past for missing in found.expected.isna()))


@rule(
    "DY604",
    WARNING,
    "standard",
    at=Tasks.due,
    title=t("一再推迟", "Repeated slip"),
    message=t(
        "截止日期推迟了 {slips} 次，原来是 {dates}", "The due date slipped {slips} {slips:time|times}; it was {dates}"
    ),
    why=t("一推再推的日期没人再信，原因也没有真正解决。", "Nobody believes a date that keeps moving."),
    fix=t("找出真正的原因，与前后部门一起重新承诺日期", "Find the real cause and agree on a new date with the others"),
    example="""
        tasks
        | id   | name | due        | status      | finds |
        | T001 | A    | 2024-08-20 | in_progress | due   |
        | T002 | B    | 2024-08-20 | in_progress |       |
        | T003 | C    | 2024-08-20 | done        |       |
        | T004 | D    | 2024-08-05 | in_progress |       |
        former
        | sheet | id   | key | value      | day        |
        | tasks | T001 | due | 2024-07-20 | 2024-07-15 |
        | tasks | T001 | due | 2024-08-10 | 2024-07-30 |
        | tasks | T002 | due | 2024-07-20 | 2024-07-15 |
        | tasks | T003 | due | 2024-07-20 | 2024-07-15 |
        | tasks | T003 | due | 2024-08-10 | 2024-07-30 |
        | tasks | T004 | due | 2024-07-20 | 2024-07-15 |
        | tasks | T004 | due | 2024-08-10 | 2024-07-30 |
    """,
)
def repeated_slip(past_values: pd.DataFrame, tasks: pd.DataFrame, limits: Limits) -> pd.DataFrame:
    dated = tasks[is_open(tasks.status) & tasks.due.notna()]
    held = value_histories(dated, Tasks.due, past_values)
    promised = [[*days, due.date()] for days, due in zip(held, dated.due, strict=True)]
    slips = [sum(day < later for day, later in pairwise(days)) for days in promised]
    often = bool_array(count >= limits.slips for count in slips)
    dates = object_array(truncate_list(dict.fromkeys(days[:-1])) for days in promised)
    found: pd.DataFrame = dated.assign(slips=slips, dates=dates)[often]
    return found


@rule(
    "DY605",
    WARNING,
    "standard",
    at=Progress.delay_reason,
    title=t("延期原因空泛", "Placeholder reason"),
    message=t("延期原因写的是“{delay_reason}”，等于没写", "“{delay_reason}” is no reason"),
    why=t("看不出原因，就没法协调。", "Nobody can help who does not know the cause."),
    fix=t("写清楚具体原因", "Say what really caused it"),
    reminds="reason",
    example="""
        today 2024-08-01
        tasks
        | id   | name | due        |
        | T001 | A    | 2024-07-20 |
        | T002 | B    | 2024-07-20 |
        | T003 | C    | 2024-07-20 |
        | T004 | D    | 2024-08-20 |
        progress
        | task | status      | delay_reason     | updated    | finds        |
        | T001 | in_progress | 其他             | 2024-07-30 | delay_reason |
        | T002 | delayed     | .                | 2024-07-30 | delay_reason |
        | T003 | delayed     | 其他部门没给数据 | 2024-07-30 |              |
        | T004 | in_progress | 无               | 2024-07-30 |              |
    """,
)
def placeholder_reason(delays: pd.DataFrame) -> pd.DataFrame:
    given = delays[delays.delay_reason.notna()]
    return given[bool_array(is_filler(reason) for reason in given.delay_reason)]
