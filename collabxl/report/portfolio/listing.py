"""One list as one sheet of a report: a band, heads that filter and stay in sight, rows of text, numbers and links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from xlsxwriter.url import Url

from collabxl.build.paint import ROW_HEIGHT, clipped, sure, write
from collabxl.build.theme import Styles
from collabxl.grid import Value
from collabxl.report.portfolio.links import Target
from collabxl.report.summary.findings import width
from collabxl.text import Lang, Text, t

HEAD, FIRST = 4, 5
"""The row of the heads and the first one below."""
MOST_ROWS = 100_000
MOST_LINKS = 65_000
"""Excel takes 65,530 a sheet; what comes after is plain text."""
_HIGHEST = 409
"""Points of height that a row can have."""
_CUT = t("还有 {number} 行，见看板或 collabxl check", "{number} more rows: see the dashboard or collabxl check")
_HEIGHTS = {1: 30, 2: 20, 3: 6, HEAD: 34}


class Column(NamedTuple):
    """A column of a list: its title, its width, and the style of its cells."""

    title: Text
    width: float
    style: str = "body"


class Told(NamedTuple):
    """A cell with a style of its own, or that leads to a workbook."""

    value: Value
    style: str = "link"
    target: Target | None = None


class Listing(NamedTuple):
    """What one sheet lists."""

    title: Text
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value | Told]]
    note: str = ""


def write_listing(sheet: Any, listing: Listing, styles: Styles, lang: Lang) -> None:
    """Write a list onto an empty sheet, ready to be filtered and printed on landscape A4."""
    last = len(listing.columns) - 1
    sheet.hide_gridlines(2)
    for row, height in _HEIGHTS.items():
        sheet.set_row(row - 1, height)
    for at, column in enumerate(listing.columns):
        sheet.set_column(at, at, column.width)
        band = [(1, "title", listing.title.to(lang) if not at else ""), (2, "subtitle", listing.note if not at else "")]
        for row, style, text in band:
            write(sheet, row, at + 1, text, styles(style))
        write(sheet, HEAD, at + 1, column.title.to(lang), styles("head"))
    _write_rows(sheet, listing, styles, lang)
    end = HEAD - 1 + max(1, min(len(listing.rows), MOST_ROWS))
    sure(sheet.autofilter(HEAD - 1, 0, end, last))
    sheet.freeze_panes(HEAD, min(2, last))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD - 1)
    sheet.set_margins(0.35, 0.35, 0.45, 0.5)
    sheet.set_footer("&C&A　&P / &N")


def _write_rows(sheet: Any, listing: Listing, styles: Styles, lang: Lang) -> None:
    links = 0
    for row, cells in enumerate(listing.rows[:MOST_ROWS], FIRST):
        for at, (cell, column) in enumerate(zip(cells, listing.columns, strict=True), 1):
            told = cell if isinstance(cell, Told) else Told(cell, column.style)
            if told.target is not None and links < MOST_LINKS:
                links += 1
                _link(sheet, (row, at), told.target, styles(told.style), str(told.value))
            else:
                write(sheet, row, at, told.value, styles(told.style))
        sheet.set_row(row - 1, _height(cells, listing.columns))
    left = len(listing.rows) - MOST_ROWS
    if left > 0:
        write(sheet, FIRST + MOST_ROWS, 1, _CUT.fill(lang, {"number": left}), styles("muted"))


def _height(cells: Sequence[Value | Told], columns: Sequence[Column]) -> float:
    """Return the height of a row in which every text that wraps is seen whole."""
    wrapped = (
        -(-width(cell) // int(column.width - 1))
        for cell, column in zip(cells, columns, strict=True)
        if isinstance(cell, str) and column.style == "wrap"
    )
    lines = max(wrapped, default=1)
    return ROW_HEIGHT if lines <= 1 else min(_HIGHEST, 15 * lines + 3)


def _link(sheet: Any, spot: tuple[int, int], target: Target, style: Any, text: str) -> None:
    """Write a link as Excel itself writes it; XlsxWriter would turn slashes round and end the name at a #."""
    url = Url("external:workbook.xlsx")
    url._relationship_link, url._anchor, url._text = target.address, target.cell, clipped(text) or target.address
    sure(sheet.write_url(spot[0] - 1, spot[1] - 1, url, style))
