"""Which rows a department may write today: those it was sent that still belong to it, or to nobody."""

from __future__ import annotations

from collections.abc import Collection

from collabxl.exchange.three_way import Row, Rows, Scope
from collabxl.rules.matching.names import normalize_name, split_names
from collabxl.schema.sheets import Minutes, Progress, Risks, Tasks

_COLUMNS = {column.sheet.meta.key: column.key for column in (Tasks.department, Minutes.department, Risks.department)}


def writable_scope(scope: Scope, ours: Rows, department: str, departments: Collection[str]) -> Scope:
    """Return what a department may change of its copy, now that the master is ``ours``.

    A row that belongs to others of the ``departments`` by now is theirs alone.
    """
    known, mine = set(map(normalize_name, departments)), normalize_name(department)
    rows = {}
    for sheet, ids in scope.rows.items():
        owners = {id: _owners(sheet, row, ours) & known for id, row in ours.get(sheet, {}).items()}
        rows[sheet] = [id for id in ids if not owners.get(id) or mine in owners[id]]
    return scope._replace(rows=rows)


def _owners(sheet: str, row: Row, ours: Rows) -> set[str]:
    """Return the departments that a row is of, as names are compared; a progress row is of its task's."""
    if sheet == Progress.meta.key:
        task = normalize_name(str(row.get(Progress.task.key))).upper()
        sheet, row = Tasks.meta.key, ours.get(Tasks.meta.key, {}).get(task, {})
    told = row.get(_COLUMNS[sheet])
    return {normalize_name(name) for name in split_names(str(told))} if told is not None else set()
