"""Finding the workbook that is meant among those that are open.

Never by its full name: for a workbook in OneDrive or SharePoint xlwings cannot tell it. Names are unique in a program.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, Literal

from collabxl.errors import UsageError
from collabxl.excel.live.heartbeat import Heartbeat
from collabxl.excel.live.host_api import OpenWorkbook, host_api
from collabxl.excel.live.messages import LiveError
from collabxl.excel.live.xlwings_import import xlwings
from collabxl.text import t

EngineName = Literal["excel", "libreoffice"]
_NO_EXCEL = t(
    "这台电脑上没有 Excel。LibreOffice 里打开的工作簿可以用 --engine libreoffice（试验性的）",
    "There is no Excel on this computer. For a workbook open in LibreOffice use --engine libreoffice (experimental)",
)


def attach(name: str | None, engine: EngineName, pulse: Heartbeat, *, hwnd: int = 0) -> OpenWorkbook:
    """Return the open workbook of a name or, without one, the one in front; LiveError if it is not there.

    ``hwnd`` is the window of the program that asks, 0 if it does not tell.
    """
    apps = [app for app in _apps(engine) if not hwnd or app.hwnd == hwnd]
    words = host_api(engine, sys.platform)
    if name is None:
        if not apps or not len(apps[0].books):
            raise LiveError("err.nobook")
        return OpenWorkbook(apps[0].books.active, words, pulse)
    wanted = PurePath(name).name
    book = next((book for app in apps for book in app.books if book.name.casefold() == wanted.casefold()), None)
    if book is None:
        raise LiveError("err.notfound", wanted)
    return OpenWorkbook(book, words, pulse)


def _apps(engine: EngineName) -> Iterator[Any]:
    package = xlwings()
    if engine == "libreoffice":
        from collabxl.excel.live.libreoffice.engine import Engine

        if engine not in package.engines.engines_by_name:
            package.engines.add(package.main.Engine(impl=Engine()))
    if engine not in package.engines.engines_by_name:
        raise UsageError(_NO_EXCEL)
    package.engines[engine].activate()
    yield from package.engines[engine].apps
