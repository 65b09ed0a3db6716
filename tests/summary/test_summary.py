"""The dashboard: totals that always close, one page, charts with their numbers, formulas that compute what is shown."""

from __future__ import annotations

import datetime as dt
import random
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabxl import Limits, Outcome, build_workbook, read_portfolio, sync_workbooks
from collabxl.summary import View, live_ranges, summary
from collabxl.summary.view import SummaryRisk, SummaryTask
from collabxl.workbook.grid import Grid
from tests.parts import convert, convert_all, sdk_errors
from tools.samples import payment
from tools.samples.__main__ import SAMPLES, TODAY

DAY = 45_505
TOTAL = live_ranges.TOP + live_ranges.MOST_DEPARTMENTS + 1
"""The row of the table's total."""
NAMES = st.sampled_from(["市场部", "it部", "IT部", "法务", "客服", "财务", "采购", "仓储", "行政", "审计", "人事", ""])
TASKS = st.builds(
    SummaryTask,
    st.integers(6, 305),
    department=NAMES,
    due=st.none() | st.integers(DAY - 20, DAY + 20),
    status=st.sampled_from(["not_started", "in_progress", "blocked", "delayed", "done", "cancelled", None]),
    is_due_soon=st.booleans(),
).map(lambda task: task if task.is_open and (task.due or 0) >= DAY else task._replace(is_due_soon=False))
SCORES = st.none() | st.integers(1, 5)
RISKS = st.builds(SummaryRisk, st.integers(6, 305), st.just("风险"), SCORES, SCORES, st.just("监控中"), st.booleans())


def view_of(tasks: list[SummaryTask], risks: list[SummaryRisk] | None = None, *, live: bool = False) -> View:
    names = tuple({task.department.casefold(): task.department for task in tasks if task.department}.values())
    span = (DAY - 30, DAY + 60)
    outcome = Outcome("项目.xlsx")
    return View(outcome, tuple(tasks), tuple(risks or ()), names, "", "", span, DAY, TODAY, Limits(), "zh", live=live)


def column(grid: Grid, number: int, rows: range) -> list[Any]:
    return [grid.cells[row, number].value or 0 for row in rows]


def test_due_soon_is_counted_in_working_days_of_the_workbook_s_own_calendar(tmp_path: Path) -> None:
    """2024-08-01 is a Thursday: three working days on is Tuesday, or Thursday where Monday and Tuesday are off."""
    rows = [{"name": f"{day}", "due": dt.date(2024, 8, day), "status": "not_started"} for day in (1, 6, 7, 8, 9)]
    off = [{"date": dt.date(2024, 8, day), "kind": "off"} for day in (5, 6)]
    counted = []
    for calendar in ([], off):
        path = tmp_path / f"{len(calendar)}.xlsx"
        build_workbook(path, project={"name": "甲"}, rows={"tasks": rows, "calendar": calendar}, today=TODAY)
        (found,) = read_portfolio(path, today=TODAY).projects
        counted.append([task.name for task in found.tasks if task.timing == "soon"])
        list(sync_workbooks(path, today=TODAY))
        cells = (cell for row in openpyxl.load_workbook(path, data_only=True)["汇总"] for cell in row)
        tile = next(cell for cell in cells if "个工作日内到期" in str(cell.value))
        assert tile.offset(1).value == len(counted[-1])
    assert counted == [["1", "6"], ["1", "6", "7", "8"]]


@given(st.lists(TASKS, max_size=60), st.booleans())
def test_every_task_is_in_one_department_one_state_and_one_piece_of_a_bar(tasks: list[SummaryTask], live: bool) -> None:
    grid = summary(view_of(tasks, live=live))
    lines = range(live_ranges.TOP, TOTAL)
    assert sum(column(grid, 4, lines)) == grid.cells[TOTAL, 4].value == len(tasks)
    for number in (6, 7):
        assert sum(column(grid, number, lines)) == grid.cells[TOTAL, number].value
    pieces = [sum(column(grid, bar, lines)) for bar in live_ranges.BARS]
    assert sum(pieces) == len(tasks)
    ring = column(grid, live_ranges.NUMBERS, range(live_ranges.TOP, live_ranges.TOP + len(live_ranges.STATES)))
    assert sum(ring) == len(tasks)
    assert ring[live_ranges.STATES.index("overdue")] == grid.cells[TOTAL, 6].value


@given(st.lists(RISKS, max_size=30))
def test_every_open_risk_is_in_the_matrix_or_counted_beside_it(risks: list[SummaryRisk]) -> None:
    grid = summary(view_of([], risks))
    matrix = sum(
        cell.value for cell in grid.cells.values() if cell.style.startswith("matrix_") and type(cell.value) is int
    )
    notes = [cell.value for cell in grid.cells.values() if cell.style == "matrix_note" and cell.value]
    unscored = int(str(notes[0]).split()[-1]) if notes else 0
    assert matrix + unscored == len(risks)


def dirty(seed: int) -> dict[str, list[dict[str, Any]]]:
    """Return rows as people type them: odd words, blanks, dates as text, names twice, progress without a task."""
    luck = random.Random(seed)
    words = ["已完成", "进行中", "未开始", "受阻", "延期", "已取消", " 已完成 ", "完成", "搁置", None, "进行中　"]
    departments = ["市场部", "市场部 ", "IT部", "it部", "没有的部门", None, "法务部"]
    days = [TODAY + dt.timedelta(number) for number in (-30, -3, 0, 5, 7, 8, 40)]
    dates = [*days, "下周", "2024-08-05", None]
    tasks = [
        {
            "name": luck.choice(["设计", "开发*", "A~B", None, "测试？", f"任务{number}"]),
            "owner": luck.choice(["张三", None]),
            "department": luck.choice(departments),
            "due": luck.choice(dates),
            "status": luck.choice(words),
        }
        for number in range(60)
    ]
    progress = [
        {
            "task": luck.choice([f"T{luck.randint(1, 70):03}", "t003", None]),
            "finished": luck.choice([*days, "昨天", None]),
            "updated": luck.choice([*days, None]),
        }
        for _ in range(40)
    ]
    scores = [1, 2, 3, 4, 5, 0, 6, 2.5, "高", None]
    risks = [
        {
            "description": luck.choice(["接口不稳", None, f"风险{number}"]),
            "possibility": luck.choice(scores),
            "impact": luck.choice(scores),
            "status": luck.choice(["监控中", "已关闭", "已发生", "不知道", None]),
            "response": luck.choice(["备用", None]),
        }
        for number in range(30)
    ]
    contacts = [{"department": name} for name in ("市场部", None, "IT部", "it部", " 法务部", "客服部")]
    return {"tasks": tasks, "progress": progress, "risks": risks, "contacts": contacts}


def formulas(path: Path) -> dict[str, Any]:
    written, shown = openpyxl.load_workbook(path)["汇总"], openpyxl.load_workbook(path, data_only=True)["汇总"]
    return {
        cell.coordinate: shown[cell.coordinate].value
        for row in written.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A workbook of a project in trouble and two of dirty rows, built and synced."""
    folder = tmp_path_factory.mktemp("live")
    paths = []
    for name, rows in (("faulty", payment.faulty()), ("dirty1", dirty(1)), ("dirty2", dirty(2))):
        path = folder / f"{name}.xlsx"
        build_workbook(path, project={**payment.PROJECT, "status_date": TODAY}, rows=rows, today=TODAY, identity=name)
        list(sync_workbooks([path], today=TODAY))
        paths.append(path)
    return paths


def test_every_figure_is_a_formula_that_computes_what_is_shown(built: list[Path], tmp_path: Path) -> None:
    for ours, theirs in zip(built, convert_all(built, "xlsx", tmp_path, recalculate=True), strict=True):
        written, computed = formulas(ours), formulas(theirs)
        assert len(written) > 250
        different = {
            place: (written[place] or "", computed[place] or "")
            for place in written
            if (written[place] or "") != (computed[place] or "")
        }
        assert different == {}, ours.stem


def test_the_sdk_accepts_it_and_a_second_sync_changes_nothing(built: list[Path]) -> None:
    for path in built:
        assert sdk_errors(path) == []
        (synced,) = sync_workbooks([path], today=TODAY)
        assert synced.state == "unchanged"
        assert not synced.stale


@pytest.mark.parametrize("name", ["seed", "messy", "filled"])
def test_the_dashboard_is_one_page_and_the_full_list_begins_another(name: str, tmp_path: Path) -> None:
    path = Path(shutil.copy(SAMPLES / f"{name}.xlsx", tmp_path))
    list(sync_workbooks([path], today=TODAY))
    pdf = convert(path, "pdf", tmp_path / "pdf")
    text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, encoding="utf-8", check=True).stdout
    pages = ["".join(page.split()) for page in text.split("\f")]
    at = next(number for number, page in enumerate(pages) if "任务总数" in page and "部门进度" in page)
    assert "黑白打印可读" in pages[at]
    assert "全部发现" not in pages[at]
    assert "全部发现" in pages[at + 1]


def charts(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")]


def test_charts_refer_to_the_sheet_by_the_title_it_bears_and_carry_its_numbers(tmp_path: Path) -> None:
    path = Path(shutil.copy(SAMPLES / "seed.xlsx", tmp_path))
    book = openpyxl.load_workbook(path)
    book.create_sheet("汇总")["A1"] = "我自己的汇总"
    book.save(path)
    list(sync_workbooks([path], today=TODAY))
    sheet = openpyxl.load_workbook(path, data_only=True)["汇总 (2)"]
    drawn = charts(path)
    assert len(drawn) == 3
    for chart in drawn:
        references = re.findall(r"<c:f>(.*?)!\$([A-Z]+)\$(\d+):\$[A-Z]+\$(\d+)</c:f>", chart)
        assert {title for title, *_ in references} == {"'汇总 (2)'"}
        assert "<c:v>" in chart.partition("<c:numCache>")[2]
        for area, cache in re.findall(r"<c:numRef><c:f>[^!]*!(.*?)</c:f><c:numCache>(.*?)</c:numCache>", chart):
            points = dict(re.findall(r'<c:pt idx="(\d+)"><c:v>(.*?)</c:v>', cache))
            values = [row[0].value for row in sheet[area.replace("$", "")]]
            assert {int(at): float(value) for at, value in points.items()} == {
                at: value for at, value in enumerate(values) if isinstance(value, int | float)
            }


def test_a_chart_that_somebody_added_to_the_summary_is_never_lost(tmp_path: Path) -> None:
    path = Path(shutil.copy(SAMPLES / "seed.xlsx", tmp_path))
    list(sync_workbooks([path], today=TODAY))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    drawing = next(name for name in parts if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name))
    parts[drawing] = parts[drawing].replace(b'name="collabxl ring"', 'name="图表 1"'.encode())
    for name in [name for name in parts if name.startswith("xl/charts/chart")]:  # of numbers that stand elsewhere
        parts[name] = parts[name].replace("汇总".encode(), "任务分工表".encode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    list(sync_workbooks([path], today=TODAY + dt.timedelta(1)))
    assert openpyxl.load_workbook(path).sheetnames[-2:] == ["汇总", "汇总 (2)"]
    with zipfile.ZipFile(path) as archive:
        assert archive.read(drawing) == parts[drawing]
