"""What leaves a workbook or would run, and what only looks like it: families of both."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as some
from openpyxl.utils import FORMULAE

from collabxl.ooxml.dangerous_text import has_external_reference, is_dangerous
from collabxl.ooxml.reader.cell_marks import read_marks
from collabxl.reading.file import read_file

LEAVING = [
    "http://example.invalid",
    "https://example.invalid/a?b=[1]",
    "file:///c:/x.xlsx",
    r"\\server\x",
    "other.xlsx",
]
PLACES = [
    "#Sheet2!A1",
    "#'任务 分工表'!A1",
    "mailto:a@example.invalid",
    "MAILTO:a@example.invalid?subject=x",
    "tel:10086",
]
words = some.text("甲乙丙ABCabc 019()（）[]!|、,.:：", min_size=1, max_size=12)
"""What people write: letters, brackets and marks, but nothing that computes."""


@pytest.mark.parametrize(
    "formula",
    [
        *(f'HYPERLINK("{target}","看")' for target in LEAVING),
        'HYPERLINK(A1,"x")',
        'IF(A1="",HYPERLINK("http://example.invalid"),HYPERLINK("#A1"))',
        'HYPERLINK(A1)&"#"',
        "[1]Sheet1!$A$1",
        "SUM('[1]任务 分工表'!A1:A9)",
        "[2]!名称",
        r"'C:\共享\[总表.xlsx]Sheet1'!A1+1",
        "cmd|'/c calc'!A0",
        "Excel|'[a.xls]b'!R1C1",
        "-cmd|' /C calc'!A1",
        '_xlfn.WEBSERVICE("http://example.invalid")',
        '_xlfn.IMAGE("http://example.invalid/a.png")',
        'RTD("x",,"y")',
        'REGISTER.ID("kernel32","x")',
        '"[#"&CALL("kernel32")',
    ],
)
def test_a_formula_that_leaves_is_found(formula: str) -> None:
    assert has_external_reference(formula)
    assert is_dangerous(f"={formula}")


@pytest.mark.parametrize(
    "formula",
    [
        *(f'HYPERLINK("{place}","看")' for place in PLACES),
        'HYPERLINK("#"&A1,"x")',
        'HYPERLINK(CONCATENATE("#\'",A1,"\'!A1"))',
        "表1[[#This Row],[2024]]",
        "表1[2024]&Sheet2!A1",
        "SUM(表1[[#All],[1月]:[12月]])+'二月'!A1",
        "Table1[@[2024]]*2",
        '"[1]Sheet1!A1"&A2',
        "\"cmd|' /c calc'!A1\"",
        '"见 HYPERLINK(http://example.invalid)"',
        'IF(A1="是","WEBSERVICE(","")&B1',
        'DISPIMG("ID_0A1B2C3D4E5F",1)',
        '_xlfn.DISPIMG("ID_0A1B2C3D4E5F",1)',
        "[0]!名称",
        "A1&B1",
        "'RTD(1)'!A1",
    ],
)
def test_a_formula_that_stays_is_not(formula: str) -> None:
    assert not has_external_reference(formula)


@given(words)
def test_words_in_a_literal_never_leave(text: str) -> None:
    assert not has_external_reference(f'IF(A1="{text}","{text}",B1)&"HYPERLINK({text}"')


@given(words, some.sampled_from(["甲", "Ab"]))
def test_a_column_of_a_table_never_leaves(text: str, table: str) -> None:
    column = text.translate({ord(mark): None for mark in "[]!|()"})
    for reference in (
        f"{table}[{column}]",
        f"{table}[[#This Row],[{column}]]",
        f"{table}[[#All],[{column}]]&Sheet2!A1",
    ):
        assert not has_external_reference(reference)


@pytest.mark.parametrize(
    "text",
    [
        *("-check (twice)", "-check(twice)", "@John", "@John Smith", "@T001", "+1 同意", "+1 agreed", "+/-5%"),
        *("- [ ] 待办", "--见附件--", "=>见附件", "== 第二阶段 ==", "=同意", "-2天", "-1. 先调研", "-张三（已联系）"),
        *("-APP(iOS)", "+86 138-0000-0000", "-2024-07-05", "+张三、李四", "-（1）需求；（2）设计", "@全体成员(周五前)"),
        *("- A/B 测试 | 第二组!", '=DISPIMG("ID_1",1)', "-5", "=", "-", "=" + "A1+" * 3000 + "1"),
    ],
)
def test_a_text_that_people_write_is_harmless(text: str) -> None:
    assert not is_dangerous(text)


@given(
    some.sampled_from("+-@＋－＠"), some.sampled_from(["", " "]), some.text("甲乙丙abc 019（）、，。:：!?", max_size=20)
)
def test_a_note_behind_a_mark_is_harmless(mark: str, blank: str, note: str) -> None:
    assert not is_dangerous(f"{mark}{blank}记{note}")


@given(some.sampled_from(["=", "+", "-", "@", "＝", "＋"]), some.sampled_from(sorted(FORMULAE)), some.booleans())
def test_a_call_behind_a_mark_would_run(mark: str, function: str, small: bool) -> None:
    assert is_dangerous(f"{mark}{function.lower() if small else function}(A1,1)")


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "＝1+1", "=A1", "=5", "-2+3", "+A1", "-A1+B2", "=(A1)", '="a"&"b"', "+cmd|' /c'!A1", "@cmd|'/c'!A1"),
        *("=MyMacro()", "=cmd|'/c calc'!A0", '-HYPERLINK ("http://example.invalid")', "=甲!A1+SUM(B1)"),
    ],
)
def test_a_text_that_computes_would_run(text: str) -> None:
    assert is_dangerous(text)


def test_pictures_in_cells_are_no_errors() -> None:
    rich = b'<c r="%b" s="1" t="e" vm="1">%b<v>#VALUE!</v></c>'
    cells = [(b"A1", b""), (b"B1", b'<f>_xlfn.DISPIMG("ID_1",1)</f>'), (b"C1", b"<f>FILTER(A1:A2,A1:A2)</f>")]
    xml = b"<worksheet><sheetData><row r='1'>%b</row></sheetData></worksheet>" % b"".join(rich % each for each in cells)
    assert read_marks(xml).errors == {(1, 3): "#VALUE!"}


def test_of_formulas_in_a_file_those_are_told_that_leave(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("任务分工表")
        sheet.write_row(0, 0, ["任务名称", "负责人", "所属部门", "备注"])
        stays = ['HYPERLINK("#A1","x")', '"<[1]x!>"&A1', 'HYPERLINK("mailto:a@b.invalid")', 'DISPIMG("ID_1",1)']
        leaves = ['HYPERLINK("http://example.invalid","x")', "[1]Sheet1!A1"]
        for row, formula in enumerate([*stays, *leaves], 1):
            sheet.write_row(row, 0, [f"任务{row}", "张三"])
            sheet.write_formula(row, 3, f"={formula}", None, '=DISPIMG("ID_1",1)' if "DISPIMG" in formula else "x")
    (page,) = read_file(path).sheets
    told = [misfit.row for misfit in page.misfits if misfit.fault == "dangerous-text"]
    assert told == [len(stays) + 2, len(stays) + 3]
