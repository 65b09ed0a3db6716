"""DY: a delay demands a reason, a remedy and a new date (延期预警)."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from collabxl.frames import objects
from collabxl.rules.relate import derived, is_open
from collabxl.rules.rule import ERROR, WARNING, rule
from collabxl.schema.standard import Progress
from collabxl.text import t


@derived
def delays(latest: pd.DataFrame, today: dt.date) -> pd.DataFrame:
    """The newest progress rows of tasks that are late: open past due or marked delayed, or finished after due.

    ``still`` tells those that are not finished yet.
    """
    due = latest.of_due.where(latest.of_due.notna(), latest.planned)
    alive = (latest.status != "cancelled") & (latest.of_status.astype(object) != "cancelled")
    still = alive & is_open(latest.status) & ((due < pd.Timestamp(today)) | (latest.status == "delayed"))
    after = alive & (latest.status == "done") & (latest.finished > due)
    return latest.assign(late_due=due, still=still)[still | after]


@rule(
    "DY601",
    ERROR,
    "basic",
    at=Progress.delay_reason,
    title=t("延期缺原因", "Delay without reason"),
    says=t("任务延期，没有说明原因", "The task is late, but no reason is given"),
    why=t("延期预警要求说明原因，才能对症协调。", "Only a known cause can be cured."),
    fix=t("写清楚具体原因", "Say what really caused it"),
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
    says=t("任务延期，没有写补救措施", "The task is late, but nothing is said about how to catch up"),
    why=t("延期预警要求写明补救措施。", "A warning without a remedy changes nothing."),
    fix=t("写明谁在什么时候做什么", "Say who does what until when"),
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
    says=t("{advice}", "{advice}"),
    why=t("后面的部门要按新日期重新安排。", "Those who wait have to plan anew."),
    fix=t("填今天之后的预计完成日期", "Give an expected finish that is still to come"),
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
    return found.assign(advice=objects(none if missing else past for missing in found.expected.isna()))
