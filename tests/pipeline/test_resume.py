"""--resume: what is unchanged is told from the last run in the very same words; whatever changed is read."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter

from collabxl import Outcome, Settings, UsageError, check_workbooks, outcome_json
from collabxl.pipeline import batch
from collabxl.pipeline.outcome_json import from_text, to_text
from collabxl.pipeline.resume import resume_check
from collabxl.reports.text import outcome_lines
from tests.pipeline.test_guests import book
from tools.samples.__main__ import SAMPLES

TODAY = dt.date(2024, 8, 1)
STRICT = Settings(pack="strict")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The samples that wait for no other workbook, and a file that is none."""
    made = tmp_path / "books"
    made.mkdir()
    for path in SAMPLES.glob("*.xlsx"):
        if path.stem != "rollout":
            shutil.copy(path, made)
    (made / "broken.xlsx").write_bytes(b"PK\x03\x04 and no more")
    return made


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were really read."""
    asked: list[str] = []
    real = batch.readings

    def noting(paths: list[str], **options: object) -> Iterator[object]:
        asked.extend(Path(path).name for path in paths)
        return real(paths, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(batch, "readings", noting)
    return asked


def words(outcome: Outcome) -> list[str]:
    """Return all that is said of a workbook, in every form and language."""
    forms = [json.dumps(outcome_json(outcome, lang=lang)) for lang in ("zh", "en")]
    return forms if outcome.error else [*forms, *outcome_lines(outcome, "zh"), *outcome_lines(outcome, "en")]


def told(folder: Path, state: Path, today: dt.date = TODAY, settings: Settings = STRICT) -> list[list[str]]:
    return [words(outcome) for outcome in resume_check([folder], state, today=today, settings=settings, jobs=1)]


def test_an_outcome_comes_back_from_json_as_it_was(folder: Path) -> None:
    for outcome in check_workbooks([folder, "none.xlsx"], today=TODAY, settings=STRICT):
        again = from_text(outcome.path, to_text(outcome))
        assert words(again) == words(outcome)
        assert again.findings == outcome.findings


def test_whatever_a_cell_may_hold_comes_back_from_json(tmp_path: Path) -> None:
    """A day, a moment, a time of the day, a span of time, a truth value, a number: where a day is expected."""
    path = tmp_path / "odd.xlsx"
    cells = [dt.date(2024, 7, 5), dt.datetime(2024, 7, 5, 12), dt.time(9, 30), dt.timedelta(1, 5), True, 2.5]
    with xlsxwriter.Workbook(path) as made:
        formats = ["yyyy-mm-dd", "yyyy-mm-dd hh:mm", "hh:mm", "[h]:mm:ss"]
        looks = [made.add_format({"num_format": said}) for said in formats] + [None, None]
        sheet = made.add_worksheet("任务分工表")
        sheet.write_row(0, 0, ["任务名称", "截止日期", "状态"])
        for row, (cell, look) in enumerate(zip(cells, looks, strict=True), 1):
            sheet.write(row, 0, f"任务{row}")
            sheet.write(row, 1, cell, look)
    (outcome,) = check_workbooks([path], today=TODAY, settings=STRICT)
    assert {dt.time, dt.timedelta} <= {type(finding.args.get("raw")) for finding in outcome.findings}
    back = from_text(outcome.path, to_text(outcome))
    assert back.findings == outcome.findings
    assert words(back) == words(outcome)


def test_a_second_run_reads_nothing_and_says_the_same(folder: Path, tmp_path: Path, read: list[str]) -> None:
    state = tmp_path / "state"
    fresh = [words(outcome) for outcome in check_workbooks([folder], today=TODAY, settings=STRICT, jobs=1)]
    read.clear()
    assert told(folder, state) == fresh
    assert sorted(read) == sorted(path.name for path in folder.iterdir())
    read.clear()
    assert told(folder, state) == fresh
    assert read == []
    assert os.name == "nt" or state.stat().st_mode & 0o077 == 0


def test_what_changed_is_read_and_only_that(folder: Path, tmp_path: Path, read: list[str]) -> None:
    state = tmp_path / "state"
    before = told(folder, state)
    shutil.copy(folder / "seed.xlsx", folder / "clean.xlsx")
    read.clear()
    after = told(folder, state)
    assert read == ["clean.xlsx"]
    assert [old == new for old, new in zip(before, after, strict=True)].count(False) == 1


def test_another_day_other_settings_and_a_ledger_are_read_anew(folder: Path, tmp_path: Path, read: list[str]) -> None:
    state = tmp_path / "state"
    count = len(told(folder, state))
    for day, settings in ((TODAY + dt.timedelta(1), STRICT), (TODAY, Settings(ignore=("DL",)))):
        read.clear()
        told(folder, state, day, settings)
        assert len(read) == count
    told(folder, state)
    (folder / "seed.ledger.sqlite").write_bytes(b"")
    read.clear()
    told(folder, state)
    assert read == ["seed.xlsx"]


def test_a_run_cut_short_goes_on_where_it_ended(folder: Path, tmp_path: Path, read: list[str]) -> None:
    state = tmp_path / "state"
    run = resume_check([folder], state, today=TODAY, settings=STRICT, jobs=1)
    first = [words(next(run)) for _ in range(3)]
    run.close()
    read.clear()
    assert told(folder, state)[:3] == first
    assert len(read) == len(list(folder.glob("*.xlsx"))) - 3


def test_names_of_other_workbooks_are_looked_up_anew(tmp_path: Path, read: list[str]) -> None:
    folder, state = tmp_path / "books", tmp_path / "state"
    folder.mkdir()
    book(folder, 1, "会员", "支付::T002")
    book(folder, 2, "支付", "-")
    assert [("DP314" in line[0]) for line in told(folder, state)] == [True, False]
    book(folder, 2, "支付", "-", "-")
    assert [("DP314" in line[0]) for line in told(folder, state)] == [False, False]
    read.clear()
    told(folder, state)
    assert read[0] == "1.xlsx"


def test_a_file_that_is_no_state_is_left_alone(folder: Path, tmp_path: Path) -> None:
    state = tmp_path / "report.resume"
    state.write_text("somebody's notes, long enough to be looked at as a database" * 20, encoding="utf-8")
    with pytest.raises(UsageError, match=r"report\.resume"):
        told(folder, state)
    assert state.read_text(encoding="utf-8").startswith("somebody's")


def test_the_command_line_keeps_its_state_beside_the_output(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "found.json"
    command = [sys.executable, "-m", "collabxl", "--lang", "en", "check", str(folder), "--today", "2024-08-01"]
    command += ["--format", "json", "--resume", "--output", str(output)]
    said = []
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
        assert (done.returncode, done.stderr) == (3, "")
        said.append(output.read_text(encoding="utf-8"))
    assert said[0] == said[1]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["books", "found.json", "found.json.resume"]
