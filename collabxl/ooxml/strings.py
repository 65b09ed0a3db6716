"""The shared strings, which only grow, and how SpreadsheetML spells text: escapes, spaces and the limit of a cell.

Knows sharedStrings.xml; must not know cells. The part's own counts are never trusted.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property

from collabxl.errors import PackageError
from collabxl.ooxml.escapes import escape_text, unescape_text
from collabxl.ooxml.tag_scan import TagScan
from collabxl.ooxml.workbook_part import WorkbookPart, parse_int
from collabxl.ooxml.xml import Node, XmlPart, malformed_xml_error
from collabxl.text import escape, t

LONGEST_TEXT = 32_767  # UTF-16 units, "Excel specifications and limits"
_RUN = re.compile(rb"<(?:\w+:)?r[\s>]")
_TYPEFACE = frozenset({"rFont", "family", "charset", "scheme"})
"""Where runs differ in these alone, a program chose a font for each script: LibreOffice does so in “T001、设计”."""
_PLAIN = re.compile(rb'<si><t(?: xml:space="preserve")?>([^<&\r]*)</t></si>')
"""A string without entities or parts, which almost all are."""
_PART_TYPE = "sharedStrings"


class SharedStrings:
    """The shared strings of a workbook; ``exists`` is False where it has no such part."""

    def __init__(self, book: WorkbookPart) -> None:
        self.book = book
        self.part = book.related_part(_PART_TYPE) or ""
        self.exists = self.part in book.package
        self.added: list[bytes] = []
        self.uses = 0
        self._new: dict[bytes, int] = {}

    @cached_property
    def scan(self) -> TagScan:
        """The part's bytes, read when first needed."""
        return TagScan(self.book.package.read(self.part), self.part)

    @cached_property
    def starts(self) -> list[int]:
        """Where every old string begins."""
        return [found.start() for found in self.scan.opening(b"si").finditer(self.scan.plain)]

    def text(self, index: int) -> str | None:
        """Return the plain text of a string, None if there is no such string."""
        piece = self._piece(index)
        if piece is None:
            return None
        plain = _PLAIN.fullmatch(piece)
        return unescape_text(plain[1].decode()) if plain else plain_text(self.scan.fragment(piece)[1])

    def is_rich(self, index: int) -> bool:
        """Return whether a string has runs that look different, as somebody formatted them."""
        piece = self._piece(index)
        return piece is not None and _RUN.search(piece) is not None and has_formats(self.scan.fragment(piece)[1])

    def _piece(self, index: int) -> bytes | None:
        if not self.exists or not 0 <= index < len(self.starts):
            return None
        start = self.starts[index]
        last = index + 1 == len(self.starts)
        return self.scan.source[start : self._end(start) if last else self.starts[index + 1]]

    def index(self, text: str) -> int:
        """Return the index of a string that says just this, appended if there is none."""
        self.uses += 1
        prefix = self.scan.prefix.decode()
        xml = b"<%bsi>%b</%bsi>" % (self.scan.prefix, text_xml(text, prefix), self.scan.prefix)
        if xml not in self._new:
            at = self.scan.source.find(xml)
            found = at >= 0 and self.scan.plain.startswith(b"<", at)
            self._new[xml] = bisect_left(self.starts, at) if found else self._append(xml)
        return self._new[xml]

    def _append(self, xml: bytes) -> int:
        self.added.append(xml)
        return len(self.starts) + len(self.added) - 1

    def _end(self, start: int) -> int:
        """Return where the string ends that begins at ``start``."""
        found = self.scan.first(b"si", start, len(self.scan.plain))
        if found and self.scan.plain.endswith(b"/>", start, found[1]):
            return found[1]
        closing = self.scan.plain.find(self.scan.closing(b"si"), start)
        if found is None or closing < 0:
            raise malformed_xml_error(self.part)
        return self.scan.plain.find(b">", closing) + 1

    def commit(self) -> None:
        """Put the grown part into the package; nothing is touched if nothing was appended."""
        if not self.added:
            return
        source = self.scan.source
        if self.scan.root_tag.endswith(b"/>"):
            doc = XmlPart(source, self.part)
            self._count(doc)
            doc.append(doc.root, b"".join(self.added))
            self.book.package.put(self.part, doc.to_bytes())
            return
        at = self._end(self.starts[-1]) if self.starts else self.scan.root_end
        closing = self.scan.closing(b"sst") + b">"
        doc = XmlPart(source[: self.scan.root_end] + closing, self.part)
        if doc.root.name != "sst":
            raise malformed_xml_error(self.part)
        self._count(doc)
        head = doc.to_bytes().removesuffix(closing)
        self.book.package.put(self.part, b"".join([head, source[self.scan.root_end : at], *self.added, source[at:]]))

    def _count(self, doc: XmlPart) -> None:
        unique = len(self.starts) + len(self.added)
        if "uniqueCount" in doc.root.attrs:
            doc.set_attr(doc.root, "uniqueCount", unique)
        if "count" in doc.root.attrs:
            doc.set_attr(doc.root, "count", max(unique, parse_int(doc.root.attrs["count"], 0) + self.uses))


def has_formats(item: Node) -> bool:
    """Return whether the runs of a string look different beyond the typeface that each script needs."""
    looks = set()
    for run in item.all("r"):
        properties = run.first("rPr")
        each = properties.children if properties else []
        looks.add(frozenset((node.name, *node.attrs.items()) for node in each if node.name not in _TYPEFACE))
    return len(looks) > 1


def plain_text(node: Node) -> str:
    """Return what an ``si`` or ``is`` says, without its looks and without how it is pronounced."""
    runs = [child for child in node.children if child.name in ("t", "r")]
    texts = [leaf for run in runs for leaf in (run.walk() if run.name == "r" else [run]) if leaf.name == "t"]
    return unescape_text("".join(leaf.text for leaf in texts))


def text_xml(text: str, prefix: str = "") -> bytes:
    """Return a ``t`` element; raises PackageError for a text that no cell holds."""
    length = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if length > LONGEST_TEXT:
        says = t(
            "文字有 {length} 个字符，超过 Excel 单元格上限 {most}，未写入。请缩短后再试",
            "The text has {length} characters, more than the {most} a cell of Excel holds. Shorten it",
        )
        raise PackageError("text-too-long", says, length=length, most=LONGEST_TEXT)
    keep = ' xml:space="preserve"' if text != text.strip() or "\n" in text or "\t" in text else ""
    return f"<{prefix}t{keep}>{escape.content(escape_text(text))}</{prefix}t>".encode()
