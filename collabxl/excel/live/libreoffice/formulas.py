"""Formulas as Excel spells them and as LibreOffice's interface does: separators and the names of sheets differ."""

from __future__ import annotations

import re

from collabxl.ooxml.a1 import UNQUOTED, quote_sheet

_SHEET = rf"'(?:[^']|'')+'|{UNQUOTED}"
_SHEET_BEFORE_CELL = re.compile(r"\.\$?[A-Za-z]{1,3}\$?\d")
_EXCEL = re.compile(rf'("(?:[^"]|"")*")|({_SHEET})!|(,)')
_CALC = re.compile(
    r'("(?:[^"]|"")*")|(?:(\'[^\']+\')#)?\$?(\'(?:[^\']|\'\')+\'|\d*[^\W\d]\w*)\.(?=\$?[A-Za-z]{1,3}\$?\d)|(;)'
)


def to_calc(formula: str) -> str:
    """Return a formula of Excel as LibreOffice's interface takes it; array constants are not handled."""
    return _EXCEL.sub(lambda found: found[1] or (f"${_name(found[2])}." if found[2] else ";"), formula)


def from_calc(formula: str) -> str:
    """Return a formula of LibreOffice as Excel spells it; a cell of another file is named ``'[file]sheet'!A1``."""

    def spelled(found: re.Match[str]) -> str:
        text, file, sheet, _ = found.groups()
        if text:
            return text
        if sheet is None:
            return ","
        title = sheet[1:-1].replace("''", "'") if sheet[0] == "'" else sheet
        return f"'[{file[1:-1]}]{title}'!" if file else f"{quote_sheet(title)}!"

    if not _SHEET_BEFORE_CELL.search(formula):  # thousands have none, and need not be taken apart
        pieces = formula.split('"')
        pieces[::2] = [piece.replace(";", ",") for piece in pieces[::2]]
        return '"'.join(pieces)
    return _CALC.sub(spelled, formula)


def _name(sheet: str) -> str:
    return sheet if sheet[0] == "'" else f"'{sheet}'"
