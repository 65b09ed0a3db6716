"""Days and runs of numbers as arrays: the form that frames, the plan and the calendar share."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
NOT_A_DAY = np.iinfo(np.int64).min
"""numpy's own way to write "no day" as an integer."""


def as_days(numbers: Iterable[int | None]) -> Days:
    """Return days counted from 1970-01-01 as datetime64[s], the way frames hold them; None becomes NaT."""
    whole = np.array([NOT_A_DAY if number is None else number for number in numbers], dtype=np.int64)
    return whole.view("datetime64[D]").astype("datetime64[s]")


def spans(first: NDArray[np.int64], many: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return as many numbers from each ``first`` on as ``many`` says, one span after the other."""
    return np.repeat(first - (np.cumsum(many) - many), many) + np.arange(many.sum())
