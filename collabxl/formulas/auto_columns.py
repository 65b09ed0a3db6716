"""The formulas of automatic columns: each shows what the hidden sheet has worked out for its row."""

from __future__ import annotations

from functools import cache

from collabxl.formulas.helper_sheet import CHECK
from collabxl.schema.columns import Column
from collabxl.schema.settings import limit_name
from collabxl.schema.sheets import Progress, Risks, Tasks
from collabxl.schema.vocabularies import RISK_LEVEL
from collabxl.text import Lang

LOOKED_UP: dict[Column, Column] = {
    Progress.task_name: Tasks.name,
    Progress.department: Tasks.department,
    Progress.planned: Tasks.due,
}


@cache
def auto_formula(column: Column, lang: Lang) -> str | None:
    """Return the formula of an automatic column, the same in every row; None for a column that has none."""
    if column.key == CHECK:
        return f'=INDEX(workings.{column.sheet.meta.key}.{CHECK},ROW())&""'
    if column in LOOKED_UP:
        of = "INDEX(workings.progress.of,ROW())"
        return f'=IF(N({of})=0,"",INDEX(workings.tasks.{LOOKED_UP[column].key},{of}))'
    if column is Risks.level:
        possibility, impact = (f"INDEX(workings.risks.{each.key},ROW())" for each in (Risks.possibility, Risks.impact))
        high, medium, low = (f'"{RISK_LEVEL.title_of(key).to(lang)}"' for key in ("high", "medium", "low"))
        score = f"{possibility}*{impact}"
        levels = (
            f"IF({score}>={limit_name('high_risk')},{high},IF({score}>={limit_name('medium_risk')},{medium},{low}))"
        )
        return f'=IF(COUNT({possibility},{impact})<2,"",{levels})'
    return None
