"""Rows put under a table: the table, its filter, validations, formats and calculated columns grow with it.

Knows tableN.xml and what hangs on a table's area; refuses where something would be overwritten or left pointing wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from collabxl import address
from collabxl.errors import PackageError
from collabxl.markup import content
from collabxl.opc.areas import Box, Spot, box, boxes, sqref, tidy
from collabxl.opc.book import Book, true, whole
from collabxl.opc.cells import Value
from collabxl.opc.edit import Edit
from collabxl.opc.fences import fences, refuse_locked
from collabxl.opc.sheetxml import Sheet, sheet_of
from collabxl.opc.shift import references, shifted
from collabxl.opc.xmlspan import Doc, Node, element
from collabxl.text import Text, t

_BELOW = t(
    "表格“{table}”下方的 {cell} 有内容，无法追加。请先移开",
    "{cell} below the table {table} is not empty, so no row can be added. Move it first",
)
_QUERY = t(
    "表格“{table}”由外部查询或 XML 填充，追加的行会被刷新覆盖。请在数据源中添加",
    "The table {table} is filled by a query or an XML map, which would overwrite new rows. Add them at the source",
)
_ARRAY = t(
    "表格“{table}”有数组公式列，不能自动追加。请在 Excel 中添加行",
    "The table {table} has a column of array formulas. Add the rows in Excel",
)
_POINTED = t(
    "表格“{table}”的汇总行被 {user} 按地址引用，移动后会指错。请改用结构化引用",
    "{user} points at the totals row of the table {table} by address and would point wrong. Use structured references",
)


class _Table(NamedTuple):
    sheet: Sheet
    doc: Doc
    part: str
    name: str
    area: Box
    totals: int

    @property
    def columns(self) -> list[Node]:
        return [node for holder in self.doc.root.all("tableColumns") for node in holder.all("tableColumn")]

    @property
    def last(self) -> int:
        """The last row of values."""
        return self.area.bottom - self.totals


def append_rows(book: Book, title_of_table: str, rows: Sequence[Sequence[Value]], *, locked: bool = False) -> Box:
    """Put rows of values under a table and return the area they fill; every row has a value for each column.

    None leaves a cell blank, or in a calculated column lets it be calculated. A totals row moves down. What points at
    the table's old area by address is left as it is: see ``dependents``. Raises PackageError where it cannot be done.
    """
    table = _find(book, title_of_table)
    left, right = table.area.left, table.area.right
    if any(len(row) != right - left + 1 for row in rows):
        raise ValueError(f"the table {table.name} has {right - left + 1} columns")
    first = table.last if true(table.doc.root.attrs.get("insertRow")) else table.last + 1
    new = Box(first, left, first + len(rows) - 1, right)
    if not rows:
        return new
    _refuse(book, table, new)
    edit = Edit(book, table.sheet)
    spots = [(row, column) for row in range(new.top, new.bottom + 1) for column in range(left, right + 1)]
    spots = [spot for spot in spots if not table.area.holds(spot)]
    if not locked:
        refuse_locked(table.sheet, spots, edit.styles)
    _write(edit, table, new, rows)
    _grow_sheet(table.sheet, table, new)
    edit.settle()
    _grow_table(book, table, new)
    if _computes(table, new):
        book.drop_calc_chain()
    book.recalculate_on_load()
    return new


def dependents(book: Book, title_of_table: str) -> list[tuple[str, str]]:
    """Return (who, reference) of charts, names and pivots that point at all the table's rows by address.

    They do not grow with the table when rows are appended.
    """
    table = _find(book, title_of_table)
    found = [(user, text) for user, text in _pointers(book) if _covers_all(text, table)]
    return sorted(set(found))


def _find(book: Book, name: str) -> _Table:
    for tab in book.sheets:
        if tab.kind != "worksheet" or not tab.part:
            continue
        for rel in book.package.rels(tab.part):
            if rel.kind == "table" and rel.part in book.package and rel.path:
                doc = book.package.xml(rel.path)
                attrs = doc.root.attrs
                names = {attrs.get("name", "").casefold(), attrs.get("displayName", "").casefold()}
                if name.casefold() in names:
                    totals = whole(attrs.get("totalsRowCount"), 0)
                    return _Table(sheet_of(book, tab.title), doc, rel.path, name, box(attrs.get("ref", "")), totals)
    says = t("工作簿中没有表格“{table}”", "The workbook has no table {table}")
    raise PackageError("no-such-table", says, table=name)


def _refuse(book: Book, table: _Table, new: Box) -> None:
    """Raise PackageError where rows under the table would do harm."""
    kinds = {rel.kind for rel in book.package.rels(table.part)}
    mapped = any(node.all("xmlColumnPr") for node in table.columns)
    if "queryTable" in kinds or mapped or table.doc.root.attrs.get("tableType", "worksheet") != "worksheet":
        raise _refusal("query-table", _QUERY, table)
    formulas = [node for column in table.columns for node in column.all("calculatedColumnFormula")]
    if any(true(node.attrs.get("array")) for node in formulas):
        raise _refusal("array-column", _ARRAY, table)
    below = Box(table.area.bottom + 1, new.left, new.bottom + table.totals, new.right)
    for row in range(below.top, below.bottom + 1):
        for column in range(below.left, below.right + 1):
            node = table.sheet.cell((row, column))
            if node is not None and node.children:
                raise _refusal("cells-below", _BELOW, table, cell=address.a1(row, column))
    for fence in fences(table.sheet):
        both = fence.whole.common(below)
        if both and fence.whole != table.area:
            raise _refusal("cells-below", _BELOW, table, cell=address.a1(*both.corner))
    if table.totals:
        _refuse_pointed(book, table)


def _refuse_pointed(book: Book, table: _Table) -> None:
    totals = table.area._replace(top=table.last + 1)
    for user, text in [*_pointers(book), *_formulas(book)]:
        home = user.rpartition("!")[0] or None
        for sheet, reference in references(text):
            if (sheet or home or "").casefold() == table.sheet.title.casefold():
                if ":" in reference and not any(map(str.isdigit, reference)):
                    continue  # whole columns hold it wherever it is
                if any(area.common(totals) for area in boxes(reference)):
                    raise _refusal("totals-pointed-at", _POINTED, table, user=user)


def _write(edit: Edit, table: _Table, new: Box, rows: Sequence[Sequence[Value]]) -> None:
    sheet, cells = edit.sheet, edit.cells
    model = {column: sheet.style((table.last, column)) for column in range(new.left, new.right + 1)}
    formulas = _calculated(edit, table)
    if table.totals:
        _move_totals(edit, table, new.bottom - table.last)
    for number, values in enumerate(rows, new.top):
        row = sheet.new_row(number)
        for column, value in enumerate(values, new.left):
            style = edit.shown(value, model[column])
            if value is None and column in formulas:
                text = shifted(formulas[column], number - table.last, 0)
                formula = element(f"{cells.prefix}f", {}, content(text).encode())
                cells.write(row, column, cells.spelled(None)._replace(content=formula), style)
            else:
                cells.write(row, column, cells.spelled(value), style)
        edit.touched.add(number)
    sheet.grow(new._replace(bottom=new.bottom + table.totals))


def _calculated(edit: Edit, table: _Table) -> dict[int, str]:
    """Return the formulas of calculated columns as the last row has them, by column."""
    found = {}
    for column, node in enumerate(table.columns, table.area.left):
        declared = node.first("calculatedColumnFormula")
        if declared is None:
            continue
        text = edit.formula((table.last, column))
        if text is None and not list(references(declared.text)):
            text = declared.text
        if text is not None:
            found[column] = text
    return found


def _move_totals(edit: Edit, table: _Table, down: int) -> None:
    """Copy the cells of the totals row down, to where the new rows end; the first of them takes their old place."""
    sheet, cells = edit.sheet, edit.cells
    old = sheet.row(table.last + 1)
    if old is None or not down:
        return
    new = sheet.new_row(table.last + 1 + down)
    for column in range(table.area.left, table.area.right + 1):
        node = old.cells.get(column)
        if node is None:
            continue
        style = whole(node.attrs.get("s"), 0)
        spelling = cells.spelled(None)._replace(kind=node.attrs.get("t"), content=old.doc.content(node))
        cells.write(new, column, spelling, style)
    edit.touched.add(new.number)


def _grow_table(book: Book, table: _Table, new: Box) -> None:
    doc, root = table.doc, table.doc.root
    doc.set_attr(root, "ref", str(table.area._replace(bottom=new.bottom + table.totals)))
    doc.drop_attr(root, "insertRow")
    for node in root.walk():
        if node.name in ("autoFilter", "sortState", "sortCondition") and "ref" in node.attrs:
            old = boxes(node.attrs["ref"])
            if old and old[0].bottom == table.last:
                doc.set_attr(node, "ref", str(old[0]._replace(bottom=new.bottom)))
    book.package.put(table.part, doc.out())


def _grow_sheet(sheet: Sheet, table: _Table, new: Box) -> None:
    """Let validations and formats that hold for the last row hold for the new ones."""
    frame = sheet.frame
    for node in frame.root.walk():
        if node.name in ("conditionalFormatting", "dataValidation") and "sqref" in node.attrs:
            grown = _grown(node.attrs["sqref"], table, new)
            if grown:
                frame.set_attr(node, "sqref", grown)
        elif node.name == "sqref":
            grown = _grown(node.text, table, new)
            if grown:
                frame.set_text(node, grown)


def _grown(places: str, table: _Table, new: Box) -> str | None:
    """Return an ``sqref`` that holds for the new rows too, None if it did not hold for the last one alone."""
    found = boxes(places)
    grown: list[Box] = []
    for area in found:
        beside = area.common(new._replace(top=1, bottom=table.last))
        if beside and area.bottom == table.last:
            grown += tidy([area, beside._replace(top=table.last + 1, bottom=new.bottom)])
        else:
            grown.append(area)
    return sqref(grown) if grown != found and new.bottom > table.last else None


def _computes(table: _Table, new: Box) -> bool:
    rows = [table.sheet.rows[number] for number in range(new.top, new.bottom + 1)]
    return bool(table.totals) or any(b"f>" in row.out() for row in rows)


def _covers_all(text: str, table: _Table) -> bool:
    top = table.area.top + whole(table.doc.root.attrs.get("headerRowCount"), 1)
    for sheet, reference in references(text):
        for area in boxes(reference) if (sheet or "").casefold() == table.sheet.title.casefold() else ():
            inside = area.common(table.area) == area
            if inside and area.top <= top and area.bottom in (table.last, table.area.bottom):
                return True
    return False


def _pointers(book: Book) -> Iterator[tuple[str, str]]:
    """Yield (who, reference) of the names, charts and pivots of a workbook."""
    for name in book.names:
        yield name.name, name.text
    for part in book.package.parts:
        kind = book.package.content_type(part) or ""
        if not kind.endswith(("drawingml.chart+xml", "pivotCacheDefinition+xml")):
            continue
        for node in book.package.xml(part).root.walk():
            if node.name == "f":
                yield part, node.text
            elif node.name == "worksheetSource" and "ref" in node.attrs:
                yield part, f"{address.quoted(node.attrs.get('sheet', ''))}!{node.attrs['ref']}"


def _formulas(book: Book) -> Iterator[tuple[str, str]]:
    """Yield (cell with its sheet, text) of every formula of the workbook."""
    for tab in book.sheets:
        if tab.kind == "worksheet" and tab.part:
            sheet = sheet_of(book, tab.title)
            for start, _ in sheet.formulas(b""):
                spot: Spot = sheet.spot_at(start)
                node = sheet.cell(spot)
                formula = node.first("f") if node else None
                if formula is not None:
                    yield f"{tab.title}!{address.a1(*spot)}", formula.text


def _refusal(code: str, says: Text, table: _Table, **fields: str) -> PackageError:
    return PackageError(code, says, kind="unsupported", table=table.name, **fields)
