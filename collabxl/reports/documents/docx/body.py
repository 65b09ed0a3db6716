"""Sections and blocks as paragraphs, tables and pictures of a Word file, looking as the template's styles say."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from collabxl.reports.documents.blocks import (
    Align,
    Blank,
    Block,
    FormBlock,
    Paragraph,
    Picture,
    Points,
    Section,
    TableBlock,
    TableCell,
    Tile,
    Tiles,
)
from collabxl.reports.documents.docx.styles import (
    ALARM,
    CELL,
    FIGURE,
    GAP,
    HEAD,
    HEADING,
    LIST,
    NOTE,
    SMALL,
    TABLE,
    TEXT,
)
from collabxl.reports.documents.pictures import png
from collabxl.reports.documents.plain_text import strip_controls
from collabxl.workbook.theme import palette

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.text.paragraph import Paragraph as Marker

Styles = Mapping[str, str]
"""The ids of styles by their names."""
_LOOKS = {"body": TEXT, "note": NOTE, "alarm": ALARM}
_LINE = 0.95
"""Centimetres of a line to write on."""
_LABEL = 3.4
"""Centimetres of a form's labels."""
HAS_HEAD = "0020"
"""How Word says that the first row of a table looks like a header."""
_STAYS_WHOLE = 8
"""Rows up to which a table is not divided between pages."""
_TILE = 3.9
"""Centimetres that a headline figure takes at least."""
_A_CENTIMETRE = 567
"""Twentieths of a point, in which Word counts widths."""
_A_TWENTIETH = 635
"""EMU, in which it counts pictures and pages."""


def write(word: Word, styles: Styles, marker: Marker, sections: Sequence[Section]) -> None:
    """Write sections into a document in the place of a marker."""
    body = _Body(word, styles, marker)
    for section in sections:
        if section.title:
            body.paragraph(section.title, HEADING)
        for block in section.blocks:
            body.block(block)
    marker._p.getparent().remove(marker._p)


class _Body:
    """What is written before a marker, as wide as the page of the document's last section."""

    def __init__(self, word: Word, styles: Styles, marker: Marker) -> None:
        self._word, self._styles, self._marker = word, styles, marker
        page = word.sections[-1]
        self._width = int(page.page_width - page.left_margin - page.right_margin) // _A_TWENTIETH

    def block(self, block: Block) -> None:
        """Write one block."""
        match block:
            case Paragraph(text, look):
                self.paragraph(text, _LOOKS[look])
            case Points(items, are_numbered):
                for at, item in enumerate(items, 1):
                    self.paragraph(item, LIST, lead=f"{at}.\t" if are_numbered else "•\t")
            case TableBlock():
                self._table(block)
            case FormBlock(fields):
                self._form(fields)
            case Tiles(tiles):
                self._tiles(tiles)
            case Picture(chart, says):
                self._picture(png(chart), says)
            case Blank(asks, lines):
                self._blank(asks, lines)

    def paragraph(self, text: str, style: str, lead: str = "") -> Any:
        """Write a paragraph, with what leads it if it is of a list; return it."""
        made = self._word.add_paragraph(lead)
        made._p.style = self._styles[style]
        _write_text(made._p, text)
        self._marker._p.addprevious(made._p)
        return made

    def _grid(self, widths: Sequence[int], *, has_head: bool = False) -> _Grid:
        return _Grid(self._word, self._styles, widths, has_head=has_head)

    def _table(self, block: TableBlock) -> None:
        aligns = [column.align for column in block.columns]
        table = self._grid(_split_width(self._width, [column.width for column in block.columns]), has_head=True)
        table.row([column.title for column in block.columns], HEAD, is_head=True)
        for at, row in enumerate(block.rows):
            if at == 0 or len(block.rows) <= _STAYS_WHOLE:
                table.keep_with_next()
            table.row(row, CELL, aligns, height=block.height)
        self._put(table)

    def _form(self, fields: Iterable[tuple[str, str]]) -> None:
        label = int(_LABEL * _A_CENTIMETRE)
        table = self._grid([label, self._width - label])
        for title, value in fields:
            table.keep_with_next()
            table.row([TableCell(title, "machine"), value], CELL)
        self._put(table)

    def _tiles(self, tiles: Sequence[Tile]) -> None:
        most = max(1, int(self._width / (_TILE * _A_CENTIMETRE)))
        size = math.ceil(len(tiles) / math.ceil(len(tiles) / most))
        table = self._grid(_split_width(self._width, [1] * size))
        for at in range(0, len(tiles), size):
            line = [*tiles[at : at + size], *[Tile("", "")] * size][:size]
            for name, style in (("label", SMALL), ("figure", FIGURE), ("note", SMALL)):
                table.row([TableCell(getattr(tile, name), tile.shade) for tile in line], style, ["center"] * size)
        self._put(table)

    def _picture(self, content: bytes, says: str) -> None:
        shape = self.paragraph("", TEXT).add_run().add_picture(io.BytesIO(content))
        scale = min(1, self._width * _A_TWENTIETH / shape.width)
        shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
        shape._inline.docPr.set("descr", strip_controls(says))

    def _blank(self, asks: str, lines: int) -> None:
        self.paragraph(asks, TEXT).paragraph_format.keep_with_next = True
        table = self._grid([self._width])
        for _ in range(lines):
            table.keep_with_next()
            table.row([""], CELL, height=_LINE)
        self._put(table)

    def _put(self, table: _Grid) -> None:
        self._marker._p.addprevious(table.element)
        self.paragraph("", GAP)


class _Grid:
    """A table of fixed widths whose rows stay whole and whose header stands again on every page."""

    def __init__(self, word: Word, styles: Styles, widths: Sequence[int], *, has_head: bool) -> None:
        made = word.add_table(rows=0, cols=len(widths))
        made._tblPr.style = styles[TABLE]
        made.autofit = False
        look = made._tblPr.find(_w("tblLook"))
        look.attrib.clear()
        look.set(_w("val"), HAS_HEAD if has_head else "0000")
        for column, width in zip(made._tbl.tblGrid, widths, strict=True):
            column.set(_w("w"), str(width))
        self.element, self._styles, self._widths = made._tbl, styles, widths

    def row(
        self,
        cells: Sequence[str | TableCell],
        style: str,
        aligns: Sequence[Align] = (),
        *,
        height: float = 0,
        is_head: bool = False,
    ) -> None:
        """Add a row: its cells, their style, where they stand from left to right, and how high it is at least."""
        row = self.element.add_tr()
        kept = row.get_or_add_trPr()
        kept.append(_element("w:cantSplit"))
        if height:
            kept.append(_element("w:trHeight", val=str(int(height * _A_CENTIMETRE)), hRule="atLeast"))
        if is_head:
            kept.append(_element("w:tblHeader"))
        stands = aligns or ["left"] * len(cells)
        for told, width, align in zip(cells, self._widths, stands, strict=True):
            cell = told if isinstance(told, TableCell) else TableCell(told, "")
            paragraph = _cell(row, width, cell, centre_down=bool(height) or is_head)
            paragraph.style = self._styles[style]
            if align != "left":
                paragraph.get_or_add_pPr().append(_element("w:jc", val=align))
            _write_text(paragraph, cell.text, _ink(cell.shade))

    def keep_with_next(self) -> None:
        """Let the last row so far stand on one page with the row that follows."""
        for row in self.element.tr_lst[-1:]:
            for paragraph in row.iter(_w("p")):
                paragraph.get_or_add_pPr().get_or_add_keepNext().val = True


def _cell(row: Any, width: int, cell: TableCell, *, centre_down: bool) -> Any:
    """Add a cell to a row and return its paragraph."""
    from docx.shared import Twips

    made = row._add_tc()
    made.width = Twips(width)
    properties = made.get_or_add_tcPr()
    if cell.shade:
        fill = palette()[cell.shade].removeprefix("#")
        properties.append(_element("w:shd", val="clear", color="auto", fill=fill))
    if centre_down:
        properties.append(_element("w:vAlign", val="center"))
    return made.p_lst[0] if made.p_lst else made.add_p()


def _write_text(paragraph: Any, text: str, ink: str = "") -> None:
    """Write a text into a paragraph, its line breaks kept."""
    run = paragraph.add_r()
    if ink:
        run.get_or_add_rPr().append(_element("w:color", val=ink))
    run.text = strip_controls(text)


def _ink(shade: str) -> str:
    """Return the colour of letters that are read on a shade, empty for that of the style."""
    inks = {"heat_high": "white", "header": "white", "navy": "white"}
    named = inks.get(shade, f"{shade}_ink")
    return palette().get(named, "").removeprefix("#")


def _split_width(width: int, shares: Sequence[float]) -> list[int]:
    """Return a width divided by shares."""
    return [int(width * share / sum(shares)) for share in shares]


def _element(name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement

    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(_w(key), value)
    return made


def _w(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))
