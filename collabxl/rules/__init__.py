"""The rules: one decorated function each, a family a file or two; gathered here by type, in the order of codes."""

from __future__ import annotations

from collabxl.rules import (
    areas,
    book,
    cells,
    dates,
    delay,
    formulas,
    leftovers,
    links,
    meetings,
    network,
    people,
    plan,
    project,
    risks,
    status,
    steps,
)
from collabxl.rules.declared import refuse_slips
from collabxl.rules.relate import DERIVED
from collabxl.rules.rule import Rule

FAMILIES = (
    book,
    areas,
    cells,
    formulas,
    leftovers,
    project,
    links,
    network,
    dates,
    status,
    steps,
    delay,
    people,
    meetings,
    risks,
    plan,
)
RULES: tuple[Rule, ...] = tuple(
    sorted(
        (thing for family in FAMILIES for thing in vars(family).values() if isinstance(thing, Rule)),
        key=lambda rule: rule.code,
    )
)
BY_CODE = {rule.code: rule for rule in RULES}
refuse_slips(RULES, DERIVED)
