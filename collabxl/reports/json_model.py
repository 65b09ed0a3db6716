"""The JSON that the outside relies on (contract 1), as pydantic models: the border, and nothing but the border."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import BaseModel, ConfigDict, with_config
from typing_extensions import TypedDict  # that of typing is too little for pydantic before Python 3.12

from collabxl.rules.engine.findings import Finding
from collabxl.rules.engine.outcome import Outcome
from collabxl.rules.engine.rule import PHRASES
from collabxl.text import Lang, Text, TruncatedList

CONTRACT = 1
_CLOSED = ConfigDict(frozen=True, extra="forbid")
_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


class _JsonModel(BaseModel):
    model_config = _CLOSED


class ErrorOut(_JsonModel):
    """Why a workbook could not be read or written."""

    kind: str
    message: str


class TasksOut(_JsonModel):
    """The tasks of one project in numbers."""

    total: int
    by_status: dict[str, int]
    overdue: int
    progress: float


class CountsOut(_JsonModel):
    """Findings by severity."""

    error: int
    warning: int
    info: int


@with_config(_CLOSED)
class FindingOut(TypedDict):
    """One finding; a dictionary, as there are many."""

    code: str
    name: str
    severity: str
    sheet: str | None
    cell: str | None
    row: int | None
    column: str | None
    key: str | None
    id: str | None
    value: Any
    message: str
    fix: str
    fixable: bool
    waived: bool
    args: dict[str, Any]


class WorkbookOut(_JsonModel):
    """One workbook's result."""

    path: str
    project: str | None
    workbook_id: str | None
    revision: str | None
    department: str | None
    error: ErrorOut | None
    tasks: TasksOut
    counts: CountsOut
    findings: list[FindingOut]


def workbook_out(outcome: Outcome, lang: Lang) -> WorkbookOut:
    """Return one workbook's result as the contract spells it; our own words are not proved once more."""
    identity = outcome.reading.identity if outcome.reading else {}
    error = (
        ErrorOut(kind=outcome.error.kind, message=_escape_surrogates(outcome.error.say(lang)))
        if outcome.error
        else None
    )
    figures = outcome.figures
    return WorkbookOut.model_construct(
        path=_escape_surrogates(outcome.path),
        project=outcome.project,
        workbook_id=identity.get("workbook_id"),
        revision=identity.get("revision"),
        department=identity.get("department"),
        error=error,
        tasks=TasksOut(
            total=figures.total,
            by_status=dict(figures.by_status),
            overdue=figures.overdue,
            progress=round(figures.progress, 2),
        ),
        counts=CountsOut(**outcome.counts),
        findings=[finding_out(finding, lang) for finding in outcome.findings],
    )


def finding_out(finding: Finding, lang: Lang) -> FindingOut:
    """Return one finding as the contract spells it."""
    rule = finding.rule
    return FindingOut(
        code=rule.code,
        name=rule.name,
        severity=finding.severity,
        sheet=finding.sheet_title,
        cell=finding.cell,
        row=finding.row,
        column=finding.header,
        key=finding.key,
        id=finding.id,
        value=_json(finding.value, lang),
        message=finding.message(lang),
        fix=finding.advice(lang),
        fixable=finding.fixable,
        waived=finding.waived,
        args=_args(finding, lang),
    )


def _args(finding: Finding, lang: Lang) -> dict[str, Any]:
    """Return what a finding's texts say of it; ``totals`` has how many there are of what is listed in part."""
    told = {
        name: value if type(value) in _AS_THEY_ARE else _json(value, lang)
        for name, value in finding.args.items()
        if name not in PHRASES
    }
    totals = {name: value.total for name, value in finding.args.items() if isinstance(value, TruncatedList)}
    return {**told, "totals": totals} if totals else told


def _escape_surrogates(text: str) -> str:
    """Return a text with what no UTF-8 can hold, such as bytes of a file's name, spelled out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _json(value: Any, lang: Lang) -> Any:
    match value:
        case _ if type(value) in _AS_THEY_ARE:
            return value
        case Text():
            return value.to(lang)
        case float() if value.is_integer():
            return int(value)
        case dt.date() | dt.time():
            return value.isoformat()
        case dt.timedelta():
            return str(value)
        case TruncatedList(values, _):
            return _json(values, lang)
        case list() | tuple():
            return [_json(each, lang) for each in value]
        case _:
            return value
