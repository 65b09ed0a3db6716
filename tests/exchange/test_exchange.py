"""Merging real copies into a real master: what is taken, what waits, what is refused, and that it can be repeated."""

from __future__ import annotations

import datetime as dt
import shutil
from itertools import permutations
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from collabxl import FileError, MergeResult, check_workbooks, merge_copies, read_workbooks, split
from collabxl.cli import merge as merge_command
from collabxl.cli.table import table
from collabxl.exchange.ledger import Ledger
from collabxl.mail.letter import Attachment, Letter, render_draft
from collabxl.mail.message_model import Person
from collabxl.rules.engine.ledger_reader import ledger_path
from tests.exchange.masters import TODAY, department, filled, master, values
from tests.parts import sdk_errors

NOON = dt.datetime(2024, 8, 1, 12, tzinfo=dt.UTC)


class Project:
    """A master of three departments that was split once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.master = master(folder / "主表.xlsx")
        self.split("1")

    def split(self, name: str) -> None:
        made = split(self.master, self.folder / name, today=TODAY)
        self.copies = {copy.share.department: copy for copy in made.copies}

    def back(self, number: int, cells: dict[tuple[str, str, str], Any], name: str = "", hours: int = 0) -> Path:
        """Return what a department sends back."""
        copy = self.copies[department(number)]
        target = self.folder / "back" / (name or f"{number}-{hours}.xlsx")
        return filled(copy.path, target, cells, NOON + dt.timedelta(hours=hours))

    def merge(self, *paths: Path, **how: Any) -> MergeResult:
        return merge_copies(self.master, paths, today=TODAY, **how)

    def edit(self, cells: dict[tuple[str, str, str], Any]) -> None:
        """Let the coordinator change the master."""
        filled(self.master, self.master, cells)

    @property
    def tasks(self) -> dict[str, dict[str, Any]]:
        return values(self.master)["tasks"]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("project"))


@pytest.fixture
def project(fresh: Project, tmp_path: Path) -> Project:
    made = Project.__new__(Project)
    made.folder, made.copies = tmp_path, fresh.copies
    made.master = Path(shutil.copy(fresh.master, tmp_path))
    shutil.copy(ledger_path(fresh.master), tmp_path)
    return made


@pytest.mark.slow
def test_what_only_they_changed_is_taken(project: Project) -> None:
    back = project.back(2, {("tasks", "T004", "status"): "已完成", ("progress", "P004", "progress"): 1})
    merged = project.merge(back)
    assert merged.written
    assert [(change.spot, change.theirs) for change in merged.results[0].plan.takes] == [
        (("tasks", "T004", "status"), "done"),
        (("progress", "P004", "progress"), 1.0),
    ]
    assert project.tasks["T004"]["status"] == "done"
    assert read_workbooks([project.master]).readings[0].identity["revision"] == "2"
    assert sdk_errors(project.master) == []


def test_an_untouched_copy_changes_nothing(project: Project) -> None:
    before = project.master.read_bytes()
    merged = project.merge(*(copy.path for copy in project.copies.values()))
    assert [result.plan.takes for result in merged.results] == [(), (), ()]
    assert not merged.written
    assert project.master.read_bytes() == before


@pytest.mark.slow
def test_a_second_merge_of_the_same_changes_nothing(project: Project) -> None:
    ready = project.copies[department(2)].sent.rows["tasks"][-1]
    back = project.back(2, {("tasks", "T004", "status"): "已完成", ("tasks", ready, "name"): "新任务"})
    project.merge(back)
    after = project.master.read_bytes()
    merged = project.merge(back, Path(shutil.copy(back, project.folder / "forwarded.xlsx")))
    assert [result.state for result in merged.results] == ["nothing-new", "nothing-new"]
    assert project.master.read_bytes() == after


@pytest.mark.slow
def test_a_new_row_moves_up_and_keeps_its_number(project: Project) -> None:
    ready = project.copies[department(3)].sent.rows["tasks"][-1]
    merged = project.merge(project.back(3, {("tasks", ready, "name"): "新任务", ("tasks", ready, "owner"): "张三"}))
    assert [spot.id for spot in merged.results[0].plan.new] == [ready]
    assert project.tasks[ready] == {"name": "新任务", "owner": "张三"}
    page = next(page for page in read_workbooks([project.master]).readings[0].sheets if page.key == "tasks")
    assert page.blank_rows == []
    assert len(page.rows) + len(page.prepared_rows) == 300
    assert len({*page.prepared_rows}) == len(page.prepared_rows)


@pytest.mark.slow
def test_a_new_row_without_a_number_gets_one_and_only_one(project: Project) -> None:
    copy = project.copies[department(3)]
    book = openpyxl.load_workbook(copy.path)
    sheet = book["任务分工表"]
    row = next(row for row in range(6, 306) if sheet.cell(row, 1).value == copy.sent.rows["tasks"][3])
    sheet.cell(row, 1).value, sheet.cell(row, 2).value, sheet.cell(row, 3).value = None, "插入的任务", "张三"
    book.save(project.folder / "a.xlsx")
    sheet.cell(row, 9).value = "进行中"
    book.save(project.folder / "b.xlsx")
    project.merge(project.folder / "a.xlsx")
    project.merge(project.folder / "b.xlsx")
    new = {id: row for id, row in project.tasks.items() if row.get("name") == "插入的任务"}
    assert len(new) == 1
    assert next(iter(new)) in copy.sent.rows["tasks"]
    assert next(iter(new.values())) == {"name": "插入的任务", "owner": "张三", "status": "in_progress"}


@pytest.mark.slow
def test_what_both_changed_waits_until_somebody_decides(project: Project) -> None:
    mine = {("tasks", "T005", "owner"): "主表改", ("tasks", "T006", "owner"): "主表改"}
    project.edit({("tasks", "T004", "due"): dt.date(2024, 8, 20), **mine})
    back = project.back(
        2,
        {
            ("tasks", "T006", "remark"): "备注",
            ("tasks", "T004", "due"): dt.date(2024, 8, 25),
            ("tasks", "T005", "owner"): "部门改",
            ("tasks", "T005", "remark"): "备注",
        },
    )
    merged = project.merge(back)
    assert [line.spot for line in merged.waiting] == [("tasks", "T004", "due"), ("tasks", "T005", "owner")]
    soft = [spot.id for spot in merged.results[0].plan.soft]
    assert soft == ["T006"], "in T005 the other cell that the master changed is the one in question"
    assert project.tasks["T004"]["due"] == dt.date(2024, 8, 20)
    assert project.tasks["T005"]["remark"] == "备注"
    assert sdk_errors(project.master) == []
    decide(project.master, {"T004": "部门", "T005": "主表"})
    again = project.merge()
    assert again.waiting == ()
    assert project.tasks["T004"]["due"] == dt.date(2024, 8, 25)
    assert project.tasks["T005"]["owner"] == "主表改"
    assert not project.merge(back).written


@pytest.mark.slow
@pytest.mark.parametrize("word", ["2024-08-22", dt.datetime(2024, 8, 22), "2024年8月22日"])
def test_a_decision_may_be_a_value_of_its_own(project: Project, word: Any) -> None:
    project.edit({("tasks", "T004", "due"): dt.date(2024, 8, 20)})
    project.merge(project.back(2, {("tasks", "T004", "due"): dt.date(2024, 8, 25)}))
    decide(project.master, {"T004": word})
    assert project.merge().waiting == ()
    assert project.tasks["T004"]["due"] == dt.date(2024, 8, 22)


def decide(book: Path, words: dict[str, Any]) -> None:
    opened = openpyxl.load_workbook(book)
    sheet = opened["冲突"]
    for row in range(6, sheet.max_row + 1):
        if sheet.cell(row, 2).value in words:
            sheet.cell(row, 8).value = words[sheet.cell(row, 2).value]
    opened.save(book)


@pytest.mark.slow
def test_what_is_not_theirs_is_left_and_told(project: Project) -> None:
    merged = project.merge(project.back(2, {("tasks", "T003", "status"): "已完成", ("tasks", "T004", "remark"): "好"}))
    plan = merged.results[0].plan
    assert [change.spot for change in plan.outside] == [("tasks", "T003", "status")]
    assert project.tasks["T003"]["status"] == "in_progress"
    assert project.tasks["T004"]["remark"] == "好"


EMPTY = dict.fromkeys(
    ("name", "owner", "department", "deliverable", "due", "priority", "after", "status", "start", "remark")
)


@pytest.mark.slow
@pytest.mark.parametrize("answer", ["", "部门", "主表"])
def test_a_row_that_is_gone_is_asked_about_until_that_is_decided(project: Project, answer: str) -> None:
    was, back = project.tasks["T005"], project.back(2, {("tasks", "T005", key): None for key in EMPTY})
    merged = project.merge(back)
    assert [spot.id for spot in merged.results[0].plan.missing] == ["T005"]
    assert [line.spot for line in merged.waiting] == [("tasks", "T005", None)] and project.tasks["T005"] == was
    assert len(project.merge(back).waiting) == 1, "nor is it forgotten"
    decide(project.master, {"T005": answer})
    assert len(project.merge(back).waiting) == (not answer)
    assert project.tasks.get("T005") == (None if answer == "部门" else was)


def test_a_row_that_is_gone_beside_a_changed_number_is_no_exchange(project: Project) -> None:
    book = openpyxl.load_workbook(project.copies[department(2)].path)
    sheet = book["任务分工表"]
    rows = {sheet.cell(row, 1).value: row for row in range(6, 40)}
    sheet.cell(rows["T004"], 1).value = "T999"
    for column in range(2, 14):
        sheet.cell(rows["T005"], column).value = None
    book.save(project.folder / "gone.xlsx")
    merged = project.merge(project.folder / "gone.xlsx")
    assert [line.spot for line in merged.waiting] == [("tasks", "T005", None)]
    assert [(each.reason, each.spot.id) for each in merged.results[0].untaken] == [("put-right", "T004")]


def test_what_is_done_is_told_without_being_cut() -> None:
    for text in (merge_command._TAKEN, merge_command._NEW, merge_command._CONFLICT, merge_command._OUTSIDE,
                 merge_command._MISSING):  # fmt: skip
        assert all(list(table(["", ""], [["", words]]))[-1].strip() == words for words in text.both)


@pytest.mark.slow
def test_gone_there_and_changed_here_is_a_conflict_about_the_row(project: Project) -> None:
    project.edit({("tasks", "T005", "remark"): "主表改"})
    merged = project.merge(project.back(2, {("tasks", "T005", key): None for key in EMPTY}))
    assert [line.spot for line in merged.waiting] == [("tasks", "T005", None)]
    decide(project.master, {"T005": "部门"})
    assert project.merge().waiting == ()
    assert "T005" not in project.tasks


@pytest.mark.slow
def test_changed_there_and_gone_here_comes_back_if_so_decided(project: Project) -> None:
    was = project.tasks["T005"]
    project.edit({("tasks", "T005", key): None for key in EMPTY})
    merged = project.merge(project.back(2, {("tasks", "T005", "remark"): "还在做"}))
    assert [line.spot for line in merged.waiting] == [("tasks", "T005", None)]
    assert "T005" not in project.tasks
    decide(project.master, {"T005": "部门"})
    assert project.merge().waiting == ()
    assert project.tasks["T005"] == {**was, "remark": "还在做"}


@pytest.mark.slow
def test_people_sort_insert_rename_and_drop_columns(project: Project) -> None:
    book = openpyxl.load_workbook(project.copies[department(2)].path)
    sheet = book["任务分工表"]
    sheet.title = "任务分工表 (2)"
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=7, max_row=9, max_col=13)]
    for row, told in zip(range(7, 10), reversed(rows), strict=True):
        for column, value in enumerate(told, 1):
            sheet.cell(row, column).value = value
    assert sheet["A8"].value == "T005"
    sheet["I8"] = "已完成"
    sheet["C5"] = "责任人"
    sheet.delete_cols(13)
    del book["风险记录表"]
    back = project.folder / "retyped.xlsx"
    book.save(back)
    (result,) = project.merge(back).results
    assert [change.spot for change in result.plan.takes] == [("tasks", "T005", "status")]
    assert (result.plan.missing, result.plan.outside, result.plan.conflicts) == ((), (), ())
    assert "remark" in project.tasks["T005"]


@pytest.mark.slow
def test_a_row_copied_with_its_number_counts_as_it_was_sent(project: Project) -> None:
    book = openpyxl.load_workbook(project.copies[department(2)].path)
    sheet = book["任务分工表"]
    sheet["A9"], sheet["I9"] = "T005", "已完成"
    book.save(project.folder / "copied.xlsx")
    (result,) = project.merge(project.folder / "copied.xlsx").results
    assert result.repeated == ("T005",)
    assert result.plan.takes == ()


@pytest.mark.slow
def test_bad_foreign_and_tampered_copies_cost_only_themselves(project: Project, tmp_path: Path) -> None:
    (tmp_path / "bad.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    other = Project(tmp_path / "other") if (tmp_path / "other").mkdir() is None else None
    assert other is not None
    tampered = openpyxl.load_workbook(project.copies[department(1)].path)
    next(prop for prop in tampered.custom_doc_props.props if prop.name == "collabxl.department").value = department(3)
    tampered.save(tmp_path / "tampered.xlsx")
    foreign = other.back(1, {("tasks", "T001", "remark"): "x"})
    good = project.back(2, {("tasks", "T004", "remark"): "好"})
    merged = project.merge(tmp_path / "bad.xlsx", foreign, tmp_path / "tampered.xlsx", project.master, good)
    told = {Path(result.file).name: result for result in merged.results}
    assert [told[name].state for name in ("bad.xlsx", foreign.name, "tampered.xlsx", "主表.xlsx")] == ["refused"] * 4
    said = {name: result.error.say("en") for name, result in told.items() if result.error}
    assert "another project" in said[foreign.name]
    assert "altered" in said["tampered.xlsx"]
    assert project.tasks["T004"]["remark"] == "好"
    with Ledger(project.master) as ledger:
        assert sum(entry.kind == "refused" for entry in ledger.entries()) == 4
    for name in ("bad.xlsx", foreign.name, "tampered.xlsx"):
        kept = told[name].kept
        assert kept is not None
        assert kept.read_bytes() == Path(told[name].file).read_bytes()
        assert told[name].file in kept.with_name(f"{kept.name}.txt").read_text(encoding="utf-8")
    assert told["主表.xlsx"].kept is None


@pytest.mark.slow
def test_what_was_kept_in_quarantine_is_kept_once_and_never_read_again(project: Project) -> None:
    (project.folder / "bad.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    for _ in range(2):
        (result,) = project.merge(project.folder).results
        assert result.state == "refused"
    assert len(list((project.folder / "主表.quarantine").iterdir())) == 2
    assert len(list(check_workbooks([project.folder], today=TODAY))) == 2


def test_a_dry_run_keeps_nothing_in_quarantine(project: Project) -> None:
    (project.folder / "bad.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (result,) = project.merge(project.folder, dry_run=True).results
    assert (result.state, result.kept) == ("refused", None)
    assert not (project.folder / "主表.quarantine").exists()


def test_drafts_beside_copies_are_no_returns(project: Project) -> None:
    attached = (Attachment("a.xlsx", project.copies[department(1)].content),)
    letter = Letter(Person("", "a@b.test"), (Person("", "c@d.test"),), "x", "y", NOON, attached)
    (project.folder / "out").mkdir()
    (project.folder / "out" / "1.eml").write_bytes(render_draft(letter))
    assert project.merge(project.folder / "out").results == ()
    (named,) = project.merge(project.folder / "out" / "1.eml").results
    assert named.state == "merged"


@pytest.mark.slow
def test_a_dry_run_writes_nothing(project: Project) -> None:
    before = project.master.read_bytes(), ledger_path(project.master).read_bytes()
    merged = project.merge(project.back(2, {("tasks", "T004", "remark"): "好"}), dry_run=True)
    assert merged.results[0].plan.takes
    assert (project.master.read_bytes(), ledger_path(project.master).read_bytes()) == before
    with Ledger(project.master) as ledger:
        assert {entry.kind for entry in ledger.entries()} == {"split"}


def test_a_master_without_its_ledger_is_told_so(project: Project) -> None:
    ledger_path(project.master).unlink()
    with pytest.raises(FileError, match="ledger"):
        project.merge()


@pytest.mark.slow
def test_a_person_goes_on_from_an_earlier_return(project: Project) -> None:
    remark, owner, output = (("tasks", "T004", key) for key in ("remark", "owner", "deliverable"))
    first = project.back(2, {remark: "一", owner: "二"}, "first.xlsx", 0)
    second = project.back(2, {remark: "一", owner: "二", output: "图"}, "second.xlsx", 1)
    third = project.back(2, {remark: "三", owner: "二"}, "third.xlsx", 2)
    assert project.merge(first, third).waiting == ()
    assert (project.tasks["T004"]["remark"], project.tasks["T004"]["owner"]) == ("三", "二")
    late = project.merge(second)
    assert (late.waiting, [change.spot for change in late.results[0].plan.takes]) == ((), [output])
    assert (project.tasks["T004"]["remark"], project.tasks["T004"]["deliverable"]) == ("三", "图")


@pytest.mark.slow
def test_two_persons_of_a_department_do_not_undo_each_other(project: Project) -> None:
    one = project.back(2, {("tasks", "T004", "remark"): "一"}, "one.xlsx", 0)
    other = project.back(2, {("tasks", "T005", "remark"): "二"}, "other.xlsx", 1)
    project.merge(one, other)
    assert (project.tasks["T004"]["remark"], project.tasks["T005"]["remark"]) == ("一", "二")


@pytest.mark.slow
def test_the_order_in_which_copies_come_does_not_matter(project: Project, tmp_path: Path) -> None:
    ready = project.copies[department(3)].sent.rows["tasks"][-1]
    backs = [
        project.back(1, {("tasks", "T001", "status"): "已完成"}, "a.xlsx"),
        project.back(2, {("tasks", "T004", "remark"): "好"}, "b.xlsx", 5),
        project.back(3, {("tasks", ready, "name"): "新任务"}, "c.xlsx", 2),
    ]
    ends = []
    for number, order in enumerate(permutations(backs)):
        folder = tmp_path / str(number)
        folder.mkdir()
        book = Path(shutil.copy(project.master, folder))
        shutil.copy(ledger_path(project.master), folder)
        for together in [[back] for back in order] if number % 2 else [order]:
            merge_copies(book, together, today=TODAY)
        ends.append(values(book))
    assert all(end == ends[0] for end in ends)
