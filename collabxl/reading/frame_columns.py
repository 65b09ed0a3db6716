"""Small steps between plain Python values and the columns of a frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

plain_texts = pd.option_context("mode.string_storage", "python")
"""Lets pandas keep the texts it makes itself, such as names of columns, in one way, with pyarrow there or not."""


def object_array(values: Iterable[Any]) -> NDArray[Any]:
    """Return values as an array of objects, tuples and lists among them left whole."""
    return np.fromiter(values, dtype=object)


def bool_array(values: Iterable[bool]) -> NDArray[np.bool_]:
    """Return truth values as an array that selects rows, also when there are none."""
    return np.fromiter(values, dtype=np.bool_)


def iter_rows(frame: pd.DataFrame) -> Iterator[Any]:
    """Return the rows of a small frame as named tuples, without its index."""
    return iter(frame.itertuples(index=False))
