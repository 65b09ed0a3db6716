"""A workbook file as a source: calamine reads the values where it is safe, the package's own XML tells the rest.

Only the worker process may import this: calamine can abort the interpreter on a legal file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from python_calamine import CalamineSheet, CalamineWorkbook

from collabxl.ooxml.areas import Spot
from collabxl.ooxml.reader.cell_marks import negatives, read_marks
from collabxl.ooxml.reader.cells import Raw
from collabxl.ooxml.reader.container import Container, SheetEntry, load_file
from collabxl.ooxml.reader.coverage import read_coverage
from collabxl.ooxml.reader.password import decrypt
from collabxl.ooxml.reader.preflight import HARMLESS, damaged_file_error
from collabxl.ooxml.reader.sheet_extent import TABLE_HEAD, counts_are_sane, fits_in_memory, has_longer_text
from collabxl.ooxml.reader.sparse_sheet import SparseWorkbook
from collabxl.reading.computed_values import FormulaComputation
from collabxl.reading.headers import LAST_HEADER_ROW
from collabxl.reading.literals import formulas
from collabxl.reading.source import SheetCells, Title
from collabxl.reading.workbook import Reading, read_source
from collabxl.text import Lang, t

USUAL_TEXTS = "xl/sharedStrings.xml"
MOST_COPIED = 2**30
"""Bytes of texts that a sheet's cells may come to, one shared by many counted for each."""
_WEEKDAY = re.compile(rb"formatCode\s*=\s*[\"'][^\"'<>]*aaa", re.IGNORECASE)
"""A format that shows the weekday of a day, which calamine takes for a mere number."""
LARGE = 500_000
"""Cells from which on memory matters more than the time to look at each."""


_MAY_BE_DAY, _ISO_DAY = re.compile(rb"d[\"'](?<=[\"']d.)", re.DOTALL), re.compile(rb"\bt\s*=\s*[\"']d[\"']")
"""What cells with a day as text hold; the first, at which few bytes have to be looked, is nearly never there."""


class FileSource:
    """One .xlsx or .xlsm file; raises FileError of the contract's kinds.

    calamine reads what it can take; ``careful`` keeps it away altogether, for files on which it broke down.
    """

    date1904: bool
    properties: Mapping[str, str]

    def __init__(self, content: bytes, *, careful: bool = False) -> None:
        self._container = Container(content)
        self._parts: dict[str, SheetEntry] = {}
        for sheet in self._container.sheets():
            if sheet.name in self._parts:
                raise damaged_file_error(t(f"有两张表都叫 {sheet.name}", f"two of its sheets are named {sheet.name}"))
            self._parts[sheet.name] = sheet
        self.date1904 = self._container.date1904()
        self.properties = self._container.properties()
        self._workbook = None if careful else _open_calamine(content, self._container)
        self._sparse = SparseWorkbook(self._container, date1904=self.date1904)
        self._computing = FormulaComputation(content, gives_up=careful) if self._container.asks_to_compute() else None

    def titles(self) -> list[Title]:
        """Return the worksheets in their order."""
        return [Title(sheet.name, order, sheet.visible) for order, sheet in enumerate(self._parts.values())]

    def cells(self, title: Title) -> SheetCells:
        """Return the filled part of one worksheet with its marks."""
        part = self._parts[title.name].part
        xml = self._xml(part)
        found, guarded = read_marks(xml), read_coverage(xml)
        if b"tablePart" in xml[max(xml.rfind(b"sheetData"), 0) :]:
            found = found._replace(totals=tuple(self._container.totals_rows(part)))
        below_zero = list(negatives(xml)) if b">-" in xml else []
        computing = self._computing.of(title.name) if self._computing else None
        if (
            self._workbook is not None
            and part not in self._container.recoded_parts
            and fits_in_memory(xml)
            and not _has_iso_days(xml)
        ):
            del xml  # a sheet of 100 MB is not held while calamine unpacks it once more
            with suppress(_CalamineRefusal), _calamine_refusals():
                sheet = self._workbook.get_sheet_by_name(title.name)
                if not self._may_repeat_long_texts(sheet.height * sheet.width):
                    top, left = sheet.start or (0, 0)
                    return _cells(SheetCells(top + 1, left + 1, _rows(sheet), found, guarded, computing), below_zero)
        read = self._sparse.sheet(part, self._xml(part), whole_rows=LAST_HEADER_ROW)
        if read.senseless:
            found = found._replace(errors={**found.errors, **read.senseless})
        return _cells(SheetCells(read.top, read.left, read.rows, found, guarded, computing), below_zero)

    def formulas(self, title: Title) -> Iterator[tuple[Spot | None, str]]:
        """Yield a worksheet's formulas that name words, with their cells; those of no cell without."""
        return formulas(self._xml(self._parts[title.name].part))

    def _may_repeat_long_texts(self, cells: int) -> bool:
        """Return whether so many cells may say the same few long texts, which calamine would copy for each."""
        name = self._container.related_part("sharedStrings", USUAL_TEXTS)
        entry = self._container.entry(name)
        if entry is None or entry.file_size * cells <= MOST_COPIED or cells > LARGE:
            return False
        return has_longer_text(self._container.part(name) or b"", MOST_COPIED // cells)

    def _xml(self, part: str) -> bytes:
        xml = self._container.part(part)
        if xml is None:
            raise damaged_file_error(t(f"缺少 {part}", f"{part} is missing"))
        return xml


def read_file(
    path: Path | str,
    *,
    content: bytes | None = None,
    passwords: Sequence[str] = (),
    careful: bool = False,
    asked: Lang | None = None,
) -> Reading:
    """Return what the workbook at ``path`` says, or raise FileError with the path in its sentence.

    ``content`` has its bytes if the path is an address, at which the worker cannot look.
    """
    if content is None:
        content = load_file(Path(path))
    reading = read_source(FileSource(decrypt(content, passwords), careful=careful), str(path), asked)
    reading.digest = hashlib.sha256(content).hexdigest()
    return reading


def _open_calamine(content: bytes, container: Container) -> CalamineWorkbook | None:
    """Return the workbook as calamine opens it, or None where that is not safe or calamine refuses."""
    for kind, usual in (("sharedStrings", USUAL_TEXTS), ("styles", "xl/styles.xml")):
        name = container.related_part(kind, usual)
        entry = container.entry(name)
        if entry is None:
            continue
        if entry.compress_size > HARMLESS:
            container.part(name)
        head = container.head(name, TABLE_HEAD)
        if kind == "styles" and _WEEKDAY.search(container.part(name) or b""):
            return None
        if b"<!DOCTYPE" in head or (kind == "sharedStrings" and not counts_are_sane(head)):
            return None
    with suppress(_CalamineRefusal), _calamine_refusals():
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    return None


def _cells(read: SheetCells, below_zero: Sequence[tuple[Spot, float]]) -> SheetCells:
    """Return cells of which those with pictures say nothing: what stands there is for programs, not from people.

    Negative numbers that readers take for days, because they are to be shown as such, are the numbers they are.
    """
    top, left, rows, *_ = read
    for row, column in read.marks.pictures:
        if 0 <= row - top < len(rows) and 0 <= column - left < len(rows[row - top]) and rows[row - top][column - left]:
            rows[row - top][column - left] = ""
    for (row, column), number in below_zero:
        inside = 0 <= row - top < len(rows) and 0 <= column - left < len(rows[row - top])
        if inside and isinstance(rows[row - top][column - left], dt.date | dt.time | dt.timedelta):
            rows[row - top][column - left] = number
    return read


def _has_iso_days(xml: bytes) -> bool:
    """Return whether cells hold days as ISO 8601 texts, which calamine hands over as texts once a zone is named."""
    start, end = xml.find(b"sheetData"), xml.rfind(b"sheetData")
    return _MAY_BE_DAY.search(xml, start, end) is not None and _ISO_DAY.search(xml, start, end) is not None


def _rows(sheet: CalamineSheet) -> list[list[Raw]]:
    """Return the rows of a sheet; in a large one, cells of one text share it."""
    if sheet.height * sheet.width <= LARGE:
        return sheet.to_python()
    seen: dict[str, str] = {}
    return [[seen.setdefault(cell, cell) if type(cell) is str else cell for cell in row] for row in sheet.iter_rows()]


class _CalamineRefusal(Exception):  # noqa: N818 - what calamine does, not what is wrong with the file
    """calamine does not take a workbook or a sheet."""


@contextmanager
def _calamine_refusals() -> Iterator[None]:
    """Turn what calamine raises, its panics included, into one exception; only it knows which those are."""
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:  # whatever it is: CalamineError, OSError, OverflowError of a date
        raise _CalamineRefusal from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise _CalamineRefusal from error
