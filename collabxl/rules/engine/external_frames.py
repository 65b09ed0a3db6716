"""What a run tells a workbook of others: two frames, both empty where it is checked alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from collabxl.reading.frame_columns import object_array

Step = str | tuple[int, int]
WaitState = Literal["open", "done", "cancelled", "knotted", "no_task", "no_project", "several"]


class AwaitedTask(NamedTuple):
    """A task of another workbook: its file, what it is called there, and the promised date."""

    path: str
    title: str
    due: dt.date | None


class ExternalWait(NamedTuple):
    """A task and what it waits for in another workbook, as typed.

    ``state`` says how that stands: ``knotted`` if it lies on a cycle or behind one, ``several`` if workbooks of one
    name have such a task. ``day`` is its forecast, None where it binds nothing; ``path`` has what the tasks are
    called that drive it, itself the last, each as 项目名::编号. ``spare`` is the working days that it may slip until a
    due date that hangs on it is missed, None where none does.
    """

    wb: int
    row: int
    token: str
    state: WaitState
    other: AwaitedTask | None = None
    day: dt.date | None = None
    path: list[str] | None = None
    spare: int | None = None


class ExternalCycle(NamedTuple):
    """A cycle through several workbooks as one of them sees it, in the order of the work.

    A step is what a task elsewhere is called, or a pair of rows here: of a task that waits for the step before, and of
    the one, maybe the same, that the next step waits for.
    """

    wb: int
    steps: list[Step]


def external_frames(waits: Iterable[ExternalWait] = (), knots: Iterable[ExternalCycle] = ()) -> dict[str, pd.DataFrame]:
    """Return what a run tells as the frames that rules ask for, by their names."""
    waits_frame = _record_frame(ExternalWait, waits).astype({"row": np.int64, "day": "datetime64[s]"})
    return {"external_waits": waits_frame, "external_cycles": _record_frame(ExternalCycle, knots)}


def _record_frame(of: type[ExternalWait] | type[ExternalCycle], rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    listed = list(rows)
    columns = zip(*listed, strict=True) if listed else ((),) * len(of._fields)
    made = {
        name: pd.Series(object_array(column), dtype=object) for name, column in zip(of._fields, columns, strict=True)
    }
    return pd.DataFrame(made).astype({"wb": np.int64})
