"""What a cell says and how that is spelled: texts, numbers, truths, dates of both calendars, blanks, results.

Knows the element ``c``; must not know which cells may be written.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import NamedTuple

from collabxl.errors import PackageError
from collabxl.ooxml import a1
from collabxl.ooxml.escapes import escape_text, unescape_text
from collabxl.ooxml.sheet import Row, WorksheetPart
from collabxl.ooxml.strings import SharedStrings, has_formats, plain_text, text_xml
from collabxl.ooxml.workbook_part import WorkbookPart, parse_bool, parse_int
from collabxl.ooxml.xml import Node, element
from collabxl.text import escape, t

Value = str | bool | int | float | dt.date | None
"""What is written into a cell; None and the empty text leave it blank."""
DATE_FORMAT, MOMENT_FORMAT, SHARE_FORMAT = 14, 22, 9
_CONTENT = ("f", "v", "is")
_EPOCH_1900, _EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)
_LEAP_THAT_WAS_NOT = 60  # day 60 of the 1900 calendar is a 29th of February that never was


class PercentValue(float):
    """A number that is shown per cent, 0.5 as 50 %."""


class ErrorValue(str):
    """An error that a formula shows, such as #REF!."""


class CellXml(NamedTuple):
    """A value as XML: the attribute ``t`` (None: a number or nothing) and what stands in the cell."""

    kind: str | None
    content: bytes


class CellCodec:
    """The cells of one sheet, read and written in the words of its workbook."""

    def __init__(self, book: WorkbookPart, sheet: WorksheetPart) -> None:
        self.sheet = sheet
        self.strings = SharedStrings(book)
        self.prefix = sheet.scan.prefix.decode()
        self.from_1904 = any(parse_bool(node.attrs.get("date1904")) for node in book.doc.root.all("workbookPr"))

    def value(self, node: Node) -> str | bool | float | None:
        """Return what a cell says, a formula's last result included; None for a blank and for an error."""
        v = node.first("v")
        text = v.text if v else ""
        match node.attrs.get("t", "n"):
            case "inlineStr":
                inline = node.first("is")
                return plain_text(inline) if inline else None
            case "s":
                return self.strings.text(parse_int(text, -1))
            case "str":
                return unescape_text(text) if v else None
            case "b":
                return parse_bool(text) if v else None
            case "e":
                return None
            case "d":
                return self._iso(text)
        try:
            return float(text) if text.strip() else None
        except ValueError:
            return None

    def holds(self, node: Node | None, value: Value) -> bool:
        """Return whether a cell says just this, typed or as the last result of its formula."""
        if node is None:
            return value in (None, "")
        if value in (None, ""):
            if node.first("f"):
                return node.attrs.get("t") != "e" and self.value(node) in (None, "")
            return not any(node.first(name) for name in _CONTENT)
        plain = self.serial(value) if isinstance(value, dt.date) else value
        old = self.value(node)
        if isinstance(plain, str | bool) or isinstance(old, str | bool):
            return type(old) is type(plain) and old == plain
        return old is not None and plain is not None and old == excel_number(plain)

    def is_rich(self, node: Node) -> bool:
        """Return whether a cell's text has runs that look different, as somebody formatted them."""
        inline = node.first("is")
        if inline is not None:
            return has_formats(inline)
        v = node.first("v")
        return node.attrs.get("t") == "s" and v is not None and self.strings.is_rich(parse_int(v.text, -1))

    def encode(self, value: Value) -> CellXml:
        """Return a value as it is typed into a cell; a text is always a text, whatever it begins with."""
        if isinstance(value, dt.date):
            value = self.serial(value)
        match value:
            case None | "":
                return CellXml(None, b"")
            case bool():
                return CellXml("b", self._v(str(int(value))))
            case str() if self.strings.exists:
                return CellXml("s", self._v(str(self.strings.index(value))))
            case str():
                return CellXml("inlineStr", self._tag("is", text_xml(value, self.prefix)))
        return CellXml(None, self._v(number_xml(value)))

    def encode_result(self, value: str | float | bool) -> CellXml:
        """Return a value as the result of a formula."""
        match value:
            case bool():
                return CellXml("b", self._v(str(int(value))))
            case ErrorValue():
                return CellXml("e", self._v(escape.content(value)))
            case str():
                text_xml(value)
                return CellXml("str", self._v(escape.content(escape_text(value))) or self._empty())
        return CellXml(None, self._v(number_xml(value)))

    def serial(self, day: dt.date) -> float:
        """Return a date as the number by which this workbook counts it; raises PackageError before its first day."""
        moment = day.replace(tzinfo=None) if isinstance(day, dt.datetime) else dt.datetime.combine(day, dt.time())
        since = moment - (_EPOCH_1904 if self.from_1904 else _EPOCH_1900)
        days = since.days if self.from_1904 or since.days > _LEAP_THAT_WAS_NOT else since.days - 1
        if days < (0 if self.from_1904 else 1):
            says = t(
                "日期 {day} 早于工作簿日历的起点，Excel 无法表示，未写入",
                "The date {day} is before the workbook's calendar begins; Excel cannot hold it",
            )
            raise PackageError("date-too-early", says, day=day)
        return days + (since.seconds + since.microseconds / 1e6) / 86400

    def write(self, row: Row, column: int, spelling: CellXml, style: int) -> None:
        """Put content into a cell in place of the old, with a style; the cell is made if there is none."""
        node = row.cells.get(column)
        if node is None:
            attrs: dict[str, str | int] = {"r": a1.cell_address(row.number, column)}
            attrs |= {"s": style} if style else {}
            attrs |= {"t": spelling.kind} if spelling.kind else {}
            row.add(column, element(f"{self.prefix}c", attrs, spelling.content))
            return
        if style != parse_int(node.attrs.get("s"), 0):
            row.doc.set_attr(node, "s", style)
        if spelling.kind != node.attrs.get("t"):
            self._type(row, node, spelling.kind)
        for name in ("cm", "vm", "ph"):
            row.doc.drop_attr(node, name)
        self._replace(row, node, _CONTENT, spelling.content)

    def restyle(self, row: Row, column: int, style: int) -> None:
        """Give a cell a style and leave what it says."""
        node = row.cells.get(column)
        if node is None:
            self.write(row, column, CellXml(None, b""), style)
        else:
            row.doc.set_attr(node, "s", style)

    def write_result(self, row: Row, node: Node, spelling: CellXml) -> None:
        """Put a new result behind a formula."""
        if spelling.kind != node.attrs.get("t"):
            self._type(row, node, spelling.kind)
        row.doc.drop_attr(node, "vm")
        formula, old = node.first("f"), node.first("v")
        assert formula is not None
        if old is None:
            row.doc.after(formula, spelling.content)
        else:
            row.doc.replace(old, spelling.content)

    def _type(self, row: Row, node: Node, kind: str | None) -> None:
        if kind is None:
            row.doc.drop_attr(node, "t")
        else:
            row.doc.set_attr(node, "t", kind)

    def _replace(self, row: Row, node: Node, names: tuple[str, ...], content: bytes) -> None:
        old = [child for child in node.children if child.name in names]
        for place, child in enumerate(old):
            row.doc.replace(child, b"" if place else content)
        if not old and content:
            if node.children:
                row.doc.before(node.children[0], content)
            else:
                row.doc.append(node, content)

    def _iso(self, text: str) -> float | None:
        try:
            return self.serial(dt.datetime.fromisoformat(text.strip()))
        except (ValueError, PackageError):
            return None

    def _v(self, text: str) -> bytes:
        return self._tag("v", text.encode())

    def _empty(self) -> bytes:
        return f"<{self.prefix}v></{self.prefix}v>".encode()

    def _tag(self, name: str, content: bytes) -> bytes:
        return element(self.prefix + name, {}, content) if content else b""


def excel_number(value: float) -> float:
    """Return a number as Excel holds it; raises PackageError for one that it cannot hold."""
    try:
        held = float(value)
    except OverflowError:
        held = math.inf
    if not math.isfinite(held):
        says = t("{number} 不是 Excel 能保存的数字，未写入", "{number} is no number that Excel can hold")
        raise PackageError("not-a-number", says, number=str(value)[:40])
    return held


def number_xml(value: float) -> str:
    """Return a number as XML spells it, with all digits that a double has."""
    return repr(excel_number(value)).removesuffix(".0")
