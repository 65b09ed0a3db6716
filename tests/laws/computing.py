"""What formulas show in a file, and what LibreOffice shows once it has computed everything anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from collabxl.ooxml.package import Package
from collabxl.ooxml.sheet import worksheet_part
from collabxl.ooxml.strings import SharedStrings
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.recalculation.faults import FormulaError
from collabxl.recalculation.sheets import CalculationSheet
from tests.parts import convert_all


def results(path: Path) -> dict[str, Any]:
    """Return what every formula of a workbook shows as the file itself has it, by sheet, row and column."""
    book = WorkbookPart(Package(path.read_bytes()))
    strings = SharedStrings(book)
    return {
        f"{tab.title} {row},{column}": _plain(shown)
        for tab in book.sheets
        for (row, column), shown in CalculationSheet(worksheet_part(book, tab.title), strings).stored_results.items()
    }


def _plain(shown: Any) -> Any:
    if isinstance(shown, FormulaError):
        return shown.code
    return round(shown, 6) if isinstance(shown, float) else shown


def differing(paths: list[Path], folder: Path) -> dict[str, Any]:
    """Return what LibreOffice shows otherwise in one go: by file and cell, as we wrote it and as it computes it."""
    found: dict[str, Any] = {}
    for path, theirs in zip(paths, convert_all(paths, "xlsx", folder, recalculate=True), strict=True):
        written, computed = results(path), results(theirs)
        assert len(written) > 1000
        odd = {place: (value, computed.get(place)) for place, value in written.items() if value != computed.get(place)}
        found |= {f"{path.name} {place}": both for place, both in odd.items()}
    return found
