"""Days as Excel counts them, so that what formulas subtract is subtracted here."""

from __future__ import annotations

from typing import Any

import pandas as pd

from collabxl.schema.serials import SERIAL_OF_EPOCH


def serials(days: pd.Series[Any]) -> list[int | None]:
    """Return the days of a column, None where it has none."""
    numbers = days.to_numpy("datetime64[D]").astype("int64").tolist()
    return [None if missing else number + SERIAL_OF_EPOCH for number, missing in zip(numbers, days.isna(), strict=True)]
