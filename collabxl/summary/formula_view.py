"""A built workbook as its own formulas see it: the same rows, but what the hidden sheet makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from collabxl.formulas import layout
from collabxl.formulas.evaluator import Value, is_number
from collabxl.formulas.formula_fields import HELD_UP, STATES
from collabxl.formulas.helper_sheet import CHECK, CHECKED
from collabxl.formulas.parser import compile_formula
from collabxl.formulas.row_values import FormulaResults
from collabxl.schema.columns import Column, Sheet
from collabxl.schema.sheets import Contacts, Project, Risks, Tasks
from collabxl.summary import live_ranges
from collabxl.summary.view import SummaryRisk, SummaryTask, View


def view_by_formulas(view: View, shown: FormulaResults) -> View:
    """Return what the summary of a built workbook is made from if its figures are formulas."""
    flagged = {sheet.meta.key: sum(row[CHECK] != "" for row in _rows(shown, sheet, CHECK)) for sheet in CHECKED}
    return replace(view_by_formulas_without_checks(view, shown), live=True, flagged_rows=flagged)


def view_by_formulas_without_checks(view: View, shown: FormulaResults) -> View:
    """Return the tasks and risks, the form and the day of a built workbook as its formulas see them, but no 检查."""
    names = [str(row["department"]) for row in _rows(shown, Contacts, "first", "department") if row["first"] != ""]
    figures = dict(zip((name for name, _ in shown.plan.figures), shown.figures(), strict=True))
    ends = figures["period.first"], figures["period.last"]
    return replace(
        view,
        tasks=tuple(_tasks(shown)),
        risks=tuple(_risks(shown)),
        departments=tuple(names),
        initiator=_form_value(shown, Project.initiator),
        lead=_form_value(shown, Project.lead),
        span=(int(ends[0] or 0), int(ends[1] or 0)) if all(map(is_number, ends)) else view.span,
        day=int(shown.as_of),
    )


def _rows(shown: FormulaResults, sheet: type[Sheet], *fields: str) -> Iterator[dict[str, Any]]:
    """Return what the hidden sheet shows of every prepared row that is filled in, by field, with its ``row``."""
    places = {place.field: place for place in shown.plan.columns if place.sheet is sheet}
    rows = [row for row in layout.prepared_rows(sheet) if shown.is_filled(sheet, row)]
    columns = zip(*(shown.column(places[field], rows) for field in fields), strict=True)
    for row, values in zip(rows, columns, strict=True):
        yield {"row": row, **dict(zip(fields, values, strict=True))}


def _form_value(shown: FormulaResults, field: Column) -> str:
    value: Value = compile_formula(live_ranges.form_formula(field, shown.lang))(shown, layout.FIRST)
    return str(value)


def _tasks(shown: FormulaResults) -> Iterator[SummaryTask]:
    kept = {"done": "done", "cancelled": "cancelled", "blocked": HELD_UP[0], "odd": None}
    for row in _rows(shown, Tasks, "state", "name", "owner", "department", "due", "status", "ended", "soon.order"):
        if not row["state"]:
            continue
        state = STATES[int(row["state"]) - 1]
        due, ended = (int(row[field]) if is_number(row[field]) else None for field in ("due", "ended"))
        number = str(shown.value(row["row"], "tasks.id") or "")
        task = SummaryTask(row["row"], number, row["name"], row["owner"], row["department"], due, finished=ended)
        yield task._replace(status=kept.get(state, state), is_due_soon=is_number(row["soon.order"]))


def _risks(shown: FormulaResults) -> Iterator[SummaryRisk]:
    for row in _rows(shown, Risks, "weight", "description", "possibility", "impact", "status", "response"):
        if is_number(row["weight"]):
            scored = row["weight"] >= 1
            scale = [int(row[field]) if scored else None for field in ("possibility", "impact")]
            yield SummaryRisk(row["row"], row["description"], scale[0], scale[1], row["status"], row["response"] != "")
