"""A1 arithmetic: columns as letters, cells, ranges and sheet names as formulas write them.

Rows and columns are counted from 1, as a person sees them.
"""

from __future__ import annotations

import re
from functools import cache

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
UNQUOTED = r"\d*[^\W\d][\w.]*"
"""A sheet's name as programs write it without quotes; LibreOffice does even where it begins with digits."""
_PLAIN = re.compile(r"[A-Za-z_一-鿿][A-Za-z0-9_.一-鿿]*")


@cache
def column_letters(column: int) -> str:
    """Return the letters of a column: 1 → A, 27 → AA."""
    if not 1 <= column <= LAST_COLUMN:
        raise ValueError(f"column {column} is outside 1…{LAST_COLUMN}")
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@cache
def column_number(column: str) -> int:
    """Return the number of a column named by letters: A → 1, AA → 27."""
    total = 0
    for letter in column.upper():
        total = total * 26 + ord(letter) - 64
    return total


def cell_address(row: int, column: int) -> str:
    """Return the address of a cell: (4, 7) → G4."""
    return f"{column_letters(column)}{row}"


def parse_cell(text: str) -> tuple[int, int]:
    """Return (row, column) of an address such as ``G4`` or ``$G$4``; ValueError if there is no such cell."""
    match = _CELL.fullmatch(text)
    if match:
        row, column = int(match[2]), column_number(match[1])
        if row <= LAST_ROW and column <= LAST_COLUMN:
            return row, column
    raise ValueError(f"{text!r} is no cell of a worksheet")


def range_address(first: tuple[int, int], last: tuple[int, int], *, fixed: bool = False) -> str:
    """Return the range between two cells: ((6, 1), (305, 1)) → A6:A305, or $A$6:$A$305 when ``fixed``."""
    mark = "$" if fixed else ""
    return ":".join(f"{mark}{column_letters(column)}{mark}{row}" for row, column in (first, last))


def quote_sheet(sheet: str) -> str:
    """Return a sheet's name as a formula or a link writes it, in quotes unless it is a plain word."""
    looks_like_a_cell = _CELL.fullmatch(sheet) or re.fullmatch(r"[Rr]\d*([Cc]\d*)?", sheet)
    if _PLAIN.fullmatch(sheet) and not looks_like_a_cell:
        return sheet
    return "'" + sheet.replace("'", "''") + "'"
