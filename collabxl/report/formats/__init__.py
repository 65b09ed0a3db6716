"""The formats that findings are told in beside plain text: one module each, named after its format.

A module of text has ``lines(outcomes, run)``, one of bytes has ``fill(outcomes, run, file)``. Outcomes are taken one by
one and none is kept, so a report on ten thousand workbooks needs the memory of one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from collabxl.report.tally import Tally
from collabxl.text import Lang

if TYPE_CHECKING:
    from collabxl.report.outcome import Outcome

BINARY = ("xlsx", "parquet")
"""What no screen can show."""
FORMATS = ("json", "jsonl", "csv", "sarif", "junit", "html", *BINARY)
_BLOCK = 2**20


@dataclass(frozen=True)
class Run:
    """What a report says of the run as a whole; ``tally`` counts the outcomes as they pass.

    ``output`` is where the report will lie, if that is known: links to the workbooks start from there.
    """

    lang: Lang
    today: dt.date
    version: str
    fail_on: str = "error"
    output: Path | None = None
    tally: Tally = field(default_factory=Tally)


def blocks(form: str, outcomes: Iterator[Outcome], run: Run) -> Iterator[bytes]:
    """Return a report in one of FORMATS, block by block as outcomes arrive; ``run.tally`` counts them."""
    made = import_module(f"{__name__}.{form}")
    counted = map(run.tally.count, outcomes)
    if form not in BINARY:
        for line in made.lines(counted, run):
            yield f"{line}\n".encode("utf-8", "backslashreplace")
        return
    with TemporaryFile() as file:
        made.fill(counted, run, file)
        file.seek(0)
        yield from iter(partial(file.read, _BLOCK), b"")
