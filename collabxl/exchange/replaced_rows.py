"""Rows whose 编号 is another row's in the master by now: a backup was restored, or somebody wrote over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from collabxl.exchange.lineage import names_its_row
from collabxl.exchange.three_way import CellChange, MergePlan, Row, RowLabel, Rows, Spot, is_same
from collabxl.exchange.untaken_values import UntakenValue
from collabxl.schema.columns import Column, Ref
from collabxl.schema.kinds import Line, Note, People
from collabxl.schema.sheets import STANDARD, Contacts

_FEWEST = 2
"""Texts that must say something else, the row's own name among them: one alone is a correction."""
_ALIKE = 0.5
"""How much of a name is left where it was corrected; where less is, and nothing else tells, it is another one."""


def ask_where_replaced(
    plan: MergePlan, three: tuple[Rows, Rows, Rows], label: RowLabel
) -> tuple[MergePlan, tuple[UntakenValue, ...]]:
    """Return a plan that asks about such rows as a whole instead of taking their cells, and which rows those are.

    ``three`` are what the department and the master last agreed on, the master as it is, and what came back.
    """
    held, ours, _ = three
    cells = (change.spot for change in (*plan.takes, *plan.conflicts) if change.spot.key)
    rows = dict.fromkeys(spot._replace(key=None) for spot in cells)
    others = [spot for spot in rows if _is_another_row(spot, _row(held, spot), _row(ours, spot))]
    if not others:
        return plan, ()

    def left(changes: Sequence[CellChange]) -> Iterator[CellChange]:
        return (change for change in changes if change.spot._replace(key=None) not in others)

    asked = (CellChange(spot, *(label(spot.sheet, _row(each, spot)) for each in three)) for spot in others)
    plan = replace(plan, takes=tuple(left(plan.takes)), conflicts=(*left(plan.conflicts), *asked))
    plan = replace(plan, soft=tuple(spot for spot in plan.soft if spot not in others))
    return plan, tuple(UntakenValue(spot, "another-row") for spot in others)


def _row(rows: Rows, spot: Spot) -> Row:
    return rows.get(spot.sheet, {}).get(spot.id, {})


def _is_another_row(spot: Spot, was: Row, now: Row) -> bool:
    """Return whether a row's name and most of what tells it from others are not those of the row that was sent."""
    columns = [column for column in STANDARD.sheet(spot.sheet).meta.columns if _is_text(column)]
    naming = next((column.key for column in columns if names_its_row(Spot(spot.sheet, "", column.key))), None)
    if naming is None or was.get(naming) is None or not now or is_same(was[naming], now.get(naming)):
        return False
    texts = _changed([column.key for column in columns], was, now)
    telling = _changed([column.key for column in columns if _is_telling(column, naming)], was, now)
    if len(telling) == 1:
        return sum(texts) == len(texts) and not _is_correction(was[naming], now.get(naming))
    return any(sum(each) >= _FEWEST and 2 * sum(each) > len(each) for each in (texts, telling))


def _changed(keys: Sequence[str], was: Row, now: Row) -> list[bool]:
    """Return of the cells that were filled in which say something else."""
    return [not is_same(was[key], now.get(key)) for key in keys if was.get(key) is not None]


def _is_correction(was: object, now: object) -> bool:
    return SequenceMatcher(None, str(was), str(now or "")).ratio() >= _ALIKE


def _is_text(column: Column) -> bool:
    is_department = isinstance(column.value_kind, Ref) and column.value_kind.to.sheet is Contacts
    return column.is_typed and isinstance(column.value_kind, Line | Note | People | Ref) and not is_department


def _is_telling(column: Column, naming: str) -> bool:
    """Return whether a column says which row a row is; remarks are written anew every week."""
    return column.key == naming or not isinstance(column.value_kind, Note)
