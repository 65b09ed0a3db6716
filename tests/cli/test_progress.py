"""The line on stderr: there on a real terminal, gone when anything is told, unheard of elsewhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from tests.cli.test_cli import SEED, TODAY, run

pytestmark = pytest.mark.slow

pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals")

FILES = 12
_EACH_A_CHUNK = "from collabxl import cli; from collabxl.pipeline import batch; batch.ROWS_A_CHUNK = 1; cli.main()"
"""So that reading and telling take turns, as they do with thousands of workbooks."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("many")
    for number in range(FILES):
        shutil.copy(SEED, made / f"{number:02}.xlsx")
    (made / "broken.xlsx").write_bytes(b"PK")
    return made


def on_a_terminal(*words: str, also_stdout: bool, **environment: str) -> tuple[str, str]:
    """Return what a run writes to a terminal that is its stderr, and what to stdout if that is a file."""
    ours, theirs = pty.openpty()
    with TemporaryFile() as told:
        process = subprocess.Popen(
            [sys.executable, "-c", _EACH_A_CHUNK, *words],
            stdin=subprocess.DEVNULL,
            stdout=theirs if also_stdout else told,
            stderr=theirs,
            env={**os.environ, "COLLABXL_LANG": "zh", "TERM": "xterm", "COLUMNS": "80", **environment},
        )
        os.close(theirs)
        shown = b"".join(iter(partial(_next, ours), b""))
        process.wait(timeout=60)
        os.close(ours)
        told.seek(0)
        return shown.decode("utf-8"), told.read().decode("utf-8")


def _next(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # how Linux says that the other side has closed
        return b""


def left(shown: str) -> list[str]:
    """Return the lines that stay on a terminal: what rich erases again is gone."""
    lines = [""]
    for piece in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\n|[^\x1b\r\n]+", shown):
        if piece == "\n":
            lines.append("")
        elif piece == "\x1b[2K":
            lines[-1] = ""
        elif re.fullmatch(r"\x1b\[\d*A", piece):
            lines.pop()
        elif not piece.startswith(("\x1b", "\r")):
            lines[-1] += piece
    return [line for line in lines if line]


@pytest.mark.slow
@pytest.mark.parametrize("command", [("check",), ("sync", "--dry-run")])
def test_a_terminal_is_told_how_far_it_is(command: tuple[str, ...], folder: Path) -> None:
    shown, told = on_a_terminal(*command, str(folder), *TODAY, "--format", "jsonl", also_stdout=False)
    assert f"{FILES + 1}/{FILES + 1}" in shown
    assert "个/秒" in shown
    assert left(shown) == []
    assert told == run(*command, str(folder), *TODAY, "--format", "jsonl").stdout


def test_text_on_the_same_terminal_stays_whole(folder: Path) -> None:
    shown, _ = on_a_terminal("check", str(folder), *TODAY, also_stdout=True)
    piped = run("check", str(folder), *TODAY)
    assert f"{FILES + 1}/{FILES + 1}" in shown
    wanted = [line for line in piped.stdout.splitlines() if line]
    assert [line for line in left(shown) if line not in piped.stderr] == wanted
    assert piped.stderr.strip() in left(shown)


def test_elsewhere_nothing_is_heard_of_it(folder: Path) -> None:
    done = run("check", str(folder), *TODAY, "--format", "jsonl", FORCE_COLOR="1", TTY_COMPATIBLE="1")
    assert "broken" not in done.stderr
    assert done.stderr == ""


def test_one_file_and_a_dumb_terminal_do_without(folder: Path) -> None:
    alone, _ = on_a_terminal("check", SEED, *TODAY, "--format", "jsonl", also_stdout=False)
    dumb, _ = on_a_terminal("check", str(folder), *TODAY, "--format", "jsonl", also_stdout=False, TERM="dumb")
    assert (alone, dumb) == ("", "")
