"""One department's copy of a master: what stands in it, which rows are open, and what it was when it was sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from collabxl.exchange.assignment import DepartmentShare
from collabxl.exchange.master import OWN_ROWS, Master, ids_after
from collabxl.exchange.rows import SHARED, typed_rows
from collabxl.exchange.three_way import Row, Rows
from collabxl.reading.sheet import SheetReading
from collabxl.reading.workbook import Reading
from collabxl.rules.matching.names import normalize_name
from collabxl.schema.columns import Column
from collabxl.schema.sheets import Calendar, Contacts, Minutes, Progress, Project, Risks, Tasks, Waivers
from collabxl.workbook.content import Content
from collabxl.workbook.prepared_rows import PreparedRows

NEW_ROWS = {Tasks.meta.key: 20, Progress.meta.key: 40, Minutes.meta.key: 20, Risks.meta.key: 10}
"""How many blank rows a copy has for new ones, by sheet; fewer where the master has not so many left for all."""
_TASK = (Tasks.name, Tasks.owner, Tasks.department, Tasks.deliverable, Tasks.due, Tasks.priority, Tasks.status)
SEEN: dict[str, tuple[Column, ...]] = {
    Tasks.meta.key: (*_TASK, Tasks.start, Tasks.milestone),
    Progress.meta.key: (
        *(Progress.task, Progress.started, Progress.finished, Progress.progress, Progress.status),
        *(Progress.expected, Progress.updated),
    ),
}
"""What a department sees of rows that its own depend on: what, who and until when, no notes of others."""
Allotment = dict[str, dict[str, list[str]]]
"""The 编号 of blank rows by department and sheet key."""
_CONTACT = (Contacts.department, Contacts.person, Contacts.phone, Contacts.email)


class CopyDraft(NamedTuple):
    """A copy as it is to be built: its content and open parts, its rows as sent, those the department may change."""

    content: Content
    parts: dict[str, PreparedRows]
    base: Rows
    rows: dict[str, list[str]]


def draft_copy(
    master: Master,
    reading: Reading,
    share: DepartmentShare,
    ready: Mapping[str, Sequence[str]],
    accepted: Sequence[Row] = (),
) -> CopyDraft:
    """Return the copy for one share of a master; ``ready`` has the 编号 of its blank rows by sheet key.

    ``accepted`` are rows of 豁免 for what a copy lacks on purpose.
    """
    # Rows of others stand first and locked with a few columns, then the department's own, then blank ones with printed
    # IDs. What is sent is kept as the base of the merge to come, so only what stands here can ever be compared.
    base: dict[str, dict[str, Row]] = {}
    parts: dict[str, PreparedRows] = {}
    for sheet in SHARED:
        key = sheet.meta.key
        rows = master.rows.get(key, {})
        seen, own = ([id for id in listed.get(key, ()) if id in rows] for listed in (share.visible, share.own))
        columns = [column.key for column in SEEN.get(key, ())]
        base[key] = {id: {name: rows[id][name] for name in columns if name in rows[id]} for id in seen}
        base[key] |= {id: rows[id] for id in own}
        parts[key] = PreparedRows((*seen, *own, *ready.get(key, ())), locked=len(seen))
    pages = {page.key: page for page in reading.sheets}
    content: dict[str, list[Row]] = {
        key: [{**row, "id": id} for id, row in listed.items()] for key, listed in base.items()
    }
    others = {normalize_name(str(row.get(Tasks.department.key))) for row in base[Tasks.meta.key].values()}
    mine = {id for listed in share.own.values() for id in listed}
    content[Contacts.meta.key] = _contacts(pages.get(Contacts.meta.key), normalize_name(share.department), others)
    content[Calendar.meta.key] = list(typed_rows(pages.get(Calendar.meta.key)))
    waivers = typed_rows(pages.get(Waivers.meta.key))
    content[Waivers.meta.key] = [row for row in waivers if normalize_name(str(row.get(Waivers.id.key))).upper() in mine]
    content[Waivers.meta.key] += [row for row in accepted if row[Waivers.id.key] in mine]
    read_only = (Contacts, Calendar, Waivers)
    locked = {key: len(content[key]) for key in (sheet.meta.key for sheet in read_only)}
    parts |= {key: PreparedRows(("",) * count, locked=count) for key, count in locked.items()}
    rows_open = {key: [*share.own.get(key, ()), *ready.get(key, ())] for key in base}
    return CopyDraft(Content(_form(pages.get(Project.meta.key)), content), parts, base, rows_open)


def _contacts(page: SheetReading | None, mine: str, others: Iterable[str]) -> list[Row]:
    """Return who speaks for the department, and whom to call about what it depends on."""
    found = []
    for row in typed_rows(page):
        whose = normalize_name(str(row.get(Contacts.department.key)))
        if whose == mine:
            found.append(row)
        elif whose in others:
            found.append({column.key: row[column.key] for column in _CONTACT if column.key in row})
    return found


def _form(page: SheetReading | None) -> Row:
    """Return the project's form as it was filled in, whatever that is."""
    told = ((key, next(iter(seen.values()))) for key, seen in (page.raw_cells if page else {}).items())
    values = ((key, value.date() if isinstance(value, dt.datetime) else value) for key, value in told if value != "")
    return {key: value if isinstance(value, str | int | float | dt.date) else str(value) for key, value in values}


class IssuedIds(NamedTuple):
    """The 编号 that were handed out, by department and sheet: all there ever were, and those that are free again."""

    all_ids: Mapping[str, Mapping[str, Collection[str]]]
    free_ids: Mapping[str, Mapping[str, Collection[str]]]
    """Those of copies that came back and did not use them."""


def allot_ids(master: Master, shares: Sequence[DepartmentShare], handed: IssuedIds) -> Allotment:
    """Return the 编号 of every department's blank rows: those that are free again, and new ones, fairly.

    The coordinator fills in the first blank rows: as many as a department gets are left to them, and departments get
    those at the end, then numbers that are printed nowhere. What was handed out once is nobody else's, for its copy
    may come back.
    """
    found: Allotment = {share.department: {} for share in shares}
    for sheet in SHARED:
        key = sheet.meta.key
        ready, filled = master.blank_ids(key), master.rows.get(key, {})
        each = min(NEW_ROWS[key], len(ready) // (len(shares) + 1))
        used = {id for rows in handed.all_ids.values() for id in rows.get(key, ())}
        own = max(each, OWN_ROWS)
        next_ones = set(ready[:own])
        free = [*reversed([id for id in ready[own:] if id not in used])]
        beyond = ids_after(key, {*ready, *filled, *used})
        for share in shares:
            again = handed.free_ids.get(share.department, {}).get(key, ())
            kept = [id for id in again if id not in filled and id not in next_ones][:each]
            more = each - len(kept)
            fresh = [*free[:more], *islice(beyond, max(0, more - len(free)))]
            free = free[more:]
            found[share.department][key] = sorted([*kept, *fresh], key=lambda id: (len(id), id))
    return found
