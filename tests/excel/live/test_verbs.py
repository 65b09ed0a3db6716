"""Buttons that work with the file of an open workbook: it is saved first, and open again afterwards."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from collabxl import CollabxlError, Settings
from collabxl.excel.live.attach import attach
from collabxl.excel.live.heartbeat import Heartbeat
from collabxl.excel.ribbon.actions import RibbonContext, run_job
from collabxl.excel.ribbon.jobs import JobAnswer, RibbonJob
from tests.excel.live.conftest import Open
from tests.exchange.masters import filled, master

pytestmark = pytest.mark.live
DAY = dt.date(2024, 8, 1)


def _asked(engine: Any, verb: str, book: str, made: list[tuple[str, Path]], **args: str) -> JobAnswer:
    def report(kind: str, master: Path, file: Path) -> None:
        made.append((kind, file))

    desk = RibbonContext(DAY, Settings(), Heartbeat(), lambda: attach(book, engine, Heartbeat()), report)
    return run_job(RibbonJob("j", verb, book, lang="en", args=args), desk)


def test_split_edit_merge_while_the_master_is_open(opened: Open, engine: Any, tmp_path: Path) -> None:
    copies, made = tmp_path / "copies", []
    name = opened(master(tmp_path / "master.xlsx", departments=2)).book.name

    told = _asked(engine, "split", name, made, folder=str(copies))
    files = sorted(copies.glob("*.xlsx"))
    assert told == JobAnswer(0, "msg.split", (str(len(files)), str(copies)))
    assert len(files) > 1

    filled(files[0], files[0], {("tasks", "T001", "deliverable"): "changed by a test"})
    told = _asked(engine, "merge", name, made, folder=str(copies))
    assert (told.key, told.args[2]) == ("msg.merge", "0")
    assert int(told.args[1]) >= 1
    again = attach(name, engine, Heartbeat())
    assert "changed by a test" in str(again.book.sheets["任务分工表"].used_range.value)

    told = _asked(engine, "report", name, made, kind="dashboard")
    assert made == [("dashboard", tmp_path / "master-dashboard.html")]
    assert told == JobAnswer(0, "msg.report", (str(made[0][1]),), open=str(made[0][1]))

    guide = again.book.sheets["说明"]
    with again.host.unlock(guide):
        guide.range("Z99").value = "not saved"
    for verb in ("split", "merge", "report"):
        with pytest.raises(CollabxlError, match="not saved"):
            _asked(engine, verb, name, made, folder=str(copies), kind="letter")
    assert again.book.name in [book.name for book in again.book.app.books]
