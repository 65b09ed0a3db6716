"""The rules: one decorated function each, a family a file; gathered here by type, in the order of their codes."""

from __future__ import annotations

from collabxl.rules import book, cells, dates, delay, links, meetings, people, project, risks, status
from collabxl.rules.rule import Rule

FAMILIES = (book, cells, project, links, dates, status, delay, people, meetings, risks)
RULES: tuple[Rule, ...] = tuple(
    sorted(
        (thing for family in FAMILIES for thing in vars(family).values() if isinstance(thing, Rule)),
        key=lambda rule: rule.code,
    )
)
BY_CODE = {rule.code: rule for rule in RULES}
