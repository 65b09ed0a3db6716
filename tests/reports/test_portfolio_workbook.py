"""The workbook of a portfolio: valid, text stays text, links lead to cells, and no run takes it for input."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from collabxl import Lang, read_portfolio
from collabxl.reports import list_sheet
from collabxl.reports.portfolio import workbook as module
from collabxl.reports.portfolio.totals import by_person, worst_first
from collabxl.reports.portfolio.workbook import workbook
from collabxl.text import LANGS
from tests.parts import convert, pictures, sdk_errors
from tests.reports.portfolios import many
from tests.reports.test_dashboard_safety import HOSTILE, hostile
from tools.samples.__main__ import SAMPLES, TODAY

SHEETS, FIRST = 9, 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples in a folder with a name that links have to spell."""
    made = tmp_path_factory.mktemp("all")
    shutil.copytree(SAMPLES, made / "项目 #1 50%", ignore=shutil.ignore_patterns("*.txt", "pictures"))
    return made


def written(folder: Path, lang: Lang = "zh") -> Path:
    portfolio = read_portfolio([folder / "项目 #1 50%"], today=TODAY)
    path = folder / f"portfolio.{lang}.xlsx"
    path.write_bytes(workbook(portfolio, path, lang))
    return path


def rows(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=FIRST)]


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGS)
def test_it_is_valid_and_printed_on_few_pages(folder: Path, tmp_path: Path, lang: Lang) -> None:
    path = written(folder, lang)
    assert sdk_errors(path) == []
    assert len(openpyxl.load_workbook(path).sheetnames) == SHEETS
    assert 12 < len(pictures(path, tmp_path, dpi=40)) < 30


@pytest.mark.slow
def test_its_lists_are_the_portfolio(folder: Path) -> None:
    portfolio = read_portfolio([folder / "项目 #1 50%"], today=TODAY)
    book = openpyxl.load_workbook(written(folder))
    _, projects, _, people, tasks, risks, _, findings, aside = book.worksheets
    listed = rows(projects)
    assert [[row[1], row[5], row[9], row[10]] for row in listed] == [
        [each.name, each.total, each.overdue, each.soon] for each in worst_first(portfolio)
    ]
    assert [row[3] for row in listed] == [each.done_share / 100 for each in worst_first(portfolio)]
    assert [row[0] for row in rows(people) if row[0] != "（未填）"] == [
        load.name for load in by_person(portfolio) if load.name
    ]
    assert len(rows(tasks)) == sum(len(each.tasks) for each in portfolio.projects)
    assert [row[0] for row in rows(risks)] == sorted((row[0] for row in rows(risks)), reverse=True)
    assert len(rows(findings)) == sum(len(each.problems) for each in portfolio.projects) > 200
    assert rows(aside) == []
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes and sheet.auto_filter.ref and sheet.print_title_rows == "$4:$4"


@pytest.mark.slow
def test_links_lead_to_files_and_cells_that_are_there(folder: Path) -> None:
    book = openpyxl.load_workbook(written(folder))
    found = set()
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.hyperlink:
                    found.add((cell.hyperlink.target, cell.hyperlink.location))
    assert len(found) > 150
    for address, place in found:
        file = folder / unquote(address.replace("\\", "/"))
        assert file.is_file(), address
        if place:
            title, cell = place.replace("'", "").rsplit("!", 1)
            assert title in openpyxl.load_workbook(file, read_only=True).sheetnames
            assert cell[0].isalpha() and cell[-1].isdigit()


def test_text_never_becomes_a_formula_or_a_link(tmp_path: Path) -> None:
    portfolio = hostile(HOSTILE)
    path = tmp_path / "portfolio.xlsx"
    path.write_bytes(workbook(portfolio, path, "zh"))
    assert sdk_errors(path) == []
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    targets = {cell.hyperlink.target for cell in cells if cell.hyperlink}
    assert targets and all(each.startswith("..\\") for each in targets)
    recalculated = convert(path, "xlsx", tmp_path / "lo")
    shown = CalamineWorkbook.from_path(str(recalculated)).get_sheet_by_index(1).to_python()
    names = {str(row[1]).strip() for row in shown[FIRST - 1 :]}
    assert {text.strip() for text in HOSTILE if text.isprintable()} <= names


def test_longer_lists_end_with_what_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 10)
    monkeypatch.setattr(list_sheet, "LINKS", 4)
    path = tmp_path / "portfolio.xlsx"
    path.write_bytes(workbook(many(25), path, "en"))
    sheet = openpyxl.load_workbook(path).worksheets[1]
    assert len(rows(sheet)) == 11 and str(rows(sheet)[-1][0]).startswith("15 more rows")
    assert sum(bool(cell.hyperlink) for cell in sheet["B"]) == 4
    assert sdk_errors(path) == []


def test_an_empty_portfolio_is_a_workbook_too(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.xlsx"
    path.write_bytes(workbook(replace(many(0), skipped_files=()), path, "zh"))
    assert sdk_errors(path) == []
    properties = openpyxl.load_workbook(path).custom_doc_props
    assert [(each.name, each.value) for each in properties.props] == [("collabxl.report", "portfolio")]
