"""The style tables, which only grow: a look is found among the workbook's own or appended, and gets an index.

Knows styles.xml; must not know cells. An index once given never changes its meaning, so no old cell changes its look.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

from collabxl.errors import PackageError
from collabxl.ooxml.number_formats import MOMENTS, NumberKind, built_in_kind, format_kind
from collabxl.ooxml.package import HEAD
from collabxl.ooxml.workbook_part import WorkbookPart, parse_bool, parse_int
from collabxl.ooxml.xml import Node, XmlPart, add_prefix, element
from collabxl.text import t

FIRST_OWN_NUMBER_FORMAT = 164
MOST_LOOKS = 65_490  # "Excel specifications and limits": unique cell formats
_PART_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_ORDER = "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst"
_FONT = b'<font><sz val="11"/><name val="Calibri"/><family val="2"/></font>'
_FILLS = b'<fill><patternFill patternType="none"/></fill>', b'<fill><patternFill patternType="gray125"/></fill>'
_BORDER = b"<border><left/><right/><top/><bottom/><diagonal/></border>"
_APPLIES = {
    "numFmtId": "applyNumberFormat",
    "fontId": "applyFont",
    "fillId": "applyFill",
    "borderId": "applyBorder",
}
_APPLIES_INSIDE = {b"<alignment": "applyAlignment", b"<protection": "applyProtection"}


class CellFormat(NamedTuple):
    """What a cell looks like: elements without prefix; an empty one leaves it to the workbook's default.

    ``number`` is the id of a built-in format or the code of another; ``other`` holds alignment and protection.
    """

    font: bytes = b""
    fill: bytes = b""
    border: bytes = b""
    number: int | str = 0
    other: bytes = b""
    has_quote_prefix: bool = False


class _StyleList:
    """One list of styles.xml; ``seeds`` are the entries that Excel takes for granted at its beginning."""

    def __init__(self, root: Node, name: str, seeds: Sequence[bytes] = ()) -> None:
        self.name, self.seeds = name, seeds
        self.node = root.first(name)
        old = self.node.children if self.node else []
        self.size = len(old)
        self.added: list[bytes] = []
        self.places: dict[Any, int] = {}
        for place, entry in enumerate(old):
            self.places.setdefault(entry.canonical_form(), place)

    def seed(self) -> None:
        """Append the entries taken for granted that are missing: otherwise ours would become the default look."""
        for seed in self.seeds[self.size :]:
            self._append(seed)

    def index(self, xml: bytes) -> int:
        """Return the place of an entry that says the same as ``xml``, appended if there is none."""
        self.seed()
        found = self.places.get(_canonical_form(xml))
        return self._append(xml) if found is None else found

    def _append(self, xml: bytes) -> int:
        self.added.append(xml)
        place = self.places.setdefault(_canonical_form(xml), self.size)
        self.size += 1
        return place

    def commit(self, doc: XmlPart) -> None:
        """Write what was appended into the part."""
        if not self.added:
            return
        root = doc.root
        xml = b"".join(add_prefix(each, root.prefix) for each in self.added)
        if self.node is None:
            doc.insert_child(
                root, self.name, element(root.qualified_name(self.name), {"count": self.size}, xml), _ORDER
            )
            return
        doc.append(self.node, xml)
        if "count" in self.node.attrs:
            doc.set_attr(self.node, "count", self.size)


class Stylesheet:
    """The styles of a workbook, made where its relationship points if it has none yet."""

    def __init__(self, book: WorkbookPart) -> None:
        self.book = book
        self.part = book.related_part("styles") or ""
        self.doc = (
            book.package.xml(self.part) if self.part in book.package else XmlPart(_default_stylesheet(book), self.part)
        )
        root = self.doc.root
        self.fonts = _StyleList(root, "fonts", [_FONT])
        self.fills = _StyleList(root, "fills", _FILLS)
        self.borders = _StyleList(root, "borders", [_BORDER])
        self.numbers = _StyleList(root, "numFmts")
        self.parents = sum(len(holder.children) for holder in root.all("cellStyleXfs"))
        self.formats = _StyleList(root, "cellXfs", [_xf({}, parents=bool(self.parents))])
        self.rules = _StyleList(root, "dxfs")
        self.codes = _codes(root.all("numFmts"))
        self.rule_codes = _codes(root.all("dxfs"))
        self.number_ids = {parse_int(node.attrs.get("numFmtId"), 0) for node in root.walk()}

    def add_format(self, look: CellFormat) -> int:
        """Return the index that a cell's ``s`` needs for this look."""
        ids = {"numFmtId": self._number(look.number)}
        for table, attribute, xml in (
            (self.fonts, "fontId", look.font),
            (self.fills, "fillId", look.fill),
            (self.borders, "borderId", look.border),
        ):
            table.seed()
            ids[attribute] = table.index(xml) if xml else 0
        place = self.formats.index(_xf(ids, parents=bool(self.parents), rest=look.other, quoted=look.has_quote_prefix))
        self._refuse_too_many()
        return place

    def _refuse_too_many(self) -> None:
        if self.formats.added and self.formats.size > MOST_LOOKS:
            says = t(
                "工作簿的单元格格式已达 Excel 上限（{most} 种），不能再加。请先在 Excel 中清理多余格式",
                "The workbook has as many cell formats as Excel allows ({most}). Remove unused ones in Excel first",
            )
            raise PackageError("too-many-formats", says, most=MOST_LOOKS)

    def add_differential_format(self, dxf: bytes) -> int:
        """Return the index that a conditional format's ``dxfId`` needs; ``dxf`` is the element without prefix."""
        doc = XmlPart(dxf, "dxf")
        for node in doc.root.all("numFmt"):
            code = node.attrs.get("formatCode", "")
            if parse_int(node.attrs.get("numFmtId"), 0) >= FIRST_OWN_NUMBER_FORMAT:
                known = self.codes.get(code, self.rule_codes.get(code))
                self.rule_codes[code] = self._free_id() if known is None else known
                doc.set_attr(node, "numFmtId", self.rule_codes[code])
        return self.rules.index(doc.to_bytes())

    def with_number_format(self, style: int, number: int) -> int:
        """Return the index of the look ``style`` with the built-in number format ``number``."""
        self.formats.seed()
        xf = self._xf(style)
        attrs: dict[str, str | int] = {key: value for key, value in xf.attrs.items() if key[0] != "{"} if xf else {}
        attrs |= {"numFmtId": number, "applyNumberFormat": 1}
        for table, attribute in ((self.fonts, "fontId"), (self.fills, "fillId"), (self.borders, "borderId")):
            table.seed()
            if not 0 <= _index(attrs, attribute) < table.size:
                attrs[attribute] = 0
        if not 0 <= _index(attrs, "xfId") < self.parents:
            attrs.pop("xfId", None)
        place = self.formats.index(element("xf", attrs, self._bare(xf) if xf else b""))
        self._refuse_too_many()
        return place

    def shows_date(self, style: int) -> bool:
        """Return whether a number in this look is read as a date or a time."""
        return self._number_kind(style) in MOMENTS

    def shows_share(self, style: int) -> bool:
        """Return whether a number in this look is read per cent."""
        return self._number_kind(style) == "share"

    def _number_kind(self, style: int) -> NumberKind:
        """Return what the number format of a look makes of a number."""
        xf = self._xf(style)
        number = parse_int(xf.attrs.get("numFmtId"), 0) if xf else 0
        code = next((code for code, own in self.codes.items() if own == number), None)
        return built_in_kind(number) if code is None else format_kind(code)

    def is_locked(self, style: int) -> bool:
        """Return whether protecting the sheet locks a cell of this look."""
        xf = self._xf(style)
        guards = xf.all("protection") if xf else []
        return all(node.attrs.get("locked", "1").strip() not in ("0", "false") for node in guards)

    def _xf(self, style: int) -> Node | None:
        xfs = self.formats.node.children if self.formats.node else []
        return xfs[style] if 0 <= style < len(xfs) else None

    def _bare(self, node: Node) -> bytes:
        """Return what is in an element, without the part's prefix."""
        prefix = self.doc.root.prefix.encode()
        content = self.doc.content(node)
        return re.sub(rb"<(/?)" + re.escape(prefix) + rb":", rb"<\1", content) if prefix else content

    def commit(self) -> None:
        """Put the grown tables into the package; nothing is touched if nothing was appended."""
        tables = (self.numbers, self.fonts, self.fills, self.borders, self.formats, self.rules)
        for table in tables:
            table.commit(self.doc)
        if not any(table.added for table in tables):
            return
        package = self.book.package
        if not self.part:
            self.part = "xl/styles.xml" if "xl/styles.xml" not in package else package.free_name("xl/styles{}.xml")
            package.add_rel(self.book.part, self.book.rel_type("styles"), self.part)
        package.add_part(self.part, self.doc.to_bytes(), _PART_TYPE)

    def _number(self, number: int | str) -> int:
        if isinstance(number, int):
            return number
        if number not in self.codes:
            self.codes[number] = self._free_id()
            attrs: dict[str, str | int] = {"numFmtId": self.codes[number], "formatCode": number}
            self.numbers.index(element("numFmt", attrs))
        return self.codes[number]

    def _free_id(self) -> int:
        new = next(number for number in count(FIRST_OWN_NUMBER_FORMAT) if number not in self.number_ids)
        self.number_ids.add(new)
        return new


def cell_formats_of(donor: XmlPart) -> list[CellFormat]:
    """Return the looks that a donor's styles declare, in the order of its cell styles."""
    fonts, fills, borders = (entries(donor, name) for name in ("fonts", "fills", "borders"))
    codes = {number: code for code, number in _codes(donor.root.all("numFmts")).items()}
    looks = []
    for xf in (node for holder in donor.root.all("cellXfs") for node in holder.children):
        font, fill, border = (parse_int(xf.attrs.get(key), 0) for key in ("fontId", "fillId", "borderId"))
        number = parse_int(xf.attrs.get("numFmtId"), 0)
        looks.append(
            CellFormat(
                fonts[font] if font else b"",
                fills[fill] if fill else b"",
                borders[border] if border else b"",
                codes.get(number, number),
                other=donor.content(xf),
                has_quote_prefix=parse_bool(xf.attrs.get("quotePrefix")),
            )
        )
    return looks


def entries(doc: XmlPart, table: str) -> list[bytes]:
    """Return the bytes of each entry of one table."""
    return [doc.to_bytes(node) for holder in doc.root.all(table) for node in holder.children]


def differential_formats_of(donor: XmlPart) -> list[bytes]:
    """Return the differential formats that a donor's styles declare, in their order."""
    return entries(donor, "dxfs")


def _codes(holders: Sequence[Node]) -> dict[str, int]:
    """Return own number formats by code; ids of built-in ones keep their built-in meaning, whatever stands here."""
    codes: dict[str, int] = {}
    for node in (node for holder in holders for node in holder.walk() if node.name == "numFmt"):
        number = parse_int(node.attrs.get("numFmtId"), 0)
        if number >= FIRST_OWN_NUMBER_FORMAT:
            codes.setdefault(node.attrs.get("formatCode", ""), number)
    return codes


def _xf(ids: Mapping[str, int], *, parents: bool, rest: bytes = b"", quoted: bool = False) -> bytes:
    attrs: dict[str, str | int] = {key: ids.get(key, 0) for key in _APPLIES}
    if parents:  # without parent formats a reference to one is invalid
        attrs["xfId"] = 0
    if quoted:
        attrs["quotePrefix"] = 1
    attrs |= {applies: 1 for key, applies in _APPLIES.items() if attrs[key]}
    attrs |= {applies: 1 for tag, applies in _APPLIES_INSIDE.items() if tag in rest}
    return element("xf", attrs, rest)


def _index(attrs: Mapping[str, str | int], name: str) -> int:
    return parse_int(str(attrs.get(name, 0)), -1)


def _canonical_form(xml: bytes) -> tuple[Any, ...]:
    return XmlPart(xml, "styles").root.canonical_form()


def _default_stylesheet(book: WorkbookPart) -> bytes:
    """Return a stylesheet with the default look alone."""
    tables = (
        ("fonts", (_FONT,)),
        ("fills", _FILLS),
        ("borders", (_BORDER,)),
        ("cellStyleXfs", (_xf({}, parents=False),)),
        ("cellXfs", (_xf({}, parents=True),)),
        ("cellStyles", (b'<cellStyle name="Normal" xfId="0" builtinId="0"/>',)),
    )
    content = b"".join(element(name, {"count": len(entries)}, b"".join(entries)) for name, entries in tables)
    return HEAD + element("styleSheet", {"xmlns": book.doc.root.uri}, content)
