"""Older workbooks as templates: the plan comes back on new days, what came of it does not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from collabxl import FileError, Lang, Row, UsageError, build_workbook, check_workbooks, read_workbooks
from collabxl.pipeline.templates.catalogue import find_scenario
from collabxl.pipeline.templates.draft import ProjectDraft, workdays
from collabxl.pipeline.templates.fill import fill_scenario
from collabxl.pipeline.templates.instantiate import instantiate
from collabxl.pipeline.templates.reuse import reuse_plan
from collabxl.scheduling.calendar import COUNTRY
from tools.samples import launch
from tools.samples.__main__ import SAMPLES

START = dt.date(2024, 9, 26)
AGAIN = dt.date(2025, 1, 25)
"""A Saturday; Spring Festival comes three days later."""


def write(path: Path, draft: ProjectDraft, today: dt.date) -> Path:
    build_workbook(path, project=draft.project, rows=draft.rows, lang=draft.lang, today=today)
    return path


def known(row: Row) -> Row:
    return {key: value for key, value in row.items() if value is not None}


@pytest.mark.slow
@pytest.mark.parametrize(("slug", "lang"), [("crisis-pr", "zh"), ("system-upgrade", "en")])
def test_a_scenario_comes_back_as_if_it_were_begun_anew(tmp_path: Path, slug: str, lang: Lang) -> None:
    first = fill_scenario(find_scenario(slug), START, lang)
    draft = reuse_plan(write(tmp_path / "old.xlsx", first, START), AGAIN)
    anew = fill_scenario(find_scenario(slug), AGAIN, lang)
    assert draft.lang == lang
    for sheet in ("tasks", "progress", "risks", "contacts"):
        assert [known(row) for row in draft.rows[sheet]] == [known(row) for row in anew.rows[sheet]], sheet
    assert "minutes" not in draft.rows
    assert draft.project["period"] == anew.project["period"]
    assert "name" not in draft.project
    kept = ("goal", "kpis", "initiator", "departments", "lead", "remark", "scenario")
    assert {key: draft.project[key] for key in kept} == {key: anew.project[key] for key in kept}


@pytest.mark.slow
def test_what_came_of_the_old_project_is_forgotten(tmp_path: Path) -> None:
    """120 tasks half done: on their new first day nothing is found but the name that is to be given."""
    old = tmp_path / "old.xlsx"
    build_workbook(old, project=launch.PROJECT, rows=launch.clean(), today=launch.TODAY)
    draft = reuse_plan(old, AGAIN)
    moved = write(tmp_path / "new.xlsx", draft, AGAIN)
    read = read_workbooks([old, moved])
    before, after = (read.frames["tasks"].loc[wb] for wb in (0, 1))
    for same in ("id", "name", "owner", "department", "deliverable", "after", "buffer", "milestone", "priority"):
        assert before[same].astype(object).fillna("").tolist() == after[same].astype(object).fillna("").tolist(), same
    assert set(after.status) == {"not_started"}
    assert after.start.min() == dt.datetime(2025, 1, 26)  # a Sunday that is worked
    for key in ("start", "due"):
        old_days, new_days = workdays(COUNTRY, launch.BEGIN), workdays(COUNTRY, AGAIN)
        numbers = [old_days.number(day.date()) for day in before[key]]
        assert numbers == [new_days.number(day.date()) for day in after[key]], key
    progress = read.frames["progress"].loc[1]
    assert progress.task.tolist() == after.id.tolist()
    assert (progress.progress == 0).all()
    assert not progress[["started", "finished", "expected", "note", "delay_reason"]].notna().any(axis=None)
    assert set(read.frames["risks"].loc[1].status) == {"watching"}
    (outcome,) = check_workbooks([moved], today=dt.date(2025, 1, 26))
    assert [(finding.rule.code, finding.key) for finding in outcome.findings] == [("CV101", "name")]


@pytest.mark.slow
def test_numbers_are_kept_where_rows_have_been_deleted(tmp_path: Path) -> None:
    common = {"owner": "张三", "department": "研发部", "due": START, "priority": "high", "status": "done"}
    tasks = [{"name": name, **common} for name in "甲乙丙"]
    tasks[2]["after"] = "甲、没有的任务"
    path = write(tmp_path / "old.xlsx", ProjectDraft({"name": "旧"}, {"tasks": [tasks[0], {}, tasks[2]]}, "zh"), START)
    draft = reuse_plan(path, AGAIN)
    assert [row.get("name") for row in draft.rows["tasks"]] == ["甲", None, "丙"]
    assert draft.rows["tasks"][2]["after"] == "T001、没有的任务"
    assert [row["task"] for row in draft.rows["progress"]] == ["T001", "T003"]


def test_a_workbook_typed_by_hand_is_a_template_too() -> None:
    """The source document's own tables have no numbers, and one dependency that names nothing."""
    draft = reuse_plan(SAMPLES / "seed.xlsx", START)
    assert [row["due"] for row in draft.rows["tasks"]] == [START, dt.date(2024, 10, 16), dt.date(2024, 10, 28)]
    assert [row.get("after") for row in draft.rows["tasks"]] == ["-", "T001", "支付功能上线时间确认"]
    assert {row["status"] for row in draft.rows["tasks"]} == {"not_started"}


@pytest.mark.slow
def test_without_any_date_there_is_nothing_to_move(tmp_path: Path) -> None:
    path = write(tmp_path / "bare.xlsx", ProjectDraft({"name": "空"}, {"tasks": [{"name": "甲"}]}, "zh"), START)
    with pytest.raises(UsageError, match=r"No task of .*bare.xlsx has a date"):
        reuse_plan(path, START)


def test_what_cannot_be_read_says_so(tmp_path: Path) -> None:
    path = tmp_path / "no.xlsx"
    with pytest.raises(FileError):
        reuse_plan(path, START)
    path.write_bytes(b"no workbook")
    with pytest.raises(FileError):
        reuse_plan(path, START)


@pytest.mark.parametrize(("told", "lang"), [(None, "en"), ("zh", "zh")])
def test_a_workbook_brings_its_language(told: Lang | None, lang: Lang) -> None:
    assert instantiate(str(SAMPLES / "english.xlsx"), START, told=told, spoken="zh").lang == lang
