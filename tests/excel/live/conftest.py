"""A spreadsheet program that runs, for all tests of open workbooks: LibreOffice, or Excel with ``--engine excel``."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from collabxl.excel.live.attach import attach
from collabxl.excel.live.heartbeat import Heartbeat
from collabxl.excel.live.host_api import OpenWorkbook
from collabxl.excel.live.xlwings_import import xlwings
from tests.parts.office import running

Open = Callable[[Path], OpenWorkbook]


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> str:
    chosen: str = request.config.getoption("--engine")
    return chosen


@pytest.fixture(scope="package")
def program(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The app in which workbooks are opened; it ends with these tests, so that others start their own."""
    if engine == "libreoffice":
        with running(tmp_path_factory.mktemp("office")):
            with pytest.raises(Exception, match="Open a workbook first"):
                attach(None, "libreoffice", Heartbeat())
            yield xlwings().engines["libreoffice"].apps[0]
        return
    app = xlwings().App(visible=True, add_book=False)
    yield app
    app.quit()


@pytest.fixture
def opened(program: Any, engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """What opens a copy of a workbook, to be closed unsaved; what an undo needs is kept in the test's own folder."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    books = []

    def open_copy(source: Path) -> OpenWorkbook:
        file = tmp_path / source.name
        if file != source:
            shutil.copy(source, file)
        books.append(program.books.open(str(file)))
        return attach(file.name, engine, Heartbeat())

    yield open_copy
    for book in books:
        book.close()
