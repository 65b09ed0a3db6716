"""All formats tell the same: every report is read back by other programs and compared with the contract's JSON."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from collabxl import Outcome, outcome_json
from collabxl.reports.formats import FORMATS
from collabxl.reports.formats.rows import COLUMNS, value_text
from tests.reports.formats.made import written
from tests.reports.formats.reading_back import READERS, csv_rows


def test_every_format_is_read_back() -> None:
    assert set(READERS) == set(FORMATS)


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "json"])
def test_a_format_tells_what_json_tells(form: str, outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    for number, chosen in enumerate(_some(outcomes)):
        wanted = READERS["json"](written("json", chosen, tmp_path / f"{number}.json"))
        assert READERS[form](written(form, chosen, tmp_path / f"{number}.{form}")) == wanted


def test_the_samples_have_all_there_is_to_tell(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    told = READERS["json"](written("json", outcomes, tmp_path / "all.json"))
    assert {fact.state for fact in told.facts} == {"error", "warning", "info", "waived"}
    assert {kind for _, kind in told.unreadable} == {"not-found", "corrupt"}
    assert any("!" not in fact.place for fact in told.facts)
    assert any(not outcome.findings and outcome.error is None for outcome in outcomes)


def test_tables_hold_every_field_of_the_contract(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    from pyarrow import parquet

    books = list(map(outcome_json, outcomes))
    whose = [{"path": book["path"], "project": book["project"]} for book in books]
    wanted = [{**own, **each} for own, book in zip(whose, books, strict=True) for each in book["findings"]]
    table = parquet.read_table(written("parquet", outcomes, tmp_path / "a.parquet"))
    assert tuple(table.column_names) == COLUMNS
    stored = [row for row in table.to_pylist() if row["code"]]
    texts = [row for row in csv_rows(written("csv", outcomes, tmp_path / "a.csv")) if row["code"]]
    for finding, row, text in zip(wanted, stored, texts, strict=True):
        plain = {**finding, "value": value_text(finding["value"]), "args": value_text(finding["args"])}
        assert {name: row[name] for name in plain} == plain
        assert {name: text[name] for name in plain} == {name: value_text(value) or "" for name, value in plain.items()}


def test_parquet_is_typed_and_written_in_groups(
    outcomes: tuple[Outcome, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyarrow import parquet

    from collabxl.reports.formats import parquet as ours

    monkeypatch.setattr(ours, "ROWS_A_GROUP", 100)
    path = written("parquet", outcomes, tmp_path / "a.parquet")
    kinds = {field.name: str(field.type) for field in parquet.read_schema(path)}
    assert kinds == {**dict.fromkeys(COLUMNS, "string"), "row": "int32", "fixable": "bool", "waived": "bool"}
    rows = sum(len(outcome.findings) + (outcome.error is not None) for outcome in outcomes)
    assert parquet.ParquetFile(path).num_row_groups == -(-rows // 100)


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_to_tell_is_told_too(form: str, tmp_path: Path) -> None:
    told = READERS[form](written(form, [], tmp_path / f"none.{form}"))
    assert not told.facts
    assert not told.unreadable


@pytest.mark.parametrize("form", FORMATS)
def test_an_outcome_may_have_findings_and_an_error(form: str, outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    """sync could read and check it, but not write it."""
    error = next(outcome.error for outcome in outcomes if outcome.error)
    found = next(outcome for outcome in outcomes if outcome.findings)
    told = READERS[form](written(form, [replace(found, error=error)], tmp_path / f"both.{form}"))
    assert told.facts.total() == len(found.findings)
    assert told.unreadable == {(found.path, error.kind): 1}


def _some(outcomes: tuple[Outcome, ...]) -> list[Sequence[Outcome]]:
    """Return all outcomes, and some of them in another order, some twice."""
    chance = random.Random(7)
    return [outcomes, *(chance.choices(outcomes, k=number) for number in (1, 4, 12))]
