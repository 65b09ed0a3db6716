"""What of a return is refused and yet asked about: rows under other 编号 than their own, new rows without a name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from collabxl.exchange.rows import WorkbookRows
from collabxl.exchange.three_way import CellChange, MergePlan, Row, RowLabel, Rows, Spot
from collabxl.exchange.untaken_values import UntakenValue
from collabxl.exchange.value_labels import holds_text
from collabxl.schema.sheets import STANDARD

_BESIDE = " ‖ "
"""What stands between rows that bear one 编号."""


def fold_unknown_rows(
    plan: MergePlan, untaken: tuple[UntakenValue, ...], rows: tuple[Rows, Rows], label: RowLabel
) -> MergePlan:
    """Return a plan in which each row under a 编号 that the copy never had is one thing that is not the department's.

    ``rows`` are those of the master and those that came back.
    """
    unknown = {each.spot for each in untaken if each.reason == "unknown-id"}
    spots = dict.fromkeys(spot for change in plan.outside if (spot := change.spot._replace(key=None)) in unknown)
    ours, theirs = ([_label(each, spot, label) for spot in spots] for each in rows)
    folded = [CellChange(spot, None, *both) for spot, *both in zip(spots, ours, theirs, strict=True)]
    kept = [change for change in plan.outside if change.spot._replace(key=None) not in spots]
    return replace(plan, outside=(*kept, *folded))


def ask_where_bare(plan: MergePlan, theirs: Rows, label: RowLabel) -> tuple[MergePlan, tuple[UntakenValue, ...]]:
    """Return a plan that asks about new rows in which nothing but dates, numbers and words of lists was typed."""
    bare = [spot for spot in plan.new if not _has_text(spot, theirs.get(spot.sheet, {}).get(spot.id, {}))]
    takes = tuple(change for change in plan.takes if change.spot._replace(key=None) not in bare)
    asked = (CellChange(spot, None, None, _label(theirs, spot, label)) for spot in bare)
    new = tuple(spot for spot in plan.new if spot not in bare)
    plan = replace(plan, takes=takes, new=new, conflicts=(*plan.conflicts, *asked))
    return plan, tuple(UntakenValue(spot, "bare") for spot in bare)


def refused_rows(found: WorkbookRows, ours: Rows, label: RowLabel) -> Iterator[CellChange]:
    """Yield the rows of which nothing is taken, as they stand in the copy, where the master says something else."""
    for spot, rows in found.refused.items():
        told = dict.fromkeys(label(spot.sheet, row) for row in rows)
        here = _label(ours, spot, label)
        if [*told] != [here]:
            yield CellChange(spot, None, here, _BESIDE.join(told))


def _label(rows: Rows, spot: Spot, label: RowLabel) -> str | None:
    row = rows.get(spot.sheet, {}).get(spot.id)
    return label(spot.sheet, row) if row else None


def _has_text(spot: Spot, row: Row) -> bool:
    return any(holds_text(column) for column in STANDARD.sheet(spot.sheet).meta.columns if column.key in row)
