"""The sparse reader says what calamine says, cell by cell, and reads what calamine cannot take."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from collabxl import FileError
from collabxl.ooxml.areas import Spot
from collabxl.ooxml.escapes import unescape_text
from collabxl.ooxml.number_formats import format_kind
from collabxl.ooxml.reader.cells import Raw
from collabxl.ooxml.reader.container import load_file
from collabxl.ooxml.reader.sparse_sheet import to_moment
from collabxl.reading.file import FileSource
from tests.hostile.corpus import filled, workbooks
from tests.hostile.package import SHEET, STRINGS, TITLES, book, cell, rows_of, sheet, strings
from tools.samples.__main__ import SAMPLES


def cells(content: bytes, *, careful: bool) -> dict[str, dict[Spot, Raw]]:
    """Return every cell that says something, by sheet."""
    source = FileSource(content, careful=careful)
    return {title.name: dict(filled(source.cells(title))) for title in source.titles()}


def differences(content: bytes) -> list[tuple[Any, ...]]:
    """Return the cells that the two readers do not agree on, in value or type."""
    quick, sparse = cells(content, careful=False), cells(content, careful=True)
    return [
        (name, spot, found.get(spot), sparse[name].get(spot))
        for name, found in quick.items()
        for spot in found.keys() | sparse[name].keys()
        if (found.get(spot), type(found.get(spot))) != (sparse[name].get(spot), type(sparse[name].get(spot)))
    ]


@pytest.mark.slow
def test_both_readers_agree_on_every_sample() -> None:
    for path in sorted(SAMPLES.glob("*.xlsx")):
        assert differences(load_file(path)) == [], path.name


@pytest.mark.slow
def test_both_readers_agree_on_every_workbook_of_the_corpus() -> None:
    files = workbooks()
    if not files:
        pytest.skip("the corpus of foreign workbooks is not here (../shared/corpus)")
    compared, wrong = 0, {}
    for path in files:
        try:
            found = differences(load_file(path))
        except FileError:
            continue
        compared += 1
        if found:
            wrong[path.name] = found[:5]
    assert compared > len(files) * 0.8
    assert wrong == {}


@pytest.mark.parametrize("date1904", [False, True])
def test_both_readers_agree_on_numbers_shown_as_dates(date1904: bool, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    made = xlsxwriter.Workbook(path, {"date_1904": date1904})
    page = made.add_worksheet()
    numbers = [0, 0.5, 1, 59, 60, 60.5, 61, 45478, 45478.25, -5, -0.5, 2957003, 2958465, 2958466, 45478.999999999, 1.04]
    for column, code in enumerate(("yyyy-mm-dd", "h:mm", "[h]:mm", '0.00" days"', "0", "@", '[$-804]yyyy"年"m"月"')):
        style = made.add_format({"num_format": code})
        for row, number in enumerate(numbers):
            page.write_number(row, column, number, style)
    made.close()
    assert differences(load_file(path)) == []


def test_both_readers_agree_on_every_way_to_write_text() -> None:
    texts = strings(
        "<si><t> outer </t></si><si><t xml:space='preserve'> kept </t></si><si><r><t>rich </t></r>"
        "<r><t>text</t></r></si>"
        "<si><t>phon</t><rPh><t>etic</t></rPh></si><si><t>a_x000D_b _x005F_x000D_ _xD800_</t></si><si/>"
        "<si><t>&amp;&lt;\n\t</t></si>"
    )
    shared = "".join(f'<c r="{chr(65 + at)}1" t="s"><v>{at}</v></c>' for at in range(7))
    others = (
        '<c r="A2" t="str"><f>B1</f><v> x_x000D_y </v></c><c r="B2" t="b"><v>1</v></c><c r="C2" t="b"><v>0</v></c>'
        '<c r="D2" t="e"><v>#N/A</v></c><c r="E2" t="d"><v>2024-07-05</v></c>'
        '<c r="F2" t="d"><v>2024-07-05T10:00:00</v></c>'
        '<c r="G2" t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c>'
        '<c r="H2"><v>1E3</v></c><c r="I2"><v/></c>'
    )
    data = f'<row r="1">{shared}</row><row r="2">{others}</row>'
    assert differences(book({STRINGS: texts, SHEET: sheet(data)})) == []


def test_a_far_cell_costs_a_cell_and_is_not_lost() -> None:
    far = f'<row r="1048576">{cell("XFD1048576", "far")}</row>'
    source = FileSource(book({SHEET: sheet(rows_of([TITLES]) + far)}))
    found = source.cells(source.titles()[0])
    assert dict(filled(found))[1_048_576, 16_384] == "far"
    assert len({id(row) for row in found.rows}) == 3


def test_where_columns_do_not_fit_those_of_the_header_stay() -> None:
    tall = "".join(f'<row r="{row}"><c r="B{row}"><v>1</v></c></row>' for row in range(2, 5_000))
    far = '<row r="6000"><c r="XFD6000"><v>1</v></c></row>'
    source = FileSource(book({SHEET: sheet(rows_of([TITLES]) + tall + far)}))
    found = source.cells(source.titles()[0])
    assert found.rows[0][: len(TITLES)] == list(TITLES)
    assert len(found.rows) == 6000


def test_what_makes_no_sense_is_told_by_its_place() -> None:
    odd = '<row r="2"><c r="A2" t="s"><v>99</v></c><c r="B2" t="n"><v>abc</v></c><c r="C2"><v>7</v></c></row>'
    source = FileSource(book({SHEET: sheet(rows_of([TITLES]) + odd)}))
    found = source.cells(source.titles()[0])
    assert dict(found.marks.errors) == {(2, 1): "99", (2, 2): "abc"}
    assert dict(filled(found))[2, 3] == 7.0


@pytest.mark.parametrize("ref", ["XFE1", "A0", "ZZZZ2", "A9999999999", "nonsense"])
def test_a_cell_that_no_sheet_has_is_quoted(ref: str) -> None:
    source = FileSource(book({SHEET: sheet(f'<row r="1"><c r="{ref}"><v>1</v></c></row>')}))
    with pytest.raises(FileError, match=ref) as caught:
        source.cells(source.titles()[0])
    assert caught.value.kind == "corrupt"
    assert ref in caught.value.say("zh")


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("DD/MM/YY", "date"),
        ('yyyy"年"m"月"', "date"),
        ("[h]:mm", "span"),
        ("[Red]0.00", "other"),
        ('0" days"', "other"),
        ("0_d;yyyy", "other"),
        ("[$-804]h:mm AM/PM", "date"),
        ("#,##0\\d", "other"),
        ("General", "other"),
    ],
)
def test_what_a_number_format_shows(code: str, wanted: str) -> None:
    assert format_kind(code) == wanted


def test_the_calendar_ends() -> None:
    assert to_moment(2_958_465, "date", date1904=False) == dt.date(9999, 12, 31)
    assert to_moment(2_958_466, "date", date1904=False) == 2_958_466
    assert to_moment(1e300, "date", date1904=True) == 1e300
    assert to_moment(-1e300, "span", date1904=False) == -1e300


def test_halves_of_letters_stay_as_written() -> None:
    assert unescape_text("a_x000D_b_xD800_") == "a\rb_xD800_"
