"""PP: departments and persons."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collabxl.reading.frame_columns import bool_array, object_array
from collabxl.rules.engine.frames import derived_frame, distinct_words, limit_per_row, row_numbers, wbs
from collabxl.rules.engine.predicates import is_open
from collabxl.rules.engine.rule import ERROR, INFO, WARNING, EveryColumn, rule
from collabxl.rules.matching.names import TaskNames, normalize_name, split_names
from collabxl.rules.matching.near_names import Effort, to_simplified
from collabxl.rules.matching.wording import is_filler, normalize_person, person_name
from collabxl.scheduling.arrays import spans
from collabxl.scheduling.calendar import WorkingDays
from collabxl.schema.columns import Column, Ref
from collabxl.schema.settings import Limits
from collabxl.schema.sheets import Contacts, Minutes, Risks, Tasks
from collabxl.text import t, truncate_list

ALIKE = 50
"""How alike, per cent, a department must be to be suggested."""
SPAN = 1 << 22
"""More working days than any workbook can name; keeps the tasks of different persons apart in one sorted array."""


@derived_frame
def departments(project: pd.DataFrame, contacts: pd.DataFrame) -> dict[int, dict[str, str]]:
    """The departments that take part in each project, by their plain name."""
    known: dict[int, dict[str, str]] = {}
    for frame, keys in ((project, ("initiator", "departments")), (contacts, ("department",))):
        for key in keys:
            for wb, cell in zip(wbs(frame).tolist(), frame[key], strict=True):
                for name in split_names(cell) if cell else ():
                    known.setdefault(wb, {}).setdefault(normalize_name(name), name)
    return known


@rule(
    "PP701",
    ERROR,
    "basic",
    at=EveryColumn(lambda column: isinstance(column.kind, Ref) and column.kind.to is Contacts.department),
    title=t("部门不在名单中", "Unknown department"),
    message=t("“{value}”不在参与部门里", "“{value}” is not among the departments that take part"),
    why=t("部门对不上，就不知道该找谁、发给谁。", "Nobody knows whom to ask or to send it to."),
    fix=t("{advice}", "{advice}"),
    extra_args=("suggestion",),
    formula="{cell.unlisted}",
    example="""
        project
        | field       | value              |
        | initiator   | 产品研发部         |
        | departments | 市场部、IT部       |
        tasks
        | name | department | finds      |
        | A    | 产品部     | department |
        | B    | 市场部     |            |
        | C    | it部       |            |
    """,
)
def unknown_department(rows: pd.DataFrame, column: Column, departments: dict[int, dict[str, str]]) -> pd.DataFrame:
    from rapidfuzz import fuzz, process

    found = rows[
        _wrong_cells(rows, column, lambda wb, cell: wb in departments and normalize_name(cell) not in departments[wb])
    ]
    words = list(zip(wbs(found).tolist(), found[column.key], strict=True))
    near_to, effort = {}, Effort()
    for wb, cell in dict.fromkeys(words):
        known = departments[wb] if effort.allows(wb, len(departments[wb])) else {}
        near = process.extractOne(
            to_simplified(normalize_name(cell)), known.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE
        )
        near_to[wb, cell] = known[near[0]] if near else None
    suggestions = [near_to[word] for word in words]
    advice = (
        t(
            f"是不是“{near}”？改成它，或把部门加进参与部门",
            f"Is it “{near}”? Use that, or add the department to the project",
        )
        if near
        else t("改成参与部门之一，或把它加进参与部门", "Use one of the departments, or add it to the project")
        for near in suggestions
    )
    return found.assign(value=found[column.key], suggestion=object_array(suggestions), advice=object_array(advice))


def _wrong_cells(frame: pd.DataFrame, column: Column, is_wrong: Callable[[int, str], bool]) -> NDArray[np.bool_]:
    """Return in which rows the cell in ``column`` is wrong; asked once for every word of a workbook."""
    words, which = distinct_words(frame, column.key)
    return bool_array(word is not None and is_wrong(wb, word) for wb, word in words)[which]


@derived_frame
def persons(project: pd.DataFrame, contacts: pd.DataFrame) -> dict[int, dict[str, set[str]]]:
    """The persons whom each workbook's contact list names, if any, with the plain departments they speak for."""
    known: dict[int, dict[str, set[str]]] = {}
    for key in (Contacts.person.key, Contacts.backup.key):
        for wb, cell, department in zip(wbs(contacts).tolist(), contacts[key], contacts.department, strict=True):
            for name in split_names(cell) if cell else ():
                if not is_filler(name):
                    spoken_for = known.setdefault(wb, {}).setdefault(normalize_person(name), set())
                    spoken_for.update(map(normalize_name, split_names(department or "")))
    for wb, lead in zip(wbs(project).tolist(), project.lead, strict=True):
        for name in split_names(lead) if lead and wb in known else ():
            known[wb].setdefault(normalize_person(name), set())
    return known


@rule(
    "PP702",
    INFO,
    "strict",
    at=EveryColumn(lambda column: column in (Tasks.owner, Minutes.owner, Risks.owner)),
    title=t("人员不在名单中", "Unknown person"),
    message=t("部门对接人里没有 {unknown}", "The contacts have no {unknown}"),
    why=t("名单里没有的人，提醒和表格发不到。", "Reminders and copies do not reach them."),
    fix=t("改正姓名，或把人加进部门对接人", "Correct the name, or add the person to the contacts"),
    in_copies=False,
    example="""
        project
        | field | value  |
        | lead  | 王经理 |
        tasks
        | name | owner                | finds |
        | A    | 李四                 | owner |
        | B    | 张三（13800000000）  |       |
        | C    | 王经理、赵六         |       |
        contacts
        | department | person | backup |
        | 市场部     | 张三   | 赵六   |
    """,
)
def unknown_person(rows: pd.DataFrame, column: Column, persons: dict[int, dict[str, set[str]]]) -> pd.DataFrame:
    def missing(wb: int, cell: str) -> list[str]:
        return [name for name in split_names(cell) if normalize_person(name) not in persons[wb]]

    if not persons:
        return rows[:0]
    found = rows[_wrong_cells(rows, column, lambda wb, cell: wb in persons and bool(missing(wb, cell)))]
    unknown = (
        truncate_list(missing(wb, cell)) for wb, cell in zip(wbs(found).tolist(), found[column.key], strict=True)
    )
    return found.assign(unknown=object_array(unknown))


@derived_frame
def assignments(tasks: pd.DataFrame) -> pd.DataFrame:
    """One row a person and task, by person and row: the task's position ``at``, the ``person``, ``who`` as a number.

    A cell may name several persons; their names are looked at once for every different cell.
    """
    codes, cells = pd.factorize(tasks.owner.to_numpy())
    named = [[person_name(name) for name in split_names(cell)] for cell in cells]
    persons = object_array(name for names in named for name in names)
    numbers = pd.factorize(object_array(map(normalize_name, persons)))[0]
    several = np.array([*map(len, named), 0])
    begin = np.cumsum(several) - several
    at = np.repeat(np.arange(len(tasks)), several[codes])
    which = spans(begin[codes], several[codes])
    who = wbs(tasks)[at] * (len(numbers) + 1) + numbers[which]
    order = np.lexsort((row_numbers(tasks)[at], who))
    return pd.DataFrame({"at": at[order], "person": persons[which[order]], "who": who[order]})


@rule(
    "PP703",
    WARNING,
    "standard",
    at=Tasks.owner,
    title=t("一人任务过多", "Overloaded person"),
    message=t(
        "{since} 至 {until}，{person} 同时有 {count} 个任务：{named}",
        "From {since} to {until} {person} has {count} {count:task|tasks} at a time: {named}",
    ),
    why=t("几件事同时压在一个人身上，多半都会拖。", "Of several things at a time most will be late."),
    fix=t("改派一部分，或把日期错开", "Give some of them to others, or move them apart"),
    example="""
        tasks
        | id   | name | owner      | start      | due        | status      | finds |
        | T001 | A    | 张三       | 2024-08-01 | 2024-08-09 | in_progress |       |
        | T002 | B    | 张三       | 2024-08-02 | 2024-08-12 | not_started |       |
        | T003 | C    | 李四、张三 | 2024-08-05 | 2024-08-09 | not_started |       |
        | T004 | D    | 张三       | 2024-08-06 | 2024-08-16 | not_started | owner |
        | T005 | E    | 张三       | 2024-08-10 | 2024-08-11 | not_started |       |
        | T006 | F    | 李四       | 2024-08-06 | 2024-08-16 | not_started |       |
        | T007 | G    | 张三       | 2024-08-01 | 2024-08-16 | done        |       |
    """,
)
def overloaded_person(
    tasks: pd.DataFrame, assignments: pd.DataFrame, working_days: WorkingDays, task_names: TaskNames, limits: Limits
) -> pd.DataFrame:
    at = assignments["at"].to_numpy()
    planned = np.flatnonzero((is_open(tasks.status) & (tasks.start <= tasks.due)).to_numpy(bool)[at])
    at, who = at[planned], assignments.who.to_numpy()[planned]
    start, due = (tasks[key].to_numpy("datetime64[D]")[at] for key in ("start", "due"))
    first = working_days.position(wbs(tasks)[at], start - np.timedelta64(1, "D")) + 1
    last = working_days.position(wbs(tasks)[at], due)
    order = np.argsort(who * SPAN + first, kind="stable")
    order = order[(first <= last)[order]]
    busy = TaskSpans(who[order], first[order], last[order])
    over = _first_over(busy, limits.busy_tasks)
    at_a_time = _concurrent_tasks(busy, over)
    hits, doing = at[order[over]], [at[order[running]] for running in at_a_time]
    ends = (busy.first[over], np.array([busy.last[running].min() for running in at_a_time], dtype=np.int64))
    since, until = (working_days.day(wbs(tasks)[hits], end).astype("datetime64[s]") for end in ends)
    found = tasks.take(hits).assign(
        person=assignments.person.to_numpy()[planned[order[over]]],
        count=[len(each) for each in doing],
        named=object_array(truncate_list(map(task_names.label, each.tolist())) for each in doing),
        since=since,
        until=until,
    )
    return limit_per_row(found)


class TaskSpans(NamedTuple):
    """Tasks in the order of person, beginning and row: who does each, and its first and last working day."""

    who: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]


def _first_over(busy: TaskSpans, most: int) -> NDArray[np.int64]:
    """Return of each person the place of the first task with which there are more than ``most`` at a time."""
    begins, ends = (busy.who * SPAN + on for on in (busy.first, busy.last))
    running = np.arange(1, len(begins) + 1) - np.searchsorted(np.sort(ends), begins, side="left")
    over = np.flatnonzero(running > most)
    _, each = np.unique(busy.who[over], return_index=True)
    first_of_each: NDArray[np.int64] = over[each]
    return first_of_each


def _concurrent_tasks(busy: TaskSpans, over: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the places of what a person does on the day when each of these tasks begins, that one the last."""
    since = np.searchsorted(busy.who, busy.who[over]).tolist()
    return [
        first + np.flatnonzero(busy.last[first : place + 1] >= busy.first[place])
        for first, place in zip(since, over.tolist(), strict=True)
    ]


@rule(
    "PP704",
    INFO,
    "strict",
    at=Tasks.owner,
    title=t("一人两个部门", "Person in two departments"),
    message=t(
        "{person} 在这里属于{department}，别处属于{other}", "{person} is of {department} here, of {other} elsewhere"
    ),
    why=t("可能是两个同名的人，也可能部门填错了。", "Either two people of one name, or a wrong department."),
    fix=t("改正部门；确实是两个人，就在姓名后注明", "Correct the department, or tell the two persons apart"),
    example="""
        project
        | field       | value        |
        | initiator   | 产品研发部   |
        | departments | 市场部、IT部 |
        tasks
        | name | owner | department | finds |
        | A    | 张三  | 市场部     |       |
        | B    | 张三  | 市场部     |       |
        | C    | 张三  | IT部       | owner |
        | D    | 李四  | IT部       | owner |
        | E    | 王五  | IT部       |       |
        contacts
        | department | person |
        | 市场部     | 李四   |
        | IT部       | 王五   |
    """,
)
def person_in_two_departments(
    tasks: pd.DataFrame,
    assignments: pd.DataFrame,
    persons: dict[int, dict[str, set[str]]],
    departments: dict[int, dict[str, str]],
) -> pd.DataFrame:
    books = wbs(tasks)
    homes: dict[int, dict[str, str]] = {}
    found: dict[int, tuple[int, str, str, list[str]]] = {}
    for task, who, person, department in _first_of_each_department(tasks, assignments):
        word, known = normalize_name(department), departments.get(books[task], {})
        if who in found or (known and word not in known):
            continue
        spoken_for = persons.get(books[task], {}).get(normalize_name(person), ())
        home = homes.setdefault(who, {each: known.get(each, each) for each in spoken_for} or {word: department})
        if word not in home:
            found[who] = (task, person, department, sorted(home.values()))
    at, *fields = zip(*found.values(), strict=True) if found else ((),) * 4
    told = dict(zip(("person", "department", "other"), map(object_array, fields), strict=True))
    return limit_per_row(tasks.take(np.array(at, dtype=np.int64)).assign(**told))


def _first_of_each_department(tasks: pd.DataFrame, duties: pd.DataFrame) -> Iterator[tuple[int, int, str, str]]:
    """Return of every person the first task in each department: its position, the person twice, and the department."""
    at, who = duties["at"].to_numpy(), duties.who.to_numpy()
    codes, words = pd.factorize(tasks.department.to_numpy())
    known = np.flatnonzero(codes[at] >= 0)
    _, first = np.unique(who[known] * len(words) + codes[at[known]], return_index=True)
    places = known[np.sort(first)]
    named = duties.person.to_numpy()[places], words[codes[at[places]]]
    return zip(at[places].tolist(), who[places].tolist(), *named, strict=True)
