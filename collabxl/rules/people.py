"""PP: departments and persons."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collabxl.calendar import WorkingDays
from collabxl.frames import mask, objects
from collabxl.rules.names import Names, plain, simplified, split
from collabxl.rules.relate import derived, is_open, rows, wbs
from collabxl.rules.rule import ERROR, INFO, WARNING, Every, rule
from collabxl.rules.wording import bare, called, says_nothing
from collabxl.schema.column import Column
from collabxl.schema.kinds import Ref
from collabxl.schema.standard import Contacts, Minutes, Risks, Tasks
from collabxl.settings import Limits
from collabxl.text import t

ALIKE = 50
"""How alike, per cent, a department must be to be suggested."""
SPAN = 1 << 22
"""More working days than any workbook can name; keeps the tasks of different persons apart in one sorted array."""


@derived
def departments(project: pd.DataFrame, contacts: pd.DataFrame) -> dict[int, dict[str, str]]:
    """The departments that take part in each project, by their plain name."""
    known: dict[int, dict[str, str]] = {}
    for frame, keys in ((project, ("initiator", "departments")), (contacts, ("department",))):
        for key in keys:
            for wb, cell in zip(wbs(frame).tolist(), frame[key], strict=True):
                for name in split(cell) if cell else ():
                    known.setdefault(wb, {}).setdefault(plain(name), name)
    return known


@rule(
    "PP701",
    ERROR,
    "basic",
    at=Every(lambda column: isinstance(column.kind, Ref) and column.kind.to is Contacts.department),
    title=t("部门不在名单中", "Unknown department"),
    says=t("“{value}”不在参与部门里", "“{value}” is not among the departments that take part"),
    why=t("部门对不上，就不知道该找谁、发给谁。", "Nobody knows whom to ask or to send it to."),
    fix=t("{advice}", "{advice}"),
    tells=("suggestion",),
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

    found = rows[_each(rows, column, lambda wb, cell: wb in departments and plain(cell) not in departments[wb])]
    suggestions = []
    for wb, cell in zip(wbs(found).tolist(), found[column.key], strict=True):
        word = simplified(plain(cell))
        near = process.extractOne(word, departments[wb].keys(), scorer=fuzz.ratio, score_cutoff=ALIKE)
        suggestions.append(departments[wb][near[0]] if near else None)
    advice = (
        t(
            f"是不是“{near}”？改成它，或把部门加进参与部门",
            f"Is it “{near}”? Use that, or add the department to the project",
        )
        if near
        else t("改成参与部门之一，或把它加进参与部门", "Use one of the departments, or add it to the project")
        for near in suggestions
    )
    return found.assign(value=found[column.key], suggestion=objects(suggestions), advice=objects(advice))


def _each(frame: pd.DataFrame, column: Column, is_wrong: Callable[[int, str], bool]) -> NDArray[np.bool_]:
    """Return in which rows the cell in ``column`` is wrong; asked once for every word of a workbook."""
    codes, words = pd.factorize(frame[column.key].to_numpy())
    pairs, which = np.unique(wbs(frame) * (len(words) + 1) + codes + 1, return_inverse=True)
    wrong = mask(
        code > 0 and is_wrong(wb, words[code - 1])
        for wb, code in zip(*(each.tolist() for each in np.divmod(pairs, len(words) + 1)), strict=True)
    )
    return wrong[which]


@derived
def persons(project: pd.DataFrame, contacts: pd.DataFrame) -> dict[int, dict[str, set[str]]]:
    """The persons whom each workbook's contact list names, if any, with the plain departments they speak for."""
    known: dict[int, dict[str, set[str]]] = {}
    for key in (Contacts.person.key, Contacts.backup.key):
        for wb, cell, department in zip(wbs(contacts).tolist(), contacts[key], contacts.department, strict=True):
            for name in split(cell) if cell else ():
                if not says_nothing(name):
                    spoken_for = known.setdefault(wb, {}).setdefault(bare(name), set())
                    spoken_for.update(map(plain, split(department or "")))
    for wb, lead in zip(wbs(project).tolist(), project.lead, strict=True):
        for name in split(lead) if lead and wb in known else ():
            known[wb].setdefault(bare(name), set())
    return known


@rule(
    "PP702",
    INFO,
    "strict",
    at=Every(lambda column: column in (Tasks.owner, Minutes.owner, Risks.owner)),
    title=t("人员不在名单中", "Unknown person"),
    says=t("部门对接人里没有 {unknown}", "The contacts have no {unknown}"),
    why=t("名单里没有的人，提醒和表格发不到。", "Reminders and copies do not reach them."),
    fix=t("改正姓名，或把人加进部门对接人", "Correct the name, or add the person to the contacts"),
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
        return [name for name in split(cell) if bare(name) not in persons[wb]]

    if not persons:
        return rows[:0]
    found = rows[_each(rows, column, lambda wb, cell: wb in persons and bool(missing(wb, cell)))]
    listed = (missing(wb, cell) for wb, cell in zip(wbs(found).tolist(), found[column.key], strict=True))
    return found.assign(unknown=objects(listed))


@derived
def duties(tasks: pd.DataFrame) -> pd.DataFrame:
    """One row a person and task: the task's position ``at``, the ``person``, and ``who``, a number for each.

    A cell may name several persons; their names are looked at once for every different cell.
    """
    codes, cells = pd.factorize(tasks.owner.to_numpy())
    named = [[called(name) for name in split(cell)] for cell in cells]
    persons = objects(name for names in named for name in names)
    numbers = pd.factorize(objects(map(plain, persons)))[0]
    several = np.array([*map(len, named), 0])
    begin = np.cumsum(several) - several
    sizes = several[codes]
    at = np.repeat(np.arange(len(tasks)), sizes)
    which = np.arange(len(at)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + begin[codes[at]]
    return pd.DataFrame(
        {"at": at, "person": persons[which], "who": wbs(tasks)[at] * (len(numbers) + 1) + numbers[which]}
    )


@rule(
    "PP703",
    WARNING,
    "standard",
    at=Tasks.owner,
    title=t("一人任务过多", "Overloaded person"),
    says=t(
        "{since} 至 {until}，{person} 同时有 {count} 个任务：{named}",
        "From {since} to {until} {person} has {count} tasks at a time: {named}",
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
    tasks: pd.DataFrame, duties: pd.DataFrame, days: WorkingDays, directory: Names, limits: Limits
) -> pd.DataFrame:
    at = duties["at"].to_numpy()
    start, due = (tasks[key].to_numpy("datetime64[D]")[at] for key in ("start", "due"))
    first = days.position(wbs(tasks)[at], start - np.timedelta64(1, "D")) + 1
    last = days.position(wbs(tasks)[at], due)
    worked = is_open(tasks.status).to_numpy(bool)[at] & (start <= due) & (first <= last)
    busy = duties.assign(first=first, last=last, row=rows(tasks)[at])[worked]
    busy = busy.sort_values(["who", "first", "row"], kind="stable")
    over = _first_over(busy, limits.busy_tasks)
    at_a_time = [_running(busy, place) for place in over.tolist()]
    hits = busy.iloc[over]
    ends = (hits["first"].to_numpy(), np.array([running["last"].min() for running in at_a_time], dtype=np.int64))
    since, until = (days.day(wbs(tasks)[hits["at"]], end).astype("datetime64[s]") for end in ends)
    return tasks.take(hits["at"]).assign(
        person=hits.person.array,
        count=[len(running) for running in at_a_time],
        named=objects([directory.label(task) for task in running["at"]] for running in at_a_time),
        since=since,
        until=until,
    )


def _first_over(busy: pd.DataFrame, most: int) -> NDArray[np.int64]:
    """Return of each person the place of the first task with which there are more than ``most`` at a time."""
    who = busy.who.to_numpy()
    begins, ends = (who * SPAN + busy[key].to_numpy() for key in ("first", "last"))
    running = np.arange(1, len(busy) + 1) - np.searchsorted(np.sort(ends), begins, side="left")
    over = np.flatnonzero(running > most)
    _, each = np.unique(who[over], return_index=True)
    first_of_each: NDArray[np.int64] = over[each]
    return first_of_each


def _running(busy: pd.DataFrame, place: int) -> pd.DataFrame:
    """Return what the person of the task at ``place`` does on the day that it begins, of what began no later."""
    one = busy.iloc[place]
    begun = busy.iloc[np.searchsorted(busy.who.to_numpy(), one.who) : place + 1]
    still: pd.DataFrame = begun[begun["last"] >= one["first"]]
    return still


@rule(
    "PP704",
    INFO,
    "strict",
    at=Tasks.owner,
    title=t("一人两个部门", "Person in two departments"),
    says=t(
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
    duties: pd.DataFrame,
    persons: dict[int, dict[str, set[str]]],
    departments: dict[int, dict[str, str]],
) -> pd.DataFrame:
    at = duties["at"].to_numpy()
    here = duties.assign(row=rows(tasks)[at], department=tasks.department.array.take(at), wb=wbs(tasks)[at])
    here = here[here.department.notna()].sort_values(["who", "row"]).drop_duplicates(["who", "department"])
    homes: dict[int, dict[str, str]] = {}
    found: dict[int, tuple[int, str, str, list[str]]] = {}
    for task, person, who, department, wb in zip(
        here["at"], here.person, here.who, here.department, here.wb, strict=True
    ):
        word, known = plain(department), departments.get(wb, {})
        if known and word not in known:
            continue
        spoken_for = persons.get(wb, {}).get(plain(person))
        home = homes.setdefault(who, {each: known.get(each, each) for each in spoken_for or ()} or {word: department})
        if word not in home:
            found.setdefault(who, (task, person, department, sorted(home.values())))
    tasks_at, *fields = zip(*found.values(), strict=True) if found else ((),) * 4
    told = dict(zip(("person", "department", "other"), map(objects, fields), strict=True))
    return tasks.take(np.array(tasks_at, dtype=np.int64)).assign(**told)
