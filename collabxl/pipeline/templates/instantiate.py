"""What a new project begins with: a few words, a scenario of ours or of one's own, or an older workbook.

This is what ``new`` makes of its options before anything is built.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from collabxl.pipeline.templates.catalogue import find_scenario, load_scenario
from collabxl.pipeline.templates.draft import THREE_MONTHS, ProjectDraft, join_names, with_options
from collabxl.pipeline.templates.fill import fill_scenario
from collabxl.text import Lang
from collabxl.workbook.content import period_text

_WORKBOOKS = (".xlsx", ".xlsm")


class Wishes(NamedTuple):
    """What somebody says of a new project; what they do not say is None or empty."""

    name: str | None = None
    start: dt.date | None = None
    lead: str | None = None
    departments: Sequence[str] = ()


def blank(wishes: Wishes, lang: Lang) -> ProjectDraft:
    """Return a project of nothing but the wishes: the first department initiates it, three months are its period."""
    named, start = wishes.departments, wishes.start
    project = {
        "name": wishes.name,
        "initiator": named[0] if named else None,
        "lead": wishes.lead,
        "departments": join_names(named[1:], lang),
        "period": period_text(start, start + THREE_MONTHS) if start else None,
    }
    return ProjectDraft(project, {}, lang)


def draft_from_template(
    template: str, wishes: Wishes, today: dt.date, *, told: Lang | None, spoken: Lang
) -> ProjectDraft:
    """Return a template's project with the wishes on top, begun on the day wished for or today."""
    draft = instantiate(template, wishes.start or today, told=told, spoken=spoken)
    return with_options(draft, name=wishes.name, lead=wishes.lead, departments=wishes.departments)


def instantiate(template: str, start: dt.date, *, told: Lang | None, spoken: Lang) -> ProjectDraft:
    """Return the draft of a new project from a template's name or file, its first day on or after ``start``.

    The language is the one ``told``, else a workbook's own, else the one ``spoken``. Raises UsageError for a name that
    nothing has and for a scenario file that contradicts itself, FileError for a file that cannot be read.
    """
    path = Path(template)
    if path.suffix.lower() in _WORKBOOKS:
        from collabxl.pipeline.templates.reuse import reuse_plan

        return reuse_plan(path, start, told)
    scenario = load_scenario(path) if path.suffix.lower() == ".toml" else find_scenario(template)
    return fill_scenario(scenario, start, told or spoken)
