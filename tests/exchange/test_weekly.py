"""Returns edited on from each other, colleagues, new rows and questions that come again, through real files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from collabxl.exchange.conflicts import read_conflicts
from collabxl.exchange.ledger import Ledger
from collabxl.ooxml.package import Package
from collabxl.pipeline.batch import read_workbooks
from tests.cli.test_cli import run
from tests.exchange.masters import CORE, TODAY, department, filled
from tests.exchange.test_exchange import EMPTY, NOON, Project, decide, fresh, project

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


def test_a_colleague_who_changed_the_same_cells_in_the_same_merge_is_asked_about(project: Project) -> None:
    one = project.back(2, {PROGRESS: 0.5, NOTE: "联调"}, "one.xlsx")
    two = project.back(2, {PROGRESS: 0.9, NOTE: "上线"}, "two.xlsx", 1)
    merged = project.merge(one, two)
    assert {(line.spot, line.ours, line.theirs) for line in merged.waiting} == {
        (PROGRESS, "50%", "90%"), (NOTE, "联调", "上线"),
    }  # fmt: skip
    assert values_of(project, "progress")["P004"]["note"] == "联调"
    assert not project.merge(two, one).written


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


FULL = {2: "租会场", 3: "张三", 5: "合同", 6: dt.date(2024, 9, 3), 9: "未开始"}


@pytest.mark.parametrize(
    ("rows", "change"),
    [
        ([FULL], {(0, 9): "已完成"}),
        ([{2: "租会场"}], {(0, 9): "已完成"}),
        ([FULL], {(0, 2): "租大会场", (0, 9): "已完成"}),
        ([FULL], {(0, 3): "王五", (0, 5): "书", (0, 6): dt.date(2024, 9, 9), (0, 9): "已完成"}),
        ([FULL, {2: "订酒店", 3: "李四"}], {(1, 9): "已完成"}),
        ([FULL, FULL], {(1, 9): "已完成"}),
    ],
)
@pytest.mark.parametrize("together", [False, True])
def test_a_row_that_came_without_a_number_is_known_again(
    project: Project, rows: list[dict[int, Any]], change: dict[tuple[int, int], Any], together: bool
) -> None:
    """The file that a department goes on with has no 编号 there; what it prints in blank rows is another row's."""
    book = openpyxl.load_workbook(project.copies[department(2)].path)
    sheet = book["任务分工表"]
    last = max(row for row in range(6, 400) if sheet.cell(row, 1).value)
    for at, told in enumerate(rows, last + 1):
        for column, value in told.items():
            sheet.cell(at, column).value = value
    book.save(one := project.folder / "one.xlsx")
    before = set(project.tasks)
    if not together:
        assert project.merge(one).waiting == ()
    for (at, column), value in change.items():
        sheet.cell(last + 1 + at, column).value = value
    printed = ready(project, 2)[0]
    blank = next(row for row in range(6, 400) if sheet.cell(row, 1).value == printed)
    sheet.cell(blank, 2).value = "印海报"
    book.save(two := project.folder / "two.xlsx")
    merged = project.merge(*([one] if together else []), two)
    assert merged.waiting == () and [each.untaken for each in merged.results] == [()] * len(merged.results)
    new = {id: row for id, row in project.tasks.items() if id not in before}
    assert len(new) == len(rows) + 1 and new[printed] == {"name": "印海报"}
    assert [row.get("status") for row in new.values()].count("done") == 1


def values_of(made: Project, sheet: str) -> dict[str, dict[str, Any]]:
    from tests.exchange.masters import values

    return values(made.master)[sheet]


@pytest.mark.parametrize("typed", [0.5, "中午"])
def test_what_is_no_date_in_a_date_column_is_asked_about_until_a_date_is_decided(project: Project, typed: Any) -> None:
    due = ("tasks", "T004", "due")
    was = project.tasks["T004"]["due"]
    assert [line.spot for line in project.merge(project.back(2, {due: typed})).waiting] == [due]
    decide(project.master, {"T004": "部门"})
    merged = project.merge()
    assert [line.spot for line in merged.waiting] == [due] and [each.value for each in merged.unfit] == [typed]
    assert project.tasks["T004"]["due"] == was
    decide(project.master, {"T004": "2024年8月9日"})
    merged = project.merge()
    assert merged.waiting == merged.unfit == () and project.tasks["T004"]["due"] == dt.date(2024, 8, 9)


@pytest.mark.parametrize(
    ("key", "typed", "arrives", "shown"),
    [
        ("status", "搞定了", None, "搞定了"),
        ("due", 45506, dt.date(2024, 8, 2), "2024-08-02"),
        ("due", dt.date(2024, 8, 2), dt.date(2024, 8, 2), "2024-08-02"),
        ("buffer", "两天", None, "两天"),
    ],
)
def test_a_decision_fits_its_column_or_is_asked_again_with_the_reason(
    project: Project, key: str, typed: Any, arrives: Any, shown: str
) -> None:
    mine: dict[str, tuple[Any, Any]] = {"status": ("受阻", "延期"), "remark": ("甲", "乙"), "buffer": (1, 2)}
    ours, theirs = mine.get(key, (dt.date(2024, 8, 5), dt.date(2024, 8, 6)))
    back = project.back(2, {("tasks", "T004", key): theirs})
    project.edit({("tasks", "T004", key): ours})
    project.merge(back)
    was = project.tasks["T004"][key]
    decide(project.master, {"T004": typed})
    done = run("--lang", "en", "merge", str(project.master), "--today", TODAY.isoformat())
    column = {"status": "状态", "due": "截止日期", "buffer": "缓冲天数"}.get(key)
    told = f"T004 {column} in the sheet Conflicts was not" in done.stdout
    assert (done.returncode == 1) == (arrives is None) == told
    assert arrives is not None or f"not “{shown}”" in done.stdout
    assert project.tasks["T004"][key] == (was if arrives is None else arrives)
    (line,) = read_conflicts(read_workbooks([project.master]).readings[0])
    assert (line.choice, line.settled) == (shown, arrives is not None)


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


@pytest.mark.parametrize("together", [False, True])
def test_a_value_that_was_mended_replaces_the_one_that_was_refused(project: Project, together: bool) -> None:
    status, due = ("tasks", "T004", "status"), ("tasks", "T004", "due")
    one = project.back(2, {status: "弄完了", REMARK: "第一次填写的内容"}, "one.xlsx")
    two = on(one, {due: dt.date(2024, 9, 9)}, 1)
    three = on(two, {status: "已完成"}, 2)
    if not together:
        assert [line.spot for line in project.merge(one).waiting] == [status]
        decide(project.master, {"T004": "部门"})
        (result,) = project.merge(two).results
        assert result.plan.soft == () and not result.plan.conflicts, "the master has changed nothing"
    merged = project.merge(*([one] if together else []), three)
    assert merged.waiting == () and project.tasks["T004"]["status"] == "done"
    assert merged.results[-1].plan.soft == () == merged.results[-1].plan.conflicts
    assert all(line.settled for line in read_conflicts(read_workbooks([project.master]).readings[0]))


def test_a_question_goes_when_the_master_says_what_was_asked(project: Project) -> None:
    back = project.back(2, {REMARK: "乙"})
    project.edit({REMARK: "甲"})
    assert len(project.merge(back).waiting) == 1
    project.edit({REMARK: "乙"})
    assert project.merge().waiting == ()
    assert [line.settled for line in read_conflicts(read_workbooks([project.master]).readings[0])] == [True]
