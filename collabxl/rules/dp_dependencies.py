"""DP: what a task waits for, as its cell names it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from itertools import chain, islice
from typing import Any

import pandas as pd

from collabxl.reading.frame_columns import object_array
from collabxl.rules.engine.frames import cell_values, collapse_rows, derived_frame, wbs
from collabxl.rules.engine.predicates import is_alive
from collabxl.rules.engine.rule import ERROR, INFO, WARNING, rule
from collabxl.rules.matching.names import TaskNames
from collabxl.schema.sheets import SEPARATORS, Tasks
from collabxl.text import MOST_LISTED, Text, t

_SEPARATED = re.compile(f"[{SEPARATORS}]")
UNDERSTOOD = ("id", "name", "deliverable", "loose")


@derived_frame
def resolved_links(links: pd.DataFrame) -> pd.DataFrame:
    """Links whose predecessor is one known task other than the task itself."""
    return links[(links.to_at >= 0) & (links.to_at != links.from_at)]


@derived_frame
def active_links(resolved_links: pd.DataFrame) -> pd.DataFrame:
    """Links whose predecessor is one known, living task other than the task itself."""
    return resolved_links[is_alive(resolved_links.before_status)]


@rule(
    "DP301",
    ERROR,
    "basic",
    at=Tasks.after,
    title=t("依赖任务找不到", "Unknown dependency"),
    message=t("依赖的“{token}”不是任何任务", "“{token}” names no task"),
    why=t("写错的依赖起不到作用，前面的任务拖了也没人知道。", "A dependency that names nothing warns nobody."),
    fix=t("{advice}", "{advice}"),
    extra_args=("suggestions",),
    awaits_acceptance=True,
    formula="{after.unknown}",
    supersedes=("DP302", "DP303", "DP311"),
    example="""
        tasks
        | id   | name             | after                | finds |
        | T001 | 支付接口方案设计 | -                    |       |
        | T002 | 宣传物料制作     | 支付功能上线时间确认 | after |
        | T003 | 上线             | T001、T099           | after |
    """,
)
def unknown_dependency(links: pd.DataFrame, task_names: TaskNames) -> pd.DataFrame:
    found = collapse_rows(links[links.how == "unknown"], "token")
    near = [
        {token: task_names.suggest(wb, token, but=at) for token in cell_values(tokens)}
        for wb, tokens, at in zip(wbs(found).tolist(), found.token, found.from_at, strict=True)
    ]
    suggestions = (list(dict.fromkeys(chain.from_iterable(each.values()))) for each in near)
    return found.assign(suggestions=object_array(suggestions), advice=object_array(map(_suggestion_text, near)))


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
    message=t("“{token}”被理解为 {task}", "“{token}” is taken for {task}"),
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
def loose_dependency(links: pd.DataFrame, task_names: TaskNames) -> pd.DataFrame:
    found = links[links.how.isin(["deliverable", "loose"]) & (links.to_at != links.from_at)]
    sure: dict[int, dict[str, str]] = defaultdict(dict)
    for wb, at, token, how, name, to in zip(
        wbs(found).tolist(), found.from_at, found.token, found.how, found.before, found.to_at, strict=True
    ):
        certain = how == "deliverable" or task_names.is_named(to, token)
        found_by_it = task_names.find(wb, name)
        if certain and found_by_it.single == to and found_by_it.how in ("id", "name"):
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
    message=t("任务依赖它自己", "The task waits for itself"),
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
    message=t("{before} 写了不止一次", "{before} is named more than once"),
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
def duplicate_dependency(links: pd.DataFrame, task_names: TaskNames) -> pd.DataFrame:
    again = links.duplicated(["from_at", "to_at"]) & (links.to_at >= 0)
    twice = collapse_rows(links[again], "before")
    if twice.empty:
        return twice
    every: dict[int, dict[Any, str]] = defaultdict(dict)
    guessed: set[int] = set()
    for at, to, token, how in zip(links.from_at, links.to_at, links.token, links.how, strict=True):
        every[at].setdefault(to if to >= 0 else token, token)
        if how == "loose" and not task_names.is_named(to, token):
            guessed.add(at)
    better = (None if at in guessed else SEPARATORS[0].join(every[at].values()) for at in twice.from_at)
    return twice.assign(better=object_array(better))


@rule(
    "DP311",
    ERROR,
    "basic",
    at=Tasks.after,
    title=t("依赖不明确", "Ambiguous dependency"),
    message=t("“{token}”可能是 {suggestions}{aside}", "“{token}” may be {suggestions}{aside}"),
    why=t("系统不猜：猜错的依赖比没有更糟。", "Nothing is guessed: a wrong dependency is worse than none."),
    fix=t("{advice}", "{advice}"),
    extra_args=("suggestions",),
    example="""
        tasks
        | id   | name         | after    | finds |
        | T001 | 支付接口开发 | -        |       |
        | T002 | 支付接口测试 | -        |       |
        | T003 | 上线         | 支付接口 | after |
    """,
)
def ambiguous_dependency(links: pd.DataFrame, task_names: TaskNames) -> pd.DataFrame:
    found = links[links.how == "ambiguous"]
    told = collapse_rows(found, "token")
    meant: dict[int, dict[int, None]] = {at: {} for at in told.from_at}
    for at, candidates in zip(found.from_at, found.candidates, strict=True):
        if len(meant[at]) <= MOST_LISTED:
            meant[at].update(dict.fromkeys(islice((each for each in candidates if each != at), MOST_LISTED + 1)))
    alike = [task_names.share_id([*few]) for few in meant.values()]
    return told.assign(
        suggestions=object_array(task_names.distinct_labels([*few][:MOST_LISTED]) for few in meant.values()),
        aside=object_array(_AND_MORE if len(few) > MOST_LISTED else "" for few in meant.values()),
        advice=object_array(_BY_NAME if each else _BY_ID for each in alike),
    )


_AND_MORE = t(" 等", " and others")
_BY_ID = t("写明编号", "Write the ID")
_BY_NAME = t("写任务名称；重复的编号要先改掉", "Write the name; two tasks must not bear one ID")
