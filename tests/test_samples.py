"""The samples are what they are said to be: each has just the findings listed beside it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from collabxl.batch import check_workbooks
from tests.parts import sdk_errors
from tests.samples.__main__ import SAMPLES, TODAY, expected, found, main

ALL = sorted(SAMPLES.glob("*.xlsx"))
BUILT = ("clean", "filled", "english")


def test_there_are_five() -> None:
    assert [path.stem for path in ALL] == ["clean", "english", "filled", "messy", "seed"]


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_a_sample_has_the_findings_listed_beside_it(path: Path) -> None:
    assert found(path) == expected(path).read_text(encoding="utf-8")


def test_the_clean_one_is_clean() -> None:
    assert expected(SAMPLES / "clean.xlsx").read_text(encoding="utf-8") == ""


def test_the_seed_s_own_rows_have_the_documented_findings() -> None:
    (outcome,) = check_workbooks([SAMPLES / "seed.xlsx"], today=TODAY)
    told = {(finding.rule.code, finding.cell): finding for finding in outcome.findings}
    assert told["DP302", "G3"].args["task"] == "用户支付需求调研"
    assert told["DP301", "G4"].args["suggestions"] == ["支付接口方案设计"]
    assert told["DL401", "E3"].args["days"] == 2
    assert {cell for code, cell in told if code == "PP701"} == {"C2", "C3"}
    assert outcome.figures.by_status == {"done": 1, "in_progress": 1, "not_started": 1}


def test_the_filled_one_shows_every_rule_a_filled_in_workbook_can_break() -> None:
    codes = {line.split()[-1] for path in ALL for line in expected(path).read_text(encoding="utf-8").splitlines()}
    from collabxl.rules import RULES

    never = {"BK002", "BK009", "BK011", "CV114", "IF204", "RK903"}
    assert codes == {rule.code for rule in RULES} - never


def test_the_files_are_what_the_command_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.samples.__main__.SAMPLES", tmp_path)
    main()
    for path in ALL:
        made, kept = zipfile.ZipFile(tmp_path / path.name), zipfile.ZipFile(path)
        if path.stem in BUILT:
            assert (tmp_path / path.name).read_bytes() == path.read_bytes()
        assert {name: made.read(name) for name in made.namelist() if "docProps" not in name} == {
            name: kept.read(name) for name in kept.namelist() if "docProps" not in name
        }


@pytest.mark.parametrize("name", BUILT)
def test_the_sdk_accepts_what_we_build(name: str) -> None:
    assert sdk_errors(SAMPLES / f"{name}.xlsx") == []
