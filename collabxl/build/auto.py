"""The formulas of automatic columns, and the same values computed here, so that every formula carries its result."""

from __future__ import annotations

from collabxl.build import layout
from collabxl.build.content import Content, Row, Value
from collabxl.schema.column import Column
from collabxl.schema.standard import Progress, Risks, Tasks
from collabxl.schema.words import RISK_LEVEL
from collabxl.settings import Limits
from collabxl.text import Lang

LOOKED_UP: dict[Column, Column] = {
    Progress.task_name: Tasks.name,
    Progress.department: Tasks.department,
    Progress.planned: Tasks.due,
}


def auto_formula(column: Column, row: int, lang: Lang) -> str | None:
    """Return the formula of an automatic column in one row, None for a column that has none of its own."""
    if column in LOOKED_UP:
        key, ids = layout.here(Progress.task, row), layout.whole(Tasks.id, lang)
        found = f"INDEX({layout.whole(LOOKED_UP[column], lang)},MATCH({key},{ids},0))"
        return f'=IF({key}="","",IFERROR(IF({found}="","",{found}),""))'
    if column is Risks.level:
        possibility, impact = layout.here(Risks.possibility, row), layout.here(Risks.impact, row)
        high, medium, low = (f'"{RISK_LEVEL.title_of(key).to(lang)}"' for key in ("high", "medium", "low"))
        score = f"{possibility}*{impact}"
        limits = Limits()
        levels = f"IF({score}>={limits.high_risk},{high},IF({score}>={limits.medium_risk},{medium},{low}))"
        return f'=IF(COUNT({possibility},{impact})<2,"",{levels})'
    return None


def auto_value(column: Column, row: Row, content: Content) -> Value:
    """Return what that formula shows for one row of the content; a word of a list by its key."""
    if column in LOOKED_UP:
        task = content.tasks.get(str(row.get(Progress.task.key)).casefold())
        return task.get(LOOKED_UP[column].key) if task else None
    if column is Risks.level:
        possibility, impact = row.get("possibility"), row.get("impact")
        if not isinstance(possibility, int | float) or not isinstance(impact, int | float):
            return None
        limits, score = Limits(), possibility * impact
        return "high" if score >= limits.high_risk else "medium" if score >= limits.medium_risk else "low"
    return None
