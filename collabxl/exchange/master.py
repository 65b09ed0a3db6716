"""The master during a merge: its rows, where they stand, and the edits that make it what it is to be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import count

from collabxl.errors import FileError
from collabxl.exchange.conflicts import Conflict, read_conflicts
from collabxl.exchange.rows import SHARED, ids_of, rows_of
from collabxl.exchange.three_way import Rows, Spot, Value
from collabxl.reading.sheet import SheetReading
from collabxl.reading.workbook import Reading
from collabxl.rules.matching.names import normalize_name
from collabxl.schema.kinds import Id
from collabxl.schema.sheets import STANDARD
from collabxl.text import t
from collabxl.workbook.grid import CellEdit
from collabxl.workbook.sheets import cell_value

_NOT_BUILT = t(
    "{path} 不是用 collabxl 建的工作簿，行没有固定编号，无法拆分和回收。请先 collabxl new 新文件 --template {path}",
    "{path} was not built by collabxl: its rows have no fixed IDs to split and merge by. "
    "First run collabxl new NEW --template {path}",
)
_A_COPY = t(
    "{path} 是{department}的副本，不是主表。请给出主表",
    "{path} is {department}'s copy and no master. Name the master",
)

OWN_ROWS = 10
"""How many of the printed 编号 are left to the coordinator at least, who fills in the first blank rows."""
_LONGEST = 7
"""The digits of numbers that are not counted on from: somebody has typed them."""
Name = tuple[str, str]
"""A sheet and a 编号."""


class Master:
    """A built workbook that copies are merged into; raises FileError for one that collabxl did not build."""

    def __init__(self, reading: Reading) -> None:
        if not reading.is_built or "workbook_id" not in reading.identity:
            raise FileError("unsupported", _NOT_BUILT, path=reading.path)
        refuse_copy(reading)
        self.lang = reading.lang
        self.workbook_id = reading.identity["workbook_id"]
        self.revision = revision_of(reading)
        self.conflict_lines: list[Conflict] = read_conflicts(reading)
        self.edits: list[CellEdit] = []
        found = rows_of(reading)
        self._rows = {sheet: {id: dict(row) for id, row in listed.items()} for sheet, listed in found.rows.items()}
        self._pages = {page.key: page for page in reading.sheets if STANDARD.sheet(page.key) in SHARED}
        self._places = {key: _places(page) for key, page in self._pages.items()}
        self._blank = {
            key: {normalize_name(id).upper() for id in page.prepared_rows} for key, page in self._pages.items()
        }
        self._issued_ids: set[Name] = set()

    @property
    def rows(self) -> Rows:
        """The rows as they are by now."""
        return self._rows

    def value(self, spot: Spot) -> Value:
        """Return what a cell says by now."""
        return self._rows.get(spot.sheet, {}).get(spot.id, {}).get(spot.key or "")

    def has_cell(self, spot: Spot) -> bool:
        """Return whether there is such a cell, and no formula in it."""
        page = self._pages.get(spot.sheet)
        there = page is not None and spot.key in page.places and spot.id in self._places[spot.sheet]
        return there and not self.is_computed(spot)

    def is_computed(self, spot: Spot) -> bool:
        """Return whether a formula says what a cell shows: nobody's value replaces it."""
        page = self._pages.get(spot.sheet)
        row = self._places[spot.sheet].get(spot.id) if page else None
        place = page.places.get(spot.key or "") if page else None
        return page is not None and row is not None and place is not None and page.is_computed(row, place.column)

    def set_value(self, spot: Spot, value: Value) -> bool:
        """Let a cell say something else; return whether there is such a cell, and no formula in it."""
        assert spot.key is not None
        if self.is_computed(spot):
            return False
        page, place = self._pages.get(spot.sheet), self._place(spot)
        if page is None or place is None:
            return False
        column = STANDARD.sheet(spot.sheet).meta.column(spot.key)
        old, new = (cell_value(each, column, self.lang) for each in (self.value(spot), value))
        self.edits.append(CellEdit(page.title, *place, new, old))
        held = self._rows.setdefault(spot.sheet, {}).setdefault(spot.id, {})
        held[spot.key] = value
        if all(each is None for each in held.values()):
            del self._rows[spot.sheet][spot.id]
        return True

    def ensure_row(self, sheet: str, id: str) -> bool:
        """Make sure that there is a row of a 编号, blank if it is new; return whether there is one.

        One that is printed nowhere is put on the first blank row, below all rows if none is left.
        """
        page = self._pages.get(sheet)
        column = STANDARD.sheet(sheet).meta.id
        if page is None or column is None or column.key not in page.places:
            return False
        rows, blank = self._places[sheet], self._blank[sheet]
        if id in rows:
            return True
        printed = min(blank, key=rows.__getitem__, default=None)
        row = rows.pop(printed) if printed else self._below(page)
        self.edits.append(CellEdit(page.title, row, page.places[column.key].column, id, printed))
        blank.discard(printed or "")
        rows[id] = row
        return True

    def _below(self, page: SheetReading) -> int:
        """Return the first row below all that stand in a sheet."""
        assert page.header is not None
        return max([page.header.row, *page.rows, *self._places[page.key].values()]) + 1

    def new_id(self, sheet: str, reserved: Collection[str]) -> str:
        """Return a 编号 that no row bears and nobody was given; never one of those that come next in the master."""
        known = {id for name, id in self._issued_ids if name == sheet} | set(reserved)
        printed = [id for id in self.blank_ids(sheet) if id not in known]
        beyond = next(ids_after(sheet, {*known, *self._places[sheet]}))
        id = printed[-1] if len(printed) > OWN_ROWS else beyond
        self._issued_ids.add((sheet, id))
        return id

    def _place(self, spot: Spot) -> tuple[int, int] | None:
        """Return where a cell stands, None if there is none; a new row first moves up to the first blank one."""
        page = self._pages.get(spot.sheet)
        place = page.places.get(spot.key or "") if page else None
        if page is None or place is None or spot.id not in self._places[spot.sheet]:
            return None
        if spot.id in self._blank[spot.sheet]:
            self._move_up(page, spot)
        return self._places[spot.sheet][spot.id], place.column

    def _move_up(self, page: SheetReading, spot: Spot) -> None:
        """Let a blank row and the first blank one change their 编号, so that no gap is left between filled ones."""
        rows, blank = self._places[spot.sheet], self._blank[spot.sheet]
        first = min(blank, key=rows.__getitem__)
        blank.remove(spot.id)
        column = STANDARD.sheet(spot.sheet).meta.id
        if first == spot.id or column is None:
            return
        at = page.places[column.key].column
        for id, other in ((spot.id, first), (first, spot.id)):
            self.edits.append(CellEdit(page.title, rows[other], at, id, other))
        rows[spot.id], rows[first] = rows[first], rows[spot.id]

    def blank_ids(self, sheet: str) -> list[str]:
        """Return the 编号 of the prepared rows that nobody has filled in, in the order of the rows."""
        return sorted(self._blank.get(sheet, ()), key=self._places.get(sheet, {}).__getitem__)


def ids_after(sheet: str, known: Iterable[str]) -> Iterator[str]:
    """Yield the 编号 that come after all that are known, as the sheet prints them."""
    column = STANDARD.sheet(sheet).meta.id
    assert column is not None
    assert isinstance(column.kind, Id)
    lead = column.kind.pattern.partition("{")[0]
    told = (id.removeprefix(lead) for id in known if id.startswith(lead))
    highest = max((int(number) for number in told if number.isdecimal() and len(number) < _LONGEST), default=0)
    return map(column.kind.pattern.format, count(highest + 1))


def revision_of(reading: Reading) -> int:
    """Return how often a master was written, by itself."""
    return int(reading.identity.get("revision", "1"))


def refuse_copy(reading: Reading) -> None:
    """Raise FileError for a department's copy, where a master is wanted."""
    if reading.is_copy:
        raise FileError("unsupported", _A_COPY, path=reading.path, department=reading.identity["department"])


def _places(page: SheetReading) -> dict[str, int]:
    """Return the row of every 编号; of several that bear one, none."""
    ids = ids_of(page)
    filled = {id: row for id, row in zip(ids, page.rows, strict=True) if id and ids.count(id) == 1}
    return {**{normalize_name(id).upper(): row for id, row in page.prepared_rows.items()}, **filled}
