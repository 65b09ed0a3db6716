"""What a return says that is not taken as it stands is told by cell and reason, and costs nobody else anything."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.packaging.custom import StringProperty

from collabxl import FileError, Spot, split
from collabxl.exchange.fit import fits
from collabxl.exchange.link_requests import WithheldTasks
from collabxl.pipeline.batch import check_workbooks
from tests.cli.test_cli import run
from tests.exchange.masters import TODAY, department, filled, master
from tests.exchange.test_exchange import Project, fresh, project
from tests.parts import convert_all, sdk_errors

__all__ = ["fresh", "project"]
TASKS = "任务分工表"


def reasons(result: Any) -> list[tuple[str, str, str | None]]:
    return [(each.reason, each.spot.id, each.spot.key) for each in result.untaken]


def retyped(project: Project, change: Any, name: str = "retyped.xlsx") -> Path:
    """Return the second department's copy after its task sheet was changed by hand."""
    book = openpyxl.load_workbook(project.copies[department(2)].path)
    change(book[TASKS])
    book.save(project.folder / name)
    return project.folder / name


def test_everything_that_is_not_taken_is_told_by_cell_and_reason(project: Project) -> None:
    def change(sheet: Any) -> None:
        rows = {sheet.cell(row, 1).value: row for row in range(6, 40)}
        sheet.cell(rows["T004"], 9).value = "搞定"
        sheet.cell(rows["T005"], 6).value = "7.5"
        sheet.cell(rows["T006"], 13).value = "=#REF!"
        sheet.cell(5, 5).value = "不知道什么"

    merged = project.merge(retyped(project, change))
    (result,) = merged.results
    assert ("unfit", "T004", "status") in reasons(result) and ("unfit", "T005", "due") in reasons(result)
    assert ("column-gone", "", "deliverable") in reasons(result)
    assert "不知道什么" in [each.value for each in result.untaken if each.reason == "column-gone"], (
        "its header is named"
    )
    assert ("formula-without-value", "T006", "remark") in reasons(result)
    assert {line.spot[1:] for line in merged.waiting} == {("T004", "status"), ("T005", "due")}
    assert project.tasks["T004"]["status"] == "in_progress"
    assert project.tasks["T006"]["remark"] and project.tasks["T005"]["deliverable"]
    assert result.is_incomplete


def test_of_a_formula_only_the_value_is_taken_and_told(project: Project) -> None:
    def change(sheet: Any) -> None:
        row = next(row for row in range(6, 40) if sheet.cell(row, 1).value == "T004")
        sheet.cell(row, 13).value = '="甲"&"乙"'

    back = convert_all([retyped(project, change)], "xlsx", project.folder / "computed")[0]
    (result,) = project.merge(back).results
    assert [(change.spot[1:], change.theirs) for change in result.plan.takes] == [(("T004", "remark"), "甲乙")]
    assert reasons(result) == [("computed", "T004", "remark")]


def test_cleared_and_changed_numbers_go_back_to_their_rows(project: Project) -> None:
    def change(sheet: Any) -> None:
        rows = {sheet.cell(row, 1).value: row for row in range(6, 40)}
        sheet.cell(rows["T004"], 1).value, sheet.cell(rows["T004"], 9).value = None, "已完成"
        sheet.cell(rows["T006"], 1).value, sheet.cell(rows["T006"], 9).value = "T999", "受阻"

    (result,) = project.merge(retyped(project, change)).results
    assert [(change.spot.id, change.theirs) for change in result.plan.takes] == [("T004", "done"), ("T006", "blocked")]
    assert reasons(result) == [("put-right", "T004", None), ("put-right", "T006", None)]
    assert result.plan.missing == () and not result.is_incomplete


def test_a_sorted_copy_is_put_right_and_a_half_sorted_one_is_left(project: Project) -> None:
    def turned(last: int) -> Any:
        def change(sheet: Any) -> None:
            rows = [row for row in range(6, 40) if sheet.cell(row, 1).value in ("T004", "T005", "T006")]
            told = [[sheet.cell(row, column).value for column in range(2, last)] for row in rows]
            told[0][7 if last > 9 else 1] = "已完成" if last > 9 else "新人"
            for row, values in zip(rows, [*told[1:], told[0]], strict=True):
                for column, value in enumerate(values, 2):
                    sheet.cell(row, column).value = value

        return change

    (whole,) = project.merge(retyped(project, turned(14), "whole.xlsx")).results
    assert [(change.spot, change.theirs) for change in whole.plan.takes] == [(("tasks", "T004", "status"), "done")]
    before = project.tasks
    half = project.merge(retyped(project, turned(4), "half.xlsx"))
    assert [each for each in reasons(half.results[0]) if each[0] == "exchanged"]
    assert half.results[0].plan.takes == () and project.tasks == before
    assert {line.spot for line in half.waiting} == {("tasks", id, None) for id in ("T004", "T005", "T006")}


@pytest.mark.parametrize(("count", "is_asked"), [(2, False), (3, True)])
def test_dates_pasted_one_row_too_low_are_asked_about(tmp_path: Path, count: int, is_asked: bool) -> None:
    made = Project.__new__(Project)
    made.folder, made.master = tmp_path, master(tmp_path / "主表.xlsx", 2, 5)
    days = [dt.date(2024, 8, 20 + at) for at in range(5)]
    made.edit({("tasks", f"T00{at + 1}", "due"): day for at, day in enumerate(days)})
    made.split("1")
    low = {("tasks", f"T00{at + 2}", "due"): days[at] for at in range(count)}
    merged = made.merge(made.back(1, {**low, ("tasks", "T001", "remark"): "照改"}))
    assert made.tasks["T001"]["remark"] == "照改"
    assert [line.spot[1] for line in merged.waiting] == [id for _, id, _ in low if is_asked]
    assert reasons(merged.results[0]) == ([("shifted", "", "due")] if is_asked else [])
    assert (made.tasks["T002"]["due"] == days[0]) != is_asked


@pytest.mark.parametrize(
    ("keys", "is_asked"),
    [
        (("name", "owner", "deliverable"), True),
        (("name", "owner", "deliverable", "remark"), True),
        (("name",), False),
        (("owner", "deliverable", "remark"), False),
    ],
)
def test_what_was_said_of_a_row_that_is_another_by_now_is_asked_about(
    project: Project, keys: tuple[str, ...], is_asked: bool
) -> None:
    """A backup that was restored, or a row used anew: the ID alone is no proof that both speak of one task."""
    back = project.back(2, {("tasks", "T004", "status"): "已完成", ("tasks", "T005", "status"): "已完成"})
    project.edit({("tasks", "T004", key): f"另一件事的{key}" for key in keys})
    merged = project.merge(back)
    assert project.tasks["T005"]["status"] == "done"
    assert (project.tasks["T004"]["status"] == "in_progress") == is_asked
    assert [line.spot for line in merged.waiting] == [("tasks", "T004", None)] * is_asked, "as a whole, never by cells"
    assert reasons(merged.results[0]) == ([("another-row", "T004", None)] if is_asked else [])


def test_a_master_whose_rows_were_exchanged_is_neither_merged_nor_split(project: Project) -> None:
    back = project.back(2, {("tasks", "T004", "status"): "已完成"})
    book = openpyxl.load_workbook(project.master)
    sheet = book[TASKS]
    rows = [row for row in range(6, 20) if sheet.cell(row, 1).value]
    told = [[sheet.cell(row, column).value for column in range(2, 14)] for row in rows]
    for row, values in zip(rows, told[::-1], strict=True):
        for column, value in enumerate(values, 2):
            sheet.cell(row, column).value = value
    book.save(project.master)
    before = project.master.read_bytes()
    with pytest.raises(FileError, match="T004"):
        project.merge(back)
    with pytest.raises(FileError, match="T004"):
        split(project.master, project.folder / "again", today=TODAY)
    assert project.master.read_bytes() == before
    assert split(project.master, project.folder / "again", today=TODAY, force=True).copies


@pytest.mark.parametrize("key", ["name", "after", "status"])
def test_a_text_that_no_cell_holds_costs_only_itself(project: Project, key: str) -> None:
    bad = project.back(1, {("tasks", "T002", key): "x" * 32_767, ("tasks", "T003", "remark"): "好"})
    merged = project.merge(bad, project.back(2, {("tasks", "T005", "remark"): "别的部门"}))
    assert project.tasks["T005"]["remark"] == "别的部门" and project.tasks["T003"]["remark"] == "好"
    assert [each for result in merged.results for each in reasons(result)] == [("too-long", "T002", key)]


def test_whatever_a_copy_brings_that_no_master_can_hold_the_others_arrive(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cell takes 32,767 UTF-16 units; some programs count letters and save more. No limit of ours is to stop it."""
    monkeypatch.setattr("collabxl.exchange.fit.MOST_LETTERS", 40_000)
    book = openpyxl.load_workbook(project.copies[department(1)].path)
    row = next(row for row in range(6, 40) if book[TASKS].cell(row, 1).value == "T002")
    book[TASKS].cell(row, 13).value = "😀" * 20_000
    bad = project.folder / "bad.xlsx"
    book.save(bad)
    others = [project.back(number, {("tasks", f"T{3 * number - 2:03}", "remark"): "到了"}) for number in (2, 3)]
    for dry in (True, False):
        merged = project.merge(others[0], bad, others[1], dry_run=dry)
        states = {Path(result.file).name: result.state for result in merged.results}
        assert states == {bad.name: "refused", others[0].name: "merged", others[1].name: "merged"}
        says = next(str(result.error) for result in merged.results if result.error)
        assert "40000 characters, more than the 32767" in says
    assert [project.tasks[id]["remark"] for id in ("T004", "T007")] == ["到了", "到了"]


def test_a_master_holds_the_longest_text_of_a_cell_though_formulas_of_it_do_not(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What puts such a text together with others is #VALUE!, as Excel says; the master stays one."""
    monkeypatch.setattr("collabxl.exchange.fit.MOST_LETTERS", 40_000)
    merged = project.merge(project.back(1, {("tasks", "T002", "after"): "x" * 32_767}))
    assert merged.written and project.tasks["T002"]["after"] == "x" * 32_767
    assert sdk_errors(project.master) == []
    assert not project.merge().written


def test_a_row_that_moved_to_another_department_is_theirs_to_change(project: Project) -> None:
    project.edit({("tasks", "T002", "department"): department(2)})
    back = project.back(1, {("tasks", "T002", "remark"): "还在写", ("progress", "P002", "note"): "也在写",
                            ("tasks", "T001", "remark"): "自己的"})  # fmt: skip
    plan = project.merge(back).results[0].plan
    assert {change.spot.id for change in plan.outside} == {"T002", "P002"}
    assert [change.spot.id for change in plan.takes] == ["T001"]


def unknown(copy: Path) -> list[tuple[str, str | None, bool]]:
    """Return what a check says of tasks that a copy names and does not show, and whether that is accepted."""
    (outcome,) = check_workbooks([copy], today=TODAY)
    found = [each for each in outcome.findings if each.rule.code in ("DP301", "MT806", "RK906")]
    return [(each.rule.code, each.id, each.waiver is not None) for each in found]


def test_a_link_of_its_own_shows_a_department_nothing_until_it_is_accepted(project: Project) -> None:
    back = project.back(1, {("tasks", "T002", "after"): "T007、T001", ("minutes", "M001", "task"): "T008",
                            ("tasks", "T003", "after"): "T002"})  # fmt: skip
    (result,) = project.merge(back).results
    assert [each[1:] for each in reasons(result) if each[0] == "linked"] == [("T002", "after"), ("M001", "task")]
    assert project.tasks["T002"]["after"] == "T007、T001"
    made = split(project.master, project.folder / "2", today=TODAY)
    assert made.copies[0].share.visible == {"tasks": [], "progress": []}
    assert {(each.link.spot.id, each.tasks) for each in made.withheld} == {("T002", ("T007",)), ("M001", ("T008",))}
    assert isinstance(made.withheld[0], WithheldTasks)
    assert unknown(made.copies[0].path) == [("DP301", "T002", True), ("MT806", "M001", True)]
    (hidden,) = check_workbooks([made.copies[0].path], today=TODAY)
    assert "S03r1-tasks-name" not in str(hidden.reading), "nothing else of T007 is in the copy"
    made = split(project.master, project.folder / "3", today=TODAY, accept=[department(1)])
    assert made.copies[0].share.visible["tasks"] == ["T007", "T008"] and unknown(made.copies[0].path) == []
    assert split(project.master, project.folder / "4", today=TODAY).copies[0].share.visible["tasks"] == ["T007", "T008"]


def test_what_was_accepted_stays_so_in_a_master_that_was_restored(project: Project) -> None:
    backup, back = project.master.read_bytes(), project.back(1, {("tasks", "T002", "after"): "T007"})
    project.merge(back)
    split(project.master, project.folder / "2", today=TODAY, accept=[department(1)])
    project.master.write_bytes(backup)
    assert project.merge(back).written
    assert split(project.master, project.folder / "3", today=TODAY).copies[0].share.visible["tasks"] == ["T007"]


def test_the_command_tells_what_is_left_and_who_is_missing(project: Project) -> None:
    back = project.back(2, {("tasks", "T004", "status"): "搞定", ("tasks", "T003", "remark"): "不归我"})
    for more in (("--dry-run",), ()):
        done = run("merge", str(project.master), str(back), "--today", TODAY.isoformat(), *more)
        assert done.returncode == 1
        assert "任务分工表 T004 状态“搞定”：不符合这一列的要求" in done.stdout
        assert "3 个部门交回了 1 个，还差：第01部、第03部" in done.stdout
    assert run("merge", str(project.master), str(back), "--today", TODAY.isoformat()).returncode == 1


def test_a_copy_that_bears_a_report_s_mark_is_merged_and_a_report_is_told(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    back = project.back(2, {("tasks", "T004", "remark"): "改了"})
    book = openpyxl.load_workbook(back)
    book.custom_doc_props.append(StringProperty(name="collabxl.report", value="findings"))
    book.save(back)
    plain = openpyxl.Workbook()
    plain.custom_doc_props.append(StringProperty(name="collabxl.report", value="findings"))
    plain.save(back.with_name("report.XLSX"))
    merged = project.merge(back.parent)
    assert [result.state for result in merged.results] == ["merged"]
    assert project.tasks["T004"]["remark"] == "改了"
    assert "report.XLSX" in caplog.text


@pytest.mark.parametrize(
    ("key", "value", "is_fit"),
    [
        ("status", "done", True), ("status", "已完成", True), ("status", "完成", True), ("status", "搞定", False),
        ("due", dt.date(2024, 8, 1), True), ("due", "2024年8月9日", True), ("due", "7.5", False),
        ("due", "下周五", False), ("milestone", True, True), ("milestone", "是", True), ("milestone", "也许", False),
        ("buffer", 3, True), ("buffer", 0, True), ("buffer", 2.5, False), ("buffer", 999, False),
        ("buffer", "三天", False), ("remark", "=1+1", True), ("owner", 7, True), ("due", None, True),
    ],
)  # fmt: skip
def test_what_a_column_takes(key: str, value: Any, is_fit: bool) -> None:
    assert fits(value, Spot("tasks", "T001", key), "zh") is is_fit


def test_shares_fit_from_nothing_to_all() -> None:
    spot = Spot("progress", "P001", "progress")
    assert [fits(each, spot, "zh") for each in (0, 0.5, 1, "50%", 1.5, -0.1, "一半")] == [True] * 4 + [False] * 3


def test_names_with_a_stroke_keep_both_sides(tmp_path: Path) -> None:
    book = master(tmp_path / "主表.xlsx", 2)
    names = {department(1): "研发/测试部", department(2): "采购/测试部"}
    cells = {("tasks", f"T{at:03}", "department"): names[department(1 if at < 4 else 2)] for at in range(1, 7)}
    opened = openpyxl.load_workbook(filled(book, book, cells))
    contacts = opened["部门对接人"]
    for row in contacts.iter_rows():
        for cell in row:
            if cell.value in names:
                cell.value = names[cell.value]
    opened.save(book)
    made = split(book, tmp_path / "out", today=TODAY)
    assert [copy.path.name for copy in made.copies] == ["主表_研发／测试部.xlsx", "主表_采购／测试部.xlsx"]
    (only,) = split(book, tmp_path / "one", today=TODAY, only=["采购/测试部"]).copies
    assert only.path.name == "主表_采购／测试部.xlsx"


def test_a_department_that_goes_on_from_the_copy_of_an_earlier_round_is_back(project: Project) -> None:
    back = project.back(2, {("tasks", "T004", "remark"): "接着上周的写"})
    split(project.master, project.folder / "next", today=TODAY)
    missing = (department(1), department(3))
    assert project.merge(back).outstanding.missing == missing
    other = project.back(3, {("tasks", "T007", "remark"): "也回来了"})
    assert project.merge(other).outstanding.missing == missing[:1]


def test_a_formula_in_the_master_stays_and_costs_one_cell(project: Project) -> None:
    book = openpyxl.load_workbook(project.master)
    row = next(row for row in range(6, 40) if book[TASKS].cell(row, 1).value == "T004")
    book[TASKS].cell(row, 6).value = "=DATE(2024,8,6)+3"
    book.save(project.master)
    convert_all([project.master], "xlsx", project.folder / "computed")[0].replace(project.master)
    back = project.back(2, {("tasks", "T004", "due"): dt.date(2024, 8, 20), ("tasks", "T004", "remark"): "照改"})
    merged = project.merge(back)
    (result,) = merged.results
    assert ("formula-here", "T004", "due") in reasons(result) and result.is_incomplete
    assert project.tasks["T004"]["remark"] == "照改"
    assert [line.spot for line in merged.waiting] == [Spot("tasks", "T004", "due")]
    assert openpyxl.load_workbook(project.master)[TASKS].cell(row, 6).data_type == "f"
