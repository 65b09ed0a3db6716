"""Healing a sheet that pasting has torn: its validations and conditional formats become a donor's again, by area.

The donor is a whole workbook in which the sheet is laid out the same way.
"""

from __future__ import annotations

from collections.abc import Collection

from collabxl.ooxml.areas import Area
from collabxl.ooxml.conditions import conditions, heal_conditions
from collabxl.ooxml.package import Package
from collabxl.ooxml.repair_plan import healing
from collabxl.ooxml.sheet import sheet_of
from collabxl.ooxml.styles import Styles
from collabxl.ooxml.validations import heal_new_validations, heal_validations, new_validations, validations
from collabxl.ooxml.workbook_part import Book
from collabxl.ooxml.xml import Doc


def restore(
    book: Book, title: str, donor: bytes, donor_title: str, areas: Collection[Area], *, coloured: Collection[Area] = ()
) -> None:
    """Make the validations and conditional formats over each area those of the donor's sheet.

    ``coloured`` are the areas of the formats, where they are to be others.

    Other validations are cut out of the areas; conditional formats that are not the donor's stay, and all that lies
    outside. An intact area keeps its bytes. Names that the validations use are taken to be there.
    """
    sheet, theirs = sheet_of(book, title), sheet_of(Book(Package(donor)), donor_title)
    styles = Styles(book)
    has_styles = styles.part in book.package
    users = conditions(sheet.frame, styles.doc if has_styles else None)
    donors = conditions(theirs.frame, _looks(theirs.book))
    mended = healing(users, donors, coloured or areas, strangers_stay=True)
    heal_conditions(sheet.frame, mended, users, donors, styles)
    wanted = validations(theirs.frame)
    heal_validations(sheet.frame, healing(validations(sheet.frame), wanted, areas, strangers_stay=False))
    heal_new_validations(sheet.frame, healing(new_validations(sheet.frame), [], areas, strangers_stay=False))
    sheet.settle()
    styles.settle()


def _looks(book: Book) -> Doc | None:
    part = book.related("styles") or ""
    return book.package.xml(part) if part in book.package else None
