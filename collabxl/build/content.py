"""What a new workbook starts with: fields of the form and rows of the sheets, as plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from collabxl.schema.kinds import Id
from collabxl.schema.standard import STANDARD, Progress, Tasks

Value = str | int | float | bool | dt.date | None
"""Text, numbers and days as they are; a word of a list by its key, ``done`` for 已完成 or Done."""

Row = Mapping[str, Value]
"""The values of one row by column key; missing ones stay empty."""


@dataclass(frozen=True)
class Content:
    """A workbook's content in no language: titles and words come from the declaration."""

    project: Row = field(default_factory=dict)
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    """By sheet key; the first row stands in the first prepared row, and so on."""

    @cached_property
    def tasks(self) -> Mapping[str, Row]:
        """The tasks by 编号 as formulas look it up: whatever its case, the first of several."""
        listed = self.rows.get(Tasks.meta.key, ())
        return {str(task[Tasks.id.key]).casefold(): task for task in reversed(listed) if task.get(Tasks.id.key)}

    @cached_property
    def shares(self) -> Mapping[str, float]:
        """The last share done that any row of 进度跟踪表 tells of a task, by 编号 as formulas compare it."""
        rows = self.rows.get(Progress.meta.key, ())
        told = ((row.get(Progress.task.key), row.get(Progress.progress.key)) for row in rows)
        return {str(task).casefold(): float(share) for task, share in told if task and isinstance(share, int | float)}


def content(project: Row, rows: Mapping[str, Sequence[Row]]) -> Content:
    """Return content whose rows bear the printed numbers of the rows they will stand in."""
    numbered = {}
    for key, listed in rows.items():
        column = STANDARD.sheet(key).meta.id
        if column is None:
            numbered[key] = list(listed)
            continue
        assert isinstance(column.kind, Id)
        pattern = column.kind.pattern
        numbered[key] = [{**row, column.key: pattern.format(number)} for number, row in enumerate(listed, 1)]
    return Content(project, numbered)
