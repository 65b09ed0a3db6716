"""The wheel alone: all that is not code is inside, and a newcomer's whole path works where it is installed."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from collabxl.schema.sheets import Progress, Tasks
from tests.parts import require, resaved
from tools.newcomer import Newcomer

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder, ROOT]
    subprocess.run(command, check=True, timeout=300)
    (made,) = folder.glob("*.whl")
    return made


def test_templates_macros_and_samples_are_inside(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for wanted in (
        "templates/theme.toml",
        "templates/mail/split.toml",
        "templates/pages/dashboard.html",
        "macros/README.md",
        "macros/collabxl.xlam",
        "macros/i18n.toml",
        "macros/collabxl.applescript",
        "samples/seed.xlsx",
        "samples/seed.findings.txt",
        "cli/main.py",
        "py.typed",
    ):
        assert f"collabxl/{wanted}" in names
    assert not [name for name in names if name.startswith("tests/")]


def test_it_runs_where_the_checkout_is_not(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(home)
    code = "import collabxl, sys; from collabxl.cli import main; assert 'installed' in collabxl.__file__; main()"
    environment = {**os.environ, "PYTHONPATH": str(home), "COLLABXL_LANG": "en"}
    for words, code_wanted in (
        (("new", "book.xlsx", "--name", "X"), 0),
        (("check", "book.xlsx"), 1),
        (("sync", "book.xlsx"), 1),
    ):
        done = subprocess.run(
            [sys.executable, "-P", "-c", code, *words],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == code_wanted, done.stderr


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return collabxl in a new environment that holds the wheel and what it asks for, documents included."""
    home = tmp_path_factory.mktemp("env")
    subprocess.run([sys.executable, "-m", "venv", home], check=True, timeout=120)
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    quiet = ["--quiet", "--no-compile", "--disable-pip-version-check"]
    done = subprocess.run(
        [scripts / "python", "-m", "pip", "install", *quiet, f"{wheel}[docs]"], capture_output=True, timeout=600
    )
    require(done.returncode == 0, f"a package index to install from ({done.stderr.decode(errors='replace')[-300:]})")
    return scripts / "collabxl"


def row_of(path: Path, sheet: str, id: str) -> int:
    column = openpyxl.load_workbook(path)[sheet]["A"]
    return next(cell.row for cell in column if cell.value == id)


def test_a_newcomer_s_path(program: Path, tmp_path: Path) -> None:
    """From an empty folder to a verified archive, people filling in with LibreOffice; ``-s`` shows the transcript."""
    new = Newcomer(program, tmp_path)
    book, tasks, progress = tmp_path / "项目.xlsx", Tasks.meta.title.zh, Progress.meta.title.zh
    assert "新产品上市" in new.types("collabxl templates")
    new.types("collabxl new 项目.xlsx --template 新产品上市 --name 秋季新品上市 --start 2024-07-01 --lead 王经理")
    new.does("LibreOffice：T001 已完成；T003 的优先级写成 P0，依赖写了两遍")
    done = {"F6": "2024-07-01", "G6": "2024-07-03", "H6": "100%", "I6": "已完成", "P6": "2024-07-15"}
    typed = {(progress, place): text for place, text in done.items()}
    typed |= {(tasks, "I6"): "已完成", (tasks, "G8"): "P0", (tasks, "H8"): "T001、T001"}
    resaved(book, tmp_path / "saved", typed).replace(book)
    faults = new.types("collabxl check 项目.xlsx", code=1)
    assert "CV102" in faults and "DP305" in faults
    assert "DL401" not in faults.split("F7")[0]
    assert "P0" in new.types("collabxl fix 项目.xlsx --dry-run", code=1)
    new.types("collabxl fix 项目.xlsx", code=1)
    mended = new.types("collabxl check 项目.xlsx", code=1)
    assert "CV102" not in mended and "DP305" not in mended
    new.types("collabxl split 项目.xlsx --output 副本 --mail")
    copy = tmp_path / "副本" / "项目_市场部.xlsx"
    new.does("LibreOffice：市场部把 T002 改为进行中，进度 60%，存到“交回”")
    own, line = row_of(copy, tasks, "T002"), row_of(copy, progress, "P002")
    (tmp_path / "交回").mkdir()
    work = {"F": "2024-07-05", "H": "60%", "I": "进行中", "P": "2024-07-15"}
    typed = {(tasks, f"I{own}"): "进行中", **{(progress, f"{column}{line}"): text for column, text in work.items()}}
    resaved(copy, tmp_path / "saved", typed).replace(tmp_path / "交回" / "市场部.xlsx")
    assert "市场部，采用 5 处" in new.types("collabxl merge 项目.xlsx 交回")
    assert "60%" in new.types("collabxl log 项目.xlsx P002")
    new.types("collabxl sync 项目.xlsx", code=1)
    new.types("collabxl report dashboard 项目.xlsx --output 项目_总览.html")
    new.types("collabxl report letter 项目.xlsx")
    packed = new.types("collabxl archive 项目.xlsx")
    assert "部门副本：9 个" in packed and "文书与报告：7 个" in packed
    assert "完好" in new.types("collabxl archive --verify 项目.archive.zip")
    print(new.told())
