"""Rows that people type below the prepared ones: all that counts counts them, and it is said that rows have run out."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path

import pytest

from collabxl import build_workbook, check_workbooks, sync_workbooks
from collabxl.formulas import layout
from collabxl.pipeline.documents import materials_of
from collabxl.pipeline.portfolio import portfolio_of
from collabxl.pipeline.workbook_patch import WorkbookChanges, patch_workbook
from collabxl.schema.settings import Limits, Settings
from collabxl.schema.sheets import Risks, Tasks
from collabxl.workbook.grid import CellEdit

TODAY = dt.date(2024, 8, 1)
FILLED, BELOW = 298, 4


def task(number: int) -> dict[str, object]:
    return {
        "id": f"T{number:03}",
        "name": f"任务{number}",
        "owner": "张三",
        "department": "市场部",
        "due": dt.date(2024, 7, 10) if number % 3 else dt.date(2024, 9, 2),
        "status": "进行中",
    }


@pytest.fixture
def overfull(tmp_path: Path) -> Path:
    """A built workbook with tasks in nearly all prepared rows, and some below them."""
    path = tmp_path / "overfull.xlsx"
    project = {"name": "上线", "departments": "市场部"}
    build_workbook(path, project=project, rows={"tasks": [task(at) for at in range(1, FILLED + 1)]}, today=TODAY)
    title = Tasks.meta.title.zh
    edits = [
        CellEdit(title, row, layout.column_number(Tasks.meta.column(key)), value)
        for number, row in enumerate(range(layout.last_row(Tasks) + 1, layout.last_row(Tasks) + 1 + BELOW), FILLED + 1)
        for key, value in task(number).items()
    ]
    path.write_bytes(patch_workbook(path.read_bytes(), WorkbookChanges(edits=edits, ours=True)))
    return path


def test_all_count_rows_below_the_prepared_ones(overfull: Path) -> None:
    wanted = FILLED + BELOW
    late = sum(1 for at in range(1, wanted + 1) if at % 3)
    (checked,) = check_workbooks([overfull], today=TODAY, jobs=1)
    assert (checked.figures.total, checked.figures.overdue) == (wanted, late)
    assert sum(finding.rule.code == "DL401" for finding in checked.findings) == late
    (project,) = portfolio_of([overfull], today=TODAY, jobs=1).projects
    assert (project.total, project.overdue) == (wanted, late)
    (material,) = materials_of([overfull], today=TODAY)
    assert material.material is not None
    assert len(material.material.tasks) == wanted
    (synced,) = sync_workbooks([overfull], today=TODAY, jobs=1)
    assert synced.state == "written"
    (again,) = check_workbooks([overfull], today=TODAY, jobs=1)
    assert again.figures == checked.figures


def test_it_is_said_once_that_rows_have_run_out(overfull: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "collabxl"):
        list(check_workbooks([overfull], today=TODAY, jobs=1))
    (note,) = caplog.records
    assert "overfull.xlsx" in note.getMessage()
    caplog.clear()
    build_workbook(overfull, project={"name": "上线"}, rows={"tasks": [task(1)]}, today=TODAY, force=True)
    with caplog.at_level(logging.WARNING, "collabxl"):
        list(check_workbooks([overfull], today=TODAY, jobs=1))
    assert caplog.records == []


def test_a_portfolio_is_headed_by_the_limits_that_its_figures_go_by(tmp_path: Path) -> None:
    """A high risk must not lie in a cell of the matrix that says it is none."""
    risk = {"description": "延期", "possibility": 3, "impact": 4, "status": "监控中"}
    strict = Limits(high_risk=12, medium_risk=6)
    for name, limits in (("strict", strict), ("usual", Limits())):
        path = tmp_path / f"{name}.xlsx"
        build_workbook(path, project={"name": name}, rows={Risks.meta.key: [risk]}, limits=limits, today=TODAY)
    both = portfolio_of([tmp_path], today=TODAY, jobs=1)
    assert [each.risks.high for each in both.projects] == [1, 0]
    assert (both.high_risk, both.medium_risk) == (12, 6)
    others = Settings(limits=Limits(high_risk=20))
    usual = portfolio_of([tmp_path / "usual.xlsx"], today=TODAY, jobs=1, settings=others)
    assert (usual.high_risk, usual.medium_risk) == (15, 8)
