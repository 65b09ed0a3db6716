"""汇总 stays one, where it stands and fresh, whatever program has saved the workbook in between; so does 冲突."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from collabxl import Conflict, Spot, sync_workbooks
from collabxl.exchange import conflicts
from collabxl.ooxml import own_sheet
from collabxl.ooxml.package import Package
from collabxl.pipeline.workbook_patch import WorkbookChanges, patch_workbook
from collabxl.workbook.grid import SIGNED, Cell, Grid
from tests.hostile.package import BOOK
from tests.ooxml.editors import EDITORS, OTHERS, by_openpyxl
from tools.samples.__main__ import SAMPLES, TODAY

pytestmark = pytest.mark.slow

Editor = Callable[[Path], None]
every_editor = pytest.mark.parametrize("editor", [*EDITORS, *OTHERS], ids=lambda editor: editor.__name__)
SAMPLED = [(sample, editor) for editor in EDITORS for sample in ("filled", "messy", "english")]
SAMPLED += [("filled", editor) for editor in OTHERS]


def sync(path: Path, today: dt.date = TODAY) -> None:
    (synced,) = sync_workbooks([path], today=today, jobs=1)
    assert synced.outcome.error is None


def opened(path: Path) -> openpyxl.Workbook:
    with warnings.catch_warnings(action="ignore"):
        return openpyxl.load_workbook(path)


def texts(path: Path, title: str) -> set[object]:
    return {cell for row in opened(path)[title].iter_rows(values_only=True) for cell in row}


def test_reader_and_painter_agree_on_the_cell() -> None:
    assert own_sheet.SIGNED == SIGNED


@pytest.mark.slow
@pytest.mark.parametrize(("sample", "editor"), SAMPLED, ids=lambda each: getattr(each, "__name__", each))
def test_the_summary_stays_one(sample: str, editor: Editor, tmp_path: Path) -> None:
    path = Path(shutil.copy(SAMPLES / f"{sample}.xlsx", tmp_path / "w.xlsx"))
    sync(path)
    before = opened(path).sheetnames
    title = "Summary" if sample == "english" else "汇总"
    for day in range(1, 3):
        editor(path)
        sync(path, TODAY + dt.timedelta(day))
        assert opened(path).sheetnames == before
        told = (TODAY + dt.timedelta(day)).isoformat()
        assert any(told in str(text) for text in texts(path, title)), "it is fresh"
    synced = path.read_bytes()
    sync(path, TODAY + dt.timedelta(2))
    assert path.read_bytes() == synced


@every_editor
def test_the_sheet_of_conflicts_stays_one(editor: Editor, tmp_path: Path) -> None:
    path = Path(shutil.copy(SAMPLES / "filled.xlsx", tmp_path / "w.xlsx"))
    for number in range(3):
        line = Conflict(Spot("tasks", f"T{number:03}", "name"), "旧", "我们的", "他们的", "市场部")
        grid = conflicts.grid([line], "zh")
        path.write_bytes(patch_workbook(path.read_bytes(), WorkbookChanges(sheets={conflicts.MARKER: grid})))
        assert [title for title in opened(path).sheetnames if title.startswith("冲突")] == ["冲突"]
        assert f"T{number:03}" in texts(path, "冲突")
        editor(path)


def test_a_sheet_of_the_users_own_of_that_title_is_kept(tmp_path: Path) -> None:
    path = Path(shutil.copy(SAMPLES / "messy.xlsx", tmp_path / "w.xlsx"))
    book = opened(path)
    book.create_sheet("汇总").append(["我们自己的汇总"])
    book.save(path)
    for _ in range(2):
        sync(path)
        by_openpyxl(path)
    assert [title for title in opened(path).sheetnames if title.startswith("汇总")] == ["汇总", "汇总 (2)"]
    assert texts(path, "汇总") == {"我们自己的汇总"}


def test_a_chart_that_people_put_on_it_is_kept(tmp_path: Path) -> None:
    path = Path(shutil.copy(SAMPLES / "messy.xlsx", tmp_path / "w.xlsx"))
    sync(path)
    book = opened(path)
    chart = openpyxl.chart.BarChart()
    chart.add_data(openpyxl.chart.Reference(book["任务分工"], min_col=1, min_row=1, max_row=3))
    book["汇总"].add_chart(chart, "AC3")
    book.save(path)
    sync(path)
    assert len(opened(path)["汇总"]._charts) == 4
    assert "汇总 (2)" in opened(path).sheetnames


def test_nobody_sees_or_prints_the_sign() -> None:
    grid = Grid("x")
    grid.put_marker("_ours")
    assert grid.cells[SIGNED] == Cell("_ours", "unseen")


def leading_to(content: bytes, marker: str, place: int, title: str) -> bytes:
    """Return a workbook in which our marker belongs to another sheet, and leads to the sheet of a title."""
    package = Package(content)
    name = f'<definedName name="{marker}" localSheetId="{place}" hidden="1">{title}!$A$1</definedName>'.encode()
    said = re.sub(rb'<definedName name="%s".*?</definedName>' % marker.encode(), b"", package.read(BOOK))
    package.put(BOOK, said.replace(b"</definedNames>", name + b"</definedNames>"))
    return package.save()


@pytest.mark.parametrize("truly", [False, True])
def test_a_sheet_of_people_is_never_renewed_whatever_marks_it_bears(truly: bool, tmp_path: Path) -> None:
    """A program that counts sheets wrongly, or somebody who means harm, makes our marker that of a sheet of rows."""
    path = Path(shutil.copy(SAMPLES / "messy.xlsx", tmp_path / "w.xlsx"))
    sync(path)
    titles = opened(path).sheetnames
    place, rows = next((at, title) for at, title in enumerate(titles) if title.startswith("任务分工"))
    before = texts(path, rows)
    led = leading_to(path.read_bytes(), "_collabxl_summary", place, f"'{rows}'" if truly else "汇总")
    path.write_bytes(led)
    sync(path)
    assert texts(path, rows) == before
    assert opened(path).sheetnames == titles
