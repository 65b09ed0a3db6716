"""JSON Lines: one workbook a line, as in the list ``workbooks`` of the contract's JSON."""

from __future__ import annotations

from collections.abc import Iterator

from collabxl.reports.formats import ReportRun
from collabxl.reports.json_model import workbook_out
from collabxl.rules.engine.outcome import Outcome


def one(outcome: Outcome, run: ReportRun) -> str:
    """Return the line of a workbook."""
    return workbook_out(outcome, run.lang).model_dump_json()


def lines(parts: Iterator[str], run: ReportRun) -> Iterator[str]:
    """Return one line a workbook."""
    return parts
