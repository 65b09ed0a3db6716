"""A document as one page for a browser and for paper that needs nothing else."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from lxml.etree import _Element

from collabxl.reports.documents.blocks import (
    Blank,
    Block,
    Document,
    FormBlock,
    Paragraph,
    Picture,
    Points,
    Section,
    TableBlock,
    TableCell,
    Tiles,
)
from collabxl.reports.documents.pictures import png
from collabxl.reports.documents.plain_text import strip_controls
from collabxl.reports.html_page import E, head, markup, page_start
from collabxl.text.printable import clean


def html(document: Document) -> bytes:
    """Return a document as HTML; a picture is part of it."""
    title = f"{document.title} · {clean(document.project)}"
    top = E.header(E.h1(document.title), E.p(clean(document.project)), E.p({"class": "note"}, clean(document.about)))
    page = E.body({"class": "wide" if document.wide else "upright"}, top, E.main(*map(_section, document.sections)))
    parts = (page_start(document.lang), markup(head(title, "documents", "document.css")), markup(page), "</html>\n")
    return "\n".join(parts).encode("utf-8", "backslashreplace")


def _section(section: Section) -> _Element:
    heading = [E.h2(clean(section.title))] if section.title else []
    return E.section({"id": section.key}, *heading, *(each for block in section.blocks for each in _block(block)))


def _block(block: Block) -> Iterator[_Element]:
    match block:
        case Paragraph(text, look):
            yield _with_text(E.p({"class": look}), text)
        case Points(items, are_numbered):
            listed = (_with_text(E.li(), item) for item in items)
            yield E.ol(*listed) if are_numbered else E.ul(*listed)
        case TableBlock():
            yield _table(block)
        case FormBlock(fields):
            rows = (E.tr(E.th({"scope": "row"}, clean(label)), _with_text(E.td(), value)) for label, value in fields)
            yield E.table({"class": "form"}, E.tbody(*rows))
        case Tiles(tiles):
            yield E.div(
                {"class": "tiles"},
                *(
                    E.div({"class": f"tile {tile.shade}"}, E.span(tile.label), E.strong(tile.figure), E.span(tile.note))
                    for tile in tiles
                ),
            )
        case Picture(chart, says):
            content = base64.b64encode(png(chart)).decode()
            yield E.img({"src": f"data:image/png;base64,{content}", "alt": clean(says)})
        case Blank(asks, lines):
            yield _with_text(E.p(), asks)
            yield E.table({"class": "blank"}, E.tbody(*(E.tr(E.td("\u00a0")) for _ in range(lines))))


def _table(block: TableBlock) -> _Element:
    total = sum(column.width for column in block.columns)
    widths = (E.col({"style": f"width:{column.width / total:.1%}"}) for column in block.columns)
    heads = (E.th({"scope": "col"}, clean(column.title)) for column in block.columns)
    style = {"style": f"height:{block.height}cm"} if block.height else {}
    rows = (
        E.tr(style, *(_cell(cell, column.align) for cell, column in zip(row, block.columns, strict=True)))
        for row in block.rows
    )
    return E.table(E.colgroup(*widths), E.thead(E.tr(*heads)), E.tbody(*rows))


def _cell(told: str | TableCell, align: str) -> _Element:
    cell = told if isinstance(told, TableCell) else TableCell(told, "")
    return _with_text(
        E.td({"class": " ".join(filter(None, [cell.shade, align if align != "left" else ""]))}), cell.text
    )


def _with_text(element: _Element, text: str) -> _Element:
    """Return an element with a text in it, its line breaks kept."""
    first, *lines = strip_controls(text).split("\n")
    element.text = first
    for line in lines:
        broken = E.br()
        broken.tail = line
        element.append(broken)
    return element
