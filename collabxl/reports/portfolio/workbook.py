"""A portfolio as a workbook: an overview, and one sheet a list, every project and finding a link to its cell."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

from collabxl.reading.workbook import PROPERTY
from collabxl.reports.list_sheet import ListCell, Listing
from collabxl.reports.portfolio.lists import PortfolioList, listings
from collabxl.reports.portfolio.numbers import Portfolio
from collabxl.reports.portfolio.overview import overview
from collabxl.reports.portfolio.words import TITLE
from collabxl.text import Lang, t
from collabxl.workbook.assemble import PROGRAM
from collabxl.workbook.paint import ensure, paint
from collabxl.workbook.theme import ThemeFormats
from collabxl.workbook.xlsxwriter_workbook import PlainWorkbook

MOST_ROWS = 100_000
_CUT = t(
    "还有 {number} 行，见看板或 collabxl check", "{number} more {number:row|rows}: see the dashboard or collabxl check"
)
KIND = "portfolio"
"""What the custom property says by which runs over folders know the file for a report of ours."""


def workbook(portfolio: Portfolio, report: Path, lang: Lang) -> bytes:
    """Return the workbook that is to lie at ``report``, from where it links to the workbooks it tells of."""
    content = io.BytesIO()
    book = PlainWorkbook(content)
    styles = ThemeFormats(book)
    grid = overview(portfolio, lang)
    paint(grid, book, ensure(book.add_worksheet(grid.title)), styles)
    for listed in listings(portfolio, report, lang):
        _write(listed, Listing(book, listed.title, listed.columns, styles, lang), lang)
    made = dt.datetime.combine(portfolio.today, dt.time())
    book.set_properties({"title": TITLE.to(lang), "author": PROGRAM, "comments": "", "created": made})
    ensure(book.set_custom_property(f"{PROPERTY}report", KIND, "text"))
    book.close()
    return content.getvalue()


def _write(listed: PortfolioList, listing: Listing, lang: Lang) -> None:
    """Write a list, its first columns staying in sight; of a longer one so many rows, and how many are left."""
    listing.begin(listed.about)
    for row in listed.rows[:MOST_ROWS]:
        listing.add(row)
    left = len(listed.rows) - MOST_ROWS
    if left > 0:
        listing.add([ListCell(_CUT.fill(lang, {"number": left}), "muted"), *[None] * (len(listed.columns) - 1)])
    listing.end(frozen=min(2, len(listed.columns) - 1))
