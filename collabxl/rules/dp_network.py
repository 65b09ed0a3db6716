"""DP, continued: what shows only in the whole of the dependencies, or in another workbook."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collabxl.reading.frame_columns import bool_array, object_array
from collabxl.rules.engine.frames import collapse_rows, derived_frame, row_numbers, wbs
from collabxl.rules.engine.predicates import is_alive
from collabxl.rules.engine.rule import ERROR, INFO, WARNING, rule
from collabxl.rules.matching.cycles import (
    CyclicComponent,
    covering_cycles,
    cycle_through,
    cyclic_components,
    shorten_path,
    shortest_path,
)
from collabxl.rules.matching.ids import NONE
from collabxl.rules.matching.names import TaskNames, external_name, normalize_name
from collabxl.rules.matching.near_names import Effort, to_simplified
from collabxl.scheduling.graph import UNREACHED, node_levels
from collabxl.schema.sheets import Tasks
from collabxl.text import LANGS, MOST_LISTED, Text, TruncatedList, format_value, t, truncate_list

ALIKE = 80
"""How alike, per cent, the name of a project must be to be taken for a misspelt one."""
_NUMERALS = re.compile(r"[\d一二三四五六七八九十]+")
"""What tells one project of a series from the next: names that differ in it are no misspellings of each other."""


@rule(
    "DP304",
    ERROR,
    "basic",
    at=Tasks.after,
    title=t("循环依赖", "Dependency cycle"),
    message=t("循环依赖：{around}{aside}", "They wait for each other: {around}{aside}"),
    why=t("互相等待，谁也开始不了。", "None of them can begin."),
    fix=t("断开其中一个依赖", "Cut one of the dependencies"),
    extra_args=("path", "rows"),
    scope="run",
    example="""
        tasks
        | id   | name | after | finds |
        | T001 | A    | T003  | after |
        | T002 | B    | T001  | after |
        | T003 | C    | T002  | after |
        | T004 | D    | T003  |       |
    """,
)
def dependency_cycle(
    tasks: pd.DataFrame,
    resolved_links: pd.DataFrame,
    active_links: pd.DataFrame,
    external_cycles: pd.DataFrame,
    task_names: TaskNames,
) -> pd.DataFrame:
    """A knot of few tasks is told on each of its rows, by one shortest cycle a row; one of many once, its rows listed.

    One through several workbooks is told in each of them, on its own rows.
    """
    before, after, books = resolved_links.to_at.to_numpy(), resolved_links.from_at.to_numpy(), wbs(resolved_links)
    usable = np.isin(books, np.unique(books[before > after]))
    numbers = row_numbers(tasks)
    told = [
        around
        for knot in cyclic_components(before[usable], after[usable], numbers)
        for around in _cycle_reports(knot, task_names)
    ]
    told += _cross_project_cycles(tasks, active_links, external_cycles, task_names)
    paths = [[*around.path, around.path[0]] for around in told]
    hits = tasks.take(np.array([around.at for around in told], dtype=np.int64))
    return hits.assign(
        path=object_array(paths),
        rows=object_array(numbers[around.members].tolist() for around in told),
        around=object_array(" → ".join(path) for path in paths),
        aside=object_array(_size_text(numbers[around.members].tolist()) for around in told),
    )


class CycleReport(NamedTuple):
    """What one task is told of a knot: what the tasks of a cycle are called, and the tasks that are the knot."""

    at: int
    path: list[str]
    members: list[int]


def _cycle_reports(knot: CyclicComponent, directory: TaskNames) -> Iterator[CycleReport]:
    """Return what is told of a knot: of a large one at the first task that waits for one below its own row."""
    of = list(knot)
    if len(of) > MOST_LISTED:
        place = {at: number for number, at in enumerate(of)}
        waiting = (after for before in of for after in knot[before] if place[after] < place[before])
        at = min(waiting, key=place.__getitem__)
        yield CycleReport(at, shorten_path([directory.label(each) for each in cycle_through(knot, at)]), of)
        return
    told: set[int] = set()
    for cycle in covering_cycles(knot):
        path = [directory.label(at) for at in cycle]
        yield from (CycleReport(at, path, of) for at in cycle if at not in told)
        told.update(cycle)


def _size_text(numbers: Sequence[int]) -> Text:
    """Return the end of a sentence about a large knot: its tasks and their rows."""
    if len(numbers) <= MOST_LISTED:
        return t("", "")
    zh, en = (format_value(truncate_list(_number_runs(sorted(numbers))), lang) for lang in LANGS)
    return t(
        f"（共 {len(numbers)} 个任务互相等待，在第 {zh} 行）",
        f" ({len(numbers)} tasks wait for each other, in rows {en})",
    )


def _number_runs(numbers: Sequence[int]) -> Iterator[str]:
    """Return ascending numbers with those that follow each other as one: 4–8."""
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        inside = [number for _, number in run]
        yield str(inside[0]) if len(inside) == 1 else f"{inside[0]}–{inside[-1]}"


def _cross_project_cycles(
    tasks: pd.DataFrame, sound: pd.DataFrame, knots: pd.DataFrame, directory: TaskNames
) -> Iterator[CycleReport]:
    """Return what is told of every cycle through several workbooks: on each of its tasks here if they are few."""
    before, after = sound.to_at.to_numpy(), sound.from_at.to_numpy()
    books, numbers = wbs(tasks), row_numbers(tasks)
    for wb, steps in zip(knots.wb.tolist(), knots.steps, strict=True):
        here: list[int] = []
        path: list[str] = []
        for step in steps:
            if isinstance(step, str):
                path.append(step)
                continue
            first, last = (int(np.flatnonzero((books == wb) & (numbers == row))[0]) for row in step)
            ways = shortest_path(before, after, first, last)
            here += ways
            path += [directory.label(at) for at in ways]
        of = list(dict.fromkeys(here))
        yield from (CycleReport(at, shorten_path(path), of) for at in (of if len(of) <= MOST_LISTED else of[:1]))


@rule(
    "DP306",
    INFO,
    "strict",
    at=Tasks.after,
    title=t("依赖多余", "Redundant dependency"),
    message=t("{before} 已经由 {via} 保证，不必再写", "{via} waits for {before} already"),
    why=t("多余的依赖让图变乱，改计划时容易漏改。", "It clutters the plan and is forgotten when the plan changes."),
    fix=t("删掉“{token}”，只留直接的前置任务", "Drop “{token}” and keep what it really waits for"),
    example="""
        tasks
        | id   | name | after      | finds |
        | T001 | A    | -          |       |
        | T002 | B    | T001       |       |
        | T003 | C    | T002       |       |
        | T004 | D    | T003、T001 | after |
        | T005 | E    | T002、T003 | after |
        | T006 | F    | T004、T005 |       |
    """,
)
def redundant_dependency(active_links: pd.DataFrame, task_names: TaskNames) -> pd.DataFrame:
    usable = active_links.drop_duplicates(["from_at", "to_at"])
    maybe = _possibly_redundant(usable.from_at.to_numpy(), usable.to_at.to_numpy())
    usable = usable[np.isin(wbs(usable), wbs(usable)[maybe])]
    via = dict(_redundant_links(usable.from_at.tolist(), usable.to_at.tolist()))
    pairs = list(zip(usable.from_at.tolist(), usable.to_at.tolist(), strict=True))
    found: pd.DataFrame = usable[bool_array(pair in via for pair in pairs)]
    found = found.assign(via=object_array(task_names.label(via[pair]) for pair in pairs if pair in via))
    return collapse_rows(found, "before", "token", "via")


def _possibly_redundant(task: NDArray[np.int64], before: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which dependencies may be redundant, by the order of rows alone.

    Where all wait for rows above their own, whatever a task waits for at last stands no lower than the lowest row that
    any of its predecessors waits for. A dependency on a row below its own may be redundant in any case.
    """
    size = int(max(task.max(), before.max())) + 1 if len(task) else 0
    lowest = np.full(size, NONE)
    np.maximum.at(lowest, task, before)
    reached = np.full(size, NONE)
    np.maximum.at(reached, task, lowest[before])
    return (before <= reached[task]) | (before > task)


def _redundant_links(tasks: list[int], befores: list[int]) -> Iterator[tuple[tuple[int, int], int]]:
    """Return the dependencies that another one of the same task implies, each with that other predecessor.

    Ancestors are sets of bits, held only until the last task that waits for them has its own. Tasks on a cycle, and
    those after one, are left out.
    """
    waits: dict[int, list[int]] = defaultdict(list)
    for task, before in zip(tasks, befores, strict=True):
        waits[task].append(before)
    lowest, waiting = min(befores, default=0), Counter(befores)
    above: dict[int, int] = {}
    for task in _topological_order(tasks, befores):
        direct = waits.get(task, [])
        bits = [above[before] for before in direct]
        above[task] = 0
        for before, further in zip(direct, bits, strict=True):
            above[task] |= further | 1 << (before - lowest)
            waiting[before] -= 1
            if not waiting[before]:
                del above[before]
        if len(direct) > 1:
            for before in direct:
                via = [other for other, further in zip(direct, bits, strict=True) if further >> (before - lowest) & 1]
                if via:
                    yield (task, before), min(via)


def _topological_order(tasks: list[int], befores: list[int]) -> list[int]:
    """Return tasks after what they wait for, those on a cycle and those after one left out."""
    named, ends = np.unique(np.array([*befores, *tasks], dtype=np.int64), return_inverse=True)
    before, task = np.split(ends, 2)
    level = node_levels(before, task, len(named))
    order = np.argsort(level, kind="stable")
    found: list[int] = named[order[level[order] != UNREACHED]].tolist()
    return found


@rule(
    "DP312",
    INFO,
    "strict",
    at=Tasks.after,
    title=t("孤立任务", "Isolated task"),
    message=t("没有前置任务，也没有任务等它", "It waits for nothing, and nothing waits for it"),
    why=t("和计划没有联系的任务，拖了也不会有人发现。", "Cut off from the plan, its delay is noticed by nobody."),
    fix=t("写上依赖，或确认它真的独立", "Name what it waits for, or make sure that it stands alone"),
    in_copies=False,
    example="""
        tasks
        | id   | name | after | milestone | status      | finds |
        | T001 | A    | -     |           | not_started |       |
        | T002 | B    | T001  |           | not_started |       |
        | T003 | C    | -     |           | not_started | after |
        | T004 | D    |       | 是        | not_started |       |
        | T005 | E    | T099  |           | not_started |       |
        | T006 | F    | -     |           | cancelled   |       |
    """,
)
def isolated_task(tasks: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    linked = np.zeros(len(tasks) + 1, dtype=bool)
    linked[links.from_at] = linked[links.to_at] = True
    alone: pd.DataFrame = tasks[~linked[:-1]]
    return alone[~alone.milestone & is_alive(alone.status) & alone["name"].notna()]


@derived_frame
def projects(project: pd.DataFrame) -> dict[str, dict[int, str]]:
    """The projects of the run by their plain name: the workbooks that bear it, with the name as typed."""
    named: dict[str, dict[int, str]] = defaultdict(dict)
    for wb, name in zip(wbs(project).tolist(), project["name"], strict=True):
        if name is not None:
            named[normalize_name(name)][wb] = name
    return named


@rule(
    "DP314",
    ERROR,
    "basic",
    at=Tasks.after,
    title=t("外部任务找不到", "Unknown external task"),
    message=t("“{token}”：{advice}", "“{token}”: {advice}"),
    why=t("跨项目的依赖写错了，对方拖期这边不会知道。", "When the other project is late, nobody here is told."),
    fix=t("{aside}", "{aside}"),
    extra_args=("suggestions",),
    scope="run",
    example="""
        project
        | field | value        |
        | name  | 会员体系升级 |
        tasks
        | id   | name         | after                        | finds |
        | T001 | 积分规则     | -                            |       |
        | T002 | 积分商城上线 | 会员体系升级::T009           | after |
        | T003 | 短信通知     | 会员体系升级：：积分商城上线 |       |
        | T004 | 结算         | 另一个项目::T001             |       |
        | T005 | 复盘         | 会员体系升极::T001           | after |
    """,
)
def unknown_external(
    links: pd.DataFrame, task_names: TaskNames, projects: dict[str, dict[int, str]], books: pd.DataFrame
) -> pd.DataFrame:
    """Find tasks that another workbook of the run lacks, or several have: the one rule that looks beyond a workbook."""
    outside: pd.DataFrame = links[links.how == "external"]
    same = {wb: number or wb for wb, number in zip(books.wb.tolist(), books.identity, strict=True)}
    bearers = _Projects(projects)
    names = list(zip(wbs(outside).tolist(), outside.token, strict=True))
    each_once_judged = {
        (wb, token): _external_fault(wb, token, task_names, bearers, same) for wb, token in dict.fromkeys(names)
    }
    judged = [each_once_judged[name] for name in names]
    wrong = bool_array(each is not None for each in judged)
    faults, near = zip(*(each for each in judged if each), strict=True) if wrong.any() else ((), ())
    found: pd.DataFrame = outside[wrong].assign(suggestions=object_array(near), advice=object_array(faults))
    parts = [found[bool_array(each is fault for each in faults)] for fault in (_NO_PROJECT, _NO_TASK, _SEVERAL)]
    told = pd.concat([collapse_rows(part, "token", "suggestions") for part in parts if len(part)] or [found])
    return told.assign(
        severity=object_array(WARNING if fault is _SEVERAL else None for fault in told.advice),
        aside=object_array(map(_alternatives_text, told.advice, told.suggestions)),
    )


def _alternatives_text(fault: Text, names: list[str] | TruncatedList) -> Text:
    """Return what to do about names of outside tasks, by what may be meant."""
    near = list(names.values) if isinstance(names, TruncatedList) else names
    if near:
        return t(f"是不是“{'”“'.join(near)}”？", f"Is it “{'” or “'.join(near)}”?")
    if fault is _SEVERAL:
        return t("让两个项目的名称有别", "Give the two projects different names")
    return t("写对方任务的编号或完整名称", "Write the other task's ID or full name")


_NO_PROJECT = t("没有这个项目", "there is no such project")
_NO_TASK = t("那个项目里没有这个任务", "that project has no such task")
_SEVERAL = t("不止一个工作簿用这个项目名，里面都有这个任务", "several workbooks bear that name and have such a task")


class _Projects:
    """The projects of a run by their names as compared, and which of them a misspelt name may mean."""

    def __init__(self, known: dict[str, dict[int, str]]) -> None:
        self.known = known
        self._series: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self._effort = Effort()
        for name in known:
            self._series[tuple(_NUMERALS.findall(name))].append(name)

    def near(self, wb: int, word: str) -> list[str]:
        """Return up to three names like a word that a workbook uses, with the same numerals in them."""
        from rapidfuzz import fuzz
        from rapidfuzz.process import extract

        series = self._series.get(tuple(_NUMERALS.findall(word)), [])
        if not self._effort.allows(wb, len(series)):
            return []
        near = extract(to_simplified(word), series, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=3)
        return [next(iter(self.known[known].values())) for known, *_ in near]


def _external_fault(
    wb: int, token: str, directory: TaskNames, projects: _Projects, same: dict[int, object]
) -> tuple[Text, list[str]] | None:
    """Return what is wrong with the name of an outside task in a workbook, and what may be meant.

    ``same`` is alike for a master and its copies: which of those has the task does not matter.
    """
    project, task = external_name(token)
    there = projects.known.get(project)
    if there is None:
        near = projects.near(wb, project)
        return (_NO_PROJECT, near) if near else None
    having = {same[other] for other in there if directory.find_task(other, task) != NONE}
    if having:
        return (_SEVERAL, []) if len(having) > 1 else None
    tasks = (name for other in there for name in directory.suggest(other, task, asks=wb))
    return _NO_TASK, list(dict.fromkeys(tasks))[:3]
