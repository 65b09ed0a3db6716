"""The ribbon's jobs, from the file that Excel leaves to the file it waits for, by real processes."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from collabxl import UsageError, __version__
from collabxl.cli.main import cli
from collabxl.excel.live import heartbeat, refresh
from collabxl.excel.live.messages import sentence
from collabxl.excel.ribbon.jobs import JobAnswer, answer, take, waiting_jobs
from tests.excel.live.conftest import Open
from tools.samples.__main__ import SAMPLES

SEED = SAMPLES / "seed.xlsx"
RUN = [sys.executable, "-m", "collabxl", "ribbon-run"]
_ACKED_FIRST = """
import sys
from pathlib import Path
class Look:
    def find_spec(self, name, path=None, target=None):
        if name in ("pandas", "xlwings", "lxml") and not Path(sys.argv[-1], "j1.ack").exists():
            sys.exit(f"{name} was imported before the job was acknowledged")
sys.meta_path.insert(0, Look())
from collabxl.cli import main
main()
"""
_STUCK = """
import sys, time
from collabxl.excel.live import heartbeat as busy
from collabxl.excel.live.xlwings_import import xlwings
busy.PATIENCE, busy.TICK = 0.3, 0.1
class Apps:
    def __iter__(self):
        while True:  # as xlwings does while somebody edits a cell
            time.sleep(0.05)
class Impl:
    name, type, apps = "libreoffice", "desktop", Apps()
package = xlwings()
package.engines.add(package.main.Engine(impl=Impl()))
from collabxl.cli import main
main()
"""


def _ask(folder: Path, id: str, verb: str, book: str = "", **told: Any) -> None:
    job = {"protocol": 1, "id": id, "verb": verb, "book": book, "hwnd": 0, "pid": 0, "lang": "en", "args": {}, **told}
    folder.mkdir(exist_ok=True)
    (folder / f"{id}.tmp").write_text(json.dumps(job), encoding="ascii")
    (folder / f"{id}.tmp").rename(folder / f"{id}.job")


def _answered(folder: Path, id: str) -> dict[str, str]:
    text = (folder / f"{id}.done").read_bytes().decode("ascii")
    told = dict(line.split("=", 1) for line in text.splitlines())
    return {key: json.loads(f'"{value}"') for key, value in told.items()}


def _run(folder: Path, id: str, *, command: list[str] = RUN, **environment: str) -> int:
    told = {**os.environ, "XDG_STATE_HOME": str(folder / "state"), "COLLABXL_TODAY": "2024-08-01", **environment}
    return subprocess.run([*command, "--job", id, "--jobs", str(folder)], env=told, timeout=120).returncode


def test_a_job_is_taken_once_and_answered_in_ascii(tmp_path: Path) -> None:
    _ask(tmp_path, "a-1", "check", "项目.xlsx", hwnd=7, args={"folder": "é"})
    assert waiting_jobs(tmp_path) == ["a-1"]
    job = take(tmp_path, "a-1")
    assert (job.verb, job.book, job.hwnd, job.lang, job.args) == ("check", "项目.xlsx", 7, "en", {"folder": "é"})
    assert (tmp_path / "a-1.ack").read_text(encoding="ascii") == f"version={__version__}\n"
    _ask(tmp_path, "old", "check")
    os.utime(tmp_path / "old.job", (0, 0))
    assert waiting_jobs(tmp_path) == [], "who asked long ago waits no more"
    (tmp_path / "old.job").unlink()
    for id in ("a-1", "../a-1", "nobody"):
        with pytest.raises(UsageError):
            take(tmp_path, id)
    answer(tmp_path, "a-1", JobAnswer(0, "msg.new", ('C:\\表\n"1"',), open="C:\\表.xlsx"))
    assert _answered(tmp_path, "a-1") == {"code": "0", "key": "msg.new", "arg0": 'C:\\表\n"1"', "open": "C:\\表.xlsx"}
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a-1.ack", "a-1.done"]


@pytest.mark.parametrize(
    ("job", "key", "says"),
    [
        ("{", "err.told", "不认识"),
        ("[1]", "err.told", "不认识"),
        ('{"protocol": 1, "verb": "dance", "lang": "en"}', "err.told", "no job dance"),
        ('{"protocol": 2, "verb": "sync", "addin": "9.9"}', "err.version", "9.9"),
        ('{"protocol": 1, "verb": "new", "lang": "en", "args": {"name": "x", "start": "1/2"}}', "err.told", "1/2"),
        ('{"protocol": 1, "verb": "new", "lang": "en", "args": {"name": 5}}', "err.told", "name"),
    ],
)
def test_a_job_that_makes_no_sense_is_answered_too(
    job: str, key: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "j1.job").write_text(job, encoding="ascii")
    assert cli.main(["ribbon-run", "--job", "j1", "--jobs", str(tmp_path)], standalone_mode=False) == 2
    told = _answered(tmp_path, "j1")
    assert told["key"] == key
    assert says in told["arg0"]


def test_a_job_is_acknowledged_before_anything_big_is_imported_and_refreshes(opened: Open, tmp_path: Path) -> None:
    here, jobs = opened(SEED), tmp_path / "任务"
    _ask(jobs, "j1", "sync", "seed.xlsx")
    code = _run(jobs, "j1", command=[sys.executable, "-c", _ACKED_FIRST, "ribbon-run"], COLLABXL_ENGINE="libreoffice")
    counts = refresh.check(here, today=dt.date(2024, 8, 1)).outcome.counts
    assert _answered(jobs, "j1") == {
        "code": "1",
        "key": "msg.sync",
        **{f"arg{at}": str(number) for at, number in enumerate(counts.values())},
    }
    assert code == 1
    assert "汇总" in [sheet.name for sheet in here.book.sheets]
    assert "msg.sync" in (jobs / "state" / "collabxl" / "logs" / "ribbon.log").read_text(encoding="utf-8")


def test_live_in_a_terminal(opened: Open, tmp_path: Path) -> None:
    opened(SEED)
    command = [sys.executable, "-m", "collabxl", "--lang", "en", "live"]
    told = {**os.environ, "COLLABXL_ENGINE": "libreoffice", "COLLABXL_TODAY": "2024-08-01"}

    def said(*words: str) -> tuple[int, str]:
        done = subprocess.run(
            [*command, *words], env=told, capture_output=True, text=True, encoding="utf-8", timeout=90
        )
        return done.returncode, done.stdout + done.stderr

    code, text = said("seed.xlsx", "--check")
    assert code == 1
    assert "DP301" in text
    assert said("seed.xlsx") == (1, sentence("msg.sync").fill("en", {"0": 4, "1": 1, "2": 2}) + "\n")
    assert said("--undo") == (0, sentence("msg.undo").en + "\n")
    assert said("nobody.xlsx") == (2, f"collabxl: {sentence('err.notfound').fill('en', {'0': 'nobody.xlsx'})}\n")


def test_a_program_that_never_answers_is_given_up(tmp_path: Path) -> None:
    _ask(tmp_path, "j1", "sync", "x.xlsx")
    code = _run(tmp_path, "j1", command=[sys.executable, "-c", _STUCK, "ribbon-run"], COLLABXL_ENGINE="libreoffice")
    assert code == 11
    assert _answered(tmp_path, "j1") == {"code": "11", "key": "err.busy"}


def test_nothing_is_given_up_while_the_pulse_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "PATIENCE", 0.1)
    monkeypatch.setattr(heartbeat, "TICK", 0.02)
    pulse, given_up = heartbeat.Heartbeat(), threading.Event()
    with heartbeat.watch_heartbeat(pulse, given_up.set):
        with pulse.pause():
            assert not given_up.wait(0.3)
        assert given_up.wait(30)


def test_a_watch_does_jobs_until_it_is_stopped(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "collabxl", "--lang", "en", "watch", "--jobs", str(tmp_path)]
    told = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), "HOME": str(tmp_path)}
    with subprocess.Popen(command, env=told, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        _ask(tmp_path, "j1", "new", args={"name": "新项目", "start": "2024-08-01"})
        until = time.monotonic() + 60
        while not (tmp_path / "j1.done").exists() and time.monotonic() < until:
            time.sleep(0.1)
        assert time.time() - (tmp_path / "watch.beat").stat().st_mtime < 5
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    made = _answered(tmp_path, "j1")
    assert (made["code"], made["key"]) == ("0", "msg.new")
    assert Path(made["open"]).name == "新项目.xlsx"
    assert Path(made["open"]).is_file()
    assert "j1 is done" in said
    assert process.returncode == 0
    assert not (tmp_path / "watch.beat").exists()


def test_every_word_that_is_said_is_there() -> None:
    code = Path(refresh.__file__).parents[1]
    sources = [*code.rglob("*.py"), code.parent / "cli" / "ribbon.py", code.parent / "cli" / "live.py"]
    keys = {key for file in sources for key in re.findall(r'"((?:err|msg|warn)\.\w+)"', file.read_text("utf-8"))}
    assert len(keys) > 10
    for key in keys:
        assert all(sentence(key).both)
