"""The samples are what they are said to be: each has just the findings listed beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from collabxl import Settings, build_workbook, check_workbooks
from collabxl.formulas import layout
from collabxl.rules import RULES
from tests.parts import sdk_errors
from tools.samples import launch, spoilt
from tools.samples.__main__ import SAMPLES, TODAY, expected, found, main

ALL = sorted(SAMPLES.glob("*.xlsx"))
BUILT = ("clean", "filled", "english", "rollout")
TOO_LONG_TO_BE_WRITTEN = "CV115"
"""No library that makes the samples writes a text which no cell of Excel holds."""


def test_there_are_seven() -> None:
    assert [path.stem for path in ALL] == ["clean", "english", "filled", "messy", "rollout-typed", "rollout", "seed"]


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


def test_the_rollout_of_120_tasks_breaks_nothing_as_it_should_be(tmp_path: Path) -> None:
    path = tmp_path / "as-it-should-be.xlsx"
    build_workbook(path, project=launch.PROJECT, rows=launch.clean(), today=TODAY)
    (outcome,) = check_workbooks([path], today=TODAY, settings=Settings(pack="strict"))
    assert len(launch.tasks()) == 120
    assert outcome.findings == ()


@pytest.mark.parametrize("fault", spoilt.FAULTS, ids=lambda fault: f"{fault.code}-{fault.row}")
def test_a_fault_in_it_is_found_where_it_was_made(fault: spoilt.Fault, rollout: set[tuple[str, str, str]]) -> None:
    assert spoilt.spot(fault) in rollout


@pytest.fixture(scope="module")
def rollout() -> set[tuple[str, str, str]]:
    """What is found in the spoilt rollout: rule, column, and the task of the row where it stands by name."""
    (outcome,) = check_workbooks([SAMPLES / "rollout.xlsx"], today=TODAY, settings=Settings(pack="strict"))
    names = {f"T{number:03}": row["name"] for number, row in enumerate(launch.tasks(), 1)}
    tracked = {row: names.get(task["task"], "") for row, task in enumerate(spoilt.rows()["progress"], layout.FIRST)}
    made = set()
    for finding in outcome.findings:
        task = tracked.get(finding.row or 0, "") if finding.sheet == "progress" else names.get(finding.id or "", "")
        made |= {(finding.rule.code, finding.key or "", task), (finding.rule.code, finding.key or "", "")}
    return made


def test_together_they_show_every_rule_that_does_not_need_to_know_what_was_before() -> None:
    codes = {line.split()[-1] for path in ALL for line in expected(path).read_text(encoding="utf-8").splitlines()}
    assert codes == {rule.code for rule in RULES if "past_values" not in rule.needs} - {TOO_LONG_TO_BE_WRITTEN}


def test_the_files_are_what_the_command_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.samples.__main__.SAMPLES", tmp_path)
    main()
    for path in ALL:
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.parametrize("name", BUILT)
def test_the_sdk_accepts_what_we_build(name: str) -> None:
    assert sdk_errors(SAMPLES / f"{name}.xlsx") == []
