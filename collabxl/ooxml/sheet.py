"""One worksheet part as head, rows and tail: rows are found by bytes, only the touched ones become trees.

Knows where rows and cells stand and how they are numbered; must not know what may be written into them.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from collabxl.errors import PackageError
from collabxl.ooxml import a1
from collabxl.ooxml.a1 import LAST_COLUMN, LAST_ROW
from collabxl.ooxml.areas import CellRange, Spot, bounding_range, parse_sqref
from collabxl.ooxml.tag_scan import TagScan, tags
from collabxl.ooxml.workbook_part import Tab, WorkbookPart, parse_bool, parse_int
from collabxl.ooxml.xml import START_TAG, Node, XmlPart, malformed_xml_error
from collabxl.text import t

ORDER = (
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios "
    "autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations "
    "hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches "
    "ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls "
    "webPublishItems tableParts extLst"
)
_CELL_END = b"</c>"
_HOLE = b"\0"  # cannot occur in XML
_ROW_NUMBER = re.compile(rb"""[\s]r\s*=\s*(?:"([^"]*)"|'([^']*)')""")


class Row:
    """One row as a tree: its cells by column, and the edits collected for them."""

    def __init__(self, sheet: WorksheetPart, number: int, xml: bytes | None) -> None:
        self.number = number
        self.is_new = xml is None
        prefix = sheet.scan.prefix
        source = b'<%brow r="%d"/>' % (prefix, number) if xml is None else xml
        self.doc, self.node = sheet.scan.fragment(source, sheet.data_tag)
        self.cells: dict[int, Node] = {}
        self._new: dict[int, bytes] = {}
        self._number(sheet.scan.part)

    def _number(self, part: str) -> None:
        column = 0
        for node in self.node.all("c"):
            ref = node.attrs.get("r")
            before = column
            column = _column_of(ref, self.number, part) if ref else before + 1
            if not before < column <= LAST_COLUMN:
                raise _row_order_error(part)
            self.cells[column] = node

    @property
    def style(self) -> int | None:
        """The style that new cells of this row get, None if the row has none of its own."""
        if not parse_bool(self.node.attrs.get("customFormat")):
            return None
        return parse_int(self.node.attrs.get("s"), 0)

    def add(self, column: int, xml: bytes) -> None:
        """Put a new cell in its place among the others."""
        self._new[column] = xml

    def to_bytes(self) -> bytes:
        """Return the row with its edits; every cell of a touched row says where it stands."""
        for column, xml in sorted(self._new.items()):
            after = [self.cells[each] for each in self.cells if each > column]
            if after:
                self.doc.before(min(after, key=lambda node: node.start), xml)
            else:
                self._at_the_end(xml)
        if self._new:
            self._widen(min(self._new), max(self._new))
        self._name_places()
        return self.doc.to_bytes(self.node)

    def _at_the_end(self, xml: bytes) -> None:
        last = max(self.cells.values(), key=lambda node: node.start, default=None)
        if last is not None:
            self.doc.after(last, xml)
        elif self.node.children:
            self.doc.before(self.node.children[0], xml)
        else:
            self.doc.append(self.node, xml)

    def _widen(self, first: int, last: int) -> None:
        spans = re.fullmatch(r"\s*(\d+):(\d+)\s*", self.node.attrs.get("spans", ""))
        if spans and not (int(spans[1]) <= first and last <= int(spans[2])):
            self.doc.set_attr(self.node, "spans", f"{min(first, int(spans[1]))}:{max(last, int(spans[2]))}")

    def _name_places(self) -> None:
        if "r" not in self.node.attrs:
            self.doc.set_attr(self.node, "r", self.number)
        for column, node in self.cells.items():
            if "r" not in node.attrs:
                self.doc.set_attr(node, "r", a1.cell_address(self.number, column))


class WorksheetPart:
    """A worksheet's part; ``frame`` is the tree of all but its rows, whose edits go into the same write."""

    def __init__(self, book: WorkbookPart, tab: Tab) -> None:
        self.book, self.tab, self.part = book, tab, tab.part or ""
        self.scan = TagScan(book.package.read(self.part), self.part)
        span = self.scan.first(b"sheetData", self.scan.root_end, len(self.scan.plain))
        if span is None:
            raise _no_rows_error(self.part)
        self.start, self.inner = span
        self.data_tag = self.scan.source[self.start : self.inner]
        empty = self.data_tag.endswith(b"/>")
        self.close = self.inner if empty else self.scan.plain.rfind(self.scan.closing(b"sheetData"))
        if self.close < self.inner:
            raise malformed_xml_error(self.part)
        source = self.scan.source
        self.frame = XmlPart(source[: self.inner] + source[self.close :], self.part)
        self.numbers, self.starts = self._index()
        self.rows: dict[int, Row] = {}
        self._new: list[CellRange] = []

    @property
    def title(self) -> str:
        """What the sheet is called."""
        return self.tab.title

    def _index(self) -> tuple[array[int], array[int]]:
        """Return the rows' numbers and where they start; refuses rows that do not ascend."""
        numbers, starts = array("L"), array("Q")
        prefix = re.escape(self.scan.prefix)
        number = 0
        opening = re.compile(rb'<%brow(?: r="(\d{1,7})"(?=[\s/>])|(?=[\s/>]))' % prefix)
        for found in opening.finditer(self.scan.plain, self.inner, self.close):
            given = int(found[1]) if found[1] else self._number(found.start(), number)
            if not number < given <= LAST_ROW:
                raise _row_order_error(self.part)
            number = given
            numbers.append(number)
            starts.append(found.start())
        return numbers, starts

    def _number(self, start: int, before: int) -> int:
        """Return the number of the row that starts there: what it says, else the next."""
        tag = START_TAG.match(self.scan.plain, start)
        match = _ROW_NUMBER.search(tag[0]) if tag else None
        return parse_int((match[1] or match[2] or b"").decode("ascii", "replace"), 0) if match else before + 1

    def row(self, number: int) -> Row | None:
        """Return a row as a tree to be read or edited, None if the sheet has no such row."""
        if number not in self.rows:
            source = self.row_source(number)
            if source is None:
                return None
            self.rows[number] = Row(self, number, source)
        return self.rows[number]

    def row_source(self, number: int) -> bytes | None:
        """Return a row's bytes as they were, None if the sheet has no such row."""
        place = bisect_left(self.numbers, number)
        if place == len(self.numbers) or self.numbers[place] != number:
            return None
        return self.scan.source[slice(*self._extent(place))]

    def new_row(self, number: int) -> Row:
        """Return a row, made if there is none."""
        return self.row(number) or self.rows.setdefault(number, Row(self, number, None))

    def cell(self, spot: Spot) -> Node | None:
        """Return the element of a cell, None if the sheet has none."""
        row = self.row(spot[0])
        return row.cells.get(spot[1]) if row else None

    def peek_cell(self, spot: Spot) -> Node | None:
        """Return the element of a cell, only to be read: the row stays bytes where the cell is easily found in them."""
        number, column = spot
        source = None if number in self.rows else self.row_source(number)
        if source is None or self.scan.prefix or self.scan.plain is not self.scan.source or b"extLst" in source:
            return self.cell(spot)
        start = source.find(b'<c r="%b"' % a1.cell_address(number, column).encode())
        tag = START_TAG.match(source, start) if start >= 0 else None
        closing = source.find(_CELL_END, start)
        if tag is None or (closing < 0 and not tag[0].endswith(b"/>")):
            return self.cell(spot)
        end = tag.end() if tag[0].endswith(b"/>") else closing + len(_CELL_END)
        return self.scan.fragment(source[start:end], self.data_tag)[1]

    def spot_at(self, offset: int) -> Spot:
        """Return which cell stands around a place in the source."""
        number = self.numbers[bisect_right(self.starts, offset) - 1]
        row = self.row(number)
        assert row is not None
        inside = row.node.start + offset - self.starts[bisect_right(self.starts, offset) - 1]
        return number, max(column for column, node in row.cells.items() if node.start <= inside)

    def formulas(self, word: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield (position, start tag) of the formulas in whose tag ``word`` stands."""
        if self.scan.plain.find(word, self.inner, self.close) >= 0:
            for start, tag in tags(self.scan.plain, self.scan.opening(b"f"), self.inner, self.close):
                if word in tag:
                    yield start, tag

    def _extent(self, place: int) -> tuple[int, int]:
        start = self.starts[place]
        last = place + 1 == len(self.starts)
        following = self.close if last else self.starts[place + 1]
        tag = START_TAG.match(self.scan.plain, start)
        if tag and tag[0].endswith(b"/>"):
            return start, tag.end()
        closing = self.scan.plain.rfind(self.scan.closing(b"row"), start, following)
        if tag is None or closing < 0:
            raise malformed_xml_error(self.part)
        return start, self.scan.plain.find(b">", closing) + 1

    def column_style(self, column: int) -> int | None:
        """Return the style that a column gives its cells, None if it gives none."""
        for node in (node for holder in self.frame.root.all("cols") for node in holder.all("col")):
            if parse_int(node.attrs.get("min"), 0) <= column <= parse_int(node.attrs.get("max"), 0):
                return parse_int(node.attrs["style"], 0) if "style" in node.attrs else None
        return None

    def inherited_style(self, spot: Spot) -> int:
        """Return the style of a cell that the sheet does not have: its row's, else its column's."""
        row = self.row(spot[0])
        for style in (row.style if row else None, self.column_style(spot[1])):
            if style is not None:
                return style
        return 0

    def style(self, spot: Spot) -> int:
        """Return the style in which a cell is shown."""
        node = self.cell(spot)
        return self.inherited_style(spot) if node is None else parse_int(node.attrs.get("s"), 0)

    def extend_dimension(self, area: CellRange) -> None:
        """Let the sheet's dimension hold an area too, if it states one."""
        for node in self.frame.root.all("dimension"):
            old = parse_sqref(node.attrs.get("ref", ""))
            self._new.append(area)
            if old and bounding_range([*old, *self._new]) != old[0]:
                self.frame.set_attr(node, "ref", str(bounding_range([*old, *self._new])))

    def commit(self, touched: Iterable[int] = ()) -> None:
        """Put the sheet into the package with the edits of its frame and of the rows ``touched``."""
        numbers = sorted(touched)
        if not numbers and self.frame.to_bytes() is self.frame.original:
            return
        data = self.frame.root.first("sheetData")
        assert data is not None
        self.frame.replace(data, _HOLE)
        head, tail = self.frame.to_bytes().split(_HOLE)
        opened, ending = self.scan.open_tag(self.data_tag), self.scan.closing(b"sheetData") + b">"
        if not numbers and self.close == self.inner:
            opened, ending = self.data_tag, b"" if self.data_tag.endswith(b"/>") else ending
        self.book.package.put(self.part, b"".join([head, opened, *self._data(numbers), ending, tail]))

    def _data(self, touched: list[int]) -> Iterator[bytes | memoryview]:
        """Yield the content of sheetData in pieces, the rows ``touched`` as they are now."""
        source, at = memoryview(self.scan.source), self.inner
        for number in touched:
            place = bisect_left(self.numbers, number)
            if place < len(self.numbers) and self.numbers[place] == number:
                start, end = self._extent(place)
            else:
                start = end = self._extent(place - 1)[1] if place else self.inner
            yield source[at:start]
            yield self.rows[number].to_bytes()
            at = end
        yield source[at : self.close]


def worksheet_part(book: WorkbookPart, title: str) -> WorksheetPart:
    """Return the worksheet of that title; raises PackageError if there is none that has cells."""
    for tab in book.sheets:
        if tab.title == title:
            if tab.kind == "worksheet" and tab.part:
                return WorksheetPart(book, tab)
            says = t("“{sheet}”不是普通工作表，不能写入", "{sheet} is no worksheet, so nothing can be written into it")
            raise PackageError("not-a-worksheet", says, sheet=title)
    says = t("工作簿中没有工作表“{sheet}”", "The workbook has no sheet {sheet}")
    raise PackageError("no-such-sheet", says, sheet=title)


def _column_of(ref: str, number: int, part: str) -> int:
    try:
        row, column = a1.parse_cell(ref)
    except ValueError:
        row, column = 0, 0
    if row != number:
        raise _row_order_error(part)
    return column


def _no_rows_error(part: str) -> PackageError:
    says = t(
        "部件 {part} 缺少 sheetData，文件不完整。请用 Excel 打开后另存",
        "Part {part} has no sheetData, so the file is not whole. Open it in Excel and save it again",
    )
    return PackageError("no-rows", says, kind="corrupt", part=part)


def _row_order_error(part: str) -> PackageError:
    says = t(
        "部件 {part} 的行或单元格编号重复或乱序，改动可能丢失内容。请用 Excel 打开后另存",
        "The rows or cells of part {part} are out of order or double. Open it in Excel and save it again",
    )
    return PackageError("cells-out-of-order", says, kind="corrupt", part=part)
