"""A rule and its formula are twins, and what we write is what a program computes: LibreOffice must agree."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from collabxl import Outcome, Settings, build_workbook, check_workbooks, find_rules
from collabxl.formulas import layout
from collabxl.formulas.helper_sheet import BETWEEN, CHECK, CHECKED, LONGEST_CHECK, live_rules
from collabxl.ooxml import a1
from collabxl.pipeline.formula_values import formula_results
from collabxl.reading.tables import build_tables
from collabxl.rules.engine.run import check
from tests.laws.dirty import TODAY, content
from tests.parts import convert_all, sdk_errors
from tests.tables import example
from tools.samples import english, payment

WITH_FORMULA = [rule for rule in find_rules() if rule.formula]
CARELESS = {"careless": (1, 150, 0.3), "most careless": (3, 60, 0.7), "many": (2, 300, 0.2)}
"""Seed, rows a sheet, and how often a cell is filled in wrongly."""
NEAT = {"neat": (4, 200, 0), "few": (5, 60, 0)}
TYPED_OVER = "RK903"
"""About a cell that holds a formula unless somebody typed over it, which a reader of values cannot tell."""
LOOSE = "RK906"
"""A formula knows tasks by 编号 and name only; the rule also accepts what nearly names one, and no other tells it."""
COPIED = "BK008"
"""Only copied rows have one 编号 twice: a new workbook's are printed."""
ONLY_SLIPS = {COPIED, "CV102", "CV103", "CV106"}
_CELL = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)><f(?:[^>]*/>|[^>]*>[^<]*</f>)(?:<v>([^<]*)</v>|<v/>)?</c>')
Spot = tuple[str, int, str]
"""A sheet's key, a row, and what its live check says there."""


def formulas(path: Path) -> dict[str, Any]:
    """Return what every formula of a workbook shows as the file itself has it, by sheet and cell."""
    with zipfile.ZipFile(path) as package:
        titles = re.findall(r'<sheet [^>]*?name="([^"]+)"', package.read("xl/workbook.xml").decode())
        parts = (package.read(f"xl/worksheets/sheet{at}.xml").decode() for at in range(1, len(titles) + 1))
        return {
            f"{unescape(title)}!{cell}": _value(attributes, told)
            for title, xml in zip(titles, parts, strict=True)
            for cell, attributes, told in _CELL.findall(xml)
        }


def _value(attributes: str, told: str) -> Any:
    if re.search(r't="(str|e|b)"', attributes):
        return unescape(told)
    return round(float(told), 6) if told else ""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Workbooks of random rows and of the samples, as we write them."""
    folder = tmp_path_factory.mktemp("twins")
    made = {name: folder / f"{name}.xlsx" for name in (*CARELESS, *NEAT, "clean", "faulty", "english")}
    for name, (seed, count, slips) in (CARELESS | NEAT).items():
        project, rows = content(seed, count, slips)
        build_workbook(made[name], project=project, rows=rows, today=TODAY)
    for name, rows in (("clean", payment.clean()), ("faulty", payment.faulty())):
        build_workbook(made[name], project=payment.PROJECT, rows=rows, today=TODAY)
    form = {**english.PROJECT, "status_date": TODAY}
    build_workbook(made["english"], project=form, rows=english.rows(), lang="en", today=TODAY)
    return made


def test_every_result_we_write_is_what_libreoffice_computes(built: dict[str, Path], tmp_path: Path) -> None:
    """2,840 careless and neat rows and those of the samples; the raw file against a computation of everything."""
    for ours, theirs in zip(
        built.values(), convert_all([*built.values()], "xlsx", tmp_path, recalculate=True), strict=True
    ):
        written, computed = formulas(ours), formulas(theirs)
        assert len(written) > 20_000
        assert written.keys() <= computed.keys()
        assert {place: (value, computed[place]) for place, value in written.items() if value != computed[place]} == {}


def test_the_sdk_accepts_a_workbook_of_careless_rows(built: dict[str, Path]) -> None:
    assert sdk_errors(built["most careless"]) == []


@pytest.mark.parametrize(
    "rule", [rule for rule in WITH_FORMULA if rule.code not in TYPED_OVER], ids=lambda rule: rule.code
)
def test_in_its_example_the_formula_finds_what_the_rule_finds(rule: Any) -> None:
    made = example(rule.example)
    made.source.properties["collabxl.schema"] = "1"
    for title, cells in made.source.sheets.items():
        made.source.sheets[title] = cells._replace(top=layout.HEADER)
    reading = made.reading()
    found = check(build_tables([reading]), today=made.today, settings=Settings(select=(rule.code,))).findings[0]
    seen = formula_results(reading, made.today)
    said = {
        (sheet.meta.key, row, part.column.key)
        for sheet in CHECKED
        for page in reading.sheets
        if page.key == sheet.meta.key
        for row in page.rows
        for part in seen.check_parts(sheet, row)
        if part.rule.code == rule.code
    }
    assert {(each.sheet, each.row, each.key) for each in found} == said
    assert said, "the example shows something"


@cache
def _outcome(path: Path) -> Outcome:
    (outcome,) = check_workbooks([path], today=TODAY, settings=Settings(pack="strict"))
    return outcome


@cache
def _said(path: Path) -> frozenset[Spot]:
    """Return what the live checks say in the file; rows that have more to say than fits in are left out."""
    cells = formulas(path)
    return frozenset(
        (sheet.meta.key, row, words)
        for sheet in CHECKED
        for row in range(layout.FIRST, layout.last_row(sheet) + 1)
        for text in [
            cells[f"{sheet.meta.title.zh}!{a1.column_letters(layout.column_number(sheet.meta.column(CHECK)))}{row}"]
        ]
        if text and len(text) < LONGEST_CHECK
        for words in text.split(BETWEEN)
    )


def _found(path: Path, code: str) -> set[Spot]:
    """Return where a rule finds something, in the words of a live check."""
    columns = {(of.meta.key, column.key): column for of in CHECKED for column in of.meta.columns}
    return {
        (each.sheet, each.row, each.rule.title.fill("zh", {"column": columns[each.sheet, each.key].title}))
        for each in _outcome(path).findings
        if each.rule.code == code and each.row and each.key and each.sheet and (each.sheet, each.key) in columns
    }


def _twins(path: Path, rule: Any) -> tuple[set[Spot], set[Spot]]:
    """Return what a rule finds and what its formula says, but for findings of the rules it covers."""
    titles = {
        rule.title.fill("zh", {"column": column.title}) for of in CHECKED for _, column in live_rules(of) if _ is rule
    }
    told = {spot[:2] for spot in _said(path)}
    said = {spot for spot in _said(path) if spot[2] in titles}
    covered = {(*spot[:2], words) for code in rule.supersedes for spot in _found(path, code) for words in titles}
    return {spot for spot in _found(path, rule.code) if spot[:2] in told} - covered, said - covered


def test_in_neat_rows_every_formula_says_what_its_rule_finds(built: dict[str, Path]) -> None:
    seen: Counter[str] = Counter()
    for rule in WITH_FORMULA:
        for name in NEAT:
            found, said = _twins(built[name], rule)
            assert found == said or (rule.code == LOOSE and found < said), rule.code
            seen[rule.code] += len(found)
    assert {rule.code for rule in WITH_FORMULA if seen[rule.code] < 3} <= ONLY_SLIPS


def test_in_careless_rows_every_formula_says_something(built: dict[str, Path]) -> None:
    for rule in (rule for rule in WITH_FORMULA if rule.code != COPIED):
        assert sum(len(_twins(built[name], rule)[1]) for name in CARELESS) >= 3, rule.code


def test_every_sheet_of_rows_has_live_rules() -> None:
    for sheet in CHECKED:
        assert len(live_rules(sheet)) > 5


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
