"""Where things are in a built workbook: header row, first and last prepared row, a column's letters."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from collabxl.ooxml import a1
from collabxl.schema.columns import Column, Sheet
from collabxl.schema.kinds import Id
from collabxl.schema.sheets import STANDARD, Calendar, Contacts, Waivers
from collabxl.text import Lang

HEADER = STANDARD.header
FIRST = HEADER + 1
ROWS = 300
_FEWER = {Contacts: 60, Calendar: 200, Waivers: 60}


def rows_of(sheet: type[Sheet]) -> int:
    """Return how many rows a sheet has ready."""
    return _FEWER.get(sheet, ROWS)


def prepared(sheet: type[Sheet]) -> range:
    """Return the rows a sheet has ready."""
    return range(FIRST, FIRST + rows_of(sheet))


def last(sheet: type[Sheet]) -> int:
    """Return the last prepared row."""
    return FIRST + rows_of(sheet) - 1


def below(key: str, rows: Iterable[int]) -> list[int]:
    """Return those of a sheet's rows that stand below the prepared ones, where no formula sees them."""
    sheet = STANDARD.sheet(key)
    return [] if sheet.meta.heads else [row for row in rows if row > last(sheet)]


@cache
def at(column: Column) -> int:
    """Return a column's number in its sheet; in a form, where every field is a row, that of the values."""
    return STANDARD.values if column.sheet.meta.heads else column.sheet.meta.columns.index(column) + 1


def row_of(field: Column) -> int:
    """Return the row of a form's field."""
    return FIRST + field.sheet.meta.columns.index(field)


@cache
def whole(column: Column, lang: Lang) -> str:
    """Return the fixed range of a column's prepared cells, with its sheet's name."""
    area = a1.span((FIRST, at(column)), (last(column.sheet), at(column)), fixed=True)
    return f"{a1.quoted(column.sheet.meta.title.to(lang))}!{area}"


def here(column: Column, row: int | str) -> str:
    """Return a column's cell in one row, its column fixed: $F6."""
    return f"${a1.letters(at(column))}{row}"


def runs(sheet: type[Sheet]) -> list[tuple[int, int]]:
    """Return the blocks of neighbouring columns that people fill in, first and last number of each."""
    found: list[tuple[int, int]] = []
    for column in sheet.meta.columns:
        if isinstance(column.kind, Id) or not column.typed:
            continue
        number = at(column)
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def empty_row(sheet: type[Sheet], row: int | str) -> str:
    """Return the condition that nobody has filled in anything in a row."""
    counts = [f"COUNTA(${a1.letters(first)}{row}:${a1.letters(end)}{row})" for first, end in runs(sheet)]
    return "+".join(counts) + "=0"
