"""What a workbook was read as can be built again: rows for JSON are rows for ``build_workbook``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import collabxl
from collabxl import UsageError
from collabxl.errors import speak_of_options

TODAY = dt.date(2024, 8, 1)
PROJECT = {"name": "甲", "departments": ["市场部", "IT部"], "period": [dt.date(2024, 7, 1), "2024-09-30"]}
ROWS: dict[str, list[dict[str, Any]]] = {
    "tasks": [
        {"id": "T001", "name": "A", "due": "2024-07-15", "department": "IT部", "owner": "甲", "status": "done"},
        {"id": "T004", "name": "B", "due": dt.date(2024, 8, 9), "start": "2024-08-01", "after": "T001"},
    ],
    "progress": [{"task": "T004", "progress": 0.5, "updated": "2024-07-30"}],
    "risks": [{"description": "R", "possibility": 5, "impact": 5, "identified": "2024-07-02", "level": "low"}],
}


def built(path: Path, content: dict[str, Any]) -> dict[str, Any]:
    """Build what was read, and read it."""
    rows = {key: listed for key, listed in content.items() if key != "project"}
    collabxl.build_workbook(path, project=content["project"], rows=rows, today=TODAY)
    return collabxl.read_workbooks(path).rows(0)


def test_what_was_read_is_built_again_without_loss(tmp_path: Path) -> None:
    first = built(tmp_path / "a.xlsx", {"project": PROJECT, **ROWS})
    assert first["project"]["period"] == ["2024-07-01", "2024-09-30"]
    assert [(row["id"], row["due"]) for row in first["tasks"]] == [("T001", "2024-07-15"), ("T004", "2024-08-09")]
    assert built(tmp_path / "b.xlsx", first) == first


def test_what_formulas_show_stays_a_formula_and_what_was_typed_over_one_stays(tmp_path: Path) -> None:
    read = built(tmp_path / "a.xlsx", {"project": PROJECT, **ROWS})
    assert read["progress"][0]["task_name"] == "B"
    assert read["risks"][0]["level"] == "low"
    built(tmp_path / "b.xlsx", read)
    for title, column, is_formula in (("进度跟踪表", "任务名称", True), ("风险记录表", "风险等级", False)):
        sheet = openpyxl.load_workbook(tmp_path / "b.xlsx")[title]
        at = next(cell.column for cell in sheet[5] if cell.value == column)
        assert str(sheet.cell(6, at).value).startswith("=") is is_formula, title


@pytest.mark.parametrize("ids", [["T002", "T001"], ["T001", "T001"], ["1.1"], ["T9999"], [7]])
def test_an_id_that_no_row_has_is_refused_for_what_names_it_would_mean_another_row(
    ids: list[object], tmp_path: Path
) -> None:
    rows = {"tasks": [{"id": each, "name": "A"} for each in ids]}
    with pytest.raises(UsageError, match=rf"id in row {len(ids)} of tasks cannot be {ids[-1]!r}"):
        collabxl.build_workbook(tmp_path / "a.xlsx", project={}, rows=rows, today=TODAY)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_two_days_is_no_period(tmp_path: Path) -> None:
    for wrong in ([dt.date(2024, 7, 1)], [1, 2], [dt.date(2024, 7, 1), None]):
        with pytest.raises(UsageError, match="period"):
            collabxl.build_workbook(tmp_path / "a.xlsx", project={"period": wrong}, today=TODAY)


@pytest.mark.parametrize("verb", [collabxl.build_workbook, collabxl.new_workbook])
def test_a_file_that_is_there_is_kept_unless_forced(verb: Any, tmp_path: Path) -> None:
    """The error calls the choice as whoever asked knows it: a script its parameter, a command its option."""
    path, given = tmp_path / "a.xlsx", {"project": {}} if verb is collabxl.build_workbook else {}
    path.write_bytes(b"mine")
    with pytest.raises(UsageError, match="force=True overwrites it") as told:
        verb(path, **given, today=TODAY)
    with speak_of_options():
        assert "--force overwrites it" in str(told.value)
    assert path.read_bytes() == b"mine"
    verb(path, **given, today=TODAY, force=True)
    assert path.read_bytes() != b"mine"
    with pytest.raises(UsageError, match=r"should end in \.xlsx"):
        verb(tmp_path / "a.txt", **given, today=TODAY)
