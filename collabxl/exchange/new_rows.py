"""New rows under the 编号 that they get in the master: where the one printed in the copy is another row's by now.

Two colleagues fill in the same blank row of a copy, a coordinator the row that a department was given, a copy comes
late: both rows are kept, the second under a free 编号, and what the same return says of it follows. Only a row that
says the same as the master's, or one of the two goes on from the other, is that row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from collabxl.exchange.lineage import Lineage
from collabxl.exchange.three_way import Return, Row, Rows, Spot, Value, is_same
from collabxl.rules.matching.names import normalize_name as plainly
from collabxl.schema.columns import Ref, Refs
from collabxl.schema.sheets import STANDARD, Tasks

UNPRINTED = "+"
"""What the name of a row begins with that bears no 编号 in the copy."""
Numbers = Mapping[str, Mapping[str, str]]
"""By sheet the 编号 in the master, by those in the copy."""
_WORD = re.compile(r"[0-9A-Za-z+]+")


class Renumbering(NamedTuple):
    """A return and what it is held against, both under the 编号 of the master."""

    base: Rows
    theirs: Rows
    renumbered: dict[str, dict[str, str]]
    """All that bear another 编号 there than in the copy."""
    given: dict[Spot, str]
    """Those of them that are new, with what is printed in the copy, empty if nothing is."""


class FreeIds(Protocol):
    """Who knows which 编号 a new row gets."""

    def fresh(self, sheet: str) -> str:
        """Return a free 编号 of a sheet."""

    def given(self, sheet: str, printed: str, row: Row) -> str | None:
        """Return the 编号 that a row of the copy bore in a master that was, None if it bore none."""

    def is_given(self, sheet: str, id: str) -> bool:
        """Return whether some row of the copy bore a 编号 in a master that was."""


def renumber_rows(now: Return, line: Lineage, sent: Rows, ours: Rows, free: FreeIds) -> Renumbering:
    """Return a return and what it goes on from under the 编号 of the master, whose rows are ``ours``."""
    held = line.base or Return(sent, now.saved_at)
    renumbered = {sheet: dict(ids) for sheet, ids in held.renumbered.items()}
    before, after = _translate_ids(held.rows, renumbered), _translate_ids(now.rows, renumbered)
    met: dict[str, dict[str, Row]] = {}
    more: dict[str, dict[str, str]] = {}
    given: dict[Spot, str] = {}
    for sheet, rows in after.items():
        known = {**sent.get(sheet, {}), **before.get(sheet, {})}
        for id, row in rows.items():
            other = None if id in known else _matching_row(line.others, Spot(sheet, id), row)
            if other:
                number, said = other
                met.setdefault(sheet, {})[number] = said
                if number != id:
                    more.setdefault(sheet, {})[id] = number
            elif id not in known and (number := _new_id(Spot(sheet, id), row, ours.get(sheet, {}), free)) != id:
                more.setdefault(sheet, {})[id] = number
                given[Spot(sheet, number)] = "" if id.startswith(UNPRINTED) else id
    before = {**before, **{sheet: {**before.get(sheet, {}), **rows} for sheet, rows in met.items()}}
    for sheet, ids in more.items():
        renumbered.setdefault(sheet, {}).update(ids)
    return Renumbering(before, _translate_ids(after, more, unless=before), renumbered, given)


def _matching_row(others: Sequence[Return], spot: Spot, row: Row) -> tuple[str, Row] | None:
    """Return the 编号 under which another return has brought this new row, and what of it that one said already."""
    for other in others:
        said = other.rows.get(spot.sheet, {}).get(spot.id)
        if said and _is_same_row(row, said):
            number = other.renumbered.get(spot.sheet, {}).get(spot.id, spot.id)
            return number, {key: value for key, value in said.items() if key in row}
    return None


def _new_id(spot: Spot, row: Row, ours: Mapping[str, Row], free: FreeIds) -> str:
    """Return the 编号 of a new row: the one that it bore before, else the one printed unless that is another row's."""
    before = free.given(spot.sheet, spot.id, row)
    if before is not None and _is_free_for(before, row, ours):
        return before
    is_anothers = spot.id.startswith(UNPRINTED) or free.is_given(spot.sheet, spot.id)
    return free.fresh(spot.sheet) if is_anothers or not _is_free_for(spot.id, row, ours) else spot.id


def _is_free_for(id: str, row: Row, ours: Mapping[str, Row]) -> bool:
    here = ours.get(id)
    return here is None or _is_same_row(row, here)


def _is_same_row(row: Row, other: Row) -> bool:
    """Return whether two rows are one: nothing in them contradicts, and one says all that the other says."""
    less, more = sorted((row, other), key=len)
    return all(is_same(value, more.get(key)) for key, value in less.items())


def _translate_ids(rows: Rows, numbers: Numbers, unless: Rows | None = None) -> Rows:
    """Return rows under other 编号, and what they say of tasks likewise, except in cells that say so in ``unless``."""
    if not any(numbers.values()):
        return rows
    tasks = numbers.get(Tasks.meta.key, {})
    return {
        sheet: {
            numbers.get(sheet, {}).get(id, id): _translate_row(
                sheet, row, tasks, (unless or {}).get(sheet, {}).get(id, {})
            )
            for id, row in listed.items()
        }
        for sheet, listed in rows.items()
    }


def _translate_row(sheet: str, row: Row, tasks: Mapping[str, str], was: Row) -> Row:
    if not tasks:
        return row
    columns = STANDARD.sheet(sheet).meta.columns
    naming = {column.key for column in columns if isinstance(column.value_kind, Ref | Refs) and column.is_typed}
    return {
        key: _translate_value(value, tasks) if key in naming and not is_same(value, was.get(key)) else value
        for key, value in row.items()
    }


def _translate_value(value: Value, tasks: Mapping[str, str]) -> Value:
    if not isinstance(value, str):
        return value
    return _WORD.sub(lambda found: tasks.get(plainly(found[0]).upper(), found[0]), value)
