"""What a return means where it does not say it: cells nobody can read, 编号 that two rows bear, rows that bear none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, count

from collabxl.share.merge import Return, Row, Rows, same
from collabxl.share.newrows import UNPRINTED
from collabxl.share.records import Sent
from collabxl.share.rows import Found, Untold


def as_meant(found: Found, sent: Sent, before: Sequence[Return]) -> Rows:
    """Return the rows of a return, held against the copy as it was ``sent`` and what came back of it ``before``.

    What it does not tell – a sheet or column that is gone, a cell that cannot be read, rows with one 编号 – counts as
    the last return told it, else as it was sent. A row without a 编号 is the one that an earlier return had in its
    place, else a new one, and gets one of those kept for new rows, a name of its own if there are too few.
    """
    meant: dict[str, Mapping[str, Row]] = {}
    for sheet in dict.fromkeys([*sent.base, *found.rows]):
        base = sent.base.get(sheet, {})
        known = [each.rows.get(sheet, {}) for each in before]
        last = {**base, **known[-1]} if known else base
        if sheet not in found.rows:
            meant[sheet] = last
            continue
        rows = {id: _read(id, row, last, found.untold[sheet]) for id, row in found.rows[sheet].items()}
        unsure = (*found.repeated[sheet], *found.unsure.get(sheet, ()))
        rows |= {id: last[id] for id in unsure if id in last}
        free = [id for id in sent.rows.get(sheet, ()) if id not in base and id not in rows]
        meant[sheet] = rows | _numbered(found.nameless[sheet], free, known)
    return meant


def _read(id: str, row: Row, before: Mapping[str, Row], untold: Untold) -> Row:
    lost = untold.keys | {key for each, key in untold.cells if each == id}
    was = before.get(id, {})
    kept = {key: was[key] for key in lost if key in was}
    return {**{key: value for key, value in row.items() if key not in lost}, **kept}


def _numbered(rows: Sequence[Row], free: list[str], before: Sequence[Mapping[str, Row]]) -> dict[str, Row]:
    """Return rows that bear no 编号 under one each: that of the row they were in an earlier return, else a free one."""
    earlier = {id: row for each in before for id, row in each.items() if id in free or id.startswith(UNPRINTED)}
    numbered: dict[str, Row] = {}
    fresh: list[Row] = []
    for row in rows:
        id = next((id for id, was in earlier.items() if id not in numbered and _is_the_same(was, row)), None)
        if id is None:
            fresh.append(row)
        else:
            numbered[id] = row
    names = (name for at in count(1) if (name := f"{UNPRINTED}{at}") not in earlier)
    left = chain((id for id in free if id not in earlier), names)
    return {**numbered, **{next(left): row for row in fresh}}


def _is_the_same(was: Row, row: Row) -> bool:
    """Return whether a row is another one gone on with: most of what it said, it still says."""
    return 2 * sum(same(value, row.get(key)) for key, value in was.items()) > len(was)
