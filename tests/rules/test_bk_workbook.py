"""What is said of a workbook that collabxl built, where its sheets are protected or its own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from collabxl import Settings, build_workbook, check_workbooks
from collabxl.ooxml.reader.cells import Raw
from collabxl.ooxml.reader.coverage import Coverage
from collabxl.reading.source import SheetCells
from collabxl.reading.tables import build_tables
from collabxl.rules.engine.run import check
from collabxl.schema.sheets import Conflicts
from collabxl.text import LANGS
from tests.tables import TODAY, Example, example


@pytest.mark.parametrize("lang", LANGS)
def test_a_sheet_that_collabxl_wrote_is_not_blamed(lang: str) -> None:
    made = example("schema 1\ntasks\n| name | status |\n| A | ¬done |", lang)
    columns = Conflicts.meta.columns
    titles: list[Raw] = [column.title.to(lang) for column in columns]
    dirty: list[Raw] = [" 甲", "Ａ", "=1+1", "请填写", "#REF!", "x" * 3000, "某部门", "", "搞定"]
    rows = [titles, dirty, [""] * len(columns), dirty]
    made.source.sheets[Conflicts.meta.title.to(lang)] = SheetCells(5, 1, rows, coverage=Coverage())
    findings = check(build_tables([made.reading()]), today=TODAY, settings=Settings(pack="strict")).findings[0]
    assert "BK010" in {finding.rule.code for finding in findings}
    assert [finding for finding in findings if finding.sheet == Conflicts.meta.key] == []


@pytest.mark.slow
def test_nobody_is_told_to_delete_rows_of_a_protected_sheet(tmp_path: Path) -> None:
    made = tmp_path / "built.xlsx"
    tasks = [{"name": "A"}, {}, {"name": "B"}]
    build_workbook(made, project={}, rows={"tasks": tasks}, today=dt.date(2024, 7, 1))
    sheet = openpyxl.load_workbook(made)["任务分工表"]
    assert sheet.protection.sheet
    assert sheet.protection.deleteRows
    (outcome,) = check_workbooks([made], today=TODAY)
    (finding,) = [each for each in outcome.findings if each.rule.code == "BK007"]
    assert "need to delete" in finding.advice("en")
    typed: Example = example("tasks\n| name | due |\n| A | 2024-07-01 |\n| | |\n| B | 2024-07-01 |")
    (finding,) = check(build_tables([typed.reading()]), today=TODAY, settings=Settings(select=("BK007",))).findings[0]
    assert finding.advice("en").startswith("Delete")
