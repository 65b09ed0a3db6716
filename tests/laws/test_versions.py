"""Workbooks of other versions: what we write into them follows their formulas, as a hard recalculation shows."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import collabxl
from collabxl import fix_workbooks, merge_copies, split, sync_workbooks
from collabxl.formulas import layout
from collabxl.ooxml.edit import set_cells
from collabxl.ooxml.package import Package
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.schema.sheets import Progress, Tasks
from tests.laws.computing import differing

pytestmark = pytest.mark.slow

KEPT = Path(__file__).parent / "built"
"""By version, what it built: workbooks, a department's copy, a ledger."""
VERSIONS = sorted(path.name for path in KEPT.iterdir())
TODAY = dt.date.today()
"""The kept workbooks tell no 数据日期."""
_SITE = '    site = Column(t("地点", "Site"), Line(), t("在哪里", "Where"))\n'
OTHERWISE = {
    "schema/sheets.py": ("    milestone = Column(", f"{_SITE}    milestone = Column("),
    "formulas/formula_fields.py": ('("state", "late.order"', '("itself", "state", "late.order"'),
    "formulas/layout.py": ("ROWS = 300", "ROWS = 280"),
    "rules/dl_dates.py": ("AND(ISNUMBER({due}),{due}<{today},{open})", "AND(ISNUMBER({due}),{due}<={today},{open})"),
}
"""What the sources of another version say instead: a column more, another hidden sheet, other formulas."""
_BUILD = """
import datetime as dt, sys
from pathlib import Path
from collabxl.pipeline.new_workbook import build_workbook
from tests.laws.dirty import content
project, rows = content(21, 20, 0.2)
build_workbook(Path(sys.argv[1]), project=project, rows=rows, today=dt.date(2024, 8, 1))
"""


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook as a version builds it whose declaration, formulas and hidden sheet are others."""
    folder = tmp_path_factory.mktemp("other")
    root = Path(collabxl.__file__).parent
    shutil.copytree(root, folder / "collabxl")
    shutil.copytree(root.parent / "templates", folder / "templates")
    for name, (was, instead) in OTHERWISE.items():
        source = folder / "collabxl" / name
        text = source.read_text(encoding="utf-8")
        assert text.count(was) == 1, name
        source.write_text(text.replace(was, instead), encoding="utf-8")
    path = folder / "other.xlsx"
    roots = [str(folder), str(Path(__file__).parents[2])]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(roots), "PYTHONSAFEPATH": "1"}
    subprocess.run([sys.executable, "-c", _BUILD, path], check=True, env=environ, timeout=300)
    return path


def stale(path: Path) -> None:
    """Change cells as programs do that compute nothing."""
    package = Package(path.read_bytes())
    book = WorkbookPart(package)
    for sheet, column, value in ((Tasks, Tasks.due, dt.date(2024, 7, 3)), (Progress, Progress.task, "T002")):
        title = next(tab.title for tab in book.sheets if tab.title in sheet.meta.title.both)
        set_cells(book, title, {(layout.FIRST + 1, layout.column_number(column)): value}, locked=True)
    path.write_bytes(package.save())


def handled(path: Path) -> list[Path]:
    """Sync and fix a workbook and return it; a second run of either writes nothing."""
    for _ in range(2):
        states = [synced.state for synced in sync_workbooks([path], today=TODAY, jobs=1)]
    assert states == ["unchanged"]
    for _ in range(2):
        written = [fixed.written for fixed in fix_workbooks([path], today=TODAY, jobs=1)]
    assert written == [False]
    return [path]


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_version_built_shows_what_it_computes(version: str, tmp_path: Path) -> None:
    """Synced and fixed; a copy of then merged; split into copies of today."""
    written = []
    for name in ("handed-zh.xlsx", "handed-en.xlsx"):
        target = Path(shutil.copy(KEPT / version / name, tmp_path / name))
        stale(target)
        written += handled(target)
    folder = tmp_path / "merged"
    folder.mkdir()
    for name in ("handed-zh.xlsx", "handed-zh.ledger.sqlite", "copy.xlsx"):
        shutil.copy(KEPT / version / name, folder / name)
    master = folder / "handed-zh.xlsx"
    merged = merge_copies(master, [folder / "copy.xlsx"], today=TODAY)
    assert [result.error for result in merged.results] == [None]
    if not merged.written:  # then its figures are those of the day on which it was kept
        handled(master)
    copies = [copy.path for copy in split(master, tmp_path / "copies", today=TODAY).copies]
    merged_too = Path(shutil.move(master, tmp_path / "merged.xlsx"))
    assert differing([*written, merged_too, copies[0]], tmp_path / "computed") == {}


def test_what_another_version_builds_shows_what_it_computes(other: Path, tmp_path: Path) -> None:
    target = Path(shutil.copy(other, tmp_path / "other.xlsx"))
    stale(target)
    assert differing(handled(target), tmp_path / "computed") == {}
