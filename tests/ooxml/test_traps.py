"""The traps of real workbooks and the eleven bugs found on the way, one crafted file each."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from collabxl import PackageError
from collabxl.ooxml.edit import set_cells
from collabxl.ooxml.package import Package
from collabxl.ooxml.styles import Stylesheet
from collabxl.ooxml.workbook_part import WorkbookPart
from tests.ooxml.sheets import TITLE, bare, edit, plain, said, sheet_xml
from tests.ooxml.workbooks import SHEET, STYLES, bent, edited, pack, related, typed, unpack, workbook
from tests.parts import sdk_errors

BASE = plain()
DAY = dt.date(2024, 2, 29)


def refused(source: bytes, spot: tuple[int, int], **options: object) -> str:
    """Return the code with which a new value for a cell is refused, empty if it is not."""
    try:
        edit(source, {spot: "neu"}, **options)
    except PackageError as refusal:
        assert refusal.say("zh") != refusal.say("en")
        assert "{" not in refusal.say("zh") + refusal.say("en")
        return refusal.code
    return ""


def rows(*numbers: int, columns: str = "ABCD") -> str:
    return "".join(
        f'<row r="{n}">' + "".join(f'<c r="{letter}{n}"><v>{n}</v></c>' for letter in columns) + "</row>"
        for n in numbers
    )


SHARED = bare(
    '<row r="1"><c r="A1"><f t="shared" ref="A1:A4" si="0">B1+$C$1+"A1"</f><v>1</v></c><c r="B1"><v>1</v></c></row>'
    '<row r="2"><c r="A2"><f t="shared" si="0"/><v>2</v></c></row>'
    '<row r="3"><c r="A3"><f ca="1" t="shared" si="0"></f><v>3</v></c></row>'
)


@pytest.mark.parametrize("row", [1, 2, 3])
def test_neither_a_shared_formula_nor_its_followers_are_overwritten(row):
    assert refused(SHARED, (row, 1)) == "formula"
    assert edit(SHARED, {(row, 1): row}) == SHARED


@pytest.mark.parametrize(
    ("row", "spot", "code"),
    [
        ('<c r="A2"><f t="array" ref="A2:B3">C1:D2</f><v>1</v></c>', (3, 2), "array-formula"),
        ('<c r="A2"><f t="array" ref="A2:B3">C1:D2</f><v>1</v></c>', (2, 1), "array-formula"),
        ('<c r="A2" cm="1"><f t="array" ref="A2">C1</f><v>1</v></c>', (2, 1), "formula"),
        ('<c r="A2"><f t="dataTable" ref="A2:A5" dt2D="0" dtr="0" r1="B1"/><v>1</v></c>', (4, 1), "array-formula"),
        ("<c r='A2'><f t='array' ref='A2:A3'>C1</f><v>1</v></c>", (3, 1), "array-formula"),
        ('<c r="A2"><f t="array" ref="A2:B3">C1:D2</f><v>1</v></c>', (4, 2), ""),
    ],
)
def test_inside_what_is_computed_as_one_nothing_is_written(row, spot, code):
    assert refused(bare(f'<row r="2">{row}</row>'), spot) == code


def test_metadata_of_an_overwritten_cell_goes():
    source = bare('<row r="1"><c r="A1" cm="1" vm="2" ph="1" s="1" t="e"><v>#VALUE!</v></c></row>')
    assert '<c r="A1" s="1"><v>5</v></c>' in sheet_xml(edit(source, {(1, 1): 5}))


def test_merged_cells_are_written_into_their_first_only():
    source = bare(rows(1, 2), tail='<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>')
    assert [refused(source, spot) for spot in ((1, 1), (1, 2), (2, 1), (1, 3))] == [
        "",
        "merged-cell",
        "merged-cell",
        "",
    ]
    assert edit(source, {(2, 2): 2, (1, 2): 1}) == source, "what is there already is no change"


def test_headers_and_totals_of_tables_are_refused():
    source = workbook("任务")
    totals = edited('totalsRowShown="0"', 'totalsRowCount="1"')
    parts = unpack(source)
    parts["xl/tables/table1.xml"] = totals(parts["xl/tables/table1.xml"])
    spots = ((1, 1), (2, 1), (4, 2), (5, 1))
    assert [refused(source, spot) for spot in spots] == ["table-header", "", "", ""]
    assert [refused(pack(parts), spot) for spot in spots] == ["table-header", "", "table-totals", ""]


def test_pivots_are_refused_with_the_filters_above_them():
    parts = unpack(bare(rows(*range(1, 12))))
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/pivotTable"'
        b' Target="../pivotTables/pivotTable1.xml"/></Relationships>'
    )
    parts["xl/pivotTables/pivotTable1.xml"] = (
        b'<pivotTableDefinition xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<location ref="A6:B9" rowPageCount="2" colPageCount="1"/></pivotTableDefinition>'
    )
    codes = [refused(pack(parts), (row, 1)) for row in range(1, 12)]
    assert codes == ["", ""] + ["pivot-table"] * 7 + ["", ""]
    assert refused(pack(parts), (7, 3)) == ""


class TestProtection:
    """A protected sheet lets unlocked cells be written."""

    LOCK = '<sheetProtection sheet="1" objects="1"/><protectedRanges>{}</protectedRanges>'

    def source(self, ranges: str, *, on: str = "1") -> bytes:
        lock = self.LOCK.format(ranges).replace('sheet="1"', f'sheet="{on}"')
        looks = edited(
            "</cellXfs>", '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"><protection locked="0"/></xf></cellXfs>'
        )
        styles = looks(unpack(BASE)[STYLES])
        last = styles[styles.index(b"<cellXfs") : styles.index(b"</cellXfs>")].count(b"<xf ") - 1
        row = f'<row r="2" s="{last}" customFormat="1"><c r="A2"/></row>'
        cells = f'<row r="1"><c r="A1"/><c r="B1" s="{last}"/></row>{row}'
        cols = f'<cols><col min="4" max="4" width="9" style="{last}"/></cols>'
        return bent(bare(cells, tail=lock, head=cols), styles=styles)

    def test_only_what_the_style_or_a_range_without_password_unlocks(self):
        source = self.source(
            '<protectedRange sqref="C1:C3 F9" name="x"/><protectedRange sqref="E1" name="y" password="CC1A"/>'
        )
        spots = ((1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (2, 1), (2, 7), (9, 6))
        locked = "protected-sheet"
        assert [refused(source, spot) for spot in spots] == [locked, "", "", "", locked, locked, "", ""]
        assert refused(source, (1, 1), locked=True) == ""
        assert refused(self.source("", on="0"), (1, 1)) == ""


class TestCounters:
    """Rows and cells that do not say where they stand, or say it wrong."""

    def test_places_are_counted_where_they_are_not_said(self):
        source = bare(
            "<row><c><v>1</v></c><c><v>2</v></c></row><row r='5'><c r='C5'><v>3</v></c><c><v>4</v></c></row><row/>"
        )
        result = edit(source, {(1, 4): 9, (1, 2): 8, (5, 1): 7, (3, 3): 6, (6, 1): 5})
        assert said(result) == {(1, 1): 1, (1, 2): 8, (1, 4): 9, (3, 3): 6, (5, 1): 7, (5, 3): 3, (5, 4): 4, (6, 1): 5}
        assert '<c r="A1"><v>1</v></c><c r="B1"><v>8</v></c><c r="D1"><v>9</v></c>' in sheet_xml(result)

    @pytest.mark.parametrize(
        "content",
        [
            rows(2, 1),
            rows(1, 1),
            '<row r="1"><c r="B1"/><c r="A1"/></row>',
            '<row r="1"><c r="A1"/><c r="A1"/></row>',
            '<row r="1"><c r="A2"/></row>',
            '<row r="1"><c r="XFE1"/></row>',
            '<row r="0"/>',
            '<row r="x"/>',
            '<row r="1048577"/>',
        ],
    )
    def test_disorder_is_refused(self, content):
        assert refused(bare(content), (1, 1)) == "cells-out-of-order"

    def test_spans_and_dimension_grow_only_where_they_must(self):
        source = bare('<row r="2" spans="2:3"><c r="B2"/><c r="C2"/></row>')
        source = bent(source, sheet=edited("<sheetFormatPr", '<dimension ref="B2:C2"/><sheetFormatPr'))
        xml = sheet_xml(edit(source, {(2, 2): 1}))
        assert 'spans="2:3"' in xml and '<dimension ref="B2:C2"/>' in xml
        xml = sheet_xml(edit(source, {(2, 5): 1, (1, 1): 1, (9, 2): 1}))
        assert 'spans="2:5"' in xml and '<dimension ref="A1:E9"/>' in xml


class TestSpelling:
    """Ways to write the same sheet."""

    def test_comments_cdata_and_instructions_are_no_rows(self):
        source = bare(
            '<!-- <row r="9"><c r="A9"/></row> --><row r="1">'
            '<c r="A1" t="inlineStr"><is><t><![CDATA[<row r="7">]]></t></is></c>'
            '</row><?x <row r="8"> ?><row r="2"><c r="A2"><v>1</v></c></row>'
        )
        result = edit(source, {(2, 1): 5, (4, 1): 6})
        assert said(result) == {(1, 1): '<row r="7">', (2, 1): 5, (4, 1): 6}
        assert '<!-- <row r="9"><c r="A9"/></row> -->' in sheet_xml(result)
        assert "<![CDATA[" in sheet_xml(result)

    def test_a_doctype_is_refused(self):
        parts = unpack(BASE)
        parts[SHEET] = edited("<worksheet", '<!DOCTYPE worksheet [<!ENTITY a "b">]><worksheet')(parts[SHEET])
        assert refused(pack(parts), (1, 1)) == "doctype"

    @pytest.mark.parametrize(
        "broken", [lambda x: x[:-5], lambda x: x.replace(b"</row>", b"", 1), lambda x: x.replace(b"</c>", b"<", 1)]
    )
    def test_broken_xml_is_refused_or_seen_by_the_lint(self, broken):
        parts = unpack(BASE)
        assert refused(pack(parts | {SHEET: broken(parts[SHEET])}), (8, 2)) == "malformed-xml"

    def test_an_empty_sheet_of_one_tag_is_filled(self):
        source = bent(bare(""), sheet=edited("<sheetData></sheetData>", "<sheetData/>"))
        assert said(edit(source, {(3, 2): "a", (1, 1): 1})) == {(1, 1): 1, (3, 2): "a"}
        assert refused(bent(source, sheet=edited("<sheetData/>", "")), (1, 1)) == "no-rows"

    def test_unknown_attributes_and_spacing_survive(self):
        source = bare('<row  r="1"\n xml:lang="zh" ><c  r="A1"\ts="1" ><v>1</v>\n</c> <c r="B1"><v>2</v></c></row>')
        xml = sheet_xml(edit(source, {(1, 1): 3}))
        assert '<row  r="1"\n xml:lang="zh" ><c  r="A1"\ts="1" ><v>3</v>\n</c> <c r="B1"><v>2</v></c></row>' in xml

    def test_a_cells_own_extension_stays_behind_its_value(self):
        source = bare('<row r="1"><c r="A1"><extLst><ext uri="x"/></extLst></c></row>')
        assert '<c r="A1"><v>3</v><extLst>' in sheet_xml(edit(source, {(1, 1): 3}))

    def test_strict_dates_are_read_and_left(self):
        source = bare('<row r="1"><c r="A1" t="d" s="2"><v>2024-02-29T00:00:00</v></c></row>')
        date = edited("</cellXfs>", '<xf numFmtId="14" fontId="0" fillId="0" borderId="0"/></cellXfs>')
        styles = date(unpack(source)[STYLES])
        last = styles[styles.index(b"<cellXfs") : styles.index(b"</cellXfs>")].count(b"<xf ") - 1
        source = bent(source, styles=styles, sheet=edited('s="2"', f's="{last}"'))
        assert edit(source, {(1, 1): DAY}) == source
        assert edit(source, {(1, 1): dt.date(2024, 3, 1)}) != source


def test_without_shared_strings_texts_are_inline():
    source = bare(rows(1))
    result = edit(source, {(1, 1): " neu"})
    assert '<c r="A1" t="inlineStr"><is><t xml:space="preserve"> neu</t></is></c>' in sheet_xml(result)
    assert edit(result, {(1, 1): " neu"}) == result


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"root": related("http://x/digital-signature/origin", "x.sigs")}, "signed"),
        ({"rels": related("revisionHeaders", "revisions/x.xml")}, "shared-workbook"),
        ({"workbook": edited("<bookViews>", '<fileSharing reservationPassword="CC1A"/><bookViews>')}, "write-reserved"),
        ({"types": edited("sheet.main[+]xml", "sheet.binary.macroEnabled.main")}, "binary-workbook"),
        ({"workbook": edited("spreadsheetml/2006/main", "spreadsheetml/2005/7/main")}, "unknown-dialect"),
    ],
)
def test_workbooks_that_no_edit_leaves_whole_are_refused(change, code):
    assert refused(bent(BASE, **change), (1, 1)) == code


def test_encrypted_and_doubled_containers_are_refused():
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), (1, 1)) == "ole-container"
    parts = unpack(BASE)
    assert refused(pack(parts | {SHEET.upper(): parts[SHEET]}), (1, 1)) == "duplicate-names"


def test_a_locked_structure_lets_cells_be_written():
    lock = edited("<bookViews>", '<workbookProtection lockStructure="1"/><bookViews>')
    assert refused(bent(BASE, workbook=lock), (1, 1)) == ""


def test_bug_1_a_first_format_does_not_become_the_look_of_all_cells():
    empty = edited(r"<(fonts|fills|borders|cellStyleXfs|cellXfs|cellStyles) .*</\1>", "")
    source = bent(bare(rows(1)), styles=empty)
    result = edit(source, {(1, 1): DAY})
    assert 's="1"' in sheet_xml(result)
    styles = Stylesheet(WorkbookPart(Package(result)))
    assert not styles.shows_date(0) and styles.shows_date(1)


def test_bug_2_styles_are_made_where_their_relationship_points():
    parts = {name: content for name, content in unpack(bare(rows(1))).items() if name != STYLES}
    result = unpack(edit(pack(parts), {(1, 1): DAY}))
    assert STYLES in result
    assert result["xl/_rels/workbook.xml.rels"].count(b"/styles") == 1


def test_bug_3_a_format_has_no_parent_where_there_are_none(tmp_path):
    source = bent(BASE, styles=edited(r"<cellStyleXfs .*</cellStyleXfs>", ""))
    result = unpack(edit(source, {(1, 1): DAY}))[STYLES].decode()
    added = re.findall(r"<xf [^>]*>", result[: result.index("</cellXfs>")])[-1]
    assert 'numFmtId="14"' in added and "xfId" not in added
    path = tmp_path / "x.xlsx"
    path.write_bytes(edit(BASE, {(1, 1): DAY}))
    assert sdk_errors(path) == []


def test_bug_5_the_last_cell_of_a_sheet_is_a_cell_like_any_other():
    result = edit(BASE, {(1_048_576, 16_384): 1})
    assert said(result)[1_048_576, 16_384] == 1
    assert len(result) < len(BASE) + 300


def test_bug_6_old_results_stay_and_excel_is_asked_to_compute():
    source = bent(BASE, workbook=edited(' fullCalcOnLoad="1"', ""))
    result = edit(source, {(1, 2): 5})
    assert "<f>SUM(B1:B8)</f><v>21</v>" in sheet_xml(result)
    assert b'fullCalcOnLoad="1"' in unpack(result)["xl/workbook.xml"]


def test_bug_9_sheets_without_a_part_still_count():
    legacy = edited("<sheets>", '<sheets><sheet name="Module1" sheetId="77" r:id=""/>')
    source = bent(BASE, workbook=legacy)
    assert said(edit(source, {(1, 1): 5}))[1, 1] == 5
    assert refused(bent(source, workbook=edited(TITLE, "x", 1)), (1, 1)) == "no-such-sheet"
    with pytest.raises(PackageError) as refusal:
        set_cells(WorkbookPart(Package(source)), "Module1", {(1, 1): 1})
    assert refusal.value.code == "not-a-worksheet"


def test_bug_11_a_redefined_built_in_format_stays_what_it_is():
    redefined = edited("<numFmts.*</numFmts>", '<numFmts count="1"><numFmt numFmtId="14" formatCode="0.00"/></numFmts>')
    dated = edited("</cellXfs>", '<xf numFmtId="14" fontId="0" fillId="0" borderId="0"/></cellXfs>')
    styles = dated(redefined(unpack(BASE)[STYLES]))
    last = styles[styles.index(b"<cellXfs") : styles.index(b"</cellXfs>")].count(b"<xf ") - 1
    source = bent(bare(f'<row r="1"><c r="A1" s="{last}"/></row>'), styles=styles)
    assert f'<c r="A1" s="{last}"><v>45351</v></c>' in sheet_xml(edit(source, {(1, 1): DAY}))


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("yyyy-mm-dd", True),
        ('"▲ "yyyy-mm-dd', True),
        ("[h]:mm", True),
        ("General", False),
        ('0.0 "days"', False),
        ("[Red]0", False),
        ("0\\d", False),
        ("_d0*y", False),
        ("[$-804]aaaa;@", True),
        ("[$-F800]dddd", True),
    ],
)
def test_a_format_is_a_dates_if_it_shows_a_day_or_an_hour(code, is_date):
    quoted = code.replace('"', "&quot;")
    numbers = edited(
        "<numFmts.*</numFmts>",
        f'<numFmts count="1"><numFmt numFmtId="180" formatCode="{quoted}"/></numFmts>'.replace("\\", "\\\\"),
    )
    looks = edited("</cellXfs>", '<xf numFmtId="180" fontId="0" fillId="0" borderId="0"/></cellXfs>')
    styles = Stylesheet(WorkbookPart(Package(bent(BASE, styles=lambda xml: looks(numbers(xml))))))
    assert styles.shows_date(styles.formats.size - 1) == is_date


def test_macros_and_foreign_parts_keep_their_bytes():
    extra = {"xl/vbaProject.bin": b"\0macro", "customXml/item1.xml": b"<broken", "xl/persons/person.xml": b"<p/>"}
    source = bent(BASE, rels=related("http://x/vbaProject", "vbaProject.bin"), types=typed("xl/vbaProject.bin"))
    result = unpack(edit(pack(unpack(source) | extra), {(1, 1): 5}))
    assert {name: result[name] for name in extra} == extra
