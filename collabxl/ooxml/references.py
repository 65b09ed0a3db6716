"""A formula moved to another cell: its relative references go along, everything else stays to the letter.

Knows how formulas are written; must not know workbooks. A token scan, because a formula's spaces and line breaks,
texts, quoted sheet names, names that look like cells and structured references must come out as they went in.

Why not openpyxl's Translator: it drops the sheet of a name (``汇总!Rate``), all of a broken reference (``汇总!#REF!``)
and blanks, leaves the ``A1`` of ``A1:INDEX(…)``, goes beyond the last row and column, moves words within a structured
reference, and raises for ``A1#``. Our formulas would silently say something else; the tests compare both.
"""

from __future__ import annotations

import re

from collabxl.ooxml.a1 import LAST_COLUMN, LAST_ROW, column_letters, column_number

_COLUMN, _ROW = r"\$?[A-Za-z]{1,3}", r"\$?[1-9][0-9]{0,6}"
_CELL, _END = _COLUMN + _ROW, r"(?![\w.(!?\[\\])"
_TOKEN = re.compile(
    rf"""
      (?P<text>"(?:[^"]|"")*")
    | (?P<sheet>'(?:[^']|'')*'!?)
    | (?P<error>\#[A-Z0-9/]+[!?]?)
    | (?P<bracket>\[)
    | (?P<area>{_CELL}:{_CELL}{_END} | {_CELL}{_END})
    | (?P<columns>{_COLUMN}:{_COLUMN}{_END})
    | (?P<rows>{_ROW}:{_ROW}{_END})
    | (?P<number>[0-9]+(?:\.[0-9]*)?(?:[Ee][+-]?[0-9]+)?)
    | (?P<word>[\w.\\?$]+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_PART = re.compile(r"(\$?)([A-Za-z]{0,3})(\$?)([0-9]*)")
BROKEN = "#REF!"


def shift_formula(formula: str, rows: int, columns: int) -> str:
    """Return the formula as it reads so many rows further down and columns further right.

    A reference that would leave the sheet becomes ``#REF!``, as when Excel copies a cell.
    """
    if not rows and not columns:
        return formula
    pieces: list[str] = []
    at = 0
    while at < len(formula):
        match = _TOKEN.match(formula, at)
        assert match is not None  # the last alternative takes any character
        at = match.end()
        if match.lastgroup == "bracket":
            at = _bracket_end(formula, match.start())
            pieces.append(formula[match.start() : at])
        elif match.lastgroup in ("area", "columns", "rows"):
            pieces.append(_shift_reference(match[0], rows, columns))
        else:
            pieces.append(match[0])
    return "".join(pieces)


def is_absolute(formula: str) -> bool:
    """Return whether the formula reads the same wherever it stands: it has no relative reference."""
    return shift_formula(formula, 1, 1) == formula


def _bracket_end(formula: str, start: int) -> int:
    """Return where a structured reference or a workbook's number ends; ``'`` escapes a bracket in a column's name."""
    depth, at = 0, start
    while at < len(formula):
        match formula[at]:
            case "'":
                at += 1
            case "[":
                depth += 1
            case "]":
                depth -= 1
                if not depth:
                    return at + 1
        at += 1
    return len(formula)


def _shift_reference(reference: str, rows: int, columns: int) -> str:
    ends = []
    for end in reference.split(":"):
        match = _PART.fullmatch(end)
        assert match is not None
        fixed_column, column, fixed_row, row = match.groups()
        if (column and column_number(column) > LAST_COLUMN) or (row and int(row) > LAST_ROW):
            return reference  # a name, not a cell
        if not column:
            fixed_row, fixed_column = fixed_column or fixed_row, ""
        new_column = column_number(column) + (0 if fixed_column else columns) if column else 1
        new_row = int(row) + (0 if fixed_row else rows) if row else 1
        if not (1 <= new_column <= LAST_COLUMN and 1 <= new_row <= LAST_ROW):
            return BROKEN
        name = column if not column or fixed_column or not columns else column_letters(new_column)
        ends.append(f"{fixed_column}{name}{fixed_row}{new_row if row else ''}")
    return ":".join(ends)
