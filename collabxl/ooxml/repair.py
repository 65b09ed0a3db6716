"""Healing a sheet that pasting has torn: its validations and conditional formats become a donor's again, by area.

The donor is a whole workbook in which the sheet is laid out the same way.
"""

from __future__ import annotations

from collections.abc import Collection

from collabxl.ooxml.areas import Area
from collabxl.ooxml.conditions import conditional_formats, repair_conditional_formats
from collabxl.ooxml.package import Package
from collabxl.ooxml.repair_plan import plan_repair
from collabxl.ooxml.sheet import worksheet_part
from collabxl.ooxml.styles import Stylesheet
from collabxl.ooxml.validations import repair_validations, repair_x14_validations, validations, x14_validations
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.ooxml.xml import XmlPart


def restore(
    book: WorkbookPart,
    title: str,
    donor: bytes,
    donor_title: str,
    areas: Collection[Area],
    *,
    coloured: Collection[Area] = (),
) -> None:
    """Make the validations and conditional formats over each area those of the donor's sheet.

    ``coloured`` are the areas of the formats, where they are to be others.

    Other validations are cut out of the areas; conditional formats that are not the donor's stay, and all that lies
    outside. An intact area keeps its bytes. Names that the validations use are taken to be there.
    """
    sheet, theirs = worksheet_part(book, title), worksheet_part(WorkbookPart(Package(donor)), donor_title)
    styles = Stylesheet(book)
    has_styles = styles.part in book.package
    users = conditional_formats(sheet.frame, styles.doc if has_styles else None)
    donors = conditional_formats(theirs.frame, _styles_part(theirs.book))
    mended = plan_repair(users, donors, coloured or areas, strangers_stay=True)
    repair_conditional_formats(sheet.frame, mended, users, donors, styles)
    wanted = validations(theirs.frame)
    repair_validations(sheet.frame, plan_repair(validations(sheet.frame), wanted, areas, strangers_stay=False))
    repair_x14_validations(sheet.frame, plan_repair(x14_validations(sheet.frame), [], areas, strangers_stay=False))
    sheet.commit()
    styles.commit()


def _styles_part(book: WorkbookPart) -> XmlPart | None:
    part = book.related_part("styles") or ""
    return book.package.xml(part) if part in book.package else None
