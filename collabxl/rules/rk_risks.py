"""RK: what may go wrong, and whether anybody does something about it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from collabxl.reading.frame_columns import bool_array, object_array
from collabxl.rules.engine.frames import collapse_rows, derived_frame, languages, named_tasks, wbs
from collabxl.rules.engine.predicates import is_open
from collabxl.rules.engine.rule import ERROR, WARNING, PerHit, rule
from collabxl.rules.matching.names import TaskNames
from collabxl.schema.settings import Limits
from collabxl.schema.sheets import Risks
from collabxl.schema.vocabularies import RISK_LEVEL
from collabxl.text import t


@derived_frame
def scored_risks(risks: pd.DataFrame, limits: Limits) -> pd.DataFrame:
    """The risks with their ``score`` (possibility × impact) and the ``meant`` level of the printed matrix."""
    score = risks.possibility * risks.impact
    levels = np.select(
        [score >= limits.high_risk, score >= limits.medium_risk, score > 0], ["high", "medium", "low"], ""
    )
    return risks.assign(score=score, meant=object_array(level or None for level in levels.tolist()))


@derived_frame
def risk_tasks(risks: pd.DataFrame, task_names: TaskNames) -> pd.DataFrame:
    """One row a task that a risk names: the risk's columns, and of the name what links have."""
    return named_tasks(risks, Risks.tasks.key, task_names)


@rule(
    "RK901",
    ERROR,
    "basic",
    at=Risks.response,
    title=t("高风险缺方案", "High risk without response"),
    message=t("高风险（{score}）没有应对方案", "A high risk ({score}) without a response"),
    why=t("高风险一旦发生，没有准备就来不及了。", "When it happens it is too late to think of one."),
    fix=t("写明具体怎么应对", "Say what exactly is done"),
    formula='AND(N({possibility})*N({impact})>={high_risk},{status}<>{status.closed},{response}="")',
    example="""
        risks
        | description  | possibility | impact | status   | response | finds    |
        | 接口不稳定   | 4           | 5      | watching |          | response |
        | 关键人员请假 | 3           | 5      | watching | B角      |          |
        | 小问题       | 2           | 2      | watching |          |          |
        | 过去了       | 5           | 5      | closed   |          |          |
    """,
)
def high_risk_without_response(scored_risks: pd.DataFrame) -> pd.DataFrame:
    return scored_risks[
        (scored_risks.meant == "high") & (scored_risks.status != "closed") & scored_risks.response.isna()
    ]


@rule(
    "RK902",
    ERROR,
    "basic",
    at=Risks.owner,
    title=t("风险缺责任人", "Risk without owner"),
    message=t("风险没有责任人", "The risk has no owner"),
    why=t("没人盯的风险等于没有识别。", "A risk nobody watches is as good as unknown."),
    fix=t("指定一个责任人", "Name one"),
    formula='AND({description}<>"",{owner}="",{status}<>{status.closed})',
    example="""
        risks
        | description | possibility | impact | owner | status   | finds |
        | 接口不稳定  | 2           | 2      |       | watching | owner |
        | 人员请假    | 2           | 2      | 张三  | watching |       |
        | 过去了      | 2           | 2      |       | closed   |       |
    """,
)
def risk_without_owner(risks: pd.DataFrame) -> pd.DataFrame:
    return risks[risks.description.notna() & risks.owner.isna() & (risks.status != "closed")]


@rule(
    "RK903",
    ERROR,
    "basic",
    at=Risks.level,
    title=t("风险等级不符", "Level mismatch"),
    message=t(
        "可能性×影响 = {score}，等级应是{wanted}", "Probability × impact = {score}: the level should be {wanted}"
    ),
    why=t("等级要按同一张矩阵评，才能比较。", "Levels can only be compared when all use one matrix."),
    fix=t("改成{wanted}，或更正可能性和影响", "Make it {wanted}, or correct probability and impact"),
    fixable=True,
    formula="AND({score}>0,{level.known},{level}<>{level.meant})",
    example="""
        risks
        | description | possibility | impact | level | finds |
        | 接口不稳定  | 4           | 5      | 中    | level |
        | 人员请假    | 3           | 3      | 中    |       |
        | 小问题      | 1           | 2      |       |       |
    """,
)
def level_mismatch(scored_risks: pd.DataFrame, books: pd.DataFrame) -> pd.DataFrame:
    typed = scored_risks.level.astype(object)
    found: pd.DataFrame = scored_risks[typed.notna() & scored_risks.meant.notna() & (typed != scored_risks.meant)]
    lang = languages(books)
    words = object_array(
        RISK_LEVEL.title_of(meant).to(lang[wb]) for wb, meant in zip(wbs(found).tolist(), found.meant, strict=True)
    )
    return found.assign(wanted=words, better=words)


@rule(
    "RK904",
    WARNING,
    "standard",
    at=Risks.reviewed,
    title=t("风险久未复核", "Review overdue"),
    message=t("{age} 天没有复核", "Not reviewed for {age} {age:day|days}"),
    why=t("风险会变，要定期复核。", "Risks change and have to be looked at again."),
    fix=t("复核后更新复核日期", "Review it and note the date"),
    formula="AND({status}<>{status.closed},ISNUMBER({looked_at}),{today}-N({looked_at})>{review_days})",
    example="""
        today 2024-08-01
        risks
        | description | status   | identified | reviewed   | finds    |
        | 接口不稳定  | watching | 2024-05-01 | 2024-06-20 | reviewed |
        | 人员请假    | watching | 2024-05-01 | 2024-07-20 |          |
        | 新发现的    | watching | 2024-07-20 |            |          |
        | 过去了      | closed   | 2024-05-01 | 2024-06-20 |          |
    """,
)
def review_overdue(risks: pd.DataFrame, today: dt.date, limits: Limits) -> pd.DataFrame:
    last = risks.reviewed.where(risks.reviewed.notna(), risks.identified)
    age = (pd.Timestamp(today) - last).dt.days
    old: pd.DataFrame = risks.assign(age=age)[(age > limits.review_days) & (risks.status != "closed")]
    return old


@rule(
    "RK905",
    ERROR,
    "basic",
    at=Risks.response,
    title=t("已发生未应对", "Occurred without action"),
    message=t("风险已经发生，没有写应对方案", "The risk has occurred, but nothing is said about what is done"),
    why=t("发生了的风险是问题，要马上处理。", "A risk that has occurred is a problem that needs action now."),
    fix=t("写明正在怎么处理", "Say what is being done"),
    formula='AND({status}={status.occurred},{response}="")',
    example="""
        risks
        | description | status   | response | finds    |
        | 接口不稳定  | occurred |          | response |
        | 人员请假    | occurred | B角接替  |          |
        | 小问题      | watching |          |          |
    """,
)
def occurred_without_action(risks: pd.DataFrame) -> pd.DataFrame:
    return risks[(risks.status == "occurred") & risks.response.isna()]


@rule(
    "RK906",
    ERROR,
    "basic",
    at=Risks.tasks,
    title=t("关联任务不存在", "Risk of unknown task"),
    message=t("“{token}”不在任务分工表里", "“{token}” is not in the tasks sheet"),
    why=t("对不上任务，就不知道风险影响什么。", "Nobody knows what the risk would hit."),
    fix=t("写任务分工表里的编号", "Write an ID of the tasks sheet"),
    awaits_acceptance=True,
    formula="{tasks.unknown}",
    example="""
        tasks
        | id   | name |
        | T001 | A    |
        risks
        | description | tasks | finds |
        | 接口不稳定  | T009  | tasks |
        | 人员请假    | T001  |       |
    """,
)
def risk_of_unknown_task(risk_tasks: pd.DataFrame) -> pd.DataFrame:
    return collapse_rows(risk_tasks[risk_tasks.how == "unknown"], "token")


@rule(
    "RK907",
    WARNING,
    "standard",
    at=Risks.approved_by,
    title=t("接受未经批准", "Accepted without approval"),
    message=t("风险策略是接受，没有审批人", "The risk is accepted, but nobody has approved it"),
    why=t("接受风险等于不采取措施，要有人拍板。", "To accept a risk is to do nothing: somebody has to decide that."),
    fix=t("填写批准的人，或换一种策略", "Name who agreed, or choose another strategy"),
    example="""
        risks
        | description | strategy | status   | approved_by | finds       |
        | 接口不稳定  | accept   | watching |             | approved_by |
        | 人员请假    | accept   | watching | 王经理      |             |
        | 小问题      | reduce   | watching |             |             |
        | 过去了      | accept   | closed   |             |             |
    """,
)
def accepted_without_approval(risks: pd.DataFrame) -> pd.DataFrame:
    return risks[(risks.strategy == "accept") & (risks.status != "closed") & risks.approved_by.isna()]


@rule(
    "RK908",
    WARNING,
    "standard",
    at=Risks.status,
    title=t("任务结束风险未关", "Open after milestone"),
    message=t("关联任务 {named} 都已结束，风险还没有关闭", "{named} is over, but the risk is still open"),
    why=t("不会再发生的风险占着清单，真正的风险就看不见了。", "What can no longer happen hides what can."),
    fix=t("关闭风险，或写明还影响哪些任务", "Close it, or name the tasks that it still threatens"),
    example="""
        tasks
        | id   | name | status      |
        | T001 | A    | done        |
        | T002 | B    | in_progress |
        risks
        | description | tasks      | status   | finds  |
        | 接口不稳定  | T001       | watching | status |
        | 人员请假    | T001、T002 | watching |        |
        | 小问题      | T001       | closed   |        |
        | 写错的      | T001、T009 | watching |        |
    """,
)
def open_after_milestone(risk_tasks: pd.DataFrame, tasks: pd.DataFrame) -> pd.DataFrame:
    alive = risk_tasks[(risk_tasks.status != "closed").to_numpy(bool)]
    is_over = np.append(~is_open(tasks.status).to_numpy(bool), False)[alive.to_at]
    all_over = pd.Series(is_over, index=alive.index).groupby(level=["wb", "row"]).transform("all")
    found = alive[all_over.to_numpy(bool)]
    return collapse_rows(found.assign(named=found.token), "named")


@rule(
    "RK909",
    WARNING,
    "standard",
    at=PerHit(),
    title=t("没有记录风险", "No risk recorded"),
    message=t(
        "项目有 {tasks} 个任务，一个风险也没有记录",
        "The project has {tasks} {tasks:task|tasks}, but not one risk is noted",
    ),
    why=t("没有风险的项目很少见，多半是没有识别。", "Projects without risks are rare; most likely nobody looked."),
    fix=t("和各部门一起列出最可能出的问题", "List with the departments what is most likely to go wrong"),
    scope="workbook",
    in_copies=False,
    example="""
        tasks
        | name | status      |
        | A    | in_progress |
        | B    | not_started |
        | C    | not_started |
        | D    | not_started |
        | E    | done        |
        risks
        | description | status | finds       |
        |             |        | description |
    """,
)
def no_risk_recorded(
    sheets: pd.DataFrame, risks: pd.DataFrame, task_counts: pd.DataFrame, limits: Limits
) -> pd.DataFrame:
    ready = sheets[(sheets.sheet == Risks.meta.key) & ~np.isin(sheets.wb, wbs(risks))]
    ready = ready[bool_array(Risks.description.key in present for present in ready.present)]
    counted = task_counts.reindex(ready.wb)
    wanted = ((counted["open"] > 0) & (counted.tasks >= limits.risky_tasks)).to_numpy(bool)
    hits = ready.assign(key=Risks.description.key, row=ready.header + 1, tasks=counted.tasks.array)
    return hits[wanted]
