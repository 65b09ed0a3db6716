"""How long a live refresh takes in LibreOffice: of a typed workbook of 5 sheets × 500 rows and of a built one of 300.

python -m tests.bench.live
"""

from __future__ import annotations

import os
import random
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from collabxl.excel.live import refresh
from collabxl.excel.live.attach import attach
from collabxl.excel.live.heartbeat import Heartbeat
from collabxl.schema.sheets import STANDARD, Project
from tests.bench import TODAY
from tests.bench.workbooks import build, write
from tests.parts.office import running

ROWS, BUILT = 500, 300


def main() -> None:
    """Print the seconds of a first refresh, of one that finds nothing to do, and of an undo."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        typed, built = folder / "typed.xlsx", folder / "built.xlsx"
        write(typed, random.Random(0), ROWS)
        _lengthen(typed)
        build(built, random.Random(0), BUILT)
        with running(folder):
            for file in (typed, built):
                _measure(file)


def _measure(file: Path) -> None:
    from collabxl.excel.live.xlwings_import import xlwings

    attach_first = xlwings()
    if "libreoffice" not in attach_first.engines.engines_by_name:
        _register()
    began = time.perf_counter()
    book = attach_first.engines["libreoffice"].apps[0].books.open(str(file))
    _say(file.name, "open", began)
    opened = attach(file.name, "libreoffice", Heartbeat())
    steps: list[tuple[str, Any]] = [
        ("check", lambda: refresh.check(opened, today=TODAY)),
        ("refresh", lambda: refresh.sync(opened, today=TODAY)),
        ("again", lambda: refresh.sync(opened, today=TODAY)),
        ("undo", lambda: refresh.undo(opened)),
        ("refresh", lambda: refresh.sync(opened, today=TODAY)),
    ]
    for word, step in steps:
        began, spent = time.perf_counter(), _spent()
        step()
        _say(file.name, word, began, _spent() - spent)
    book.close()


def _register() -> None:
    from collabxl.excel.live.messages import LiveError

    try:
        attach(None, "libreoffice", Heartbeat())
    except LiveError:  # no workbook is open yet, but the program is known from now on
        return


def _lengthen(file: Path) -> None:
    """Repeat the rows of the short sheets until they have as many as the long ones."""
    book = load_workbook(file)
    for sheet in STANDARD.required_sheets:
        page = book[sheet.meta.title.zh]
        rows = list(page.iter_rows(min_row=2, values_only=True))
        for number in range(len(rows), ROWS if sheet is not Project else 0):
            page.append(rows[number % len(rows)])
    book.save(file)


def _spent() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


def _say(file: str, step: str, began: float, spent: float | None = None) -> None:
    mine = "" if spent is None else f", {spent:.2f} s of it Python's own"
    print(f"{file:12} {step:8} {time.perf_counter() - began:6.2f} s{mine}")


if __name__ == "__main__":
    main()
