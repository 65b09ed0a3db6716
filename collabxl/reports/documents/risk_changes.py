"""What became of risks: which are new, raised, lowered or closed in a period, and how many were open over time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from collabxl.reports.documents.material import Material, RiskRow
from collabxl.reports.documents.words import UNKNOWN, ReportPeriod
from collabxl.rules.matching.names import normalize_name
from collabxl.schema.sheets import Risks
from collabxl.text import Text, t

MOST_POINTS = 12
"""Months of the trend."""
CLOSE = 7
"""Days before the last point within which no other is told."""
NEW, CLOSED, RAISED, LOWERED = t("新增", "New"), t("关闭", "Closed"), t("升级", "Raised"), t("下降", "Lowered")
OCCURRED = t("发生", "Occurred")


class RiskChange(NamedTuple):
    """A risk that something became of: what, the day, and what its weight was before and is then."""

    risk: RiskRow
    what: Text
    day: dt.date | None
    said: str


def _closing_days(made_of: Material) -> dict[int, dt.date | None]:
    """Return by row when closed risks were closed: as the ledger saw it, else when they were last reviewed."""
    seen = {
        normalize_name(change.id): change.day
        for change in made_of.changes
        if (change.sheet, change.key, change.now) == (Risks.meta.key, Risks.status.key, "closed")
    }
    return {
        risk.row: seen.get(normalize_name(risk.id), risk.reviewed or risk.identified)
        for risk in made_of.risks
        if risk.status == "closed"
    }


def risk_changes(made_of: Material, period: ReportPeriod) -> Iterator[RiskChange]:
    """Return what became of risks in a period: new, weighed anew, occurred, closed."""
    closings = _closing_days(made_of)
    for risk in made_of.risks:
        if period.contains(risk.identified):
            yield RiskChange(risk, NEW, risk.identified, _weight(risk.score))
    yield from _score_changes(made_of, period)
    rows = {normalize_name(risk.id): risk for risk in made_of.risks if risk.id}
    for change in made_of.changes:
        is_status = (change.sheet, change.key) == (Risks.meta.key, Risks.status.key)
        if is_status and change.now == "occurred" and period.contains(change.day) and normalize_name(change.id) in rows:
            risk = rows[normalize_name(change.id)]
            yield RiskChange(risk, OCCURRED, change.day, _weight(risk.score))
    for risk in made_of.risks:
        if risk.row in closings and period.contains(closings[risk.row]):
            yield RiskChange(risk, CLOSED, closings[risk.row], _weight(risk.score))


def _score_changes(made_of: Material, period: ReportPeriod) -> Iterator[RiskChange]:
    """Return the risks whose weight the ledger saw change in a period: from what it was before to what it is after."""
    keys = (Risks.possibility.key, Risks.impact.key)
    changes = [change for change in made_of.changes if change.sheet == Risks.meta.key and change.key in keys]
    for risk in made_of.risks:
        mine = [change for change in changes if normalize_name(change.id) == normalize_name(risk.id) and risk.id]
        now = {Risks.possibility.key: risk.possibility, Risks.impact.key: risk.impact}
        for change in reversed([each for each in mine if each.day > period.last]):
            now[change.key] = change.was
        was, inside = dict(now), [each for each in mine if period.contains(each.day)]
        for change in reversed(inside):
            was[change.key] = change.was
        before, after = (_product(each.values()) for each in (was, now))
        if before and after and before != after:
            said = f"{before} → {after}"
            yield RiskChange(risk, RAISED if after > before else LOWERED, inside[-1].day, said)


def _product(numbers: Iterable[object]) -> int:
    made = 1
    for number in numbers:
        made *= int(number) if isinstance(number, int | float) else 0
    return made


def _weight(score: int) -> str:
    return str(score) if score else UNKNOWN


def open_by_month(made_of: Material) -> Iterator[tuple[dt.date, int]]:
    """Return how many risks were open at the end of each month, and on the day of the figures."""
    closings = _closing_days(made_of)
    begun = [(risk.identified, closings.get(risk.row)) for risk in made_of.risks if risk.identified]
    if not begun:
        return
    for end in _ends(min(first for first, _ in begun), made_of.day):
        yield end, sum(first <= end and (last is None or last > end) for first, last in begun)


def _ends(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the ends of the months from one day to another, and that other day, at most MOST_POINTS."""
    ends, month = [last], last.replace(day=1)
    while month > first and len(ends) < MOST_POINTS:
        end = month - dt.timedelta(days=1)
        ends += [end] if (last - end).days > CLOSE else []
        month = end.replace(day=1)
    return ends[::-1]
