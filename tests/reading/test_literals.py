"""What formulas of people look up is not mended behind their backs: it is told why, and where the formula stands."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from collabxl.pipeline.batch import check_workbooks
from collabxl.pipeline.fix import fix_workbooks
from collabxl.reading import lookups
from collabxl.reading.file import FileSource
from collabxl.reading.literals import find_lookups, lost_lookup, text_literals
from collabxl.reading.workbook import read_source
from collabxl.rules.engine.findings import Finding

TODAY = dt.date(2024, 8, 1)


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ('VLOOKUP("项目名称",A:B,2,0)', {"项目名称"}),
        ('COUNTIF(H:H,"完成")', {"完成"}),
        ('COUNTIFS(H:H,"<>完成",B:B,"a*")', {"完成", "a*"}),
        ('SUM(COUNTIF(H:H,{"完成","进行中"}))', {"完成", "进行中"}),
        ('IF(H2="完成","是","否")', {"完成"}),
        ('IF("Done" = H2,1,0)', {"done"}),
        ('IF(A1>1,"完成","进行中")', set()),
        ('_xlfn.XLOOKUP("a ""b""",A:A,B:B)', {'a "b"'}),
        ('ISNUMBER(SEARCH("完成",H2))', {"*完成*"}),
        ("SUM('完成 \"x\"'!A1:A9)+SUM(表1[截止])", {"截止"}),
        ('"完成,进行中"', {"完成,进行中", "完成", "进行中"}),
        ('"共 "&COUNTA(A:A)&" 项"', set()),
        ("A1+1", set()),
        ('COUNTIF(C:C,"Ann ")', {"ann "}),
        ('SUMPRODUCT((C2:C4="Ann ")*1)', {"ann "}),
    ],
)
def test_words_that_a_formula_looks_up(formula: str, found: set[str]) -> None:
    assert {*text_literals(formula)} - {word for word in found if "," in word} == {
        word for word in found if "," not in word
    }


def test_a_pattern_that_still_finds_the_cell_loses_nothing() -> None:
    found = find_lookups([("*完成*", "A!B1"), ("完?", "A!B2"), ("延期", "A!B3")], {"完成"})
    assert lost_lookup(found, "完成", "已完成") == "A!B2"
    assert lost_lookup({"*完成*": "A!B1"}, "完成", "已完成") is None
    assert lost_lookup({"done": "A!B1"}, "Done", "done") is None
    assert lost_lookup({"ann ": "A!B1"}, "Ann ", "Ann") == "A!B1", "programs compare outer blanks"


FIXED = {"C1": "BK006", "H2": "CV102", "E2": "CV104"}
"""Cells with safe fixes: a renamed column, a synonym, a date as text."""
LOOKUPS = {
    "C1": 'MATCH("责任人",任务分工表!1:1,0)',
    "H2": 'COUNTIF(任务分工表!H:H,"完成")',
    "E2": '任务分工表!E2="2024/9/2"',
}


def written(path: Path, *formulas: str, colours: str | None = None) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("任务分工表")
        sheet.write_row(0, 0, ["编号", "任务名称", "责任人", "所属部门", "截止日期", "优先级", "依赖任务", "状态"])
        sheet.write_row(1, 0, ["T001", "调研", "张三", "市场部", "2024/9/2", "高", "-", "完成"])
        other = book.add_worksheet("统计")
        for at, formula in enumerate(formulas):
            other.write_formula(at, 1, f"={formula}")
        if colours:
            sheet.conditional_format("H2:H9", {"type": "formula", "criteria": f"={colours}"})
    return path


def found(path: Path) -> dict[str, Finding]:
    (outcome,) = check_workbooks([path], today=TODAY, jobs=1)
    return {str(each.cell): each for each in outcome.findings if FIXED.get(str(each.cell)) == each.rule.code}


def test_without_such_formulas_all_is_mended(tmp_path: Path) -> None:
    told = found(written(tmp_path / "book.xlsx", 'IF(任务分工表!A2>1,"完成","责任人")'))
    assert {cell: each.fixable for cell, each in told.items()} == dict.fromkeys(FIXED, True)


@pytest.mark.parametrize("cell", FIXED)
def test_what_a_formula_looks_up_is_told_and_left(cell: str, tmp_path: Path) -> None:
    path = written(tmp_path / "book.xlsx", "1+1", LOOKUPS[cell])
    told = found(path)
    assert {other: each.fixable for other, each in told.items()} == {other: other != cell for other in FIXED}
    assert "统计!B2" in told[cell].advice("zh")
    assert "统计!B2" in told[cell].advice("en")
    (fixed,) = fix_workbooks([path], today=TODAY, jobs=1)
    assert {each.cell for each in fixed.fixes} == FIXED.keys() - {cell}


def test_colours_that_go_by_a_word_count_too(tmp_path: Path) -> None:
    told = found(written(tmp_path / "book.xlsx", colours='$H2="完成"'))
    assert {cell: each.fixable for cell, each in told.items()} == {"C1": True, "E2": True, "H2": False}
    assert "任务分工表" in told["H2"].advice("zh")


def test_formulas_that_a_workbook_was_built_with_count_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "_replaceable", lambda _: ["已完成", "项目/任务名称", "时间周期"])
    source = FileSource((Path(__file__).parents[2] / "samples" / "filled.xlsx").read_bytes())
    reading = read_source(source, "filled.xlsx")
    assert reading.is_built
    assert reading.looked_up == {}
    assert lookups.lookups(source, source.titles(), reading.sheets, built=False).keys() >= {"已完成", "时间周期"}


@pytest.mark.parametrize(
    ("cell", "formula"),
    [("C2", 'COUNTIF(任务分工表!C:C,"张三 ")'), ("I3", 'MATCH("T001,T001",任务分工表!I:I,0)')],
)
def test_what_is_untidy_and_looked_up_is_left(cell: str, formula: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, other = book.add_worksheet("任务分工表"), book.add_worksheet("统计")
        sheet.write_row(
            0, 0, ["编号", "任务名称", "负责人", "所属部门", "截止日期", "优先级", "里程碑", "状态", "依赖任务"]
        )
        sheet.write_row(1, 0, ["T001", "甲", "张三 ", "市场部", "", "高", "否", "未开始"])
        sheet.write_row(2, 0, ["T002", "乙", "李四", "市场部", "", "高", "否", "未开始", "T001,T001"])
        other.write_formula("A1", f"={formula}", None, 1)
    before = openpyxl.load_workbook(path)["任务分工表"][cell].value
    fixed = [*fix_workbooks(path, today=TODAY, jobs=1)]
    assert openpyxl.load_workbook(path)["任务分工表"][cell].value == before
    assert [each.outcome.error for each in fixed] == [None]
