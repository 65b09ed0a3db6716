"""Planting a donor's one sheet into a user's workbook, or renewing the sheet planted there before.

The donor is a workbook of ours, painted by XlsxWriter; its sheet is moved by splices too. What says that a sheet is
ours stands in own.py. Must not know what the sheet shows.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.sax.saxutils import unescape

from collabxl.ooxml.a1 import UNQUOTED, quote_sheet
from collabxl.ooxml.own_sheet import find_own_sheet
from collabxl.ooxml.package import ROOT, Package
from collabxl.ooxml.part_names import normalize_part_name, relative_target
from collabxl.ooxml.styles import Stylesheet, cell_formats_of, differential_formats_of
from collabxl.ooxml.workbook_part import LONGEST_TITLE, MAIN, RELS, STRICT_MAIN, STRICT_RELS, DefinedName, WorkbookPart
from collabxl.ooxml.xml import XmlPart
from collabxl.text.escape import content

STYLED = {"c": "s", "row": "s", "col": "style"}
_STRICT = {
    MAIN: STRICT_MAIN,
    RELS: STRICT_RELS,
    "http://schemas.openxmlformats.org/drawingml/2006/main": "http://purl.oclc.org/ooxml/drawingml/main",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "http://purl.oclc.org/ooxml/drawingml/chart",
    "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing": (
        "http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing"
    ),
}
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_GRAFTED = {"hyperlink", "drawing", "chart", "image"}
_FORMULAS = {"f", "formula", "formula1", "formula2"}
_LINKS = {"location", "textlink"}
_ROWS, _ROWS_END, _HOLE = b"<sheetData>", b"</sheetData>", b"<!--rows-->"
_STYLE = re.compile(rb'(<(?:c|row)(?: [^<> ]+)*?) s="(\d+)"')
_SHARED = re.compile(rb' t="s"([^<>]*)><v>(\d+)</v>')
_CELL_FORMULA = re.compile(rb"(<f(?: [^<>]*)?>)([^<]*)</f>")
_PLAIN_FORMULA = re.compile(rb'<c r="([A-Z]+\d+)"[^<>]*><f([^<>]*)>')
_REF = re.compile(rb'\bref="([^"]*)"')
_NEEDS_METADATA = re.compile(rb'<c [^<>]*\b[cv]m="')
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]|^'|'$")
_SHEET_REFERENCE = re.compile(rf"\"(?:[^\"]|\"\")*\"|'((?:[^']|'')+)'!|(?<![\w.\]])({UNQUOTED})!")
"""A sheet's name, or a text that may look like one. No tokenizer: links name sheets, too, and are no formulas."""


class ImportOptions(NamedTuple):
    """What is known of a donor: whether its formulas carry their results, and how the names of its objects begin.

    Sheets of the titles ``spared`` are somebody's: none of them is renewed, whatever marks it bears.
    """

    computed: bool = False
    objects: str = ""
    spared: frozenset[str] = frozenset()


DEFAULT_OPTIONS = ImportOptions()


def import_sheet(
    book: WorkbookPart,
    donor: bytes,
    *,
    title: str,
    at: int | None = None,
    marker: str,
    known: ImportOptions = DEFAULT_OPTIONS,
) -> str:
    """Put the donor's sheet into the book and return the title it bears there.

    The sheet that carries the ``marker`` is renewed in its place under its own title. Otherwise, or if the user added
    to it what cannot be rebuilt, a new sheet is inserted before sheet ``at`` (None: last) under the first free title.
    Unless the donor's formulas are known to be computed, whoever opens the book is asked to do it. After a
    PackageError the book's package is half edited and must not be saved.
    """
    package, scion = book.package, _SourceSheet(donor)
    own = find_own_sheet(book, marker, known.objects, known.spared)
    if own is None:
        title = free_title(book, title)
        part = package.free_name("xl/worksheets/sheet{}.xml")
        index = book.insert_sheet(title, part, at)
        old_formulas: set[_Formula] = set()
    else:
        index, title, part = own
        old_formulas = _formulas(package.xml(part))
        _remove_exclusive_parts(package, part)
    planting = _SheetImport(book, scion, title)
    planting.write(part)
    book.set_names(index, planting.names(marker))
    formulas = scion.formulas()
    if formulas and not known.computed:
        book.recalculate_on_load()
    if old_formulas - formulas or (known.computed and formulas - old_formulas):
        book.drop_calc_chain()
    return title


def free_title(book: WorkbookPart, title: str) -> str:
    """Return ``title``, or with the first free number behind it if another sheet bears it; ValueError if none may."""
    if not title or _FORBIDDEN.search(title) or _utf16_length(title) > LONGEST_TITLE:
        raise ValueError(f"{title!r} cannot be the title of a sheet")
    taken = {tab.title.casefold() for tab in book.sheets}
    found, number = title, 1
    while found.casefold() in taken:
        number += 1
        suffix = f" ({number})"
        while _utf16_length(title + suffix) > LONGEST_TITLE:
            title = title[:-1]
        found = title + suffix
    return found


def replace_sheet_name(formula: str, old: str, new: str) -> str:
    """Return a formula, or the place a link leads to, in which the sheet ``old`` is called ``new``."""

    def swap(match: re.Match[str]) -> str:
        name = match[1].replace("''", "'") if match[1] else match[2]
        return f"{quote_sheet(new)}!" if name is not None and name.casefold() == old.casefold() else match[0]

    return formula if old == new else _SHEET_REFERENCE.sub(swap, formula)


class _SourceSheet:
    """A workbook of one sheet, opened for planting; ValueError if it carries what cannot be planted."""

    def __init__(self, source: bytes) -> None:
        self.package = Package(source)
        self.book = WorkbookPart(self.package)
        if len(self.book.sheets) != 1:
            raise ValueError("a donor has one sheet")
        tab = self.book.sheets[0]
        self.title, self.part = tab.title, tab.part or ""
        head, self.rows, tail = _split_at_rows(self.package.read(self.part))
        self.frame = XmlPart(head + _HOLE + tail, self.part)
        styles = self.package.xml(self.book.related_part("styles") or "")
        self.looks, self.rules = cell_formats_of(styles), differential_formats_of(styles)
        shared = self.book.related_part("sharedStrings")
        strings = self.package.xml(shared) if shared else None
        self.strings = [strings.content(node) for node in strings.root.all("si")] if strings else []

    def formulas(self) -> set[_Formula]:
        """Return (cell, range it fills) of every formula, found without a tree: XlsxWriter wrote them."""
        cells = ((spot, _REF.search(attributes)) for spot, attributes in _PLAIN_FORMULA.findall(self.rows))
        return {(spot.decode(), ref[1].decode() if ref else "") for spot, ref in cells}


class _SheetImport:
    """One sheet on its way from a donor into a book, under its title there."""

    def __init__(self, book: WorkbookPart, donor: _SourceSheet, title: str) -> None:
        self.book, self.source, self.title = book, donor, title
        self.styles = Stylesheet(book)
        self.looks: dict[str, int] = {}
        self.copied: dict[str, str] = {}

    def write(self, part: str) -> None:
        """Write the sheet as ``part``, with all parts it leads to and the styles it needs."""
        self.book.package.add_part(part, self._sheet(), _SHEET_TYPE)
        self._copy_rels(self.source.part, part)
        self.styles.commit()

    def names(self, marker: str) -> list[DefinedName]:
        """Return the names that belong to the sheet, the marker last."""
        kept = [DefinedName(name.name, None, self._renamed(name.text), name.hidden) for name in self.source.book.names]
        return [*kept, DefinedName(marker, None, f"{quote_sheet(self.title)}!$A$1", hidden=True)]

    def _sheet(self) -> bytes:
        doc = self.source.frame
        for node in doc.root.walk():
            style = STYLED.get(node.name)
            if style and style in node.attrs:
                doc.set_attr(node, style, self._look(node.attrs[style]))
            if "dxfId" in node.attrs:
                doc.set_attr(
                    node, "dxfId", self.styles.add_differential_format(self.source.rules[int(node.attrs["dxfId"])])
                )
            if node.name == "sheetView":  # two selected sheets would be edited as a group
                doc.drop_attr(node, "tabSelected")
        self._rename(doc)
        head, tail = doc.to_bytes().split(_HOLE)
        return self._in_dialect(head) + self._rows() + self._in_dialect(tail)

    def _look(self, index: str) -> int:
        if index not in self.looks:
            self.looks[index] = self.styles.add_format(self.source.looks[int(index)])
        return self.looks[index]

    def _rows(self) -> bytes:
        """Return the rows, thousands of cells without a tree, in the book's styles and with their texts in them.

        Shared strings move into their cells, so that the book's shared strings keep their bytes.
        """
        rows = self.source.rows
        if _NEEDS_METADATA.search(rows):
            raise ValueError("a cell of the donor needs workbook metadata")
        strings = self.source.strings
        rows = _STYLE.sub(lambda found: b'%s s="%d"' % (found[1], self._look(found[2].decode())), rows)
        rows = _SHARED.sub(lambda found: b' t="inlineStr"%s><is>%s</is>' % (found[1], strings[int(found[2])]), rows)
        return _CELL_FORMULA.sub(self._renamed_formula, rows)

    def _renamed_formula(self, found: re.Match[bytes]) -> bytes:
        formula = unescape(found[2].decode())
        new = self._renamed(formula)
        return found[0] if new == formula else b"%s%s</f>" % (found[1], content(new).encode())

    def _renamed(self, formula: str) -> str:
        return replace_sheet_name(formula, self.source.title, self.title)

    def _rename(self, doc: XmlPart) -> None:
        """Let every formula and link of a sheet, chart or drawing name the sheet as it is called here."""
        for node in doc.root.walk():
            if node.name in _FORMULAS and self._renamed(node.text) != node.text:
                doc.set_text(node, self._renamed(node.text))
            for name in node.attrs.keys() & _LINKS:
                doc.set_attr(node, name, self._renamed(node.attrs[name]))

    def _in_dialect(self, xml: bytes) -> bytes:
        for transitional, strict in _STRICT.items() if self.book.strict else ():
            xml = xml.replace(f'="{transitional}"'.encode(), f'="{strict}"'.encode())
        return xml

    def _copy_rels(self, source: str, target: str) -> None:
        """Give the part ``target`` the relationships of the donor's ``source``, with all parts they lead to."""
        rels = []
        for rel in self.source.package.rels(source):
            if rel.kind not in _GRAFTED:
                raise ValueError(f"a donor's {rel.kind} cannot be planted")
            if rel.path is not None:
                path = self._copy(rel.path)
                rel = rel._replace(path=path, target=relative_target(target, path))
            elif not rel.external:
                rel = rel._replace(target=self._renamed(rel.target))
            rels.append(rel._replace(type=self.book.rel_type(rel.kind)))
        self.book.package.write_rels(target, rels)

    def _copy(self, part: str) -> str:
        if part not in self.copied:
            package = self.book.package
            content, kind = self.source.package.read(part), self.source.package.content_type(part) or ""
            if kind.endswith("+xml"):
                doc = XmlPart(content, part)
                self._rename(doc)
                content = self._in_dialect(doc.to_bytes())
            self.copied[part] = package.free_name(re.sub(r"\d*(?=\.\w+$)", "{}", part, count=1))
            package.add_part(self.copied[part], content, kind)
            self._copy_rels(part, self.copied[part])
        return self.copied[part]


_Formula = tuple[str, str]


def _split_at_rows(sheet: bytes) -> tuple[bytes, bytes, bytes]:
    """Return a donor's sheet before its rows, the rows, and behind them."""
    start, end = sheet.find(_ROWS), sheet.rfind(_ROWS_END)
    if start < 0 or end < start:  # a sheet without rows
        return sheet, b"", b""
    start += len(_ROWS)
    return sheet[:start], sheet[start:end], sheet[end:]


def _formulas(sheet: XmlPart) -> set[_Formula]:
    """Return (cell, range it fills) of every formula of a sheet."""
    cells = (node for node in sheet.root.walk() if node.name == "f" and node.parent and node.parent.name == "c")
    return {(node.parent.attrs.get("r", ""), node.attrs.get("ref", "")) for node in cells if node.parent}


def _remove_exclusive_parts(package: Package, sheet: str) -> None:
    """Take away what only this sheet leads to."""
    for part in (
        package.reachable_parts(sheet) - package.reachable_parts(ROOT, without=sheet) - {normalize_part_name(sheet)}
    ):
        package.remove_part(part)


def _utf16_length(title: str) -> int:
    return len(title.encode("utf-16-le")) // 2
