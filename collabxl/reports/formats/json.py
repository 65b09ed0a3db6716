"""The contract's JSON: the run as one document, written as it comes."""

from __future__ import annotations

import json
from collections.abc import Iterator

from collabxl.reports.formats import ReportRun
from collabxl.reports.formats.jsonl import one
from collabxl.reports.json_model import CONTRACT

__all__ = ["json_list", "lines", "one"]


def lines(parts: Iterator[str], run: ReportRun) -> Iterator[str]:
    """Return the document, a workbook a line."""
    yield f'{{"contract": {CONTRACT}, "version": "{run.version}", "today": "{run.today}", "workbooks": ['
    yield from json_list(parts)
    counts = {"workbooks": run.tally.workbooks, "unreadable": run.tally.unreadable, **run.tally.findings}
    yield f'], "counts": {json.dumps(counts)}}}'


def json_list(items: Iterator[str]) -> Iterator[str]:
    """Return the elements of a JSON list, a line each, with a comma behind all but the last."""
    before = next(items, None)
    for item in items:
        yield f"{before},"
        before = item
    if before is not None:
        yield before
