"""Measured against peers in the same run: ``make bench`` prints ratios; nothing here is asserted as a time."""
