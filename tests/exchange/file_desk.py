"""A desk of real files: copies that people fill in, sort, filter and save with other programs, merged into a master."""

from __future__ import annotations

import hashlib
import random
import re
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from collabxl import Reading, Spot, merge_copies, read_workbooks, split
from collabxl.api import undo_merge
from collabxl.exchange.conflicts import Conflict, read_conflicts
from collabxl.exchange.ledger import Ledger
from collabxl.exchange.records import CHANGING, SentCopy
from collabxl.exchange.rows import ids_of, rows_of
from collabxl.exchange.three_way import Value
from collabxl.ooxml.package import Package
from collabxl.pipeline.workbook_patch import WorkbookChanges, patch_workbook
from collabxl.reading.sheet import SheetReading
from collabxl.schema.sheets import STANDARD, Conflicts
from collabxl.workbook.grid import CellEdit
from collabxl.workbook.sheets import cell_value
from tests.exchange.desks import NAMING, Back, Tables
from tests.exchange.masters import CORE, TODAY
from tests.parts import convert_all

RESAVED, BY_OFFICE = 0.3, 0.02
"""How many returns are saved by openpyxl, and how many by LibreOffice, which takes seconds."""


class Files:
    """Where a history takes place with real files; ``seed`` decides which program saves which return."""

    is_real = True

    def __init__(self, folder: Path, book: Path, seed: int) -> None:
        self.folder, self.book, self.random = folder, book, random.Random(-seed - 1)
        self.waiting: list[Conflict] = []
        self.settled = 0
        self._copies: dict[str, Path] = {}
        self._returns: dict[str, Path] = {}
        self._read: tuple[str, Reading] | None = None
        self._splits = 0

    @property
    def reading(self) -> Reading:
        """The master as it is, read once."""
        digest = hashlib.sha256(self.book.read_bytes()).hexdigest()
        if self._read is None or self._read[0] != digest:
            self._read = digest, read_workbooks([self.book]).readings[0]
        return self._read[1]

    def rows(self) -> Tables:
        return {
            sheet: {id: dict(row) for id, row in rows.items()} for sheet, rows in rows_of(self.reading).rows.items()
        }

    def blank(self, sheet: str) -> str:
        ready = pages_of(self.reading)[sheet].prepared_rows
        return min(ready, key=ready.__getitem__)

    def edit(self, cells: dict[Spot, Value]) -> None:
        patch(self.book, cell_edits(self.reading, cells))

    def split(self) -> list[SentCopy]:
        self._splits += 1
        copies = split(self.book, self.folder / f"out{self._splits}", today=TODAY).copies
        self._copies |= {copy.sent.id: copy.path for copy in copies}
        return [copy.sent for copy in copies]

    def merge(self, backs: Sequence[Back], decided: dict[Conflict, str]) -> None:
        if decided:
            self.decide(decided)
        merged = merge_copies(self.book, [self.file(back) for back in backs], today=TODAY)
        assert not [result.error for result in merged.results if result.error]
        self.settled = len(merged.settled)
        self.waiting = list(merged.waiting)

    def decide(self, decided: dict[Conflict, str]) -> None:
        """Let a person put words into 采用."""
        page = pages_of(self.reading)[Conflicts.meta.key]
        lines = dict(zip(read_conflicts(self.reading), page.rows, strict=True))
        place = page.places[Conflicts.choice.key]
        patch(self.book, [CellEdit(page.title, lines[line], place.column, word) for line, word in decided.items()])

    def backup(self) -> tuple[bytes, list[Conflict]]:
        return self.book.read_bytes(), list(self.waiting)

    def restore(self, kept: tuple[bytes, list[Conflict]]) -> None:
        self.book.write_bytes(kept[0])
        self.waiting = kept[1]

    def undo(self) -> None:
        """Undo the last merge."""
        with Ledger(self.book) as ledger:
            number = [entry.number for entry in ledger.entries() if entry.kind in CHANGING][-1]
        assert not undo_merge(self.book, number, today=TODAY).skipped

    def file(self, back: Back) -> Path:
        """Return the file that a return is: its copy, or the return it goes on from, filled in and saved."""
        if back.name not in self._returns:
            start = self.file(back.on) if back.on else self._copies[back.sent.id]
            target = self.folder / "back" / back.name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(start.read_bytes())
            reading = read_workbooks([target]).readings[0]
            above = {spot: value for spot, value in back.changed.items() if spot[:2] not in back.below}
            patch(target, [*cell_edits(reading, above), *below_edits(reading, back)])
            self.resave(target, back)
            stamp(target, back.saved.strftime("%Y-%m-%dT%H:%M:%SZ"))
            self._returns[back.name] = target
        return self._returns[back.name]

    def resave(self, target: Path, back: Back) -> None:
        draw = self.random.random()
        if draw < RESAVED:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                book = openpyxl.load_workbook(target)
            for page in pages_of(read_workbooks([target]).readings[0]).values():
                if page.key in NAMING and self.random.random() < 0.5:
                    self.random.choice([self.sort, self.hide])(book[page.title], page, back)
            book.save(target)
        elif draw < RESAVED + BY_OFFICE:
            convert_all([target], "xlsx", self.folder / f"office {target.stem}")[0].replace(target)

    def sort(self, sheet: Any, page: SheetReading, back: Back) -> None:
        """Let rows that are the department's change places, all their cells with them."""
        ids = zip(ids_of(page), page.rows, strict=True)
        rows = sorted([*(row for id, row in ids if id in back.sent.rows[page.key]), *page.prepared_rows.values()])
        other = rows.copy()
        self.random.shuffle(other)
        for place in page.places.values():
            cells = [sheet.cell(row, place.column) for row in rows]
            if not any(cell.data_type == "f" for cell in cells):
                told = {row: sheet.cell(row, place.column).value for row in rows}
                for cell, row in zip(cells, other, strict=True):
                    cell.value = told[row]

    def hide(self, sheet: Any, page: SheetReading, _: Back) -> None:
        """Let a filter hide rows."""
        for row in page.rows:
            sheet.row_dimensions[row].hidden = self.random.random() < 0.5


def pages_of(reading: Reading) -> dict[str, SheetReading]:
    return {page.key: page for page in reading.sheets}


def cell_edits(reading: Reading, cells: dict[Spot, Value]) -> Iterable[CellEdit]:
    """Yield what is to be typed, words of lists as they are called."""
    pages = pages_of(reading)
    for spot, value in cells.items():
        page = pages[spot.sheet]
        row = {**page.prepared_rows, **dict(zip(ids_of(page), page.rows, strict=True))}[spot.id]
        yield typed(page, row, spot, value)


def below_edits(reading: Reading, back: Back) -> Iterable[CellEdit]:
    """Yield what is to be typed into rows without a 编号 below the prepared ones; a row is known by its name."""
    pages = pages_of(reading)
    places: dict[tuple[str, str], int] = {}
    for spot, value in back.changed.items():
        if spot[:2] not in back.below:
            continue
        page = pages[spot.sheet]
        name = back.rows[spot.sheet][spot.id][NAMING[spot.sheet]]
        named = dict(zip(page.columns[NAMING[spot.sheet]], page.rows, strict=True))
        used = [
            *page.rows,
            *page.prepared_rows.values(),
            *(row for (sheet, _), row in places.items() if sheet == spot.sheet),
        ]
        row = places.setdefault((spot.sheet, spot.id), named.get(name) or max(used) + 1)
        yield typed(page, row, spot, value)


def typed(page: SheetReading, row: int, spot: Spot, value: Value) -> CellEdit:
    column = STANDARD.sheet(spot.sheet).meta.column(spot.key or "")
    return CellEdit(page.title, row, page.places[column.key].column, cell_value(value, column, "zh"))


def patch(book: Path, edits: Iterable[CellEdit]) -> None:
    made = list(edits)
    if made:
        book.write_bytes(patch_workbook(book.read_bytes(), WorkbookChanges(edits=made, ours=True)))


def stamp(book: Path, saved: str) -> None:
    """Let a file say when it was saved."""
    package = Package(book.read_bytes())
    core = package.read(CORE).decode()
    package.put(CORE, re.sub(r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{saved}", core).encode())
    book.write_bytes(package.save())
