"""A rule and its formula are twins: LibreOffice, computing anew, must show what the rules themselves computed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from collabxl.build.content import Row
from collabxl.build.live_rules import live
from collabxl.compose import build_workbook
from collabxl.rules import RULES
from collabxl.schema.standard import STANDARD, Project
from tests.parts import convert_all
from tests.samples import english, payment
from tests.samples.__main__ import TODAY
from tests.tables import example

WITH_FORMULA = [rule for rule in RULES if rule.formula]


def content_of(text: str) -> tuple[dict[str, Any], dict[str, list[Row]], dt.date]:
    """Return an example as content for a new workbook: words and dates as they would be typed."""
    made = example(text)
    rows: dict[str, list[Row]] = {}
    project: dict[str, Any] = {"status_date": made.today}
    for title, cells in made.source.sheets.items():
        sheet = next(sheet for sheet in STANDARD.read if sheet.meta.title.zh == title)
        if sheet is Project:
            continue
        keys = {column.title.zh: column.key for column in sheet.meta.columns}
        heads = [keys[str(word)] for word in cells.rows[0]]
        rows[sheet.meta.key] = [
            {key: value for key, value in zip(heads, row, strict=True) if value != ""} for row in cells.rows[1:]
        ]
    return project, rows, made.today


def formulas(path: Path) -> dict[str, Any]:
    """Return the computed value of every formula of a workbook, by sheet and cell."""
    written = openpyxl.load_workbook(path)
    shown = openpyxl.load_workbook(path, data_only=True)
    return {
        f"{sheet.title}!{cell.coordinate}": shown[sheet.title][cell.coordinate].value
        for sheet in written.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def checks(path: Path) -> dict[str, Any]:
    return {place: value for place, value in formulas(path).items() if value and isinstance(value, str)}


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    """Every example of a rule with a formula as a workbook, as built and as LibreOffice computes it."""
    folder = tmp_path_factory.mktemp("twins")
    built = []
    for rule in WITH_FORMULA:
        project, rows, today = content_of(rule.example)
        path = folder / f"{rule.code}.xlsx"
        build_workbook(path, project=project, rows=rows, today=today, identity=rule.code)
        built.append(path)
    computed = convert_all(built, "xlsx", folder / "computed", recalculate=True)
    return {path.stem: (path, other) for path, other in zip(built, computed, strict=True)}


@pytest.mark.parametrize("rule", WITH_FORMULA, ids=lambda rule: rule.code)
def test_the_formula_finds_what_the_rule_finds(rule: Any, recalculated: dict[str, tuple[Path, Path]]) -> None:
    built, computed = recalculated[rule.code]
    assert checks(computed) == checks(built)
    assert checks(built), "the example shows something"


@pytest.mark.parametrize(
    ("lang", "project", "rows"),
    [
        ("zh", payment.PROJECT, payment.clean()),
        ("zh", payment.PROJECT, payment.faulty()),
        ("en", english.PROJECT, english.rows()),
    ],
)
def test_every_computed_value_we_write_is_what_libreoffice_computes(
    lang: Any, project: Row, rows: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    build_workbook(path, project={**project, "status_date": TODAY}, rows=rows, lang=lang, today=TODAY)
    (computed,) = convert_all([path], "xlsx", tmp_path / "computed", recalculate=True)
    ours, theirs = formulas(path), formulas(computed)
    assert len(ours) > 3000
    different = {
        place: (ours[place] or "", theirs[place] or "")
        for place in ours
        if (ours[place] or "") != (theirs[place] or "")
    }
    assert different == {}


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


def test_every_sheet_of_rows_has_live_rules() -> None:
    for key in ("tasks", "progress", "minutes", "risks"):
        assert len(list(live(STANDARD.sheet(key)))) > 5
