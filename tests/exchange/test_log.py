"""The ledger seen from outside: who changed what, taking a change back, and what rules learn from it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from collabxl import Settings, UsageError, build_workbook, check_workbooks, sync_workbooks, undo
from collabxl.exchange.ledger import Ledger
from collabxl.exchange.records import SentCopy
from collabxl.exchange.undo import undo_merge
from collabxl.rules.engine.ledger_reader import ledger_path
from collabxl.summary import live_ranges
from collabxl.summary.charts import MOST_POINTS
from tests.cli.test_cli import run
from tests.exchange.masters import TODAY, department, filled
from tests.exchange.test_exchange import Project, decide, fresh, project
from tests.parts import convert_all

__all__ = ["fresh", "project"]
STATUS = ("tasks", "T004", "status")


def entries(made: Project, row: str | None = None) -> list[tuple[Any, ...]]:
    with Ledger(made.master) as ledger:
        return [(each.kind, each.spot and tuple(each.spot), each.was, each.now) for each in ledger.entries(row)]


@pytest.mark.slow
def test_it_tells_who_changed_what_from_what_to_what(project: Project) -> None:
    project.merge(project.back(2, {STATUS: "已完成", ("tasks", "T003", "remark"): "越界"}))
    told = entries(project)[3:]
    assert told == [
        ("return", None, None, None),
        ("taken", STATUS, "in_progress", "done"),
        ("outside", ("tasks", "T003", "remark"), "S01r3-tasks-remark", "越界"),
    ]
    assert entries(project, "t004") == [told[1]]
    with Ledger(project.master) as ledger:
        last = ledger.entries()[-1]
    assert (last.department, Path(last.file).name) == (department(2), "2-0.xlsx")


@pytest.mark.slow
def test_a_change_is_taken_back_and_that_one_too(project: Project) -> None:
    back = project.back(2, {STATUS: "已完成"})
    project.merge(back)
    with Ledger(project.master) as ledger:
        number = next(entry.number for entry in ledger.entries() if entry.kind == "taken")
    made = undo(project.master, number, today=TODAY)
    assert project.tasks["T004"]["status"] == "in_progress"
    assert (made.kind, made.was, made.now, made.undoes) == ("undone", "done", "in_progress", number)
    assert not project.merge(back).written
    with pytest.raises(UsageError, match="undone already"):
        undo(project.master, number, today=TODAY)
    undo(project.master, made.number, today=TODAY)
    assert project.tasks["T004"]["status"] == "done"


@pytest.mark.parametrize(("number", "says"), [(1, "changed no cell"), (999, "no entry 999")])
def test_what_cannot_be_undone_is_told(project: Project, number: int, says: str) -> None:
    before = project.master.read_bytes()
    with pytest.raises(UsageError, match=says):
        undo(project.master, number, today=TODAY)
    assert project.master.read_bytes() == before


def codes(made: Project) -> dict[str, set[str | None]]:
    (outcome,) = check_workbooks([made.master], today=TODAY, settings=Settings(pack="strict"))
    found: dict[str, set[str | None]] = {}
    for finding in outcome.findings:
        found.setdefault(finding.rule.code, set()).add(finding.id)
    return found


@pytest.mark.slow
def test_rules_learn_from_it_what_cells_held_before(project: Project) -> None:
    due = ("tasks", "T004", "due")
    share, status = ("progress", "P004", "progress"), ("progress", "P004", "status")
    assert {"ST513", "ST514", "DY604"}.isdisjoint(codes(project))
    project.merge(project.back(2, {due: dt.date(2024, 10, 10), share: 0.1, status: "未开始"}))
    found = codes(project)
    assert (found["ST513"], found["ST514"]) == ({"P004"}, {"P004"})
    assert "DY604" not in found
    project.split("2")
    project.merge(project.back(2, {due: dt.date(2024, 10, 20)}, "again.xlsx", 24))
    assert codes(project)["DY604"] == {"T004"}


@pytest.mark.slow
def test_the_trend_learns_from_it_when_tasks_were_done(project: Project) -> None:
    """Of T002, done without a date, only its due date was known; the ledger says that it was not done by then."""
    named = {"name": "P", "period": "2024-07-01~2024-09-30", "status_date": TODAY}
    done = {"name": "调研", "department": department(1), "status": "done", "due": dt.date(2024, 7, 10)}
    path = project.folder / "late.xlsx"
    build_workbook(path, project=named, rows={"tasks": [{**done, "id": "T001"}, {**done, "id": "T002"}]}, today=TODAY)
    assert actual(path) == [0, 0, 2, 2, 2]
    sent = {"tasks": {"T002": {"status": "blocked"}}}
    copy = SentCopy("c", department(1), 1, dt.datetime(2024, 7, 20), "c.xlsx", sent, {"tasks": ["T002"]})
    with Ledger(path, create=True) as ledger:
        ledger.send([copy])
    assert actual(path) == [0, 0, 1, 2, 2]
    (computed,) = convert_all([path], "xlsx", project.folder / "computed", recalculate=True)
    assert trend(computed) == [0, 0, 1, 2, 2]


def actual(path: Path) -> list[int]:
    """Return how many tasks were done at the trend's points up to today, once synced."""
    assert [each.state for each in sync_workbooks([path], today=TODAY)] != ["not-written"]
    return trend(path)


def trend(path: Path) -> list[int]:
    sheet = openpyxl.load_workbook(path, data_only=True)["汇总"]
    points = range(live_ranges.TOP, live_ranges.TOP + MOST_POINTS)
    cells = [sheet.cell(row, live_ranges.ACTUAL).value for row in points]
    return [cell for cell in cells if isinstance(cell, int | float)]


@pytest.mark.slow
def test_what_was_typed_wrongly_before_is_no_former_value(project: Project) -> None:
    share, status, due = ("progress", "P004", "progress"), ("progress", "P004", "status"), ("tasks", "T004", "due")
    project.merge(project.back(2, {share: "一半", status: "快了", due: "月底"}))
    project.split("2")
    project.merge(project.back(2, {share: 0.1, status: "未开始", due: dt.date(2024, 10, 10)}, "again.xlsx", 24))
    found = codes(project)
    assert (found["ST513"], found["ST514"]) == ({"P004"}, {"P004"})
    assert "DY604" not in found


def test_a_check_leaves_the_ledger_and_its_folder_alone(project: Project) -> None:
    before = sorted(project.folder.iterdir()), ledger_path(project.master).read_bytes()
    codes(project)
    assert (sorted(project.folder.iterdir()), ledger_path(project.master).read_bytes()) == before


@pytest.mark.slow
def test_what_is_no_ledger_harms_no_check_and_is_told(project: Project) -> None:
    ledger_path(project.master).write_bytes(b"no database")
    assert "DY604" not in codes(project)
    done = run("--lang", "zh", "check", str(project.master), "--today", TODAY.isoformat(), "--fail-on", "never")
    assert (done.returncode, done.stderr.count("ledger.sqlite 读不了")) == (0, 1)


def test_what_was_undone_is_told_not_remembered_and_comes_back_only_when_asked(project: Project) -> None:
    progress, due = ("progress", "P004", "progress"), ("tasks", "T004", "due")
    one = project.back(2, {STATUS: "已完成", due: dt.date(2024, 12, 1), progress: 0.9}, "one.xlsx")
    project.merge(one)
    project.split("2")
    with Ledger(project.master) as ledger:
        number = next(entry.number for entry in ledger.entries() if entry.kind == "taken")
    made = undo_merge(project.master, number, today=TODAY).entries
    assert {"ST513", "ST514", "DY604"}.isdisjoint(codes(project)), "nobody ever said so"
    done = run("--lang", "en", "merge", str(project.master), str(one), "--today", TODAY.isoformat())
    assert "3 of its values were merged and undone since" in done.stdout
    assert f"--undo-merge {made[0].number}" in done.stdout and done.returncode == 1, "it is not taken as it stands"
    two = filled(one, one.with_name("two.xlsx"), {STATUS: "延期", ("tasks", "T005", "remark"): "第二次填写的内容"})
    merged = project.merge(two)
    assert merged.waiting == ()
    assert [change.theirs for change in merged.results[0].plan.takes] == ["delayed", "第二次填写的内容"]
    assert {each.spot for each in merged.results[0].reversals} == {due, progress}
    undo_merge(project.master, made[0].number, today=TODAY)
    assert project.tasks["T004"]["due"] == dt.date(2024, 12, 1)
    assert {each.spot for each in project.merge(two).results[0].reversals} == set()


def test_a_merge_leaves_nothing_for_a_sync_to_write(project: Project) -> None:
    """What this very merge makes a former value is told by the summary that it writes."""
    progress = ("progress", "P004", "progress")
    back = project.back(2, {progress: 0.5})
    project.edit({progress: 0.9})
    project.merge(back)
    decide(project.master, {"P004": "部门"})
    assert project.merge().written and codes(project)["ST513"] == {"P004"}
    before = project.master.read_bytes()
    assert [each.state for each in sync_workbooks([project.master], today=TODAY)] == ["unchanged"]
    assert project.master.read_bytes() == before
