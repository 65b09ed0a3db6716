"""The rules: one decorated function each, a family a file or two; gathered here by type, in the order of codes."""

from __future__ import annotations

from collabxl.rules import (
    bk_areas,
    bk_workbook,
    cv_cells,
    cv_formulas,
    cv_leftovers,
    dl_dates,
    dp_dependencies,
    dp_network,
    dp_predecessors,
    dy_delays,
    if_project,
    mt_minutes,
    pp_people,
    rk_risks,
    sq_schedule,
    st_status,
    st_steps,
)
from collabxl.rules.engine import plan_frames  # noqa: F401 - makes frames that rules ask for
from collabxl.rules.engine.declaration_checks import refuse_slips
from collabxl.rules.engine.frames import DERIVED
from collabxl.rules.engine.rule import Rule

FAMILIES = (
    bk_workbook,
    bk_areas,
    cv_cells,
    cv_formulas,
    cv_leftovers,
    if_project,
    dp_dependencies,
    dp_predecessors,
    dp_network,
    dl_dates,
    st_status,
    st_steps,
    dy_delays,
    pp_people,
    mt_minutes,
    rk_risks,
    sq_schedule,
)
RULES: tuple[Rule, ...] = tuple(
    sorted(
        (thing for family in FAMILIES for thing in vars(family).values() if isinstance(thing, Rule)),
        key=lambda rule: rule.code,
    )
)
BY_CODE = {rule.code: rule for rule in RULES}
refuse_slips(RULES, DERIVED)
