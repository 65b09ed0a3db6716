"""The lint sees what a bug of ours would do to a workbook: each invariant is broken here on purpose."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from collabxl.ooxml import lint
from collabxl.ooxml.import_sheet import import_sheet
from collabxl.ooxml.package import Package
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.ooxml.zip import RawZip
from tests.ooxml.workbooks import MARKER, RELS, SHEET, STYLES, WORKBOOK, donor, edited, related, typed, workbook

BASE = workbook("任务", "风险", active=1)
OURS, OUR_RELS = "xl/worksheets/sheet3.xml", "xl/worksheets/_rels/sheet3.xml.rels"
Change = Callable[[bytes], bytes]


def edit() -> Package:
    package = Package(BASE)
    import_sheet(WorkbookPart(package), donor(), title="汇总", at=0, marker=MARKER)
    return package


def test_a_sound_result_passes():
    package = edit()
    lint.check(package, package.save(), ["汇总"])
    lint.check(Package(BASE), BASE, [])


WRONG_BYTES = {
    "an untouched entry changed": ({SHEET: b"<worksheet/>"}, {}, []),
    "a changed entry says something else": ({WORKBOOK: b"<workbook/>"}, {}, []),
    "an entry too many": ({}, {"xl/new.xml": b"<a/>"}, []),
    "an entry lost": ({}, {}, ["docProps/app.xml"]),
    "an entry moved": ({}, {"docProps/app.xml": b""}, ["docProps/app.xml"]),
}


@pytest.mark.parametrize("case", WRONG_BYTES)
def test_bytes_that_were_not_declared_are_caught(case):
    package = edit()
    result = RawZip(package.save()).write(*WRONG_BYTES[case])
    with pytest.raises(lint.InvariantError, match=r"^[12]: "):
        lint.check(package, result, ["汇总"])


WRONG_CONTENT: dict[str, tuple[int, str, Change]] = {
    "a new part does not parse": (2, OURS, lambda content: content[:-3]),
    "a relationship leads nowhere": (3, RELS, related("x", "gone.xml")),
    "one relationship id twice": (3, OUR_RELS, edited('Id="rId2"', 'Id="rId1"')),
    "an old font changed": (4, STYLES, edited('name val="Calibri"', 'name val="Arial"')),
    "a format beyond the fonts": (4, STYLES, edited("</cellXfs>", '<xf fontId="99"/></cellXfs>')),
    "a number format undeclared": (4, STYLES, edited("</cellXfs>", '<xf numFmtId="199"/></cellXfs>')),
    "a cell beyond the formats": (4, OURS, edited('<c r="A1" s="[0-9]+"', '<c r="A1" s="999"')),
    "a rule beyond the formats": (4, OURS, edited('dxfId="[0-9]+"', 'dxfId="-1"')),
    "an old sheet renamed": (8, WORKBOOK, edited("风险", "险")),
    "a scope not shifted": (8, WORKBOOK, edited('name="local" localSheetId="2"', 'name="local" localSheetId="1"')),
    "another active sheet": (8, WORKBOOK, edited('activeTab="2"', 'activeTab="1"')),
}


@pytest.mark.parametrize("case", WRONG_CONTENT)
def test_a_wrong_change_is_caught_by_its_invariant(case):
    invariant, part, change = WRONG_CONTENT[case]
    package = edit()
    package.put(part, change(package.read(part)))
    with pytest.raises(lint.InvariantError, match=f"^{invariant}: "):
        lint.check(package, package.save(), ["汇总"])


class Sloppy(Package):
    """A package that writes its content types wrong."""

    change: Change

    def _content_types_xml(self) -> bytes:
        return self.change(super()._content_types_xml())


WRONG_TYPES: dict[str, tuple[int, Change]] = {
    "no types": (2, lambda _: b"<Types"),
    "a new part without one": (3, edited('<Override PartName="/xl/media/image1.png"[^>]*/>', "")),
    "a part with two": (3, typed(OURS)),
}


@pytest.mark.parametrize("case", WRONG_TYPES)
def test_wrong_content_types_are_caught(case):
    invariant, change = WRONG_TYPES[case]
    package = Sloppy(BASE)
    package.change = change
    import_sheet(WorkbookPart(package), donor(), title="汇总", at=0, marker=MARKER)
    with pytest.raises(lint.InvariantError, match=f"^{invariant}: "):
        lint.check(package, package.save(), ["汇总"])


def test_a_dropped_part_that_is_still_pointed_at_is_caught():
    package = Package(BASE)
    package.remove_part("xl/charts/chart1.xml")
    with pytest.raises(lint.InvariantError, match=r"^3: .*chart1\.xml"):
        lint.check(package, package.save(), [])
