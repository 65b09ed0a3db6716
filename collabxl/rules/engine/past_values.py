"""What cells held before: the frame ``former``, which a copy's base or the ledger fills and which is empty without."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from collabxl.reading.frame_columns import object_array
from collabxl.rules.engine.frames import wbs
from collabxl.rules.matching.names import normalize_name
from collabxl.schema.columns import Column
from collabxl.schema.kinds import Choice, Day, Percent


class PastValue(NamedTuple):
    """One earlier value of one cell: the workbook, the sheet's key, the row's 编号, the column's key.

    ``value`` is as a frame holds it: a word's key, a share, a day, a text, or None where the cell was empty. ``day`` is
    the last day on which the cell is known to have held it.
    """

    wb: int
    sheet: str
    id: str
    key: str
    value: Any
    day: dt.date


def past_values_frame(values: Iterable[PastValue] = ()) -> pd.DataFrame:
    """Return earlier values as the frame that rules ask for, the oldest first."""
    listed = sorted(values, key=lambda each: each.day)
    columns = zip(*listed, strict=True) if listed else ((),) * len(PastValue._fields)
    made = {
        name: pd.Series(object_array(column), dtype=object)
        for name, column in zip(PastValue._fields, columns, strict=True)
    }
    return pd.DataFrame(made).astype({"wb": np.int64, "day": "datetime64[s]"})


def value_histories(frame: pd.DataFrame, column: Column, former: pd.DataFrame) -> list[list[Any]]:
    """Return for each row the values its cell in ``column`` held before, oldest first; none for a 编号 met twice.

    What was typed there and is no value of the column is left out.
    """
    number = column.sheet.meta.id
    assert number is not None
    mine = former[(former.sheet == column.sheet.meta.key) & (former.key == column.key)]
    held: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for wb, name, value in zip(mine.wb, mine.id, mine.value, strict=True):
        if _fits(value, column):
            held[wb, normalize_name(name)].append(value)
    cells = [
        (wb, normalize_name(name)) if name is not None else None
        for wb, name in zip(wbs(frame).tolist(), frame[number.key], strict=True)
    ]
    borne = Counter(cells)
    return [held.get(cell, []) if cell is not None and borne[cell] == 1 else [] for cell in cells]


def _fits(value: Any, column: Column) -> bool:
    match column.value_kind:
        case Day():
            return isinstance(value, dt.date)
        case Percent():
            return isinstance(value, int | float)
        case Choice(words):
            return value in words.keys
        case _:
            return value is not None
