"""The numbers of a portfolio: those of each workbook's 汇总, added up, with what projects wait for in each other."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from collabxl import Portfolio, PortfolioProject, Settings, build_workbook, read_portfolio, split, sync_workbooks
from collabxl.pipeline import batch
from collabxl.reports.portfolio.health import Health, health, reasons
from collabxl.reports.portfolio.numbers import CrossLink
from collabxl.reports.portfolio.totals import by_department, by_level, by_person, matrix, worst_first
from collabxl.schema.sheets import Summary
from collabxl.summary.dashboard import FINDINGS, FIRST, RIGHT, ROWS
from collabxl.summary.departments import REST
from collabxl.summary.view import SCALE
from tests.summary.test_summary import dirty
from tests.tables import example, saved
from tools.samples import payment
from tools.samples.__main__ import SAMPLES, TODAY

NUMBERS = ROWS["tiles"] + 1


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The samples and two workbooks of dirty rows, their 汇总 written by a sync."""
    folder = tmp_path_factory.mktemp("synced")
    paths = [Path(shutil.copy(sample, folder)) for sample in sorted(SAMPLES.glob("*.xlsx"))]
    for seed in (1, 2):
        paths.append(folder / f"dirty{seed}.xlsx")
        build_workbook(paths[-1], project=payment.PROJECT, rows=dirty(seed), today=TODAY, identity=f"dirty{seed}")
    list(sync_workbooks(paths, today=TODAY))
    return paths


@pytest.fixture(scope="module")
def portfolio(synced: list[Path]) -> Portfolio:
    return read_portfolio(synced, today=TODAY)


@pytest.fixture(scope="module")
def sheets(portfolio: Portfolio) -> list[tuple[PortfolioProject, Any]]:
    """Every project with its 汇总."""
    return [
        (each, openpyxl.load_workbook(each.path, data_only=True)[Summary.meta.title.to(each.lang)])
        for each in portfolio.projects
    ]


def test_every_number_is_that_of_the_summary(sheets: list[tuple[PortfolioProject, Any]]) -> None:
    assert len(sheets) == 9
    for project, sheet in sheets:
        tiles = [sheet.cell(NUMBERS, FIRST + 4 * place).value for place in range(5)]
        shown = [project.total, project.done_share / 100, project.overdue, project.soon, project.risks.high]
        assert tiles == pytest.approx(shown), project.path
        planned = sheet.cell(NUMBERS + 1, FIRST + 4).value
        assert planned.endswith(f" {project.planned_share}%")
        row, first = ROWS["lists"] + 2, RIGHT[0]
        finish, end = sheet.cell(row, first).value, sheet.cell(row, first + 2).value
        assert (finish, end) == (project.finish.isoformat() if project.finish else "—", project.end.isoformat())
        slip = sheet.cell(row, first + 4).value
        assert (f" {abs(project.slip)} " in slip) == bool(project.slip and project.finish)


def test_departments_and_risks_are_those_of_the_summary(sheets: list[tuple[PortfolioProject, Any]]) -> None:
    for project, sheet in sheets:
        lines = [[sheet.cell(row, column).value for column in (2, 6, 7)] for row in range(10, 17)]
        loads = {load.name.casefold(): load for load in project.departments}
        for name, late, soon in lines:
            if name and name != REST.to(project.lang):
                load = loads.get(name.casefold())
                assert ((load.overdue, load.soon) if load else (0, 0)) == (late, soon), (project.path, name)
        assert sum(load.overdue for load in project.departments) == project.overdue
        top, left = ROWS["findings"] + 2, RIGHT[0]
        cells = [[sheet.cell(top + 5 - likely, left + grave).value for grave in SCALE] for likely in SCALE]
        assert cells == [list(row) for row in project.risks.matrix], project.path
        title = sheet.cell(ROWS["findings"], FINDINGS[0]).value
        for number in project.counts.values():
            assert not number or re.search(rf"\b{number}\b", title), (project.path, title)


def test_totals_are_sums_over_the_projects(portfolio: Portfolio) -> None:
    late = sum(project.overdue for project in portfolio.projects)
    assert sum(load.overdue for load in by_department(portfolio)) == late > 5
    assert sum(load.overdue for load in by_person(portfolio)) >= late
    assert sum(by_level(portfolio).values()) == len(worst_first(portfolio)) == len(portfolio.projects)
    scored = sum(project.risks.open - project.risks.unscored for project in portfolio.projects)
    assert sum(map(sum, matrix(portfolio))) == scored > 0
    levels = [project.health.level for project in worst_first(portfolio)]
    assert levels == sorted(levels, key=["critical", "watch", "sound", "empty"].index)


@pytest.mark.parametrize(
    ("overdue", "slip", "high_risks", "cyclic", "level"),
    [
        (0, 0, 0, 0, "sound"),
        (1, 0, 0, 0, "watch"),
        (0, 1, 0, 0, "watch"),
        (0, 0, 1, 0, "watch"),
        (0, 0, 0, 1, "watch"),
        (0, 0, 0, 99, "watch"),
        (9, 9, 2, 9, "watch"),
        (10, 0, 0, 0, "critical"),
        (0, 10, 0, 0, "critical"),
        (0, 0, 3, 0, "critical"),
    ],
)
def test_health_is_the_worst_measure(overdue: int, slip: int, high_risks: int, cyclic: int, level: str) -> None:
    numbers = {"overdue": overdue, "slip": slip, "high_risks": high_risks, "cyclic": cyclic}
    found = health(numbers, 10)
    assert found.level == level
    assert dict(found.reasons) == {key: number for key, number in numbers.items() if number}
    assert len(reasons(found, "zh")) == len(reasons(found, "en")) == len(found.reasons)
    assert health(numbers, 0) == Health("empty")


PROJECT = """
project
| field  | value                |
| name   | {name}               |
| period | 2024-07-01~2024-08-30 |
tasks
| id   | name | owner | department | due        | priority | after | status |
{rows}
"""


def typed(folder: Path, name: str, *rows: str) -> None:
    lines = "\n".join(f"| {row} |" for row in rows)
    saved(example(PROJECT.format(name=name, rows=lines)), folder / f"{name}.xlsx")


def test_what_waits_for_another_project_is_found_in_whatever_chunk_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = [
        "T001 | 上线 | 张三 | 市场部 | 2024-08-09 | high | 乙::T001 | not_started",
        "T002 | 宣传 | 张三 | 市场部 | 2024-08-20 | high | 《乙》：：接口联调、乙::T002 | not_started",
        "T003 | 收尾 | 张三 | 市场部 | 2024-08-20 | high | 乙::T009、丙::T001 | not_started",
        "T004 | 不做 | 张三 | 市场部 | 2024-08-20 | high | 乙::T009 | cancelled",
    ]
    theirs = [
        "T001 | 接口联调 | 李四 | IT部 | 2024-08-15 | high | - | not_started",
        "T002 | 需求 | 李四 | IT部 | 2024-07-15 | high | - | done",
    ]
    typed(tmp_path, "甲", *mine)
    typed(tmp_path, "乙", *theirs)
    wanted = [
        ("T001 上线", "too_late", "T001 接口联调"),
        ("T002 宣传", "in_time", "T001 接口联调"),
        ("T002 宣传", "done", "T002 需求"),
        ("T003 收尾", "no_task", ""),
        ("T003 收尾", "no_project", ""),
    ]
    for rows_a_chunk in (100_000, 1):
        monkeypatch.setattr(batch, "ROWS_A_CHUNK", rows_a_chunk)
        for order in (["甲", "乙"], ["乙", "甲"]):
            found = read_portfolio([tmp_path / f"{name}.xlsx" for name in order], today=TODAY)
            assert [(link.task, link.state, link.before) for link in found.links] == wanted
            first: CrossLink = found.links[0]
            assert [found.projects[at or 0].name for at in (first.at, first.before_at)] == ["甲", "乙"]
            assert first.before_due == dt.date(2024, 8, 15)


def test_the_work_of_people_who_share_a_task_counts_for_each(tmp_path: Path) -> None:
    typed(
        tmp_path,
        "甲",
        "T001 | A | 张三（1380000）、李四 | 市场部 | 2024-07-30 | high | - | in_progress",
        "T002 | B | 张三 | 市场部 | 2024-07-02 | high | - | in_progress",
        "T003 | C |  | 市场部 | 2024-08-02 | high | - | in_progress",
        "T004 | D | 李四 | IT部 | 2024-07-02 | high | - | done",
    )
    (project,) = read_portfolio([tmp_path], today=TODAY).projects
    people = {load.name: load[1:5] for load in project.people}
    assert people == {"张三": (2, 2, 0, 30), "李四": (1, 1, 0, 2), "": (1, 0, 1, 0)}
    assert [(due.id, due.timing, due.days) for due in project.tasks] == [
        ("T002", "overdue", 30),
        ("T001", "overdue", 2),
        ("T003", "soon", 1),
    ]


def test_files_that_cannot_be_read_and_copies_are_told_aside(tmp_path: Path) -> None:
    master = Path(shutil.copy(SAMPLES / "clean.xlsx", tmp_path))
    split(master, tmp_path / "copies", today=TODAY)
    (tmp_path / "broken.xlsx").write_bytes(b"no workbook")
    found = read_portfolio([tmp_path, tmp_path / "missing.xlsx"], today=TODAY, settings=Settings())
    assert [Path(project.path).name for project in found.projects] == ["clean.xlsx"]
    kinds = {Path(each.path).name: each.error and each.error.kind for each in found.skipped_files}
    assert kinds.pop("broken.xlsx") == "not-a-workbook"
    assert kinds.pop("missing.xlsx") == "not-found"
    assert len(kinds) > 3 and set(kinds.values()) == {None}
    assert found.unreadable == 2
