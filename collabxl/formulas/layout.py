"""Where things are in a built workbook: header row, first and last prepared row, a column's letters."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from collabxl.ooxml import a1
from collabxl.schema.columns import Column, Sheet
from collabxl.schema.kinds import Id
from collabxl.schema.sheets import STANDARD, Calendar, Contacts, Waivers
from collabxl.text import Lang

HEADER = STANDARD.header_row
FIRST = HEADER + 1
ROWS = 300
_FEWER = {Contacts: 60, Calendar: 200, Waivers: 60}


def row_count(sheet: type[Sheet]) -> int:
    """Return how many rows a sheet has ready."""
    return _FEWER.get(sheet, ROWS)


def prepared_rows(sheet: type[Sheet]) -> range:
    """Return the rows a sheet has ready."""
    return range(FIRST, FIRST + row_count(sheet))


def last_row(sheet: type[Sheet]) -> int:
    """Return the last prepared row."""
    return FIRST + row_count(sheet) - 1


def below(key: str, rows: Iterable[int]) -> list[int]:
    """Return those of a sheet's rows that stand below the prepared ones, where no formula sees them."""
    sheet = STANDARD.sheet(key)
    return [] if sheet.meta.form_headers else [row for row in rows if row > last_row(sheet)]


@cache
def column_number(column: Column) -> int:
    """Return a column's number in its sheet; in a form, where every field is a row, that of the values."""
    return STANDARD.value_column if column.sheet.meta.form_headers else column.sheet.meta.columns.index(column) + 1


def field_row(field: Column) -> int:
    """Return the row of a form's field."""
    return FIRST + field.sheet.meta.columns.index(field)


@cache
def column_range(column: Column, lang: Lang) -> str:
    """Return the fixed range of a column's prepared cells, with its sheet's name."""
    area = a1.range_address((FIRST, column_number(column)), (last_row(column.sheet), column_number(column)), fixed=True)
    return f"{a1.quote_sheet(column.sheet.meta.title.to(lang))}!{area}"


def cell_reference(column: Column, row: int | str) -> str:
    """Return a column's cell in one row, its column fixed: $F6."""
    return f"${a1.column_letters(column_number(column))}{row}"


def input_blocks(sheet: type[Sheet]) -> list[tuple[int, int]]:
    """Return the blocks of neighbouring columns that people fill in, first and last number of each."""
    found: list[tuple[int, int]] = []
    for column in sheet.meta.columns:
        if isinstance(column.kind, Id) or not column.is_typed:
            continue
        number = column_number(column)
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def empty_row_condition(sheet: type[Sheet], row: int | str) -> str:
    """Return the condition that nobody has filled in anything in a row."""
    counts = [
        f"COUNTA(${a1.column_letters(first)}{row}:${a1.column_letters(end)}{row})" for first, end in input_blocks(sheet)
    ]
    return "+".join(counts) + "=0"
