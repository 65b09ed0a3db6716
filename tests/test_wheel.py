"""The wheel alone, in an empty environment's stead: everything that is not code is inside it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

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
