"""Measured against peers in the same run: ``make bench`` prints ratios; nothing here is asserted as a time."""

import datetime as dt

TODAY = dt.date(2024, 8, 1)
"""The day of every check."""
