"""Rows whose 编号 is another row's in the master by now: a backup was restored, or somebody wrote over them."""

from __future__ import annotations

from dataclasses import replace

from collabxl.exchange.three_way import MergePlan, Row, Rows, Spot, is_same
from collabxl.exchange.untaken_values import UntakenValue
from collabxl.schema.columns import Ref
from collabxl.schema.kinds import Line, Note, People
from collabxl.schema.sheets import STANDARD

_FEWEST = 2
"""Texts that must say something else, the row's own name among them: one alone is a correction."""


def ask_where_replaced(plan: MergePlan, held: Rows, ours: Rows) -> tuple[MergePlan, tuple[UntakenValue, ...]]:
    """Return a plan that asks about cells of such rows instead of taking them, and which rows those are.

    ``held`` is what the department and the master last agreed on, ``ours`` the master as it is.
    """
    rows = dict.fromkeys(change.spot._replace(key=None) for change in plan.takes)
    others = {spot for spot in rows if _is_another_row(spot, _row(held, spot), _row(ours, spot))}
    asked = tuple(change for change in plan.takes if change.spot._replace(key=None) in others)
    takes = tuple(change for change in plan.takes if change.spot._replace(key=None) not in others)
    untaken = tuple(UntakenValue(spot, "another-row") for spot in rows if spot in others)
    return replace(plan, takes=takes, conflicts=(*plan.conflicts, *asked)), untaken


def _row(rows: Rows, spot: Spot) -> Row:
    return rows.get(spot.sheet, {}).get(spot.id, {})


def _is_another_row(spot: Spot, was: Row, now: Row) -> bool:
    """Return whether a row's name and most of its other texts are not those of the row that was sent."""
    typed = (column for column in STANDARD.sheet(spot.sheet).meta.columns if column.typed)
    texts = [column.key for column in typed if isinstance(column.value_kind, Line | Note | People | Ref)]
    filled = [key for key in texts if was.get(key) is not None]
    changed = [key for key in filled if not is_same(was[key], now.get(key))]
    return filled[:1] == changed[:1] != [] and len(changed) >= _FEWEST and 2 * len(changed) > len(filled)
