"""DP: what a task waits for."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain, islice
from typing import Any

import numpy as np
import pandas as pd

from collabxl.reading.frame_columns import iter_rows, object_array
from collabxl.rules.engine.frames import collapse_rows, derived_frame, is_open, wbs
from collabxl.rules.engine.rule import ERROR, INFO, WARNING, rule
from collabxl.rules.matching.cycles import Chains
from collabxl.rules.matching.names import TaskNames
from collabxl.scheduling.calendar import WorkingDays
from collabxl.scheduling.critical_path import Plan
from collabxl.schema.sheets import SEPARATORS, Tasks
from collabxl.text import LANGS, MOST_LISTED, Text, TruncatedList, format_value, t

_SEPARATED = re.compile(f"[{SEPARATORS}]")
UNDERSTOOD = ("id", "name", "deliverable", "loose")


@derived_frame
def certain(links: pd.DataFrame) -> pd.DataFrame:
    """Links whose predecessor is one known task other than the task itself."""
    return links[(links.to_at >= 0) & (links.to_at != links.from_at)]


@derived_frame
def sound(certain: pd.DataFrame) -> pd.DataFrame:
    """Links whose predecessor is one known, living task other than the task itself."""
    return certain[certain.before_status != "cancelled"]


@rule(
    "DP301",
    ERROR,
    "basic",
    at=Tasks.after,
    title=t("依赖任务找不到", "Unknown dependency"),
    says=t("依赖的“{token}”不是任何任务", "“{token}” names no task"),
    why=t("写错的依赖起不到作用，前面的任务拖了也没人知道。", "A dependency that names nothing warns nobody."),
    fix=t("{advice}", "{advice}"),
    tells=("suggestions",),
    formula="{after.unknown}",
    covers=("DP302", "DP303", "DP311"),
    example="""
        tasks
        | id   | name             | after                | finds |
        | T001 | 支付接口方案设计 | -                    |       |
        | T002 | 宣传物料制作     | 支付功能上线时间确认 | after |
        | T003 | 上线             | T001、T099           | after |
    """,
)
def unknown_dependency(links: pd.DataFrame, directory: TaskNames) -> pd.DataFrame:
    found = collapse_rows(links[links.how == "unknown"], "token")
    near = [
        {token: directory.suggest(wb, token, but=at) for token in _as_sequence(tokens)}
        for wb, tokens, at in zip(wbs(found).tolist(), found.token, found.from_at, strict=True)
    ]
    suggestions = (list(dict.fromkeys(chain.from_iterable(each.values()))) for each in near)
    return found.assign(suggestions=object_array(suggestions), advice=object_array(map(_suggestion_text, near)))


def _as_sequence(told: Any) -> Sequence[Any]:
    """Return what ``each_once`` tells of a cell as a sequence, however much that is."""
    return told if isinstance(told, list) else told.values if isinstance(told, TruncatedList) else [told]


def _suggestion_text(near: Mapping[str, list[str]]) -> Text:
    """Return what to write instead of the names in one cell, by what is near to each."""
    known = {token: names for token, names in near.items() if names}
    if not known:
        return t("写任务的编号或完整名称，没有依赖就写 -", "Write the task's ID or full name; - if there is none")
    if len(near) == 1:
        (names,) = known.values()
        return t(f"是不是“{'”“'.join(names)}”？请写编号", f"Is it “{'” or “'.join(names)}”? Write the ID")
    zh = "；".join(f"“{token}”是不是“{'”“'.join(names)}”" for token, names in known.items())
    en = "; ".join(f"is “{token}” “{'” or “'.join(names)}”" for token, names in known.items())
    return t(f"{zh}？请写编号", f"{en[:1].upper()}{en[1:]}? Write the ID")


@rule(
    "DP302",
    INFO,
    "standard",
    at=Tasks.after,
    title=t("依赖写得不准", "Loose dependency"),
    says=t("“{token}”被理解为 {task}", "“{token}” is taken for {task}"),
    why=t(
        "按交付物或近似名称找到的任务，改名后就找不到了。",
        "Found by its deliverable or a near name, the task is lost when that changes.",
    ),
    fix=t("改写成 {task}", "Write {task}"),
    fixable=True,
    example="""
        tasks
        | id   | name             | deliverable          | after        | finds |
        | T001 | 用户支付需求调研 | 《支付需求调研报告》 | -            |       |
        | T002 | 支付接口方案设计 | 《支付接口技术方案》 | 需求调研报告 | after |
        | T003 | 支付接口开发     |                      | 支付接口技术方案 | after |
        | T004 | 支付接口联调     |                      | T003         |       |
    """,
)
def loose_dependency(links: pd.DataFrame, directory: TaskNames) -> pd.DataFrame:
    found = links[links.how.isin(["deliverable", "loose"]) & (links.to_at != links.from_at)]
    sure: dict[int, dict[str, str]] = defaultdict(dict)
    for wb, at, token, how, name, to in zip(
        wbs(found).tolist(), found.from_at, found.token, found.how, found.before, found.to_at, strict=True
    ):
        certain = how == "deliverable" or directory.is_named(to, token)
        found_by_it = directory.find(wb, name)
        if certain and found_by_it.one == to and found_by_it.how in ("id", "name"):
            sure[at][token.strip()] = name
    told = collapse_rows(found, "token", "before")
    better = (
        _replace_names(cell, sure[at]) if at in sure else None
        for cell, at in zip(told.after, told.from_at, strict=True)
    )
    return told.assign(task=told.before, better=object_array(better))


def _replace_names(cell: str, names: Mapping[str, str]) -> str:
    """Return a cell with some of its names in other words; separators and the other names stay."""
    whole = names.get(cell.strip())
    if whole is not None:
        return whole
    for name in filter(_SEPARATED.search, names):
        alone = rf"(^|[{SEPARATORS}])(\s*){re.escape(name)}(?=\s*(?:$|[{SEPARATORS}]))"
        new = names[name].replace("\\", r"\\")
        cell = re.sub(alone, rf"\g<1>\g<2>{new}", cell)
    parts = re.split(f"([{SEPARATORS}])", cell)
    return "".join(names.get(part.strip(), part) for part in parts)


@rule(
    "DP303",
    ERROR,
    "basic",
    at=Tasks.after,
    title=t("依赖自身", "Depends on itself"),
    says=t("任务依赖它自己", "The task waits for itself"),
    why=t("等自己做完才能开始，永远开始不了。", "It can never begin."),
    fix=t("删掉“{token}”，或改成真正的前置任务", "Delete “{token}” or name the task that is meant"),
    formula="{itself}",
    example="""
        tasks
        | id   | name | after | finds |
        | T001 | A    | T001  | after |
        | T002 | B    | T001  |       |
    """,
)
def self_dependency(links: pd.DataFrame) -> pd.DataFrame:
    return collapse_rows(links[(links.to_at == links.from_at) & links.how.isin(UNDERSTOOD)], "token")


@rule(
    "DP305",
    WARNING,
    "standard",
    at=Tasks.after,
    title=t("依赖重复", "Dependency twice"),
    says=t("{before} 写了不止一次", "{before} is named more than once"),
    why=t("重复的依赖容易改漏。", "The one is changed, the other forgotten."),
    fix=t("只留一个", "Keep one"),
    fixable=True,
    example="""
        tasks
        | id   | name | after     | finds |
        | T001 | A    | -         |       |
        | T002 | B    | T001、A   | after |
        | T003 | C    | T001、T002 |       |
    """,
)
def duplicate_dependency(links: pd.DataFrame, directory: TaskNames) -> pd.DataFrame:
    again = links.duplicated(["from_at", "to_at"]) & (links.to_at >= 0)
    twice = collapse_rows(links[again], "before")
    if twice.empty:
        return twice
    every: dict[int, dict[Any, str]] = defaultdict(dict)
    guessed: set[int] = set()
    for at, to, token, how in zip(links.from_at, links.to_at, links.token, links.how, strict=True):
        every[at].setdefault(to if to >= 0 else token, token)
        if how == "loose" and not directory.is_named(to, token):
            guessed.add(at)
    better = (None if at in guessed else SEPARATORS[0].join(every[at].values()) for at in twice.from_at)
    return twice.assign(better=object_array(better))


@rule(
    "DP307",
    ERROR,
    "basic",
    at=Tasks.due,
    title=t("截止早于前置任务", "Due before predecessor"),
    says=t(
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
def due_before_predecessor(sound: pd.DataFrame, directory: TaskNames) -> pd.DataFrame:
    wrong = sound[(sound.status != "cancelled") & (sound.due < sound.before_due)]
    hits = wrong.sort_values(["before_due", "to_at"]).drop_duplicates("from_at", keep="last")
    tasks, befores = hits.from_at.tolist(), hits.to_at.tolist()
    chains, due = Chains(dict(zip(tasks, befores, strict=True))), dict(zip(befores, hits.before_due, strict=True))
    return hits.assign(
        chain=object_array(" → ".join(chains.path(at, directory.label)) for at in tasks),
        earliest=np.array([due[chains.first(at)[0]] for at in tasks], dtype="datetime64[s]"),
    )


@rule(
    "DP308",
    WARNING,
    "standard",
    at=Tasks.status,
    title=t("前置任务未完成就开始", "Started before predecessor"),
    says=t("{advice}", "{advice}"),
    why=t("在没定下来的东西上动手，很可能要返工。", "Work on what is not settled yet is often done twice."),
    fix=t("等 {before} 完成，或更正状态和日期", "Wait for {before}, or correct the status or the date"),
    tells=("token",),
    formula="OR(AND(OR({status}={status.in_progress},{status}={status.done}),{before.open}),{before.later})",
    example="""
        tasks
        | id   | name | status      | after | finds  |
        | T001 | A    | in_progress | -     |        |
        | T002 | B    | in_progress | T001  | status |
        | T003 | C    | not_started | T001  |        |
    """,
)
def started_before_predecessor(sound: pd.DataFrame) -> pd.DataFrame:
    waiting = sound.status.isin(["in_progress", "done"]) & is_open(sound.before_status)
    early = sound.now_started < sound.before_now_finished
    held, late = sound[waiting], sound[early & ~waiting].sort_values("before_now_finished", ascending=False)
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
    says=t("已完成，但前置任务 {before} 还没有完成", "Done, although its predecessor {before} is still open"),
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
def done_before_predecessor(sound: pd.DataFrame) -> pd.DataFrame:
    return collapse_rows(sound[(sound.status == "done") & is_open(sound.before_status)], "before")


@rule(
    "DP310",
    WARNING,
    "standard",
    at=Tasks.after,
    title=t("前置任务已取消", "Cancelled predecessor"),
    says=t("前置任务 {before} 已取消", "Its predecessor {before} is cancelled"),
    why=t("等一个不会再做的任务，或者少了它的交付物。", "It waits for what will never come, or lacks what it needs."),
    fix=t("删掉这个依赖，或换成替代的任务", "Drop the dependency or name what takes its place"),
    example="""
        tasks
        | id   | name | status      | after | finds |
        | T001 | A    | cancelled   | -     |       |
        | T002 | B    | not_started | T001  | after |
    """,
)
def cancelled_predecessor(certain: pd.DataFrame) -> pd.DataFrame:
    return collapse_rows(certain[(certain.before_status == "cancelled") & is_open(certain.status)], "before")


@rule(
    "DP311",
    ERROR,
    "basic",
    at=Tasks.after,
    title=t("依赖不明确", "Ambiguous dependency"),
    says=t("“{token}”可能是 {suggestions}{aside}", "“{token}” may be {suggestions}{aside}"),
    why=t("系统不猜：猜错的依赖比没有更糟。", "Nothing is guessed: a wrong dependency is worse than none."),
    fix=t("{advice}", "{advice}"),
    tells=("suggestions",),
    example="""
        tasks
        | id   | name         | after    | finds |
        | T001 | 支付接口开发 | -        |       |
        | T002 | 支付接口测试 | -        |       |
        | T003 | 上线         | 支付接口 | after |
    """,
)
def ambiguous_dependency(links: pd.DataFrame, directory: TaskNames) -> pd.DataFrame:
    found = links[links.how == "ambiguous"]
    told = collapse_rows(found, "token")
    meant: dict[int, dict[int, None]] = {at: {} for at in told.from_at}
    for at, candidates in zip(found.from_at, found.candidates, strict=True):
        if len(meant[at]) <= MOST_LISTED:
            meant[at].update(dict.fromkeys(islice((each for each in candidates if each != at), MOST_LISTED + 1)))
    alike = [directory.share_an_id([*few]) for few in meant.values()]
    return told.assign(
        suggestions=object_array(directory.told_apart([*few][:MOST_LISTED]) for few in meant.values()),
        aside=object_array(_AND_MORE if len(few) > MOST_LISTED else "" for few in meant.values()),
        advice=object_array(_BY_NAME if each else _BY_ID for each in alike),
    )


_AND_MORE = t(" 等", " and others")
_BY_ID = t("写明编号", "Write the ID")
_BY_NAME = t("写任务名称；重复的编号要先改掉", "Write the name; two tasks must not bear one ID")


@rule(
    "DP313",
    WARNING,
    "standard",
    at=Tasks.after,
    title=t("被逾期任务耽误", "Blocked by late"),
    says=t("前置任务 {before} 逾期未完成{aside}", "Its predecessor {before} is overdue{aside}"),
    why=t("越早去催，越少耽误。", "The sooner somebody asks, the less is lost."),
    fix=t("联系{advice}，定下新的完成日期", "Call {advice} and agree on a new date"),
    tells=("days", "department"),
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
    certain: pd.DataFrame, planned: pd.DataFrame, plan: Plan, days: WorkingDays, today: dt.date
) -> pd.DataFrame:
    """The days are those by which a task can begin later than planned, or than the day after its predecessor's due."""
    late = (planned.is_open & (planned.due < pd.Timestamp(today))).to_numpy(bool)
    felt = certain[late[certain.to_at] & planned.is_open.to_numpy(bool)[certain.from_at]]
    found: pd.DataFrame = felt.drop_duplicates(["from_at", "to_at"])
    task, before = (planned.take(found[at].to_numpy()) for at in ("from_at", "to_at"))
    end = np.maximum(plan.finish[found.to_at], plan.today[found.to_at])
    start = task.start.where(task.start.notna(), before.due.to_numpy()).to_numpy()
    day_before = np.subtract(start, np.timedelta64(1, "D"))
    planned_end = np.maximum(days.position(wbs(found), day_before), plan.due[found.to_at])
    pushed = found.assign(days=np.maximum(end - planned_end, 0), department=before.department.array)
    told = collapse_rows(pushed.sort_values("days", ascending=False, kind="stable"), "before", "department")
    aside = (
        t(f"，会把这个任务推迟 {many} 个工作日", f" and pushes it by {many} working day(s)")
        if many
        else t("，还没有耽误这个任务", ", but does not push it yet")
        for many in told.days.tolist()
    )
    return told.assign(aside=object_array(aside), advice=object_array(map(_contacts_to_call, told.department)))


def _contacts_to_call(department: Any) -> list[Any]:
    """Return whom to call of one department or of several; nobody's tasks have an owner all the same."""
    return [each if isinstance(each, str) else t("它的负责人", "its owner") for each in _as_sequence(department)]
