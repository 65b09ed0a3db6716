"""The formats that findings are told in beside plain text: one module each, named after its format.

A module makes with ``one(outcome, run)`` the part of a report that is about one workbook, and puts the parts together:
one of text with ``lines(parts, run)``, one of bytes with ``fill(parts, run, file)``. Outcomes are taken one by one and
none is kept, so a report on ten thousand workbooks needs the memory of one; a mistake of ours costs the one it is made
with.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, TypeVar

from collabxl.errors import FileError
from collabxl.reports.tally import Tally
from collabxl.text import Lang
from collabxl.workers.isolation import TELLING_FAILED, is_ours, isolate_workbook

if TYPE_CHECKING:
    from collabxl.rules.engine.outcome import Outcome

BINARY = ("xlsx", "parquet")
"""What no screen can show."""
FORMATS = ("json", "jsonl", "csv", "sarif", "junit", "html", *BINARY)
_BLOCK = 2**20
Part = TypeVar("Part")


@dataclass(frozen=True)
class ReportRun:
    """What a report says of the run as a whole; ``tally`` counts the outcomes as they pass.

    ``output`` is where the report will lie, if that is known: links to the workbooks start from there.
    """

    lang: Lang
    today: dt.date
    version: str
    fail_on: str = "error"
    output: Path | None = None
    tally: Tally = field(default_factory=Tally)


def part_of(one: Callable[[Outcome, ReportRun], Part], outcome: Outcome, run: ReportRun) -> Part:
    """Return the part of a report about a workbook, which is counted; about our mistake instead if we make one."""
    try:
        with isolate_workbook(TELLING_FAILED):
            part = one(outcome, run)
    except FileError as error:
        if not is_ours(error):
            raise
        from collabxl.rules.engine.outcome import Outcome

        outcome = Outcome(outcome.path, error=error)
        part = one(outcome, run)
    run.tally.count(outcome)
    return part


def blocks(form: str, outcomes: Iterator[Outcome], run: ReportRun) -> Iterator[bytes]:
    """Return a report in one of FORMATS, block by block as outcomes arrive; ``run.tally`` counts them."""
    made = import_module(f"{__name__}.{form}")
    parts = (part_of(made.one, outcome, run) for outcome in outcomes)
    if form not in BINARY:
        for line in made.lines(parts, run):
            yield f"{line}\n".encode("utf-8", "backslashreplace")
        return
    with TemporaryFile() as file:
        made.fill(parts, run, file)
        file.seek(0)
        yield from iter(partial(file.read, _BLOCK), b"")
