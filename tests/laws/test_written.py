"""After any write every stored result is what a hard recalculation shows, and a second run writes nothing."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from random import Random

import pytest

from collabxl.compose import build_workbook
from collabxl.fix import fix_workbooks
from collabxl.sync import sync_workbooks
from tests.laws import acts
from tests.laws.computing import differing
from tests.laws.dirty import TODAY, content
from tests.parts.office import running

pytestmark = pytest.mark.slow

ROWS = 9
UNTOLD = "rows sorted"
"""Of this workbook the 数据日期 is taken away, so that the real today counts."""
Dirtied = list[tuple[Path, dt.date]]
OPEN = {"sheets renamed", "own formulas"}
"""Where the law does not hold yet: formulas of a renamed sheet, and those of people that follow from what we renew."""


@pytest.fixture(scope="module")
def dirtied(tmp_path_factory: pytest.TempPathFactory) -> Dirtied:
    """Workbooks in which people and programs did what they do, each with the day that counts as today."""
    folder = tmp_path_factory.mktemp("dirtied")
    made = []
    with running(folder):
        for number, (name, act) in enumerate(acts.ACTS.items()):
            if name in OPEN:
                continue
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
    for path, today in dirtied:
        target = Path(shutil.copy(path, tmp_path / path.name))
        (synced,) = sync_workbooks([target], today=today, jobs=1)
        assert synced.outcome.error is None
        assert synced.state == "written"
        before = target.read_bytes()
        (again,) = sync_workbooks([target], today=today, jobs=1)
        assert again.state == "unchanged", path.name
        assert target.read_bytes() == before
        written.append(target)
    assert differing(written, tmp_path / "computed") == {}


def test_after_a_fix(dirtied: Dirtied, tmp_path: Path) -> None:
    written = []
    for path, today in dirtied:
        target = Path(shutil.copy(path, tmp_path / path.name))
        (fixed,) = fix_workbooks([target], today=today, jobs=1)
        assert fixed.outcome.error is None
        written += [target] if fixed.written else []
        assert not any(each.written for each in fix_workbooks([target], today=today, jobs=1))
    assert len(written) > len(dirtied) / 2
    assert differing(written, tmp_path / "computed") == {}
