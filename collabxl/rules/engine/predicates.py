"""Open, alive, overdue: what a row is, each said once for frames; formulas/formula_fields.py says the same in Excel."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collabxl.scheduling.calendar import WorkingDays
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


def days_until_due(tasks: pd.DataFrame, today: NDArray[np.datetime64], working_days: WorkingDays) -> NDArray[np.int64]:
    """Return the working days from a row's today until its due date, -1 of rows that are not open or past it."""
    wb, due = tasks.index.get_level_values("wb").to_numpy(), tasks.due.to_numpy("datetime64[D]")
    coming = is_open(tasks.status).to_numpy(bool) & (due >= today)
    return np.where(coming, working_days.between(wb, today, due), -1)


def is_due_soon(left: NDArray[np.int64], within: int | NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which rows with so many working days left are due within as many as the limits say."""
    return (left >= 0) & (left <= within)
