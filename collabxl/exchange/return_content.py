"""What a return says before it is held against anything: rows put right, and all that it does not tell for certain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from collabxl.exchange.filled_gaps import continued_rows, without_number
from collabxl.exchange.moved_rows import MovedRows, find_moved_rows
from collabxl.exchange.records import SentCopy
from collabxl.exchange.rows import WorkbookRows
from collabxl.exchange.shifted_blocks import shifted_cells
from collabxl.exchange.three_way import MergePlan, Return, Row, Spot
from collabxl.exchange.untaken_values import UntakenValue

_NAMELESS = "?"
"""What stands before the number of a row without a 编号 while its place is looked for."""


class ReturnContent(NamedTuple):
    """What a return says as far as it is certain, and what is not taken of the rest."""

    rows: WorkbookRows
    untaken: tuple[UntakenValue, ...]


def interpret_return(found: WorkbookRows, sent: SentCopy, before: Sequence[Return]) -> ReturnContent:
    """Return what a return says; its rows are held against the last that came back of the same copy ``before``.

    Rows whose contents stand under another 编号, or under none, go back where they certainly belong; of rows that
    cannot be told apart nothing is taken.
    """
    rows: dict[str, Mapping[str, Row]] = {}
    nameless: dict[str, list[Row]] = {}
    unsure: dict[str, frozenset[str]] = {}
    low: set[Spot] = set()
    refused = dict(found.refused)
    told = [*_unreadable_values(found, sent)]
    last = before[-1].rows if before else sent.base
    for sheet, listed in found.rows.items():
        earlier = without_number(sheet, sent, listed, before)
        old = continued_rows(sheet, found.rows_without_id[sheet], earlier)
        was = {id: row for id, row in last.get(sheet, {}).items() if id not in earlier}
        bare = {f"{_NAMELESS}{at}": row for at, row in enumerate(found.rows_without_id[sheet]) if at not in old}
        now = {**listed, **bare}
        seen = find_moved_rows(sheet, was, now) if was else MovedRows()
        put = {home: now[id] for id, home in seen.home.items()}
        rows[sheet] = {id: row for id, row in listed.items() if id not in seen.home and id not in seen.unsure} | put
        nameless[sheet] = [found.rows_without_id[sheet][at] for at in sorted(old)]
        nameless[sheet] += [row for id, row in bare.items() if id not in seen.home and id not in seen.unsure]
        unsure[sheet] = seen.unsure - put.keys()
        refused |= {Spot(sheet, id): [listed[id]] for id in unsure[sheet] if id in listed}
        low.update(shifted_cells(sheet, was, rows[sheet]))
        told += _moved_row_notes(sheet, seen)
        told += (
            UntakenValue(Spot(sheet, id), "unknown-id") for id in sorted(rows[sheet]) if not _is_known(sheet, id, sent)
        )
    return ReturnContent(
        found._replace(rows=rows, rows_without_id=nameless, unsure=unsure, shifted=frozenset(low), refused=refused),
        tuple(told),
    )


def _is_known(sheet: str, id: str, sent: SentCopy) -> bool:
    return id in sent.base.get(sheet, {}) or id in sent.rows.get(sheet, ())


def _moved_row_notes(sheet: str, seen: MovedRows) -> Iterator[UntakenValue]:
    for id, home in sorted(seen.home.items()):
        yield UntakenValue(Spot(sheet, home), "put-right", None if id.startswith(_NAMELESS) else id)
    for id in sorted(seen.unsure):
        if not id.startswith(_NAMELESS):
            yield UntakenValue(Spot(sheet, id), "exchanged")


def _unreadable_values(found: WorkbookRows, sent: SentCopy) -> Iterator[UntakenValue]:
    """Return what is gone or cannot be read of what the department may change."""
    for sheet, own in sent.rows.items():
        if sheet not in found.rows:
            if own:
                yield UntakenValue(Spot(sheet, ""), "sheet-gone")
            continue
        untold = found.unreadable[sheet]
        instead = "、".join(untold.headers) or None
        yield from (UntakenValue(Spot(sheet, "", key), "column-gone", instead) for key in sorted(untold.keys))
        for (id, key), (fault, raw) in untold.cells.items():
            was = sent.base.get(sheet, {}).get(id, {}).get(key)
            if id in own and (fault != "covered" or was is not None):
                yield UntakenValue(Spot(sheet, id, key), fault, raw)
        yield from (UntakenValue(Spot(sheet, id), "repeated") for id in found.repeated[sheet])


def computed_values(plan: MergePlan, found: WorkbookRows) -> Iterator[UntakenValue]:
    """Return the cells that are taken of which only the value is, not the formula that says it."""
    for change in plan.takes:
        if change.spot in found.computed_cells:
            yield UntakenValue(change.spot, "computed", change.theirs)


def drop_uncertain(plan: MergePlan, found: WorkbookRows) -> MergePlan:
    """Return a plan without what a return does not tell: it counts neither as changed nor as put back."""
    changes = {
        name: tuple(change for change in getattr(plan, name) if not found.is_silent(change.spot))
        for name in ("takes", "conflicts", "outside")
    }
    missing = tuple(spot for spot in plan.missing if not found.is_silent(spot))
    return MergePlan(**changes, soft=plan.soft, new=plan.new, missing=missing)
