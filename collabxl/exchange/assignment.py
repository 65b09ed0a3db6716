"""Whose row is whose: what each department of a master answers for, and what of others its rows depend on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from collabxl.exchange.link_requests import LinkRequest, WithheldTasks, withheld_tasks
from collabxl.exchange.rows import SHARED, ids_of
from collabxl.exchange.three_way import Spot
from collabxl.reading.workbook import Reading
from collabxl.rules.engine.frames import Frames, named_tasks
from collabxl.rules.matching.names import normalize_name, split_names
from collabxl.schema.sheets import Contacts, Minutes, Progress, Project, Risks, Tasks

Owners = dict[str, list[frozenset[str]]]
"""Who answers for each row, by sheet key, in the order of the rows; departments as they are compared."""

_NOBODY: frozenset[str] = frozenset()


class DepartmentShare(NamedTuple):
    """One department's share of a master: by sheet key the 编号 of its own rows, and of those it only sees."""

    department: str
    own: dict[str, list[str]]
    visible: dict[str, list[str]]


class UnassignedRow(NamedTuple):
    """A row that goes to nobody: the sheet's title in the file, its row, and its 编号 if it has one."""

    sheet: str
    row: int
    id: str


class Division(NamedTuple):
    """A master divided among its departments, and the rows that are nobody's."""

    shares: list[DepartmentShare]
    unassigned: list[UnassignedRow]
    withheld: list[WithheldTasks]
    """What departments are not shown though they have named it: nobody has accepted that yet."""


class _Mention(NamedTuple):
    """A cell that names a task: whose it is, and the task's place."""

    by: frozenset[str]
    spot: Spot
    to: int


def assign_rows(
    reading: Reading,
    frames: Frames,
    reserved: Mapping[str, Mapping[str, Iterable[str]]],
    links: Mapping[Spot, LinkRequest],
) -> Division:
    """Return what of a master is whose.

    A task is its 所属部门's, a progress row its task's, any other row its 责任部门's. A row without a department that
    takes part belongs to the one it was ``reserved`` for, by department and sheet, else to nobody. Tasks that rows name
    can be read, but for what only unaccepted ``links`` lead to.
    """
    departments = departments_of(frames)
    pages = {page.key: page for page in reading.sheets if page.key in {sheet.meta.key for sheet in SHARED}}
    ids = {key: ids_of(page) for key, page in pages.items()}
    alone = {key: {id for id, count in Counter(listed).items() if id and count == 1} for key, listed in ids.items()}
    kept = {each: rows for each, rows in reserved.items() if normalize_name(each) in departments}
    owners = _assign_reserved(_owners(frames, departments), ids, kept)
    shares = []
    named = _mentions(owners, frames, ids)
    tasks = ids.get(Tasks.meta.key, [])
    # Naming a task shows it to whoever names it, so a name that came with a return could be used to look at anything:
    # such mentions wait until the coordinator accepts them.
    doubtful = [each for each in named if _is_doubtful(each, tasks, owners, links)]
    accepted = [each for each in named if each not in doubtful]
    for key, department in departments.items():
        own = {sheet: [at for at, whose in enumerate(owners[sheet]) if key in whose] for sheet in ids}
        both = (
            {sheet: _unique_ids(ids[sheet], places, alone[sheet]) for sheet, places in each.items() if sheet in ids}
            for each in (own, _visible_rows(key, owners, frames, accepted))
        )
        shares.append(DepartmentShare(department, *both))
    left = [
        UnassignedRow(page.title, row, id)
        for key, page in pages.items()
        for row, id, whose in zip(page.rows, ids[key], owners[key], strict=True)
        if not whose or id not in alone[key]
    ]
    return Division(shares, left, withheld_tasks(links, ((each.spot, tasks[each.to]) for each in doubtful)))


def _unique_ids(ids: list[str], places: Iterable[int], alone: set[str]) -> list[str]:
    return [ids[at] for at in places if ids[at] in alone]


def departments_of(frames: Frames | Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Return the departments of 部门对接人, else those of the form, by their names as they are compared."""
    told = [str(name) for name in frames[Contacts.meta.key].department if name is not None]
    if not told:
        form = frames[Project.meta.key]
        cells = [*form[Project.initiator.key], *form[Project.departments.key]]
        told = [name for cell in cells if cell is not None for name in split_names(str(cell))]
    found: dict[str, str] = {}
    for name in told:
        found.setdefault(normalize_name(name), name)
    return {key: name for key, name in found.items() if key}


def _owners(frames: Frames, departments: Mapping[str, str]) -> Owners:
    tasks = _cell_departments(frames[Tasks.meta.key][Tasks.department.key], departments)
    return {
        Tasks.meta.key: tasks,
        Progress.meta.key: [tasks[at] if at >= 0 else _NOBODY for at in frames["progress_with_task"].of_at.tolist()],
        Minutes.meta.key: _cell_departments(frames[Minutes.meta.key][Minutes.department.key], departments),
        Risks.meta.key: _cell_departments(frames[Risks.meta.key][Risks.department.key], departments),
    }


def _cell_departments(cells: pd.Series[Any], departments: Mapping[str, str]) -> list[frozenset[str]]:
    words = (split_names(str(cell)) if cell is not None and cell == cell else () for cell in cells)
    return [
        frozenset(normalize_name(word) for word in listed if normalize_name(word) in departments) for listed in words
    ]


def _assign_reserved(
    owners: Owners, ids: Mapping[str, list[str]], reserved: Mapping[str, Mapping[str, Iterable[str]]]
) -> Owners:
    held = {
        (sheet, id): frozenset((normalize_name(department),))
        for department, rows in reserved.items()
        for sheet, listed in rows.items()
        for id in listed
    }
    return {
        sheet: [whose or held.get((sheet, id), _NOBODY) for id, whose in zip(listed, owners[sheet], strict=True)]
        for sheet, listed in ids.items()
    }


def _is_doubtful(mention: _Mention, tasks: list[str], owners: Owners, links: Mapping[Spot, LinkRequest]) -> bool:
    """Return whether a mention leads to a task of others that who typed it could not see, and nobody accepted it."""
    link = links.get(mention.spot)
    is_seen = link is None or tasks[mention.to] in link.visible
    return not is_seen and not mention.by & owners[Tasks.meta.key][mention.to]


def _visible_rows(key: str, owners: Owners, frames: Frames, named: Iterable[_Mention]) -> dict[str, list[int]]:
    """Return by sheet the places of the rows that a department sees: tasks that its rows name, and where they stand."""
    tasks = owners[Tasks.meta.key]
    wanted = {each.to for each in named if key in each.by and key not in tasks[each.to]}
    tracked = frames["progress_with_task"]
    newest = zip(tracked.of_at.tolist(), tracked.newest.tolist(), strict=True)
    rows = [at for at, (of, counts) in enumerate(newest) if counts and of in wanted]
    return {Tasks.meta.key: sorted(wanted), Progress.meta.key: rows}


def _mentions(owners: Owners, frames: Frames, ids: Mapping[str, list[str]]) -> list[_Mention]:
    """Return every cell that names a task for certain."""
    links = frames["links"]
    pairs = zip(links.from_at.tolist(), links.to_at.tolist(), strict=True)
    found = [(Tasks.after, by, to) for by, to in pairs]
    for column in (Minutes.task, Risks.tasks):
        frame = frames[column.sheet.meta.key]
        cells = named_tasks(frame.assign(at=range(len(frame))), column.key, frames["task_names"])
        found += [(column, by, to) for by, to in zip(cells["at"].tolist(), cells.to_at.tolist(), strict=True)]
    return [
        _Mention(owners[sheet][by], Spot(sheet, ids[sheet][by], column.key), to)
        for column, by, to in found
        if to >= 0 and (sheet := column.sheet.meta.key) in ids
    ]
