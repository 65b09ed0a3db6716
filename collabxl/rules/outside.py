"""What a run tells a workbook of others: the frames ``outside`` and ``knots``, both empty where it is checked alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from collabxl.frames import objects

Step = str | tuple[int, int]


class Wait(NamedTuple):
    """What a task waits for in other workbooks: of several, the one that is finished last.

    ``day`` is its forecast, None where it binds nothing; ``knotted`` whether any of them waits, by whatever way, for
    itself. ``path`` has what the tasks are called that drive it, itself the last, each as 项目名::编号.
    """

    wb: int
    row: int
    day: dt.date | None
    knotted: bool
    path: list[str]


class Knot(NamedTuple):
    """A cycle through several workbooks as one of them sees it, in the order of the work.

    A step is what a task elsewhere is called, or a pair of rows here: of a task that waits for the step before, and of
    the one, maybe the same, that the next step waits for.
    """

    wb: int
    steps: list[Step]


def frames_of(waits: Iterable[Wait] = (), knots: Iterable[Knot] = ()) -> dict[str, pd.DataFrame]:
    """Return what a run tells as the frames that rules ask for, by their names."""
    outside = _listed(Wait, waits).astype({"row": np.int64, "day": "datetime64[s]", "knotted": bool})
    return {"outside": outside, "knots": _listed(Knot, knots)}


def _listed(of: type[Wait] | type[Knot], rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    listed = list(rows)
    columns = zip(*listed, strict=True) if listed else ((),) * len(of._fields)
    made = {name: pd.Series(objects(column), dtype=object) for name, column in zip(of._fields, columns, strict=True)}
    return pd.DataFrame(made).astype({"wb": np.int64})
