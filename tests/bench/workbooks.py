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
from typing import Any, NamedTuple

import xlsxwriter

from collabxl import build_workbook
from collabxl.pipeline.batch import check_chunks
from collabxl.scheduling.calendar import WorkdayIndex, public_working_days
from collabxl.schema.sheets import STANDARD, Minutes, Progress, Project, Risks, Tasks
from collabxl.schema.vocabularies import STATUS
from collabxl.summary import summary, views
from collabxl.workbook.grid import Grid
from tests.bench import TODAY

FIRST_DAY = dt.date(2024, 7, 1)
WORKDAYS = WorkdayIndex(public_working_days("CN", [2024]), FIRST_DAY)
DAYS = 52
"""Working days over which the tasks begin, so that all of them end inside the project's three months."""
TAKES = 5
"""Working days from a task's start to its due date."""
DEPARTMENTS = ["产品研发部", "市场部", "销售部", "客服部", "IT部"]
SURNAMES, GIVEN = "王张刘李陈杨黄吴赵周徐孙", "伟芳娜敏静磊强洋艳勇军杰娟涛明超霞平刚桂"
A_PERSON = 20
"""Tasks that one person has in a project: two or three at a time."""
FORM = {
    "lead": "王伟（13912345678）",
    "goal": "九月底前完成支付流程优化，支付成功率提高到 99.5%",
    "kpis": "①新支付流程上线；②支付投诉减少三成",
    "period": "2024年7月1日-2024年9月30日",
    "remark": "法务部参与评审",
}


@cache
def paper() -> Grid:
    """Return the real 汇总 of the sample filled.xlsx."""
    (chunk,) = check_chunks([Path(__file__).parents[2] / "samples" / "filled.xlsx"], today=TODAY, jobs=1)
    (view,) = views(chunk.checked, chunk.by_number, TODAY).values()
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
    unnumbered = {key: [{**row, "id": None} for row in listed] for key, listed in rows.items()}  # numbers are printed
    build_workbook(path, project=_project(path.stem), rows=unnumbered, today=TODAY, identity=path.stem, force=True)


def write(path: Path, chance: random.Random, tasks: int) -> None:
    """Write one workbook."""
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    rows = {Tasks: _tasks(chance, tasks), Progress: _progress(chance, tasks), Minutes: _minutes(), Risks: _risks()}
    for sheet in STANDARD.required_sheets:
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
    heads = Project.meta.form_headers
    assert heads is not None
    page.write_row(0, 0, [head.title.zh for head in heads])
    values = _project(name)
    for number, column in enumerate(Project.meta.columns[:8], 1):
        example = column.example.zh if column.example else ""
        page.write_row(number, 0, [column.title.zh, values[column.key], column.help.zh, example])


def _project(name: str) -> dict[str, str]:
    return {"name": name, "initiator": DEPARTMENTS[0], "departments": "、".join(DEPARTMENTS[1:]), **FORM}


class _Plan(NamedTuple):
    """When a task begins and is due, and what state it is in today."""

    start: dt.date
    due: dt.date
    status: str
    share: float


def _plan(number: int, tasks: int) -> _Plan:
    begins = number * DAYS // tasks + 1
    start, due = WORKDAYS.day(begins), WORKDAYS.day(begins + TAKES)
    if due <= TODAY:
        return _Plan(start, due, "done", 1.0)
    worked = WORKDAYS.number(TODAY) - begins
    return _Plan(start, due, "in_progress", worked / TAKES) if worked >= 0 else _Plan(start, due, "not_started", 0.0)


def _owner(number: int, tasks: int) -> tuple[str, str]:
    """Return who has a task, and that person's department."""
    person = number % max(1, tasks // A_PERSON * 2)
    name = SURNAMES[person % len(SURNAMES)] + GIVEN[person // len(SURNAMES) % len(GIVEN)]
    again = person // (len(SURNAMES) * len(GIVEN))
    return name + (str(again) if again else ""), DEPARTMENTS[person % len(DEPARTMENTS)]


def _tasks(chance: random.Random, tasks: int) -> list[dict[str, Any]]:
    made = []
    lag = -(-tasks * (TAKES + 2) // DAYS)  # who waits for a task begins after it is due
    for number in range(tasks):
        plan, (owner, department) = _plan(number, tasks), _owner(number, tasks)
        waits = [f"T{number - step + 1:03}" for step in (lag, lag + 1)[: chance.randint(1, 2)] if number >= step]
        wrong = chance.random() < 0.05
        made.append(
            {
                "id": f"T{number + 1:03}",
                "name": f"第{number + 1}项工作{chance.choice('甲乙丙丁')}",
                "owner": owner,
                "department": "财务部" if wrong and number % 3 == 0 else department,
                "deliverable": f"《第{number + 1}项成果》",
                "due": plan.start - dt.timedelta(2) if wrong and number % 3 == 1 else plan.due,
                "priority": chance.choice("高中低"),
                "after": "T999" if wrong and number % 3 == 2 else "、".join(waits) or "-",
                "status": STATUS.title_of(plan.status).zh,
                "start": plan.start,
            }
        )
    return made


def _progress(chance: random.Random, tasks: int) -> list[dict[str, Any]]:
    made = []
    for number in range(tasks):
        plan, (owner, _) = _plan(number, tasks), _owner(number, tasks)
        is_done, is_begun = plan.status == "done", plan.status != "not_started"
        made.append(
            {
                "id": f"P{number + 1:03}",
                "task": f"T{number + 1:03}",
                "progress": 0.9 if is_done and chance.random() < 0.05 else plan.share,
                "status": STATUS.title_of(plan.status).zh,
                "started": plan.start if is_begun else None,
                "finished": plan.due if is_done else None,
                "note": f"第{number + 1}项按计划推进，已与{owner}对齐" if is_begun else None,
                "updated_by": owner,
                "updated": TODAY - dt.timedelta(chance.randint(0, 5)),
            }
        )
    return made


def _minutes() -> list[dict[str, Any]]:
    meeting = {"kind": "周例会", "topic": "周例会", "decision": "按计划推进", "action": "更新进度", "owner": "王经理"}
    still = {"due": TODAY + dt.timedelta(7), "status": "进行中"}
    return [{"id": f"M{number - 3:03}", "date": WORKDAYS.day(number), **meeting, **still} for number in range(4, 24)]


def _risks() -> list[dict[str, Any]]:
    risk = {"kind": "技术", "impact": 3, "response": "准备备用方案", "owner": "王经理", "status": "监控中"}
    seen = {"identified": FIRST_DAY, "reviewed": TODAY}
    return [
        {"id": f"R{number:03}", "description": f"风险{number}", "possibility": number % 5 + 1, **risk, **seen}
        for number in range(20)
    ]


if __name__ == "__main__":
    write_many(Path(sys.argv[1]), *map(int, sys.argv[2:4]), build if "--built" in sys.argv else write)
