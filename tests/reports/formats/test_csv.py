"""CSV: what people typed is text in every spreadsheet, and comes back as it was."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from collabxl import Outcome
from collabxl.reports.formats.csv import GUARD, MARK, escape_formula
from collabxl.reports.formats.rows import COLUMNS
from tests.exchange.payloads import PAYLOADS
from tests.parts import convert
from tests.reports.formats.made import poisoned, written
from tests.reports.formats.reading_back import csv_rows

DANGEROUS = "=+-@＝＋－＠\t\r\n"


@given(st.text() | st.text(alphabet=f"{DANGEROUS}' \u3000\u00a0a1"))
def test_a_guarded_text_is_harmless_and_can_be_had_back(text: str) -> None:
    made = escape_formula(text)
    assert made.lstrip()[:1] not in set(DANGEROUS)
    assert made.removeprefix(GUARD) == text
    assert made == text or text.lstrip()[:1] in set(DANGEROUS + GUARD) or text[0] in DANGEROUS


def test_payloads_come_back_as_they_were(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    found = next(each for each in outcomes if len(each.findings) > 5)
    rows = csv_rows(written("csv", [poisoned(found, payload) for payload in PAYLOADS], tmp_path / "a.csv"))
    for name in ("path", "project", "sheet", "id", "value"):
        assert {row[name] for row in rows} == set(PAYLOADS)


def test_no_payload_is_a_formula_in_libreoffice(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    found = next(each for each in outcomes if len(each.findings) > 5)
    path = written("csv", [poisoned(found, payload) for payload in PAYLOADS], tmp_path / "a.csv")
    sheet = openpyxl.load_workbook(convert(path, "xlsx", tmp_path)).active
    assert sheet.max_row == 1 + len(PAYLOADS) * len(found.findings)
    assert not [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_libreoffice_would_take_an_unguarded_one_for_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("=1+1\n", encoding="utf-8")
    assert openpyxl.load_workbook(convert(path, "xlsx", tmp_path)).active["A1"].data_type == "f"


def test_excel_is_told_that_it_is_utf8_and_every_row_is_as_long(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    text = written("csv", outcomes, tmp_path / "a.csv").read_bytes().decode("utf-8")
    assert text.startswith(MARK + "path,")
    assert {len(row) for row in csv.reader(text.splitlines(keepends=True))} == {len(COLUMNS)}
