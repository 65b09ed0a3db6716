"""Sync: the summary is written, everything else keeps its bytes, and a second run changes nothing."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest

from collabxl import check_workbooks, sync_workbooks
from collabxl.formulas import layout
from collabxl.schema.sheets import Minutes, Progress, Risks, Summary, Tasks
from tests.parts import convert, sdk_errors
from tools.samples.__main__ import SAMPLES, TODAY

pytestmark = pytest.mark.slow

ALL = [path.stem for path in sorted(SAMPLES.glob("*.xlsx"))]
BUILT = ("clean", "filled", "english", "rollout")
ROWS = (Tasks, Progress, Minutes, Risks)
OURS = {"xl/sharedStrings.xml", "xl/comments.xml"}
"""What changes besides in a built workbook: the words rows are told, and the notes of their headers."""
MAY_CHANGE = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}


@pytest.fixture
def sample(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    path = tmp_path / f"{request.param}.xlsx"
    shutil.copy(SAMPLES / path.name, path)
    return path


every_sample = pytest.mark.parametrize("sample", ALL, indirect=True)


def sync(*paths: Path, **options: object) -> list[str]:
    return [synced.state for synced in sync_workbooks(paths, today=TODAY, **options)]  # type: ignore[arg-type]


def entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def values(path: Path) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(path, data_only=True)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets}


def findings(path: Path) -> list[tuple[str | None, str | None, str]]:
    (outcome,) = check_workbooks([path], today=TODAY)
    return [(finding.sheet_title, finding.cell, finding.rule.code) for finding in outcome.findings]


@every_sample
def test_every_other_entry_keeps_its_bytes_and_its_place(sample: Path) -> None:
    before, old_values = entries(sample), values(sample)
    is_built, lang = sample.stem in BUILT, "en" if sample.stem == "english" else "zh"
    assert sync(sample) == ["written"]
    after = entries(sample)
    assert [name for name in after if name in before] == list(before)
    changed = {name for name in before if before[name] != after[name]}
    sheets = {name for name in changed | set(after) - set(before) if name.startswith("xl/worksheets/")}
    assert {re.sub(r"\d+", "", name) for name in changed - sheets} <= MAY_CHANGE | (OURS if is_built else set())
    assert len({name for name in sheets if "_rels" not in name}) <= (1 + len(ROWS) if is_built else 1)
    title = Summary.meta.title.to(lang)  # type: ignore[arg-type]
    new_values = values(sample)
    assert title in new_values
    for name in old_values.keys() - {title}:
        differing = [
            at + 1
            for old, new in zip(old_values[name], new_values[name], strict=True)
            for at in range(max(len(old), len(new)))
            if old[at] != new[at]
        ]
        known = next((sheet for sheet in ROWS if sheet.meta.title.to(lang) == name), None)  # type: ignore[arg-type]
        assert set(differing) <= ({layout.column_number(known.meta.column("found"))} if known and is_built else set())


@every_sample
def test_a_second_run_writes_the_same_bytes(sample: Path) -> None:
    sync(sample)
    first = sample.read_bytes()
    assert sync(sample) == ["unchanged"]
    assert sample.read_bytes() == first


@every_sample
def test_the_findings_are_the_same_before_and_after(sample: Path) -> None:
    before = findings(sample)
    sync(sample)
    assert findings(sample) == before


@every_sample
def test_the_sdk_finds_no_new_error(sample: Path) -> None:
    before = sdk_errors(sample)
    sync(sample)
    assert sdk_errors(sample) == before


@every_sample
def test_libreoffice_resaves_it_and_the_same_findings_come_out(sample: Path, tmp_path: Path) -> None:
    before = findings(sample)
    sync(sample)
    saved = convert(sample, "xlsx", tmp_path / "resaved")
    assert findings(saved) == [each for each in before if each[2] not in _calculated(before)]


def _calculated(before: list[tuple[str | None, str | None, str]]) -> set[str]:
    """What LibreOffice mends by computing it: formulas without a value."""
    return {code for *_, code in before if code == "CV112"}


@pytest.mark.parametrize("sample", ["filled"], indirect=True)
def test_a_resaved_summary_is_still_ours_to_replace(sample: Path, tmp_path: Path) -> None:
    sync(sample)
    saved = convert(sample, "xlsx", tmp_path / "resaved")
    sync(saved)
    assert [name for name in openpyxl.load_workbook(saved).sheetnames if name.startswith("汇总")] == ["汇总"]


@pytest.mark.parametrize("sample", ["seed"], indirect=True)
def test_every_finding_is_listed_with_a_link_to_its_cell(sample: Path) -> None:
    expected = findings(sample)
    sync(sample)
    sheet = openpyxl.load_workbook(sample)["汇总"]
    links = {cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert {f"{title}!{cell}" for title, cell, _ in expected} <= links
    shown = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    assert all(code in shown for *_, code in expected)
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize("sample", ["seed"], indirect=True)
def test_a_sheet_of_the_user_s_own_is_never_replaced(sample: Path) -> None:
    book = openpyxl.load_workbook(sample)
    book.create_sheet("汇总")["A1"] = "我自己的汇总"
    book.save(sample)
    sync(sample)
    book = openpyxl.load_workbook(sample)
    assert book["汇总"]["A1"].value == "我自己的汇总"
    assert "汇总 (2)" in book.sheetnames


@pytest.mark.parametrize("sample", ["seed"], indirect=True)
def test_output_writes_copies_and_dry_run_nothing(sample: Path, tmp_path: Path) -> None:
    before = sample.read_bytes()
    assert sync(sample, dry_run=True) == ["written"]
    out = tmp_path / "out"
    out.mkdir()
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(sample, other / sample.name)
    assert sync(sample, other / sample.name, output=out) == ["written", "written"]
    assert sample.read_bytes() == before
    assert sorted(path.name for path in out.iterdir()) == ["seed (2).xlsx", "seed.xlsx"]


@pytest.mark.parametrize("owner", ["~$seed.xlsx", ".~lock.seed.xlsx#"])
@pytest.mark.parametrize("sample", ["seed"], indirect=True)
def test_a_file_that_somebody_has_open_is_not_written(sample: Path, owner: str) -> None:
    name = b"\x04Anna" + b" " * 50 if owner.startswith("~$") else b",Anna,host,today,file;"
    sample.with_name(owner).write_bytes(name)
    before = sample.read_bytes()
    (synced,) = sync_workbooks([sample], today=TODAY)
    assert synced.outcome.error is not None
    assert synced.outcome.error.kind == "locked"
    assert "Anna" in synced.outcome.error.say("en")
    assert sample.read_bytes() == before


def test_another_day_writes_another_summary(tmp_path: Path) -> None:
    path = tmp_path / "seed.xlsx"
    shutil.copy(SAMPLES / "seed.xlsx", path)
    sync(path)
    (synced,) = sync_workbooks([path], today=TODAY + dt.timedelta(days=30))
    assert synced.state == "written"
    assert synced.outcome.figures.overdue == 2
