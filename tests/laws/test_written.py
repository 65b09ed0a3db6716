"""After any write of ours every stored result is what a hard recalculation by LibreOffice shows, and a second run
writes nothing."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from random import Random
from typing import Any

import pytest

from collabxl.compose import build_workbook
from collabxl.fix import fix_workbooks
from collabxl.opc.book import Book
from collabxl.opc.package import Package
from collabxl.opc.sheetxml import sheet_of
from collabxl.opc.strings import Strings
from collabxl.recalc.sheets import Worksheet
from collabxl.recalc.values import Fault
from collabxl.sync import sync_workbooks
from tests.laws import acts
from tests.laws.dirty import TODAY, content
from tests.parts import convert_all
from tests.parts.office import running

ROUNDS = 3


def results(path: Path) -> dict[str, Any]:
    """Return what every formula of a workbook shows as the file itself has it, by sheet and cell."""
    book = Book(Package(path.read_bytes()))
    strings = Strings(book)
    return {
        f"{tab.title}!{row},{column}": _plain(shown)
        for tab in book.sheets
        for (row, column), shown in Worksheet(sheet_of(book, tab.title), strings).stored.items()
    }


def _plain(shown: Any) -> Any:
    if isinstance(shown, Fault):
        return shown.code
    return round(shown, 6) if isinstance(shown, float) else shown


def differing(paths: list[Path], folder: Path) -> dict[str, Any]:
    """Return what LibreOffice shows otherwise once it has computed everything anew."""
    found: dict[str, Any] = {}
    for path, theirs in zip(paths, convert_all(paths, "xlsx", folder, recalculate=True), strict=True):
        written, computed = results(path), results(theirs)
        assert len(written) > 1000
        found |= {
            f"{path.name} {place}": (value, computed.get(place))
            for place, value in written.items()
            if value != computed.get(place)
        }
    return found


@pytest.fixture(scope="module")
def dirtied(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, dt.date]]:
    """Workbooks in which people and programs did what they do, each with the day that counts as today."""
    folder = tmp_path_factory.mktemp("dirtied")
    made = []
    with running(folder):
        for number in range(ROUNDS):
            project, rows = content(number, 40, 0.2)
            for name, act in acts.ACTS.items():
                chance = Random(f"{number} {name}")
                path = folder / f"{name} {number}.xlsx"
                build_workbook(path, project=project, rows=rows, today=TODAY)
                acts.acted(path, act, chance)
                acts.stale(path, chance)
                if number == 1:
                    acts.day_told(path, None)
                made.append((path, dt.date.today() if number == 1 else TODAY))
    return made


def test_after_a_sync(dirtied: list[tuple[Path, dt.date]], tmp_path: Path) -> None:
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


def test_after_a_fix(dirtied: list[tuple[Path, dt.date]], tmp_path: Path) -> None:
    written = []
    for path, today in dirtied:
        target = Path(shutil.copy(path, tmp_path / path.name))
        (fixed,) = fix_workbooks([target], today=today, jobs=1)
        assert fixed.outcome.error is None
        written += [target] if fixed.written else []
        assert not any(each.written for each in fix_workbooks([target], today=today, jobs=1))
    assert len(written) > ROUNDS
    assert differing(written, tmp_path / "computed") == {}
