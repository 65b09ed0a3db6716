"""Which sheet of a workbook is ours: a hidden name says so, or a cell that every program keeps, and nobody added to it.

Programs drop hidden names, and call charts what they like. What they all keep is what stands in cells, and where the
numbers of a chart stand.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple
from xml.sax.saxutils import unescape

from collabxl.errors import PackageError
from collabxl.ooxml.a1 import quote_sheet
from collabxl.ooxml.areas import Spot
from collabxl.ooxml.cells import CellCodec
from collabxl.ooxml.package import Package
from collabxl.ooxml.sheet import worksheet_part
from collabxl.ooxml.workbook_part import WorkbookPart

SIGNED: Spot = (3, 1)
"""The cell in which a sheet of ours bears its marker."""
_REBUILT = {"hyperlink", "drawing", "printerSettings"}
_OBJECT = re.compile(rb"<(?:\w+:)?cNvPr\b[^>]*>")
_NAMED = re.compile(rb"""\bname=["']([^"']*)""")
_NO_CHART = re.compile(rb"<(?:\w+:)?(?:pic|sp|grpSp|cxnSp|contentPart)\b")
_DRAWN = re.compile(rb"<(?:\w+:)?f>([^<]*)</")


class OwnSheet(NamedTuple):
    """A sheet of ours: its place among the sheets, its title and its part."""

    place: int
    title: str
    part: str


def find_own_sheet(book: WorkbookPart, marker: str, objects: str = "", spared: Collection[str] = ()) -> OwnSheet | None:
    """Return the first sheet that bears our marker, as its name or in its cell, and holds only what we can rebuild.

    ``objects`` is how the names of our own charts begin; a sheet with a title in ``spared`` is somebody's, whatever
    it bears.
    """
    for index in [*_sheets_by_name(book, marker), *_sheets_by_cell(book, marker)]:
        tab = book.sheets[index]
        if (
            tab.part
            and tab.title not in spared
            and tab.kind == "worksheet"
            and _can_be_rebuilt(book.package, OwnSheet(index, tab.title, tab.part), objects)
        ):
            return OwnSheet(index, tab.title, tab.part)
    return None


def _sheets_by_name(book: WorkbookPart, marker: str) -> Iterator[int]:
    """Yield the sheet that the marker belongs to and leads to: who counts sheets wrongly must not point at another."""
    for name in book.names:
        if name.name.casefold() != marker.casefold() or name.scope is None or name.scope >= len(book.sheets):
            continue
        if name.text.rpartition("!")[0] in _spellings(book.sheets[name.scope].title):
            yield name.scope


def _spellings(title: str) -> set[str]:
    """Return how formulas write a sheet's name, and how poor programs do."""
    return {title, quote_sheet(title), "'{}'".format(title.replace("'", "''"))}


def _sheets_by_cell(book: WorkbookPart, marker: str) -> Iterator[int]:
    """Yield the sheets whose cell bears the marker; sheets are only looked into if it stands in the workbook at all."""
    word, shared = marker.encode(), book.related_part("sharedStrings") or ""
    everywhere = shared in book.package and _has_word(book.package, shared, word)
    for index, tab in enumerate(book.sheets):
        if not tab.part or tab.kind != "worksheet":
            continue
        if (everywhere or _has_word(book.package, tab.part, word)) and _signature(book, tab.title) == marker:
            yield index


def _has_word(package: Package, part: str, word: bytes) -> bool:
    try:
        return word in package.read(part)
    except PackageError:  # damaged, which matters only to what must change
        return False


def _signature(book: WorkbookPart, title: str) -> object:
    try:
        sheet = worksheet_part(book, title)
        node = sheet.peek_cell(SIGNED)
        return CellCodec(book, sheet).value(node) if node is not None else None
    except PackageError:  # not ours to read, so not ours
        return None


def _can_be_rebuilt(package: Package, own: OwnSheet, objects: str) -> bool:
    """Return whether a sheet leads to nothing but what donors bring, and no drawing has an object of anybody else."""
    rels = list(package.rels(own.part))
    drawings = [rel.path for rel in rels if rel.kind == "drawing" and rel.path and rel.path in package]
    return {rel.kind for rel in rels} <= _REBUILT and all(
        _bears_our_names(package.read(drawing), objects) or _draws_own_numbers(package, drawing, own.title)
        for drawing in drawings
    )


def _bears_our_names(drawing: bytes, objects: str) -> bool:
    names = [_NAMED.search(node) for node in _OBJECT.findall(drawing)]
    return all(name is not None and name[1].startswith(objects.encode()) for name in names)


def _draws_own_numbers(package: Package, drawing: str, title: str) -> bool:
    """Return whether a drawing holds charts only, and all their numbers stand in the sheet itself."""
    if _NO_CHART.search(package.read(drawing)):
        return False
    charts = [rel for rel in package.rels(drawing) if rel.kind == "chart" and rel.path and rel.path in package]
    places = _spellings(title)
    drawn = [
        unescape(place.decode("utf-8", "replace")) for rel in charts for place in _DRAWN.findall(package.read(rel.part))
    ]
    return all(place.rpartition("!")[0] in places for place in drawn)
