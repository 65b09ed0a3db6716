"""The workbook of findings: valid, harmless, its links lead to the cells, and it is never taken for a project."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest

from collabxl import Lang, Outcome, check_workbooks
from collabxl.ooxml import a1
from collabxl.reports import links, list_sheet
from collabxl.text import LANGS
from tests.exchange.payloads import PAYLOADS
from tests.parts import convert, sdk_errors
from tests.reports.formats.made import poisoned, written
from tests.reports.formats.test_html import MARKUP
from tools.samples.__main__ import SAMPLES, TODAY


@cache
def titles(path: Path) -> list[str]:
    return openpyxl.load_workbook(path, read_only=True).sheetnames


@pytest.mark.parametrize("lang", LANGS)
def test_the_sdk_has_nothing_against_it(lang: Lang, outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    assert sdk_errors(written("xlsx", outcomes, tmp_path / "a.xlsx", lang)) == []
    assert sdk_errors(written("xlsx", (), tmp_path / "none.xlsx", lang)) == []


def test_it_counts_by_rule_and_by_workbook(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written("xlsx", outcomes, tmp_path / "a.xlsx"))
    assert book.sheetnames == ["按规则", "按工作簿", "问题清单"]
    wanted = Counter(finding.rule.code for outcome in outcomes for finding in outcome.findings)
    rules = {row[0]: sum(row[3:7]) for row in book["按规则"].iter_rows(min_row=5, values_only=True)}
    assert rules == wanted
    rows = list(book["按工作簿"].iter_rows(min_row=5, values_only=True))
    assert [(row[0], *row[5:8]) for row in rows] == [(each.path, *each.counts.values()) for each in outcomes]


def test_headers_are_frozen_and_filter_every_row(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    for sheet in openpyxl.load_workbook(written("xlsx", outcomes, tmp_path / "a.xlsx")):
        assert sheet.freeze_panes == "A5"
        assert sheet.auto_filter.ref == f"A4:{a1.column_letters(sheet.max_column)}{sheet.max_row}"


def test_links_lead_to_the_cells(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    sheet = openpyxl.load_workbook(written("xlsx", outcomes, folder / "a.xlsx"))["问题清单"]
    links = [(row, row[5].hyperlink) for row in sheet.iter_rows(min_row=5) if row[5].hyperlink]
    assert len(links) == sum(finding.cell is not None for outcome in outcomes for finding in outcome.findings)
    for row, link in links:
        target = re.sub(r"%([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), link.target)
        path = folder / target.replace("\\", "/")
        assert path.resolve() == Path(row[2].value).resolve()
        title, _, cell = link.location.rpartition("!")
        assert title.strip("'") in titles(path.resolve())
        assert cell == row[5].value


def test_libreoffice_follows_the_links(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    """What it makes of a link when it saves the report as a page."""
    seed = Path(shutil.copy(SAMPLES / "seed.xlsx", tmp_path / "种 子 #1.xlsx"))
    report = written("xlsx", tuple(check_workbooks([seed], today=TODAY)), tmp_path / "a.xlsx")
    page = convert(report, "html", tmp_path).read_text(encoding="utf-8")
    assert f"{unquote(seed.as_uri())}#任务分工表!G4" in map(unquote, re.findall(r'href="([^"]*)"', page))


def test_nothing_a_workbook_says_runs_or_links(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    found = next(each for each in outcomes if len(each.findings) > 5)
    said = (*PAYLOADS, *MARKUP)
    path = written("xlsx", [poisoned(found, payload) for payload in said], tmp_path / "a.xlsx")
    assert sdk_errors(path) == []
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name).decode() for name in package.namelist() if name.endswith((".xml", ".rels"))}
    assert not [name for name, text in parts.items() if re.search(r"<f[ >/]|ddeLink|externalLink", text)]
    targets = [target for text in parts.values() for target in re.findall(r'Target="([^"]*)" TargetMode="Ext', text)]
    assert targets
    assert not [target for target in targets if re.match(r"[a-z]+:", target)]


def test_a_sheet_has_no_more_links_than_excel_bears(
    outcomes: tuple[Outcome, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_sheet, "LINKS", 10)
    sheet = openpyxl.load_workbook(written("xlsx", outcomes, tmp_path / "a.xlsx"))["问题清单"]
    cells = [row[5] for row in sheet.iter_rows(min_row=5) if row[5].value]
    assert sum(cell.hyperlink is not None for cell in cells) == 10
    assert len(cells) > 10


def test_findings_go_on_on_another_sheet(
    outcomes: tuple[Outcome, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(a1, "LAST_ROW", 105)
    path = written("xlsx", outcomes, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[2:5] == ["问题清单", "问题清单 2", "问题清单 3"]
    rows = sum(sheet.max_row - 4 for sheet in book.worksheets[2:])
    assert rows == sum(len(outcome.findings) for outcome in outcomes)
    assert sdk_errors(path) == []


def test_a_folder_s_check_leaves_reports_out(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "seed.xlsx", tmp_path)
    report = written("xlsx", outcomes, tmp_path / "report.xlsx")
    for paths in ([tmp_path], [tmp_path / "*.xlsx"]):
        assert [Path(each.path).name for each in check_workbooks(paths, today=TODAY)] == ["seed.xlsx"]
    (named,) = check_workbooks([report], today=TODAY)
    assert named.error is not None
    assert named.error.kind == "not-a-project"
    assert "报告" in named.error.say("zh")


def test_a_link_is_relative_where_it_can_be(tmp_path: Path) -> None:
    report = tmp_path / "out" / "r.xlsx"
    made = links.link(str(tmp_path / "in" / "a #1 50%.xlsx"), report, "表!G4")
    assert made == "external:../in/a%20%231%2050%25.xlsx#表!G4"
    assert links.link("a.xlsx", None) is None
    assert links.link("s3://bucket/a.xlsx", report) is None
    assert links.link("x" * 3_000, report) is None
