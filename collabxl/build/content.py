"""What a new workbook starts with: fields of the form and rows of the sheets, as plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from collabxl.schema.kinds import Id
from collabxl.schema.standard import STANDARD

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
