"""Masters for tests: a project of any number of departments, whose every text tells where it stands."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

from collabxl import build_workbook, read_workbooks
from collabxl.exchange.rows import ids_of, rows_of
from collabxl.ooxml.package import Package
from collabxl.pipeline.workbook_patch import WorkbookChanges, patch_workbook
from collabxl.schema.columns import Sheet
from collabxl.schema.kinds import Line, Note, People
from collabxl.schema.sheets import Contacts, Minutes, Progress, Risks, Tasks
from collabxl.workbook.grid import CellEdit

CORE = "docProps/core.xml"
TODAY = dt.date(2024, 8, 1)
START, END = dt.date(2024, 7, 1), dt.date(2024, 9, 30)


def department(number: int) -> str:
    return f"第{number:02}部"


def token(number: int, row: int, sheet: type[Sheet], key: str) -> str:
    """Return a text that stands in one cell of one department's row and nowhere else."""
    return f"S{number:02}r{row}-{sheet.meta.key}-{key}"


def told(number: int, row: int, sheet: type[Sheet], **more: Any) -> dict[str, Any]:
    """Return a row whose free texts are tokens."""
    columns = [column for column in sheet.meta.typed_columns if isinstance(column.kind, Line | Note | People)]
    return {**{column.key: token(number, row, sheet, column.key) for column in columns}, **more}


def rows_of_project(departments: int, tasks: int = 3) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a project; each department's first task waits for the last one of the department before."""
    sheets = (Contacts, Tasks, Progress, Minutes, Risks)
    made: dict[str, list[dict[str, Any]]] = {sheet.meta.key: [] for sheet in sheets}
    for number in range(1, departments + 1):
        whose = department(number)
        made["contacts"].append(told(number, 0, Contacts, department=whose))
        for row in range(1, tasks + 1):
            at = len(made["tasks"]) + 1
            after = f"T{at - 1:03}" if at > 1 else "-"
            days = {"start": START, "due": END}
            states = {"status": "in_progress", "priority": "high", "after": after}
            made["tasks"].append(told(number, row, Tasks, department=whose, **days, **states))
            made["progress"].append(
                told(number, row, Progress, task=f"T{at:03}", started=START, progress=0.25, status="in_progress",
                     updated=TODAY)
            )  # fmt: skip
        made["minutes"].append(told(number, 1, Minutes, department=whose, date=TODAY, due=END, status="open"))
        made["risks"].append(
            told(number, 1, Risks, department=whose, possibility=2, impact=3, status="watching", identified=TODAY)
        )
    return made


def master(path: Path, departments: int = 3, tasks: int = 3, **more: Any) -> Path:
    """Return a master that was just built."""
    project = {
        "name": "协同项目",
        "initiator": department(1),
        "lead": "王经理（13800000000）",
        "departments": "、".join(map(department, range(1, departments + 1))),
        "goal": "3个月内完成",
        "kpis": "上线",
        "period": f"{START}~{END}",
        "status_date": TODAY,
    }
    build_workbook(path, project=project, rows=rows_of_project(departments, tasks), today=TODAY, **more)
    return path


def filled(copy: Path, target: Path, cells: dict[tuple[str, str, str], Any], saved: dt.datetime | None = None) -> Path:
    """Return a copy as a department sends it back: ``cells`` by sheet key, 编号 and column key say something else."""
    reading = read_workbooks([copy]).readings[0]
    pages = {page.key: page for page in reading.sheets}
    edits = []
    for (sheet, id, key), value in cells.items():
        page = pages[sheet]
        row = {**page.prepared_rows, **dict(zip(ids_of(page), page.rows, strict=True))}[id]
        edits.append(CellEdit(page.title, row, page.places[key].column, value))
    package = Package(patch_workbook(copy.read_bytes(), WorkbookChanges(edits=edits, ours=True)))
    core = package.read(CORE).decode()
    stamp = (saved or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    package.put(CORE, re.sub(r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{stamp}", core).encode())
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(package.save())
    return target


def values(book: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """Return what a workbook says, by sheet key, 编号 and column key."""
    found = rows_of(read_workbooks([book]).readings[0]).rows
    return {sheet: {id: dict(row) for id, row in rows.items()} for sheet, rows in found.items()}
