"""Workbooks whose cells the tests edit: crafted sheets, and what openpyxl reads in the result."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from typing import Any

import openpyxl
import xlsxwriter

from collabxl.ooxml import lint
from collabxl.ooxml.areas import Spot
from collabxl.ooxml.cells import CellCodec, Value
from collabxl.ooxml.edit import set_cells
from collabxl.ooxml.package import Package
from collabxl.ooxml.sheet import worksheet_part
from collabxl.ooxml.workbook_part import WorkbookPart
from tests.ooxml.workbooks import SHEET, Parts, edited, pack, unpack

TITLE = "任务"


def plain(**options: Any) -> bytes:
    """Return a workbook with one sheet of texts, numbers, dates, truths, formulas and gaps, and a second one."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **options})
    sheet = book.add_worksheet(TITLE)
    day, bold = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bold": True})
    sheet.set_column("F:F", 9, bold)
    for row in (0, 1, 2, 4, 7):
        sheet.write_row(row, 0, [f"文字 {row}", row * 1.5, bool(row % 2)])
        sheet.write_number(row, 3, 45000 + row, day)
    sheet.write_blank("E1", None, bold)
    sheet.write_formula("E2", "=SUM(B1:B8)", None, 21)
    sheet.set_row(8, None, bold)
    other = book.add_worksheet("另")
    other.write_formula("A1", f"={TITLE}!B2*2", None, 3)
    book.close()
    return out.getvalue()


def bare(rows: str, *, tail: str = "", head: str = "", strings: bool = False) -> bytes:
    """Return a workbook whose first sheet has just these rows, in the words of SpreadsheetML."""
    parts = unpack(plain())
    change = edited("(<sheetFormatPr[^>]*/>).*(<sheetData>).*</sheetData>", rb"\1\2@</sheetData>")
    sheet = change(parts[SHEET]).replace(b"<sheetData>@", b"<sheetData>" + rows.encode())
    sheet = sheet.replace(b"</sheetData>", b"</sheetData>" + tail.encode()).replace(
        b"<sheetData>", head.encode() + b"<sheetData>"
    )
    parts = dict(parts) | {SHEET: sheet}
    return pack(parts if strings else without_strings(parts))


def without_strings(parts: Parts) -> Parts:
    """Return a workbook's parts without the shared strings."""
    parts = {name: content for name, content in parts.items() if name != "xl/sharedStrings.xml"}
    for name, content in parts.items():
        if name.endswith((".rels", "Types].xml")):
            parts[name] = edited(
                r"(?:<Relationship [^>]*sharedStrings.xml\"/>|<Override PartName=\"/xl/sharedStr[^>]*>|$)", ""
            )(content)
    return parts


def edit(source: bytes, values: Mapping[Spot, Value], title: str = TITLE, **options: Any) -> bytes:
    """Return the workbook with cells set, after the lint."""
    package = Package(source)
    set_cells(WorkbookPart(package), title, values, **options)
    result = package.save()
    lint.check(package, result, [], {title: {*values, *options.get("looks", ())}})
    return result


def sheet_xml(source: bytes) -> str:
    """Return the XML of the first sheet."""
    return unpack(source)[SHEET].decode()


def opened(source: bytes, **options: Any) -> openpyxl.Workbook:
    """Return a workbook as openpyxl reads it."""
    with warnings.catch_warnings(action="ignore"):
        return openpyxl.load_workbook(io.BytesIO(source), **options)


def said(source: bytes, title: str = TITLE) -> dict[Spot, Any]:
    """Return what every cell says, dates as the numbers they are."""
    book = WorkbookPart(Package(source))
    sheet = worksheet_part(book, title)
    reader = CellCodec(book, sheet)
    found = {}
    for number in sheet.numbers:
        row = sheet.row(number)
        for column, node in row.cells.items() if row else ():
            formula = node.first("f")
            value = f"={formula.text}" if formula else reader.value(node)
            found |= {} if value is None else {(number, column): value}
    return found


def cells(source: bytes, title: str = TITLE) -> dict[Spot, Any]:
    """Return (value, number format, bold) of every cell that openpyxl finds."""
    sheet = opened(source)[title]
    return {
        (cell.row, cell.column): (cell.value, cell.number_format, bool(cell.font.b))
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None or cell.has_style
    }
