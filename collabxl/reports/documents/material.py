"""What documents are made from: one workbook's figures as its 汇总 tells them, and its rows as plain records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, get_type_hints

import pandas as pd

from collabxl.reports.portfolio.numbers import PortfolioProject
from collabxl.reports.portfolio.project import project_of
from collabxl.rules.engine.frames import Frames, wbs
from collabxl.rules.engine.ledger_reader import LedgerChange
from collabxl.rules.engine.run import CheckResult
from collabxl.schema.serials import from_serial
from collabxl.schema.settings import Limits
from collabxl.schema.sheets import Contacts, Minutes, Progress, Risks
from collabxl.schema.sheets import Project as Form
from collabxl.schema.vocabularies import ENDED
from collabxl.summary import View
from collabxl.summary.risks import level_of
from collabxl.summary.view import scale_value
from collabxl.text import Lang


class TaskRow(NamedTuple):
    """A task as 汇总 counts it, with what its sheets and its plan say; days are None where nobody tells them."""

    row: int
    id: str
    name: str
    owner: str
    department: str
    deliverable: str
    due: dt.date | None
    state: str
    """One of STATES, on the day of the figures."""
    counted: dt.date | None
    """The day on which 汇总 counts it as done, whether somebody wrote that down or not."""
    finished: dt.date | None
    """The day that somebody wrote down as its finish."""
    start: dt.date | None
    begun: dt.date | None
    forecast: dt.date | None
    share: float
    milestone: bool
    critical: bool
    buffer: float | None
    used: float | None
    """Working days of the buffer that the forecast eats."""
    note: str
    issue: str
    reason: str
    remedy: str

    @property
    def label(self) -> str:
        """What it is called."""
        return self.name or self.id

    @property
    def is_open(self) -> bool:
        """Whether it is neither done nor cancelled."""
        return self.state not in ENDED

    @property
    def end(self) -> dt.date | None:
        """When it was finished as far as somebody wrote it down, or will be."""
        return self.finished if self.state == "done" else self.forecast


_REPORTED = {
    **{name: name for name in ("note", "issue", "remedy")},
    "begun": Progress.started.key,
    "finished": Progress.finished.key,
    "reason": Progress.delay_reason.key,
}
"""What the newest progress row of a task tells, by the column that tells it."""


class RiskRow(NamedTuple):
    """A risk, closed ones too; ``level`` is that of the matrix, empty without a score."""

    row: int
    id: str
    description: str
    kind: str
    possibility: int | None
    impact: int | None
    score: int
    level: str
    strategy: str
    response: str
    owner: str
    department: str
    status: str
    identified: dt.date | None
    reviewed: dt.date | None


class MinuteRow(NamedTuple):
    """A line of a meeting's minutes, as it stands in the sheet."""

    row: int
    date: dt.date | None
    kind: str
    topic: str
    host: str
    present: str
    absent: str
    item: str
    decision: str
    action: str
    owner: str
    department: str
    due: dt.date | None
    task: str
    status: str


class Contact(NamedTuple):
    """Who speaks for a department."""

    department: str
    person: str
    confirmed: str


@dataclass(frozen=True)
class Material:
    """One workbook, ready to be told of in words."""

    view: View
    numbers: PortfolioProject
    """The figures of 汇总, as the portfolio has them."""
    form: dict[str, str]
    """What the project's form says, by key, as text."""
    tasks: tuple[TaskRow, ...]
    risks: tuple[RiskRow, ...]
    minutes: tuple[MinuteRow, ...]
    contacts: tuple[Contact, ...]
    changes: tuple[LedgerChange, ...]

    @property
    def lang(self) -> Lang:
        """The language of the workbook."""
        return self.view.lang

    @property
    def day(self) -> dt.date:
        """The day of the figures."""
        return self.numbers.day

    def form_text(self, key: str) -> str:
        """Return what the form says in a field, empty if nothing."""
        return self.form.get(key, "")


def material(view: View, checked: CheckResult, wb: int, changes: Iterable[LedgerChange] = ()) -> Material:
    """Return what is told of workbook ``wb``, whose 汇总 is made from ``view``."""
    frames = checked.frames
    form = next(iter(_records(frames[Form.meta.key], wb)), {})
    return Material(
        view=view,
        numbers=project_of(view),
        form={key: text for key, text in form.items() if isinstance(text, str)},
        tasks=tuple(_tasks(view, frames, wb)),
        risks=tuple(_risk(view, told) for told in _records(frames[Risks.meta.key], wb)),
        minutes=tuple(MinuteRow(*_field_values(MinuteRow, told)) for told in _records(frames[Minutes.meta.key], wb)),
        contacts=tuple(Contact(*_field_values(Contact, told)) for told in _records(frames[Contacts.meta.key], wb)),
        changes=tuple(changes),
    )


def _records(frame: pd.DataFrame, wb: int) -> list[dict[str, Any]]:
    """Return one workbook's rows as plain values: days as dates, nothing as None."""
    mine = frame[wbs(frame) == wb]
    told = mine.droplevel("wb").reset_index().to_dict("records")
    return [{str(key): _plain(value) for key, value in record.items()} for record in told]


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return value
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, dt.datetime) else value


def _field_values(kind: Any, told: dict[str, Any]) -> list[Any]:
    """Return the fields of a record from a row; texts that are not there are empty."""
    texts = {name for name, type_ in get_type_hints(kind).items() if type_ is str}
    return [(told.get(name) or "") if name in texts else told.get(name) for name in kind._fields]


def _tasks(view: View, frames: Frames, wb: int) -> Iterable[TaskRow]:
    """Return the tasks that 汇总 counts, each as it counts them; the rest is looked up by row."""
    planned, latest = frames["planned_tasks"], frames["latest_progress"]
    plans = {told["row"]: told for told in _records(planned.assign(used=frames["buffers"].used), wb)}
    at = planned.index.get_level_values("row").to_numpy()
    reports = {int(at[told["of_at"]]): told for told in _records(latest, wb)}
    for task in view.tasks:
        report = reports.get(task.row, {})
        reported = {name: report.get(key) for name, key in _REPORTED.items()}
        counted = view.completion_days.get(task.row, task.finished) if task.status == "done" else None
        # formulas count what is no row to the rules, such as a repeated header: nothing is planned for it
        plan = plans.get(task.row) or {"share": float(task.status == "done"), "milestone": False, "critical": False}
        seen = {**task._asdict(), "due": _day(task.due), "counted": _day(counted), "state": task.state(view.day)}
        yield TaskRow(*_field_values(TaskRow, {**plan, **seen, **reported}))


def _day(number: int | None) -> dt.date | None:
    return from_serial(number) if number else None


def score_risk(risk: RiskRow, possibility: int | None, impact: int | None, limits: Limits) -> RiskRow:
    """Return a risk with its possibility and impact, and what the matrix makes of them."""
    score = (possibility or 0) * (impact or 0)
    level = level_of(score, limits) if score else ""
    return risk._replace(possibility=possibility, impact=impact, score=score, level=level)


def _risk(view: View, told: dict[str, Any]) -> RiskRow:
    scale = scale_value(told["possibility"]), scale_value(told["impact"])
    return score_risk(RiskRow(*_field_values(RiskRow, told)), *scale, view.limits)
