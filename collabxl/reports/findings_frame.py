"""Findings as a pandas frame: the rows of formats/rows.py in typed columns, with days as days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from collabxl.reading.dates import from_text
from collabxl.reading.frame_columns import object_array, plain_texts
from collabxl.reports.formats.rows import COLUMNS, Row, rows
from collabxl.rules.engine.findings import Finding
from collabxl.rules.engine.outcome import Outcome
from collabxl.rules.engine.rule import SEVERITIES
from collabxl.schema.kinds import Day
from collabxl.schema.serials import EPOCH
from collabxl.schema.sheets import STANDARD
from collabxl.text import Lang

DAYS = ("date", "waived_until")
"""The columns that a frame has besides those of the tables."""
_DTYPES: dict[str, Any] = {
    "severity": pd.CategoricalDtype([*reversed(SEVERITIES)], ordered=True),
    "row": "Int64",
    "fixable": "boolean",
    "waived": "boolean",
    "value": object,
    "args": object,
    **dict.fromkeys(DAYS, "datetime64[s]"),
}
"""What is no text."""
_OF_DAYS = frozenset(
    (sheet.meta.key, column.key)
    for sheet in STANDARD.data_sheets
    for column in sheet.meta.columns
    if isinstance(column.value_kind, Day)
)
"""The sheets' columns of days."""


@plain_texts
def findings_frame(outcomes: Outcome | Iterable[Outcome], lang: Lang) -> pd.DataFrame:
    """Return one row a finding, and one a workbook with an error; the same columns and dtypes also for none."""
    several = [outcomes] if isinstance(outcomes, Outcome) else outcomes
    listed = [row for outcome in several for row in _rows(outcome, lang)]
    return pd.DataFrame({name: _column(name, [row[name] for row in listed]) for name in (*COLUMNS, *DAYS)})


def _column(name: str, values: list[Any]) -> pd.Series[Any]:
    dtype = _DTYPES.get(name, "string")
    column: pd.Series[Any] = pd.Series(object_array(values) if dtype is object else values, dtype=dtype)
    return column


def _rows(outcome: Outcome, lang: Lang) -> Iterator[Row]:
    """Return the rows of one outcome with their days; the row of its error, which comes first, has none."""
    told = rows(outcome, lang)
    if outcome.error is not None:
        yield {**next(told), **dict.fromkeys(DAYS)}
    for row, finding in zip(told, outcome.findings, strict=True):
        yield {**row, "date": _day(finding), "waived_until": finding.waiver and finding.waiver.until}


def _day(finding: Finding) -> dt.date | None:
    """Return the day that a cell of a column of days says for certain, as the reader reads it; else None."""
    if (finding.sheet, finding.key) not in _OF_DAYS or not isinstance(finding.value, str):
        return None
    number = from_text(finding.value).day
    return None if number is None else dt.date.fromordinal(number + EPOCH)
