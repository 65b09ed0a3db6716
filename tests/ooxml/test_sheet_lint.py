"""The lint sees what a bug of ours would do to an edited sheet: each invariant is broken here on purpose."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from collabxl import PackageError
from collabxl.ooxml import lint
from collabxl.ooxml.areas import Spot
from collabxl.ooxml.edit import set_cells
from collabxl.ooxml.package import Package
from collabxl.ooxml.workbook_part import WorkbookPart
from tests.ooxml.sheets import TITLE, plain
from tests.ooxml.workbooks import SHEET, edited, pack, unpack, with_chain, workbook

WANTED: dict[Spot, object] = {(1, 1): "neu", (4, 2): 5}
TABLE = "xl/tables/table1.xml"


def judged(source: bytes, part: str, change: Callable[[bytes], bytes], wanted: dict[Spot, object] = WANTED) -> None:
    """Edit a workbook, spoil a part of the result and let the lint judge it."""
    package = Package(source)
    set_cells(WorkbookPart(package), TITLE, wanted)
    package.put(part, change(package.read(part)))
    lint.check(package, package.save(), [], {TITLE: wanted})


def test_a_sound_edit_passes():
    judged(plain(), SHEET, lambda xml: xml)


SPOILT: dict[str, tuple[int, str, str]] = {
    "another cell changed": (2, "<v>45001</v>", "<v>45002</v>"),
    "another formula gone": (2, "<f>SUM[^<]*</f>", ""),
    "another cell's style": (2, '<c r="C2" t="b">', '<c r="C2" s="1" t="b">'),
    "a row gone": (2, '<row r="9".*?/>', ""),
    "a cell gone": (2, '<c r="B8">.*?</c>', ""),
    "a cell too many": (2, "</row></sheetData>", '<c r="H9"/></row></sheetData>'),
    "the columns changed": (2, "<cols>.*</cols>", ""),
    "the page changed": (2, '<pageMargins left="0.7"', '<pageMargins left="0.8"'),
    "a style that is not there": (4, '<c r="B4">', '<c r="B4" s="99">'),
    "a string that is not there": (4, '(<c r="A1" t="s"><v>)[0-9]+', r"\g<1>99"),
    "rows out of order": (5, '<row r="4"', '<row r="1"'),
    "cells out of order": (5, '<c r="B4">', '<c r="B5">'),
    "a tag open": (2, "</row>", ""),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_wrong_edit_is_caught_by_its_invariant(case):
    invariant, old, new = SPOILT[case]
    source = plain()
    if case == "a cell too many":
        source = pack(unpack(source) | {SHEET: edited('<row r="9"[^>]*/>', '<row r="9"></row>')(unpack(source)[SHEET])})
    with pytest.raises(lint.InvariantError, match=rf"^{invariant}: "):
        judged(source, SHEET, edited(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name="数"', 'name="x"'),
        ('ref="A1:C4"', 'ref="A1:D4"'),
        ('<tableColumn id="2"', '<tableColumn id="1"'),
    ],
)
def test_a_table_that_no_longer_fits_its_sheet_is_caught(old, new):
    source = workbook("任务", "风险")
    with pytest.raises(lint.InvariantError, match=r"^6: "):
        judged(source, TABLE, edited(old, new), {(2, 2): 5})
    spoilt = pack(unpack(source) | {TABLE: edited(old, new)(unpack(source)[TABLE])})
    judged(spoilt, SHEET, lambda xml: xml, {(3, 2): 5})


def test_two_tables_of_one_name_are_caught():
    with pytest.raises(lint.InvariantError, match=r"^6: two tables"):
        judged(workbook("任务", "风险"), TABLE, edited('displayName="Table1"', 'displayName="Table2"'), {(2, 2): 5})


def test_a_calculation_chain_left_behind_is_caught():
    source = with_chain(plain())
    package = Package(source)
    package.put(SHEET, edited("<f>SUM[^<]*</f>", "")(package.read(SHEET)))
    WorkbookPart(package).drop_calc_chain()
    chain = unpack(source)
    package.add_part("xl/calcChain.xml", chain["xl/calcChain.xml"], "a/b")
    package.put("xl/_rels/workbook.xml.rels", chain["xl/_rels/workbook.xml.rels"])
    with pytest.raises(lint.InvariantError, match=r"^7: "):
        lint.check(package, package.save(), [], {TITLE: [(2, 5)]})


def test_what_was_broken_before_is_the_files_fault():
    parts = unpack(plain())
    source = pack(parts | {SHEET: parts[SHEET].replace(b"</row>", b"</rox>", 1)})
    package = Package(source)
    set_cells(WorkbookPart(package), TITLE, {(8, 2): 5})
    with pytest.raises(PackageError) as refusal:
        lint.check(package, package.save(), [], {TITLE: [(8, 2)]})
    assert refusal.value.code == "malformed-xml"
