"""One plan across the workbooks of a run: what waits elsewhere follows from there, however the run is cut."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import example as always
from hypothesis import given, settings
from hypothesis import strategies as st

from collabxl import Reading, Settings, check_workbooks, read_portfolio
from collabxl.pipeline import batch
from collabxl.reading.tables import build_tables
from collabxl.rules.cross_project import collect
from collabxl.rules.cross_project.registry import ProjectRegistry
from collabxl.rules.engine.external_frames import external_frames
from collabxl.rules.engine.frames import Frames
from collabxl.schema.sheets import Summary
from tests.cli.test_cli import run
from tests.tables import TODAY, example, saved

ONLY = Settings(select=("DL409", "DL410", "DL411", "SQ953", "DP304"))
BOOK = """
project
| field | value  |
| name  | {name} |
tasks
| id | name | start | due | after | status |
{rows}
calendar
| date | kind |
{days}
"""


def text(name: str, *rows: str, off: Sequence[str] = ()) -> str:
    """A workbook of a project by its tasks."""
    listed = "\n".join(f"| {row} |" for row in rows)
    return BOOK.format(name=name, rows=listed, days="\n".join(f"| {day} | off |" for day in off))


CHAIN = {
    "会员": text(
        "会员",
        "T001 | 规则 | 2024-08-01 | 2024-08-02 | -                | not_started",
        "T007 | 商城 | 2024-08-05 | 2024-08-09 | T001、支付::T003 | not_started",
        "T008 | 推广 | 2024-08-12 | 2024-08-14 | T007             | not_started",
    ),
    "支付": text(
        "支付",
        "T002 | 开发 | 2024-08-12 | 2024-08-16 | 《风控》：：评审 | not_started",
        "T003 | 上线 | 2024-08-19 | 2024-08-19 | T002             | not_started",
        off=["2024-08-21"],
    ),
    "风控": text("风控", "T002 | 评审 | 2024-08-01 | 2024-08-16 | - | not_started"),
    "对账": text("对账", "T001 | 核对 | 2024-08-01 | 2024-08-02 | - | not_started"),
    "甲": text(
        "甲",
        "T001 | A | 2024-08-01 | 2024-08-02 | 乙::T001 | not_started",
        "T002 | B | 2024-08-01 | 2024-08-02 | T001     | not_started",
        "T003 | C | 2024-08-01 | 2024-08-02 | T002     | not_started",
        "T004 | D | 2024-08-01 | 2024-08-02 | T003     | not_started",
    ),
    "乙": text("乙", "T001 | E | 2024-08-01 | 2024-08-02 | 甲::C | in_progress"),
}
"""风控 ends on 08-16, 支付's T002 takes 5 days (to 08-26, one is off), T003 one (08-27), 会员's T007 five (09-03)."""


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("across")
    return [saved(example(made), folder / f"{name}.xlsx") for name, made in CHAIN.items()]


def found(paths: Sequence[Path]) -> dict[str, list[tuple[str | None, str, dict[str, Any]]]]:
    outcomes = check_workbooks(paths, today=TODAY, settings=ONLY, jobs=1)
    return {
        Path(outcome.path).stem: [(each.id, each.rule.code, dict(each.args)) for each in outcome.findings]
        for outcome in outcomes
    }


def test_a_slip_is_told_once_in_each_workbook_it_reaches_and_a_cycle_on_all_of_its_rows(books: list[Path]) -> None:
    told = found(books)
    ((task, code, args),) = told["会员"]
    assert (task, code, args["forecast"], args["path"]) == (
        *("T007", "DL410", dt.date(2024, 9, 3)),
        ["风控::T002", "支付::T003", "T007"],
    )
    assert "支付::T003 预计 2024-08-27 → T007；后面还有 1 个" in args["aside"].zh
    assert [(id, rule, args["path"]) for id, rule, args in told["支付"]] == [("T002", "DL410", ["风控::T002", "T002"])]
    assert told["风控"] == told["对账"] == []
    around = ["T001", "T002", "T003", "乙::T001", "T001"]
    assert [(id, args["path"]) for id, rule, args in told["甲"] if rule == "DP304"] == [
        ("T001", around),
        ("T002", around),
        ("T003", around),
    ]
    assert [(id, args["path"]) for id, _, args in told["乙"]] == [("T001", ["T001", "甲::T001", "甲::T003", "T001"])]


def test_a_workbook_alone_knows_nothing_of_others(books: list[Path]) -> None:
    assert found(books[:1]) == {"会员": []}


def test_neither_order_nor_chunks_matter(books: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = found(books)
    monkeypatch.setattr(batch, "BOOKS_A_CHUNK", 2)
    assert found(books[::-1]) == whole


def test_check_sync_and_portfolio_say_the_same_dates(books: list[Path], tmp_path: Path) -> None:
    synced = [Path(shutil.copy(book, tmp_path)) for book in books]
    done = run("sync", str(tmp_path), "--today", TODAY.isoformat(), "--format", "json", "--fail-on", "never")
    told = {Path(each["path"]).stem: each["findings"] for each in json.loads(done.stdout)["workbooks"]}
    late = [each["args"]["forecast"] for each in told["会员"] if each["code"] == "DL410"]
    assert (done.returncode, late) == (0, ["2024-09-03"])
    sheet = openpyxl.load_workbook(tmp_path / "会员.xlsx")[Summary.meta.title.zh]
    cells = {cell.value for row in sheet.iter_rows() for cell in row}
    assert "关键路径：风控::T002 → 支付::T003 预计 2024-08-27 → T007 商城 → T008 推广" in cells
    found = read_portfolio(synced, today=TODAY)
    names = [project.name for project in found.projects]
    assert found.projects[names.index("会员")].chain[:2] == ("风控::T002", "支付::T003 预计 2024-08-27")
    assert found.projects[names.index("会员")].finish == dt.date(2024, 9, 6)
    assert "2024-09-06" in cells
    links = {(names[link.at], link.state, link.before_forecast, link.spare) for link in found.links}
    assert links == {
        ("会员", "too_late", dt.date(2024, 8, 27), -17),
        ("支付", "too_late", dt.date(2024, 8, 16), -16),
        ("甲", "knotted", None, None),
        ("乙", "knotted", None, None),
    }


STATES = ["not_started", "not_started", "in_progress", "done", "cancelled"]
tasks = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.sampled_from(STATES)), min_size=1, max_size=4)


@st.composite
def runs(draw: st.DrawFn) -> tuple[list[str], str]:
    """Return workbooks that wait for each other, and the one workbook that they would be."""
    drawn = draw(st.lists(tasks, min_size=2, max_size=4))
    spots = [(book, at) for book, rows in enumerate(drawn) for at in range(len(rows))]
    waits = draw(st.lists(st.tuples(st.sampled_from(spots), st.sampled_from(spots)), max_size=7))
    parts, whole = [], []
    for book, rows in enumerate(drawn):
        lines = []
        for at, (start, more, status) in enumerate(rows):
            befores = [before for before, after in waits if after == (book, at) and before != after]
            day, due = (TODAY + dt.timedelta(days) for days in (start, start + more))
            here = "、".join(f"T{to}" if to_book == book else f"项目{to_book}::T{to}" for to_book, to in befores)
            there = "、".join(f"T{to_book}-{to}" for to_book, to in befores)
            lines.append(f"T{at} | 任务{at} | {day} | {due} | {here or '-'} | {status}")
            whole.append(f"T{book}-{at} | 任务{book}.{at} | {day} | {due} | {there or '-'} | {status}")
        parts.append(text(f"项目{book}", *lines, off=["2024-08-07"]))
    return parts, text("总", *whole, off=["2024-08-07"])


def forecasts(readings: list[Reading], outside: dict[str, Any]) -> Iterator[Any]:
    made = build_tables(readings)
    planned = Frames({**made.frames, **made.facts, "today": TODAY, **outside})["planned_tasks"]
    return zip(planned.forecast.to_numpy("datetime64[D]"), planned.cyclic, strict=True)


TWICE = (
    [
        text("项目0", "T0 | A | 2024-08-01 | 2024-08-01 | 项目1::T0、项目1::T1 | not_started"),
        text(
            "项目1",
            "T0 | B | 2024-08-01 | 2024-08-01 | 项目0::T0 | not_started",
            "T1 | C | 2024-08-01 | 2024-08-01 | -         | not_started",
        ),
    ],
    text(
        "总",
        "T0-0 | A | 2024-08-01 | 2024-08-01 | T1-0、T1-1 | not_started",
        "T1-0 | B | 2024-08-01 | 2024-08-01 | T0-0       | not_started",
        "T1-1 | C | 2024-08-01 | 2024-08-01 | -          | not_started",
    ),
)
"""A task waits for two of another project, one of which waits for it."""


@settings(max_examples=12)
@always(TWICE, 1, 0)
@given(runs(), st.integers(1, 4), st.sampled_from([0, collect.CROWDED]))
def test_the_workbooks_of_a_run_are_planned_as_the_one_workbook_they_would_be(
    made: tuple[list[str], str], size: int, crowded: int
) -> None:
    """Whether what leads through a workbook is told by its inlets and outlets or link by link, too."""
    readings = [example(part).reading(str(at)) for at, part in enumerate(made[0])]
    by_path = {reading.path: reading for reading in readings}
    register = ProjectRegistry(list(by_path), lambda paths: ([by_path[path]] for path in paths), TODAY)
    told: list[Any] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(collect, "CROWDED", crowded)
        for first in range(0, len(readings), size):
            chunk = readings[first : first + size]
            register.referenced_workbooks(chunk)
            told += forecasts(chunk, register.external_frames(chunk))
    whole = list(forecasts([example(made[1]).reading()], external_frames()))
    for (forecast, cyclic), (wanted, knotted) in zip(told, whole, strict=True):
        assert cyclic == knotted
        assert forecast == wanted or (np.isnat(forecast) and np.isnat(wanted))


def test_of_several_projects_of_one_name_none_is_meant_but_a_copy_is_no_second() -> None:
    waiting = example(text("会员", "T001 | A | 2024-08-01 | 2024-08-01 | 支付::T001 | not_started")).reading("0")
    others = [
        example(text("支付", f"T001 | B | 2024-08-01 | 2024-08-{day:02} | - | not_started")).reading(str(number))
        for number, day in ((1, 20), (2, 15))
    ]
    for identity, wanted in (({}, dt.date(2024, 8, 1)), ({"workbook_id": "one"}, dt.date(2024, 8, 21))):
        for reading, department in zip(others, ({}, {"department": "IT部"}), strict=True):
            reading.identity.update(identity | (department if identity else {}))
        for order in ([waiting, *others], [*others[::-1], waiting]):
            by_path = {reading.path: reading for reading in order}
            register = ProjectRegistry(
                list(by_path), lambda paths, known=by_path: ([known[path]] for path in paths), TODAY
            )  # type: ignore[misc]
            register.referenced_workbooks([waiting])
            ((forecast, _),) = forecasts([waiting], register.external_frames([waiting]))
            assert forecast.astype(object) == wanted
