"""What the master has got from copies, by the ledger: entries that were undone count as if they had never been."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from collabxl.exchange.new_rows import Renumbering
from collabxl.exchange.records import CHANGING, LedgerEntry
from collabxl.exchange.three_way import Return, Row, Rows, Spot, Value, is_same


class Reversal(NamedTuple):
    """A cell that the master got and that was undone since; ``number`` is the first entry of what undid it."""

    spot: Spot
    value: Value
    number: int


class MergePast:
    """The cells of a master that were changed, and by what that still counts."""

    def __init__(self, entries: Iterable[LedgerEntry]) -> None:
        by: dict[int, int] = {}
        """By the number of an entry that of the one that undid it, or of the first that was undone together with it."""
        first: dict[int, int] = {}
        undoes: dict[int, int] = {}
        self._changes: dict[Spot, list[LedgerEntry]] = {}
        for entry in entries:
            if entry.spot is None or entry.kind not in CHANGING:
                continue
            if entry.undoes is None:
                self._changes.setdefault(entry.spot, []).append(entry)
                continue
            redone = undoes.get(entry.undoes)
            if redone is not None:
                by.pop(redone, None)
            undoes[entry.number] = entry.undoes
            by[entry.undoes] = first.setdefault(entry.write or -entry.number, entry.number)
        self._by = by
        self._rows = {spot._replace(key=None) for spot in self._changes}

    def got(self, spot: Spot, value: Value) -> bool:
        """Return whether a cell got a value through a merge that was not undone."""
        changes = self._changes.get(spot, ())
        return any(is_same(each.now, value) and (not each.number or each.number not in self._by) for each in changes)

    def has_brought(self, row: Spot) -> bool:
        """Return whether a merge ever put something into a row, undone or not."""
        return row in self._rows

    def undone_by(self, number: int) -> int | None:
        """Return the entry that undid another one, or the first of those it was undone together with; None if none."""
        return self._by.get(number)

    def reversals(self, copy: str) -> Iterator[Reversal]:
        """Yield the cells that a copy has brought and that were undone; a value that came again is none of them."""
        for spot, changes in self._changes.items():
            for each in changes:
                if each.copy == copy and each.number in self._by and not self.got(spot, each.now):
                    yield Reversal(spot, each.now, self._by[each.number])


def effective_base(both: Renumbering, line: Sequence[Return], sent: Rows, ours: Rows, past: MergePast) -> Rows:
    """Return what a return goes on from, but in cells that the master never got, what that does hold instead.

    ``line`` are the returns that it goes on from, the last one first. What one of them said and the master did not
    get, since it did not fit or was undone, nobody has changed here: the cell still says what it did before.
    """
    if not line:
        return both.base
    printed = {sheet: {id: old for old, id in ids.items()} for sheet, ids in line[0].renumbered.items()}
    made: dict[str, dict[str, Row]] = {}
    for sheet, rows in both.base.items():
        gone = sent.get(sheet, {}).keys() - rows.keys()
        made[sheet] = {id: sent[sheet][id] for id in gone & ours.get(sheet, {}).keys()}
        for id, row in rows.items():
            is_known = id in sent.get(sheet, {}) or id in ours.get(sheet, {})
            if not is_known and not past.has_brought(Spot(sheet, id)):
                continue  # a new row that was only asked about is as new as ever
            here, old = ours.get(sheet, {}).get(id, {}), printed.get(sheet, {}).get(id, id)
            steps = [each.get(sheet, {}).get(old, {}) for each in (*(back.rows for back in line), sent)]
            held = {key: here.get(key) for key in {**row, **here} if _was_held(Spot(sheet, id, key), steps, here, past)}
            made[sheet][id] = {**row, **held}
    return made


def comparison_base(both: Renumbering, held: Rows) -> Rows:
    """Return what a return is held against: what it goes on from, but what the master got where it changes that."""
    made: dict[str, dict[str, Row]] = {}
    for sheet, rows in held.items():
        base, theirs = both.base.get(sheet, {}), both.theirs.get(sheet, {})
        ids = (id for id in rows if id in base or id in theirs)
        made[sheet] = {id: _comparison_row(base.get(id, {}), theirs.get(id, {}), rows[id]) for id in ids}
    return made


def _comparison_row(base: Row, theirs: Row, held: Row) -> Row:
    keys = {**base, **held}
    return {key: base.get(key) if is_same(base.get(key), theirs.get(key)) else held.get(key) for key in keys}


def _was_held(spot: Spot, steps: Sequence[Row], here: Row, past: MergePast) -> bool:
    """Return whether the master says what the department had before all that of its returns it did not get."""
    values = [row.get(spot.key or "") for row in steps]
    for value, before in pairwise(values):
        if is_same(value, before):
            continue
        if past.got(spot, value):
            return False
        if is_same(before, here.get(spot.key or "")):
            return True
    return False
