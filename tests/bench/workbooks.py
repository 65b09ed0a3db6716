"""Workbooks to measure with: as people type them, 200 tasks each, with a mistake in one row of twenty.

python -m tests.bench.workbooks FOLDER COUNT TASKS [--built]
"""

from __future__ import annotations

import datetime as dt
import random
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter

from collabxl.batch import check_chunks
from collabxl.compose import build_workbook
from collabxl.grid import Grid
from collabxl.report.summary import summary, views
from collabxl.schema.standard import STANDARD, Minutes, Progress, Project, Risks, Tasks
from collabxl.schema.words import STATUS
from collabxl.settings import Settings
from tests.bench import TODAY

FIRST_DAY = dt.date(2024, 7, 1)
LAG = 24
"""A task waits for one that began so many rows, and so about ten days, before it."""
DAYS = 80
"""Over which the tasks begin, so that all of them end inside the project's period."""
DEPARTMENTS = ["产品研发部", "市场部", "销售部", "客服部", "IT部"]
PEOPLE = ["王经理", "张工程师", "刘经理", "郑主管", "黄专员", "吴工程师", "赵分析师"]


@cache
def paper() -> Grid:
    """Return the real 汇总 of the sample filled.xlsx."""
    (chunk,) = check_chunks([Path(__file__).parents[2] / "samples" / "filled.xlsx"], today=TODAY, jobs=1)
    (view,) = views(chunk.checked, chunk.numbered, TODAY, Settings().limits).values()
    return summary(view)


def write_many(folder: Path, count: int, tasks: int, write_one: Callable[..., None] | None = None) -> list[Path]:
    """Write ``count`` workbooks of ``tasks`` tasks each; the same arguments give the same cells."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"project{number:05}.xlsx" for number in range(count)]
    for number, path in enumerate(paths):
        (write_one or write)(path, random.Random(number), tasks)
    return paths


def build(path: Path, chance: random.Random, tasks: int) -> None:
    """Write one workbook of the same content as ``collabxl new`` builds them."""
    rows = {
        "tasks": _tasks(chance, tasks),
        "progress": _progress(chance, tasks),
        "minutes": _minutes(),
        "risks": _risks(),
    }
    words = {"name": path.stem, "initiator": DEPARTMENTS[0], "departments": "、".join(DEPARTMENTS[1:])}
    fields = {column.key: column.example.zh for column in Project.meta.columns[:8] if column.example}
    build_workbook(path, project={**fields, **words}, rows=rows, today=TODAY, identity=path.stem)


def write(path: Path, chance: random.Random, tasks: int) -> None:
    """Write one workbook."""
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    rows = {Tasks: _tasks(chance, tasks), Progress: _progress(chance, tasks), Minutes: _minutes(), Risks: _risks()}
    for sheet in STANDARD.standard:
        page = book.add_worksheet(sheet.meta.title.zh)
        if sheet is Project:
            _form(page, path.stem)
            continue
        columns = [column for column in sheet.meta.columns if column.key not in ("check", "found")]
        page.write_row(0, 0, [column.title.zh for column in columns])
        for number, row in enumerate(rows[sheet], 1):
            for at, column in enumerate(columns):
                value = row.get(column.key)
                if isinstance(value, dt.date):
                    page.write_datetime(number, at, value, day)
                elif value is not None:
                    page.write(number, at, value)
    book.close()


def _form(page: Any, name: str) -> None:
    heads = Project.meta.heads
    assert heads is not None
    page.write_row(0, 0, [head.title.zh for head in heads])
    values = {"name": name, "initiator": DEPARTMENTS[0], "departments": "、".join(DEPARTMENTS[1:])}
    for number, column in enumerate(Project.meta.columns[:8], 1):
        example = column.example.zh if column.example else ""
        page.write_row(number, 0, [column.title.zh, values.get(column.key, example), column.help.zh, example])


def _status(number: int, tasks: int) -> str:
    return "done" if number < tasks * 0.3 else "in_progress" if number < tasks * 0.35 else "not_started"


def _tasks(chance: random.Random, tasks: int) -> list[dict[str, Any]]:
    made = []
    for number in range(tasks):
        start = FIRST_DAY + dt.timedelta(number * DAYS // tasks)
        before = (
            "-"
            if number < LAG
            else "、".join(f"T{number - step:03}" for step in (LAG - 1, LAG - 2)[: chance.randint(1, 2)])
        )
        wrong = chance.random() < 0.05
        made.append(
            {
                "id": f"T{number + 1:03}",
                "name": f"第{number + 1}项工作{chance.choice('甲乙丙丁')}",
                "owner": chance.choice(PEOPLE),
                "department": "财务部" if wrong and number % 3 == 0 else chance.choice(DEPARTMENTS),
                "deliverable": f"《第{number + 1}项成果》",
                "due": start - dt.timedelta(2) if wrong and number % 3 == 1 else start + dt.timedelta(8),
                "priority": chance.choice("高中低"),
                "after": "T999" if wrong and number % 3 == 2 else before,
                "status": STATUS.title_of(_status(number, tasks)).zh,
                "start": start,
            }
        )
    return made


def _progress(chance: random.Random, tasks: int) -> list[dict[str, Any]]:
    made = []
    for number in range(tasks):
        status = _status(number, tasks)
        start = FIRST_DAY + dt.timedelta(number * DAYS // tasks)
        share = {"done": 1.0, "in_progress": 0.4, "not_started": 0.0}[status]
        made.append(
            {
                "id": f"P{number + 1:03}",
                "task": f"T{number + 1:03}",
                "progress": 0.9 if status == "done" and chance.random() < 0.05 else share,
                "status": STATUS.title_of(status).zh,
                "started": start if status != "not_started" else None,
                "finished": min(start + dt.timedelta(7), TODAY) if status == "done" else None,
                "note": f"第{number + 1}项按计划推进，已与{chance.choice(PEOPLE)}对齐"
                if status != "not_started"
                else None,
                "updated_by": chance.choice(PEOPLE),
                "updated": TODAY - dt.timedelta(chance.randint(0, 5)),
            }
        )
    return made


def _minutes() -> list[dict[str, Any]]:
    meeting = {"kind": "周例会", "topic": "周例会", "decision": "按计划推进", "action": "更新进度", "owner": "王经理"}
    still = {"due": TODAY + dt.timedelta(7), "status": "进行中"}
    return [
        {"id": f"M{number:03}", "date": FIRST_DAY + dt.timedelta(number), **meeting, **still} for number in range(1, 21)
    ]


def _risks() -> list[dict[str, Any]]:
    risk = {"kind": "技术", "impact": 3, "response": "准备备用方案", "owner": "王经理", "status": "监控中"}
    seen = {"identified": FIRST_DAY, "reviewed": TODAY}
    return [
        {"id": f"R{number:03}", "description": f"风险{number}", "possibility": number % 5 + 1, **risk, **seen}
        for number in range(20)
    ]


if __name__ == "__main__":
    write_many(Path(sys.argv[1]), *map(int, sys.argv[2:4]), build if "--built" in sys.argv else write)
