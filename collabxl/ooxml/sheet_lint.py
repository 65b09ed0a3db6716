"""The invariants of one edited sheet: only planned cells differ, all else is as it was, and its tables agree with it.

Byte for byte and row by row, so that a sheet with a million cells is judged in a second. Yields what is broken, each
message beginning with its invariant: 2 planned spans, 4 indexes, 5 order, 6 tables, 7 calculation chain.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise

from collabxl.errors import PackageError
from collabxl.ooxml import a1
from collabxl.ooxml.areas import Spot, parse_sqref
from collabxl.ooxml.cells import CellCodec
from collabxl.ooxml.equality import common_prefix_length
from collabxl.ooxml.escapes import unescape_text
from collabxl.ooxml.protected_ranges import related_roots
from collabxl.ooxml.sheet import Row, WorksheetPart, worksheet_part
from collabxl.ooxml.workbook_part import WorkbookPart, parse_int
from collabxl.ooxml.xml import Node, XmlPart

_MAY_CHANGE = {"sheetData", "dimension", "conditionalFormatting", "dataValidations", "extLst"}
_END = b"</row>"
_CELL = re.compile(rb"<c(?=[\s/>])")
_PLACE = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?=[\s/>])')


def sheet_violations(
    before: WorkbookPart, after: WorkbookPart, edited: Mapping[str, Collection[Spot]], looks: int
) -> Iterator[str]:
    """Yield what is broken in the edited sheets, given the cells that were to change and how many cell styles are."""
    lost = False
    for title, spots in edited.items():
        old = worksheet_part(before, title)
        try:
            new = worksheet_part(after, title)
            yield from _frame(old, new)
            planned = _by_row(spots, _changed_rows(old, new))
            pairs = {number: _pair(old, new, number) for number in planned}
            yield from _rows(new, pairs, planned, (looks, _strings(after, new)))
        except PackageError as error:
            yield f"5: {title}: {error}"
            continue
        yield from sorted(set(_tables(after, new)) - set(_tables(before, old)))
        lost = lost or any(
            _loses_formula(*pairs[row], column) for row, columns in planned.items() for column in columns
        )
    if lost and (after.related_part("calcChain") or "") in after.package:
        yield "7: a formula is gone and the calculation chain still there"
    yield from (f"6: two tables are called {name}" for name in _duplicate_tables(after) - _duplicate_tables(before))


def _loses_formula(before: Row | None, after: Row | None, column: int) -> bool:
    """Return whether a cell had a formula and has none."""
    return _has_formula(before, column) and not _has_formula(after, column)


def _has_formula(row: Row | None, column: int) -> bool:
    node = row.cells.get(column) if row else None
    return node is not None and node.first("f") is not None


def _pair(old: WorksheetPart, new: WorksheetPart, number: int) -> tuple[Row | None, Row | None]:
    """Return a row of both sheets, without the cells that are the same bytes in both where that is easily told."""
    one, other = old.row_source(number), new.row_source(number)
    if one is None or other is None:
        return old.row(number), new.row(number)
    before, after = _split_row(old, one, number), _split_row(new, other, number)
    if before is None or after is None:
        return old.row(number), new.row(number)
    both = {*before[1]} & {*after[1]}
    return tuple(  # type: ignore[return-value]
        Row(sheet, number, b"".join([head, *(cell for cell in cells if cell not in both), _END]))
        for sheet, (head, cells) in ((old, before), (new, after))
    )


def _split_row(sheet: WorksheetPart, row: bytes, number: int) -> tuple[bytes, list[bytes]] | None:
    """Return a row's start tag and its cells, None if it is not written as almost all are: in order, nothing aside."""
    if sheet.scan.prefix or sheet.scan.plain is not sheet.scan.source or not row.endswith(_END) or b"extLst" in row:
        return None
    starts = [found.start() for found in _CELL.finditer(row)]
    columns = [(len(found[1]), found[1]) for found in _PLACE.finditer(row) if int(found[2]) == number]
    if len(columns) != len(starts) or any(one >= other for one, other in pairwise(columns)):
        return None
    bounds = [*starts, len(row) - len(_END)]
    return row[: bounds[0]], [row[start:end] for start, end in pairwise(bounds)]


def _frame(old: WorksheetPart, new: WorksheetPart) -> Iterator[str]:
    if old.scan.source == new.scan.source:
        return
    if _fixed_nodes(old.frame) != _fixed_nodes(new.frame) or old.scan.root_tag != new.scan.root_tag:
        yield f"2: {new.title} differs outside its rows"


def _fixed_nodes(frame: XmlPart) -> list[bytes]:
    return [frame.to_bytes(node) for node in frame.root.children if node.name not in _MAY_CHANGE]


def _strings(book: WorkbookPart, sheet: WorksheetPart) -> int | None:
    """Return how many shared strings there are, None where they cannot be read, which they could not before."""
    try:
        strings = CellCodec(book, sheet).strings
        return len(strings.starts) if strings.exists else 0
    except PackageError:
        return None


def _by_row(spots: Collection[Spot], rows: Collection[int]) -> dict[int, set[int]]:
    """Return the columns of the spots in each of these rows."""
    found: dict[int, set[int]] = {row: set() for row in rows}
    for row, column in spots:
        if row in found:
            found[row].add(column)
    return found


def _rows(
    new: WorksheetPart,
    pairs: Mapping[int, tuple[Row | None, Row | None]],
    differing: Mapping[int, set[int]],
    sizes: tuple[int, int | None],
) -> Iterator[str]:
    for number, planned in differing.items():
        before, after = pairs[number]
        if after is None:
            yield f"2: row {number} of {new.title} is gone"
            continue
        yield from _cells(before, after, planned, new.title)
        for column, node in after.cells.items():
            if column in planned:
                yield from _indexes(node, sizes, a1.cell_address(number, column), new.title)


def _changed_rows(old: WorksheetPart, new: WorksheetPart) -> list[int]:
    """Return the numbers of the rows that are not the same bytes in both."""
    one, other = memoryview(old.scan.source), memoryview(new.scan.source)
    found: list[int] = []
    mine = theirs = 0
    while mine < len(old.starts) and theirs < len(new.starts):
        at, there = old.starts[mine], new.starts[theirs]
        common = common_prefix_length(one[at : old.close], other[there : new.close])
        if common == old.close - at == new.close - there:
            return found
        mine = max(bisect_right(old.starts, at + common) - 1, mine)
        theirs = max(bisect_right(new.starts, there + common) - 1, theirs)
        a, b = old.numbers[mine], new.numbers[theirs]
        found.append(min(a, b))
        mine, theirs = mine + (a <= b), theirs + (b <= a)
    return [*found, *old.numbers[mine:], *new.numbers[theirs:]]


def _cells(before: Row | None, after: Row, planned: set[int], title: str) -> Iterator[str]:
    olds = before.cells if before else {}
    for column in olds.keys() | after.cells.keys():
        old, new = olds.get(column), after.cells.get(column)
        if column in planned:
            continue
        if old is None or new is None or _cell_content(old) != _cell_content(new):
            yield f"2: {a1.cell_address(after.number, column)} of {title} changed and was not to"


def _cell_content(node: Node) -> tuple[object, ...]:
    """Return what a cell says; a formula that was shared counts as itself, since it may get its own text."""
    attrs = {name: value for name, value in node.attrs.items() if name != "r"}
    inside = [child.canonical_form() for child in node.children if child.name != "f"]
    return frozenset(attrs.items()), tuple(inside), node.first("f") is not None


def _indexes(node: Node, sizes: tuple[int, int | None], cell: str, title: str) -> Iterator[str]:
    looks, strings = sizes
    style, value = parse_int(node.attrs.get("s"), 0), node.first("v")
    if style and not 0 <= style < looks:
        yield f"4: s={style} of {cell} in {title} is out of cellXfs"
    if value and node.attrs.get("t") == "s" and strings is not None and not 0 <= parse_int(value.text, -1) < strings:
        yield f"4: {cell} of {title} shows shared string {value.text}, which is not there"


def _tables(book: WorkbookPart, sheet: WorksheetPart) -> list[str]:
    try:
        return list(_table_violations(book, sheet))
    except PackageError:  # a part that is not ours to read
        return []


def _table_violations(book: WorkbookPart, sheet: WorksheetPart) -> Iterator[str]:
    cells = CellCodec(book, sheet)
    for root in related_roots(sheet, "table"):
        name = root.attrs.get("name", "")
        columns = [node for holder in root.all("tableColumns") for node in holder.all("tableColumn")]
        ids = Counter(node.attrs.get("id") for node in columns)
        if any(times > 1 for times in ids.values()):
            yield f"6: two columns of the table {name} have one id"
        for area in parse_sqref(root.attrs.get("ref", "")):
            if area.right - area.left + 1 != len(columns):
                yield f"6: the table {name} has {len(columns)} columns and does not cover as many"
                continue
            if not parse_int(root.attrs.get("headerRowCount"), 1):
                continue
            for place, node in enumerate(columns, area.left):
                header = sheet.cell((area.top, place))
                shown = cells.value(header) if header else None
                if shown != unescape_text(node.attrs.get("name", "")):
                    cell = a1.cell_address(area.top, place)
                    yield f"6: a header of the table {name} is not what its cell {cell} shows"


def _duplicate_tables(book: WorkbookPart) -> set[str]:
    """Return the names that more than one table bears."""
    package = book.package
    rels = [rel for tab in book.sheets if tab.part for rel in package.readable_rels(tab.part)]
    tables = {rel.part for rel in rels if rel.kind == "table"}
    names: Counter[str] = Counter()
    for part in tables:
        if part in package:
            names[package.xml(part).root.attrs.get("displayName", "").casefold()] += 1
    return {name for name, times in names.items() if times > 1}
