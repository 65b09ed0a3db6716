"""The three-way merge of one returned copy: base, ours and theirs by 编号 and column. A plan; nothing is written here.

The cases follow ODK Central's entities: a *soft* conflict is a row that both sides changed in different columns, which
is merged and told; a *hard* one is a cell that both changed differently, which a person decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

Value = str | int | float | bool | dt.date | None
Row = Mapping[str, Value]
"""The values of one row by column key; a missing key is an empty cell."""
Rows = Mapping[str, Mapping[str, Row]]
"""The rows of a workbook by sheet key and 编号; a row whose cells are all empty is not there."""


class Spot(NamedTuple):
    """A cell by what does not move: sheet, 编号 and column; ``key`` is None for the row as a whole."""

    sheet: str
    id: str
    key: str | None = None


class Scope(NamedTuple):
    """What a department may change: by sheet, its rows (those ready for new ones included) and the columns."""

    rows: Mapping[str, Collection[str]]
    keys: Mapping[str, Collection[str]]

    def holds(self, spot: Spot) -> bool:
        """Return whether a spot is the department's to change."""
        in_row = spot.id in self.rows.get(spot.sheet, ())
        return in_row and (spot.key is None or spot.key in self.keys.get(spot.sheet, ()))


class CellChange(NamedTuple):
    """One cell as the copy was sent, as the master has it, and as it came back."""

    spot: Spot
    base: Value
    ours: Value
    theirs: Value


RowLabel = Callable[[str, Row], str]
"""How a row of a sheet is told in one text, for a person to decide by."""


def row_text(_: str, row: Row) -> str:
    """Return a row in one text, its values as they are."""
    return " | ".join(str(value) for value in row.values() if value is not None)


@dataclass(frozen=True)
class MergePlan:
    """What merging one copy means, each list in the order of sheets, rows and columns."""

    takes: tuple[CellChange, ...] = ()
    """Changed there and not here: the master gets ``theirs``."""
    soft: tuple[Spot, ...] = ()
    """Rows of ``takes`` in which the master, too, has changed other cells meanwhile."""
    conflicts: tuple[CellChange, ...] = ()
    """Changed on both sides; on a whole row: deleted on one side, changed on the other."""
    outside: tuple[CellChange, ...] = ()
    """Changed there although it is not the department's to change; not taken."""
    new: tuple[Spot, ...] = ()
    """Rows that the department has added."""
    refused: tuple[CellChange, ...] = ()
    """Rows of which nothing is taken, since nobody knows whether they are what their 编号 says; asked about."""
    missing: tuple[Spot, ...] = ()
    """Rows that came back empty or not at all; asked about, never deleted unasked."""


def merge(base: Rows, ours: Rows, theirs: Rows, scope: Scope, label: RowLabel = row_text) -> MergePlan:
    """Return what has come back in ``theirs`` that was not in ``base``, held against what the master has become.

    Merging the same copy again yields a plan without takes: what was taken is the same on both sides. ``label`` tells
    a row of a sheet as a whole.
    """
    made = _PlanBuilder(label)
    for sheet in dict.fromkeys([*base, *theirs]):
        before, here, there = (rows.get(sheet, {}) for rows in (base, ours, theirs))
        for id in dict.fromkeys([*before, *there]):
            spot = Spot(sheet, id)
            if id not in there:
                _merge_missing_row(made, spot, before[id], here.get(id), scope)
            elif id in before and id not in here:
                _merge_deleted_row(made, spot, before[id], there[id], scope)
            else:
                _merge_row(made, spot, (before.get(id, {}), here.get(id, {}), there[id]), scope)
                if id not in before and id not in here and scope.holds(spot):
                    made.new.append(spot)
    return made.build()


class _PlanBuilder:
    def __init__(self, label: RowLabel) -> None:
        self._label = label
        self.takes: list[CellChange] = []
        self.soft: list[Spot] = []
        self.conflicts: list[CellChange] = []
        self.outside: list[CellChange] = []
        self.new: list[Spot] = []
        self.missing: list[Spot] = []

    def build(self) -> MergePlan:
        listed = {name: tuple(listed) for name, listed in vars(self).items() if name != "_label"}
        return MergePlan(**listed)

    def row_change(self, spot: Spot, *rows: Row | None) -> CellChange:
        """Return a change of a row as a whole: as it was sent, as it is, as it came back, None where it is gone."""
        return CellChange(spot, *(None if row is None else self._label(spot.sheet, row) for row in rows))


def _merge_row(made: _PlanBuilder, spot: Spot, three: tuple[Row, Row, Row], scope: Scope) -> None:
    base, ours, theirs = three
    taken = False
    for change in _cell_changes(spot, base, ours, theirs):
        if not scope.holds(change.spot):
            if not is_same(change.ours, change.theirs):
                made.outside.append(change)
        elif is_same(change.ours, change.base):
            made.takes.append(change)
            taken = True
        elif not is_same(change.ours, change.theirs):
            made.conflicts.append(change)
    if taken and base and any(not is_same(base.get(key), ours.get(key)) for key in {*base, *ours}):
        made.soft.append(spot)


def _cell_changes(spot: Spot, base: Row, ours: Row, theirs: Row) -> Iterator[CellChange]:
    if base == theirs:
        return
    for key in dict.fromkeys([*base, *theirs]):
        if not is_same(base.get(key), theirs.get(key)):
            yield CellChange(spot._replace(key=key), base.get(key), ours.get(key), theirs.get(key))


def _merge_missing_row(made: _PlanBuilder, spot: Spot, base: Row, ours: Row | None, scope: Scope) -> None:
    """A row that did not come back: proposed for deletion, unless the master has changed or deleted it itself."""
    if ours is None:
        return
    if not scope.holds(spot):
        made.outside.append(made.row_change(spot, base, ours, None))
    elif any(not is_same(base.get(key), ours.get(key)) for key in {*base, *ours}):
        made.conflicts.append(made.row_change(spot, base, ours, None))
    else:
        made.missing.append(spot)


def _merge_deleted_row(made: _PlanBuilder, spot: Spot, base: Row, theirs: Row, scope: Scope) -> None:
    """A row that the master has deleted meanwhile: a conflict if the department has changed it."""
    changed = (change for change in _cell_changes(spot, base, {}, theirs) if not is_same(change.theirs, None))
    if any(scope.holds(change.spot) for change in changed):
        made.conflicts.append(made.row_change(spot, base, None, theirs))


def is_same(one: Value, other: Value) -> bool:
    """Return whether two cells say the same, however a program has saved them: line ends, outer blanks, 1 and 1.0."""
    return one == other or normalize(one) == normalize(other)


def normalize(value: Value) -> Value:
    """Return a value without what programs change when they save it."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("_x000D_\n", "\n").strip() or None
    return value


class Return(NamedTuple):
    """What one return of a copy said, and when the program that saved it says it was saved."""

    rows: Rows
    saved_at: dt.datetime
    """The earliest time of all where the file does not tell, or cannot be right."""
    renumbered: Mapping[str, Mapping[str, str]] = {}
    """By sheet the 编号 that new rows have in the master, by those that were printed in the copy."""
