"""A donor's sheet in a user's workbook: nothing of it is lost, nothing of the workbook is touched."""

from __future__ import annotations

import io
import re
import warnings
from operator import attrgetter

import openpyxl
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from collabxl import PackageError
from collabxl.ooxml.import_sheet import free_title, import_sheet, replace_sheet_name
from collabxl.ooxml.package import Package
from collabxl.ooxml.workbook_part import DefinedName, WorkbookPart
from collabxl.ooxml.zip import RawZip
from tests.ooxml.workbooks import (
    MARKER,
    SHEET,
    STYLES,
    TYPES,
    VARIANTS,
    WORKBOOK,
    bent,
    donor,
    edited,
    pack,
    put,
    related,
    strict,
    unpack,
    with_chain,
    workbook,
)

BASE = workbook("任务", "风险")
DONOR = donor("Painted Here")
NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def planted(source: bytes, *, title: str = "汇总") -> bytes:
    """Return the XML of the sheet called ``title``."""
    book = WorkbookPart(Package(source))
    (part,) = (tab.part for tab in book.sheets if tab.title == title)
    return book.package.read(part)


def titles(source: bytes) -> list[str]:
    return [tab.title for tab in WorkbookPart(Package(source)).sheets]


def reopened(source: bytes) -> openpyxl.Workbook:
    with warnings.catch_warnings(action="ignore"):  # openpyxl says of every extension that it drops it
        return openpyxl.load_workbook(io.BytesIO(source), rich_text=True)


def test_values_are_the_donors():
    rows = CalamineWorkbook.from_filelike(io.BytesIO(put(BASE, DONOR))).get_sheet_by_name("汇总").to_python()
    donors = CalamineWorkbook.from_filelike(io.BytesIO(DONOR)).get_sheet_by_name("Painted Here").to_python()
    assert rows == donors
    assert rows[0][0] == " 汇总\n "
    assert rows[2] == [1, 2.5, "_x0041_", True]


def test_strings_are_inline_so_that_shared_ones_keep_their_bytes():
    result = put(BASE, DONOR)
    sheet = planted(result)
    assert b't="s"' not in sheet
    assert '<is><t xml:space="preserve"> 汇总\n </t></is>'.encode() in sheet
    assert reopened(result)["汇总"]["A2"].value == reopened(DONOR).worksheets[0]["A2"].value
    assert unpack(result)["xl/sharedStrings.xml"] == unpack(BASE)["xl/sharedStrings.xml"]


def looks(sheet: openpyxl.worksheet.worksheet.Worksheet) -> dict[str, tuple[object, ...]]:
    """Return what every cell looks like."""
    return {
        cell.coordinate: tuple(
            getattr(cell, each) for each in ("font", "fill", "border", "alignment", "protection", "number_format")
        )
        for row in sheet.iter_rows(max_row=12, max_col=6)
        for cell in row
        if cell.has_style
    }


@pytest.mark.parametrize("variant", ["as XlsxWriter writes", "prefixed elements", "UTF-16 styles without BOM"])
def test_every_cell_looks_as_the_donor_painted_it(variant):
    ours, donors = reopened(put(VARIANTS[variant](BASE), DONOR))["汇总"], reopened(DONOR).worksheets[0]
    assert repr(looks(ours)) == repr(looks(donors))
    assert len(looks(donors)) == 9
    for sheet in (ours, donors):
        assert sheet.column_dimensions["A"].font.b
        assert (sheet.row_dimensions[7].height, sheet.row_dimensions[8].hidden) == (30, True)


def test_formats_validations_merges_and_page_are_the_donors():
    ours, donors = reopened(put(BASE, DONOR))["汇总"], reopened(DONOR).worksheets[0]
    assert ours.merged_cells.ranges == donors.merged_cells.ranges
    assert ours.freeze_panes == donors.freeze_panes == "B3"
    assert ours.page_setup.orientation == "landscape"
    assert ours.oddHeader.center.text == donors.oddHeader.center.text
    assert ours.print_area == "'汇总'!$A$1:$Z$30"
    assert ours.print_title_rows == "$1:$2"
    for painted in donors.conditional_formatting:
        for rule, mine in zip(painted.rules, ours.conditional_formatting[str(painted.sqref)], strict=True):
            assert (mine.type, mine.priority) == (rule.type, rule.priority)
            for each in ("font", "fill", "numFmt.formatCode") if rule.dxf else ():
                assert repr(attrgetter(each)(mine.dxf)) == repr(attrgetter(each)(rule.dxf))
    assert b"x14:dataBar" in planted(put(BASE, DONOR))


def test_the_donors_name_of_the_sheet_is_left_behind_everywhere():
    result = put(BASE, DONOR, title="汇总 '24")
    for name, content in unpack(result).items():
        if name not in unpack(BASE) or name == WORKBOOK:
            assert b"Painted Here'!$" not in content, name
    assert b"<f>'\xe6\xb1\x87\xe6\x80\xbb ''24'!A3&amp;\"'Painted Here'!\"</f>" in planted(result, title="汇总 '24")
    sheet = reopened(result)["汇总 '24"]
    assert sheet["A8"].hyperlink.location == "'汇总 ''24'!A1"
    assert sheet["A9"].hyperlink.target == "https://example.com/?a=1&b=2"
    assert sheet.data_validations.dataValidation[0].formula1 == "'汇总 ''24'!$A$3:$B$3"
    charts = [content for name, content in unpack(result).items() if re.search(r"charts/chart[34]\.xml", name)]
    assert len(charts) == 2
    assert all("<c:f>'汇总 ''24'!$A$3:$B$3</c:f>".encode() in content for content in charts)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("SUM(a!A1:B2)", "SUM('b c'!A1:B2)"),
        ("A!A1+'a'!A1", "'b c'!A1+'b c'!A1"),
        ('"a!A1 ""a!"&a!A1', '"a!A1 ""a!"&\'b c\'!A1'),
        ("aa!A1+x.a!A1+[1]a!A1+'[1]a'!A1+'x''a'!A1", "aa!A1+x.a!A1+[1]a!A1+'[1]a'!A1+'x''a'!A1"),
        ("#a!A1", "#'b c'!A1"),
        ("a+1", "a+1"),
    ],
)
def test_a_sheet_is_renamed_in_formulas_only_where_it_is_meant(formula, expected):
    assert replace_sheet_name(formula, "a", "b c") == expected
    assert replace_sheet_name(formula, "a", "a") == formula


def test_a_quoted_name_is_renamed_too():
    assert replace_sheet_name("'it''s'!A1+its!A1", "it's", "汇总") == "汇总!A1+its!A1"


def test_the_new_sheet_stands_where_asked_and_is_not_selected():
    for at, place in ((None, 2), (0, 0), (1, 1)):
        result = put(BASE, DONOR, at=at)
        assert titles(result).index("汇总") == place
        assert b"tabSelected" not in planted(result)


def test_the_marker_is_a_hidden_name_of_the_sheet():
    book = WorkbookPart(Package(put(BASE, DONOR, at=0)))
    assert DefinedName(MARKER, 0, "汇总!$A$1", hidden=True) in book.names


def test_a_foreign_sheet_of_that_title_is_left_alone():
    source = workbook("任务", "汇总", "汇总 (2)")
    result = put(source, DONOR)
    assert titles(result) == ["任务", "汇总", "汇总 (2)", "汇总 (3)"]
    assert titles(put(result, DONOR)) == titles(result)
    assert put(result, DONOR) == result


def test_titles_stay_within_what_excel_allows():
    book = WorkbookPart(Package(workbook("汇" * 31, "Summary")))
    assert free_title(book, "汇" * 31) == "汇" * 27 + " (2)"
    assert free_title(book, "SUMMARY") == "SUMMARY (2)"
    assert free_title(book, "其他") == "其他"
    for title in ("", "a/b", "汇" * 32, "😀" * 16, "'a", "a\n"):
        with pytest.raises(ValueError, match="title of a sheet"):
            free_title(book, title)


def test_a_marked_sheet_is_renewed_in_place_whatever_its_title():
    first = put(BASE, DONOR, at=1)
    first = bent(first, workbook=lambda content: content.replace("汇总".encode(), b"My Sheet"))
    before, after = WorkbookPart(Package(first)), WorkbookPart(Package(put(first, donor(drawings=False), at=0)))
    assert after.sheets == before.sheets
    assert titles(put(first, DONOR)) == ["任务", "My Sheet", "风险"]
    assert "'My Sheet'!$A$1" in {name.text for name in after.names if name.name == MARKER}


def test_renewing_takes_away_what_only_the_old_sheet_led_to():
    full = put(BASE, DONOR)
    bare = put(full, donor(drawings=False, formulas=False))
    assert unpack(bare).keys() == unpack(put(BASE, donor(drawings=False, formulas=False))).keys()
    assert unpack(bare)[TYPES] == unpack(put(BASE, donor(drawings=False)))[TYPES]
    assert unpack(put(bare, DONOR)).keys() == unpack(full).keys()


def test_renewing_keeps_what_others_lead_to():
    full = put(BASE, DONOR)
    parts = unpack(full)
    source = bent(full, drawing_rels=related("image", "../media/image1.png", "rId9"))
    result = unpack(put(source, donor(drawings=False)))
    assert result["xl/media/image1.png"] == parts["xl/media/image1.png"]
    assert "xl/charts/chart3.xml" not in result


def test_renewing_drops_built_in_names_and_keeps_the_users_own():
    first = put(BASE, DONOR)
    index = titles(first).index("汇总")
    added = f'<definedName name="mine" localSheetId="{index}">汇总!$C$3</definedName></definedNames>'
    first = bent(first, workbook=edited("</definedNames>", added))
    out = io.BytesIO()
    plain = xlsxwriter.Workbook(out)
    plain.add_worksheet().write("A1", 1)
    plain.close()
    book = WorkbookPart(Package(put(first, out.getvalue())))
    assert {name.name for name in book.names if name.scope == index} == {"mine", MARKER}


@pytest.mark.parametrize(
    "kind", ["comments", "pivotTable", "slicer", "threadedComment", "ctrlProp", "oleObject", "table"]
)
def test_a_marked_sheet_with_things_of_the_users_is_left_alone(kind):
    ours = put(BASE, DONOR)
    added = related(f"http://schemas.microsoft.com/office/2007/relationships/{kind}", "../tables/table1.xml")
    source = bent(ours, third_rels=added)
    result = put(source, DONOR)
    assert titles(result) == ["任务", "风险", "汇总", "汇总 (2)"]
    assert planted(result) == planted(ours)
    assert put(result, DONOR) == result


def test_formulas_ask_for_calculation_and_carry_their_values():
    with_formulas, without = put(BASE, donor()), put(BASE, donor(formulas=False))
    settings = re.compile(rb"<calcPr[^>]*>")
    quiet = bent(BASE, workbook=edited(' fullCalcOnLoad="1"', ""))
    assert b"fullCalcOnLoad" in settings.search(unpack(put(quiet, donor()))[WORKBOOK])[0]
    assert b"fullCalcOnLoad" not in settings.search(unpack(put(quiet, donor(formulas=False)))[WORKBOOK])[0]
    assert b"<v>3.5</v>" in planted(with_formulas)
    assert b"<f>" not in planted(without)


def test_the_calculation_chain_stays_until_a_formula_disappears():
    source = with_chain(put(BASE, donor()))
    assert put(source, donor()) == source
    assert "xl/calcChain.xml" in unpack(put(with_chain(BASE), donor()))
    assert "xl/calcChain.xml" not in unpack(put(source, donor(formulas=False)))


def test_a_strict_workbook_stays_strict():
    result = put(VARIANTS["strict"](BASE), DONOR)
    for name, content in unpack(result).items():
        if name != TYPES and "docProps" not in name and "theme" not in name:
            assert b'="http://schemas.openxmlformats.org/spreadsheetml/' not in content, name
            assert b'="http://schemas.openxmlformats.org/officeDocument/2006/rel' not in content.replace(
                b"extended-properties", b""
            ), name
    transitional = unpack(put(BASE, DONOR))
    assert unpack(result)["xl/worksheets/sheet3.xml"] == strict(transitional)["xl/worksheets/sheet3.xml"]
    assert unpack(result)["xl/charts/chart3.xml"] == strict(transitional)["xl/charts/chart3.xml"]


def test_two_sheets_of_ours_live_side_by_side():
    package = Package(BASE)
    book = WorkbookPart(package)
    assert import_sheet(book, DONOR, title="汇总", at=0, marker=MARKER) == "汇总"
    assert import_sheet(book, donor("x"), title="进度计划", at=1, marker="_collabxl_schedule") == "进度计划"
    once = package.save()
    again = Package(once)
    book = WorkbookPart(again)
    import_sheet(book, donor("x"), title="进度计划", at=1, marker="_collabxl_schedule")
    import_sheet(book, DONOR, title="汇总", at=0, marker=MARKER)
    assert again.save() == once
    assert titles(once) == ["汇总", "进度计划", "任务", "风险"]


def test_a_locked_structure_refuses_a_new_sheet_and_lets_ours_be_renewed():
    lock = edited("<bookViews>", '<workbookProtection lockStructure="1"/><bookViews>')
    with pytest.raises(PackageError) as refusal:
        put(bent(BASE, workbook=lock), DONOR)
    assert refusal.value.code == "structure-locked"
    ours = bent(put(BASE, DONOR), workbook=lock)
    assert planted(put(ours, donor(formulas=False))) != planted(ours)


@pytest.mark.parametrize(
    ("part", "code"), [(SHEET, None), ("xl/styles.xml", "malformed-xml"), ("xl/worksheets/sheet3.xml", "malformed-xml")]
)
def test_only_a_broken_part_that_must_change_is_refused(part, code):
    ours = put(BASE, DONOR)
    source = pack(unpack(ours) | {part: b"<broken"})
    if code is None:
        assert unpack(put(source, donor(formulas=False)))[part] == b"<broken"
        return
    with pytest.raises(PackageError) as refusal:
        put(source, DONOR)
    assert refusal.value.code == code


def miscounted(source: bytes, part: str) -> bytes:
    """Return a workbook in which the checksum of one part is wrong."""
    record = RawZip(source).entries[part].record
    return source.replace(record, record[:16] + bytes(4) + record[20:])


def test_a_wrong_checksum_matters_only_where_something_must_change():
    source = miscounted(BASE, SHEET)
    result = put(source, DONOR)
    assert RawZip(result).raw(SHEET) == RawZip(source).raw(SHEET)
    for part in (WORKBOOK, STYLES, TYPES):
        with pytest.raises(PackageError) as refusal:
            put(miscounted(BASE, part), DONOR)
        assert refusal.value.code == "bad-checksum"


def painted(*, comment: bool = False, dynamic: bool = False, sheets: int = 1) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for _ in range(sheets):
        sheet = book.add_worksheet()
        if comment:
            sheet.write_comment("A1", "x")
        if dynamic:
            sheet.write_dynamic_array_formula("A1:A1", "=UNIQUE(B1:B9)")
    book.close()
    return out.getvalue()


@pytest.mark.parametrize(
    ("bad", "why"),
    [({"comment": True}, "cannot be planted"), ({"dynamic": True}, "metadata"), ({"sheets": 2}, "one sheet")],
)
def test_a_donor_that_cannot_be_planted_is_our_bug(bad, why):
    with pytest.raises(ValueError, match=why):
        put(BASE, painted(**bad))
