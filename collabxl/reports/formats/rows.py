"""Findings as rows of one table, for the formats that are tables: the contract's own keys, in its own order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from collabxl.reports.json_model import FindingOut, workbook_out
from collabxl.rules.engine.outcome import Outcome
from collabxl.text import Lang

WHOSE = ("path", "project", "workbook_id", "revision", "department")
"""What a row tells of its workbook."""
COLUMNS = (*WHOSE, "error", *FindingOut.__annotations__)
"""``error`` is the kind of what could not be read or written; such a row has its ``message`` and no ``code``."""
_EMPTY: dict[str, Any] = dict.fromkeys(COLUMNS)

Row = dict[str, Any]
"""One finding, or one workbook's error, by COLUMNS."""


def rows(outcome: Outcome, lang: Lang) -> Iterator[Row]:
    """Return one row a finding of a workbook, before them one for its error if it has one."""
    book = workbook_out(outcome, lang)
    whose = {name: getattr(book, name) for name in WHOSE}
    if book.error is not None:
        yield {**_EMPTY, **whose, "error": book.error.kind, "message": book.error.message}
    for finding in book.findings:
        yield {**_EMPTY, **whose, **finding}


def place(sheet: str | None, cell: str | None) -> str:
    """Return where a finding is, as people write it: 任务分工表!G4; empty for the workbook as a whole."""
    return "!".join(filter(None, [sheet, cell]))


def value_text(value: Any) -> str | None:
    """Return a value as text: texts as they are, all else as JSON writes it, nothing as None."""
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
