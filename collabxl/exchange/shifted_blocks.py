"""Blocks of a column that were pasted one row too low: every row says what the row above it said before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from collabxl.exchange.three_way import MergePlan, Row, Spot, normalize
from collabxl.exchange.untaken_values import UntakenValue
from collabxl.schema.columns import Ref
from collabxl.schema.kinds import Day, Line, Note, People
from collabxl.schema.sheets import STANDARD

_FEWEST = 3
"""Rows one below the other that must say what the row above said: fewer do so by chance."""


def shifted_cells(sheet: str, was: Mapping[str, Row], now: Mapping[str, Row]) -> Iterator[Spot]:
    """Yield the cells of blocks that stand one row too low, held against the rows as they were, in their order.

    Words of lists and numbers are alike in neighbouring rows too often to tell anything.
    """
    for column in STANDARD.sheet(sheet).meta.columns:
        if column.is_typed and isinstance(column.value_kind, Day | Line | Note | People | Ref):
            for block in _blocks(column.key, was, now):
                yield from (Spot(sheet, id, column.key) for id in block)


def _blocks(key: str, was: Mapping[str, Row], now: Mapping[str, Row]) -> Iterator[list[str]]:
    block: list[str] = []
    for above, id in pairwise([*was, ""]):
        said = normalize(now.get(id, {}).get(key))
        if said is not None and said == normalize(was[above].get(key)) != normalize(was[id].get(key)):
            block.append(id)
            continue
        if len(block) >= _FEWEST:
            yield [*block, *_run_out(key, was, now)] if not id else block
        block = []


def _run_out(key: str, was: Mapping[str, Row], now: Mapping[str, Row]) -> list[str]:
    """Return the new row that has nothing but what the last row said before: the end of a block that ran too low."""
    last = normalize(was[[*was][-1]].get(key))
    return [
        id
        for id, row in now.items()
        if id not in was and list(row) == [key] and last is not None and normalize(row[key]) == last
    ][:1]


def ask_where_shifted(plan: MergePlan, cells: frozenset[Spot]) -> tuple[MergePlan, tuple[UntakenValue, ...]]:
    """Return a plan that asks about ``cells`` instead of taking them, and what is to be told of their columns."""
    asked = [change for change in plan.takes if change.spot in cells]
    columns = dict.fromkeys(change.spot._replace(id="") for change in asked)
    takes = tuple(change for change in plan.takes if change.spot not in cells)
    filled = {change.spot._replace(key=None) for change in takes}
    plan = replace(plan, takes=takes, conflicts=(*plan.conflicts, *asked))
    plan = replace(plan, new=tuple(spot for spot in plan.new if spot in filled))
    return plan, tuple(UntakenValue(spot, "shifted") for spot in columns)
