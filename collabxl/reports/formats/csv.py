"""CSV: one row a finding, and one for each workbook that could not be read; Excel opens it and runs nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain

from collabxl.reports.formats import ReportRun
from collabxl.reports.formats.rows import COLUMNS, rows, value_text
from collabxl.rules.engine.outcome import Outcome

MARK = "\ufeff"
"""Tells Excel that the file is UTF-8."""
GUARD = "'"
_LIVE = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", GUARD)

_END = "\r\n"


def one(outcome: Outcome, run: ReportRun) -> list[str]:
    """Return the rows of a workbook."""
    return [
        _line(escape_formula(value) if isinstance(value, str) else value_text(value) for value in row.values())
        for row in rows(outcome, run.lang)
    ]


def lines(parts: Iterator[list[str]], run: ReportRun) -> Iterator[str]:
    """Return the header and the rows."""
    yield MARK + _line(COLUMNS)
    yield from chain.from_iterable(parts)


def escape_formula(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; one GUARD, to be taken off again, stands before such.

    A text with a GUARD of its own gets another: so whatever begins with one was guarded, and nothing is lost.
    """
    return GUARD + text if text.startswith(_LIVE) or text.lstrip().startswith(_LIVE) else text


def _line(values: Iterable[str | None]) -> str:
    """Return a row; the writer quotes the line breaks of its own line's end only, so that has them all."""
    paper = io.StringIO()
    csv.writer(paper, lineterminator=_END).writerow(values)
    return paper.getvalue().removesuffix(_END)
