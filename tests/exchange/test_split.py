"""Splitting: what a department finds in its copy, what it may change there, and what is nowhere in it."""

from __future__ import annotations

import json
import re
import zipfile
from html import unescape
from pathlib import Path

import openpyxl
import pytest

from collabxl import FileError, SplitResult, UsageError, check_workbooks, merge_copies, read_workbooks, split
from collabxl.exchange.copies import SEEN
from collabxl.exchange.ledger import Ledger
from collabxl.exchange.master import OWN_ROWS
from collabxl.exchange.rows import rows_of
from collabxl.exchange.verify_return import verify_return
from collabxl.schema.sheets import Contacts, Progress, Tasks
from tests.exchange.masters import TODAY, department, filled, master, token
from tests.parts import convert, resaved, sdk_errors

TOKEN = re.compile(r"S(\d\d)r\d-\w+-\w+")
MANY = 20


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SplitResult:
    folder = tmp_path_factory.mktemp("split")
    return split(master(folder / "主表.xlsx", MANY), folder / "out", today=TODAY)


def everything(path: Path) -> str:
    """Return all that is in a workbook's parts, as text, however it is written there."""
    with zipfile.ZipFile(path) as package:
        return "\n".join(unescape(package.read(name).decode("utf-8", "replace")) for name in package.namelist())


def test_every_department_gets_one_copy(made: SplitResult) -> None:
    assert [copy.path.name for copy in made.copies] == [f"主表_{department(n)}.xlsx" for n in range(1, MANY + 1)]
    assert made.left == ()
    assert "vba" not in everything(made.copies[0].path).lower()


@pytest.mark.parametrize("number", range(1, MANY + 1))
def test_nothing_else_of_other_departments_is_anywhere_in_it(made: SplitResult, number: int) -> None:
    found = {match[0] for match in TOKEN.finditer(everything(made.copies[number - 1].path))}
    mine = {word for word in found if word.startswith(f"S{number:02}")}
    before = number - 1
    seen = [token(before, 3, sheet, column.key) for sheet in (Tasks, Progress) for column in SEEN[sheet.meta.key]]
    contact = [token(before, 0, Contacts, key) for key in ("person", "phone", "email")]
    assert found - mine <= {*seen, *contact}
    assert token(number, 2, Tasks, "remark") in mine
    if before:
        assert token(before, 3, Tasks, "name") in found


def test_own_rows_and_blank_ones_are_open_and_all_else_is_locked(made: SplitResult) -> None:
    sheet = openpyxl.load_workbook(made.copies[4].path)["任务分工表"]
    ids = {cell.value: cell.row for cell in sheet["A"][5:] if cell.value}
    seen, own, ready = (list(ids)[at] for at in (0, 1, -1))
    assert (seen, own) == ("T012", "T013")
    assert len(ids) == 1 + 3 + 11
    open_rows = {row for row in range(6, 306) if not sheet.cell(row, 2).protection.locked}
    assert open_rows == {*range(ids[own], ids[ready] + 1)}
    assert all(sheet.cell(row, 1).protection.locked for row in range(1, 306))
    assert sheet.protection.sheet
    assert sheet.protection.sort  # not permitted: 编号 would stay where it is
    assert not sheet.protection.autoFilter
    for title in ("项目基本信息表", "部门对接人", "工作日历", "豁免"):
        locked = openpyxl.load_workbook(made.copies[4].path)[title]
        assert all(cell.protection.locked for row in locked.iter_rows(max_row=80) for cell in row), title


def new_ids(made: SplitResult) -> dict[str, set[tuple[str, str]]]:
    """Return what each department was given for new rows."""
    return {
        copy.share.department: {
            (sheet, id) for sheet, ids in copy.sent.rows.items() for id in ids if id not in copy.sent.base[sheet]
        }
        for copy in made.copies
    }


def test_what_was_handed_out_once_is_nobody_else_s_nor_another_round_s(made: SplitResult, tmp_path: Path) -> None:
    book = master(tmp_path / "m.xlsx", 3)
    rounds = [split(book, tmp_path / str(number), today=TODAY) for number in range(8)]
    handed = [ids for each in rounds for ids in new_ids(each).values()]
    assert sum(map(len, handed)) == len(set.union(*handed))
    assert {copy.ready for each in rounds for copy in each.copies} == {20 + 40 + 20 + 10}
    assert "T301" in {id for ids in handed for _, id in ids}, "numbers go on where the printed ones run out"
    page = next(page for page in rounds[-1].reading.sheets if page.key == "tasks")
    first = sorted(page.prepared_rows, key=page.prepared_rows.__getitem__)[:OWN_ROWS]
    assert not set(first) & {id for ids in handed for _, id in ids}, "the coordinator fills in the first blank rows"
    ids = [id for copy in made.copies for id in copy.sent.rows["tasks"]]
    assert len(ids) == len(set(ids))


def test_what_came_back_blank_may_be_handed_out_again_to_the_same_department(tmp_path: Path) -> None:
    book = master(tmp_path / "m.xlsx", 3)
    first = split(book, tmp_path / "1", today=TODAY)
    used = ("tasks", first.copies[0].sent.rows["tasks"][-1])
    back = filled(first.copies[0].path, tmp_path / "back.xlsx", {(*used, "name"): "新任务"})
    merge_copies(book, [back], today=TODAY)
    one, other = (new_ids(each) for each in (first, split(book, tmp_path / "2", today=TODAY)))
    whose = department(1)
    assert one[whose] - other[whose] == {used}
    assert all(not one[each] & other[each] for each in one if each != whose)


def test_a_copy_is_the_same_whichever_others_are_made_with_it(tmp_path: Path) -> None:
    """All copies of a split are checked together; what stands in one must not depend on that."""
    books = [master(tmp_path / name / "m.xlsx", 4) for name in ("all", "one") if (tmp_path / name).mkdir() is None]
    together, alone = (
        split(book, book.parent / "out", today=TODAY, only=only)
        for book, only in zip(books, ((), [department(2)]), strict=True)
    )
    parts = [_painted(copy.path) for copy in (together.copies[1], alone.copies[0])]
    assert len(parts[0]) > 13
    assert parts[0] == parts[1]


def _painted(path: Path) -> dict[str, bytes]:
    """Return the parts of a workbook that tell neither its name nor its seal."""
    with zipfile.ZipFile(path) as package:
        names = [name for name in package.namelist() if name.startswith("xl/") and name != "xl/workbook.xml"]
        return {name: package.read(name) for name in names}


def test_there_are_formulas_only_where_somebody_can_fill_in(made: SplitResult) -> None:
    book = openpyxl.load_workbook(made.copies[4].path)
    rows = {cell.row for cell in book["计算"]["A"] if cell.row > 5 and cell.data_type == "f"}
    assert rows == {cell.row for cell in book["任务分工表"]["A"] if cell.row > 5 and cell.value}
    assert {cell.row for cell in book["进度计划"]["A"] if cell.data_type == "f"} == rows


def test_an_untouched_copy_reads_as_it_was_sent(made: SplitResult) -> None:
    for copy in made.copies[:3]:
        reading = read_workbooks([copy.path]).readings[0]
        assert rows_of(reading).rows == copy.sent.base
        assert reading.identity["department"] == copy.share.department


def test_libreoffice_keeps_identity_and_rows(made: SplitResult, tmp_path: Path) -> None:
    copy = made.copies[1]
    saved = resaved(copy.path, tmp_path)
    reading = read_workbooks([saved]).readings[0]
    with Ledger(Path(made.reading.path)) as ledger:
        workbook = reading.identity["workbook_id"]
        genuine = verify_return(saved.read_bytes(), reading, workbook, ledger)
        assert genuine.sent == copy.sent
        assert genuine.content.rows == copy.sent.base
        reading.identity.clear()
        assert verify_return(saved.read_bytes(), reading, workbook, ledger).sent == copy.sent


def test_a_fresh_copy_has_no_findings_of_its_own(made: SplitResult) -> None:
    (outcome,) = check_workbooks([made.copies[2].path], today=TODAY)
    assert {finding.rule.code for finding in outcome.findings if finding.severity == "error"} == set()
    assert not any(finding.rule.code.startswith(("IF2", "SQ")) for finding in outcome.findings)


def test_the_validator_finds_nothing(made: SplitResult) -> None:
    assert sdk_errors(made.copies[1].path) == []


def test_what_its_formulas_show_is_what_libreoffice_computes(made: SplitResult, tmp_path: Path) -> None:
    copy = made.copies[1].path
    ours = openpyxl.load_workbook(copy, data_only=True)
    computed = openpyxl.load_workbook(convert(copy, "xlsx", tmp_path, recalculate=True), data_only=True)
    formulas = openpyxl.load_workbook(copy)
    different = [
        (sheet.title, cell.coordinate)
        for sheet in formulas.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
        and not _alike(ours[sheet.title][cell.coordinate].value, computed[sheet.title][cell.coordinate].value)
    ]
    assert different == []


def _alike(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) < 1e-9
    return (one or "") == (other or "")


def test_the_key_never_leaves_the_ledger(made: SplitResult) -> None:
    with Ledger(Path(made.reading.path)) as ledger:
        key = ledger.key.hex()
    assert all(key not in everything(copy.path) for copy in made.copies)
    assert json.dumps(made.copies[0].sent.rows)


def test_a_copy_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    book = master(tmp_path / "m.xlsx", 2)
    split(book, tmp_path, today=TODAY)
    with pytest.raises(UsageError, match="force=True"):
        split(book, tmp_path, today=TODAY)
    assert len(split(book, tmp_path, today=TODAY, only=["第02部"], force=True).copies) == 1


def test_who_cannot_be_split_is_told_why(tmp_path: Path, made: SplitResult) -> None:
    with pytest.raises(UsageError, match="第09部"):
        split(master(tmp_path / "m.xlsx", 2), tmp_path, today=TODAY, only=["第09部"])
    with pytest.raises(FileError, match=r"第01部's copy"):
        split(made.copies[0].path, tmp_path, today=TODAY)


def test_rows_of_nobody_are_told(tmp_path: Path) -> None:
    book = master(tmp_path / "m.xlsx", 2)
    opened = openpyxl.load_workbook(book)
    opened["任务分工表"]["D6"] = "外部公司"
    opened.save(book)
    made = split(book, tmp_path / "out", today=TODAY)
    assert [(left.sheet, left.id) for left in made.left] == [("任务分工表", "T001"), ("进度跟踪表", "P001")]
