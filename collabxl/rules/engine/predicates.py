"""Open, alive, overdue: what a row is, each said once for frames; formulas/formula_fields.py says the same in Excel."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from collabxl.schema.vocabularies import CANCELLED, OPEN_STATUS


def is_open(status: pd.Series[Any]) -> pd.Series[bool]:
    """Return which tasks are neither done nor cancelled; an empty status is open."""
    return status.isna() | status.isin(OPEN_STATUS)


def is_alive(status: pd.Series[Any]) -> pd.Series[bool]:
    """Return which tasks are not cancelled, done ones among them."""
    return status.astype(object) != CANCELLED


def is_past(due: pd.Series[Any], today: dt.date) -> pd.Series[bool]:
    """Return which days are before today; no day is not."""
    return due < pd.Timestamp(today)


def is_overdue(tasks: pd.DataFrame, today: dt.date) -> pd.Series[bool]:
    """Return which rows with ``due`` and ``status`` are open although their due date is past."""
    return is_open(tasks.status) & is_past(tasks.due, today)
