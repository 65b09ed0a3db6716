"""Which cells must not be written into: merged, computed as one, owned by a pivot or a table, or locked.

Knows what an overwritten cell would break; must not know how cells are written.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from collabxl.errors import PackageError
from collabxl.ooxml import a1
from collabxl.ooxml.areas import CellRange, Spot, parse_sqref
from collabxl.ooxml.sheet import WorksheetPart
from collabxl.ooxml.styles import Stylesheet
from collabxl.ooxml.workbook_part import parse_bool, parse_int
from collabxl.ooxml.xml import Node
from collabxl.text import Text, t

_REF = re.compile(rb"""\sref\s*=\s*["']([^"']*)["']""")
_MERGED = t(
    "{sheet} 的 {cell} 在合并单元格 {area} 里面，写入后看不到。请改写左上角的单元格",
    "{cell} of {sheet} lies inside the merged cells {area} and would not show. Write into their first cell",
)
_ARRAY = t(
    "{sheet} 的 {cell} 属于数组公式或模拟运算表 {area}，不能单独改。请在 Excel 中整体修改",
    "{cell} of {sheet} is part of the array formula or data table {area}. Change it as a whole in Excel",
)
_FORMULA = t(
    "{sheet} 的 {cell} 是公式，不会用数值覆盖。请改公式本身，或先把它换成数值",
    "{cell} of {sheet} is a formula and is never replaced by a value. Change the formula, or make it a value first",
)
_PIVOT = t(
    "{sheet} 的 {cell} 属于数据透视表 {area}，刷新时会被覆盖。请改写源数据",
    "{cell} of {sheet} belongs to the pivot table {area}, which overwrites it. Change its source instead",
)
_HEADER = t(
    "{sheet} 的 {cell} 是表格 {area} 的标题，不能在此改写。请在 Excel 中改",
    "{cell} of {sheet} is a header of the table {area}. Change it in Excel",
)
_TOTALS = t(
    "{sheet} 的 {cell} 在表格 {area} 的汇总行，不能在此改写。请在 Excel 中改",
    "{cell} of {sheet} is in the totals row of the table {area}. Change it in Excel",
)
_LOCKED = t(
    "{sheet} 受保护，{cell} 已锁定，未写入。请撤销工作表保护，或只改未锁定的单元格",
    "{sheet} is protected and {cell} is locked. Unprotect the sheet or change unlocked cells only",
)


class ProtectedRange(NamedTuple):
    """An area and why nothing may be written there; ``exception`` is a cell of it that may be written all the same."""

    code: str
    message: Text
    area: CellRange
    whole: CellRange
    exception: Spot | None = None


def protected_ranges(sheet: WorksheetPart) -> list[ProtectedRange]:
    """Return all fences of a sheet."""
    return [*_merged_ranges(sheet), *_arrays(sheet), *_pivots(sheet), *_tables(sheet)]


def refuse_protected(sheet: WorksheetPart, spots: Collection[Spot]) -> None:
    """Raise PackageError if one of the cells lies behind a fence."""
    for fence in protected_ranges(sheet):
        for spot in spots:
            if fence.area.contains(spot) and spot != fence.exception:
                cell, area = a1.cell_address(*spot), str(fence.whole)
                raise PackageError(fence.code, fence.message, sheet=sheet.title, cell=cell, area=area)


def refuse_formulas(sheet: WorksheetPart, spots: Collection[Spot]) -> None:
    """Raise PackageError if one of the cells holds a formula."""
    for spot in spots:
        node = sheet.cell(spot)
        if node is not None and node.first("f") is not None:
            raise PackageError("formula", _FORMULA, sheet=sheet.title, cell=a1.cell_address(*spot))


def refuse_locked(sheet: WorksheetPart, spots: Collection[Spot], styles: Stylesheet) -> None:
    """Raise PackageError if the sheet is protected and one of the cells is locked."""
    root = sheet.frame.root
    if not any(parse_bool(node.attrs.get("sheet")) for node in root.all("sheetProtection")):
        return
    ranges = [node for holder in root.all("protectedRanges") for node in holder.all("protectedRange")]
    keyless = [area for node in ranges if _has_no_password(node) for area in parse_sqref(node.attrs.get("sqref", ""))]
    for spot in spots:
        if styles.is_locked(sheet.style(spot)) and not any(area.contains(spot) for area in keyless):
            raise PackageError("protected-sheet", _LOCKED, sheet=sheet.title, cell=a1.cell_address(*spot))


def _has_no_password(node: Node) -> bool:
    barred = {"password", "hashValue", "securityDescriptor"}
    return not node.attrs.keys() & barred and not node.all("securityDescriptor")


def _merged_ranges(sheet: WorksheetPart) -> Iterator[ProtectedRange]:
    for node in (node for holder in sheet.frame.root.all("mergeCells") for node in holder.all("mergeCell")):
        for area in parse_sqref(node.attrs.get("ref", "")):
            yield ProtectedRange("merged-cell", _MERGED, area, area, area.corner)


def _arrays(sheet: WorksheetPart) -> Iterator[ProtectedRange]:
    for word in (b"array", b"dataTable"):
        for _, tag in sheet.formulas(word):
            ref = _REF.search(tag)
            for area in parse_sqref(ref[1].decode()) if ref else ():
                if area.corner != (area.bottom, area.right) or word == b"dataTable":
                    yield ProtectedRange("array-formula", _ARRAY, area, area)


def _pivots(sheet: WorksheetPart) -> Iterator[ProtectedRange]:
    for root in related_roots(sheet, "pivotTable"):
        for node in root.all("location"):
            for area in parse_sqref(node.attrs.get("ref", "")):
                yield ProtectedRange("pivot-table", _PIVOT, area, area)
                filters = parse_int(node.attrs.get("rowPageCount"), 0)
                across = max(parse_int(node.attrs.get("colPageCount"), 0), 1) * 3 - 1
                if filters:
                    top = max(area.top - 1 - filters, 1)
                    above = CellRange(top, area.left, max(area.top - 1, top), area.left + across - 1)
                    yield ProtectedRange("pivot-table", _PIVOT, above, area)


def _tables(sheet: WorksheetPart) -> Iterator[ProtectedRange]:
    for root in related_roots(sheet, "table"):
        for area in parse_sqref(root.attrs.get("ref", "")):
            if parse_int(root.attrs.get("headerRowCount"), 1):
                yield ProtectedRange("table-header", _HEADER, area._replace(bottom=area.top), area)
            totals = parse_int(root.attrs.get("totalsRowCount"), 0)
            if totals:
                yield ProtectedRange("table-totals", _TOTALS, area._replace(top=area.bottom - totals + 1), area)


def related_roots(sheet: WorksheetPart, kind: str) -> Iterator[Node]:
    """Yield the roots of the parts of one kind that a sheet leads to."""
    package = sheet.book.package
    for rel in package.rels(sheet.part):
        if rel.kind == kind and rel.part in package:
            yield package.xml(rel.part).root
