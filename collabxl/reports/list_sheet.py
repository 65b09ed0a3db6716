"""One sheet of a report that is a workbook: a band, a frozen header with filters, rows as they come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from collabxl.ooxml import a1
from collabxl.text import Lang, Text
from collabxl.text.printable import clean
from collabxl.workbook.grid import Value
from collabxl.workbook.paint import clip_text, ensure, write
from collabxl.workbook.sheet_frame import set_up_page
from collabxl.workbook.text_fit import height
from collabxl.workbook.theme import ThemeFormats, properties

LINKS = 65_530
"""Excel repairs a sheet that has more links; cells beyond these say the same and lead nowhere."""
_HEADER = 3
_BAND = (30, 20, 8, 32)


class ListColumn(NamedTuple):
    """A column of a listing: its header, how wide it is and what its cells look like."""

    title: Text
    width: float
    style: str = "wrap"


class ListCell(NamedTuple):
    """A cell that is more than its value: a style of its own, a sign before it, a link to another file."""

    value: Value
    style: str
    sign: str = ""
    link: str | None = None


Row = Sequence[Value | ListCell]


class Listing:
    """A worksheet that rows are added to, one after another; XlsxWriter keeps only the last of them."""

    def __init__(self, book: Any, title: Text, columns: Sequence[ListColumn], styles: ThemeFormats, lang: Lang) -> None:
        self._columns, self._styles, self._lang = columns, styles, lang
        self.title = title
        self.sheet = book.add_worksheet(title.to(lang))
        self._row = _HEADER
        self._links = 0

    def begin(self, about: str) -> None:
        """Paint the band, which says what the sheet is about, and the header."""
        styles, last = self._styles, len(self._columns)
        self.sheet.hide_gridlines(2)
        self.sheet.set_zoom(90)
        for at, column in enumerate(self._columns):
            self.sheet.set_column(at, at, column.width)
        bands = (self.title.to(self._lang), styles("title", font_size=15)), (about, styles("subtitle"))
        for row, (text, style) in enumerate(bands):
            self.sheet.set_row(row, _BAND[row])
            for at in range(last):
                write(self.sheet, row + 1, at + 1, "" if at else text, style)
        for row in (2, _HEADER):
            self.sheet.set_row(row, _BAND[row])
        for at, column in enumerate(self._columns):
            write(self.sheet, _HEADER + 1, at + 1, column.title.to(self._lang), styles("head"))

    @property
    def is_full(self) -> bool:
        """Whether there is no room for another row."""
        return self._row + 1 >= a1.LAST_ROW

    def add(self, values: Row) -> None:
        """Write one row, as high as its texts need."""
        self._row += 1
        cells = [_cell(value, column) for value, column in zip(values, self._columns, strict=True)]
        texts = [
            (cell.value, column.width)
            for cell, column in zip(cells, self._columns, strict=True)
            if isinstance(cell.value, str) and properties(cell.style).get("text_wrap")
        ]
        self.sheet.set_row(self._row, height(texts))
        for at, cell in enumerate(cells):
            self._put(at, cell)

    def end(self, frozen: int = 0) -> None:
        """Set filters, the frozen header and columns, and the pages, now that it is known where the rows end."""
        last = len(self._columns) - 1
        self.sheet.freeze_panes(_HEADER + 1, frozen)
        ensure(self.sheet.autofilter(_HEADER, 0, max(self._row, _HEADER + 1), last))
        self.sheet.set_landscape()
        self.sheet.repeat_rows(_HEADER)
        set_up_page(self.sheet, self._row + 1, last + 1, self._lang)

    def _put(self, at: int, cell: ListCell) -> None:
        sign = {"num_format": f'"{cell.sign} "@'} if cell.sign else {}
        style = self._styles(cell.style, **_indent(cell.style), **sign)
        if cell.link is None or self._links >= LINKS:
            write(self.sheet, self._row + 1, at + 1, cell.value, style)
            return
        self._links += 1
        ensure(self.sheet.write_url(self._row, at, cell.link, style, clip_text(str(cell.value))))


def _cell(value: Value | ListCell, column: ListColumn) -> ListCell:
    cell = value if isinstance(value, ListCell) else ListCell(value, column.style)
    return cell._replace(value=clean(cell.value)) if isinstance(cell.value, str) else cell


def _indent(style: str) -> dict[str, int]:
    """Return what keeps words off the next column; a centred cell needs none."""
    return {} if properties(style).get("align") == "center" else {"indent": 1}
