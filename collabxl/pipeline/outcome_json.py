"""An outcome as JSON and back: all that is said of a workbook, without what it says itself."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from collabxl.errors import FileError
from collabxl.reading.workbook import Reading
from collabxl.rules import BY_CODE
from collabxl.rules.engine.findings import Finding, Waiver
from collabxl.rules.engine.outcome import Outcome, TaskFigures
from collabxl.text import Text, TruncatedList

_MOMENTS: dict[str, type[dt.date | dt.time]] = {"datetime": dt.datetime, "date": dt.date, "time": dt.time}


def to_text(outcome: Outcome) -> str:
    """Return an outcome as JSON; of what was read only the workbook's language and identity are kept."""
    reading, error, figures = outcome.reading, outcome.error, outcome.figures
    told = {
        "book": [reading.lang, reading.identity] if reading else None,
        "error": [error.kind, error.says, error.fields] if error else None,
        "project": outcome.project,
        "figures": [figures.total, dict(figures.by_status), figures.overdue, figures.progress],
        "findings": [_finding_out(finding) for finding in outcome.findings],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=_encode)


def from_text(path: str, text: str) -> Outcome:
    """Return the outcome that ``to_text`` was given; its reading has no pages."""
    told = json.loads(text, object_hook=_decode)
    book, error = told["book"], told["error"]
    return Outcome(
        path,
        Reading(path, book[0], book[1], []) if book else None,
        FileError(error[0], error[1], **error[2]) if error else None,
        told["project"],
        TaskFigures(*told["figures"]),
        tuple(_finding_in(*finding) for finding in told["findings"]),
    )


def _finding_out(finding: Finding) -> list[Any]:
    where = [finding.sheet, finding.sheet_title, finding.row, finding.cell, finding.key, finding.header, finding.id]
    waiver = [*finding.waiver] if finding.waiver else None
    said = [finding.value, dict(finding.args), finding.replacement, waiver, list(finding.order)]
    return [finding.rule.code, finding.severity, where, said]


def _finding_in(code: str, severity: Any, where: list[Any], said: list[Any]) -> Finding:
    value, args, better, waiver, order = said
    facts = [*where, value, args, better, Waiver(*waiver) if waiver else None, tuple(order)]
    return Finding(BY_CODE[code], severity, *facts)


def _encode(value: Any) -> dict[str, Any]:
    """Return what JSON has no word for as an object of one field."""
    if isinstance(value, Text):
        return {"text": value.both}
    if isinstance(value, TruncatedList):
        return {"listed": [value.values, value.total]}
    if isinstance(value, dt.timedelta):
        return {"span": [value.days, value.seconds, value.microseconds]}
    for name, kind in _MOMENTS.items():
        if isinstance(value, kind):
            return {name: value.isoformat()}
    raise TypeError(f"{value!r} is nothing that a finding says")


def _decode(made: dict[str, Any]) -> Any:
    if len(made) != 1:
        return made
    ((name, value),) = made.items()
    if name == "text" and isinstance(value, list):
        return Text(*value)
    if name == "listed" and isinstance(value, list):
        return TruncatedList(tuple(value[0]), value[1])
    if name == "span" and isinstance(value, list):
        return dt.timedelta(*value)
    return _MOMENTS[name].fromisoformat(value) if name in _MOMENTS else made
