"""The whole chain in a real spreadsheet program: LibreOffice runs the add-in's own VBA from the button to the message.

The button's VBA writes a job and starts the real program, which reaches back into LibreOffice and answers. Only the
message box is another: nobody has to close it, and it remembers what it said.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collabxl import Settings, __version__, check_workbooks
from collabxl.excel.addin.locations import program
from collabxl.excel.addin.stamp import Stamp, write_stamp
from collabxl.excel.live.libreoffice.office import desktop, properties
from collabxl.excel.live.messages import sentence
from collabxl.excel.ribbon.jobs import BEAT
from collabxl.rules.engine.rule import SEVERITIES
from collabxl.schema.sheets import Summary
from collabxl.storage.data_files import resource_path
from tests.excel.addin.macros import SOURCES, variant
from tests.parts import require
from tests.parts.office import running

DAY = dt.date(2024, 8, 5)
SECONDS = 120
BOX = "MsgBox IIf(CxShows(text), text, english)"
STAND_INS = """Option Explicit
Public Sub CxRemember(ByVal text As String, ByVal kind As Long, ByVal title As String)
    ThisWorkbook.Worksheets("cx").Cells(1, 4).Value = text
End Sub
Public Function CxControl(ByVal tag As String) As Object
    Dim made As Object
    Set made = CreateUnoService("com.sun.star.beans.PropertyBag")
    made.addProperty "Tag", 0, tag
    Set CxControl = made
End Function
"""
"""What stands in for the message box and for a button: LibreOffice has no such ribbons."""
SAID, EXE = "D1", "B1"
"""Cells of the sheet cx. Waiting must not run Basic: LibreOffice stands still if its clock does so just then."""


class Office:
    """A LibreOffice with the add-in open."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.jobs, self.book = folder, folder / "任务 jobs", folder / "项目 甲.xlsx"
        (folder / "collabxl.toml").write_text('ignore = ["BK010"]', encoding="ascii")
        host = SOURCES["CxHost"]
        assert host.count(BOX) == 1
        modules = {"CxHost": host.replace(BOX, "CxRemember text"), "CxStandIns": STAND_INS}
        addin = folder / "collabxl.xlam"
        stamp = Stamp(str(program()), str(self.jobs), __version__, "zh")
        addin.write_bytes(write_stamp(variant(folder / "macros", modules), stamp))
        self._addin = self.opened(addin, MacroExecutionMode=4, FilterName="Calc MS Excel 2007 VBA XML")

    def opened(self, path: Path, **how: Any) -> Any:
        """Open a file and return it as UNO knows it."""
        document = desktop().loadComponentFromURL(path.as_uri(), "_blank", 0, properties(**how))
        assert document is not None, f"LibreOffice cannot open {path.name}"
        return document

    def run(self, procedure: str, *arguments: Any) -> tuple[Any, tuple[Any, ...]]:
        """Run a procedure of the add-in, and return what it returns and what became of its arguments."""
        where = f"vnd.sun.star.script:VBAProject.{procedure}?language=Basic&location=document"
        returned, _, changed = self._addin.getScriptProvider().getScript(where).invoke(arguments, (), ())
        return returned, changed

    def cell(self, name: str) -> Any:
        """Return a cell of the add-in's sheet cx."""
        return self._addin.Sheets.getByName("cx").getCellRangeByName(name)

    def control(self, verb: str) -> Any:
        """Return a button of the ribbon, as far as its tag makes one."""
        return self.run("CxStandIns.CxControl", f"button.{verb}")[0]

    def clicked(self, verb: str) -> str:
        """Click a button, and return what is said in the end."""
        self.cell(SAID).String = ""
        self.run("CxRibbon.CxClick", self.control(verb))
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            if said := self.cell(SAID).String:
                return str(said)
            time.sleep(0.1)
        raise AssertionError(f"nothing was said to {verb}")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    require(program(), "collabxlw")
    folder = tmp_path_factory.mktemp("chain")
    with pytest.MonkeyPatch.context() as patch:  # whom LibreOffice starts sees what LibreOffice saw when it started
        patch.setenv("COLLABXL_ENGINE", "libreoffice")
        patch.setenv("COLLABXL_TODAY", DAY.isoformat())
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        with running(folder):
            yield Office(folder)


@pytest.fixture
def book(office: Office) -> Iterator[Any]:
    """A workbook in front, with blanks and Chinese in its name."""
    document = office.opened(Path(shutil.copy(resource_path("samples", "english.xlsx"), office.book)))
    yield document
    document.close(True)


def counts(office: Office) -> dict[str, int]:
    """Return what a check of the file finds, as messages are filled."""
    settings = Settings(ignore=("BK010",))  # an open workbook does not tell its drop-downs
    (outcome,) = check_workbooks([office.book], today=DAY, settings=settings)
    return {str(at): outcome.counts[severity] for at, severity in enumerate(SEVERITIES)}


def summary_of(book: Any) -> tuple[tuple[object, ...], ...]:
    """Return all that the summary says."""
    sheet = book.Sheets.getByName(Summary.meta.title.en)
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.RangeAddress
    found: tuple[tuple[object, ...], ...] = sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow).DataArray
    return found


def test_labels_are_read_by_a_third_reader_of_vba(office: Office) -> None:
    _, changed = office.run("CxRibbon.CxLabel", office.control("merge"), "")
    assert changed[-1] == sentence("button.merge").zh


def test_check_refresh_and_undo_from_the_button_to_the_message(office: Office, book: Any) -> None:
    found = counts(office)
    assert found["0"] > 0
    before, on_disk = summary_of(book), office.book.read_bytes()

    assert office.clicked("check") == sentence("msg.check").fill("zh", found)
    assert summary_of(book) == before

    assert office.clicked("sync") == sentence("msg.sync").fill("zh", found)
    assert summary_of(book) != before

    assert office.clicked("undo") == sentence("msg.undo").zh
    assert summary_of(book) == before
    assert office.book.read_bytes() == on_disk
    assert list(office.jobs.iterdir()) == []


def test_while_somebody_watches_nothing_is_started(office: Office, book: Any) -> None:
    office.cell(EXE).String = str(office.folder / "nobody")
    office.jobs.mkdir(exist_ok=True)
    said = sentence("msg.check").fill("zh", counts(office))
    command = [sys.executable, "-m", "collabxl", "watch", "--jobs", str(office.jobs)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as watch:
        try:
            until = time.monotonic() + SECONDS
            while not (office.jobs / BEAT).exists():
                assert time.monotonic() < until
                time.sleep(0.1)
            assert office.clicked("check") == said
        finally:
            watch.send_signal(signal.SIGINT)
    assert list(office.jobs.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in programs are shell scripts")
@pytest.mark.parametrize(
    ("script", "key"), [(None, "err.noexe"), ("#!/bin/sh\nexit 0\n", "err.python"), ("#!/bin/sh\n{}\n", "err.told")]
)
def test_a_program_that_is_missing_or_says_nothing_or_refuses(
    office: Office, book: Any, script: str | None, key: str
) -> None:
    exe = office.folder / "stand in"
    exe.unlink(missing_ok=True)
    refusal = json.dumps('坏了 "{1}" \\')[1:-1]
    if script is not None:
        done = f"printf '%s\\n' code=3 key=err.told 'arg0={refusal}' > \"$5/$3.done\""
        exe.write_text(script.format(done), encoding="ascii")
        exe.chmod(0o755)
    office.cell(EXE).String = str(exe)
    said = {"err.noexe": {"0": str(exe)}, "err.told": {"0": '坏了 "{1}" \\'}}.get(key, {})
    assert office.clicked("check") == sentence(key).fill("zh", said)
    assert list(office.jobs.iterdir()) == []
