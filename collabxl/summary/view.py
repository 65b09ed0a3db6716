"""What one summary is made from: a workbook's tasks, risks and form as plain rows, and the day they are seen."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from collabxl.formulas.formula_fields import HELD_UP
from collabxl.ooxml import a1
from collabxl.reading.frame_columns import iter_rows
from collabxl.reading.sheet import SheetReading
from collabxl.rules.engine.frames import languages, row_numbers, wbs
from collabxl.rules.engine.outcome import Outcome
from collabxl.rules.engine.predicates import days_until_due, is_due_soon
from collabxl.rules.engine.run import CheckResult
from collabxl.schema.columns import Column, Sheet
from collabxl.schema.serials import SERIAL_OF_EPOCH, to_serial
from collabxl.schema.settings import Limits
from collabxl.schema.vocabularies import CANCELLED, ENDED, RISK_STATUS
from collabxl.summary.completion_dates import completion_days
from collabxl.summary.outlook import NOTHING_KNOWN, Outlook, outlooks
from collabxl.summary.serials import serials
from collabxl.text import Lang

SCALE = range(1, 6)
"""How possibility and impact of a risk are told."""


class SummaryTask(NamedTuple):
    """One task; days are counted as Excel does, so that they are subtracted here as they are in formulas."""

    row: int
    id: str = ""
    name: str = ""
    owner: str = ""
    department: str = ""
    due: int | None = None
    status: str | None = None
    finished: int | None = None
    """When a task that is done was finished, as far as anybody tells."""
    is_due_soon: bool = False
    """Whether it is open and due within the working days that the limits say."""

    @property
    def label(self) -> str:
        """What it is called."""
        return self.name or self.id

    @property
    def is_open(self) -> bool:
        """Whether it is neither done nor cancelled."""
        return self.status not in ENDED

    @property
    def is_alive(self) -> bool:
        """Whether it is not cancelled."""
        return self.status != CANCELLED

    def state(self, day: int) -> str:
        """Return which of STATES it is in on a day."""
        if not self.is_open:
            return str(self.status)
        if self.due is not None and self.due < day:
            return "overdue"
        return "blocked" if self.status in HELD_UP else self.status or "odd"


class SummaryRisk(NamedTuple):
    """One risk that is not closed; possibility and impact are None where they are not on the scale."""

    row: int
    description: str
    possibility: int | None
    impact: int | None
    status: str
    """In words."""
    has_response: bool

    @property
    def score(self) -> int:
        """Possibility times impact, 0 if either is not told."""
        return (self.possibility or 0) * (self.impact or 0)


@dataclass(frozen=True)
class View:
    """What one summary is made from."""

    outcome: Outcome
    tasks: tuple[SummaryTask, ...]
    risks: tuple[SummaryRisk, ...]
    departments: tuple[str, ...]
    """Those of 部门对接人 in their order, else those that tasks name."""
    initiator: str
    lead: str
    span: tuple[int, int]
    """The first and last day of the project by its form, else of its tasks."""
    day: int
    """The day of the figures: 数据日期 if the form tells one, else that of the sync."""
    sync_day: dt.date
    limits: Limits
    lang: Lang
    outlook: Outlook = NOTHING_KNOWN
    live: bool = False
    """Whether the figures are formulas, and seen as those see them."""
    completion_days: Mapping[int, int] = field(default_factory=dict)
    """By row, the day on which the ledger learnt that a task is done of which nobody says when it was finished."""
    flagged_rows: Mapping[str, int] = field(default_factory=dict)
    """In a live summary: how many rows of each sheet have a word in 检查."""

    @property
    def name(self) -> str:
        """What the project is called, else the file: not where it lies, which is nobody's business who gets it."""
        return self.outcome.project or Path(self.outcome.path).stem

    def page(self, sheet: type[Sheet]) -> SheetReading | None:
        """Return where a sheet was read."""
        reading = self.outcome.reading
        pages = reading.sheets if reading else []
        return next((page for page in pages if page.key == sheet.meta.key), None)

    def link(self, column: Column, row: int) -> str | None:
        """Return the place of a column's cell in a row, as a link leads to it."""
        page = self.page(column.sheet)
        place = page.places.get(column.key) if page else None
        return f"{a1.quote_sheet(page.title)}!{a1.cell_address(row, place.column)}" if page and place else None


def views(checked: CheckResult, outcomes: Mapping[int, Outcome], today: dt.date) -> dict[int, View]:
    """Return what each workbook's summary is made from."""
    risks = _risks(checked.frames["risks"], languages(checked.frames["books"]))
    contacts = _contact_departments(checked.frames["contacts"])
    forms = {form.wb: form for form in iter_rows(checked.frames["project"].reset_index())}
    days = {wb: _status_day(forms.get(wb), today) for wb in outcomes}
    tasks, made = _tasks(checked, days), {}
    for wb, outcome in outcomes.items():
        form, listed, day = forms.get(wb), tuple(tasks.get(wb, ())), days[wb]
        made[wb] = View(
            outcome=outcome,
            tasks=listed,
            risks=tuple(risks.get(wb, ())),
            departments=distinct_names(contacts.get(wb) or [task.department for task in listed]),
            initiator=str(getattr(form, "initiator", None) or ""),
            lead=str(getattr(form, "lead", None) or ""),
            span=_span(form.period if form is not None else None, listed, day),
            day=day,
            sync_day=today,
            limits=checked.limits[wb],
            lang=outcome.reading.lang if outcome.reading else "zh",
        )
    ahead = outlooks(checked, {wb: view.span[1] for wb, view in made.items()})
    known = completion_days(checked.frames)
    return {
        wb: replace(view, outlook=ahead.get(wb, NOTHING_KNOWN), completion_days=known.get(wb, {}))
        for wb, view in made.items()
    }


def _status_day(form: Any, today: dt.date) -> int:
    """Return the day of a workbook's figures."""
    told = form.status_date if form is not None else None
    return to_serial(today) if pd.isna(told) else to_serial(told.date())


def distinct_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return names as formulas tell them apart: whatever their case, each once."""
    found: dict[str, str] = {}
    for name in names:
        if name:
            found.setdefault(name.casefold(), name)
    return tuple(found.values())


def _span(told: tuple[int, int] | None, tasks: Iterable[SummaryTask], day: int) -> tuple[int, int]:
    if told:
        return told[0] + SERIAL_OF_EPOCH, told[1] + SERIAL_OF_EPOCH
    days = [task.due for task in tasks if task.due is not None]
    return (min(days), max(days)) if days else (day, day)


def _tasks(checked: CheckResult, days: Mapping[int, int]) -> dict[int, list[SummaryTask]]:
    standing, soon = checked.frames["tasks_now"], _due_soon(checked, days)
    found: dict[int, list[SummaryTask]] = defaultdict(list)
    due, finished, updated = (serials(standing[name]) for name in ("due", "now_finished", "now_updated"))
    texts = ([value or "" for value in standing[name].tolist()] for name in ("id", "name", "owner", "department"))
    statuses = [status if isinstance(status, str) else None for status in standing.status.tolist()]
    columns = zip(wbs(standing).tolist(), row_numbers(standing).tolist(), *texts, due, statuses, strict=True)
    for at, (wb, *known) in enumerate(columns):
        task = SummaryTask(*known)._replace(is_due_soon=soon[at])
        if task.status == "done":
            task = task._replace(finished=finished[at] or task.due or updated[at])
        found[wb].append(task)
    return found


def _due_soon(checked: CheckResult, days: Mapping[int, int]) -> list[bool]:
    """Return which tasks are due soon on the day of their workbook's figures."""
    tasks = checked.frames["tasks_now"]
    books = wbs(tasks).tolist()
    day = (np.array([days.get(wb, 0) for wb in books], dtype=np.int64) - SERIAL_OF_EPOCH).astype("datetime64[D]")
    within = np.array([checked.limits[wb].due_soon_days for wb in books], dtype=np.int64)
    found: list[bool] = is_due_soon(days_until_due(tasks, day, checked.frames["working_days"]), within).tolist()
    return found


def _risks(risks: pd.DataFrame, langs: Mapping[int, Lang]) -> dict[int, list[SummaryRisk]]:
    found: dict[int, list[SummaryRisk]] = defaultdict(list)
    kept = risks[risks.status.astype(object) != "closed"]
    for risk in iter_rows(kept.reset_index()):
        status = RISK_STATUS.title_of(risk.status).to(langs[risk.wb]) if isinstance(risk.status, str) else ""
        scale = (scale_value(risk.possibility), scale_value(risk.impact))
        found[risk.wb].append(SummaryRisk(risk.row, risk.description or "", *scale, status, bool(risk.response)))
    return found


def scale_value(number: float | None) -> int | None:
    """Return a possibility or an impact if it is on the scale."""
    return int(number) if number is not None and number in SCALE else None


def _contact_departments(contacts: pd.DataFrame) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for wb, name in zip(wbs(contacts).tolist(), contacts.department.tolist(), strict=True):
        found[wb].append(name or "")
    return found
