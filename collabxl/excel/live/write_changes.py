"""What a sync changes, written into an open workbook: 汇总 planted, cells of rows in blocks, notes; never saved."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from collabxl.excel.folders import undo_folder
from collabxl.excel.live.host_api import OpenWorkbook
from collabxl.excel.live.insert_sheet import Formulas, Spot, column_runs, insert_sheet, own_sheet
from collabxl.excel.live.messages import LiveError
from collabxl.pipeline.workbook_patch import WorkbookChanges
from collabxl.schema.serials import to_serial
from collabxl.summary import MARKER
from collabxl.workbook.grid import CellEdit, Grid, Value
from collabxl.workbook.single_sheet import single_sheet_workbook

_SAFE = re.compile(r"[A-Z]{2}\d{3} .*|[\u3400-\u9fff].*", re.DOTALL)
"""Texts that no program takes for anything else: they begin with a rule's code, or with a Chinese character."""


def pending_changes(opened: OpenWorkbook, changes: WorkbookChanges) -> WorkbookChanges:
    """Return the changes without those cells and notes that already say what they are to say, and without formulas."""
    sheets = opened.book.sheets
    edits: list[CellEdit] = []
    for (title, _), column in _by_column(changes.edits).items():
        said, formulas = _column_values(sheets[title], column), _column_formulas(sheets[title], column)
        free = [edit for edit in column if formulas[edit.row] == said[edit.row] or not _is_formula(formulas[edit.row])]
        edits += [edit._replace(old=said[edit.row]) for edit in free if not _is_same_value(said[edit.row], edit.new)]
    notes = {place: text for place, text in changes.notes.items() if _note(opened, place) not in (None, text)}
    summary = changes.summary
    if summary and _is_current(opened, summary):
        summary = None
    return replace(changes, summary=summary, edits=edits, notes=notes)


@contextmanager
def suspend_updates(opened: OpenWorkbook) -> Iterator[None]:
    """Let the program neither draw, compute, ask, nor run other people's macros meanwhile; then as it was before.

    Once begun, it is waited for as long as it takes: who gave up would leave the program like that.
    """
    app = opened.book.app
    was = {name: getattr(app, name) for name in ("calculation", "enable_events", "display_alerts", "screen_updating")}
    with opened.heartbeat.pause():
        try:
            app.screen_updating = app.display_alerts = app.enable_events = False
            app.calculation = "manual"
            yield
        finally:
            for name, value in was.items():
                setattr(app, name, value)


def write(opened: OpenWorkbook, changes: WorkbookChanges) -> None:
    """Write the changes."""
    with suspend_updates(opened):
        write_cells(opened, changes.edits)
        for place, text in changes.notes.items():
            title, spot = place
            with _unlock_sheet(opened, opened.book.sheets[title]):
                opened.book.sheets[title].range(spot).note.text = text
        if changes.summary:
            _insert_summary(opened, changes.summary)


def write_cells(opened: OpenWorkbook, edits: Iterable[CellEdit]) -> None:
    """Write cells of existing sheets, those below each other in one block; texts stay texts."""
    for (title, _), column in _by_column(edits).items():
        sheet = opened.book.sheets[title]
        with _unlock_sheet(opened, sheet):
            for (row, at), values in column_runs((edit.spot, edit.new) for edit in column):
                cells = sheet.range((row, at), (row + len(values) - 1, at))
                if any(isinstance(value, str) and not _SAFE.fullmatch(value) for value in values):
                    cells.number_format = "@"
                cells.value = [[value] for value in values]
        opened.heartbeat.beat()


def insert_file(opened: OpenWorkbook, file: Path, formulas: Formulas, *, title: str) -> Any:
    """Plant the sheet of a workbook file as 汇总 and return it; the sheet in front stays there."""
    front = opened.book.sheets.active.name
    sheet = insert_sheet(opened, file, formulas, title=title, marker=MARKER)
    opened.book.activate()
    opened.book.sheets[front].activate()
    return sheet


def _insert_summary(opened: OpenWorkbook, grid: Grid) -> None:
    formulas = {spot: cell.formula for spot, cell in grid.cells.items() if cell.formula is not None}
    plain = {spot: cell._replace(formula=None) for spot, cell in grid.cells.items()}
    with tempfile.TemporaryDirectory(prefix="collabxl-", dir=undo_folder(opened.path)) as folder:
        file = Path(folder, f"{Path(folder).name}.xlsx")
        file.write_bytes(single_sheet_workbook(replace(grid, cells=plain, locked=False)))
        sheet = insert_file(opened, file, formulas, title=grid.title)
    if grid.locked:
        opened.host.lock(sheet)


def _is_current(opened: OpenWorkbook, grid: Grid) -> bool:
    """Return whether 汇总 is there and shows what the grid does; what its formulas show, the program has computed."""
    sheet = own_sheet(opened, MARKER)
    if sheet is None:
        return False
    used = sheet.used_range
    rows = used.options(ndim=2, err_to_str=True).value
    there = {(used.row + row, used.column + at): cell for row, line in enumerate(rows) for at, cell in enumerate(line)}
    formulas = {spot for spot, cell in grid.cells.items() if cell.formula is not None}
    if any(
        not _is_same_value(there.get(spot), cell.value) for spot, cell in grid.cells.items() if spot not in formulas
    ):
        return False
    return all(spot in grid.cells for spot, value in there.items() if value is not None)


def _is_same_value(shown: Any, value: Value) -> bool:
    """Return whether a cell shows a value; a number in a cell that is formatted as a day comes back as one."""
    if isinstance(shown, dt.datetime):
        return value in (shown, shown.date()) or value == to_serial(shown.date())
    return (shown or None) == (value or None) if isinstance(value, str | None) else shown == value


def _by_column(edits: Iterable[CellEdit]) -> dict[tuple[str, int], list[CellEdit]]:
    found: dict[tuple[str, int], list[CellEdit]] = defaultdict(list)
    for edit in edits:
        found[edit.sheet, edit.column].append(edit)
    return found


def _column_values(sheet: Any, edits: list[CellEdit]) -> dict[int, Any]:
    cells = _column_range(sheet, edits)
    return dict(enumerate(cells.options(ndim=1).value, cells.row))


def _column_formulas(sheet: Any, edits: list[CellEdit]) -> dict[int, Any]:
    cells = _column_range(sheet, edits)
    told = cells.formula
    return {row: line[0] for row, line in enumerate(told if isinstance(told, list | tuple) else ((told,),), cells.row)}


def _column_range(sheet: Any, edits: list[CellEdit]) -> Any:
    """Return the part of a column that holds all edits."""
    rows, at = [edit.row for edit in edits], edits[0].column
    return sheet.range((min(rows), at), (max(rows), at))


def _is_formula(formula: Any) -> bool:
    return isinstance(formula, str) and formula.startswith("=")


def _note(opened: OpenWorkbook, place: tuple[str, Spot]) -> str | None:
    title, spot = place
    note = opened.book.sheets[title].range(spot).note
    return note.text if note else None


@contextmanager
def _unlock_sheet(opened: OpenWorkbook, sheet: Any) -> Iterator[None]:
    """Let a protected sheet be written; LiveError if it has a password, or the program refuses for another reason."""
    try:
        with opened.host.unlock(sheet):
            yield
    except Exception as error:
        if not opened.host.is_refusal(error):
            raise
        raise LiveError("err.protected", sheet.name) from error
