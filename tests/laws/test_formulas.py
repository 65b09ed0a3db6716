"""A formula never becomes a value: whoever writes leaves it, offers no fix for it, and mends the cells beside it."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from random import Random

import openpyxl
import pytest
import xlsxwriter

from collabxl import Settings, check_workbooks, fix_workbooks, sync_workbooks
from collabxl.ooxml.zip import RawZip
from collabxl.schema.serials import to_serial
from tests.laws.test_batch import TODAY, workbook
from tests.laws.test_fixes import WITH_FIX, rule_of
from tests.tables import Example, example

ALL_RULES = Settings(pack="strict")
COUNT = 40
_FORMULAS = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*>(<f[^>]*>[^<]*</f>|<f[^>]*/>)')


def computed(made: Example, path: Path, chance: Random, share: float) -> Path:
    """Return an example as a file in which so many of its cells are formulas of all kinds, showing what they said."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for title, cells in made.source.sheets.items():
            sheet = book.add_worksheet(title)
            for row, line in enumerate(cells.rows):
                for column, value in enumerate(line):
                    look = day if isinstance(value, dt.date) else None
                    if value == "" or chance.random() >= share or isinstance(value, dt.time):
                        sheet.write(row, column, value, look)
                        continue
                    shown = to_serial(value) if isinstance(value, dt.date) else value
                    _write(sheet, (row, column, shown, look), chance)
    return path


def _write(sheet: xlsxwriter.worksheet.Worksheet, cell: tuple, chance: Random) -> None:
    row, column, shown, look = cell
    formula = '="x"&1' if isinstance(shown, str) else "=1+2"
    match chance.randrange(3):
        case 0:
            sheet.write_formula(row, column, formula, look, shown)
        case 1:
            sheet.write_array_formula(row, column, row, column, formula, look, shown)
        case _:
            sheet.write_dynamic_array_formula(row, column, row, column, formula, look, shown)


def formulas(path: Path) -> dict[str, list[tuple[bytes, bytes]]]:
    zipped = RawZip(path.read_bytes())
    sheets = [name for name in zipped.entries if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)]
    return {name: _FORMULAS.findall(zipped.read(name)) for name in sheets}


def holds(path: Path) -> int:
    """Assert that neither fix nor sync alters or loses a formula; return how many there are."""
    before = formulas(path)
    for _ in fix_workbooks([path], today=TODAY, settings=ALL_RULES, jobs=1):
        assert {name: found for name, found in formulas(path).items() if name in before} == before
    list(sync_workbooks([path], today=TODAY, settings=ALL_RULES, annotate=True, jobs=1))
    after = formulas(path)
    assert {name: after[name] for name in before} == before
    return sum(map(len, before.values()))


@pytest.mark.slow
@pytest.mark.parametrize("code", sorted(WITH_FIX))
def test_where_a_formula_says_it_no_fix_is_offered(code: str, tmp_path: Path) -> None:
    made = example(rule_of(code).example)
    path = computed(made, tmp_path / "w.xlsx", Random(code), 1.0)
    (outcome,) = check_workbooks([path], today=made.today, settings=ALL_RULES, jobs=1)
    fixable = [finding for finding in outcome.findings if finding.fixable]
    assert all(isinstance(finding.replacement, dt.date) for finding in fixable), "only how a date is shown may change"
    assert holds(path)


@pytest.mark.slow
def test_it_holds_for_workbooks_that_nobody_wrote(tmp_path: Path) -> None:
    for seed in range(COUNT):
        made = Example(workbook(seed), TODAY, set())
        assert holds(computed(made, tmp_path / f"{seed}.xlsx", Random(seed), 0.3))


def test_what_an_array_fills_is_computed_too(tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("任务分工表")
        sheet.write_row(0, 0, ["任务名称", "负责人", "状态"])
        sheet.write_column(1, 0, ["调研", "设计", "上线"])
        sheet.write_array_formula(1, 2, 2, 2, '{=IF({1;1},"完成")}', None, "完成")
        sheet.write(2, 2, "完成")
        sheet.write(3, 2, "完成")
    (fixed,) = fix_workbooks([path], today=TODAY, settings=ALL_RULES, jobs=1)
    assert [(each.cell, each.new) for each in fixed.fixes] == [("C4", "已完成")]
    assert not fixed.refused


def test_a_computed_date_gets_a_format_and_stays_computed(tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("任务分工表")
        sheet.write_row(0, 0, ["任务名称", "负责人", "截止日期"])
        sheet.write_row(1, 0, ["调研", "张三"])
        sheet.write_formula(1, 2, "=WORKDAY(DATE(2024,7,1),5)", None, 45481)
        sheet.write_row(2, 0, ["设计", "李四"])
        sheet.write_formula(2, 2, "=C2+0.5", None, 45481.5)
    (fixed,) = fix_workbooks([path], today=TODAY, settings=ALL_RULES, jobs=1)
    assert [(each.cell, each.new) for each in fixed.fixes] == [("C2", dt.date(2024, 7, 8))]
    sheet = openpyxl.load_workbook(path)["任务分工表"]
    assert (sheet["C2"].value, sheet["C2"].number_format) == ("=WORKDAY(DATE(2024,7,1),5)", "mm-dd-yy")
    assert (sheet["C3"].value, sheet["C3"].number_format) == ("=C2+0.5", "General")
