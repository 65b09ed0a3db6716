"""Workbooks gone wrong at random, fixed and synced: refused or written, never a crash; a second sync changes nothing.

COLLABXL_TORTURE=long makes 300 of them instead of 60.
"""

from __future__ import annotations

import os
from pathlib import Path

from collabxl import fix_workbooks, sync_workbooks
from tests.hostile.mutants import mutants, own_seeds
from tools.samples.__main__ import TODAY

SEED = 99
COUNT = 300 if os.environ.get("COLLABXL_TORTURE") == "long" else 60


def test_what_is_written_once_is_the_same_twice(tmp_path: Path) -> None:
    for name, content in mutants(SEED, COUNT, own_seeds()):
        (tmp_path / f"{name}.xlsx").write_bytes(content)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    for fixed in fix_workbooks([tmp_path], today=TODAY):
        assert fixed.written or Path(fixed.outcome.path).read_bytes() == before[Path(fixed.outcome.path)]
    first = {Path(each.outcome.path): each for each in sync_workbooks([tmp_path], today=TODAY, annotate=True)}
    written = {path: path.read_bytes() for path, each in first.items() if each.state == "written"}
    assert len(written) > COUNT / 5
    for each in sync_workbooks([tmp_path], today=TODAY, annotate=True):
        path = Path(each.outcome.path)
        if path in written:
            assert each.state == "unchanged", (path.name, each.outcome.error)
            assert path.read_bytes() == written[path]
    assert sorted(tmp_path.iterdir()) == sorted(before)
