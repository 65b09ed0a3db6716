"""What a run says about one workbook: its findings and figures, or why it could not be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from collabxl.errors import FileError
from collabxl.reading.frame_columns import iter_rows
from collabxl.reading.workbook import Reading
from collabxl.rules.engine.findings import Finding, count_by_severity
from collabxl.rules.engine.frames import wbs
from collabxl.rules.engine.predicates import is_alive, is_overdue
from collabxl.rules.engine.rule import Severity
from collabxl.rules.engine.run import CheckResult
from collabxl.schema.vocabularies import STATUS


@dataclass(frozen=True)
class TaskFigures:
    """The tasks of one project in numbers; ``progress`` is the mean share done of all but cancelled tasks, 0 to 1."""

    total: int = 0
    by_status: Mapping[str, int] = field(default_factory=dict)
    overdue: int = 0
    progress: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """One workbook's result, in the order the workbooks were asked for."""

    path: str
    reading: Reading | None = None
    error: FileError | None = None
    project: str | None = None
    figures: TaskFigures = TaskFigures()
    findings: tuple[Finding, ...] = ()

    @property
    def problems(self) -> tuple[Finding, ...]:
        """The findings that count: all but those waived."""
        return tuple(finding for finding in self.findings if not finding.waived)

    @property
    def counts(self) -> dict[Severity, int]:
        """How many findings of each severity count."""
        return count_by_severity(self.findings)


def outcomes(checked: CheckResult, today: dt.date) -> dict[int, Outcome]:
    """Return the outcome of every workbook that was checked, by its number."""
    readings = checked.tables.readings
    project = checked.frames["project"]
    names = dict(zip(wbs(project).tolist(), project["name"], strict=True))
    figures = _figures(checked.frames["tasks_now"], today)
    return {
        wb: Outcome(
            reading.path,
            reading,
            project=names.get(wb),
            figures=figures.get(wb, TaskFigures()),
            findings=tuple(checked.findings[wb]),
        )
        for wb, reading in readings.items()
    }


def _figures(standing: pd.DataFrame, today: dt.date) -> dict[int, TaskFigures]:
    if standing.empty:
        return {}
    late = is_overdue(standing, today)
    alive = is_alive(standing.status)
    each = pd.DataFrame({"late": late, "alive": alive, "done": standing.share.where(alive, 0)})
    sums = each.groupby("wb").agg(
        total=("late", "size"), late=("late", "sum"), alive=("alive", "sum"), done=("done", "sum")
    )
    codes = standing.status.cat.codes.to_numpy()
    known = codes >= 0
    pairs, numbers = np.unique(np.stack([wbs(standing)[known], codes[known]]), axis=1, return_counts=True)
    statuses: dict[int, dict[str, int]] = {}
    for wb, code, number in zip(*pairs.tolist(), numbers.tolist(), strict=True):
        statuses.setdefault(wb, {})[STATUS.keys[code]] = number
    return {
        row.wb: TaskFigures(row.total, statuses.get(row.wb, {}), row.late, round(row.done / max(row.alive, 1), 4))
        for row in iter_rows(sums.reset_index())
    }
