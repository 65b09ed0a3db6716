"""Findings as a frame: a row a finding, columns that pandas can compare, nothing lost."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pandas as pd
import pytest

import collabxl
from collabxl import FileError, Lang, Outcome
from collabxl.reports.formats.csv import MARK, escape_formula
from collabxl.text import LANGS
from tests.reports.formats.made import sampled, written
from tools.samples.__main__ import SAMPLES, TODAY

TEXTS = ("path", "project", "workbook_id", "revision", "department", "error", "code", "name", "sheet", "cell", "column",
         "key", "id", "message", "fix")  # fmt: skip

OTHERS = ("severity", "row", "fixable", "waived", "value", "args", "date", "waived_until")


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, ...]:
    return sampled(tmp_path_factory.mktemp("sampled"))


@pytest.mark.parametrize("lang", LANGS)
def test_a_row_a_finding_and_one_an_error_in_their_order(outcomes: tuple[Outcome, ...], lang: Lang) -> None:
    frame = collabxl.findings_frame(iter(outcomes), lang=lang)
    wanted = [
        (outcome.path, code)
        for outcome in outcomes
        for code in ([None] if outcome.error else []) + [finding.rule.code for finding in outcome.findings]
    ]
    assert [
        (path, None if code is pd.NA else code) for path, code in zip(frame.path, frame.code, strict=True)
    ] == wanted
    assert frame.index.equals(pd.RangeIndex(len(wanted)))
    failed = frame[frame.error.notna()]
    assert list(failed.error) == [outcome.error.kind for outcome in outcomes if outcome.error]
    assert list(failed.message) == [outcome.error.say(lang) for outcome in outcomes if outcome.error]
    assert failed.drop(columns=["path", "error", "message"]).isna().all(axis=None)
    messages = [finding.message(lang) for outcome in outcomes for finding in outcome.findings]
    assert list(frame[frame.error.isna()].message) == messages


def test_the_dtypes_are_those_that_are_promised_with_findings_and_without(outcomes: tuple[Outcome, ...]) -> None:
    full, empty = collabxl.findings_frame(outcomes), collabxl.findings_frame([])
    assert list(full.dtypes.astype(str)) == list(empty.dtypes.astype(str))
    assert list(full.columns) == list(empty.columns)
    assert len(empty) == 0
    for frame in (full, empty):
        dtypes = frame.dtypes.astype(str)
        assert {dtypes[name] for name in TEXTS} <= {"string", "str"}
        assert (dtypes["row"], dtypes["fixable"], dtypes["waived"]) == ("Int64", "boolean", "boolean")
        assert {dtypes["date"], dtypes["waived_until"]} == {"datetime64[s]"}
        assert {dtypes["value"], dtypes["args"]} == {"object"}
        assert list(frame.severity.cat.categories) == ["info", "warning", "error"]
        assert set(frame.columns) == {
            *TEXTS,
            *["severity", "row", "fixable", "waived", "value", "args", "date", "waived_until"],
        }
    assert (full.severity >= "warning").sum() == full.severity.isin(["warning", "error"]).sum() > 0


def test_days_are_days(outcomes: tuple[Outcome, ...]) -> None:
    frame = collabxl.findings_frame(outcomes)
    late = frame[(frame.code == "DL401") & frame.date.notna()]
    assert len(late)
    assert [day.date() for day in late.date] == [dt.date.fromisoformat(value) for value in late.value]
    assert (late.date < pd.Timestamp(TODAY)).all()
    assert frame[frame.key == "owner"].date.isna().all()
    assert set(frame[frame.waived.fillna(False)].waived_until) == {pd.Timestamp("2024-08-31")}
    assert frame[~frame.waived.fillna(False)].waived_until.isna().all()


def test_it_tells_what_csv_does(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    there = pd.read_csv(written("csv", outcomes, tmp_path / "a.csv"), dtype=str, keep_default_na=False)
    frame = collabxl.findings_frame(outcomes)
    assert {name.removeprefix(MARK) for name in there.columns} <= set(frame.columns)
    for name in ("path", "code", "severity", "cell", "message"):
        mine = frame[name].astype(object).where(frame[name].notna(), "")
        assert [escape_formula(text) for text in mine] == list(there[name])


def test_one_outcome_is_enough_and_a_typed_word_is_no_day() -> None:
    (messy,) = collabxl.check_workbooks(SAMPLES / "messy.xlsx", today=TODAY)
    frame = collabxl.findings_frame(messy)
    assert len(frame) == len(messy.findings) > 10
    days = frame[frame.key == "due"].set_index("value").date
    assert days["2024年7月12日"] == pd.Timestamp("2024-07-12")
    assert days[["7月30日", "下周五", "完成时限"]].isna().all()


def test_an_outcome_as_json_is_the_element_that_check_prints(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    for lang in LANGS:
        told = json.loads(written("json", outcomes, tmp_path / "a.json", lang).read_text(encoding="utf-8"))
        assert [json.loads(json.dumps(collabxl.outcome_json(each, lang=lang))) for each in outcomes] == told[
            "workbooks"
        ]


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "sarif", "junit", "html"])
def test_findings_are_written_as_the_command_writes_them(
    form: str, outcomes: tuple[Outcome, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collabxl, "__version__", "0.0.0")
    path = tmp_path / f"a.{'xml' if form == 'junit' else form}"
    wanted = written(form, outcomes, path).read_bytes()
    path.unlink()
    collabxl.write_findings(outcomes, str(path), today=TODAY)
    assert path.read_bytes() == wanted


def test_no_report_takes_the_place_of_a_workbook(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    there = tmp_path / "seed.xlsx"
    there.write_bytes((SAMPLES / "seed.xlsx").read_bytes())
    for verb in (
        lambda: collabxl.write_findings(outcomes, there, today=TODAY),
        lambda: collabxl.write_portfolio(SAMPLES / "seed.xlsx", there, today=TODAY),
    ):
        with pytest.raises(collabxl.UsageError, match="no report"):
            verb()
    assert there.read_bytes() == (SAMPLES / "seed.xlsx").read_bytes()
    for name in ("a.odt", "a.txt"):
        with pytest.raises(collabxl.UsageError, match="format"):
            collabxl.write_findings(outcomes, tmp_path / name, today=TODAY)
    assert isinstance(outcomes[-1].error, FileError)
