"""Days as Excel counts them."""

from __future__ import annotations

import datetime as dt

EPOCH = dt.date(1970, 1, 1).toordinal()
SERIAL_OF_EPOCH = 25569
_SERIAL_0 = EPOCH - SERIAL_OF_EPOCH


def to_serial(day: dt.date) -> int:
    """Return a day as Excel counts it."""
    return day.toordinal() - _SERIAL_0


def from_serial(number: float) -> dt.date:
    """Return the day that Excel counts as ``number``, none beyond 9999-12-31; a part of a day is its time."""
    return dt.date.fromordinal(min(int(number) + _SERIAL_0, dt.date.max.toordinal()))
