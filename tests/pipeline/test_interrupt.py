"""Ctrl-C: what is done is told and written, nothing is left running, no traceback."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from tools.samples.__main__ import SAMPLES

pytestmark = pytest.mark.skipif(os.name == "nt", reason="named pipes and sessions are POSIX")
TODAY = ("--today", "2024-08-01")


WAITING = """
import sys
def wait(event, args):
    if event == "open" and str(args[0]).endswith("3.xlsx") and "collabxl.workers.process" in sys.orig_argv:
        with open({pipe!r}, "rb") as pipe:
            pipe.read()
sys.addaudithook(wait)
"""
"""What a worker imports as it starts: it waits at the third workbook as long as somebody holds the pipe."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two workbooks, one on which every reader waits, and one behind it."""
    made, site = tmp_path / "books", tmp_path / "site"
    for each in (made, site):
        each.mkdir()
    for number in range(1, 5):
        shutil.copy(SAMPLES / "seed.xlsx", made / f"{number}.xlsx")
    os.mkfifo(site / "pipe")
    (site / "sitecustomize.py").write_text(WAITING.format(pipe=str(site / "pipe")), encoding="utf-8")
    return made


def interrupted(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command until it reads the pipe, press Ctrl-C as a terminal does, and return what came of it."""
    paths = [str(folder / f"{number}.xlsx") for number in (1, 2, 3, 4)]
    command = [sys.executable, "-m", "collabxl", "--lang", "en", *words, *paths, "--jobs", "1", *TODAY]
    site = folder.with_name("site")
    options: dict[str, Any] = {"text": True, "encoding": "utf-8", "start_new_session": True}
    environ = {**os.environ, "PYTHONPATH": str(site)}
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ, **options) as process,
        (site / "pipe").open("wb"),
    ):  # opens when the worker does
        children = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert children
    assert not psutil.wait_procs(children, timeout=10)[1], "no worker outlives the run"
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def test_json_is_whole_and_has_what_was_done(folder: Path) -> None:
    done = interrupted(folder, "check", "--format", "json")
    assert done.returncode == 130
    assert [Path(book["path"]).name for book in json.loads(done.stdout)["workbooks"]] == ["1.xlsx", "2.xlsx"]
    assert done.stderr == "collabxl: Stopped by Ctrl-C: 2 workbooks are done, the rest is not\n"


def test_what_was_done_is_written(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "found.jsonl"
    assert interrupted(folder, "check", "--format", "jsonl", "--output", str(output)).returncode == 130
    assert len(output.read_text(encoding="utf-8").splitlines()) == 2


def test_a_sync_ends_between_two_files(folder: Path) -> None:
    before = (folder / "4.xlsx").read_bytes()
    done = interrupted(folder, "sync")
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
    assert (folder / "4.xlsx").read_bytes() == before
    assert {path.suffix for path in folder.iterdir()} == {".xlsx"}
