"""A torn sheet is whole again where asked, its users' own formats stay, and an intact one keeps its bytes."""

from __future__ import annotations

import io
import random
import re
from typing import Any

import pytest
import xlsxwriter

from collabxl.ooxml import areas, lint
from collabxl.ooxml.areas import intersect, normalize_ranges
from collabxl.ooxml.conditions import conditional_formats
from collabxl.ooxml.package import Package
from collabxl.ooxml.repair import restore
from collabxl.ooxml.sheet import worksheet_part
from collabxl.ooxml.validations import validations, x14_validations
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.workbook.grid import GridRange
from tests.ooxml.workbooks import SHEET, STYLES, bent, edited, pack, prefixed, resaved, unpack
from tests.parts import sdk_errors

ALL = GridRange(6, 1, 305, 9)


def built(*, extra: Any = None) -> bytes:
    """Return a workbook laid out as ours: a validation and formats for each column."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("任务")
    look = [
        book.add_format({"bg_color": colour, "num_format": '"▲ "0'}) for colour in ("#FF0000", "#00FF00", "#0000FF")
    ]
    book.define_name("list_status", "=任务!$Z$1:$Z$3")
    sheet.data_validation("B6:B305", {"validate": "list", "source": "=list_status", "error_title": "填写有误"})
    sheet.data_validation("C6:C305", {"validate": "custom", "value": "=AND(C6>$B6,C$5<>D6)"})
    sheet.data_validation("D6:D305", {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1})
    sheet.data_validation("E6:E305", {"validate": "list", "source": "=list_status", "error_title": "填写有误"})
    for number, condition in enumerate(('=$B6="x"', "=AND($C6>D6,TRUE)", "=$B6<>C5")):
        options = {"type": "formula", "criteria": condition, "format": look[number], "stop_if_true": True}
        sheet.conditional_format("C6:C305", options)
    sheet.conditional_format("D6:D305", {"type": "data_bar", "bar_solid": True, "min_type": "num", "min_value": 0})
    sheet.conditional_format("E6:E305", {"type": "cell", "criteria": ">", "value": "=$B6", "format": look[0]})
    if extra:
        extra(book, sheet)
    book.close()
    return out.getvalue()


DONOR = built()


def restored(source: bytes, *where: GridRange, donor: bytes = DONOR) -> bytes:
    package = Package(source)
    restore(WorkbookPart(package), "任务", donor, "任务", where or [ALL])
    result = package.save()
    lint.check(package, result, [], {"任务": []})
    return result


def torn(source: bytes, old: str, new: str) -> bytes:
    return bent(source, sheet=edited(old, new))


def guards(source: bytes, area: GridRange = ALL) -> set[tuple[str, ...]]:
    """Return what holds for each cell of a few rows: (cell, kind, formulas as they read there, look)."""
    book = WorkbookPart(Package(source))
    sheet = worksheet_part(book, "任务")
    styles = book.package.xml(book.related_part("styles"))
    found = set()
    for kind, each in [("v", g) for g in validations(sheet.frame)] + [
        ("c", g) for g in conditional_formats(sheet.frame, styles)
    ]:
        for row in (1, 5, 6, 9, 10, 12, 13, 100, 305, 306):
            for column in range(1, 12):
                if any(place.contains((row, column)) for place in intersect(each.ranges, [area])):
                    found.add(
                        (
                            kind,
                            row,
                            column,
                            each.formulas_at((row, column)),
                            repr(sorted(map(str, each.content)) if kind == "v" else each.content[1:]),
                        )
                    )
    return found


def ranks(source: bytes) -> list[int]:
    return [int(rank) for rank in re.findall(r' priority="(\d+)"', unpack(source)[SHEET].decode())]


def test_an_intact_sheet_keeps_its_bytes():
    assert restored(DONOR) == DONOR
    assert restored(DONOR, GridRange(10, 3, 12, 3)) == DONOR


TEARS = {
    "a hole in a validation": ('sqref="C6:C305"><formula1>', 'sqref="C6:C9 C13:C305"><formula1>'),
    "the upper cells gone": (
        'sqref="C6:C305"><formula1>AND\\(C6&gt;\\$B6,C\\$5&lt;&gt;D6\\)',
        'sqref="C10:C305"><formula1>AND(C10&gt;$B10,C$5&lt;&gt;D10)',
    ),
    "a validation gone": ('<dataValidation type="decimal".*?</dataValidation>', ""),
    "all validations gone": ("<dataValidations.*</dataValidations>", ""),
    "all formats gone": ("<conditionalFormatting .*</conditionalFormatting>", ""),
    "a rule gone": ("<cfRule [^>]*>(?:(?!</cfRule>).)*AND.*?</cfRule>", ""),
    "the first rule gone": ('<cfRule [^>]*priority="1".*?</cfRule>', ""),
    "a hole in formats": ('sqref="C6:C305"><cf', 'sqref="C6:C9 C13:C305"><cf'),
    "a data bar gone": ('<conditionalFormatting sqref="D6.*?</conditionalFormatting>', ""),
    "a foreign validation pasted": (
        "</dataValidations>",
        '<dataValidation type="whole" sqref="A8:I12"><formula1>A8</formula1></dataValidation></dataValidations>',
    ),
    "a rule pasted into another column": (
        '<conditionalFormatting sqref="E6:E305">',
        '<conditionalFormatting sqref="E6:E305 G7:G9">',
    ),
    "a validation pasted into another column": ('sqref="B6:B305"', 'sqref="B6:B305 G7:G9"'),
    "formats and validations gone": ("<conditionalFormatting .*</dataValidations>", ""),
    "another look": ('<cfRule type="expression" dxfId="0"', '<cfRule type="expression" dxfId="1"'),
}


@pytest.mark.parametrize("tear", TEARS)
def test_a_torn_sheet_is_made_whole(tear, tmp_path):
    source = torn(DONOR, *TEARS[tear])
    result = restored(source)
    assert guards(result) >= guards(DONOR)
    assert restored(result) == result, "a second run changed something"
    assert len(ranks(result)) == len(set(ranks(result)))
    if tear != "another look":
        assert guards(result) == guards(DONOR)
    count = re.search(rb'<dataValidations count="(\d+)"', unpack(result)[SHEET])
    assert int(count[1]) == unpack(result)[SHEET].count(b"<dataValidation ")
    path = tmp_path / "x.xlsx"
    path.write_bytes(result)
    assert sdk_errors(path) == []


@pytest.mark.parametrize(
    "tear",
    [
        "a hole in a validation",
        "the upper cells gone",
        "a hole in formats",
        "a foreign validation pasted",
        "a validation pasted into another column",
    ],
)
def test_a_sheet_whose_elements_are_all_there_becomes_the_donors_again(tear):
    assert unpack(restored(torn(DONOR, *TEARS[tear])))[SHEET] == unpack(DONOR)[SHEET]


def test_the_order_in_which_formats_win_is_the_donors():
    for tear in ("a rule gone", "the first rule gone", "all formats gone"):
        result = restored(torn(DONOR, *TEARS[tear]))
        sheet = worksheet_part(WorkbookPart(Package(result)), "任务")
        rules = sorted(
            (g for g in conditional_formats(sheet.frame, None) if g.ranges[0].left == 3), key=lambda g: g.node.rank
        )
        assert [g.formulas[0][:6] for g in rules] == ['$B6="x', "AND($C", "$B6<>C"]


def test_only_the_areas_are_healed():
    source = torn(DONOR, *TEARS["formats and validations gone"])
    area = GridRange(10, 2, 12, 3)
    result = restored(source, area)
    assert guards(result) == guards(DONOR, area)
    assert restored(result, area) == result
    whole = restored(result)
    assert guards(whole) == guards(DONOR)


def test_users_own_formats_stay_and_their_validations_outside_too():
    def own(book, sheet):
        sheet.conditional_format(
            "A1:K20", {"type": "cell", "criteria": "<", "value": 0, "format": book.add_format({"bold": 1})}
        )
        sheet.conditional_format("C8", {"type": "3_color_scale"})
        sheet.data_validation("B300:H320", {"validate": "custom", "value": "=B300>B299"})

    source = built(extra=own)
    result = restored(torn(source, *TEARS["a rule gone"]))
    sheet = worksheet_part(WorkbookPart(Package(result)), "任务")
    users = [g for g in conditional_formats(sheet.frame, None) if g.node.node.attrs["type"] in ("cellIs", "colorScale")]
    assert {str(normalize_ranges(g.ranges)[0]) for g in users} == {"A1:K20", "C8", "E6:E305"}
    (cut,) = [g for g in validations(sheet.frame) if g.formulas[0].startswith("B")]
    assert normalize_ranges(cut.ranges) == [areas.CellRange(306, 2, 320, 8)]
    assert cut.formulas_at((306, 2)) == ("B306>B305",)
    assert restored(result) == result


def test_newer_validations_are_cut_and_newer_formats_stay():
    rule = (
        '<ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" uri="{CCE6A557}">'
        '<x14:dataValidations xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="1">'
        '<x14:dataValidation type="custom">'
        "<x14:formula1><xm:f>B8&gt;另!A1</xm:f></x14:formula1><xm:sqref>B8:B310</xm:sqref></x14:dataValidation></x14:dataValidations></ext>"
    )
    result = restored(torn(DONOR, "</extLst></worksheet>", rule + "</extLst></worksheet>"))
    assert "<xm:f>B306&gt;另!A299</xm:f></x14:formula1><xm:sqref>B306:B310</xm:sqref>" in unpack(result)[SHEET].decode()
    assert restored(result) == result
    gone = restored(torn(DONOR, "</extLst></worksheet>", rule.replace("B310", "B300") + "</extLst></worksheet>"))
    assert unpack(gone) == unpack(DONOR)
    assert x14_validations(worksheet_part(WorkbookPart(Package(gone)), "任务").frame) == []


@pytest.mark.parametrize("shape", ["prefixed", "openpyxl", "attributes of Excel", "empty style"])
def test_other_writers_sheets_are_healed_too(shape):
    source = torn(DONOR, *TEARS["a rule gone"])
    match shape:
        case "prefixed":
            source = bent(source, sheet=prefixed, styles=prefixed)
        case "openpyxl":
            source = resaved(torn(source, "<extLst><ext [^>]*78C0D931.*</extLst></worksheet>", "</worksheet>"))
        case "attributes of Excel":
            uid = edited("<dataValidation ", '<dataValidation xr:uid="{1}" errorStyle="stop" showDropDown="0" ')
            source = bent(
                source, sheet=lambda xml: uid(xml).replace(b"<worksheet ", b'<worksheet xmlns:xr="http://x/xr" ')
            )
        case _:
            source = bent(source, styles=edited("<dxfs.*</dxfs>", ""))
    result = restored(source)
    assert guards(result) >= guards(DONOR)
    assert restored(result) == result


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_torn_is_whole_again(seed):
    dice = random.Random(seed)
    xml = unpack(DONOR)[SHEET].decode()

    def tear(match: re.Match[str]) -> str:
        if dice.random() < 0.4:
            return match[0]
        column, top = match[1], dice.randrange(7, 200)
        below = top + dice.randrange(1, 90)
        pieces = [f"{column}6:{column}{top}", f"{column}{below}:{column}305"]
        return f'sqref="{" ".join(pieces)}"'

    xml = re.sub(r'sqref="([A-Z])6:\1305"', tear, xml)
    elements = re.findall(r"<cfRule .*?</cfRule>", xml)
    for each in dice.sample(elements, dice.randrange(3)):
        if (
            each.count("extLst") == 0
            and xml.count(
                "<cfRule", xml.rfind("<conditionalF", 0, xml.index(each)), xml.index("</conditionalF", xml.index(each))
            )
            > 1
        ):
            xml = xml.replace(each, "")
    source = pack(unpack(DONOR) | {SHEET: xml.encode()})
    result = restored(source)
    assert guards(result) == guards(DONOR)
    assert restored(result) == result
    part = GridRange(50, 1, 120, 4)
    some = restored(source, part)
    assert guards(some, part) == guards(DONOR, part)
    assert guards(some) >= guards(source)
    assert restored(some, part) == some
    assert restored(some) == restored(restored(some))
    assert unpack(result)[STYLES] == unpack(DONOR)[STYLES]
