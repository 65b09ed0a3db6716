"""``report`` as people type it: what it writes, what it says, and how it ends."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.samples.__main__ import SAMPLES

pytestmark = pytest.mark.slow


def run(*words: str | Path, lang: str = "en") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLLABXL_LANG": lang, "COLLABXL_TODAY": "2024-08-01"}
    command = [sys.executable, "-m", "collabxl", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, timeout=120)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("all")
    for name in ("clean", "messy", "seed"):
        shutil.copy(SAMPLES / f"{name}.xlsx", made)
    return made


@pytest.mark.parametrize(
    ("kind", "suffix", "begins"), [("dashboard", ".html", b"<!doc"), ("portfolio", ".xlsx", b"PK")]
)
def test_it_writes_the_report_and_touches_no_workbook(folder: Path, kind: str, suffix: str, begins: bytes) -> None:
    before = {path: path.read_bytes() for path in folder.glob("*.xlsx")}
    output = folder.parent / f"{kind}{suffix}"
    done = run("report", kind, folder, "--output", output)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{output} written: 3 projects\n"
    assert output.read_bytes().startswith(begins)
    assert before == {path: path.read_bytes() for path in folder.glob("*.xlsx")}


def test_what_cannot_be_read_is_told_and_listed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"PK")
    output = tmp_path / "out.html"
    done = run("report", "dashboard", folder, tmp_path, tmp_path / "gone.xlsx", "--output", output, lang="zh")
    assert done.returncode == 3
    assert "broken.xlsx" in done.stderr and "gone.xlsx" in done.stderr and "Traceback" not in done.stderr
    assert "3 个项目" in done.stdout
    assert "broken.xlsx" in output.read_text(encoding="utf-8")


def test_a_wrong_name_is_refused_before_anything_is_read(folder: Path) -> None:
    done = run("report", "dashboard", folder, "--output", folder.parent / "page.xlsx")
    assert done.returncode == 2 and "page.html" in done.stderr
    workbook = folder / "seed.xlsx"
    before = workbook.read_bytes()
    for paths in (workbook, folder):
        done = run("report", "portfolio", paths, "--output", workbook)
        assert done.returncode == 2 and "another name" in done.stderr
    assert workbook.read_bytes() == before
    apart = Path(shutil.copy(workbook, folder.parent / "apart.xlsx"))
    done = run("report", "portfolio", folder, "--output", apart)
    assert done.returncode == 2 and apart.read_bytes() == before
    done = run("report", "portfolio", folder, "--output", folder.parent / "no" / "where.xlsx")
    assert done.returncode == 3 and "No such folder" in done.stderr


def test_help_loads_neither_pandas_nor_lxml() -> None:
    for words in ((), ("dashboard",), ("portfolio",)):
        code = (
            "import sys; from collabxl.cli import main\n"
            f"sys.argv = ['collabxl', 'report', *{words!r}, '--help']\n"
            "try: main()\n"
            "except SystemExit as end: assert not end.code\n"
            "assert not {'pandas', 'lxml', 'numpy', 'xlsxwriter'} & set(sys.modules)"
        )
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)
