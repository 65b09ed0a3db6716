"""One slip floods nothing: findings and bytes grow with what people typed, however cleverly it is tangled.

Measured by counts and bytes of workbooks of two sizes, never by time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import pytest

from collabxl import Outcome, Reading, Settings
from collabxl.ooxml.reader.cells import Raw
from collabxl.pipeline.batch import check_as_chunk
from collabxl.reading.source import SheetCells
from collabxl.reading.tables import build_tables
from collabxl.reading.workbook import read_source
from collabxl.reports.formats import ReportRun, blocks
from collabxl.rules.cross_project.registry import ProjectRegistry
from collabxl.rules.engine.run import check
from collabxl.schema.sheets import Contacts, Minutes, Progress, Project, Risks, Tasks
from tests.tables import TODAY, MemorySource

Rows = Sequence[dict[str, Raw]]
DAY = dt.date(2024, 7, 1)
FORMS = ("json", "sarif", "csv")


def book(name: str = "", **sheets: Rows) -> MemorySource:
    """Return a workbook by the rows of its sheets; every column of a row is typed."""
    made = {}
    for sheet in (Tasks, Progress, Minutes, Risks, Contacts):
        rows = sheets.get(sheet.meta.key, ())
        keys = list(dict.fromkeys(key for row in rows for key in row))
        titles: list[Raw] = [sheet.meta.column(key).title.zh for key in keys]
        made[sheet.meta.title.zh] = SheetCells(1, 1, [titles, *([row.get(key, "") for key in keys] for row in rows)])
    form: list[list[Raw]] = [["字段名称", "填写内容"], [Project.name.title.zh, name]]
    form += [[Project.departments.title.zh, sheets["project"][0]["departments"]]] if "project" in sheets else []
    made[Project.meta.title.zh] = SheetCells(1, 1, form)
    return MemorySource(made)


def ids(numbers: Sequence[int]) -> str:
    return "、".join(f"T{number:04}" for number in numbers) or "-"


def tasks(count: int, waits: Callable[[int], str], **more: Raw) -> Rows:
    return [{"id": f"T{at:04}", "name": f"任务{at}", "after": waits(at), **more} for at in range(1, count + 1)]


def clique(size: int) -> Iterator[MemorySource]:
    """Every task waits for every other one."""
    yield book(tasks=tasks(size, lambda at: ids([other for other in range(1, size + 1) if other != at])))


def ladder(size: int) -> Iterator[MemorySource]:
    """Every task waits for the two before it, and by a slip the first for the last."""
    yield book(tasks=tasks(size, lambda at: ids(range(max(1, at - 2), at)) if at > 1 else ids([size])))


def pairs(size: int) -> Iterator[MemorySource]:
    """Tasks wait for each other two by two."""
    yield book(tasks=tasks(size, lambda at: ids([at + 1 if at % 2 else at - 1])))


def falling(size: int) -> Iterator[MemorySource]:
    """Every task is due before the one it waits for, and that one is late."""
    rows = tasks(size, lambda at: ids(range(max(1, at - 3), at)), status="进行中")
    yield book(tasks=[{**row, "due": DAY - dt.timedelta(at)} for at, row in enumerate(rows)])


def chain(size: int) -> Iterator[MemorySource]:
    """A long chain of work, all of it later than its due dates."""
    rows = tasks(size, lambda at: ids([at - 1] if at > 1 else []), start=DAY, due=DAY + dt.timedelta(60))
    yield book(tasks=rows)


def done_before(size: int) -> Iterator[MemorySource]:
    """Every second task is done or cancelled, and all wait for all before them."""
    rows = tasks(size, lambda at: ids(range(1, at)))
    words = ("已完成", "进行中", "已取消")
    yield book(tasks=[{**row, "status": words[at % 3]} for at, row in enumerate(rows)])


def unknown(size: int) -> Iterator[MemorySource]:
    """One cell has names without number that nobody bears; in every sheet that names tasks or departments."""
    names = "、".join(f"缺{at}" for at in range(size))
    yield book(
        tasks=[{"id": "T0001", "name": "甲", "after": names, "owner": names, "department": names}],
        minutes=[{"date": DAY, "task": names, "absent": names}],
        risks=[{"description": "乙", "tasks": names}],
        project=[{"departments": names}],
        contacts=[{"department": "丙", "person": "丁"}],
    )


def outside(size: int) -> Iterator[MemorySource]:
    """One cell has many names of tasks that another workbook lacks."""
    names = "、".join(f"支付::T{at:05}" for at in range(size))
    yield book(name="会员", tasks=[{"id": "T0001", "name": "甲", "after": names}])
    yield book(name="支付", tasks=[{"id": "T0001", "name": "乙", "after": "-"}])


def same_row(size: int) -> Iterator[MemorySource]:
    """All rows are one and the same, down to the 编号 they wait for."""
    row: dict[str, Raw] = {"id": "T0001", "name": "甲", "after": "T0001", "owner": "张三", "department": "某部门"}
    yield book(tasks=[row] * size, progress=[{"task": "T0001", "status": "完成", "progress": "一半"}] * size)


def alike(size: int) -> Iterator[MemorySource]:
    """All tasks wait for what may be any of them."""
    rows = [{"id": f"T{at:04}", "name": f"支付接口{at}", "after": "支付接口"} for at in range(size)]
    yield book(tasks=rows)


def long_name(size: int) -> Iterator[MemorySource]:
    """A task without number has an endless name; all others wait for it by its deliverable."""
    rows: list[dict[str, Raw]] = [{"name": "长" * 20 * size, "deliverable": "报告", "after": "-", "status": "已取消"}]
    yield book(tasks=[*rows, *({"name": f"任务{at}", "after": "报告"} for at in range(size))])


def crowd(size: int) -> Iterator[MemorySource]:
    """Every task is done by everybody at the same time, in changing departments."""
    people = "、".join(f"员工{at}" for at in range(size))
    row: dict[str, Raw] = {"owner": people, "start": DAY, "due": DAY + dt.timedelta(40), "status": "进行中"}
    yield book(tasks=[{**row, "name": f"任务{at}", "department": f"部门{at % 2}"} for at in range(6)])


def ring_of_workbooks(size: int) -> Iterator[MemorySource]:
    """Each project waits for the next one, the last for the first."""
    for at in range(size):
        row: dict[str, Raw] = {"id": "T0001", "name": "甲", "after": f"项目{(at + 1) % size}::T0001"}
        yield book(name=f"项目{at}", tasks=[row])


def web_of_workbooks(size: int) -> Iterator[MemorySource]:
    """Each project waits for all others."""
    for at in range(size):
        after = "、".join(f"项目{other}::T0001" for other in range(size) if other != at)
        yield book(name=f"项目{at}", tasks=[{"id": "T0001", "name": "甲", "after": after}])


FAMILIES = [
    *(clique, ladder, pairs, falling, chain, done_before, unknown, outside, same_row, alike, long_name, crowd),
    *(ring_of_workbooks, web_of_workbooks),
]


class Told(NamedTuple):
    """What workbooks hold, and what is told of them."""

    cells: int
    letters: int
    findings: int
    size: dict[str, int]


def told(sources: Iterator[MemorySource]) -> Told:
    made = list(sources)
    readings = [read_source(source, f"{at}.xlsx") for at, source in enumerate(made)]
    outcomes = checked(readings)
    filled = [
        value for source in made for cells in source.sheets.values() for row in cells.rows for value in row if value
    ]
    size = {form: written(form, outcomes) for form in FORMS}
    findings = sum(len(each.findings) for each in outcomes)
    return Told(len(filled), sum(len(str(value).encode()) for value in filled), findings, size)


def checked(readings: list[Reading]) -> list[Outcome]:
    by_path = {reading.path: reading for reading in readings}
    register = ProjectRegistry([*by_path], lambda paths: ([by_path[path]] for path in paths), TODAY)
    register.referenced_workbooks(readings)
    outside = register.external_frames(readings)
    strict = Settings(pack="strict")
    chunk = check_as_chunk(
        readings, lambda ones: check(build_tables(ones), today=TODAY, settings=strict, outside=outside), TODAY
    )
    return chunk.outcomes


def written(form: str, outcomes: list[Outcome]) -> int:
    return sum(map(len, blocks(form, iter(outcomes), ReportRun("zh", TODAY, "0"))))


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_findings_and_bytes_are_linear_in_what_was_typed(family: Callable[[int], Iterator[MemorySource]]) -> None:
    small, medium, large = (told(family(size)) for size in (30, 120, 210))
    assert large.findings - small.findings <= 2 * max(large.cells - small.cells, 1), "findings"
    for form in FORMS:
        first, second = (
            (more.size[form] - less.size[form]) / (more.letters - less.letters)
            for less, more in ((small, medium), (medium, large))
        )
        assert second <= 1.1 * first + 1, (form, first, second)


def test_one_slip_is_one_finding() -> None:
    (source,) = ladder(300)
    (outcome,) = checked([read_source(source, "ladder.xlsx")])
    (finding,) = [each for each in outcome.findings if each.rule.code == "DP304"]
    assert (finding.cell, finding.args["rows"]) == ("C2", [*range(2, 302)])
    assert finding.message("zh") == (
        "循环依赖：T0001 → T0002 → T0004 → T0006 → T0008 → … → T0292 → T0294 → T0296 → T0298 → T0300 → T0001"
        "（共 300 个任务互相等待，在第 2–301 行）"
    )


def test_a_cell_of_unknown_names_is_one_finding_with_the_first_ten() -> None:
    (source,) = unknown(5000)
    (outcome,) = checked([read_source(source, "unknown.xlsx")])
    (finding,) = [each for each in outcome.findings if each.rule.code == "DP301"]
    assert finding.message("en") == (f"“{', '.join(f'缺{at}' for at in range(10))} … (5000 in all)” names no task")
