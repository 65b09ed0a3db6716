"""What a new workbook starts with: fields of the form and rows of the sheets, as plain values."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd

from collabxl.errors import UsageError
from collabxl.formulas import layout
from collabxl.schema.columns import Column, Kind, Sheet, SheetMeta
from collabxl.schema.kinds import Choice, Day, Id, Period, YesNo
from collabxl.schema.sheets import SEPARATORS, STANDARD, Progress, Project, Tasks
from collabxl.text import Text, t

Value = str | int | float | bool | dt.date | None
"""Text, numbers and days as they are; a word of a list by its key, ``done`` for 已完成 or Done."""

YES, NO = t("是", "Yes"), t("否", "No")
YES_NO = {True: YES, False: NO}

Row = Mapping[str, Value]
"""The values of one row by column key; missing ones stay empty."""


_NO_VALUE = t(
    "{sheet} 第 {number} 行的 {key} 不能是 {value}。可以是文本、数、是否、日期，或文本的列表",
    "{key} in row {number} of {sheet} cannot be {value}. It takes a text, a number, a truth value, a day, or a list of "
    "texts",
)
_NO_ROW = t(
    "{sheet} 第 {number} 行的 id 不能是 {value}：编号由工作簿从 {first} 起依次印好，各行按编号排列。"
    "请改成其中之一，或去掉 id，连同引用它的地方",
    "id in row {number} of {sheet} cannot be {value}: a workbook prints its ids, {first} and so on, and rows stand in "
    "their order. Take one of them or leave id out, and mend what names it",
)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ENDS = 2
"""A period has so many days."""
_LONGEST = 60
_TOO_LARGE = 1e308
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


def form_content(project: Row) -> Row:
    """Return the fields of the form as cells can hold them; UsageError for an unknown one, and for what is no form."""
    if not isinstance(project, Mapping):
        raise UsageError(t("project 要的是字典", "project takes a dictionary"))
    _refuse_unknown(project, Project)
    return {key: _plain_value(value, Project, 0, key) for key, value in project.items()}


def content(project: Row, rows: Mapping[str, Sequence[Row]]) -> Content:
    """Return content whose rows bear the printed numbers of the rows they will stand in, and words by their keys.

    ``project`` is as ``form_content`` returns it. Raises UsageError for a key that no sheet or column has, and for a
    value that no cell can hold: what stands there would be lost.
    """
    numbered = {}
    for key, listed in rows.items():
        sheet = _sheet_of(key, listed)
        for row in listed:
            _refuse_unknown(row, sheet)
        column = sheet.meta.id
        made = [
            {name: _to_key(_plain_value(value, sheet, number, name), sheet, name) for name, value in row.items()}
            for number, row in enumerate(listed, 1)
        ]
        if column is not None:
            made = _numbered(made, column)
        numbered[key] = made
    return Content(project, numbered)


def _numbered(rows: Iterable[dict[str, Value]], column: Column) -> list[dict[str, Value]]:
    """Return rows with the printed numbers of the rows they stand in, empty ones between those that name later rows.

    Raises UsageError for a number that no row has, or one of before: whatever names it would mean another row.
    """
    assert isinstance(column.kind, Id)
    pattern = column.kind.pattern
    made: list[dict[str, Value]] = []
    for number, row in enumerate(rows, 1):
        at, own = len(made) + 1, row.get(column.key)
        if own is not None and own != pattern.format(at):
            ready = range(at, layout.row_count(column.sheet) + 1)
            at = next((each for each in ready if pattern.format(each) == own), 0)
            if not at:
                first, sheet = pattern.format(1), column.sheet.meta.key
                raise UsageError(_NO_ROW, sheet=sheet, number=number, value=repr(own)[:_LONGEST], first=first)
        made += [{column.key: pattern.format(each)} for each in range(len(made) + 1, at)]
        made.append({**row, column.key: pattern.format(at)})
    return made


def _sheet_of(key: str, listed: Sequence[Row]) -> type[Sheet]:
    """Return the sheet of a key and its rows; UsageError if there is no such sheet, or these are no rows."""
    known = {sheet.meta.key: sheet for sheet in STANDARD.data_sheets if not sheet.meta.form_headers}
    if key not in known:
        raise _unknown(key, "rows", {name: sheet.meta.title for name, sheet in known.items()})
    are_rows = isinstance(listed, Iterable) and not isinstance(listed, str | Mapping)
    if not are_rows or not all(isinstance(row, Mapping) for row in listed):
        says = t(
            "{sheet} 要的是行的列表，每行一个字典，例如 [{example}]",
            "{sheet} takes a list of rows, a dictionary each, say [{example}]",
        )
        raise UsageError(says, sheet=key, example='{"name": "…"}')
    return known[key]


def _refuse_unknown(row: Row, sheet: type[Sheet]) -> None:
    known = {column.key: column.title for column in sheet.meta.columns}
    for key in row:
        if key not in known:
            raise _unknown(key, sheet.meta.key, known)


def _unknown(key: str, where: str, known: Mapping[str, Text]) -> UsageError:
    """Return the error for a key that nothing has, with the known one that is likely meant, by its key or title."""
    from rapidfuzz import process

    words = {word: name for name, title in known.items() for word in (name, *title.both)}
    near = process.extractOne(str(key), list(words), score_cutoff=50)
    if near:
        says = t("{where} 里没有 {key}，是不是 {near}？", "There is no {key} in {where}; did you mean {near}?")
        return UsageError(says, where=where, key=key, near=words[near[0]])
    says = t("{where} 里没有 {key}；有的是 {known}", "There is no {key} in {where}; it has {known}")
    return UsageError(says, where=where, key=key, known=list(known))


def _plain_value(value: Any, sheet: type[Sheet], number: int, key: str) -> Value:
    """Return a value as a cell can hold it, those of numpy and pandas among them; a list of texts is one text.

    Raises UsageError, with the sheet, the row's ``number`` (0 in a form) and the key, for what no cell can hold.
    """
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    if isinstance(value, list | tuple) and isinstance(_kind(sheet, key), Period):
        value = _period(value)
    if isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
        return SEPARATORS[0].join(value)
    if isinstance(value, str) and isinstance(_kind(sheet, key), Day):
        return _day(value)
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return None
    if isinstance(value, pd.Timestamp):
        value = value.to_pydatetime()
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, np.generic):
        value = value.item()
    is_finite = isinstance(value, float | int) and abs(value) < _TOO_LARGE and math.isfinite(value)
    if is_finite or isinstance(value, str | bool | dt.date):
        plain: Value = value
        return plain
    raise UsageError(_NO_VALUE, sheet=sheet.meta.key, number=number, key=key, value=repr(value)[:_LONGEST])


def _kind(sheet: type[Sheet], key: str) -> Kind:
    return sheet.meta.column(key).value_kind


def _day(text: str) -> Value:
    """Return the day that a text names as ISO 8601 writes days, any other text as it is."""
    try:
        return dt.date.fromisoformat(text) if _ISO_DAY.fullmatch(text) else text
    except ValueError:  # the 30th of February
        return text


def period_text(first: dt.date, last: dt.date) -> str:
    """Return a period as the form has it: two days with a dash between them."""
    return f"{first}~{last}"


def _period(ends: Sequence[Any]) -> Any:
    """Return the text of a period from its first and last day; what are no two days comes back as it is."""
    days = [_day(each) if isinstance(each, str) else each for each in ends]
    moments = (np.datetime64, dt.datetime)
    days = [pd.Timestamp(day).date() if isinstance(day, moments) and not pd.isna(day) else day for day in days]
    first, last = days if len(days) == _ENDS else (None, None)
    return period_text(first, last) if isinstance(first, dt.date) and isinstance(last, dt.date) else ends


def to_key(value: Value, column: Column) -> Value:
    """Return a value that is a word of its column's list by the word's key."""
    return _to_key(value, column.sheet, column.key)


def _to_key(value: Value, sheet: type[Sheet], name: str) -> Value:
    """Return a value that is a word of its column's list by the word's key."""
    if not isinstance(value, str) or name not in _lists(sheet.meta):
        return value
    return _lists(sheet.meta)[name].get(value, value)


@cache
def _lists(meta: SheetMeta) -> Mapping[str, Mapping[str, Value]]:
    """Return the keys of a sheet's words in both languages, by column."""
    found: dict[str, dict[str, Value]] = {}
    for column in meta.columns:
        kind = column.value_kind
        if isinstance(kind, Choice):
            found[column.key] = {title: word.key for word in kind.words.words for title in word.title.both}
        elif isinstance(kind, YesNo):
            found[column.key] = {title: answer for answer, text in YES_NO.items() for title in text.both}
    return found
