"""What ``--template`` may name: a scenario that comes with collabxl, a scenario file, or an older workbook."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from collabxl.scenario.draft import Draft
from collabxl.scenario.fill import filled
from collabxl.scenario.shelf import find, load
from collabxl.text import Lang

_WORKBOOKS = (".xlsx", ".xlsm")


def begun(template: str, start: dt.date, *, told: Lang | None, spoken: Lang) -> Draft:
    """Return the draft of a new project from a template's name or file, its first day on or after ``start``.

    The language is the one ``told``, else a workbook's own, else the one ``spoken``. Raises UsageError for a name that
    nothing has and for a scenario file that contradicts itself, FileError for a file that cannot be read.
    """
    path = Path(template)
    if path.suffix.lower() in _WORKBOOKS:
        from collabxl.scenario.reuse import reused

        return reused(path, start, told)
    scenario = load(path) if path.suffix.lower() == ".toml" else find(template)
    return filled(scenario, start, told or spoken)
