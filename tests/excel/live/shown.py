"""What open workbooks show, cell by cell, to be held against files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from collabxl.excel.live.host_api import OpenWorkbook

Cells = dict[tuple[int, int], Any]


def shown(opened: OpenWorkbook, title: str) -> Cells:
    """Return what the cells of an open sheet show, without the empty ones."""
    used = opened.book.sheets[title].used_range
    return _filled(used.options(ndim=2, err_to_str=True).value)


def filled(sheet: Worksheet) -> Cells:
    """Return what the cells of a sheet show by their file, without the empty ones."""
    return _filled(sheet.iter_rows(values_only=True))


def saved_copy(opened: OpenWorkbook, file: Path) -> Path:
    """Return a copy of an open workbook as its program saves it; the workbook itself stays unsaved."""
    if opened.book.app.engine.name == "libreoffice":
        from collabxl.excel.live.libreoffice.office import properties

        opened.book.api.uno.storeToURL(file.as_uri(), properties(FilterName="Calc MS Excel 2007 XML"))
    else:
        opened.book.api.SaveCopyAs(str(file))
    return file


def _filled(rows: Any) -> Cells:
    return {
        (row, column): _plain(value)
        for row, line in enumerate(rows, 1)
        for column, value in enumerate(line, 1)
        if value not in (None, "")
    }


def _plain(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return round(float(value), 9)
    return value.isoformat()[:10] if isinstance(value, dt.date) else value
