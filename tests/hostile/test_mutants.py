"""Workbooks gone wrong at random: the worker may refuse or die, the caller never, and nobody takes too much.

COLLABXL_TORTURE=long makes 2,000 of them instead of 150, COLLABXL_TORTURE=<number> as many.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from collabxl import ErrorKind, FileError, Reading
from collabxl.workers.pool import Worker
from tests.hostile.cases import CASES
from tests.hostile.mutants import CHANGES, mutants, own_seeds
from tests.hostile.package import Part
from tools.samples.__main__ import SAMPLES

SEED = 20240801
SHORT, LONG = 150, 2_000
MOST_SECONDS = 10.0
MOST_MEMORY = 512 * 2**20
RAW = """
import sys
from python_calamine import CalamineWorkbook
book = CalamineWorkbook.from_path(sys.argv[1])
for name in book.sheet_names:
    book.get_sheet_by_name(name).to_python()
"""


def how_many() -> int:
    asked = os.environ.get("COLLABXL_TORTURE", "")
    return int(asked) if asked.isdigit() else LONG if asked == "long" else SHORT


def parts_of(path: Path) -> list[Part]:
    """Return the parts of a sample."""
    book = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    return [Part(name, book.read(name)) for name in book.namelist()]


def memory_of(process: int) -> int:
    """Return the most memory a process has taken so far, in bytes; 0 where the system does not tell."""
    status = Path(f"/proc/{process}/status")
    lines = status.read_text("ascii", "replace").splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def test_no_mutant_harms_the_caller(tmp_path: Path) -> None:
    seeds = [*own_seeds(), *own_seeds(), parts_of(SAMPLES / "seed.xlsx"), parts_of(SAMPLES / "filled.xlsx")]
    path = tmp_path / "mutant.xlsx"
    worker = Worker(seconds=MOST_SECONDS)
    kinds: Counter[str] = Counter()
    peak = 0
    try:
        for name, content in mutants(SEED, how_many(), seeds):
            path.write_bytes(content)
            answer = worker.read(str(path))
            assert isinstance(answer, Reading | FileError)
            kind = answer.kind if isinstance(answer, FileError) else "ok"
            assert kind in {"ok", *get_args(ErrorKind)} - {"timeout"}, name
            if isinstance(answer, FileError):
                assert answer.say("zh") != answer.say("en"), name
            kinds[kind] += 1
            peak = max(peak, memory_of(worker.start().pid))
            assert path.read_bytes() == content
    finally:
        worker.close()
    print(dict(kinds), f"peak memory of the worker: {peak // 2**20} MB")
    assert peak <= MOST_MEMORY
    assert kinds["ok"] > kinds.total() / 10
    assert kinds["corrupt"] > kinds.total() / 10


def test_mutants_are_the_same_for_the_same_seed() -> None:
    once, again = (dict(mutants(1, len(CHANGES) * 2, own_seeds())) for _ in range(2))
    assert once == again
    assert len(set(once.values())) > len(CHANGES)


@pytest.mark.parametrize("name", ["15-count-of-strings", "17-stray-xfd1048576"])
def test_without_the_guard_the_same_files_kill(name: str, tmp_path: Path) -> None:
    """The control: if this passes, the files above prove nothing any more."""
    path = tmp_path / "poison.xlsx"
    path.write_bytes(next(case for case in CASES if case.name == name).make())
    done = subprocess.run([sys.executable, "-c", RAW, str(path)], capture_output=True, timeout=60, check=False)
    assert done.returncode not in (0, 1)
