"""Formulas that people wrote into a workbook of ours show what follows from the cells, whoever changed those last."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from collabxl.formulas import layout
from collabxl.ooxml import a1
from collabxl.ooxml.package import Package
from collabxl.ooxml.sheet import worksheet_part
from collabxl.ooxml.strings import SharedStrings
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.pipeline.fix import fix_workbooks
from collabxl.pipeline.new_workbook import build_workbook
from collabxl.pipeline.sync import sync_workbooks
from collabxl.recalculation.engine import RecalculationEngine, RecalculationScope
from collabxl.recalculation.faults import FormulaError
from collabxl.recalculation.repeats import RepeatedFormulas
from collabxl.recalculation.sheets import CalculationSheet
from collabxl.schema.columns import Column
from collabxl.schema.serials import to_serial
from collabxl.schema.sheets import Minutes, Tasks
from tests.laws.computing import results
from tests.laws.dirty import PROJECT, TODAY, content

LATE = dt.date(2024, 7, 10)
TASKS = [
    {
        "name": f"任务{number}",
        "owner": "张三",
        "department": "市场部",
        "due": LATE,
        "priority": "high",
        "status": status,
    }
    for number, status in enumerate(("in_progress", "done", "not_started"), 1)
]


def typed(path: Path, column: Column, row: int, formula: str, shown: str) -> str:
    """Let a cell have a formula that shows something from before, and return its place among ``results``."""
    package = Package(path.read_bytes())
    title = column.sheet.meta.title.zh
    part = next(tab.part for tab in WorkbookPart(package).sheets if tab.title == title)
    assert part is not None
    cell = re.compile(
        rb'<c r="%s"( s="\d+")[^>]*?(?:/>|>.*?</c>)' % a1.cell_address(row, layout.column_number(column)).encode()
    )
    stored = f"<v>{shown}</v>" if shown else ""
    new = rb'<c r="%s"\1><f>%s</f>%s</c>'
    cells = new % (a1.cell_address(row, layout.column_number(column)).encode(), formula.encode(), stored.encode())
    source, count = cell.subn(cells, package.read(part), count=1)
    assert count == 1
    package.put(part, source)
    path.write_bytes(package.save())
    return f"{title} {row},{layout.column_number(column)}"


def shown(path: Path, place: str) -> Any:
    return results(path)[place]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "own.xlsx"
    build_workbook(path, project=PROJECT, rows={"tasks": TASKS}, today=TODAY)
    return path


@pytest.mark.parametrize("before", ["45000", ""])
def test_what_a_program_left_is_computed_and_then_read(book: Path, before: str) -> None:
    """A day of before, or none, would be judged; 汇总 and 同步发现 tell of what the cell shows once it is computed."""
    place = typed(book, Tasks.due, layout.FIRST + 2, f"F{layout.FIRST}+30", before)
    after = [*sync_workbooks([book], today=TODAY, jobs=1)]
    assert [each.state for each in after] == ["written"]
    assert shown(book, place) == to_serial(LATE) + 30
    assert after[0].outcome.path == str(book)
    assert not [each for each in after[0].outcome.findings if each.cell == f"F{layout.FIRST + 2}"]
    assert [each.state for each in sync_workbooks([book], today=TODAY, jobs=1)] == ["unchanged"]


def test_it_follows_from_a_fix(book: Path) -> None:
    place = typed(book, Minutes.item, layout.FIRST, f'COUNTIF(任务分工表!I{layout.FIRST}:I305,"已完成")', "1")
    typed(book, Tasks.remark, layout.FIRST, '"  "&amp;"x"', "")
    package = Package(book.read_bytes())
    part = (
        WorkbookPart(package).sheets[[tab.title for tab in WorkbookPart(package).sheets].index("任务分工表")].part or ""
    )
    words = package.read(part)
    spot = a1.cell_address(layout.FIRST, layout.column_number(Tasks.status)).encode()
    told = re.compile(rb'<c r="%s"( s="\d+") t="s"><v>\d+</v></c>' % spot)
    words, count = told.subn(rb'<c r="%s"\1 t="inlineStr"><is><t>%s</t></is></c>' % (spot, "完成".encode()), words)
    assert count == 1
    package.put(part, words)
    book.write_bytes(package.save())
    (fixed,) = fix_workbooks([book], today=TODAY, jobs=1)
    assert fixed.written
    assert shown(book, place) == 2


@pytest.mark.parametrize(
    ("formula", "before"),
    {"TODAY()-1": "45000", "0.1+0.2": "0.3", "1/0": "7", "CONVERT(1,1)": "5", "B6": "9"}.items(),
)
def test_what_programs_compute_otherwise_stays(book: Path, formula: str, before: str) -> None:
    """What the day shows is computed as it is opened; last digits differ; what is not known here is left as it is."""
    place = typed(book, Minutes.item, layout.FIRST, formula, before)
    [*sync_workbooks([book], today=TODAY, jobs=1)]
    expected = {"1/0": "#DIV/0!", "B6": 0.0}.get(formula, float(before))
    assert shown(book, place) == expected


@pytest.mark.parametrize("seed", range(2))
def test_what_is_known_of_other_rows_changes_nothing(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each formula is computed once for the rows that say the same, and would show the same computed in each."""
    path = tmp_path / "rows.xlsx"
    project, rows = content(seed, 60, 0.3)
    build_workbook(path, project=project, rows=rows, today=TODAY)
    book = WorkbookPart(Package(path.read_bytes()))
    titles = frozenset(tab.title for tab in book.sheets)

    def every() -> dict[Any, Any]:
        engine = RecalculationEngine(book, RecalculationScope(TODAY + dt.timedelta(days=3), titles), {})
        found = {place: engine.value_at(*place) for place in cells}
        return {
            place: each.code if isinstance(each, FormulaError) else (type(each), each) for place, each in found.items()
        }

    sheets = {title: CalculationSheet(worksheet_part(book, title), SharedStrings(book)) for title in sorted(titles)}
    cells = [(title, spot) for title, sheet in sheets.items() for spot in sheet.formulas]
    known = every()
    monkeypatch.setattr(RepeatedFormulas, "found", lambda *given: None)
    assert every() == known
