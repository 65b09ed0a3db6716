"""Returns edited on from each other, colleagues, new rows and questions that come again, through real files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from collabxl.opc.package import Package
from collabxl.share.ledger import Ledger
from tests.cli.test_cli import run
from tests.share.masters import CORE, TODAY, department, filled
from tests.share.test_exchange import EMPTY, NOON, Project, decide, fresh, project

pytestmark = pytest.mark.slow

__all__ = ["fresh", "project"]
REMARK, OWNER = ("tasks", "T004", "remark"), ("tasks", "T004", "owner")
PROGRESS, UPDATED, NOTE = (("progress", "P004", key) for key in ("progress", "updated", "note"))


def ready(made: Project, number: int, sheet: str = "tasks") -> list[str]:
    sent = made.copies[department(number)].sent
    return [id for id in sent.rows[sheet] if id not in sent.base[sheet]]


def named(made: Project, name: str) -> dict[str, dict[str, Any]]:
    return {id: row for id, row in made.tasks.items() if row.get("name") == name}


def on(earlier: Path, cells: dict[tuple[str, str, str], Any], hours: int) -> Path:
    """Return what a department sends back, edited on from an earlier return."""
    return filled(earlier, earlier.with_name(f"on-{hours}.xlsx"), cells, NOON + dt.timedelta(hours=hours))


def test_weekly_returns_that_change_every_cell_again_are_taken(project: Project) -> None:
    back = project.back(2, {PROGRESS: 0.5, UPDATED: dt.date(2024, 8, 2), NOTE: "第一周"})
    assert project.merge(back).waiting == ()
    project.edit({OWNER: "协调人"})
    again = on(back, {PROGRESS: 0.75, UPDATED: dt.date(2024, 8, 9), NOTE: "第二周"}, 168)
    merged = project.merge(again)
    assert merged.waiting == ()
    assert [change.theirs for change in merged.results[0].plan.takes] == [0.75, "第二周", dt.date(2024, 8, 9)]
    assert project.tasks["T004"]["owner"] == "协调人"


def test_a_clock_that_is_wrong_or_missing_discards_nothing(project: Project) -> None:
    first = project.back(2, {REMARK: "第一次填写的内容"}, "first.xlsx", 24 * 365 * 90)
    second = on(first, {("tasks", "T005", "remark"): "第二次填写的内容"}, 1)
    third = on(second, {("tasks", "T006", "remark"): "第三次填写的内容"}, 2)
    package = Package(third.read_bytes())
    package.put(CORE, b"<coreProperties/>")
    third.write_bytes(package.save())
    for back in (second, first, third):
        assert project.merge(back).waiting == ()
    told = {id: project.tasks[id]["remark"] for id in ("T004", "T005", "T006")}
    assert told == {"T004": "第一次填写的内容", "T005": "第二次填写的内容", "T006": "第三次填写的内容"}


def test_a_coordinator_and_a_department_who_fill_the_same_number_keep_a_row_each(project: Project) -> None:
    id = ready(project, 2)[0]
    project.edit({("tasks", id, "name"): "租会场", ("tasks", id, "owner"): "协调人"})
    told = {"name": "印海报", "owner": "小王", "department": department(2), "remark": "A2 纸"}
    progress = ready(project, 2, "progress")[0]
    cells: dict[tuple[str, str, str], Any] = {("tasks", id, key): value for key, value in told.items()}
    cells |= {("progress", progress, "task"): id, ("tasks", "T004", "after"): f"T003、{id}"}
    back = project.back(2, cells)
    merged = project.merge(back)
    assert merged.waiting == ()
    assert named(project, "租会场") == {id: {"name": "租会场", "owner": "协调人"}}
    ((new, row),) = named(project, "印海报").items()
    assert row == told
    assert project.tasks["T004"]["after"] == f"T003、{new}"
    assert {spot.id: printed for spot, printed in merged.results[0].renumbered.items()} == {new: id}
    with Ledger(project.master) as ledger:
        assert [(each.spot and each.spot.id, each.note) for each in ledger.entries() if each.kind == "renumbered"] == [
            (new, id)
        ]
    again = on(back, {("tasks", id, "remark"): "A1 纸", ("tasks", id, "status"): "进行中"}, 5)
    assert project.merge(again).waiting == ()
    assert named(project, "印海报") == {new: {**told, "remark": "A1 纸", "status": "in_progress"}}
    assert named(project, "租会场")[id] == {"name": "租会场", "owner": "协调人"}
    project.split("2")
    assert id not in ready(project, 2)
    assert new not in {each for number in (1, 2, 3) for each in ready(project, number)}


def test_two_colleagues_who_fill_the_same_blank_row_keep_a_row_each_and_are_told(project: Project) -> None:
    id = ready(project, 2)[0]
    one = project.back(2, {("tasks", id, "name"): "印海报", ("tasks", id, "owner"): "小王"}, "one.xlsx")
    two = project.back(2, {("tasks", id, "name"): "订酒店", ("tasks", id, "remark"): "三十人"}, "two.xlsx", 1)
    done = run("--lang", "en", "merge", str(project.master), str(one), str(two), "--today", TODAY.isoformat())
    assert done.returncode == 1, "a row is not taken as it stands"
    ((other, row),) = named(project, "订酒店").items()
    assert named(project, "印海报") == {id: {"name": "印海报", "owner": "小王"}}
    assert row == {"name": "订酒店", "remark": "三十人"}
    assert f"{id} of the copy is another row" in done.stdout
    assert other in done.stdout
    assert not project.merge(two, one).written, "nor does it matter how often they come"


def test_rows_typed_below_the_prepared_ones_are_taken(project: Project) -> None:
    copy = project.copies[department(2)]
    book = openpyxl.load_workbook(copy.path)
    sheet = book["风险记录表"]
    prepared = len(ready(project, 2, "risks"))
    rows = [row for row in range(6, 306) if sheet.cell(row, 1).value in ready(project, 2, "risks")]
    rows += range(rows[-1] + 1, rows[-1] + 5)
    for at, row in enumerate(rows):
        sheet.cell(row, 2).value = f"新的风险{at}"
    target = project.folder / "risks.xlsx"
    book.save(target)
    (result,) = project.merge(target).results
    assert len(result.plan.new) == prepared + 4
    assert list(result.renumbered.values()) == [""] * 4
    told = [row["description"] for row in values_of(project, "risks").values() if "新的风险" in str(row["description"])]
    assert sorted(told) == sorted(f"新的风险{at}" for at in range(prepared + 4))
    assert not project.merge(target).written


def values_of(made: Project, sheet: str) -> dict[str, dict[str, Any]]:
    from tests.share.masters import values

    return values(made.master)[sheet]


@pytest.mark.parametrize(("typed", "arrives"), [(0.5, 0.5), (0.75, 0.75), (1e15, 1e15), ("中午", "中午")])
def test_what_is_no_date_in_a_date_column_arrives_as_itself(project: Project, typed: Any, arrives: Any) -> None:
    """It is asked about; so decided, the master says what was typed, and not a time of day as text."""
    due = ("tasks", "T004", "due")
    assert [line.spot for line in project.merge(project.back(2, {due: typed})).waiting] == [due]
    decide(project.master, {"T004": "部门"})
    assert project.merge().waiting == ()
    assert project.tasks["T004"]["due"] == arrives


def test_a_cell_in_conflict_again_is_asked_again(project: Project) -> None:
    status = ("tasks", "T004", "status")
    for number, mine, word in ((4, "受阻", "主表"), (5, "延期", "部门"), (6, "未开始", "")):
        project.edit({status: mine})
        cells = {status: "已完成", ("tasks", f"T00{number}", "remark"): f"第{number}次填写的内容"}
        back = project.back(2, cells, f"{number}.xlsx", number)
        assert [(line.spot, line.theirs) for line in project.merge(back).waiting] == [(status, "已完成")], number
        assert not project.merge(back).written
        decide(project.master, {"T004": word})
        assert len(project.merge().waiting) == (not word)
    assert run("merge", str(project.master), "--today", TODAY.isoformat()).returncode == 1


def test_a_decision_about_a_row_puts_in_the_row_that_the_line_shows(project: Project) -> None:
    was = project.tasks["T005"]
    back = project.back(2, {("tasks", "T005", "remark"): "还在做"}, "asked.xlsx")
    project.edit({("tasks", "T005", key): None for key in EMPTY})
    assert [line.spot for line in project.merge(back).waiting] == [("tasks", "T005", None)]
    project.split("2")
    assert "T005" not in project.copies[department(2)].sent.base["tasks"]
    project.merge(project.back(2, {REMARK: "新的一轮"}, "later.xlsx", 24))
    decide(project.master, {"T005": "部门"})
    merged = project.merge()
    assert (merged.waiting, len(merged.settled)) == ((), 1)
    assert project.tasks["T005"] == {**was, "remark": "还在做"}
