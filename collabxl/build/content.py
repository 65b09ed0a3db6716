"""What a new workbook starts with: fields of the form and rows of the sheets, as plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

from collabxl.build.functions import moment
from collabxl.schema.column import Column, Meta, Sheet
from collabxl.schema.kinds import Choice, Id, YesNo
from collabxl.schema.standard import STANDARD, Progress, Tasks
from collabxl.text import t

Value = str | int | float | bool | dt.date | None
"""Text, numbers and days as they are; a word of a list by its key, ``done`` for 已完成 or Done."""

YES, NO = t("是", "Yes"), t("否", "No")
YES_NO = {True: YES, False: NO}

Row = Mapping[str, Value]
"""The values of one row by column key; missing ones stay empty."""


TO_BE_NAMED = t("待定", "to be named")
"""Stands where a person is not known yet."""


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

    @cached_property
    def _newest(self) -> Mapping[str, float]:
        """The last 更新日期 of each task, by 编号 as formulas compare it."""
        found: dict[str, float] = {}
        for row in self.rows.get(Progress.meta.key, ()):
            task, updated = str(row.get(Progress.task.key)).casefold(), row.get(Progress.updated.key)
            if isinstance(updated, dt.date):
                found[task] = max(moment(updated), found.get(task, moment(updated)))
        return found

    def is_newest(self, row: Row) -> bool:
        """Return whether no other row of 进度跟踪表 tells of the same task at a later day."""
        updated = row.get(Progress.updated.key)
        newest = self._newest.get(str(row.get(Progress.task.key)).casefold())
        return newest is None or not isinstance(updated, dt.date) or moment(updated) >= newest


def content(project: Row, rows: Mapping[str, Sequence[Row]]) -> Content:
    """Return content whose rows bear the printed numbers of the rows they will stand in, and words by their keys."""
    numbered = {}
    for key, listed in rows.items():
        sheet = STANDARD.sheet(key)
        column = sheet.meta.id
        made = [{name: _keyed(value, sheet, name) for name, value in row.items()} for row in listed]
        if column is not None:
            assert isinstance(column.kind, Id)
            pattern = column.kind.pattern
            made = [{**row, column.key: pattern.format(number)} for number, row in enumerate(made, 1)]
        numbered[key] = made
    return Content(project, numbered)


def keyed(value: Value, column: Column) -> Value:
    """Return a value that is a word of its column's list by the word's key."""
    return _keyed(value, column.sheet, column.key)


def _keyed(value: Value, sheet: type[Sheet], name: str) -> Value:
    """Return a value that is a word of its column's list by the word's key."""
    if not isinstance(value, str) or name not in _lists(sheet.meta):
        return value
    return _lists(sheet.meta)[name].get(value, value)


@cache
def _lists(meta: Meta) -> Mapping[str, Mapping[str, Value]]:
    """Return the keys of a sheet's words in both languages, by column."""
    found: dict[str, dict[str, Value]] = {}
    for column in meta.columns:
        kind = column.value_kind
        if isinstance(kind, Choice):
            found[column.key] = {title: word.key for word in kind.words.words for title in word.title.both}
        elif isinstance(kind, YesNo):
            found[column.key] = {title: answer for answer, text in YES_NO.items() for title in text.both}
    return found
