"""豁免: findings that somebody has agreed to live with until a day; they are told, but they are no problems."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pandas as pd

from collabxl.reading.frame_columns import object_array
from collabxl.rules.engine.catalogue import exact_rule, near_codes
from collabxl.rules.engine.findings import Finding, Waiver
from collabxl.rules.engine.frames import row_numbers, wbs
from collabxl.rules.matching.names import normalize_name, split_names
from collabxl.schema.sheets import Waivers

WHOLE_BOOK = ""
"""Stands for the 编号 of a waiver that names no row."""
ActiveWaivers = dict[tuple[int, str, str], Waiver]
"""Waivers by workbook, rule code and 编号 as names are compared."""


def apply_waivers(
    findings: dict[int, list[Finding]], waivers: pd.DataFrame, today: dt.date
) -> dict[int, list[Finding]]:
    """Return the findings of every workbook, those that a waiver covers on ``today`` marked with it.

    A waiver names rules in full and rows by their 编号, several with a separator between; without a 编号 it is for the
    whole workbook. One without a reason or a day is not in force: CV101 tells that it lacks them.
    """
    agreed = _active_waivers(waivers, today)
    books = {wb for wb, *_ in agreed}
    return {
        wb: [_with_waiver(finding, wb, agreed) for finding in found] if wb in books else found
        for wb, found in findings.items()
    }


def _with_waiver(finding: Finding, wb: int, agreed: ActiveWaivers) -> Finding:
    for row in (normalize_name(finding.id or WHOLE_BOOK), WHOLE_BOOK):
        if waiver := agreed.get((wb, finding.rule.code, row)):
            return finding._replace(waiver=waiver)
    return finding


def _active_waivers(waivers: pd.DataFrame, today: dt.date) -> ActiveWaivers:
    """Return what is agreed on a day; of two waivers of the same thing the one that lasts longer."""
    agreed: ActiveWaivers = {}
    valid = waivers[(waivers.until >= pd.Timestamp(today)) & waivers.reason.notna() & waivers.rule.notna()]
    columns = (
        valid[column.key] for column in (Waivers.rule, Waivers.id, Waivers.reason, Waivers.until, Waivers.approver)
    )
    for (wb, _), cell, numbers, reason, until, approver in zip(valid.index, *columns, strict=True):
        waiver = Waiver(reason, until.date(), approver)
        for code in _codes(cell):
            for row in map(normalize_name, split_names(numbers) if numbers else [WHOLE_BOOK]):
                place = (wb, code, row)
                agreed[place] = max(agreed.get(place, waiver), waiver, key=lambda each: each.until)
    return agreed


def _codes(cell: str) -> Iterable[str]:
    return (rule.code for word in split_names(cell) if (rule := exact_rule(word)))


def unknown_rules(waivers: pd.DataFrame) -> pd.DataFrame:
    """Return the words of 豁免 that name no rule, as misfits like those the reader finds."""
    told = waivers[waivers.rule.notna()]
    places = zip(wbs(told), row_numbers(told), told.rule, strict=True)
    found = [(wb, row, word) for wb, row, cell in places for word in split_names(cell) if exact_rule(word) is None]
    books, numbers, words = zip(*found, strict=True) if found else ((), (), ())
    return pd.DataFrame(
        {
            "wb": pd.Series(books, dtype="int64"),
            "sheet": pd.Series([Waivers.meta.key] * len(found), dtype=object),
            "row": pd.Series(numbers, dtype="int64"),
            "key": pd.Series([Waivers.rule.key] * len(found), dtype=object),
            "fault": pd.Series(["not-in-list"] * len(found), dtype=object),
            "raw": object_array(words),
            "better": object_array(next(iter(near_codes(word)), None) for word in words),
            "sure": pd.Series([False] * len(found), dtype=bool),
        }
    )
