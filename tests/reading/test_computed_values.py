"""A file that asks to be computed: what its formulas showed last counts for nothing, what they show is computed."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from collabxl.ooxml.package import Package
from collabxl.ooxml.reader.cells import CellMarks, ComputedCells
from collabxl.pipeline.batch import check_workbooks
from collabxl.pipeline.fix import fix_workbooks
from collabxl.reading import computed_values
from collabxl.reading.file import FileSource, read_file
from collabxl.reading.source import Computation, SheetCells

TODAY = dt.date(2024, 8, 1)
HEADS = ["编号", "任务名称", "负责人", "所属部门", "截止日期", "优先级", "依赖任务", "状态", "验收"]
ASKS = b' fullCalcOnLoad="1"'
UNKNOWN = "=NOSUCHFUNCTION(1)"


def written(path: Path, *rows: Sequence[object], asks: bool = True) -> Path:
    """Return a workbook of tasks, written by a program that computes nothing: a formula may come with its result."""
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("任务分工表")
        sheet.write_row(0, 0, HEADS)
        for at, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                look = day if HEADS[place] == "截止日期" else None
                if isinstance(cell, tuple):
                    sheet.write_formula(at, place, cell[0], look, cell[1])
                else:
                    sheet.write(at, place, cell, look)
    if not asks:
        package = Package(path.read_bytes())
        package.put("xl/workbook.xml", package.read("xl/workbook.xml").replace(ASKS, b""))
        path.write_bytes(package.save())
    return path


def found(path: Path) -> set[tuple[str, str]]:
    (outcome,) = check_workbooks([path], today=TODAY, jobs=1)
    assert outcome.error is None
    return {
        (finding.cell, finding.rule.code)
        for finding in outcome.findings
        if finding.cell and finding.row and finding.row > 1
    }


def task(due: object, after: object, status: object, number: str = "T001") -> list[object]:
    return [number, f"任务{number}", "张三", "市场部", due, "高", after, status]


def test_formulas_that_nobody_computed_are_computed(tmp_path: Path) -> None:
    first = task("=DATE(2024,9,2)", '=IF(1>2,"T001","-")', '=IF(TRUE,"未开始","")')
    second = task("=E2+7", "=A2", "=H2", "T002")
    path = written(tmp_path / "book.xlsx", first, second)
    assert found(path) == set()
    (page,) = (page for page in read_file(path).sheets if page.key == "tasks")
    assert [day - page.columns["due"][0] for day in page.columns["due"]] == [0, 7]
    assert page.columns["after"] == ["-", "T001"]
    assert page.columns["status"] == ["not_started", "not_started"]


def test_what_they_show_is_told_like_anything_else(tmp_path: Path) -> None:
    path = written(tmp_path / "book.xlsx", task("=DATE(2024,7,1)", '="没有的任务"', "=NA()"))
    assert found(path) == {("E2", "DL401"), ("G2", "DP301"), ("H2", "CV111")}


def test_nothing_is_concluded_from_what_cannot_be_computed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    nothing = written(tmp_path / "nothing.xlsx", task(UNKNOWN, UNKNOWN, UNKNOWN))
    error = written(tmp_path / "error.xlsx", task((UNKNOWN, "#REF!"), (UNKNOWN, "T009"), (UNKNOWN, "未定")))
    with caplog.at_level(logging.WARNING, "collabxl"):
        outcomes = list(check_workbooks([nothing, error], today=TODAY, jobs=1))
    assert [outcome.reading.uncomputed for outcome in outcomes if outcome.reading] == [3, 2]
    told = [
        (each.cell, each.rule.code) for outcome in outcomes for each in outcome.findings if each.row and each.row > 1
    ]
    assert told == [("G2", "DP301")]  # what may be true stays, and what follows from it
    (note,) = caplog.records
    assert "nothing.xlsx" in note.getMessage()
    assert "error.xlsx" in note.getMessage()


def test_what_may_be_true_stays(tmp_path: Path) -> None:
    path = written(tmp_path / "book.xlsx", task((UNKNOWN, 45540), (UNKNOWN, "-"), (UNKNOWN, "进行中")))
    (page,) = (page for page in read_file(path).sheets if page.key == "tasks")
    assert page.columns["status"] == ["in_progress"]
    assert page.columns["after"] == ["-"]
    assert page.misfits == []


def test_a_file_that_was_computed_is_believed(tmp_path: Path) -> None:
    cells = task(("=DATE(2024,9,2)", 45536), ("=A9", "T009"), ('="已完成"', "未定"))
    assert found(written(tmp_path / "book.xlsx", cells, asks=False)) == {("G2", "DP301"), ("H2", "CV102")}


def test_after_a_fix_formulas_of_people_show_what_follows_from_it(tmp_path: Path) -> None:
    cells = task(dt.date(2024, 9, 2), "-", "完成")
    second = task(dt.date(2024, 9, 2), "-", ('=IF(H2="已完成","已完成","等完成")', "等完成"), "T002")
    path = written(tmp_path / "book.xlsx", cells, second, asks=False)
    assert ("H3", "CV102") in found(path)
    (fixed,) = fix_workbooks([path], today=TODAY, jobs=1)
    assert fixed.written
    assert ("H3", "CV102") not in found(path)
    assert not [each for each in fixed.outcome.findings if each.cell == "H3" and each.rule.code == "CV102"]


def test_only_so_many_are_computed_and_none_where_the_reader_broke_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [task("=DATE(2024,9,2)", "-", "进行中", f"T{at:03}") for at in range(9)]
    path = written(tmp_path / "book.xlsx", *rows)
    monkeypatch.setattr(computed_values, "MOST_COMPUTED", 4)
    assert read_file(path).uncomputed == 5
    assert read_file(path, careful=True).uncomputed == 9


def test_a_workbook_without_formulas_of_people_is_not_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    monkeypatch.setattr(computed_values.FormulaComputation, "_opened", lambda _: opened.append(1))
    built = Path(__file__).parents[2] / "samples" / "filled.xlsx"
    source = FileSource(built.read_bytes())
    assert source._container.asks_to_compute()
    assert read_file(built).uncomputed == 0
    assert not opened


def test_rows_that_are_one_and_the_same_stay_apart() -> None:
    empty: list[object] = ["", ""]
    marks = CellMarks(computed=ComputedCells({2: (2,)}))
    cells = SheetCells(1, 1, [empty, empty, empty], marks, compute=lambda _: Computation("x"))  # type: ignore[list-item]
    settled, unsure = computed_values.settle_formulas(cells, {2: False}, 1)
    assert settled.rows == [["", ""], ["", "x"], ["", ""]]
    assert unsure == frozenset()
