"""Small steps between plain Python values and the columns of a frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
NOT_A_DAY = np.iinfo(np.int64).min
"""numpy's own way to write "no day" as an integer."""


plain_texts = pd.option_context("mode.string_storage", "python")
"""Lets pandas keep the texts it makes itself, such as names of columns, in one way, with pyarrow there or not."""


def objects(values: Iterable[Any]) -> NDArray[Any]:
    """Return values as an array of objects, tuples and lists among them left whole."""
    return np.fromiter(values, dtype=object)


def mask(values: Iterable[bool]) -> NDArray[np.bool_]:
    """Return truth values as an array that selects rows, also when there are none."""
    return np.fromiter(values, dtype=np.bool_)


def as_days(numbers: Iterable[int | None]) -> Days:
    """Return days counted from 1970-01-01 as datetime64[s], the way frames hold them; None becomes NaT."""
    whole = np.array([NOT_A_DAY if number is None else number for number in numbers], dtype=np.int64)
    return whole.view("datetime64[D]").astype("datetime64[s]")


def spans(first: NDArray[np.int64], many: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return as many numbers from each ``first`` on as ``many`` says, one span after the other."""
    return np.repeat(first - (np.cumsum(many) - many), many) + np.arange(many.sum())


def records(frame: pd.DataFrame) -> Iterator[Any]:
    """Return the rows of a small frame as named tuples, without its index."""
    return iter(frame.itertuples(index=False))
