"""Rows under a table: it grows with all that hangs on it, or says why not."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import pytest
import xlsxwriter

from collabxl import PackageError
from collabxl.opc import lint
from collabxl.opc.areas import Box
from collabxl.opc.book import Book
from collabxl.opc.package import Package
from collabxl.opc.table import append_rows, dependents
from tests.opc.sheets import opened
from tests.opc.workbooks import VARIANTS, bent, edited, pack, unpack, with_chain
from tests.parts import sdk_errors

TITLE, TABLE = "数 据", "xl/tables/table1.xml"
DAY = dt.date(2024, 5, 6)
NEW = [["y", 9, None, DAY], ["z", 10, 5, None]]


def tabled(*, totals: bool = False, extra: Any = None) -> bytes:
    """Return a workbook with a table of four columns, one calculated by an A1 formula, one of dates."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet(TITLE)
    columns = [
        {"header": "a", "total_string": "T"},
        {"header": "b", "total_function": "sum"},
        {"header": "c", "formula": "=表[[#This Row],[b]]*2"},
        {"header": "d"},
    ]
    sheet.add_table("A1:D5" if totals else "A1:D4", {"name": "表", "columns": columns, "total_row": totals})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for row in range(1, 4):
        sheet.write_row(row, 0, [f"x{row}", row])
        sheet.write_formula(row, 2, f"=B{row + 1}*2", None, row * 2)
        sheet.write(row, 3, 45000 + row, day)
    sheet.conditional_format("B2:B4", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("B4:F4", {"type": "top", "value": 1})
    sheet.data_validation("A2:D4", {"validate": "any", "input_title": "x", "input_message": "y"})
    sheet.data_validation("A3", {"validate": "any", "input_title": "z", "input_message": "y"})
    if extra:
        extra(book, sheet)
    book.close()
    return out.getvalue()


def appended(source: bytes, rows: Any = NEW, **options: Any) -> tuple[bytes, Box]:
    package = Package(source)
    area = append_rows(Book(package), "表", rows, **options)
    result = package.save()
    planned = {(row, column) for row in range(area.top, area.bottom + 2) for column in range(1, 5)}
    lint.check(package, result, [], {TITLE: planned})
    return result, area


def refusal(source: bytes, rows: Any = NEW) -> str:
    with pytest.raises(PackageError) as refused:
        appended(source, rows)
    assert "{" not in refused.value.say("zh") + refused.value.say("en")
    return refused.value.code


def shown(source: bytes) -> list[tuple[Any, ...]]:
    return list(opened(source)[TITLE].iter_rows(values_only=True, min_row=4))


@pytest.mark.parametrize("totals", [False, True])
def test_a_table_grows_with_all_that_hangs_on_it(totals, tmp_path):
    result, area = appended(tabled(totals=totals))
    assert area == Box(5, 1, 6, 4)
    last = ("x3", 3, "=B4*2", dt.datetime(2023, 3, 18))
    rows = [last, ("y", 9, "=B5*2", dt.datetime(2024, 5, 6)), ("z", 10, 5, None)]
    assert shown(result) == rows + ([("T", "=SUBTOTAL(109,[b])", None, None)] if totals else [])
    sheet = opened(result)[TITLE]
    table = sheet.tables["表"]
    assert (table.ref, table.autoFilter.ref) == ("A1:D7" if totals else "A1:D6", "A1:D6")
    assert sheet.dimensions == table.ref
    assert [str(each.sqref) for each in sheet.conditional_formatting] == ["B2:B6", "B4:F4 B5:D6"]
    assert [str(each.sqref) for each in sheet.data_validations.dataValidation] == ["A2:D6", "A3"]
    assert "<xm:sqref>B2:B6</xm:sqref>" in unpack(result)["xl/worksheets/sheet1.xml"].decode()
    assert sheet["D6"].number_format == "yyyy-mm-dd"
    path = tmp_path / "x.xlsx"
    path.write_bytes(result)
    assert sdk_errors(path) == []


@pytest.mark.parametrize("variant", ["prefixed elements", "line breaks", "no styles", "single quotes", "comments"])
def test_other_writers_tables_grow_too(variant):
    source = VARIANTS[variant](tabled())
    result, _ = appended(source)
    assert b'ref="A1:D6"' in unpack(result)[TABLE].replace(b"'", b'"')


def test_shared_formulas_of_the_last_row_are_followed():
    source = bent(
        tabled(),
        sheet=lambda xml: edited("<f>B4\\*2</f>", '<f t="shared" si="0"/>')(
            edited("<f>B3\\*2</f>", '<f t="shared" ref="C3:C4" si="0">B3*2</f>')(xml)
        ),
    )
    assert shown(appended(source)[0])[1][2] == "=B5*2"


def test_a_constant_in_the_last_row_leaves_the_columns_own_formula():
    source = bent(tabled(), sheet=edited("<f>B4\\*2</f>", ""))
    assert shown(appended(source)[0])[1][2] == "=表[[#This Row],[b]]*2"


def test_the_row_kept_for_input_is_filled_first():
    parts = unpack(tabled())
    parts[TABLE] = edited("<table ", '<table insertRow="1" ')(parts[TABLE])
    result, area = appended(pack(parts), NEW[:1])
    assert area == Box(4, 1, 4, 4)
    assert b'ref="A1:D4"' in unpack(result)[TABLE]
    assert b"insertRow" not in unpack(result)[TABLE]


def test_no_rows_are_no_change_and_a_short_row_is_our_bug():
    package = Package(tabled())
    append_rows(Book(package), "表", [])
    assert package.save() == tabled()
    with pytest.raises(ValueError, match="4 columns"):
        append_rows(Book(package), "表", [["x"]])


def test_who_points_at_the_table_by_address_is_told():
    def extra(book, sheet):
        book.define_name("all", f"='{TITLE}'!$B$2:$B$4")
        book.define_name("first", f"='{TITLE}'!$B$2:$B$3")
        book.define_name("columns", f"='{TITLE}'!$B:$B")
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": f"='{TITLE}'!$B$2:$B$4"})
        sheet.insert_chart("H2", chart)

    source = tabled(extra=extra)
    range_ = f"'{TITLE}'!$B$2:$B$4"
    assert dependents(Book(Package(source)), "表") == [("all", range_), ("xl/charts/chart1.xml", range_)]
    assert unpack(appended(source)[0])["xl/charts/chart1.xml"] == unpack(source)["xl/charts/chart1.xml"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (edited('totalsRowShown="0"', 'tableType="queryTable" totalsRowShown="0"'), "query-table"),
        (
            edited('<tableColumn id="1" name="a"[^>]*/>', '<tableColumn id="1" name="a"><xmlColumnPr/></tableColumn>'),
            "query-table",
        ),
        (edited("<calculatedColumnFormula>", '<calculatedColumnFormula array="1">'), "array-column"),
        (edited('name="表"', 'name="x"'), ""),
    ],
)
def test_tables_that_cannot_grow_are_refused(change, code):
    parts = unpack(tabled())
    parts[TABLE] = change(parts[TABLE])
    if code:
        assert refusal(pack(parts)) == code
    else:
        assert appended(pack(parts))[1].top == 5, "the name people see counts too"
    with pytest.raises(PackageError) as refused:
        append_rows(Book(Package(tabled())), "nix", [])
    assert refused.value.code == "no-such-table"


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        (lambda book, sheet: sheet.write("B6", 1), "cells-below"),
        (lambda book, sheet: sheet.write("B7", 1), ""),
        (lambda book, sheet: sheet.write_blank("B6", None, book.add_format({"bold": 1})), ""),
        (lambda book, sheet: sheet.add_table("C6:D8"), "cells-below"),
        (lambda book, sheet: sheet.merge_range("D6:E7", ""), "cells-below"),
        (lambda book, sheet: sheet.protect(), "protected-sheet"),
    ],
)
def test_what_lies_below_is_not_overwritten(extra, code):
    source = tabled(extra=extra)
    if code:
        assert refusal(source) == code
    else:
        assert appended(source)[1].bottom == 6
    if code == "protected-sheet":
        assert appended(source, locked=True)[1].bottom == 6


@pytest.mark.parametrize(
    ("extra", "refused"),
    [
        (lambda book, sheet: book.define_name("t", f"='{TITLE}'!$B$5"), True),
        (lambda book, sheet: sheet.write_formula("F1", "=B5"), True),
        (lambda book, sheet: book.add_worksheet("o").write_formula("F1", f"='{TITLE}'!A5:B5"), True),
        (lambda book, sheet: book.add_worksheet("o").write_formula("F1", "=B5+SUM(表[[#Totals],[b]])"), False),
        (lambda book, sheet: sheet.write_formula("F1", "=SUM(B:B)+B4"), False),
    ],
)
def test_a_totals_row_that_is_pointed_at_stays(extra, refused):
    source = tabled(totals=True, extra=extra)
    if refused:
        assert refusal(source) == "totals-pointed-at"
    else:
        assert appended(source)[1].bottom == 6


def test_the_calculation_chain_goes_when_formulas_come():
    assert "xl/calcChain.xml" not in unpack(appended(with_chain(tabled()))[0])
    typed = [["y", 1, 2, DAY]]
    assert "xl/calcChain.xml" in unpack(appended(with_chain(tabled()), typed)[0])
    assert re.search(rb'fullCalcOnLoad="1"', unpack(appended(tabled())[0])["xl/workbook.xml"])
