"""After any write every stored result is what a hard recalculation shows, and a second run writes nothing."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from random import Random

import pytest

from collabxl.exchange.ledger import Ledger
from collabxl.exchange.merge_run import merge_copies
from collabxl.exchange.split import split
from collabxl.exchange.undo import undo, undo_merge
from collabxl.pipeline.fix import fix_workbooks
from collabxl.pipeline.new_workbook import build_workbook
from collabxl.pipeline.sync import sync_workbooks
from tests.exchange.masters import filled, master
from tests.laws import acts
from tests.laws.computing import differing
from tests.laws.dirty import TODAY, content
from tests.parts.office import running

pytestmark = pytest.mark.slow

ROWS = 9
UNTOLD = "rows sorted"
"""Of this workbook the 数据日期 is taken away, so that the real today counts."""
Dirtied = list[tuple[Path, dt.date]]


@pytest.fixture(scope="module")
def dirtied(tmp_path_factory: pytest.TempPathFactory) -> Dirtied:
    """Workbooks in which people and programs did what they do, each with the day that counts as today."""
    folder = tmp_path_factory.mktemp("dirtied")
    made = []
    with running(folder):
        for number, (name, act) in enumerate(acts.ACTS.items()):
            chance = Random(name)
            path = folder / f"{name}.xlsx"
            project, rows = content(number, ROWS, 0.25)
            build_workbook(path, project=project, rows=rows, today=TODAY)
            acts.acted(path, act, chance)
            acts.stale(path, chance)
            if name == UNTOLD:
                acts.day_told(path, None)
            made.append((path, dt.date.today() if name == UNTOLD else TODAY))
    return made


def test_after_a_sync(dirtied: Dirtied, tmp_path: Path) -> None:
    written = []
    for today, paths in _copied(dirtied, tmp_path).items():
        for synced in sync_workbooks(paths, today=today, jobs=1):
            assert synced.outcome.error is None
            assert synced.state == "written"
        before = [path.read_bytes() for path in paths]
        states = {path.name: again.state for path, again in zip(paths, sync_workbooks(paths, today=today), strict=True)}
        assert set(states.values()) == {"unchanged"}, states
        assert [path.read_bytes() for path in paths] == before
        written += paths
    assert differing(written, tmp_path / "computed") == {}


def test_after_a_fix(dirtied: Dirtied, tmp_path: Path) -> None:
    written = []
    for today, paths in _copied(dirtied, tmp_path).items():
        for path, fixed in zip(paths, fix_workbooks(paths, today=today, jobs=1), strict=True):
            assert fixed.outcome.error is None
            written += [path] if fixed.written else []
        assert not any(each.written for each in fix_workbooks(paths, today=today, jobs=1))
    assert len(written) > len(dirtied) / 2
    assert differing(written, tmp_path / "computed") == {}


def _copied(dirtied: Dirtied, folder: Path) -> dict[dt.date, list[Path]]:
    """Return copies of the workbooks by the day that counts as today, so that each day is one run."""
    copies: dict[dt.date, list[Path]] = {}
    for path, today in dirtied:
        copies.setdefault(today, []).append(Path(shutil.copy(path, folder / path.name)))
    return copies


def test_after_an_exchange(tmp_path: Path) -> None:
    """A master with formulas of people: split, merged with what a department sent back, and all that undone again.

    And a workbook as it is built, which no program has opened: LibreOffice computes it in another order.
    """
    fresh = tmp_path / "fresh.xlsx"
    project, rows = content(3, ROWS, 0.25)
    build_workbook(fresh, project=project, rows=rows, today=TODAY)
    book = master(tmp_path / "master.xlsx")
    with running(tmp_path):
        acts.acted(book, acts.type_formulas, Random(0))
    copy = split(book, tmp_path / "copies", today=TODAY).copies[0]
    task, progress = copy.share.own["tasks"][0], copy.share.own["progress"][0]
    cells = {("tasks", task, "status"): "已完成", ("progress", progress, "progress"): 0.75}
    back = filled(copy.path, tmp_path / "back.xlsx", cells)
    assert merge_copies(book, [back], today=TODAY).written
    written = [copy.path, Path(shutil.copy(book, tmp_path / "merged.xlsx"))]
    with Ledger(book) as ledger:
        taken = next(each for each in ledger.entries() if each.spot and each.spot.key == "status")
    undo(book, taken.number, today=TODAY)
    written.append(Path(shutil.copy(book, tmp_path / "undone.xlsx")))
    undo_merge(book, taken.number, today=TODAY)
    assert differing([*written, book, fresh], tmp_path / "computed") == {}
