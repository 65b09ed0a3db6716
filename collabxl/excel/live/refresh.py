"""The verbs on an open workbook: check it, refresh 汇总 and what rows are told, take the last refresh back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

from collabxl.errors import FileError
from collabxl.excel.live.host_api import OpenWorkbook
from collabxl.excel.live.messages import LiveError
from collabxl.excel.live.source import LiveSource
from collabxl.excel.live.undo_store import keep
from collabxl.excel.live.undo_store import undo as put_back
from collabxl.excel.live.write_changes import pending_changes, write
from collabxl.pipeline.batch import check_as_chunk
from collabxl.pipeline.sync import changes_of
from collabxl.reading.tables import build_tables
from collabxl.reading.workbook import Reading, read_source
from collabxl.rules.engine.ledger_reader import read_past_values
from collabxl.rules.engine.outcome import Outcome
from collabxl.rules.engine.run import CheckResult
from collabxl.rules.engine.run import check as run_rules
from collabxl.schema.settings import Settings
from collabxl.summary import View, views


@dataclass(frozen=True)
class RefreshResult:
    """What was found in an open workbook, and what became of it."""

    outcome: Outcome
    written: bool = False
    by_hand: bool = False
    """Whether its formulas are computed only when people ask for it, and may be stale."""


def check(opened: OpenWorkbook, *, today: dt.date, settings: Settings | None = None) -> RefreshResult:
    """Check an open workbook and change nothing; LiveError or FileError if it cannot be read."""
    outcome = _read_view(opened, today, settings or Settings()).outcome
    return RefreshResult(outcome, by_hand=_is_calculation_manual(opened))


def sync(opened: OpenWorkbook, *, today: dt.date, settings: Settings | None = None) -> RefreshResult:
    """Check an open workbook and refresh 汇总 and what rows are told in it; saving is left to people.

    All is computed before the first cell is written. Raises LiveError or FileError if it cannot be read or written.
    """
    if opened.host.is_read_only(opened.book):
        raise LiveError("err.readonly")
    view = _read_view(opened, today, settings or Settings())
    changes = pending_changes(opened, changes_of(view, annotate=False))
    written = bool(changes.summary or changes.edits or changes.notes)
    if written:
        keep(opened, changes)
        write(opened, changes)
    return RefreshResult(view.outcome, written, _is_calculation_manual(opened))


def undo(opened: OpenWorkbook) -> None:
    """Put back what an open workbook said before its last refresh; UsageError if that was not kept."""
    put_back(opened)


def _read_view(opened: OpenWorkbook, today: dt.date, settings: Settings) -> View:
    try:
        reading = read_source(LiveSource(opened), opened.path)
    except FileError as error:
        if error.kind == "not-a-project":
            raise LiveError("err.notplan", opened.book.name) from error
        raise

    def rules(ones: Sequence[Reading]) -> CheckResult:
        return run_rules(
            build_tables(ones), today=today, settings=settings, former=read_past_values(dict(enumerate(ones)))
        )

    chunk = check_as_chunk([reading], rules, today, partial(views, today=today))
    opened.heartbeat.beat()
    (outcome,) = chunk.outcomes
    if outcome.error is not None:
        raise outcome.error
    return cast("View", chunk.derived[0])


def _is_calculation_manual(opened: OpenWorkbook) -> bool:
    return bool(opened.book.app.calculation == "manual")
