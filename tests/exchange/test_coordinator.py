"""What a coordinator meets in four weeks: backups, late answers, returns that come again, slips of the hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from collabxl import Spot
from collabxl.api import undo_merge
from collabxl.exchange.conflicts import read_conflicts
from collabxl.exchange.decisions import decisions
from collabxl.exchange.ledger import Ledger
from collabxl.exchange.moved_rows import find_moved_rows
from collabxl.exchange.records import CHANGING
from collabxl.pipeline.batch import read_workbooks
from tests.cli.test_cli import run
from tests.exchange.masters import TODAY, department, master
from tests.exchange.test_exchange import EMPTY, Project, decide, fresh, project
from tests.exchange.test_untaken_values import reasons, retyped
from tests.exchange.test_weekly import on, ready

pytestmark = pytest.mark.slow

__all__ = ["fresh", "project"]
STATUS, REMARK, DUE = (("tasks", "T004", key) for key in ("status", "remark", "due"))


def named(made: Project) -> dict[str, str]:
    return {str(row.get("name")): id for id, row in made.tasks.items()}


def merge_in_words(made: Project, *backs: Path, lang: str = "zh") -> tuple[int, str]:
    done = run("--lang", lang, "merge", str(made.master), *map(str, backs), "--today", TODAY.isoformat())
    return done.returncode, done.stdout + done.stderr


def test_rows_get_the_number_again_that_copies_out_there_bear(project: Project) -> None:
    backup, id = project.master.read_bytes(), ready(project, 2)[0]
    one = project.back(2, {("tasks", id, "name"): "印海报", ("tasks", id, "owner"): "小王"}, "one.xlsx")
    two = project.back(2, {("tasks", id, "name"): "订酒店", ("tasks", id, "owner"): "小李"}, "two.xlsx", 1)
    project.merge(one)
    project.merge(two)
    given = named(project)
    assert given["印海报"] == id != given["订酒店"]
    project.edit({("tasks", given[name], "department"): department(2) for name in ("印海报", "订酒店")})
    project.split("2")
    late = project.back(2, {("tasks", id, "remark"): "海报的备注"}, "late.xlsx", 2)
    project.master.write_bytes(backup)
    project.merge(two)
    project.merge(one)
    assert {name: named(project)[name] for name in ("印海报", "订酒店")} == {
        name: given[name] for name in ("印海报", "订酒店")
    }
    project.merge(late)
    assert project.tasks[id]["name"] == "印海报" and project.tasks[id]["remark"] == "海报的备注"


def test_a_row_without_a_number_gets_the_one_it_had(project: Project) -> None:
    backup = project.master.read_bytes()

    def below(name: str) -> Any:
        def change(sheet: Any) -> None:
            sheet.cell(sheet.max_row + 5, 2).value = name

        return change

    one, two = (retyped(project, below(name), f"{name}.xlsx") for name in ("印海报", "订酒店"))
    project.merge(one)
    project.merge(two)
    given = named(project)
    project.master.write_bytes(backup)
    project.merge(two)
    project.merge(one)
    assert named(project) == given


def test_a_restored_master_is_not_taken_for_a_sorted_one(project: Project) -> None:
    backup = project.master.read_bytes()
    texts = {("tasks", f"T00{at}", "remark"): f"第{at}行的备注写得很长" for at in (4, 5, 6)}
    project.merge(project.back(2, texts))
    project.split("2")
    project.master.write_bytes(backup)
    turned = {("tasks", f"T00{at}", "remark"): f"第{at % 3 + 4}行的备注写得很长" for at in (4, 5, 6)}
    project.edit(turned)
    assert project.merge(project.back(2, {STATUS: "已完成"}, "after.xlsx")).results[0].state == "merged"


@pytest.mark.parametrize("answer", ["部门", "主表"])
def test_a_row_that_is_another_by_now_is_asked_about_as_a_whole(project: Project, answer: str) -> None:
    back = project.back(2, {STATUS: "已完成", REMARK: "做完了"})
    project.edit({("tasks", "T004", "name"): "订酒店", ("tasks", "T004", "deliverable"): "房间"})
    merged = project.merge(back)
    (line,) = merged.waiting
    assert line.spot == Spot("tasks", "T004") and "订酒店" in line.ours and "做完了" in line.theirs
    assert "已完成" in line.theirs and "done" not in line.theirs, "in the words of the file"
    assert project.tasks["T004"]["name"] == "订酒店" and project.tasks["T004"]["status"] == "in_progress"
    decide(project.master, {"T004": answer})
    assert project.merge().waiting == ()
    assert (project.tasks["T004"]["remark"] == "做完了") == (answer == "部门")
    assert (project.tasks["T004"]["name"] == "订酒店") == (answer == "主表")


def test_a_column_pasted_one_row_too_low_is_held_with_its_end(tmp_path: Path) -> None:
    made = Project.__new__(Project)
    made.folder, made.master = tmp_path, master(tmp_path / "主表.xlsx", 2, 4)
    days = [dt.date(2024, 8, 20 + at) for at in range(4)]
    made.edit({("tasks", f"T00{at + 1}", "due"): day for at, day in enumerate(days)})
    made.split("1")
    end = ready(made, 1)[0]
    low = {("tasks", id, "due"): day for id, day in zip(("T002", "T003", "T004", end), days, strict=True)}
    merged = made.merge(made.back(1, low))
    assert [line.spot[1] for line in merged.waiting] == ["T002", "T003", "T004", end]
    assert reasons(merged.results[0]) == [("shifted", "", "due")]
    assert merged.results[0].plan.new == () and end not in made.tasks
    decide(made.master, {end: "部门"})
    made.merge()
    assert made.tasks[end] == {"due": days[3]}


def test_a_new_row_without_a_name_is_asked_about(project: Project) -> None:
    id = ready(project, 2)[0]
    merged = project.merge(
        project.back(2, {("tasks", id, "due"): dt.date(2024, 8, 20), ("tasks", id, "status"): "进行中"})
    )
    assert [line.spot for line in merged.waiting] == [Spot("tasks", id)]
    assert reasons(merged.results[0]) == [("bare", id, None)] and id not in project.tasks
    decide(project.master, {id: "部门"})
    assert project.merge().waiting == ()
    assert project.tasks[id] == {"due": dt.date(2024, 8, 20), "status": "in_progress"}


def test_a_new_row_that_gets_its_name_later_is_taken(project: Project) -> None:
    id = ready(project, 2)[0]
    back = project.back(2, {("tasks", id, "due"): dt.date(2024, 8, 20)})
    project.merge(back)
    merged = project.merge(on(back, {("tasks", id, "name"): "印海报"}, 2))
    assert merged.waiting == () and [spot.id for spot in merged.results[0].plan.new] == [id]
    assert project.tasks[id] == {"name": "印海报", "due": dt.date(2024, 8, 20)}


def test_what_was_never_taken_is_told_again(project: Project) -> None:
    back = project.back(2, {STATUS: "搞定", ("tasks", "T003", "remark"): "不归我", REMARK: "好"})
    code, said = merge_in_words(project, back)
    assert code == 1 and "冲突 1 处，越界 1 处，缺 0 行，拒收 0 处" in said
    assert {line.spot for line in waiting(project)} == {STATUS, ("tasks", "T003", "remark")}
    code, said = merge_in_words(project, back)
    assert code == 1 and "没有新内容，但以前交的还有 2 处没有采用" in said and "T004 状态" in said
    decide(project.master, {"T004": "主表", "T003": "部门"})
    code, said = merge_in_words(project, back)
    assert code == 0 and "没有新内容\n" in said and project.tasks["T003"]["remark"] == "不归我"


def waiting(made: Project) -> list[Any]:
    return [line for line in read_conflicts(read_workbooks([made.master]).readings[0]) if not line.settled]


def test_what_was_undone_is_told_again_and_a_second_undo_says_so(project: Project) -> None:
    back = project.back(2, {STATUS: "已完成"})
    project.merge(back)
    with Ledger(project.master) as ledger:
        (number,) = (entry.number for entry in ledger.entries() if entry.kind in CHANGING)
    undo_merge(project.master, number, today=TODAY)
    code, said = merge_in_words(project, back)
    assert code == 1 and "还有 1 处没有采用" in said
    for option in ("--undo-merge", "--undo"):
        done = run("--lang", "zh", "log", str(project.master), option, str(number))
        assert done.returncode == 2 and "已经" in done.stderr and "后来又改过" not in done.stderr


def test_rows_that_two_bear_or_that_were_exchanged_are_listed_until_the_copy_is_right(project: Project) -> None:
    def change(sheet: Any) -> None:
        rows = {sheet.cell(row, 1).value: row for row in range(6, 40)}
        sheet.cell(rows["T005"], 1).value, sheet.cell(rows["T005"], 13).value = "T004", "抄错了编号"

    merged = project.merge(retyped(project, change))
    assert ("repeated", "T004", None) in reasons(merged.results[0])
    (line,) = (line for line in merged.waiting if line.spot == Spot("tasks", "T004"))
    assert "抄错了编号" in line.theirs
    merged = project.merge(project.back(2, {REMARK: "改好了"}, hours=1))
    assert Spot("tasks", "T004") not in {line.spot for line in merged.waiting}, "the copy is right by now"
    assert project.tasks["T004"]["remark"] == "改好了"


@pytest.mark.parametrize("answer", ["部门", "主表"])
def test_a_number_typed_by_hand_costs_one_line_that_says_the_cure(project: Project, answer: str) -> None:
    def change(sheet: Any) -> None:
        row = sheet.max_row + 1
        for column, value in enumerate(("T290", "印海报", "小王", department(2), "海报", None, "高"), 1):
            sheet.cell(row, column).value = value

    code, said = merge_in_words(project, retyped(project, change))
    assert code == 1 and said.count("T290") == 2, "once in the table, once with the reason"
    assert "把编号清空再交" in said and "越界 1 处" in said and "拒收 1 处" in said
    decide(project.master, {"T290": answer})
    assert project.merge().waiting == ()
    assert ("印海报" in named(project)) == (answer == "部门")


def test_a_decision_never_overwrites_what_was_typed_since(project: Project) -> None:
    back = project.back(2, {REMARK: "部门写的", ("tasks", "T005", "remark"): "也是部门写的"})
    project.edit({REMARK: "主表写的", ("tasks", "T005", "remark"): "主表写的，ＡＢＣ　１２"})
    project.merge(back)
    assert not project.merge().written
    decide(project.master, {"T004": "部门", "T005": "部门"})
    project.edit({REMARK: "后来又改的"})
    code, said = merge_in_words(project)
    assert code == 1 and "现在是“后来又改的”" in said
    assert project.tasks["T004"]["remark"] == "后来又改的" and project.tasks["T005"]["remark"] == "也是部门写的"
    (line,) = waiting(project)
    assert (line.spot, line.ours, line.choice) == (REMARK, "后来又改的", "")
    decide(project.master, {"T004": "部门"})
    assert project.merge().waiting == () and project.tasks["T004"]["remark"] == "部门写的"


@pytest.mark.parametrize(
    ("word", "whose"),
    [
        ("部门", "theirs"), ("用部门的", "theirs"), ("department", "theirs"), ("Use the department's value", "theirs"),
        ("“部门”", "theirs"), ("第02部", "theirs"), ("用主表的", "ours"), ("以主表为准", "ours"), ("Master", "ours"),
        ("同意", "unknown"), ("ok", "unknown"), ("√", "unknown"), ("待部门确认", "typed"), ("两边合起来写", "typed"),
    ],
)  # fmt: skip
def test_answers_in_other_words_are_understood_or_refused(word: str, whose: str) -> None:
    from collabxl.exchange.conflicts import Conflict

    line = Conflict(Spot(*REMARK), "", "甲", "乙", department(2), word)
    assert [decision.whose for decision in decisions([line], "zh")] == [whose]
    of_row = line._replace(spot=Spot("tasks", "T004"))
    (decision,) = decisions([of_row], "zh")
    assert decision.whose == ("unknown" if whose == "typed" else whose), "a row is no text"


def test_an_answer_that_nobody_understands_waits_and_is_told(project: Project) -> None:
    project.edit({REMARK: "主表写的"})
    project.merge(project.back(2, {REMARK: "部门写的"}))
    decide(project.master, {"T004": "同意"})
    code, said = merge_in_words(project)
    assert code == 1 and "看不出“同意”指谁的值" in said and "“部门”、“主表”或要用的值" in said
    assert project.tasks["T004"]["remark"] == "主表写的" and len(waiting(project)) == 1


@pytest.mark.parametrize(("text", "share"), [("30%", 0.3), (" ３０％ ", 0.3), ("三成", None), ("130%", None)])
def test_a_share_typed_as_a_text_is_taken_as_one_or_asked_about(project: Project, text: str, share: Any) -> None:
    merged = project.merge(project.back(2, {("progress", "P004", "progress"): text}))
    here = read_workbooks([project.master]).readings[0]
    page = next(page for page in here.sheets if page.key == "progress")
    book = openpyxl.load_workbook(project.master)["进度跟踪表"]
    row = next(row for row in range(6, 40) if book.cell(row, 1).value == "P004")
    cell = book.cell(row, page.places["progress"].column).value
    assert cell == (share or 0.25)
    assert [line.spot for line in merged.waiting] == ([] if share else [("progress", "P004", "progress")])


def test_a_path_that_is_not_there_is_wrong_usage_before_all_else(project: Project) -> None:
    back, before = project.back(2, {STATUS: "已完成"}), project.master.read_bytes()
    code, said = merge_in_words(project, back, project.folder / "没有.xlsx", project.folder / "back" / "x*.xlsx")
    assert code == 2 and "没有.xlsx" in said and "交回了" not in said
    assert project.master.read_bytes() == before
    with Ledger(project.master) as ledger:
        assert not [entry for entry in ledger.entries() if entry.kind in ("return", "refused")]


def test_a_row_s_question_speaks_the_words_of_the_file(project: Project) -> None:
    merged = project.merge(project.back(2, {("tasks", "T005", key): None for key in EMPTY}))
    (line,) = merged.waiting
    assert "进行中" in line.ours and "高" in line.ours
    assert not any(word in line.ours + line.base for word in ("in_progress", "high"))


def test_a_progress_row_is_placed_by_its_task_though_all_else_was_written_anew() -> None:
    was = {f"P00{at}": {"task": f"T00{at}", "progress": 0.25, "note": f"第{at}行上周的进展"} for at in (1, 2, 3)}
    now = {
        f"P00{at}": {"task": f"T00{at % 3 + 1}", "progress": 0.5, "note": f"第{at % 3 + 1}行本周新写的进展"}
        for at in (1, 2, 3)
    }
    assert find_moved_rows("progress", was, now) == ({"P001": "P002", "P002": "P003", "P003": "P001"}, frozenset())
