"""What a new workbook is to hold before it is built, and what the command line says on top of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from collabxl.errors import UsageError
from collabxl.scheduling.calendar import WorkdayIndex, public_working_days
from collabxl.schema.sheets import Contacts, Project, Tasks
from collabxl.text import Lang, t
from collabxl.workbook.content import TO_BE_NAMED, Row

YEARS = 5
"""How far ahead of its start a project's calendar is looked up."""
THREE_MONTHS = dt.timedelta(days=91)
"""How long a project lasts of which nobody has told the end yet."""


class ProjectDraft(NamedTuple):
    """The fields of the form and the rows of each sheet, as ``build_workbook`` takes them, in one language."""

    project: Row
    rows: Mapping[str, Sequence[Row]]
    lang: Lang


def with_options(
    draft: ProjectDraft, *, name: str | None, lead: str | None, departments: Sequence[str]
) -> ProjectDraft:
    """Return a draft with another name and lead, and with departments that it does not have yet added at the end."""
    from collabxl.rules.matching.names import normalize_name, split_names

    project = dict(draft.project)
    project |= {key: value for key, value in ((Project.name.key, name), (Project.lead.key, lead)) if value}
    taking_part = split_names(str(project.get(Project.departments.key) or ""))
    known = {normalize_name(each) for each in (*taking_part, str(project.get(Project.initiator.key) or ""))}
    more = [each for each in dict.fromkeys(departments) if normalize_name(each) not in known]
    project[Project.departments.key] = join_names((*taking_part, *more), draft.lang)
    contacts = [
        *draft.rows.get(Contacts.meta.key, ()),
        *({Contacts.department.key: each, Contacts.person.key: TO_BE_NAMED.to(draft.lang)} for each in more),
    ]
    return draft._replace(project=project, rows={**draft.rows, Contacts.meta.key: contacts})


def join_names(names: Sequence[str], lang: Lang) -> str | None:
    """Return names as one cell holds them, None for none."""
    return ("、" if lang == "zh" else ", ").join(names) or None


def workdays(country: str, start: dt.date) -> WorkdayIndex:
    """Return the working days from ``start`` on, by the calendar the workbook will have; UsageError without one."""
    try:
        return WorkdayIndex(public_working_days(country, range(start.year, start.year + YEARS)), start)
    except KeyError as error:
        says = t("没有国家 {country} 的日历", "There is no calendar of the country {country}")
        raise UsageError(says, country=country) from error


def blank_progress(tasks: Sequence[Row], ids: Sequence[str], updated: dt.date) -> list[Row]:
    """Return one progress row a task: nothing has been done yet."""
    return [
        {"task": key, "progress": 0.0, "status": "not_started", "updated": updated}
        for key, task in zip(ids, tasks, strict=True)
        if task.get(Tasks.name.key)
    ]
