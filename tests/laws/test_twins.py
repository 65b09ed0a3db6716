"""A rule and its formula are twins, and what we write is what a program computes: LibreOffice, computing anew, agrees."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from collabxl.batch import check_workbooks
from collabxl.build.content import Row
from collabxl.build.workings import CHECKED, live
from collabxl.compose import build_workbook
from collabxl.report.outcome import Outcome
from collabxl.rules import RULES
from collabxl.schema.standard import STANDARD, Project
from collabxl.settings import Settings
from collabxl.upkeep import shown
from tests.laws.dirty import TODAY, content
from tests.parts import convert_all
from tests.samples import english, payment
from tests.tables import example

WITH_FORMULA = [rule for rule in RULES if rule.formula]
DIRTY = ((1, 150, 0.3), (2, 300, 0.2), (3, 60, 0.7))
"""Seed, rows a sheet, and how often a cell is filled in wrongly."""
NEAT = ((4, 200, 0), (5, 60, 0))
ROW_BY_ROW = {rule.code for rule in WITH_FORMULA if rule.code[:2] in ("CV", "MT") and rule.code != "CV108"} | {
    *(
        "DL404",
        "DL405",
        "DL406",
        "DL407",
        "ST501",
        "ST502",
        "ST503",
        "ST504",
        "ST505",
        "ST506",
        "RK901",
        "RK902",
        "RK905",
    ),
}
"""Rules that look at nothing but their own row."""
ONLY_TYPED_OVER = "RK903"
"""风险等级 is a formula in a built workbook: random rows, which type nothing there, never show this rule."""


def content_of(text: str) -> tuple[dict[str, Any], dict[str, list[Row]], dt.date]:
    """Return an example as content for a new workbook: words and dates as they would be typed."""
    made = example(text)
    rows: dict[str, list[Row]] = {}
    project: dict[str, Any] = {"status_date": made.today}
    for title, cells in made.source.sheets.items():
        sheet = next(sheet for sheet in STANDARD.read if sheet.meta.title.zh == title)
        if sheet is Project:
            titles = {column.title.zh: column.key for column in Project.meta.columns}
            project |= {titles[str(row[0])]: row[1] for row in cells.rows[1:] if row[1]}
            continue
        keys = {column.title.zh: column.key for column in sheet.meta.columns}
        heads = [keys[str(word)] for word in cells.rows[0]]
        rows[sheet.meta.key] = [
            {key: value for key, value in zip(heads, row, strict=True) if value != ""} for row in cells.rows[1:]
        ]
    return project | {"status_date": made.today}, rows, made.today


def formulas(path: Path) -> dict[str, Any]:
    """Return the computed value of every formula of a workbook as the file has it, by sheet and cell."""
    written = openpyxl.load_workbook(path)
    told = openpyxl.load_workbook(path, data_only=True)
    return {
        f"{sheet.title}!{cell.coordinate}": _plain(told[sheet.title][cell.coordinate].value)
        for sheet in written.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return (value - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
    return round(value, 9) if isinstance(value, float) else value or ""


def different(built: Path, computed: Path) -> dict[str, tuple[Any, Any]]:
    """Return the formulas that show something else once LibreOffice has computed them."""
    ours, theirs = formulas(built), formulas(computed)
    return {
        place: (ours[place], theirs.get(place)) for place in ours if (ours[place] or "") != (theirs.get(place) or "")
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    """Every example, random rows and samples as workbooks, as built and as LibreOffice computes them."""
    folder = tmp_path_factory.mktemp("twins")
    paths = []
    for rule in WITH_FORMULA:
        project, rows, today = content_of(rule.example)
        paths.append(folder / f"{rule.code}.xlsx")
        build_workbook(paths[-1], project=project, rows=rows, today=today, identity=rule.code)
    for seed, count, slips in (*DIRTY, *NEAT):
        project, random = content(seed, count, slips)
        paths.append(folder / f"random{seed}.xlsx")
        build_workbook(paths[-1], project=project, rows=random, today=TODAY)
    for name, form, sample, lang in (
        ("clean", payment.PROJECT, payment.clean(), "zh"),
        ("faulty", payment.PROJECT, payment.faulty(), "zh"),
        ("english", english.PROJECT, english.rows(), "en"),
    ):
        paths.append(folder / f"{name}.xlsx")
        build_workbook(paths[-1], project={**form, "status_date": TODAY}, rows=sample, lang=lang, today=TODAY)  # type: ignore[arg-type]
    computed = convert_all(paths, "xlsx", folder / "computed", recalculate=True)
    return {path.stem: (path, other) for path, other in zip(paths, computed, strict=True)}


@pytest.mark.parametrize("name", [*(f"random{seed}" for seed, *_ in (*DIRTY, *NEAT)), "clean", "faulty", "english"])
def test_every_result_we_write_is_what_libreoffice_computes(name: str, built: dict[str, tuple[Path, Path]]) -> None:
    assert len(formulas(built[name][0])) > 20_000
    assert different(*built[name]) == {}


@pytest.mark.parametrize("rule", WITH_FORMULA, ids=lambda rule: rule.code)
def test_the_formula_finds_what_the_rule_finds(rule: Any, built: dict[str, tuple[Path, Path]]) -> None:
    path, computed = built[rule.code]
    assert different(path, computed) == {}
    found, said = masks(path, rule.code)
    assert found == said
    assert found, "the example shows something"


def test_in_neat_rows_every_formula_finds_what_its_rule_finds(built: dict[str, tuple[Path, Path]]) -> None:
    seen: Counter[str] = Counter()
    for seed, *_ in NEAT:
        for rule in WITH_FORMULA:
            found, said = masks(built[f"random{seed}"][0], rule.code)
            covered = {spot for code in rule.covers for spot in masks(built[f"random{seed}"][0], code)[0]}
            assert found - covered == said - covered, rule.code
            seen[rule.code] += len(found)
    rare = {rule.code for rule in WITH_FORMULA if seen[rule.code] < 3} - {ONLY_TYPED_OVER}
    assert rare <= {"BK008", "CV102", "CV103", "CV106"}, "only slips show these"


def masks(path: Path, code: str) -> tuple[set[Any], set[Any]]:
    """Return the cells in which a rule finds something, and those whose row's live check says so."""
    (outcome,) = _checked(path)
    reading = outcome.reading
    assert reading is not None
    seen = shown(reading, TODAY)
    rows = {(page.key, row) for page in reading.pages for row in page.rows}
    said = {
        (sheet.meta.key, row, part.column.key)
        for sheet in CHECKED
        for key, row in rows
        if key == sheet.meta.key
        for part in seen.found(sheet, row)
        if part.rule.code == code
    }
    found = {(each.sheet, each.row, each.key) for each in outcome.findings if each.rule.code == code}
    return found, said


@cache
def _checked(path: Path) -> Outcome:
    (outcome,) = check_workbooks([path], today=TODAY, settings=Settings(pack="strict"))
    return outcome


def test_in_careless_rows_too_a_live_check_says_nothing_that_no_rule_finds(
    built: dict[str, tuple[Path, Path]],
) -> None:
    """A cell that Python understands and a formula does not is told as such: the formula says that, not the rule."""
    for seed, *_ in DIRTY:
        path = built[f"random{seed}"][0]
        reading = _checked(path).reading
        assert reading is not None
        slips = {(page.key, misfit.row) for page in reading.pages for misfit in page.misfits}
        for rule in WITH_FORMULA:
            found, said = masks(path, rule.code)
            covered = {spot for code in rule.covers for spot in masks(path, code)[0]}
            if rule.code in ROW_BY_ROW:
                own = {spot for spot in found ^ (said - covered) if spot[:2] not in slips}
                assert own - covered == set(), rule.code


def test_every_sheet_of_rows_has_live_rules() -> None:
    for sheet in CHECKED:
        assert len(live(sheet)) > 5


def test_no_formula_uses_what_older_excels_lack(tmp_path: Path) -> None:
    """Our worksheets skip XlsxWriter's search for newer functions, so there must be none to find."""
    newer = ("XLOOKUP", "FILTER(", "LET(", "UNIQUE(", "SORT(", "TEXTJOIN", "IFS(", "CONCAT(", "SEQUENCE(", "AGGREGATE(")
    path = tmp_path / "book.xlsx"
    build_workbook(path, project=payment.PROJECT, rows=payment.clean(), today=TODAY)
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert not any(name in str(cell.value) for name in newer), cell.value
