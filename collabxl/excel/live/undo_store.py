"""What a refresh took away, kept in the user's state folder: a program's own undo cannot bring it back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from collabxl.errors import UsageError
from collabxl.excel.folders import undo_folder
from collabxl.excel.live.host_api import OpenWorkbook
from collabxl.excel.live.insert_sheet import formulas_of, own_sheet
from collabxl.excel.live.write_changes import insert_file, suspend_updates, write_cells
from collabxl.pipeline.workbook_patch import WorkbookChanges
from collabxl.rules.engine.ledger_reader import from_json, to_json
from collabxl.storage import save
from collabxl.summary import MARKER
from collabxl.text import t
from collabxl.workbook.grid import CellEdit

_NOTHING = t(
    "没有可以撤销的刷新：只能撤销这台电脑上对这个工作簿的最后一次刷新",
    "There is no refresh to undo: only the last one of this workbook on this computer can be undone",
)


def keep(opened: OpenWorkbook, changes: WorkbookChanges) -> None:
    """Keep what the changes are about to replace; what was kept before makes way."""
    folder = undo_folder(opened.path)
    old = own_sheet(opened, MARKER) if changes.summary else None
    if old is not None:
        _save_sheet(opened, old, folder / "sheet.xlsx")
    cells = [[edit.sheet, edit.row, edit.column, edit.old] for edit in changes.edits]
    sheet = {"title": old.name, "formulas": [[*spot, text] for spot, text in formulas_of(old).items()]} if old else None
    told = {"cells": cells, "sheet": sheet, "planted": changes.summary is not None}
    save.replace(folder / "kept.json", to_json(told).encode())
    opened.heartbeat.beat()


def undo(opened: OpenWorkbook) -> None:
    """Put back what was there before the last refresh; UsageError if none was kept."""
    folder = undo_folder(opened.path)
    note = folder / "kept.json"
    if not note.is_file():
        raise UsageError(_NOTHING)
    told: dict[str, Any] = from_json(note.read_text(encoding="utf-8"))
    sheet = told["sheet"]
    with suspend_updates(opened):
        write_cells(opened, [CellEdit(*cell) for cell in told["cells"]])
        if sheet:
            formulas = {(row, column): text for row, column, text in sheet["formulas"]}
            insert_file(opened, folder / "sheet.xlsx", formulas, title=sheet["title"])
        elif told["planted"] and (ours := own_sheet(opened, MARKER)):
            ours.delete()
    note.unlink()


def _save_sheet(opened: OpenWorkbook, sheet: Any, file: Path) -> None:
    """Save a copy of one sheet as a workbook of its own."""
    file.unlink(missing_ok=True)
    made = opened.book.app.books.add()
    try:
        sheet.copy(before=made.sheets[0])
        made.save(str(file))
    finally:
        made.close()
