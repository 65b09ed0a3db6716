"""What a return means where it does not say it: cells nobody can read, 编号 that two rows bear, rows that bear none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, count

from collabxl.exchange.lineage import names_its_row
from collabxl.exchange.new_rows import UNPRINTED
from collabxl.exchange.records import SentCopy
from collabxl.exchange.rows import UnreadableCells, WorkbookRows
from collabxl.exchange.three_way import Return, Row, Rows, Spot, is_same


def fill_gaps(found: WorkbookRows, sent: SentCopy, before: Sequence[Return]) -> Rows:
    """Return the rows of a return, held against the copy as it was ``sent`` and what came back of it ``before``.

    What it does not tell – a sheet or column that is gone, a cell that cannot be read, rows with one 编号 – counts as
    the last return told it, else as it was sent. A row without a 编号 is the one of an earlier return that it goes on
    with, else a new one, and gets a 编号 kept for new rows that is printed nowhere any more, else a name of its own.
    """
    meant: dict[str, Mapping[str, Row]] = {}
    for sheet in dict.fromkeys([*sent.base, *found.rows]):
        base = sent.base.get(sheet, {})
        known = [each.rows.get(sheet, {}) for each in before]
        last = {**base, **known[-1]} if known else base
        if sheet not in found.rows:
            meant[sheet] = last
            continue
        rows = {id: _fill_row(id, row, last, found.unreadable[sheet]) for id, row in found.rows[sheet].items()}
        unsure = (*found.repeated[sheet], *found.unsure.get(sheet, ()))
        rows |= {id: last[id] for id in unsure if id in last}
        earlier = without_number(sheet, sent, rows, before)
        used = {*base, *rows, *earlier, *found.printed.get(sheet, ())}
        free = (id for id in sent.rows.get(sheet, ()) if id not in used)
        meant[sheet] = rows | _assign_ids(sheet, found.rows_without_id[sheet], earlier, free)
    return meant


def without_number(sheet: str, sent: SentCopy, rows: Mapping[str, Row], before: Sequence[Return]) -> dict[str, Row]:
    """Return the rows that came back ``before`` without a 编号, by the names they got, as they came last.

    An earlier version gave them a 编号 that was kept for new rows; if ``rows`` have it, it is another row's.
    """
    free = {id for id in sent.rows.get(sheet, ()) if id not in sent.base.get(sheet, {}) and id not in rows}
    came = (each.rows.get(sheet, {}).items() for each in before)
    return {id: row for id, row in chain.from_iterable(came) if id in free or id.startswith(UNPRINTED)}


def _fill_row(id: str, row: Row, before: Mapping[str, Row], untold: UnreadableCells) -> Row:
    lost = untold.keys | {key for each, key in untold.cells if each == id}
    was = before.get(id, {})
    kept = {key: was[key] for key in lost if key in was}
    return {**{key: value for key, value in row.items() if key not in lost}, **kept}


def _assign_ids(sheet: str, rows: Sequence[Row], earlier: Mapping[str, Row], free: Iterable[str]) -> dict[str, Row]:
    """Return rows that bear no 编号 under one each: that of the row they were in an earlier return, else a free one."""
    known = continued_rows(sheet, rows, earlier)
    names = chain(free, (name for at in count(1) if (name := f"{UNPRINTED}{at}") not in earlier))
    return {known[at] if at in known else next(names): row for at, row in enumerate(rows)}


def continued_rows(sheet: str, rows: Sequence[Row], earlier: Mapping[str, Row]) -> dict[int, str]:
    """Return which of ``rows``, by their places, go on with which ``earlier`` rows that bore no 编号 either.

    A row goes on with one that it says most of, or that is about the same; of several, with the one it has most from.
    """
    weighed = {(at, id): alike(sheet, was, row) for at, row in enumerate(rows) for id, was in earlier.items()}
    found: dict[int, str] = {}
    for at, id in sorted((pair for pair, weight in weighed.items() if weight), key=lambda pair: -weighed[pair]):
        if at not in found and id not in found.values():
            found[at] = id
    return found


def alike(sheet: str, was: Row, row: Row) -> int:
    """Return how much a row says of what another one said, 0 if too little to be that one gone on with."""
    kept = [key for key, value in was.items() if is_same(value, row.get(key))]
    is_named = any(names_its_row(Spot(sheet, "", key)) for key in kept)
    return len(kept) if is_named or 2 * len(kept) > len(was) else 0
