"""Workbooks written as text in a test, read by the real reader: the examples of the rules are such texts.

How they are written stands in collabxl/rules/engine/example.py.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter

from collabxl import Lang, Reading
from collabxl.ooxml.reader.cells import CellMarks, Raw
from collabxl.ooxml.reader.coverage import Coverage
from collabxl.reading.source import SheetCells, Title
from collabxl.reading.workbook import read_source
from collabxl.rules.engine.example import AS_OF, FINDS, FORMER, MARK, SCHEMA, WITHOUT, Block, blocks
from collabxl.rules.engine.past_values import PastValue
from collabxl.schema.columns import Sheet
from collabxl.schema.kinds import Choice, Day, Number, Percent
from collabxl.schema.sheets import STANDARD

TODAY = dt.date(2024, 8, 1)
Spot = tuple[str, int | None, str | None]
"""What is found: the sheet's key, the row, and the column's key (None: the row or the sheet as a whole)."""


@dataclass
class MemorySource:
    """A source whose cells are typed in a test."""

    sheets: dict[str, SheetCells]
    properties: dict[str, str] = field(default_factory=dict)
    date1904: bool = False

    def titles(self) -> list[Title]:
        return [Title(name, order) for order, name in enumerate(self.sheets)]

    def formulas(self, title: Title) -> Iterator[tuple[tuple[int, int] | None, str]]:
        return iter(())

    def cells(self, title: Title) -> SheetCells:
        return self.sheets[title.name]


@dataclass
class Example:
    """A workbook and what is to be found in it."""

    source: MemorySource
    today: dt.date
    wanted: set[Spot]
    former: list[PastValue] = field(default_factory=list)
    """Of the workbook numbered 0."""

    def reading(self, path: str = "example.xlsx") -> Reading:
        return read_source(self.source, path)


def saved(made: Example, path: Path) -> Path:
    """Return an example as a real file; errors, merged and hidden cells are left out."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(path, options) as book:
        for title, cells in made.source.sheets.items():
            sheet = book.add_worksheet(title)
            for at, row in enumerate(cells.rows):
                sheet.write_row(at, 0, row)
    return path


def example(text: str, lang: Lang = "zh") -> Example:
    """Return the workbook that a text describes."""
    sheets: dict[str, SheetCells] = {}
    made = Example(MemorySource(sheets), TODAY, set())
    left_out: set[str] = set()
    for block in blocks(text):
        if day := block.after(AS_OF):
            made.today = dt.date.fromisoformat(day)
        elif block.head == FORMER:
            made.former += [_before(*cells) for cells in block.table[1:]]
        elif version := block.after(SCHEMA):
            made.source.properties["collabxl.schema"] = version
            made.wanted |= {("", None, None)} if block.is_marked else set()
        elif key := block.after(WITHOUT):
            left_out.add(key)
            made.wanted.add((key, None, None))
        else:
            _sheet(made, block, lang)
    for sheet in STANDARD.required_sheets:
        title = sheet.meta.title.to(lang)
        if sheet.meta.key not in left_out and not any(_same(name, title) for name in sheets):
            sheets[title] = _empty(sheet, lang)
    return made


def _before(sheet: str, name: str, key: str, value: str, day: str) -> PastValue:
    """Return an earlier value as frames hold it: a word by its key, a share, a day, a text."""
    kind = STANDARD.sheet(sheet).meta.column(key).value_kind
    held: Any = value
    if isinstance(kind, Day):
        held = dt.date.fromisoformat(value)
    elif isinstance(kind, Number | Percent):
        held = float(value)
    return PastValue(0, sheet, name, key, held, dt.date.fromisoformat(day))


def _sheet(made: Example, block: Block, lang: Lang) -> None:
    name, table = block.head.rstrip(MARK), block.table
    sheet = next(each for each in STANDARD.sheets if each.meta.key == name or _same(name, each.meta.title.to(lang)))
    key = sheet.meta.key
    title = sheet.meta.title.to(lang) if name == key else name
    if block.is_marked:
        made.wanted.add((key, None, None))
    if sheet.meta.form_headers:
        made.source.sheets[title] = _form(made, sheet, table, lang)
        return
    keys, words = [], []
    for cell in table[0]:
        name = cell.lstrip("-").rstrip("!")
        column = next((column for column in sheet.meta.columns if column.key == name), None)
        if cell.endswith("!"):
            made.wanted.add((key, 1, column.key if column and cell.startswith("-") else name))
        if cell == FINDS or cell.startswith("-"):
            continue
        keys.append(column.key if column else _meant(sheet, name))
        words.append(column.title.to(lang) if column else name)
    rows: list[list[Raw]] = [list(words)]
    noted = _Noted()
    for number, cells in enumerate(table[1:], 2):
        found = cells[len(words)] if len(cells) > len(words) else ""
        made.wanted.update((key, number, None if what == "-" else what) for what in found.split())
        row: list[Raw] = []
        for at, (cell, column_key) in enumerate(zip(cells[: len(words)], keys, strict=True), 1):
            cell = noted.take((number, at), cell)
            row.append(_raw(cell, sheet, column_key, lang))
        rows.append(row)
    marks = CellMarks(noted.errors, frozenset(noted.valueless), {}, tuple(noted.merged), frozenset(noted.hidden))
    made.source.sheets[title] = SheetCells(1, 1, rows, marks, _guarded(rows, noted.bare))


@dataclass
class _Noted:
    """What signs before or instead of a value say about cells."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    valueless: set[tuple[int, int]] = field(default_factory=set)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    bare: set[tuple[int, int]] = field(default_factory=set)

    def take(self, spot: tuple[int, int], cell: str) -> str:
        """Return the cell without its sign."""
        if cell.startswith("~"):
            self.hidden.add(spot[0])
        elif cell.startswith("¬"):
            self.bare.add(spot)
        cell = cell.lstrip("~¬")
        if re.fullmatch(r"#[A-Z/0]+[!?]?", cell):
            self.errors[spot] = cell
        elif cell == "=":
            self.valueless.add(spot)
        elif cell == "^":
            self.merged.append(((spot[0] - 1, spot[1]), spot))
        return cell


def _guarded(rows: list[list[Raw]], bare: Collection[tuple[int, int]] = ()) -> Coverage:
    """Return every cell below the header as guarded, but the bare ones."""
    every = ((row, at) for row in range(2, len(rows) + 1) for at in range(1, len(rows[0]) + 1))
    areas = tuple((spot, spot) for spot in every if spot not in bare)
    return Coverage((("list", areas),), areas)


def _form(made: Example, sheet: type[Sheet], table: Sequence[Sequence[str]], lang: Lang) -> SheetCells:
    assert sheet.meta.form_headers
    given: dict[str, str] = {}
    left_out = set()
    for cells in table[1:]:
        key = cells[0].lstrip("-").rstrip("!")
        if cells[0].startswith("-"):
            left_out.add(key)
            made.wanted.add((sheet.meta.key, 1, key))
            continue
        given[key] = cells[1]
        if len(cells) > 2 and cells[2]:
            made.wanted.add((sheet.meta.key, 1, key))
    rows: list[list[Raw]] = [[head.title.to(lang) for head in sheet.meta.form_headers]]
    for column in sheet.meta.columns:
        if column.key not in left_out:
            example_of = column.example.to(lang) if column.example else ""
            rows.append([column.title.to(lang), given.get(column.key, example_of), column.help.to(lang), ""])
    return SheetCells(1, 1, rows, CellMarks(), _guarded(rows))


def _empty(sheet: type[Sheet], lang: Lang) -> SheetCells:
    if sheet.meta.form_headers:
        rows: list[list[Raw]] = [[head.title.to(lang) for head in sheet.meta.form_headers]]
        for column in sheet.meta.columns:
            value = column.example.to(lang) if column.example else ""
            rows.append([column.title.to(lang), value, column.help.to(lang), ""])
        return SheetCells(1, 1, rows, CellMarks(), _guarded(rows))
    return SheetCells(1, 1, [[column.title.to(lang) for column in sheet.meta.columns]])


def _raw(cell: str, sheet: type[Sheet], key: str | None, lang: Lang) -> Raw:
    if not cell or cell in ("=", "^") or re.fullmatch(r"#[A-Z/0]+[!?]?", cell):
        return ""
    if cell.startswith("'"):
        return cell[1:].replace("_", " ")
    times = re.fullmatch(r"(.+)×(\d+)", cell)
    if times:
        return times[1] * int(times[2])
    if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
        return dt.date.fromisoformat(cell)
    kind: Any = sheet.meta.column(key).value_kind if key and key in {c.key for c in sheet.meta.columns} else None
    if isinstance(kind, Number | Percent) and re.fullmatch(r"-?\d+(\.\d+)?", cell):
        return float(cell)
    if isinstance(kind, Choice) and cell in kind.words.keys:
        return kind.words.title_of(cell).to(lang)
    return cell


def _meant(sheet: type[Sheet], word: str) -> str | None:
    return next((column.key for column in sheet.meta.columns if word in (*column.aliases, *column.title.both)), None)


def _same(name: str, title: str) -> bool:
    return name == title or name.startswith(title)
